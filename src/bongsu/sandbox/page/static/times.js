// Instants in the plan's zone, spans in words, and the clock as the page reckons it between two answers.

let zone = "UTC";
const made = new Map();

export function setZone(name) {
  if (name !== zone) made.clear();
  zone = name;
}

function format(name, options) {
  if (!made.has(name)) made.set(name, new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options }));
  return made.get(name);
}

export const ms = (text) => Date.parse(text.replace(/(\.\d{3})\d+Z$/, "$1Z"));
export const hms = (at) => format("hms", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);
export const hm = (at) => format("hm", { hour: "2-digit", minute: "2-digit" }).format(at);
export const day = (at) => format("day", { weekday: "long", day: "numeric", month: "long" }).format(at);
export const dayShort = (at) =>
  format("short", { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(at);

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
  if (seconds < 1) return "now";
  if (seconds < 120) return `in ${seconds} s`;
  if (seconds < 7200) {
    const rest = seconds % 60;
    return `in ${Math.floor(seconds / 60)} min${rest ? ` ${rest} s` : ""}`;
  }
  const minutes = Math.round(seconds / 60);
  return `in ${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ""}`;
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
