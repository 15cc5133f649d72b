"""The tables behind the pictures of report.html: spans of phases, invocations, looks, answers, parts of a rollback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from bongsu.core.escalation import answer_time
from bongsu.core.events import (
    ClockStepped,
    EndedLate,
    Found,
    ListeningChanged,
    Method,
    Observed,
    OperatorAsked,
    Outcome,
    Phase,
    PhaseEntered,
    RunClosed,
    RunOpened,
    SendEnded,
)
from bongsu.core.guard_events import GuardChanged, Guarding, Heart, HeartbeatsChanged, RunLookedFor
from bongsu.core.kinds import RunKind
from bongsu.core.presses import SILENCE, asked_of, named_in, subject_of
from bongsu.core.state import FIRST
from bongsu.core.times import iso
from bongsu.core.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    from bongsu.core.events import Recorded, Resolved
    from bongsu.core.plan import Plan
    from bongsu.core.state import Judgement, RunState
    from bongsu.evidence.tables import Invocation, Look, PhaseSpan, ReadBack, Rollback, RollbackPart, Unproven
    from bongsu.evidence.tables_people import Answer, ClockStep, Listening, Matter, Ordered, Skew

PSEUDONYMS = ("people", "service_ids", "chats", "accounts", "keys", "reasons")
"""Who and what has a pseudonym in a copy for publication."""
_WORST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)
_RULES: dict[str, Literal["target", "legacy"]] = {"target_rule": "target", "legacy_rule": "legacy"}
_PARTS: tuple[Literal["detect", "decide", "execute", "total"], ...] = ("detect", "decide", "execute", "total")


def kind(state: RunState, original: str = "") -> dict[str, Any]:
    """Return what a copy for publication, a drill, a page alone or a guard is; of a run of a cutover itself nothing."""
    copy = {"published": {"pseudonyms": [*PSEUDONYMS], "original": original}} if original else {}
    return {**copy, **_kind(state)}


def _kind(state: RunState) -> dict[str, Any]:
    if state.opened is None or state.kind is RunKind.CUTOVER:
        return {}
    if state.heart is not None:
        return {"kind": state.kind.value, "guards": state.heart.run}
    raised = state.raised
    if raised is None:
        return {"kind": state.kind.value}
    told = {"summary": raised.summary, "policy": raised.policy, "dedup": raised.dedup, "by": state.opened.go_by}
    return {"kind": state.kind.value, "raised": told}


def phases(recorded: Sequence[Recorded]) -> list[PhaseSpan]:
    """Return every phase in order, each until the next one's line."""
    spans: list[PhaseSpan] = []
    for line in recorded:
        event = line.event
        if not isinstance(event, PhaseEntered | RunOpened | RunClosed):
            continue
        if spans:
            spans[-1]["until"] = iso(line.at)
        if isinstance(event, PhaseEntered):
            phase, why, detail = str(event.phase), str(event.why), event.detail
        elif isinstance(event, RunOpened):
            phase, why, detail = str(FIRST[event.kind]), "started", ""
        else:
            phase, why, detail = str(Phase.CLOSED), str(event.why), ""
        spans.append({"seq": line.seq, "at": iso(line.at), "until": None, "phase": phase, "why": why, "detail": detail})
    return spans


def read_backs(recorded: Sequence[Recorded]) -> list[ReadBack]:
    """Return every state of a rule that was read back."""
    return [
        {
            "seq": line.seq,
            "at": iso(line.at),
            "key": line.event.key,
            "which": _RULES[line.event.reading],
            "state": str(line.event.values.get("state", "")),
        }
        for line in recorded
        if isinstance(line.event, Observed) and line.event.reading in _RULES
    ]


def invocations(recorded: Sequence[Recorded]) -> list[Invocation]:
    """Return every complete invocation once, at the first line that shows it, in order of their start."""
    found: dict[str, Invocation] = {}
    for line in recorded:
        if isinstance(line.event, Observed) and line.event.reading == "invocations":
            for run in line.event.values.get("complete", ()):
                found.setdefault(run["request_id"], _invocation(run, line.seq))
    return sorted(found.values(), key=lambda one: (one["started_at"], one["request_id"]))


def _invocation(run: dict[str, Any], seq: int) -> Invocation:
    return {
        "seq": seq,
        "request_id": run["request_id"],
        "started_at": run["started_at"],
        "ended_at": run["ended_at"],
        "duration_ms": run["duration_ms"],
        "failed": run["failed"],
    }


