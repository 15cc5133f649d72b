// The two columns: which conversations there are, what stands in them, and the buttons under it.

import { byId, el, hue, initials, keyed, say, toast } from "./dom.js";
import { post } from "./slack.js";
import { bubble } from "./telegram.js";
import { day, hm, ms } from "./times.js";
import { press, state, you } from "./state.js";
import { t } from "./words.js";

const SERVICES = ["telegram", "slack"];
const NAMES = { telegram: "Telegram", slack: "Slack" };
const chosen = {};
const readers = {};
const known = { telegram: null, slack: null };
const unseen = { telegram: new Map(), slack: new Map() };

const personOn = (service, user) => state.people.find((person) => person[service] === String(user));

const READ = {
  telegram(section) {
    return section.chats.map((chat) => {
      const direct = chat.type === "private" ? personOn("telegram", chat.id) : null;
      return {
        id: String(chat.id),
        title: direct ? direct.name : (chat.title ?? chat.first_name),
        direct,
        members: new Set(chat.members.map(String)),
        messages: chat.messages.map((message) => ({
          id: String(message.message_id),
          at: ms(message.sent_at),
          ...telegramAuthor(message),
          text: message.text,
          labels: (message.reply_markup?.inline_keyboard ?? []).flat().filter((one) => one.callback_data).map((one) => one.text),
          raw: message,
        })),
      };
    });
  },
  slack(section) {
    return section.channels.map((channel) => {
      const direct = channel.is_im ? personOn("slack", channel.user) : null;
      return {
        id: channel.id,
        title: direct ? direct.name : channel.is_im ? channel.user : channel.name,
        direct,
        members: new Set(channel.members),
        messages: channel.messages
          .filter((message) => !message.ephemeral_for || message.ephemeral_for === you()?.slack)
          .map((message) => ({
            id: message.ts,
            at: ms(message.sent_at),
            author: message.bot_id ? "bongsu" : (personOn("slack", message.user)?.name ?? message.user),
            user: message.user,
            bot: Boolean(message.bot_id),
            text: message.text,
            labels: (message.blocks ?? []).flatMap(buttonsOf).filter((one) => !one.url).map((one) => one.text.text),
            raw: message,
          })),
      };
    });
  },
};

// What stands in a channel is the channel's, whoever wrote it.
function telegramAuthor({ from, sender_chat: channel }) {
  if (!from) return { author: channel.title, user: String(channel.id), bot: true };
  const person = from.is_bot ? null : personOn("telegram", from.id);
  return { author: person?.name ?? from.first_name, user: String(from.id), bot: from.is_bot };
}

const buttonsOf = (block) => [...(block.elements ?? []), ...(block.accessory ? [block.accessory] : [])].filter((one) => one.type === "button");

export function showChats() {
  for (const service of SERVICES) {
    const section = state.sections[service];
    byId(service).hidden = !section;
    if (!section || !state.people.length) continue;
    const all = READ[service](section);
    notice(service, all);
    show(service, all);
  }
  showBadges();
}

function shownOf(all, service) {
  const mine = you()?.contact;
  return all
    .filter((chat) => !chat.direct || chat.messages.length || (chat.direct.contact === mine && service === "telegram"))
    .sort((a, b) => Number(Boolean(a.direct)) - Number(Boolean(b.direct)));
}

function show(service, all) {
  const column = byId(service);
  const chats = shownOf(all, service);
  const current = chats.find((chat) => chat.id === chosen[service]) ?? chats[0];
  const log = column.querySelector("[data-messages]");
  if (current && log.clientHeight) unseen[service].delete(current.id);
  keyed(
    column.querySelector("[data-chats]"),
    chats.map((chat) => ({
      key: chat.id,
      signature: JSON.stringify([chat.title, chat === current, unseen[service].get(chat.id) ?? 0, chat.members.size]),
      chat,
    })),
    ({ chat }) => pill(service, chat, chat === current),
  );
  if (!current) return;
  if (log.dataset.chat !== current.id) log.dataset.leave = "";
  log.dataset.chat = current.id;
  keyed(log, items(service, current), (item) => item.build());
  if (log.clientHeight && !log.dataset.leave) log.scrollTop = log.scrollHeight;
}

function pill(service, chat, current) {
  const fresh = unseen[service].get(chat.id) ?? 0;
  const sign = chat.direct ? initials(chat.title) : service === "slack" ? "#" : "⌘";
  return el(
    "button",
    {
      type: "button",
      class: "pill",
      role: "tab",
      "aria-selected": String(current),
      data: { focus: `${service}/${chat.id}` },
      title: chat.direct ? t("The bot's direct messages with {}", chat.title) : t("{} people and the bot", chat.members.size),
      on: { click: () => choose(service, chat.id) },
    },
    el("span", { class: `sign hue-${hue(chat.title)}${chat.direct ? "" : " group"}`, "aria-hidden": "true" }, service === "telegram" && !chat.direct ? initials(chat.title) : sign),
    chat.title,
    chat.direct && el("span", { class: "direct" }, t("direct")),
    fresh > 0 && el("span", { class: "badge", "aria-label": t("{} new", fresh) }, String(fresh)),
  );
}

