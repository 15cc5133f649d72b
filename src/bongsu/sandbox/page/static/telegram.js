// A Telegram message as its app draws it: text with entities, and an inline keyboard under it.

import { el } from "./dom.js";
import { t } from "./words.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};
const LINKS = new Set(["text_link", "url", "mention", "text_mention", "hashtag", "cashtag", "bot_command", "email", "phone_number"]);

// Entities count UTF-16 units, as JavaScript's strings do; they may lie inside each other.
export function richText(text, entities = []) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  let next = 0;
  function walk(from, to, parent) {
    let at = from;
    while (next < sorted.length && sorted[next].offset < to) {
      const entity = sorted[next++];
      if (entity.offset < at) continue;
      const end = Math.min(entity.offset + entity.length, to);
      parent.append(text.slice(at, entity.offset));
      const node = shape(entity, text.slice(entity.offset, end));
      walk(entity.offset, end, node);
      parent.append(node);
      at = end;
    }
    parent.append(text.slice(at, to));
  }
  const whole = document.createDocumentFragment();
  walk(0, text.length, whole);
  return whole;
}

function shape(entity, text) {
  if (TAGS[entity.type]) return el(TAGS[entity.type]);
  if (LINKS.has(entity.type)) return el("span", { class: "link", title: entity.url ?? text });
  if (entity.type === "spoiler") return revealing();
  return el("span");
}

function revealing() {
  const node = el("span", { class: "spoiler", tabindex: "0", role: "button", "aria-label": t("Hidden text, press to show") });
  const show = () => {
    node.classList.add("shown");
    node.removeAttribute("aria-label");
  };
  node.addEventListener("click", show);
  node.addEventListener("keydown", (event) => event.key === "Enter" && show());
  return node;
}

export function bubble(message, { time, author, mine, button }) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  const edited = message.edit_date ? `${t("edited")} ` : "";
  return el(
    "article",
    { class: `bubble-row${mine ? " mine" : ""}`, tabindex: "-1", "aria-label": `${author}, ${time}` },
    el(
      "div",
      { class: "bubble" },
      el("div", { class: `author hue-${message.hue}` }, author),
      message.reply_to_message && el("div", { class: "reply" }, message.reply_to_message.text),
      el("div", { class: "text" }, richText(message.text, message.entities)),
      el("div", { class: "stamp" }, `${edited}${time}`),
    ),
    rows.length > 0 &&
      el(
        "div",
        { class: "keyboard" },
        ...rows.map((row) => el("div", { class: "keyboard-row" }, ...row.map((one) => button(one.text, { url: one.url })))),
      ),
  );
}
