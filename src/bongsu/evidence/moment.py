"""What was known and decided at a moment of a run, and why: its ledger up to there, and nothing that came later.

Only one part looks ahead, and says so: what was decided next, and the line that this rested on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.core.decide import decide, wake_at
from bongsu.core.escalation import drill_times
from bongsu.core.events import Judged, Method, Outcome, Phase, PhaseEntered, RunClosed, RunOpened, SwitchIntended
from bongsu.core.fold import Fold
from bongsu.core.reads import whole_minute
from bongsu.core.reversal import decided_by
from bongsu.core.state import FIRST
from bongsu.core.times import iso
from bongsu.evidence.collect_more import matters
from bongsu.evidence.steps_causality import matches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bongsu.core.events import Recorded
    from bongsu.core.plan import Plan
    from bongsu.core.state import RunState
    from bongsu.evidence.folder import Story

Row = dict[str, Any]
Decision = PhaseEntered | Judged | SwitchIntended | RunClosed


def moment_of(story: Story, at: datetime) -> Row:
    """Return what the lines up to a time say, as JSON can hold it; the time must not lie before the first line."""
    plan = story.plan
    fold = Fold(plan)
    known = [line for line in story.lines if line.at <= at]
    for line in known:
        fold.add(line)
    state = fold.state
    deadline = deadline_of(plan, state)
    closed = state.closed is not None
    wake = None if closed else wake_at(plan, state, at)
    return {
        "run": story.run_id,
        "cutover": plan.cutover,
        "at": iso(at),
        "line": {"seq": state.head.seq, "hash": state.head.hash, "at": iso(known[-1].at)},
        "lines_later": len(story.lines) - len(known),
        "phase": _phase(known),
        "looks_again_at": None if wake is None else iso(wake),
        "deadline": None if deadline is None else {"at": iso(deadline[0]), "by": deadline[1]},
        "wants": [] if closed else sorted({action.key for action in decide(plan, state, at)}),
        "checks": _checks(state),
        "figures": _figures(state),
        "told": list(_told(state)),
        "answers": list(_answers(state)),
        "awaited": list(_awaited(plan, state)),
        "in_flight": list(_unsettled(state, None)),
        "in_doubt": list(_unsettled(state, Outcome.IN_DOUBT)),
        "decided_next": _next(story, len(known)),
    }


def _phase(known: list[Recorded]) -> Row:
    for line in reversed(known):
        match line.event:
            case PhaseEntered() as event:
                said = (str(event.phase), str(event.why), event.detail)
            case RunOpened() as event:
                said = (str(FIRST[event.kind]), "started", "")
            case RunClosed() as event:
                said = (str(Phase.CLOSED), str(event.why), str(event.verdict))
            case _:
                continue
        return {"phase": said[0], "why": said[1], "detail": said[2], "since": iso(line.at), "seq": line.seq}
    raise AssertionError("a run's first line opens it")


def deadline_of(plan: Plan, state: RunState) -> tuple[datetime, str] | None:
    """Return when the phase is over at the latest, and the key of the plan that says so; None where nothing does."""
    phase, entered = state.phase, state.entered.get(state.phase)
    assert entered is not None or phase is Phase.CLOSED
    if entered is None:
        return None
    match phase:
        case Phase.BASELINED if plan.go is not None:
            return entered + plan.go.within, "go.within"
        case Phase.PLANNED | Phase.BASELINED | Phase.APPROVED | Phase.ANNOUNCED:
            return plan.window.end, "window.end"
        case Phase.OBSERVING:
            return max(state.entered[Phase.ENABLED], entered) + plan.first_run.within, "first_run.within"
        case Phase.VERIFYING:
            return entered + plan.first_run.settle, "first_run.settle"
        case Phase.SUCCEEDED | Phase.DRILLING:
            return _drilled_by(plan, state)
        case Phase.WATCHING if plan.watch is not None:
            began = whole_minute(state.first_entered[Phase.WATCHING])
            return began + plan.watch.length // plan.watch.every * plan.watch.every, "watch.for"
        case Phase.DECIDING:
            return decided_by(plan, entered), "rollback.decide"
        case Phase.ROLLING_BACK:
            return entered + plan.rollback.execute, "rollback.execute"
        case _:
            return None


def _drilled_by(plan: Plan, state: RunState) -> tuple[datetime, str] | None:
    asked = [time.asked_at for time in drill_times(plan, state) if time.asked_at is not None]
    return (max(asked) + plan.drill.ack_sla, "drill.ack_sla") if plan.drill is not None and asked else None


def _checks(state: RunState) -> list[Row]:
    return [
        {
            "key": key,
            "check": judged.check,
            "verdict": str(judged.verdict),
            "why": judged.why,
            "at": iso(judged.at),
            "seq": judged.seq,
            "sources": list(judged.sources),
        }
        for key, judged in state.judgements.items()
    ]


def _figures(state: RunState) -> list[Row]:
    """Return what checks had measured; a reading's own values stand in its line."""
    return [
        {"name": f"{key}.{one.name}", "value": one.value, "unit": one.unit, "seq": one.seq}
        for key, judged in state.judgements.items()
        for one in judged.figures
    ]


