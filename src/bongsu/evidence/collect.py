"""From a ledger to the tables of its report: `report.json` is exactly these, and report.md is a view of them.

Nothing here reads a clock: the same ledger gives the same bytes on any day, so that `verify` can compare them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, cast

import msgspec

from bongsu.core.escalation import drill_times
from bongsu.core.events import (
    ButtonPressed,
    ClockStepped,
    EndedLate,
    Exchange,
    Method,
    Observed,
    OperatorAsked,
    Order,
    PhaseEntered,
    ReadFailed,
    Resolved,
    SendEnded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
)
from bongsu.core.guard_events import GuardChanged, HeartbeatsChanged, RunLookedFor
from bongsu.core.kinds import RunKind
from bongsu.core.presses import CONSOLE
from bongsu.core.times import iso
from bongsu.evidence.collect_more import (
    cleared_up,
    clock_steps,
    invocations,
    kind,
    listening,
    looks,
    matters,
    not_proven,
    of_a_guard,
    orders,
    phases,
    read_backs,
    rollback,
    skew,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bongsu.core.events import Recorded
    from bongsu.core.plan import Plan
    from bongsu.core.state import RunState
    from bongsu.evidence.folder import Story
    from bongsu.evidence.tables import Asked, Check, FailedReading, Opened, Reading, Tables
    from bongsu.evidence.tables_people import ContactRow, Pressed

FORMAT = 1


def collect(story: Story) -> Tables:
    """Return the report's tables for a run; every entry names the ledger lines (`seq`) that it rests on."""
    plan, state, recorded = story.plan, story.state, story.lines
    cuts = state.kind is RunKind.CUTOVER
    notifications = _notifications(recorded, story.blob)
    tables = {
        "format": FORMAT,
        **kind(state, story.original),
        "run": story.run_id,
        "cutover": plan.cutover,
        "captain": plan.contacts[plan.captain].name,
        "language": plan.announce.languages[0],
        "timezone": plan.timezone.key,
        "window": {"start": iso(plan.window.start), "end": iso(plan.window.end)} if cuts else None,
        **_ended(state),
        "opened": _opened(state),
        "head": {"seq": state.head.seq, "hash": state.head.hash},
        "target": {"kind": plan.target.kind, **plan.target.facts} if _may_switch(state) else {},
        "timeline": [entry for line in recorded if (entry := _moment(line, state)) is not None],
        "phases": phases(recorded),
        "readings": [_reading(line) for line in recorded if isinstance(line.event, Observed)],
        "failed_readings": [_failed(line) for line in recorded if isinstance(line.event, ReadFailed)],
        "read_backs": read_backs(recorded),
        "invocations": invocations(recorded),
        "looks": looks(state),
        "checks": [_check(key, state) for key in state.judgements],
        "notifications": notifications,
        "switches": _switches(recorded),
        "presses": [_press(press_id, state) for press_id in state.presses],
        "matters": matters(plan, state),
        "drill": _drill(plan, state),
        "contacts": [_contact(plan, state, contact) for contact in plan.contacts],
        "summary": _summary(state, notifications),
        "clock_skew": skew(recorded),
        "listening": listening(recorded),
        "orders": orders(recorded),
        "clock_steps": clock_steps(recorded),
        "rollback": rollback(plan, state) if _may_switch(state) else None,
        "not_proven": not_proven(state),
    }
    return cast("Tables", tables)


def _may_switch(state: RunState) -> bool:
    """Return whether such a run may switch the target: a cutover, and a guard."""
    return state.kind in (RunKind.CUTOVER, RunKind.GUARD)


def as_json(tables: Tables) -> bytes:
    """Return the tables as the bytes of report.json."""
    return msgspec.json.format(msgspec.json.encode(tables, order="sorted"), indent=1) + b"\n"


def _iso(at: datetime | None) -> str | None:
    return None if at is None else iso(at)


def _ended(state: RunState) -> dict[str, Any]:
    closed = state.closed
    if closed is None:
        return {"verdict": "unknown", "why": "not_closed", "exit_code": 3}
    return {"verdict": str(closed.verdict), "why": str(closed.why), "exit_code": closed.exit_code}


def _opened(state: RunState) -> Opened:
    opened = state.opened
    assert opened is not None
    return {
        "at": _iso(state.opened_at),
        "program": opened.program,
        "plan_sha256": opened.plan_sha256,
        "endpoints": dict(opened.endpoints),
        "clock": opened.clock,
        "go_by": opened.go_by,
        "closed_at": _iso(state.closed_at),
        "enabled_at": _iso(state.enabled_at),
    }


def _moment(line: Recorded, state: RunState) -> dict[str, Any] | None:
    told = _told(line, state)
    return None if told is None else {"seq": line.seq, "at": iso(line.at), **told}


