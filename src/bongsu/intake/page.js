"use strict";
// Fetches the page again every few seconds and counts down; times are shown in the reader's own zone.
const EVERY_MS = 3000, STALE_MS = 15000;
let offset = 0, freshAt = Date.now();

function two(number) { return String(number).padStart(2, "0"); }

function local() {
  for (const time of document.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    time.textContent = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
    time.title = time.dateTime;
  }
}

function count() {
  for (const place of document.querySelectorAll(".count")) {
    const left = Math.max(0, Math.ceil((Date.parse(place.dataset.at) - Date.now() - offset) / 1000));
    const hours = Math.floor(left / 3600), minutes = Math.floor(left / 60) % 60;
    place.textContent = hours ? `${hours}:${two(minutes)}:${two(left % 60)}` : `${minutes}:${two(left % 60)}`;
  }
  document.getElementById("fresh").classList.toggle("stale", Date.now() - freshAt > STALE_MS);
}

function shown() {
  offset = Date.parse(document.querySelector("main").dataset.now) - Date.now();
  freshAt = Date.now();
  local();
  count();
}

async function again() {
  try {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
    if (answer.ok) {
      const fetched = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.querySelector("main").replaceWith(fetched.querySelector("main"));
      document.title = fetched.title;
      shown();
    }
  } catch {
    // The server is away: the time that stands at the top says how old this is.
  }
}

shown();
setInterval(count, 1000);
setInterval(again, EVERY_MS);