// Whoever has scrolled back to read is not taken to the newest message.
export function followScrolling() {
  const toEnd = new ResizeObserver((seen) => {
    for (const { target } of seen) if (target.clientHeight && !target.dataset.leave) target.scrollTop = target.scrollHeight;
  });
  for (const service of SERVICES) {
    const log = byId(service).querySelector("[data-messages]");
    toEnd.observe(log);
    log.addEventListener("scroll", () => {
      if (!log.clientHeight) return;
      log.dataset.leave = log.scrollHeight - log.scrollTop - log.clientHeight > 80 ? "yes" : "";
    });
  }
}

export function choose(service, id) {
  chosen[service] = id;
  unseen[service].delete(id);
  showChats();
}

function items(service, chat) {
  const found = [];
  let last = "";
  for (const message of chat.messages) {
    const date = day(message.at);
    if (date !== last) found.push({ key: `day ${date}`, signature: date, build: () => el("div", { class: "day" }, el("span", {}, date)) });
    last = date;
    const held = state.pressing.filter((one) => one.startsWith(`${service}/${chat.id}/${message.id}/`));
    found.push({
      key: message.id,
      signature: JSON.stringify([message.raw, state.you, held]),
      build: () => draw(service, chat, message),
    });
  }
  if (!found.length) found.push({ key: "empty", signature: "", build: () => el("p", { class: "empty" }, t("Nothing was written here yet.")) });
  return found;
}

function draw(service, chat, message) {
  const time = hm(message.at);
  const button = (text, more) => pressable(service, chat, message, { text, ...more });
  if (service === "telegram") {
    const mine = message.user === you()?.telegram;
    return bubble({ ...message.raw, hue: hue(message.author) }, { time, author: message.author, mine, button });
  }
  return post(message.raw, {
    time,
    author: message.author,
    bot: message.bot,
    avatar: avatar(message),
    onlyYou: Boolean(message.raw.ephemeral_for),
    tools: { button, names: (id) => personOn("slack", id)?.name ?? state.sections.slack.channels.find((one) => one.id === id)?.name },
  });
}

function avatar(message) {
  if (message.bot) return el("img", { class: "avatar", src: "icon.svg", alt: "", width: 36, height: 36 });
  return el("span", { class: `avatar hue-${hue(message.author)}`, "aria-hidden": "true" }, initials(message.author));
}

function pressable(service, chat, message, { text, url, style, label }) {
  const name = `${service}/${chat.id}/${message.id}/${label ?? text}`;
  const pressing = state.pressing.includes(name);
  const hindered = whyNot(service, chat);
  return el(
    "button",
    {
      type: "button",
      class: `press ${style ?? ""}${url ? " to-link" : ""}${pressing ? " pressing" : ""}`,
      "aria-disabled": hindered ? "true" : null,
      title: url ?? hindered ?? t("Press as {}", you()?.name),
      data: { focus: name, asks: url ? null : "yes" },
      on: {
        click: () => {
          if (url) toast(t("In earnest this opens {}", url));
          if (hindered) toast(hindered, "bad");
          else if (!url || service === "slack") press({ service, chat: chat.id, message: message.id, button: label ?? text }, name);
        },
      },
    },
    text,
    url && el("span", { class: "arrow", "aria-hidden": "true" }, "↗"),
  );
}

function whyNot(service, chat) {
  const me = you();
  if (!me) return t("Choose who you are first.");
  if (!me[service]) return t("{} is not on {}.", me.name, NAMES[service]);
  if (!chat.members.has(me[service])) return t("{} does not see this chat.", me.name);
  return null;
}

// What is new is said once, and counted where it is not being looked at.
function notice(service, all) {
  const now = new Map(all.flatMap((chat) => chat.messages.map((message) => [`${chat.id}/${message.id}`, { chat, message }])));
  const before = known[service];
  known[service] = new Set([...(before ?? []), ...now.keys()]);
  // What only another person could see until now is not news.
  const turned = readers[service] !== state.you;
  readers[service] = state.you;
  if (!before || turned) return;
  for (const [key, { chat, message }] of now) {
    if (before.has(key)) continue;
    const first = message.text.split("\n")[0];
    const buttons = message.labels.length ? ` ${t("Buttons: {}.", message.labels.join(", "))}` : "";
    say(`${NAMES[service]}, ${chat.title}: ${first}.${buttons}`);
    unseen[service].set(chat.id, (unseen[service].get(chat.id) ?? 0) + 1);
  }
}

function showBadges() {
  for (const service of SERVICES) {
    const count = [...unseen[service].values()].reduce((sum, one) => sum + one, 0);
    const badge = document.querySelector(`#tabs [data-tab="${service}"] .badge`);
    badge.hidden = count === 0;
    badge.textContent = String(count);
  }
}

export function goTo({ service, chat, message, buttons }) {
  document.body.dataset.tab = service;
  choose(service, chat);
  const name = `${service}/${chat}/${message}/${buttons[0]}`;
  const button = document.querySelector(`[data-focus="${CSS.escape(name)}"]`);
  button?.focus();
  button?.scrollIntoView({ block: "center", behavior: "smooth" });
}