def _told(line: Recorded, state: RunState) -> dict[str, str] | None:
    """Return what happened at a line; None when that is nothing for the timeline, as of nearly every line."""
    event = line.event
    match event:
        case PhaseEntered():
            return {"what": f"phase {event.phase}", "detail": f"{event.why} {event.detail}".strip()}
        case SendIntended(method=Method.POST):
            return {"what": f"{event.message} about to leave", "detail": event.key}
        case SendEnded() if state.sends[event.key].method == Method.POST:
            return {"what": f"{state.sends[event.key].message} {event.outcome}", "detail": event.key}
        case SwitchIntended():
            return {"what": f"{event.which} about to be {event.to}", "detail": event.key}
        case SwitchEnded():
            return {"what": f"switching call {event.outcome}", "detail": event.reason or event.key}
        case ButtonPressed():
            press = state.presses[event.press_id]
            who = press.contact or f"unknown person on {event.channel}"
            return {"what": f"{event.button} pressed by {who}", "detail": f"{event.channel}, {press.standing}"}
        case Resolved():
            return {"what": f"cleared up as {event.found}", "detail": f"{event.key}, by {event.by}"}
        case EndedLate():
            return {"what": f"learned late: {event.outcome}", "detail": event.key}
        case OperatorAsked(order=Order.ACKNOWLEDGE):
            standing = state.presses[f"{CONSOLE}:{line.seq}"].standing
            return {"what": f"ack pressed by {event.by}", "detail": f"{CONSOLE}, {standing}"}
        case OperatorAsked():
            detail = f"by {event.by}" + (f": {event.reason}" if event.reason else "")
            return {"what": f"{event.order} asked for", "detail": detail}
        case ClockStepped():
            detail = f"by {event.by_ms} ms, " + ("followed" if event.followed else "not followed")
            return {"what": "this machine's clock was set", "detail": detail}
        case GuardChanged() | HeartbeatsChanged() | RunLookedFor():
            return of_a_guard(event)
        case _:
            return None


def _exchange(exchange: Exchange) -> Asked:
    return {
        "service": exchange.service,
        "operation": exchange.operation,
        "status": exchange.status,
        "request_id": exchange.request_id,
        "sent_at": _iso(exchange.sent_at),
        "received_at": _iso(exchange.received_at),
        "service_at": _iso(exchange.service_at),
    }


def _reading(line: Recorded) -> Reading:
    event = line.event
    assert isinstance(event, Observed)
    return {
        "seq": line.seq,
        "at": iso(line.at),
        "key": event.key,
        "reading": event.reading,
        "exchanges": [_exchange(exchange) for exchange in event.exchanges],
        "blobs": dict(sorted(line.blobs.items())),
    }


def _failed(line: Recorded) -> FailedReading:
    event = line.event
    assert isinstance(event, ReadFailed)
    return {"seq": line.seq, "at": iso(line.at), "key": event.key, "reason": event.reason}


def _check(key: str, state: RunState) -> Check:
    judged = state.judgements[key]
    return {
        "seq": judged.seq,
        "at": iso(judged.at),
        "key": key,
        "check": judged.check,
        "verdict": judged.verdict.value,
        "why": judged.why,
        "sources": list(judged.sources),
        "figures": [
            {"name": figure.name, "value": figure.value, "unit": figure.unit, "seq": figure.seq}
            for figure in judged.figures
        ],
    }


def _notifications(recorded: Sequence[Recorded], blob: Callable[[str], bytes]) -> list[dict[str, Any]]:
    """One entry an attempt, because each attempt is its own claim."""
    entries: list[dict[str, Any]] = []
    open_by_key: dict[str, dict[str, Any]] = {}
    for line in recorded:
        event = line.event
        if isinstance(event, SendIntended):
            payload = msgspec.json.decode(blob(line.blobs["payload"]))
            open_by_key[event.key] = {
                "key": event.key,
                "message": event.message,
                "method": str(event.method),
                "channel": event.channel,
                "to": event.to,
                "attempt": event.attempt,
                "repeat_of": event.repeat_of,
                **_about(event),
                "intended_seq": line.seq,
                "intended_at": iso(line.at),
                "figures": dict(sorted(event.figures.items())),
                "text": plain_text(payload),
                "payload": line.blobs["payload"],
                "outcome": "unknown",
            }
            entries.append(open_by_key[event.key])
        elif isinstance(event, SendEnded) and event.key in open_by_key:
            open_by_key[event.key].update(
                outcome=str(event.outcome),
                ended_seq=line.seq,
                ended_at=iso(line.at),
                service_at=_iso(event.service_at),
                ref=dict(sorted(event.ref.items())),
                **_reason(event),
            )
        elif isinstance(event, Resolved | EndedLate) and event.key in open_by_key:
            open_by_key[event.key].update(cleared_up(open_by_key[event.key], line, event))
    return entries


