// The clock's face, how time goes, and what the run waits for.

import { byId, el, fill } from "./dom.js";
import { goTo } from "./chats.js";
import { order, state } from "./state.js";
import { parts, t, told } from "./words.js";
import { clock, dayShort, hms, inWords, ms, span, zoneName } from "./times.js";

const NAMES = { telegram: "Telegram", slack: "Slack" };

let everJoined = false;

export function tick() {
  const course = state.sections.clock;
  if (!course) return;
  const now = clock.now();
  const began = course.enabled_at ? ms(course.enabled_at) : null;
  const start = ms(course.window_start);
  const sign = began !== null ? "T+" : now < start ? "T−" : "";
  put("tplus", sign ? sign + span(Math.abs(now - (began ?? start))) : t("window open"));
  put("when", `${hms(now)} ${zoneName(now)} · ${dayShort(now)}`);
  const next = course.ahead[0];
  put("skip-where", next ? t("to {}, {}", hms(ms(next.at)), inWords(ms(next.at) - now)) : t("nothing is due"));
  const open = Boolean(state.sections.seat?.questions.length);
  put("skip-word", open ? t("Skip, unanswered") : t("Skip ahead"));
  byId("skip").classList.toggle("unanswered", open);
  for (const node of document.querySelectorAll("[data-until]")) {
    const text = inWords(Number(node.dataset.until) - now);
    if (node.textContent !== text) node.textContent = text;
  }
}

function put(id, text) {
  const node = byId(id);
  if (node.textContent !== text) node.textContent = text;
}

export function showCourse() {
  const course = state.sections.clock;
  if (!course) return;
  for (const button of document.querySelectorAll("[data-idle]")) {
    button.setAttribute("aria-pressed", String(button.dataset.idle === course.wanted));
  }
  byId("skip").disabled = !course.ahead.length || !course.participants.length;
  document.body.dataset.rate = course.time.rate === "0" ? "still" : course.time.rate === "1" ? "wall" : "fast";
  fill(byId("strip"), ...waits(course));
  tick();
}

function waits(course) {
  const questions = state.sections.seat?.questions ?? [];
  everJoined ||= course.participants.length > 0;
  if (questions.length) return grouped(questions).slice(0, 3).map((group) => asked(group, course));
  if (!course.participants.length) {
    const text = everJoined
      ? t("The run is over, or its process has left. The world stays as it is until its command ends.")
      : t("Nothing runs yet. Start a run against this world with the command that the terminal shows.");
    return [mark("idle"), el("p", {}, text)];
  }
  if (course.held_by.length) {
    return [mark("busy"), el("p", {}, el("b", {}, t("At work:"), " "), [...new Set(course.held_by.map(plainly))].slice(0, 3).join(" · "))];
  }
  const next = course.ahead[0];
  const still = course.time.rate === "0" ? `${t("Time stands still.")} ` : "";
  if (!next) return [mark("idle"), el("p", {}, still, t("Nothing is in flight and nothing is due."))];
  return [
    mark(still ? "still" : "idle"),
    el("p", {}, still, ...parts("Nothing is in flight. Next: {} at {}, {}", el("b", {}, due(next.why)), hms(ms(next.at)), el("span", { data: { until: ms(next.at) } }))),
    course.ahead.length > 1 && el("p", { class: "later" }, t("then {} at {}", due(course.ahead[1].why), hms(ms(course.ahead[1].at)))),
  ];
}

const mark = (kind) => el("span", { class: `mark ${kind}`, "aria-hidden": "true" });

// One matter is asked in several chats: they are shown together by their buttons.
function grouped(questions) {
  const groups = new Map();
  for (const question of questions) {
    const key = question.buttons.join(" / ");
    groups.set(key, [...(groups.get(key) ?? []), question]);
  }
  return [...groups.values()];
}

function asked(group, course) {
  const [question] = group;
  const id = `${question.service}/${question.chat}/${question.message}`;
  const services = [...new Set(group.map((one) => NAMES[one.service]))].join(t(" and "));
  const letBe = () =>
    Promise.all(group.map((one) => order("let-be", { service: one.service, chat: one.chat, message: one.message })));
  return el(
    "div",
    { class: "question" },
    mark("asks"),
    el("p", {}, ...parts("{} waits{}", el("b", {}, question.buttons.join(" / ")), el("span", { class: "where" }, t(" for an answer on {}", services)))),
    el("button", { type: "button", class: "small strong", data: { focus: `go/${id}` }, on: { click: () => goTo(question) } }, t("Go there"), " ", el("kbd", {}, "G")),
    course.wanted === "jump" &&
      el(
        "button",
        { type: "button", class: "small", data: { focus: `be/${id}` }, title: t("Let time jump in spite of it"), on: { click: letBe } },
        t("Let it be"),
      ),
  );
}

const PLAIN = [
  [/^busy: .*$/, () => t("bongsu works")],
  [/^request .*$/, () => t("a request is being answered")],
  [/^telegram update .*$/, () => t("a press is on its way to bongsu")],
  [/^slack .*$/, () => t("a press is on its way to bongsu")],
  [/^invocation of (.*)$/, (found) => t("{} is being started", found[1])],
  [/^running (.*)$/, (found) => t("{} runs", found[1])],
];

function plainly(why) {
  for (const [pattern, words] of PLAIN) {
    const found = pattern.exec(why);
    if (found) return words(found);
  }
  return told(why);
}

function due(why) {
  const rule = /^rule (.*)$/.exec(why);
  if (rule) return t("rule {} fires", rule[1]);
  return / looks again$/.test(why) ? t("bongsu looks again") : told(why);
}

export const steer = (idle) => order("idle", { idle });

export async function skip() {
  if (byId("skip").disabled) return;
  await order("skip");
}
