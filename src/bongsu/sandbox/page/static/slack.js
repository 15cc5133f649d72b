// A Slack message as its app draws it: Block Kit, and mrkdwn inside it.

import { el } from "./dom.js";
import { t } from "./words.js";

const EMOJI = {
  fire: "🔥", bell: "🔔", warning: "⚠️", rotating_light: "🚨", white_check_mark: "✅", x: "❌", heavy_check_mark: "✔️",
  rocket: "🚀", no_entry: "⛔", eyes: "👀", hourglass: "⌛", information_source: "ℹ️", tada: "🎉", mag: "🔍", zap: "⚡",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", arrows_counterclockwise: "🔄", memo: "📝",
  rewind: "⏪", bar_chart: "📊", clock1: "🕐", hammer_and_wrench: "🛠️", "+1": "👍", "-1": "👎", wave: "👋", sos: "🆘",
};

const plain = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);

// `names` turns the id of a person or channel into what the app shows for it.
export function mrkdwn(text, names) {
  const whole = document.createDocumentFragment();
  const parts = text.split(/```\n?([\s\S]*?)```/);
  parts.forEach((part, number) => {
    if (number % 2) whole.append(el("pre", {}, plain(part)));
    else if (part) whole.append(lines(part, names));
  });
  return whole;
}

function lines(text, names) {
  const whole = document.createDocumentFragment();
  let quote = null;
  text.split("\n").forEach((line, number) => {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted) {
      if (quote) quote.append(el("br"));
      else whole.append((quote = el("blockquote")));
      inline(quoted[1], quote, names);
      return;
    }
    if (number > 0 && !quote) whole.append(el("br"));
    quote = null;
    inline(line, whole, names);
  });
  return whole;
}

const MARKS = [
  { pattern: /`([^`]+)`/y, make: (found) => el("code", {}, plain(found[1])) },
  { pattern: /<([^<>]+)>/y, make: (found, names) => special(found[1], names) },
  { pattern: /\*(?! )([^*]+?)(?<! )\*(?![A-Za-z0-9])/y, tag: "strong", bounded: true },
  { pattern: /_(?! )([^_]+?)(?<! )_(?![A-Za-z0-9])/y, tag: "em", bounded: true },
  { pattern: /~(?! )([^~]+?)(?<! )~(?![A-Za-z0-9])/y, tag: "s", bounded: true },
];

function inline(text, parent, names) {
  let at = 0;
  let said = 0;
  const flush = () => {
    if (said < at) parent.append(withEmoji(plain(text.slice(said, at))));
  };
  while (at < text.length) {
    const hit = markAt(text, at);
    if (!hit) {
      at += 1;
      continue;
    }
    flush();
    if (hit.mark.tag) {
      const node = el(hit.mark.tag);
      inline(hit.found[1], node, names);
      parent.append(node);
    } else parent.append(hit.mark.make(hit.found, names));
    at += hit.found[0].length;
    said = at;
  }
  flush();
}

function markAt(text, at) {
  const inWord = at > 0 && /[A-Za-z0-9]/.test(text[at - 1]);
  for (const mark of MARKS) {
    if (mark.bounded && inWord) continue;
    mark.pattern.lastIndex = at;
    const found = mark.pattern.exec(text);
    if (found) return { mark, found };
  }
  return null;
}

function special(inside, names) {
  const [target, label] = inside.split("|");
  if (target.startsWith("@")) return el("span", { class: "mention" }, `@${names(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("#")) return el("span", { class: "mention" }, `#${names(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("!date")) return el("span", {}, plain(label ?? target));
  if (target.startsWith("!")) return el("span", { class: "mention" }, `@${target.slice(1).split("^")[0]}`);
  return el("span", { class: "link", title: plain(target) }, plain(label ?? target));
}

function textOf(object, names) {
  if (object.type === "mrkdwn") return mrkdwn(object.text, names);
  return document.createTextNode(withEmoji(object.text));
}

const BLOCKS = {
  header: (block, { names }) => el("h3", { class: "b-header" }, textOf(block.text, names)),
  divider: () => el("hr", { class: "b-divider" }),
  section: (block, tools) =>
    el(
      "div",
      { class: "b-section" },
      el(
        "div",
        { class: "b-main" },
        block.text && el("div", { class: "b-text" }, textOf(block.text, tools.names)),
        block.fields &&
          el("div", { class: "b-fields" }, ...block.fields.map((one) => el("div", { class: "b-field" }, textOf(one, tools.names)))),
      ),
      block.accessory && el("div", { class: "b-accessory" }, element(block.accessory, tools)),
    ),
  context: (block, { names }) =>
    el("div", { class: "b-context" }, ...block.elements.map((one) => el("span", {}, one.type === "image" ? one.alt_text : textOf(one, names)))),
  actions: (block, tools) => el("div", { class: "b-actions" }, ...block.elements.map((one) => element(one, tools))),
};

function element(one, { button }) {
  if (one.type === "button") return button(withEmoji(one.text.text), { url: one.url, style: one.style, label: one.text.text });
  return el("span", { class: "b-unknown" }, t("({}: not drawn here)", one.type));
}

export function post(message, { time, author, avatar, bot, tools, onlyYou }) {
  const blocks = message.blocks ?? [];
  const body = blocks.length
    ? blocks.map((block) => (BLOCKS[block.type] ? BLOCKS[block.type](block, tools) : el("div", { class: "b-unknown" }, t("(a block of type {}: not drawn here)", block.type))))
    : [el("div", { class: "b-text" }, mrkdwn(message.text, tools.names))];
  return el(
    "article",
    { class: `post${onlyYou ? " only-you" : ""}${message.thread_ts && message.thread_ts !== message.ts ? " reply-post" : ""}`, tabindex: "-1", "aria-label": `${author}, ${time}` },
    onlyYou && el("div", { class: "only-you-note" }, t("Only visible to you")),
    avatar,
    el(
      "div",
      { class: "post-body" },
      el("div", { class: "post-head" }, el("b", {}, author), bot && el("span", { class: "app-badge" }, "APP"), el("time", {}, time)),
      ...body,
      message.edited && el("span", { class: "edited" }, t("(edited)")),
    ),
  );
}
