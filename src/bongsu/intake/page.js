"use strict";
// Fetches the page again every few seconds and counts down; times are shown in the reader's own zone.
const EVERY_MS = 3000, STALE_MS = 15000;
const lost = document.getElementById("lost"), since = document.getElementById("since");
const main = document.querySelector("main");
// How each part came from the server: what comes again unchanged is left alone, with whatever is marked in it.
const came = new WeakMap();
let offset = 0, freshAt = Date.now();

function two(number) { return String(number).padStart(2, "0"); }

function clock(at) {
  const today = new Date(Date.now() + offset).toDateString() === at.toDateString();
  const day = today ? "" : `${two(at.getMonth() + 1)}-${two(at.getDate())} `;
  return `${day}${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

function zone(at) {
  const parts = new Intl.DateTimeFormat("en", { timeZoneName: "short" }).formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName").value;
}

function local(place) {
  for (const time of place.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    time.textContent = place.matches(".fresh") ? `${clock(at)} ${zone(at)}` : clock(at);
    time.title = time.dateTime;
  }
}

function span(seconds) {
  const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function count() {
  for (const place of main.querySelectorAll(".count")) {
    const left = Math.ceil((Date.parse(place.dataset.at) - Date.now() - offset) / 1000);
    const late = -left >= Number(main.dataset.late);
    place.closest("article").classList.toggle("late", late);
    place.textContent = span(late ? -left : Math.max(0, left));
  }
  lost.hidden = Date.now() - freshAt <= STALE_MS;
}

function show(parts, now) {
  offset = Date.parse(now) - Date.now();
  freshAt = Date.now();
  const known = new Map([...main.children].map((part) => [came.get(part), part]));
  const next = parts.map((part) => known.get(part.outerHTML) ?? part);
  for (const part of next) {
    if (!came.has(part)) {
      came.set(part, part.outerHTML);
      local(part);
    }
  }
  for (const part of [...main.children]) {
    if (!next.includes(part)) part.remove();
  }
  next.forEach((part, place) => {
    if (main.children[place] !== part) main.insertBefore(part, main.children[place] ?? null);
  });
  since.textContent = clock(new Date(now));
  count();
}

async function again() {
  try {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
    if (answer.ok) {
      const fetched = new DOMParser().parseFromString(await answer.text(), "text/html");
      const got = fetched.querySelector("main");
      show([...got.children], got.dataset.now);
      document.title = fetched.title;
    }
  } catch {
    // The server is away: what stands at the top says since when.
  }
}

show([...main.children], main.dataset.now);
setInterval(count, 1000);
setInterval(again, EVERY_MS);
