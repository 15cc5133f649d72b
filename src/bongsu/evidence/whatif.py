"""A recorded run replayed under other limits: what would have been judged and decided otherwise, and from where on.

The recorded events are put to the rules twice, under the plan that was signed off and under the changed one. As long
as both ask for the same, the world was given the same, so that its answers would have been the same. At the first
place at which they part the replay ends: what the world would have answered from there on, nobody can know.
Pure, and never evidence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from bongsu.core.actions import Close, Conclude, Enter, Judge, Read, Send
from bongsu.core.decide import decide, look
from bongsu.core.events import Judged, PhaseEntered, Recorded, RunClosed
from bongsu.core.fold import Fold
from bongsu.core.times import iso
from bongsu.evidence.collect_more import matters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from bongsu.checks._port import CheckResult
    from bongsu.core.actions import Action
    from bongsu.core.plan import CheckSpec, Plan
    from bongsu.core.state import Observation, RunState
    from bongsu.evidence.folder import Story

    JudgeIt = Callable[[CheckSpec, Mapping[str, Observation]], CheckResult]

Row = dict[str, Any]
STEPS = 12
"""How many decisions are followed that rest on no answer of the world."""


class Sides(NamedTuple):
    """The run as it was and as it would have been, line by line."""

    was: Replayed
    would: Replayed


class Replayed(NamedTuple):
    """One plan, and the state that the lines so far lead to under it."""

    plan: Plan
    fold: Fold

    def asks(self, at: datetime) -> list[Action]:
        """Return what the rules ask for at a time."""
        return decide(self.plan, self.fold.state, at)


def replay(story: Story, plan: Plan, judge: JudgeIt) -> Row:
    """Return what a run's recorded events come to under another plan, as JSON can hold it."""
    sides = Sides(Replayed(story.plan, Fold(story.plan)), Replayed(plan, Fold(plan)))
    judged: list[Row] = []
    before: Recorded | None = None
    for line in story.lines:
        if before is not None:
            for at in _times(sides.would, before.at, line.at):
                if {_named(a) for a in sides.was.asks(at)} != {_named(a) for a in sides.would.asks(at)}:
                    return _told(story, plan, judged, _parted(sides, before.seq, at, judge))
        event = _would(line, sides.would, judge)
        if isinstance(event, Judged) and isinstance(line.event, Judged) and event.verdict is not line.event.verdict:
            judged.append(_otherwise(line, line.event, event))
        sides.was.fold.add(line)
        sides.would.fold.add(replace(line, event=event))
        before = line
    return _told(story, plan, judged, None)


