"""What must happen next: a function of the plan, the ledger's state and the time, and of nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core import guarding, paging, phases, reversal
from bongsu.core.actions import Close
from bongsu.core.agenda import Agenda
from bongsu.core.closings import answers, closings
from bongsu.core.events import Phase
from bongsu.core.kinds import RunKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bongsu.core.actions import Action
    from bongsu.core.plan import Plan
    from bongsu.core.state import RunState

_RULES: Mapping[Phase, Callable[[Agenda], None]] = {
    Phase.PLANNED: phases.planned,
    Phase.BASELINED: phases.baselined,
    Phase.APPROVED: phases.approved,
    Phase.ANNOUNCED: phases.announced,
    Phase.ENABLED: phases.enabled,
    Phase.OBSERVING: phases.observing,
    Phase.VERIFYING: phases.verifying,
    Phase.SUCCEEDED: phases.succeeded,
    Phase.DRILLED: phases.drilled,
    Phase.WATCHING: phases.watching,
    Phase.DECIDING: reversal.deciding,
    Phase.HELD: reversal.held,
    Phase.ROLLING_BACK: reversal.rolling_back,
    Phase.ROLLED_BACK: reversal.rolled_back,
    Phase.ROLLBACK_FAILED: reversal.rollback_failed,
    Phase.NO_GO: phases.no_go,
    Phase.DRILLING: phases.drilling,
    Phase.PAGING: paging.paging,
}


def look(plan: Plan, state: RunState, now: datetime) -> tuple[list[Action], datetime | None]:
    """Return what `decide` and `wake_at` do, both from one look."""
    agenda = _look(plan, state, now)
    return agenda.actions, min(agenda.wakes, default=None)


def decide(plan: Plan, state: RunState, now: datetime) -> list[Action]:
    """Return what must be done next, most urgent first; empty means wait until `wake_at`."""
    return _look(plan, state, now).actions


def wake_at(plan: Plan, state: RunState, now: datetime) -> datetime | None:
    """Return when to look again if nothing happens before; None when only an answer from outside can move the run."""
    return look(plan, state, now)[1]


def _look(plan: Plan, state: RunState, now: datetime) -> Agenda:
    agenda = Agenda(plan, state, now)
    if state.opened is None or state.closed is not None:
        return agenda
    answered = answers(agenda)
    if state.kind is RunKind.GUARD:
        guarding.RULES[state.phase](agenda)
    elif not (reversal.ordered(agenda) or guarding.superseded(agenda)):
        guarding.told_of_guard(agenda)
        _RULES[state.phase](agenda)
    closed = closings(agenda)
    agenda.within_limits()
    if not (answered and closed) or state.under_way or _switching(state):
        # Nothing may still be under way when the run is closed; behind that stands only what another process, from
        # which the run was taken over, learns late.
        agenda.actions = [action for action in agenda.actions if not isinstance(action, Close)]
    return agenda


def _switching(state: RunState) -> bool:
    return any(switch.outcome is None for switch in state.switches.values())
