"""The alarms between two looks of the watch: read often enough that one which fires is noticed in the plan's time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.core.actions import Enter
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
    step, began = every(agenda.plan), state.first_entered[Phase.SUCCEEDED]
    number = (agenda.now - began) // step
    agenda.wait(began + (number + 1) * step)
    scope = f"{SCOPE}/{number:04d}"
    need = spec.reads[0]
    found = agenda.read(f"{scope}/{need.label}", need.reading, need.args)
    if isinstance(found, Failures):
        agenda.do(Enter(phase=Phase.DECIDING, why=Why.WATCH_UNKNOWN, detail=f"{spec.name}: {found.reason}"))
        return True
    if found is None or not any(True for _ in firing(state, found)):
        return False
    verdict = agenda.judge(scope, (spec,), lambda need, _: need.args)
    if verdict is Verdict.FAIL:
        agenda.do(Enter(phase=Phase.DECIDING, why=Why.ALARM, detail=state.judgements[f"{scope}/{spec.name}"].why))
    return verdict is Verdict.FAIL or verdict is None


def firing(state: RunState, seen: Observation) -> Iterator[tuple[str, datetime]]:
    """Yield each alarm that fires and since when, without those that fired already when a person had the run go on."""
    for name, entry in seen.values["states"].items():
        if entry["state"] == FIRING:
            since = from_iso(entry["since"])
            if state.went_on_at is None or since > state.went_on_at:
                yield name, since