def looks(state: RunState) -> list[Look]:
    """Return every look of the watch in order, with the worst verdict of its checks.

    A check that found nothing to judge counts as passed for its look, as it does for the run.
    """
    grouped: dict[int, list[str]] = {}
    for key in state.judgements:
        scope, _, rest = key.partition("/")
        number = rest.partition("/")[0]
        if scope == "watch" and number.isdecimal():
            grouped.setdefault(int(number), []).append(key)
    found: list[Look] = []
    for look, keys in sorted(grouped.items()):
        judged = [state.judgements[key] for key in keys]
        last = max(judged, key=lambda one: one.seq)
        idle = {one.key for one in judged if _nothing_to_judge(one)}
        counted = {Verdict.PASS if one.key in idle else one.verdict for one in judged}
        verdict = next(word for word in _WORST if word in counted)
        found.append(
            {
                "seq": last.seq,
                "at": iso(last.at),
                "number": look,
                "verdict": verdict.value,
                "idle": bool(idle),
                "checks": sorted(keys),
            }
        )
    return found


def _nothing_to_judge(judged: Judgement) -> bool:
    return judged.verdict is Verdict.UNKNOWN and any(
        figure.name == "items" and figure.value == "0" for figure in judged.figures
    )


def orders(recorded: Sequence[Recorded]) -> list[Ordered]:
    """Return every order that was given on the command line."""
    return [
        {
            "seq": line.seq,
            "at": iso(line.at),
            "order": str(line.event.order),
            "by": line.event.by,
            "reason": line.event.reason,
        }
        for line in recorded
        if isinstance(line.event, OperatorAsked)
    ]


def clock_steps(recorded: Sequence[Recorded]) -> list[ClockStep]:
    """Return every time that this machine's clock was set."""
    return [
        {"seq": line.seq, "at": iso(line.at), "by_ms": line.event.by_ms, "followed": line.event.followed}
        for line in recorded
        if isinstance(line.event, ClockStepped)
    ]


HEARD = {
    Heart.ARMED: "handed to the guard",
    Heart.SILENT: "no heartbeat",
    Heart.HEARD: "heard again",
    Heart.CLOSED: "the run took its leave",
    Heart.LEFT: "the run took its leave",
}
GUARDING = {
    Guarding.STANDING_BY: "the guard stands by",
    Guarding.LOST: "the guard does not answer",
    Guarding.ACTED: "the guard took this run for dead",
}


def of_a_guard(event: GuardChanged | HeartbeatsChanged | RunLookedFor) -> dict[str, str]:
    """Return what happened between a run and its guard, and its detail, for the timeline."""
    if isinstance(event, HeartbeatsChanged):
        return {"what": HEARD[event.state], "detail": f"{event.run}, {event.phase}"}
    if isinstance(event, RunLookedFor):
        return {"what": "second look", "detail": event.reason}
    return {"what": GUARDING[event.state], "detail": event.reason or event.guard_run}


def matters(plan: Plan, state: RunState) -> list[Matter]:
    """Return everything that people were asked to answer, in the order in which it was asked."""
    subjects = dict.fromkeys(subject_of(send.key) for send in state.sends.values() if send.method == Method.POST)
    return [
        {
            "subject": subject,
            "limit_s": _seconds(limit),
            "answers": [_answer(plan, state, subject, contact) for contact in people],
        }
        for subject in subjects
        for limit, people in _asked(plan, state, subject)
    ]


def _asked(plan: Plan, state: RunState, subject: str) -> Iterator[tuple[timedelta, Sequence[str]]]:
    """Yield the limit of a matter's answers and the people asked; nothing for one that nobody is asked to answer."""
    policy = plan.policy(named_in(plan, subject))
    if subject == "go_request" and plan.go is not None:
        yield plan.go.within, plan.go.of
    elif subject == "drill" and plan.drill is not None:
        yield plan.drill.ack_sla, plan.drill.everyone
    elif subject == SILENCE and plan.guard is not None:
        yield plan.escalation[plan.guard.policy].ack_sla, asked_of(plan, subject)
    elif subject.startswith("page/") and policy is not None:
        paged = {_person(key) for key in state.sends if subject_of(key) == subject}
        paged |= {press.contact or "" for press in state.presses.values() if press.subject == subject and press.counted}
        yield policy.ack_sla, [contact for contact in plan.contacts if contact in paged]


def _person(key: str) -> str:
    return key.partition("//")[2].rpartition("@")[0]


