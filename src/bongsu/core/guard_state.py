"""What the ledger says of a run's guard, and a guard's of its run: the part of the fold that is about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.core.guard_events import Guarding, HeartbeatsChanged, RunLookedFor

if TYPE_CHECKING:
    from bongsu.core.events import Recorded
    from bongsu.core.guard_events import OfGuards
    from bongsu.core.state import RunState


def of_guards(state: RunState, event: OfGuards, recorded: Recorded) -> dict[str, Any]:
    """Return the fields of the state that change with a fact between a run and its guard."""
    if isinstance(event, HeartbeatsChanged):
        return {"heart": event, "heart_seq": recorded.seq}
    if isinstance(event, RunLookedFor):
        return {"looked": event, "looked_seq": recorded.seq}
    acted = event.state is Guarding.ACTED
    return {
        "guard": event,
        "guard_seq": recorded.seq,
        "guards_lost": state.guards_lost + (event.state is Guarding.LOST),
        "guard_act": event if acted else state.guard_act,
        "guard_act_seq": recorded.seq if acted else state.guard_act_seq,
    }
