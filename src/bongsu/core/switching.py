"""Switching a rule and believing only the read-back: for the enable, the disable, and the legacy alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.core.actions import Switch
from bongsu.core.agenda import BACKOFF, SWITCH_ATTEMPTS
from bongsu.core.events import Outcome, Phase, SwitchState
from bongsu.core.state import Failures

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.core.agenda import Agenda
    from bongsu.core.state import Observation, SwitchRecord

READ_BACK_EVERY = timedelta(seconds=5)
READ_BACK_FOR = timedelta(seconds=60)
ENABLE = "switch/target/enabled"
"""The key of the target's enabling."""
WORDS = {
    SwitchState.ENABLED: frozenset({"ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}),
    SwitchState.DISABLED: frozenset({"DISABLED"}),
    SwitchState.SETTLED: frozenset(),
}
"""EventBridge's words for a rule's state (botocore's service model, `RuleState`)."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """The switch is not where it should be, and asking again will not help."""

    reason: str
    in_doubt: bool
    """Nobody knows in which state it is."""


def anyhow() -> bool:
    """Return that a switch may be called: nothing stands against it."""
    return True


def switched(
    agenda: Agenda, which: str, to: SwitchState, *, scope: str, may: Callable[[], bool] = anyhow
) -> Observation | Stuck | None:
    """Return the read-back that shows the wanted state, why it cannot be reached, or None while it is under way.

    One call, then a read-back; a call in doubt is read back at once, and again right before it is repeated; the state
    may follow the call with a delay, so it is read for a minute. A rollback that failed and is tried again begins with
    a reading: somebody may have done it by hand. `may` is asked right before each call.
    """
    state = agenda.state
    again = state.rollbacks_failed if state.phase is Phase.ROLLING_BACK else 0
    key = f"switch/{which}/{to}" + (f"/{again + 1}" if again else "")
    record = state.switches.get(key)
    if record is not None and record.ended_at is None:
        return None
    if record is None and not again:
        if may():
            agenda.do(Switch(key=key, which=which, to=to))
        return None
    # What was read before a hold says nothing of what people have done in it.
    place, after_seq = f"{scope}/{which}_rule", state.phase_seq if record is None else record.ended_seq
    after_seq = max(after_seq, state.went_on_seq)
    seen = state.observations.get(place)
    fresh = seen if seen is not None and seen.seq > after_seq else None
    if fresh is None:
        return _ask(agenda, place, which, after_seq=after_seq)
    if fresh.values["state"] in WORDS[to]:
        return fresh
    if record is not None:
        return _not_there(agenda, record, fresh, may)
    agenda.do(Switch(key=key, which=which, to=to))
    return None


def _ask(agenda: Agenda, place: str, which: str, *, after_seq: int) -> Stuck | None:
    result = agenda.read(place, f"{which}_rule", {}, after_seq=after_seq)
    return Stuck(result.reason, in_doubt=True) if isinstance(result, Failures) else None


def _not_there(agenda: Agenda, record: SwitchRecord, seen: Observation, may: Callable[[], bool]) -> Stuck | None:
    assert record.ended_at is not None
    state = str(seen.values["state"])
    if record.outcome is Outcome.ACCEPTED:
        if agenda.now >= record.ended_at + READ_BACK_FOR:
            return Stuck(f"the rule stays {state}", in_doubt=False)
        if agenda.wait(seen.at + READ_BACK_EVERY):
            return _ask(agenda, seen.key, record.which, after_seq=seen.seq)
        return None
    if record.outcome is Outcome.REFUSED or record.attempt >= SWITCH_ATTEMPTS:
        return Stuck(record.reason, in_doubt=False)
    again = record.ended_at + BACKOFF[record.attempt - 1]
    if agenda.wait(again):
        if record.outcome is Outcome.IN_DOUBT and seen.at < again:
            # What left before its process died may land after the first look.
            return _ask(agenda, seen.key, record.which, after_seq=seen.seq)
        if may():
            agenda.do(Switch(key=record.key, which=record.which, to=record.to, attempt=record.attempt + 1))
    return None
