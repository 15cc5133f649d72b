"""The state of a run: a fold over its ledger, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a snapshot is read by these annotations
from dataclasses import dataclass, field, fields, replace
from datetime import datetime  # noqa: TC003
from operator import attrgetter
from typing import TYPE_CHECKING, Any, assert_never

from bongsu.core.chain import START, Head
from bongsu.core.clearing import cleared_up
from bongsu.core.events import (
    ButtonPressed,
    ClockStepped,
    EndedLate,
    Judged,
    JudgedFigure,
    ListeningChanged,
    Observed,
    OperatorAsked,
    Order,
    Outcome,
    Phase,
    PhaseEntered,
    ReadFailed,
    Resolved,
    RunClosed,
    RunOpened,
    SendEnded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
    SwitchState,
    Why,
)
from bongsu.core.figures import Figure  # noqa: TC001
from bongsu.core.guard_events import GuardChanged, HeartbeatsChanged, RunLookedFor
from bongsu.core.guard_state import of_guards
from bongsu.core.kinds import RunKind
from bongsu.core.measured import Measured, figures_judged, figures_seen, place_judged, place_seen
from bongsu.core.pacing import Moment  # noqa: TC001
from bongsu.core.presses import Press, answered_at_the_console, judge_press
from bongsu.core.sends import Moved, PutOff, SendRecord, Way, ended, intended
from bongsu.core.verdict import Verdict  # noqa: TC001

if TYPE_CHECKING:
    from bongsu.core.events import Recorded
    from bongsu.core.kinds import Raised
    from bongsu.core.plan import Plan
    from bongsu.core.sends import Put


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a reading found: its values, and the ledger line that holds their source."""

    key: str
    reading: str
    seq: int
    at: datetime
    args: Mapping[str, Any]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """How often in a row a reading failed, when last, and whether asking again can help."""

    count: int
    at: datetime
    reason: str
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a check came to, and where that stands."""

    key: str
    check: str
    seq: int
    at: datetime
    verdict: Verdict
    why: str
    figures: tuple[JudgedFigure, ...]
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchRecord:
    """One switching: its newest intention, and how the call ended."""

    key: str
    which: str
    to: SwitchState
    seq: int
    attempt: int
    intended_at: datetime
    outcome: Outcome | None = None
    ended_seq: int = 0
    ended_at: datetime | None = None
    reason: str = ""
    request_id: str = ""
    """The service's own name for the call."""
    doubted: bool = False
    """Whether an attempt before the newest one ended in doubt: it may still take effect."""

    @property
    def may_be_done(self) -> bool:
        """Whether the state may change, or have changed, by any attempt so far, whatever was read since."""
        return self.doubted or self.outcome in (None, Outcome.ACCEPTED, Outcome.IN_DOUBT)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """Everything the ledger says, in the form that decisions are made from."""

    head: Head = START
    at: datetime | None = None
    """Time of the newest line."""
    opened: RunOpened | None = None
    opened_at: datetime | None = None
    phase: Phase = Phase.PLANNED
    entered: dict[Phase, datetime] = field(default_factory=dict)
    whys: dict[Phase, PhaseEntered] = field(default_factory=dict)
    observations: dict[str, Observation] = field(default_factory=dict)
    failures: dict[str, Failures] = field(default_factory=dict)
    judgements: dict[str, Judgement] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=Measured)
    sends: dict[str, SendRecord] = field(default_factory=dict)
    intents: dict[int, str] = field(default_factory=dict)
    """Ledger line of every intention to send, to the key of the send."""
    under_way: dict[str, None] = field(default_factory=dict)
    buttoned: dict[str, None] = field(default_factory=dict)
    unanswered: dict[str, None] = field(default_factory=dict)
    """Sends that have not ended, messages with buttons to take off, presses to answer: see `core.unsettled`."""
    paces: dict[str, tuple[Moment, ...]] = field(default_factory=dict)
    """Each limit's newest attempts: see `core.pacing.scopes`."""
    put_off: dict[str, PutOff] = field(default_factory=dict)
    ways: dict[str, Way] = field(default_factory=dict)
    moved: dict[tuple[str, str], Moved] = field(default_factory=dict)
    """Chats that have another id by now, by channel and the id before."""
    seed: str = ""
    """The hash of the run's first line, which holds the run's name: what chance the rules need comes from it."""
    switches: dict[str, SwitchRecord] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    listening: dict[str, str] = field(default_factory=dict)
    phase_seq: int = 0
    """Ledger line of the newest phase."""
    first_entered: dict[Phase, datetime] = field(default_factory=dict)
    left: Phase = Phase.PLANNED
    """The phase that the run left its way in, when it is held or decided about."""
    troubles: int = 0
    """How often somebody had to be paged."""
    trouble: PhaseEntered | None = None
    """Why people are being asked to decide, until the run goes on."""
    trouble_at: datetime | None = None
    rollbacks_failed: int = 0
    holds: int = 0
    order: OperatorAsked | None = None
    order_seq: int = 0
    order_at: datetime | None = None
    went_on_seq: int = 0
    """Ledger line at which a held run went on; what did not pass before it is looked at again, or let pass."""
    went_on_at: datetime | None = None
    clock_steps: int = 0
    guard: GuardChanged | None = None
    """How it stands with the guard; None for a run that has none, or has not heard of it."""
    guard_seq: int = 0
    guards_lost: int = 0
    guard_act: GuardChanged | None = None
    """That the guard has acted, when it last said so."""
    guard_act_seq: int = 0
    heart: HeartbeatsChanged | None = None
    """Of a guard: what it heard last of its run."""
    heart_seq: int = 0
    looked: RunLookedFor | None = None
    looked_seq: int = 0
    closed: RunClosed | None = None
    closed_at: datetime | None = None

    @property
    def enabled_at(self) -> datetime | None:
        """When a read-back first showed the target enabled; T+ counts from here."""
        return self.entered.get(Phase.ENABLED)

    @property
    def kind(self) -> RunKind:
        """What the run is for."""
        return RunKind.CUTOVER if self.opened is None else self.opened.kind

    @property
    def raised(self) -> Raised | None:
        """The matter of a page; None for any other kind of run."""
        return None if self.opened is None else self.opened.raised


