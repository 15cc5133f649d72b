"""The alarms, from the enabling to the end: read often enough that one which fires is noticed in the plan's time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.core.actions import Enter
from bongsu.core.agenda import READ_ATTEMPTS
from bongsu.core.events import Phase, Why
from bongsu.core.state import Failures
from bongsu.core.times import from_iso
from bongsu.core.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bongsu.core.agenda import Agenda
    from bongsu.core.plan import Plan
    from bongsu.core.state import Observation, RunState

FIRING = "ALARM"
"""CloudWatch's word for an alarm whose condition is met (`StateValue`)."""
SCOPE = "alarm"
READ_IN = timedelta(minutes=1)
"""So much of the plan's time to notice is left for the reading itself and for CloudWatch's own delay."""


def every(plan: Plan) -> timedelta:
    """Return the time between two readings: what the plan gives for noticing, less the time that a reading takes."""
    detect = plan.rollback.detect
    return max(detect - READ_IN, detect / 2)


def alarmed(agenda: Agenda) -> bool:
    """Read the plan's alarms when they are due; return whether one that fires has moved the run to a decision.

    Readings that were missed are not made up for: an alarm's state says since when it fires.
    """
    state, spec = agenda.state, agenda.plan.alarms
    if spec is None:
        return False
    step, began = every(agenda.plan), state.first_entered[Phase.ENABLED]
    number = (agenda.now - began) // step
    agenda.wait(began + (number + 1) * step)
    scope = f"{SCOPE}/{number:04d}"
    need = spec.reads[0]
    found = agenda.read(_key(need.label, number), need.reading, need.args)
    if found is None:
        found = _unread(state, need.label, number)
    if isinstance(found, Failures):
        agenda.do(Enter(phase=Phase.DECIDING, why=Why.ALARM_UNKNOWN, detail=f"{spec.name}: {found.reason}"))
        return True
    if found is None or not (any(True for _ in firing(state, found)) or _gone(state, found)):
        return False
    verdict = agenda.judge(scope, (spec,), lambda need, _: need.args)
    if verdict is not None and verdict is not Verdict.PASS:
        why = Why.ALARM if verdict is Verdict.FAIL else Why.ALARM_UNKNOWN
        agenda.do(Enter(phase=Phase.DECIDING, why=why, detail=state.judgements[f"{scope}/{spec.name}"].why))
    return verdict is not Verdict.PASS


def _unread(state: RunState, label: str, number: int) -> Failures | None:
    """Return the newest failure once so many in a row, over however many readings, as one of them is given up after.

    Where little time is given for noticing, the next reading is due before the one before is given up.
    """
    failed: list[Failures] = []
    while number >= 0 and (one := state.failures.get(_key(label, number))) is not None:
        failed.append(one)
        number -= 1
    return failed[0] if sum(one.count for one in failed) >= READ_ATTEMPTS else None


def _key(label: str, number: int) -> str:
    return f"{SCOPE}/{number:04d}/{label}"


def _gone(state: RunState, seen: Observation) -> bool:
    """Return whether an alarm is not there any more; not one that was gone already when a person had the run go on."""
    missing = {*seen.values.get("missing", ())}
    if not missing:
        return False
    before = [o for o in state.observations.values() if o.reading == seen.reading and o.seq < state.went_on_seq]
    known = max(before, key=lambda o: o.seq).values.get("missing", ()) if before else ()
    return not missing <= {*known}


def firing(state: RunState, seen: Observation) -> Iterator[tuple[str, datetime]]:
    """Yield each alarm that fires and since when, without those that fired already when a person had the run go on."""
    for name, entry in seen.values["states"].items():
        if entry["state"] == FIRING:
            since = from_iso(entry["since"])
            if state.went_on_at is None or since > state.went_on_at:
                yield name, since