def _answer(plan: Plan, state: RunState, subject: str, contact: str) -> Answer:
    time = answer_time(plan, state, subject, contact)
    press = next((press for press in state.presses.values() if press.seq == time.acked_seq), None)
    return {
        "contact": contact,
        "asked_at": None if time.asked_at is None else iso(time.asked_at),
        "asked_seq": time.asked_seq,
        "answered_at": None if time.acked_at is None else iso(time.acked_at),
        "answered_seq": time.acked_seq,
        "button": press.button if press else "",
        "within_s": time.elapsed_s,
        "late": time.late,
    }


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def rollback(plan: Plan, state: RunState) -> Rollback:
    """Return what the plan says of a rollback, and how long the parts of one took that was carried out."""
    rule, judged = plan.rollback, state.judgements.get("rollback")
    limits = {"detect": rule.detect, "decide": rule.decide, "execute": rule.execute, "total": rule.total}
    took = {} if judged is None else {figure.name: figure for figure in judged.figures}
    parts: list[RollbackPart] = [
        {
            "name": name,
            "took_s": int(took[f"{name}_s"].value),
            "limit_s": _seconds(limits[name]),
            "seq": took[f"{name}_s"].seq,
        }
        for name in _PARTS
        if f"{name}_s" in took
    ]
    return {
        "when": list(rule.when),
        "detect_s": _seconds(rule.detect),
        "decide_s": _seconds(rule.decide),
        "execute_s": _seconds(rule.execute),
        "within_s": _seconds(rule.total),
        "legacy": dict(plan.legacy.facts) if plan.legacy else None,
        "on_rollback": plan.legacy.on_rollback if plan.legacy else None,
        "parts": parts if judged is not None else None,
    }


def not_proven(state: RunState) -> list[Unproven]:
    """Return what this evidence cannot show; the first two hold for every run."""
    doubtful = {Outcome.IN_DOUBT, None}
    found: dict[str, list[str]] = {
        "in_doubt": [send.key for send in state.sends.values() if send.outcome in doubtful],
        "switch_in_doubt": [switch.key for switch in state.switches.values() if switch.outcome in doubtful],
        "unknown": [
            key
            for key, judged in state.judgements.items()
            if judged.verdict is Verdict.UNKNOWN and not _nothing_to_judge(judged)
        ],
        "unanswered": sorted(state.failures),
        "not_listening": sorted(channel for channel, way in state.listening.items() if way != "open"),
    }
    unproven: list[Unproven] = [{"what": "seen", "about": []}, {"what": "services_and_clock", "about": []}]
    unproven += [cast("Unproven", {"what": what, "about": about}) for what, about in found.items() if about]
    if state.clock_steps:
        unproven.append({"what": "clock_set", "about": []})
    if state.closed is None:
        unproven.append({"what": "end", "about": []})
    return unproven


def listening(recorded: Sequence[Recorded]) -> list[Listening]:
    """Return every time that a way in opened or was lost."""
    return [
        {"seq": line.seq, "at": iso(line.at), "channel": line.event.channel, "state": line.event.state}
        for line in recorded
        if isinstance(line.event, ListeningChanged)
    ]


def skew(recorded: Sequence[Recorded]) -> Skew | None:
    """Return the greatest distance between a service's own time and our receipt, over all messages with both."""
    distances = [
        (abs(line.event.service_at - line.at).total_seconds(), line.seq)
        for line in recorded
        if isinstance(line.event, SendEnded) and line.event.service_at is not None
    ]
    if not distances:
        return None
    most, seq = max(distances)
    return {"at_most_ms": round(most * 1000), "seq": seq, "messages": len(distances)}


def cleared_up(entry: dict[str, Any], line: Recorded, event: Resolved | EndedLate) -> dict[str, Any]:
    """Return what a look, a person or a late end says of an attempt in doubt."""
    if isinstance(event, EndedLate):
        if (entry["outcome"], entry["attempt"]) != (
            Outcome.IN_DOUBT,
            event.attempt,
        ) or event.outcome == Outcome.IN_DOUBT:
            return {}
        outcome, by = str(event.outcome), "late_end"
    else:
        # Found is not accepted: whoever reads the report sees that the answer itself was lost.
        there = "found_in_the_channel" if event.by == "read_back" else "found_by_a_person"
        outcome, by = there if event.found in (Found.ACCEPTED, Found.DONE) else "not_sent", event.by
    entry = {"outcome": outcome, "resolved_seq": line.seq, "resolved_at": iso(line.at), "resolved_by": by}
    return {**entry, "ref": dict(sorted(event.ref.items()))}
