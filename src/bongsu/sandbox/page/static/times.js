// Instants in the plan's zone, spans in words, and the clock as the page reckons it between two answers.

import { locale, t } from "./words.js";

let zone = "UTC";
const made = new Map();

export function setZone(name) {
  if (name !== zone) made.clear();
  zone = name;
}

function format(name, options, tongue = "en-GB") {
  if (!made.has(name)) made.set(name, new Intl.DateTimeFormat(tongue, { timeZone: zone, hourCycle: "h23", ...options }));
  return made.get(name);
}

export const ms = (text) => Date.parse(text.replace(/(\.\d{3})\d+Z$/, "$1Z"));
export const hms = (at) => format("hms", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);
export const hm = (at) => format("hm", { hour: "2-digit", minute: "2-digit" }).format(at);
export const day = (at) => format("day", { weekday: "long", day: "numeric", month: "long" }, locale).format(at);
export const dayShort = (at) =>
  format("short", { weekday: "short", day: "numeric", month: "short", year: "numeric" }, locale).format(at);

export function zoneName(at) {
  const city = { "Asia/Seoul": "KST", UTC: "UTC" }[zone];
  if (city) return city;
  const parts = format("zone", { hour: "2-digit", timeZoneName: "short" }).formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName").value;
}

const two = (number) => String(number).padStart(2, "0");

export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

export function inWords(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 1) return t("now");
  if (seconds < 120) return t("in {} s", seconds);
  if (seconds < 7200) {
    const rest = seconds % 60;
    return rest ? t("in {} min {} s", Math.floor(seconds / 60), rest) : t("in {} min", seconds / 60);
  }
  const minutes = Math.round(seconds / 60);
  return minutes % 60 ? t("in {} h {} min", Math.floor(minutes / 60), minutes % 60) : t("in {} h", minutes / 60);
}

export const clock = {
  at: 0,
  rate: 0,
  heard: 0,
  hear(time) {
    this.at = ms(time.now);
    this.rate = Number(time.rate);
    this.heard = performance.now();
  },
  now() {
    return this.at + (performance.now() - this.heard) * this.rate;
  },
};
