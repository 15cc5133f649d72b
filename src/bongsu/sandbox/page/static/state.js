// What the page knows, and what it asks the world to do.

import { toast } from "./dom.js";
import { t, told } from "./words.js";

export const state = {
  sections: {},
  people: [],
  you: null,
  pressing: [],
  redraw: () => {},
};

export const you = () => state.people.find((person) => person.contact === state.you);

export async function ask(what, body) {
  const answer = await fetch(what, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}

export async function order(what, body = {}) {
  try {
    return await ask(what, body);
  } catch (error) {
    toast(t("That did not work: {}", told(error.message)), "bad");
    return null;
  }
}

export async function press(where, name) {
  state.pressing = [...state.pressing, name];
  state.redraw();
  const said = await order("press", { person: state.you, ...where });
  state.pressing = state.pressing.filter((one) => one !== name);
  state.redraw();
  if (said?.outcome === "refused") toast(told(said.why), "bad");
  if (said?.outcome === "lost") toast(t("Nobody took the press: {}", told(said.why)), "bad");
}