def _times(would: Replayed, since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the moments between two lines at which a run under this plan would have looked, both ends included."""
    at: datetime | None = since
    while at is not None and at < until:
        yield at
        at = look(would.plan, would.fold.state, at)[1]
    yield until


def _named(action: Action) -> tuple[str, ...]:
    """Return what tells one action from another; neither the words of a reason nor the window of a reading does."""
    match action:
        case Enter():
            return ("enter", action.phase, action.why)
        case Close():
            return ("close", action.verdict, action.why, str(action.exit_code))
        case Judge() | Conclude():
            return ("judge", action.key)
        case _:
            return (type(action).__name__.lower(), action.key)


def _would(line: Recorded, would: Replayed, judge: JudgeIt) -> Any:
    """Return the event that the changed plan gives in the place of a recorded one; the same where it says nothing."""
    event = line.event
    if not isinstance(event, Judged | PhaseEntered):
        return event
    for action in would.asks(line.at):
        if isinstance(event, Judged) and isinstance(action, Judge | Conclude) and action.key == event.key:
            return _judged(action, event, would.fold.state, judge)
        if isinstance(action, Enter) and _named(action) == ("enter", *_entered(event)):
            return PhaseEntered(phase=action.phase, why=action.why, detail=action.detail)
    return event


def _entered(event: Any) -> tuple[str, ...]:
    return (event.phase, event.why) if isinstance(event, PhaseEntered) else ()


def _judged(action: Judge | Conclude, event: Judged, state: RunState, judge: JudgeIt) -> Judged:
    if isinstance(action, Conclude):
        return action.judged
    result = judge(action.check, {reading: state.observations[key] for reading, key in action.sources.items()})
    return replace(event, verdict=result.verdict, why=result.why, figures=result.figures)


def _otherwise(line: Recorded, recorded: Judged, instead: Judged) -> Row:
    return {
        "seq": line.seq,
        "at": iso(line.at),
        "key": recorded.key,
        "recorded": {"verdict": str(recorded.verdict), "why": recorded.why},
        "instead": {"verdict": str(instead.verdict), "why": instead.why},
    }


def _parted(sides: Sides, after: int, at: datetime, judge: JudgeIt) -> Row:
    asked = {_named(action) for action in sides.was.asks(at)}
    asks = {_named(action) for action in sides.would.asks(at)}
    was = sides.was.fold.state
    dropped = {_named(action): action for action in sides.was.asks(at) if _named(action) not in asks}
    recorded = [_shown(action, judge, was) for action in dropped.values()]
    until = look(sides.would.plan, sides.would.fold.state, at)[1]
    instead = list(_followed(sides.would, at, judge)) if asks - asked else []
    waits = None if instead or until is None else iso(until)
    return {"after": after, "at": iso(at), "recorded": recorded, "instead": instead, "waits_until": waits}


def _followed(would: Replayed, at: datetime, judge: JudgeIt) -> Iterator[Row]:
    """Yield what would have been decided at this moment, as far as that rests on nothing the world had to answer."""
    for _ in range(STEPS):
        actions, state = would.asks(at), would.fold.state
        yield from (_shown(action, judge, state) for action in actions)
        own = next((a for a in actions if isinstance(a, Enter | Judge | Conclude | Close)), None)
        if own is None or len(actions) > 1:
            return
        would.fold.add(_hypothetical(own, state, at, judge))


def _hypothetical(action: Enter | Judge | Conclude | Close, state: RunState, at: datetime, judge: JudgeIt) -> Recorded:
    event: Any
    match action:
        case Enter():
            event = PhaseEntered(phase=action.phase, why=action.why, detail=action.detail)
        case Close():
            event = RunClosed(verdict=action.verdict, why=action.why, exit_code=action.exit_code)
        case Conclude():
            event = action.judged
        case Judge():
            result = judge(action.check, {reading: state.observations[key] for reading, key in action.sources.items()})
            event = Judged(key=action.key, check=action.check.kind, verdict=result.verdict, why=result.why)
    return Recorded(seq=state.head.seq + 1, at=at, actor="hypothetical", event=event, hash=state.head.hash)


def _shown(action: Action, judge: JudgeIt, state: RunState) -> Row:
    match action:
        case Enter():
            return {"does": "enter", "what": str(action.phase), "why": str(action.why), "detail": action.detail}
        case Close():
            return {"does": "close", "what": str(action.verdict), "why": str(action.why), "detail": ""}
        case Conclude():
            said = action.judged
            return {"does": "judge", "what": action.key, "why": str(said.verdict), "detail": said.why}
        case Judge():
            result = judge(action.check, {reading: state.observations[key] for reading, key in action.sources.items()})
            return {"does": "judge", "what": action.key, "why": str(result.verdict), "detail": result.why}
        case Read():
            return {"does": "read", "what": action.key, "why": "", "detail": ""}
        case Send():
            return {"does": "send", "what": action.key, "why": "", "detail": ""}
        case _:
            return {"does": type(action).__name__.lower(), "what": action.key, "why": "", "detail": ""}


def _told(story: Story, plan: Plan, judged: list[Row], parted: Row | None) -> Row:
    return {
        "hypothetical": True,
        "run": story.run_id,
        "cutover": story.plan.cutover,
        "head": {"seq": story.state.head.seq, "hash": story.state.head.hash},
        "judged": judged,
        "answers": list(_answers(story, plan, parted["after"] if parted else story.state.head.seq)),
        "parted": parted,
    }


def _answers(story: Story, plan: Plan, until: int) -> Iterator[Row]:
    """Yield the recorded answers, up to a line, that would have been on the other side of their limit."""
    pairs = zip(matters(story.plan, story.state), matters(plan, story.state), strict=False)
    for was, would in pairs:
        for answer in was["answers"]:
            took = answer["within_s"]
            if took is not None and 0 < answer["answered_seq"] <= until:
                sides = took <= was["limit_s"], took <= would["limit_s"]
                if sides[0] != sides[1]:
                    yield {
                        "subject": was["subject"],
                        "contact": answer["contact"],
                        "seq": answer["answered_seq"],
                        "within_s": took,
                        "recorded": {"limit_s": was["limit_s"], "within": sides[0]},
                        "instead": {"limit_s": would["limit_s"], "within": sides[1]},
                    }
