// The toast that a person sees when the bot answers their press: shown once, for presses made while the page is open.

import { toast } from "./dom.js";
import { state } from "./state.js";
import { t } from "./words.js";

const shown = new Set();
let began = false;

export function answersArrived(presses) {
  for (const press of presses) {
    const name = `${press.service}/${press.id}`;
    if (press.outcome !== "answered" || shown.has(name)) continue;
    shown.add(name);
    const person = state.people.find((one) => one.contact === press.person);
    // Whoever answers by themselves is not the one who sits here.
    if (!began || !press.answer || (person && !person.played && Object.keys(person.answers).length)) continue;
    const who = person?.name ?? press.person;
    toast(t("{} tells {}: {}", press.service === "telegram" ? "Telegram" : "Slack", who, press.answer), `from-${press.service}`);
  }
  began = true;
}
