// Faults to throw: a button for each of the usual ones, and the list of those that are still to come.

import { byId, el, fill, toast } from "./dom.js";
import { order, state } from "./state.js";
import { t, told } from "./words.js";

export function showFaults() {
  const faults = state.sections.faults;
  if (!faults) return;
  const box = byId("fault-buttons");
  const shape = JSON.stringify(faults.usual);
  if (box.dataset.shape !== shape) {
    box.dataset.shape = shape;
    fill(box, ...groups(faults.usual));
  }
  fill(byId("fault-list"), ...list(faults.active));
  const badge = document.querySelector('#tabs [data-tab="faults"] .badge');
  badge.hidden = !faults.active.length;
  badge.textContent = String(faults.active.length);
}

function groups(usual) {
  const names = [...new Set(usual.map((one) => one.group))];
  return names.map((name) =>
    el(
      "div",
      { class: "fault-group", role: "group", "aria-label": told(name) },
      el("span", { class: "fault-group-name" }, told(name)),
      el("div", { class: "fault-row" }, ...usual.filter((one) => one.group === name).map(button)),
    ),
  );
}

function button(one) {
  return el(
    "button",
    { type: "button", class: "fault", title: told(one.what), data: { focus: `fault/${one.name}` }, on: { click: () => thrown(one) } },
    told(one.label),
  );
}

async function thrown(one) {
  if (await order("fault", { name: one.name })) toast(t("Thrown: {}", told(one.what)));
}

function list(active) {
  if (!active.length) return [el("p", { class: "empty" }, t("No fault is active."))];
  return [
    el(
      "ul",
      { class: "active-faults", "aria-label": t("Active faults") },
      ...active.map((one) =>
        el(
          "li",
          {},
          el("span", {}, told(one.what), one.hits ? ` ${one.hits === 1 ? t("(hit once)") : t("(hit {} times)", one.hits)}` : ""),
          el("button", { type: "button", class: "small", data: { focus: `clear/${one.id}` }, on: { click: () => order("clear", { id: one.id }) } }, t("Clear")),
        ),
      ),
    ),
    active.length > 1 && el("button", { type: "button", class: "small", data: { focus: "clear" }, on: { click: () => order("clear") } }, t("Clear all")),
  ];
}