FIRST = {
    RunKind.CUTOVER: Phase.PLANNED,
    RunKind.DRILL: Phase.DRILLING,
    RunKind.PAGE: Phase.PAGING,
    RunKind.GUARD: Phase.PLANNED,
}
"""The phase that a run of each kind begins in. A drill or a page alone has no other."""
ASIDE = frozenset({Phase.DECIDING, Phase.HELD, Phase.ROLLING_BACK, Phase.ROLLED_BACK, Phase.ROLLBACK_FAILED})
"""Phases off the way of a cutover."""
TROUBLES = frozenset({Phase.DECIDING, Phase.ROLLBACK_FAILED})


def evolve(plan: Plan, state: RunState, recorded: Recorded) -> RunState:
    """Return the state after one more line of the ledger; the one before stays as it was."""
    changes = changed(plan, state, recorded, _copied)
    return RunState(**{**dict(zip(_NAMES, _VALUES(state), strict=True)), **changes})


def _copied(mapping: dict[Any, Any], key: Any, value: Any) -> dict[Any, Any]:
    return {**mapping, key: value}


def changed(plan: Plan, state: RunState, recorded: Recorded, put: Put) -> dict[str, Any]:
    """Return the fields of the state that one more line changes; `put` returns a mapping with one more entry."""
    changes = _changes(plan, state, recorded, put)
    changes["head"], changes["at"] = Head(recorded.seq, recorded.hash), recorded.at
    return changes


def _changes(plan: Plan, state: RunState, recorded: Recorded, put: Put) -> dict[str, Any]:
    event = recorded.event
    match event:
        case Observed():
            return _observe(state, event, recorded, put)
        case Judged():
            return _judge(state, event, recorded, put)
        case SendIntended():
            return intended(plan, state, recorded, put)
        case SendEnded():
            return ended(plan, state, recorded, put)
        case PhaseEntered():
            return _enter(state, event, recorded)
        case ReadFailed():
            return {"failures": put(state.failures, event.key, _failure(state, event, recorded))}
        case SwitchIntended() | SwitchEnded():
            return {"switches": put(state.switches, event.key, _switch(state, event, recorded))}
        case ButtonPressed():
            press = judge_press(plan, state, event, recorded)
            unanswered = {**state.unanswered, event.press_id: None}
            return {"presses": put(state.presses, event.press_id, press), "unanswered": unanswered}
        case Resolved() | EndedLate():
            return cleared_up(state, event, recorded, put)
        case OperatorAsked(order=Order.ACKNOWLEDGE):
            press = answered_at_the_console(plan, state, event, recorded)
            return {"presses": put(state.presses, press.press_id, press)}
        case OperatorAsked():
            return _asked(state, event, recorded)
        case ListeningChanged():
            return {"listening": put(state.listening, event.channel, event.state)}
        case ClockStepped():
            return {"clock_steps": state.clock_steps + 1}
        case GuardChanged() | HeartbeatsChanged() | RunLookedFor():
            return of_guards(state, event, recorded)
        case RunOpened():
            return _open(event, recorded)
        case RunClosed():
            return {"phase": Phase.CLOSED, "closed": event, "closed_at": recorded.at}
        case _ as unreachable:
            assert_never(unreachable)


