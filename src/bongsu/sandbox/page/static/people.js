// Who you are: a choice of persons, and what the plan asks of the one chosen.

import { byId, el, fill, hue, initials } from "./dom.js";
import { state, you } from "./state.js";
import { t, word } from "./words.js";

export function showPeople() {
  const people = state.people;
  const box = byId("people");
  const shape = JSON.stringify(people.map((person) => [person.contact, person.name, person.played]));
  if (box.dataset.shape !== shape) {
    box.dataset.shape = shape;
    fill(box, ...people.map(choice));
  }
  for (const input of box.querySelectorAll("input")) input.checked = input.value === state.you;
  byId("asked").textContent = asked(you());
}

function choice(person, number) {
  return el(
    "label",
    { class: "person" },
    el("input", {
      type: "radio",
      name: "you",
      value: person.contact,
      data: { focus: `you/${person.contact}` },
      on: { change: () => become(person.contact) },
    }),
    el("span", { class: `sign hue-${hue(person.name)}`, "aria-hidden": "true" }, initials(person.name)),
    el("span", { class: "person-name" }, person.name),
    el("kbd", { "aria-hidden": "true" }, String(number + 1)),
  );
}

export function become(contact) {
  if (!state.people.some((person) => person.contact === contact)) return;
  state.you = contact;
  showPeople();
  state.redraw();
}

function asked(person) {
  if (!person) return "";
  const on = ["telegram", "slack"].filter((service) => person[service]).map((service) => service[0].toUpperCase() + service.slice(1));
  const asks = person.may.length ? t("Asked by the plan: {}.", person.may.map(word).join("; ")) : t("The plan asks nothing of them: bongsu must not count their press.");
  const alone = Object.entries(person.answers).map(([label, seconds]) => t("{} after {} s", label, seconds));
  const answers = person.played ? t("You press for them.") : alone.length ? t("By themselves: {}.", alone.join(", ")) : "";
  const where = on.join(t(" and "));
  return `${asks} ${person.role ? t("{}, on {}.", word(person.role), where) : t("On {}.", where)} ${answers}`.trim();
}