def _told(state: RunState) -> Iterator[Row]:
    for send in state.sends.values():
        if send.method == Method.POST and send.accepted:
            assert send.ended_at is not None
            yield {
                "key": send.key,
                "message": send.message,
                "channel": send.channel,
                "at": iso(send.ended_at),
                "seq": send.ended_seq,
            }


def _answers(state: RunState) -> Iterator[Row]:
    for press in state.presses.values():
        yield {
            "subject": press.subject,
            "contact": press.contact,
            "button": press.button,
            "standing": str(press.standing),
            "at": iso(press.at),
            "seq": press.seq,
        }


def _awaited(plan: Plan, state: RunState) -> Iterator[Row]:
    """Yield who had been asked and had not answered, and how long they still had."""
    over = {"go_request": state.phase is not Phase.BASELINED, "drill": "drill" in state.judgements}
    aside = state.phase in (Phase.DECIDING, Phase.ROLLBACK_FAILED)
    for matter in matters(plan, state):
        paged = state.phase is Phase.PAGING or (aside and matter["subject"] == f"page/{state.troubles}")
        if over.get(matter["subject"], not paged) or state.closed is not None:
            continue
        for answer in matter["answers"]:
            if answer["asked_at"] is not None and answer["answered_at"] is None:
                yield {
                    "subject": matter["subject"],
                    "contact": answer["contact"],
                    "asked_at": answer["asked_at"],
                    "seq": answer["asked_seq"],
                    "limit_s": matter["limit_s"],
                }


def _unsettled(state: RunState, outcome: Outcome | None) -> Iterator[Row]:
    for send in state.sends.values():
        if send.outcome is outcome:
            yield _effect(send.key, f"{send.message} through {send.channel}", send.seq, send.intended_at)
    for switch in state.switches.values():
        if switch.outcome is outcome:
            yield _effect(switch.key, f"{switch.which} to be {switch.to}", switch.seq, switch.intended_at)


def _effect(key: str, what: str, seq: int, since: datetime) -> Row:
    return {"key": key, "what": what, "seq": seq, "since": iso(since)}


def _next(story: Story, known: int) -> Row | None:
    """Return the first decision after the known lines, and the line that it rested on."""
    line = next((line for line in story.lines[known:] if isinstance(line.event, Decision)), None)
    if line is None:
        return None
    event = line.event
    rests, waited = rests_on(story, line)
    what, why = str(getattr(event, "phase", "")), str(getattr(event, "why", ""))
    match event:
        case Judged():
            what = f"{event.key}: {event.verdict}"
        case SwitchIntended():
            what = f"{event.which} to be {event.to}"
        case RunClosed():
            what = f"closed: {event.verdict}"
        case _:
            pass
    kind = {PhaseEntered: "phase", Judged: "verdict", SwitchIntended: "switch"}.get(type(event), "end")
    return {
        "seq": line.seq,
        "at": iso(line.at),
        "kind": kind,
        "what": what,
        "why": why,
        "rests_on": rests,
        "waited": waited,
    }


def rests_on(story: Story, line: Recorded) -> tuple[int, bool]:
    """Return the line from which on the rules asked for a decision at its time, and whether it had to wait for that.

    Waited: the line alone was not enough, a time of the plan had to come as well.
    """
    entered = [one.seq for one in story.lines[: line.seq - 1] if isinstance(one.event, PhaseEntered)]
    fold, found, waited = Fold(story.plan), 0, False
    for before in story.lines[: line.seq - 1]:
        fold.add(before)
        if before.seq < (entered or [1])[-1]:
            continue  # what a phase decides rests on nothing before it was entered
        if not _wanted(story.plan, fold.state, line, line.at):
            found = 0
        elif not found:
            found = before.seq
            waited = not _wanted(story.plan, fold.state, line, before.at)
    return found or line.seq - 1, waited


def _wanted(plan: Plan, state: RunState, line: Recorded, at: datetime) -> bool:
    return any(matches(action, line.event, state) for action in decide(plan, state, at))
