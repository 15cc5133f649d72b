// Listens to the world, hands each section to what shows it, and takes the keys.

import { byId } from "./dom.js";
import { followScrolling, goTo, showChats } from "./chats.js";
import { showCourse, skip, steer, tick } from "./course.js";
import { showFaults } from "./faults.js";
import { become, showPeople } from "./people.js";
import { state } from "./state.js";
import { clock, setZone } from "./times.js";
import { t, tellPage, word } from "./words.js";
import { showPresses, showRecord, showWorld } from "./world.js";
import { answersArrived } from "./answers.js";

const TICK_MS = 200;
const AGAIN_MS = 1500;

function apply(sections) {
  const first = !state.sections.seat;
  Object.assign(state.sections, sections);
  if (sections.clock) {
    setZone(sections.clock.timezone);
    clock.hear(sections.clock.time);
    byId("title").textContent = sections.clock.title;
    document.title = t("{} · rehearsal", sections.clock.title);
  }
  if (sections.seat) {
    state.people = sections.seat.people.map((person) => ({ ...person, name: word(person.name) }));
    if (first) state.you = (mostAsked(state.people.filter((person) => person.played)) ?? mostAsked(state.people))?.contact;
    showPeople();
  }
  if (first) showTabs();
  if (sections.seat || sections.telegram || sections.slack) showChats();
  if (sections.seat || sections.clock) showCourse();
  if (sections.presses || sections.seat) showPresses();
  if (sections.presses) answersArrived(sections.presses);
  if (sections.world) showWorld();
  if (sections.record) showRecord();
  if (sections.faults) showFaults();
  document.body.dataset.ready = "yes";
}

const mostAsked = (people) => [...people].sort((one, other) => other.may.length - one.may.length)[0];

state.redraw = () => {
  showChats();
  showCourse();
};

async function listen() {
  let since = 0;
  for (;;) {
    try {
      const answer = await fetch(`view?since=${since}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const { version, sections } = await answer.json();
      since = version;
      link("");
      apply(sections);
    } catch (error) {
      if (!(error instanceof TypeError) && !/^status /.test(error.message)) throw error;
      link(t("The rehearsal does not answer: it has ended, or its process is gone."));
      clock.rate = 0;
      await new Promise((go) => setTimeout(go, AGAIN_MS));
    }
  }
}

function link(text) {
  const node = byId("link-state");
  if (node.textContent !== text) node.textContent = text;
  document.body.dataset.link = text ? "lost" : "live";
}

function tab(name, { focus = false } = {}) {
  document.body.dataset.tab = name;
  for (const button of document.querySelectorAll("#tabs [data-tab]")) {
    button.setAttribute("aria-current", String(button.dataset.tab === name));
  }
  showChats();
  if (focus) byId(name)?.focus({ preventScroll: false });
}

// A plan may have one chat, or none: a phone begins with what there is.
function showTabs() {
  const there = ["telegram", "slack"].filter((service) => state.sections[service]);
  for (const service of ["telegram", "slack"]) {
    document.querySelector(`#tabs [data-tab="${service}"]`).hidden = !there.includes(service);
  }
  if (!there.includes(document.body.dataset.tab)) tab(there[0] ?? "world");
}

const KEYS = {
  s: skip,
  p: () => steer("still"),
  w: () => steer("wall"),
  j: () => steer("jump"),
  t: () => tab("telegram", { focus: true }),
  k: () => tab("slack", { focus: true }),
  f: () => tab("faults", { focus: true }),
  e: () => tab("world", { focus: true }),
  g: () => {
    const question = state.sections.seat?.questions[0];
    if (question) goTo(question);
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("input[type=text], textarea, select")) return;
  const key = event.key.toLowerCase();
  if (/^[1-9]$/.test(key)) become(state.people[Number(key) - 1]?.contact);
  else if (KEYS[key]) {
    event.preventDefault();
    KEYS[key]();
  }
});

for (const button of document.querySelectorAll("[data-idle]")) button.addEventListener("click", () => steer(button.dataset.idle));
for (const button of document.querySelectorAll("#tabs [data-tab]")) button.addEventListener("click", () => tab(button.dataset.tab));
byId("skip").addEventListener("click", skip);
byId("quiet").addEventListener("change", showRecord);
tellPage(document.body);
followScrolling();
tab("telegram");
setInterval(tick, TICK_MS);
listen();
