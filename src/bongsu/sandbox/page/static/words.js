// The page's words in the language of its plan. A sentence is found by its English, with {} for each value; the other
// one names the values {0}, {1}, so that they may stand in another order. What no entry knows stays as it is.

import { KO } from "./ko.js";

const { page: entries, world } = { ko: KO }[document.documentElement.lang] ?? { page: {}, world: {} };
export const locale = { ko: "ko-KR" }[document.documentElement.lang] ?? "en-GB";

// The pieces of a sentence, its values as they were given: text, or nodes.
export const parts = (template, ...values) => filled(entries[template] ?? template, values);

function filled(template, values) {
  let next = 0;
  return template
    .split(/(\{\d*\})/)
    .map((piece) => (/^\{\d*\}$/.test(piece) ? values[piece === "{}" ? next++ : Number(piece.slice(1, -1))] : piece))
    .filter((piece) => piece !== "");
}

export const t = (template, ...values) => parts(template, ...values).join("");

// A word of the world's, or a name that it made up.
export const word = (text) => world[text] ?? text;

const literally = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const patterns = Object.keys(world)
  .filter((template) => template.includes("{}"))
  .map((template) => [new RegExp(`^${template.split("{}").map(literally).join("(.+?)")}$`), template])
  .sort(([, one], [, other]) => other.length - one.length);

// A finished sentence of the world's, told again with its values.
export function told(text) {
  for (const [pattern, template] of world[text] === undefined ? patterns : []) {
    const found = pattern.exec(text);
    if (found) return filled(world[template], found.slice(1)).join("");
  }
  return word(text);
}

export function tellPage(root) {
  for (const node of root.querySelectorAll("[title], [aria-label]")) {
    for (const name of ["title", "aria-label"]) if (node.hasAttribute(name)) node.setAttribute(name, t(node.getAttribute(name)));
  }
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data.trim();
    if (text) texts.currentNode.data = texts.currentNode.data.replace(text, () => t(text));
  }
}
