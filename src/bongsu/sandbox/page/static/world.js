// What became of the presses, the state of schedules, functions, SMS and alarms, and the record's newest lines.

import { byId, el, fill, keyed } from "./dom.js";
import { state } from "./state.js";
import { hms, ms } from "./times.js";
import { parts, t, told } from "./words.js";

const NAMES = { telegram: "Telegram", slack: "Slack" };

export function showPresses() {
  const presses = [...(state.sections.presses ?? [])].reverse();
  const box = byId("presses");
  if (!presses.length) {
    fill(box, el("li", { class: "empty" }, t("Nobody has pressed anything yet.")));
    return;
  }
  box.querySelector(".empty")?.remove();
  keyed(
    box,
    presses.map((press) => ({ key: `${press.service}/${press.id}`, signature: JSON.stringify(press), press })),
    ({ press }) => pressLine(press),
  );
}

function pressLine(press) {
  const name = state.people.find((one) => one.contact === press.person)?.name ?? press.person;
  const [kind, text] = outcome(press);
  return el(
    "li",
    { class: `press-line ${kind}` },
    el("div", {}, ...parts("{} pressed {} on {} {}", el("b", {}, name), el("b", {}, press.button), NAMES[press.service], el("time", {}, hms(ms(press.at))))),
    el("div", { class: "came" }, text),
  );
}

function outcome(press) {
  const took = press.answered_at ? t(" after {}", seconds(press.at, press.answered_at)) : "";
  switch (press.outcome) {
    case "answered":
      return ["told", press.answer ? t("Accepted; bongsu answered{}: “{}”", took, press.answer) : t("Accepted; bongsu answered{}, without words", took)];
    case "taken":
      return ["told", t("Accepted; bongsu took it in {} ms and has not answered yet", press.ack_ms)];
    case "late":
      return ["bad", t("bongsu took {} ms, more than Slack's three seconds: the person sees an error", press.ack_ms)];
    case "lost":
      return ["bad", t("Nobody took it: the person sees an error")];
    case "refused":
      return ["bad", t("Not accepted by the service: {}", told(press.answer))];
    default:
      return ["waits", t("Accepted by the service; bongsu has not fetched it yet")];
  }
}

function seconds(from, to) {
  const passed = ms(to) - ms(from);
  return passed < 1000 ? `${Math.round(passed)} ms` : `${(passed / 1000).toFixed(1)} s`;
}

export function showWorld() {
  const world = state.sections.world;
  if (!world) return;
  fill(byId("rules"), ...world.rules.map(ruleLine));
  fill(byId("functions"), ...world.functions.filter((one) => one.runs.length).map(functionLines));
  fill(byId("sms"), smsLine(world.sms));
  fill(byId("alarms"), alarmLine(world.alarms));
}

function ruleLine(rule) {
  const on = rule.state !== "DISABLED";
  return el(
    "div",
    { class: "rule" },
    el("b", { class: "rule-name" }, rule.name),
    el("span", { class: `chip ${on ? "on" : "off"}` }, rule.state),
    el("div", { class: "rule-more" }, rule.target ? t("The new schedule: {} starts {}", rule.expression, rule.function) : t("The old schedule: {} starts {}", rule.expression, rule.function), rule.fires_at && t(", next at {}", hms(ms(rule.fires_at)))),
  );
}

function functionLines(one) {
  const total = Object.values(one.ended).reduce((sum, count) => sum + count, 0);
  return el(
    "div",
    { class: "function" },
    el("div", { class: "function-name" }, el("b", {}, one.name), ` ${total === 1 ? t("1 invocation") : t("{} invocations", total)}`),
    el(
      "ol",
      { class: "runs" },
      ...one.runs.map((run) =>
        el(
          "li",
          {},
          el("time", {}, hms(ms(run.at))),
          el("span", { class: `chip ${run.ended === "response" ? "on" : "bad"}` }, ENDED[run.ended]?.() ?? run.ended),
          el("span", { class: "took" }, run.duration_us === null ? "" : `${(run.duration_us / 1e6).toFixed(2)} s`),
          el("span", { class: "aside" }, [run.cold && t("cold start"), run.attempt > 1 && t("attempt {}", run.attempt)].filter(Boolean).join(", ")),
        ),
      ),
    ),
  );
}

const ENDED = {
  response: () => t("returned"),
  error: () => t("error"),
  timeout: () => t("timed out"),
  exit: () => t("exited"),
  init_error: () => t("did not start"),
  never_run: () => t("never ran"),
};

function smsLine(sms) {
  const bar = el("div", { class: "bar", role: "img", "aria-label": t("{} of {} delivered", sms.delivered, sms.accepted) });
  for (const kind of ["delivered", "on_the_way", "failed"]) {
    const part = el("span", { class: kind });
    part.style.flexGrow = String(sms[kind]);
    if (sms[kind]) bar.append(part);
  }
  const more = [sms.failed && t("{} failed", sms.failed), sms.on_the_way && t("{} on the way", sms.on_the_way)].filter(Boolean).join(", ");
  return el("div", { class: "sms" }, el("b", {}, "SMS "), t("{} accepted, {} delivered", sms.accepted, sms.delivered), more && `, ${more}`, bar);
}

function alarmLine(alarms) {
  return el(
    "div",
    { class: "alarms" },
    el("b", {}, t("Alarms"), " "),
    ...Object.entries(alarms).map(([name, what]) => el("span", { class: `chip ${what === "OK" ? "on" : what === "ALARM" ? "bad" : "off"}` }, `${name} ${what}`)),
  );
}

export function showRecord() {
  const all = byId("quiet").checked;
  const lines = (state.sections.record ?? []).filter((line) => all || !line.quiet).slice(-100);
  const box = byId("record");
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  keyed(
    box,
    lines.map((line) => ({ key: String(line.n), signature: "", line })),
    ({ line }) =>
      el(
        "li",
        { class: `${line.quiet ? "quiet-line" : ""}${line.fault ? " fault-line" : ""}` },
        el("time", {}, hms(ms(line.at))),
        el("b", {}, `${line.service === "aws" ? "" : `${line.service} `}${line.operation}`),
        el("span", {}, line.text),
      ),
  );
  if (atEnd) box.scrollTop = box.scrollHeight;
}