def _about(event: SendIntended) -> dict[str, Any]:
    stands_in = {} if event.instead_of is None else {"instead_of": event.instead_of}
    return {"about": event.about, **stands_in}


def _reason(event: SendEnded) -> dict[str, Any]:
    return {"reason": event.reason, **({"moved_to": event.moved_to} if event.moved_to else {})}


def plain_text(payload: dict[str, Any]) -> str:
    """Return a payload's text as a person reads it, without markup: Telegram HTML, Slack blocks, or plain text."""
    import re
    from html import unescape

    if "title" in payload:
        return f"{payload['title']}\n\n{payload['text']}"
    if "blocks" not in payload:
        return unescape(re.sub(r"<[^>]+>", "", str(payload.get("text", ""))))
    lines: list[str] = []
    for block in payload["blocks"]:
        texts = [block["text"]] if "text" in block else []
        texts += block.get("fields", [])
        texts += [element.get("text") for element in block.get("elements", [])]
        for text in texts:
            words = text.get("text", "") if isinstance(text, dict) else str(text)
            lines.append(f"[{words}]" if block["type"] == "actions" else words)
    return unescape("\n".join(lines))


def _switches(recorded: Sequence[Recorded]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for line in recorded:
        event = line.event
        if isinstance(event, SwitchIntended):
            entries.append(
                {"seq": line.seq, "at": iso(line.at), "key": event.key, "which": event.which, "to": str(event.to)}
            )
        elif isinstance(event, SwitchEnded):
            entries[-1].update(
                ended_seq=line.seq,
                ended_at=iso(line.at),
                outcome=str(event.outcome),
                exchanges=[_exchange(exchange) for exchange in event.exchanges],
            )
    return entries


def _press(press_id: str, state: RunState) -> Pressed:
    press = state.presses[press_id]
    return {
        "seq": press.seq,
        "at": iso(press.at),
        "service_at": _iso(press.service_at),
        "subject": press.subject,
        "message": press.message_key,
        "contact": press.contact,
        "channel": press.channel,
        "service_user": press.service_user,
        "button": press.button,
        "standing": str(press.standing),
    }


def _drill(plan: Plan, state: RunState) -> dict[str, Any] | None:
    judged = state.judgements.get("drill")
    if plan.drill is None or judged is None:
        return None
    return {
        "seq": judged.seq,
        "verdict": str(judged.verdict),
        "why": judged.why,
        "ack_sla_s": int(plan.drill.ack_sla.total_seconds()),
        "times": [
            {
                "contact": time.contact,
                "asked_at": _iso(time.asked_at),
                "asked_seq": time.asked_seq,
                "acked_at": _iso(time.acked_at),
                "acked_seq": time.acked_seq,
                "within_s": time.elapsed_s,
                "channel": time.channel,
                "service_at": _iso(time.service_at),
                "late": time.late,
            }
            for time in drill_times(plan, state)
        ],
    }


def _contact(plan: Plan, state: RunState, contact_id: str) -> ContactRow:
    contact = plan.contacts[contact_id]
    answers = [press for press in state.presses.values() if press.contact == contact_id and press.counted]
    return {
        "id": contact_id,
        "name": contact.name,
        "role": contact.role,
        "channels": sorted(contact.addresses),
        "acknowledged": [
            {
                "seq": press.seq,
                "at": iso(press.at),
                "subject": press.subject,
                "button": press.button,
                "channel": press.channel,
            }
            for press in answers
        ],
    }


def _summary(state: RunState, notifications: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Count each message once, by what became of its newest attempt."""
    posts = {entry["key"]: entry for entry in notifications if entry["method"] == Method.POST}
    by_channel: dict[str, Counter[str]] = {}
    for entry in posts.values():
        counts = by_channel.setdefault(entry["channel"], Counter())
        counts["prepared"] += 1
        counts["in_doubt" if entry["outcome"] == "unknown" else entry["outcome"]] += 1
    total = sum(by_channel.values(), Counter[str]())
    return {
        **{name: total[name] for name in ("prepared", "accepted", "in_doubt", "refused", "not_sent")},
        **{name: total[name] for name in ("found_in_the_channel", "found_by_a_person")},
        "acknowledgements": sum(press.counted for press in state.presses.values()),
        "presses_not_counted": sum(not press.counted for press in state.presses.values()),
        "by_channel": {channel: dict(sorted(counts.items())) for channel, counts in sorted(by_channel.items())},
    }