def _asked(state: RunState, event: OperatorAsked, recorded: Recorded) -> dict[str, Any]:
    waits = state.order is not None and state.order.order is Order.ROLL_BACK and state.order_seq > state.phase_seq
    if waits:
        return {}  # who asks for the way back, and is not obeyed yet, is not overruled by who asks for less
    return {"order": event, "order_seq": recorded.seq, "order_at": recorded.at}


def _open(event: RunOpened, recorded: Recorded) -> dict[str, Any]:
    phase = FIRST[event.kind]
    begun = {"phase": phase, "entered": {phase: recorded.at}, "seed": recorded.hash}
    return {"opened": event, "opened_at": recorded.at, **begun}


_NAMES = tuple(member.name for member in fields(RunState))
_VALUES = attrgetter(*_NAMES)


def _enter(state: RunState, event: PhaseEntered, recorded: Recorded) -> dict[str, Any]:
    aside = event.phase in ASIDE
    deciding = event.phase is Phase.DECIDING
    return {
        "phase": event.phase,
        "phase_seq": recorded.seq,
        "entered": {**state.entered, event.phase: recorded.at},
        "first_entered": {event.phase: recorded.at, **state.first_entered},
        "whys": {**state.whys, event.phase: event},
        "left": state.phase if aside and state.phase not in ASIDE else state.left,
        "troubles": state.troubles + (event.phase in TROUBLES),
        "trouble": event if deciding else state.trouble if aside else None,
        "trouble_at": recorded.at if deciding else state.trouble_at if aside else None,
        "rollbacks_failed": state.rollbacks_failed + (event.phase is Phase.ROLLBACK_FAILED),
        # Whoever has the run go on, or a rollback tried again, has what could not be read asked again.
        "failures": {} if _asked_again(state, event) else state.failures,
        "holds": state.holds + (event.phase is Phase.HELD),
        "went_on_seq": recorded.seq if event.why is Why.WENT_ON else state.went_on_seq,
        "went_on_at": recorded.at if event.why is Why.WENT_ON else state.went_on_at,
    }


def _asked_again(state: RunState, event: PhaseEntered) -> bool:
    tried_again = state.phase is Phase.ROLLBACK_FAILED and event.phase is Phase.ROLLING_BACK
    return event.why is Why.WENT_ON or tried_again


def _observe(state: RunState, event: Observed, recorded: Recorded, put: Put) -> dict[str, Any]:
    observation = Observation(
        key=event.key,
        reading=event.reading,
        seq=recorded.seq,
        at=recorded.at,
        args=event.args,
        values=event.values,
    )
    changes: dict[str, Any] = {
        "observations": put(state.observations, event.key, observation),
        "figures": _measured(state).after(observation, figures_seen, place_seen),
    }
    if event.key in state.failures:
        changes["failures"] = {key: value for key, value in state.failures.items() if key != event.key}
    return changes


def _measured(state: RunState) -> Measured:
    return state.figures if isinstance(state.figures, Measured) else Measured(state.figures)


def _failure(state: RunState, event: ReadFailed, recorded: Recorded) -> Failures:
    before = state.failures.get(event.key)
    return Failures(
        count=1 if before is None else before.count + 1,
        at=recorded.at,
        reason=event.reason,
        final=event.final,
    )


def _judge(state: RunState, event: Judged, recorded: Recorded, put: Put) -> dict[str, Any]:
    judgement = Judgement(
        key=event.key,
        check=event.check,
        seq=recorded.seq,
        at=recorded.at,
        verdict=event.verdict,
        why=event.why,
        figures=event.figures,
        sources=event.sources,
    )
    return {
        "judgements": put(state.judgements, event.key, judgement),
        "figures": _measured(state).after(judgement, figures_judged, place_judged),
    }


def _switch(state: RunState, event: SwitchIntended | SwitchEnded, recorded: Recorded) -> SwitchRecord:
    if isinstance(event, SwitchEnded):
        return replace(
            state.switches[event.key],
            outcome=event.outcome,
            ended_seq=recorded.seq,
            ended_at=recorded.at,
            reason=event.reason,
            request_id=event.exchanges[-1].request_id if event.exchanges else "",
        )
    before = state.switches.get(event.key)
    return SwitchRecord(
        key=event.key,
        which=event.which,
        to=event.to,
        seq=recorded.seq,
        attempt=event.attempt,
        intended_at=recorded.at,
        doubted=before is not None and (before.doubted or before.outcome is Outcome.IN_DOUBT),
    )
