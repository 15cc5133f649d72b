"""The success: what was read back and measured after the switch. It says nothing about its own delivery."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bongsu.core.events import Method, Outcome
from bongsu.messages import _sections
from bongsu.messages._runs import derive_runs
from bongsu.messages.model import Message, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.core.plan import CheckSpec
    from bongsu.core.state import Observation
    from bongsu.messages.facts import Facts

EXECUTION = ("sms_delivery", "state_writes")
"""Kinds of checks that stand under the execution; every other kind stands under the performance."""


def compose(facts: Facts) -> Message:
    """Return the message; FigureMissing without the read-back of the rule or the first invocation's request id."""
    words = facts.words
    seen = _verified(facts)
    scope = seen.key.partition("/")[0] if seen is not None else "verify"
    if seen is not None:
        derive_runs(facts, scope, seen)
    runs = f"{scope}.invocations."
    return Message(
        emoji="✅",
        title=words["success.title"],
        subject=facts.plan.cutover,
        lead=words["success.lead"],
        sections=_sections.whole(
            Section(title=words["success.results"], rows=(*_switched(facts, runs), *_executed(facts, runs))),
            Section(title=words["success.performance"], rows=_performed(facts, runs)),
            Section(title=words["success.deviations"], lines=_deviations(facts)),
            _watched(facts),
            Section(title=words["success.next"], lines=_next(facts)),
            _sections.notes(facts),
        ),
        links=_sections.links(facts),
        footer=_sections.footer(facts),
    )


def _verified(facts: Facts) -> Observation | None:
    """Return the invocations that were verified; those that were waited for when no check has read them since."""
    found = (
        seen
        for key, seen in facts.state.observations.items()
        if seen.reading == "invocations" and key.startswith(("verify/", "observe/"))
    )
    return max(found, key=lambda seen: seen.seq, default=None)


def _switched(facts: Facts, runs: str) -> tuple[Row, ...]:
    read_back = facts.figure("enable.target_rule.state")
    began = facts.figure(f"{runs}first.started_at")
    at = None if began is None or not began.seq else datetime.fromisoformat(began.value)
    read_at = read_back.at if read_back is not None and read_back.seq else None
    return facts.rows(
        ("label.rule", facts.must("success.enabled", time=facts.clock(read_at))),
        ("success.first", facts.must("success.first.text", scope=runs, began=facts.clock(at))),
    )


def _executed(facts: Facts, runs: str) -> tuple[Row, ...]:
    checked = [row for spec in facts.plan.verify if spec.kind in EXECUTION for row in _checked(facts, spec)]
    counts = ("new", "confirm", "guide", "event", "total")
    counted = facts.rows(*((f"success.{name}", facts.say(f"success.{name}.text", scope=runs)) for name in counts))
    return (*checked, *counted)


def _performed(facts: Facts, runs: str) -> tuple[Row, ...]:
    checked = [row for spec in facts.plan.verify if spec.kind not in EXECUTION for row in _checked(facts, spec)]
    return (*checked, *_latencies(facts, runs))


def _checked(facts: Facts, spec: CheckSpec) -> tuple[Row, ...]:
    return _sections.check(facts, "verify", spec)


def _latencies(facts: Facts, runs: str) -> Iterator[Row]:
    scope, end = f"{runs}first.", ".p95"
    names = [name for name in facts.derived if name.startswith(scope) and name.endswith(end)]
    for name in names or ([f"{scope}upstream{end}"] if facts.preview else []):
        upstream = name.removeprefix(scope).removesuffix(end)
        text = facts.say("success.latency.text", scope=f"{scope}{upstream}.")
        if text is not None:
            shown = upstream if names else "‹upstream›"
            yield Row(label=facts.must("success.latency", upstream=shown), text=text)


def _deviations(facts: Facts) -> tuple[str, ...]:
    if facts.preview:
        return (facts.words["unmeasured.deviations"],)
    lines = [*_odd_sends(facts), *_odd_switches(facts)]
    for channel, state in facts.state.listening.items():
        if state != "open":
            lines.append(facts.must("success.deviation.listening", channel=channel))
    return tuple(lines) or (facts.words["success.deviations.none"],)


def _odd_sends(facts: Facts) -> Iterator[str]:
    for send in facts.state.sends.values():
        ours = send.message == facts.action.message or send.method != Method.POST
        if ours or send.accepted:
            continue
        facts.cite(f"send.{send.key}", send.ended_seq or send.seq)
        text = facts.must(
            "success.deviation.send",
            message=facts.words.get(f"message.{send.message}", send.message),
            channel=send.channel,
            outcome=_sections.outcome(facts, send.outcome),
        )
        yield facts.must("success.deviation.reason", text=text, reason=facts.told(send.reason)) if send.reason else text


def _odd_switches(facts: Facts) -> Iterator[str]:
    for switch in facts.state.switches.values():
        if switch.outcome is not Outcome.ACCEPTED:
            facts.cite(f"switch.{switch.key}", switch.seq)
            yield facts.must(
                "success.deviation.switch",
                which=facts.words[f"which.{switch.which}"],
                state=facts.words[f"switched.{switch.to}"],
                outcome=_sections.outcome(facts, switch.outcome),
            )


def _watched(facts: Facts) -> Section:
    watch, people = facts.plan.watch, _sections.on_call(facts)
    length = checks = report = None
    if watch is not None:
        key = "success.watch.text" if facts.plan.drill else "success.watch.text.no_drill"
        length = facts.must(key, length=facts.length(watch.length), every=facts.length(watch.every))
        checks = ", ".join(facts.label("check", spec.kind) for spec in watch.checks)
        report = facts.must("success.watch.report.text", every=facts.length(watch.report_every))
    return Section(
        title=facts.words["success.watch"],
        rows=facts.rows(
            ("success.watch.length", length),
            ("success.watch.checks", checks),
            ("success.watch.report", report),
            ("success.on_call", facts.people(people)),
        ),
    )


def _next(facts: Facts) -> tuple[str, ...]:
    plan, words = facts.plan, facts.words
    lines = [words[key] for key in (f"success.next.{plan.target.kind}",) if key in words]
    if plan.drill is not None:
        lines.append(words["success.next.drill"])
    if plan.watch is not None:
        lines.append(words["success.next.watch"])
    return tuple(lines)
