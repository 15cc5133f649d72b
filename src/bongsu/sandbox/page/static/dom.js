// Small helpers for building the page. Text goes in as text, never as markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (name === "data") {
      for (const [key, text] of Object.entries(value)) if (text !== null && text !== undefined) node.dataset[key] = text;
    }
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

// Bring a container's children in line with items, building anew only those whose signature has changed.
// Whatever had the focus keeps it, by its data-focus name, when it was built anew.
export function keyed(container, items, build) {
  const focused = container.contains(document.activeElement) ? document.activeElement : null;
  const name = focused?.dataset.focus;
  const before = new Map([...container.children].map((node) => [node.dataset.key, node]));
  let place = container.firstElementChild;
  for (const item of items) {
    const old = before.get(item.key);
    before.delete(item.key);
    let node = old;
    if (!old || old.signature !== item.signature) {
      node = build(item);
      node.dataset.key = item.key;
      node.signature = item.signature;
      if (old) {
        if (place === old) place = node;
        old.replaceWith(node);
      }
    }
    if (node !== place) container.insertBefore(node, place);
    else place = place.nextElementSibling;
  }
  for (const gone of before.values()) gone.remove();
  if (focused && !focused.isConnected) refocus(container, name);
}

function refocus(container, name) {
  const same = name && container.querySelector(`[data-focus="${CSS.escape(name)}"]`);
  const target = same || container.closest("[tabindex]") || container;
  target.focus({ preventScroll: true });
}

export function fill(container, ...children) {
  const name = container.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  const had = container.contains(document.activeElement);
  container.replaceChildren(...children.filter(Boolean));
  if (had) refocus(container, name);
}

export function toast(text, kind = "") {
  const node = el("div", { class: `toast ${kind}` }, text);
  byId("toasts").append(node);
  const stay = Math.min(12000, 4000 + text.length * 40);
  setTimeout(() => node.classList.add("leaving"), stay);
  setTimeout(() => node.remove(), stay + 400);
}

export function say(text) {
  const line = el("p", {}, text);
  byId("said").append(line);
  setTimeout(() => line.remove(), 20000);
}

export function initials(name) {
  const words = name.split(/[\s_-]+/).filter(Boolean);
  return (words.length > 1 ? words[0][0] + words[1][0] : name.slice(0, 2)).toUpperCase();
}

const hues = new Map();

export function hue(name) {
  if (!hues.has(name)) hues.set(name, hues.size % 7);
  return hues.get(name);
}
