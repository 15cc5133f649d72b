"""What settles an effect in doubt: a look at the service, a person's finding, or its own end, learned late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bongsu.core.events import EndedLate, Found, Outcome
from bongsu.core.sends import put_send

if TYPE_CHECKING:
    from bongsu.core.events import Recorded, Resolved
    from bongsu.core.sends import Put, SendRecord
    from bongsu.core.state import RunState


def cleared_up(state: RunState, event: Resolved | EndedLate, recorded: Recorded, put: Put) -> dict[str, Any]:
    """Return the fields of the state that change when an effect is cleared up.

    A late end settles its attempt where that is still in doubt; elsewhere it is told, and changes nothing.
    """
    if isinstance(event, EndedLate):
        before = state.sends.get(event.key) or state.switches.get(event.key)
        doubtful = before is not None and (before.outcome, before.attempt) == (Outcome.IN_DOUBT, event.attempt)
        if not doubtful or event.outcome is Outcome.IN_DOUBT:
            return {}
        outcome = event.outcome
    else:
        outcome = Outcome.ACCEPTED if event.found in (Found.ACCEPTED, Found.DONE) else Outcome.NOT_SENT
    if event.key in state.sends:
        return put_send(state, _settled(state.sends[event.key], event, recorded, outcome), put)
    switch = replace(state.switches[event.key], outcome=outcome, ended_seq=recorded.seq, ended_at=recorded.at)
    return {"switches": put(state.switches, event.key, switch)}


def _settled(send: SendRecord, event: Resolved | EndedLate, recorded: Recorded, outcome: Outcome) -> SendRecord:
    return replace(
        send,
        outcome=outcome,
        ended_seq=recorded.seq,
        # It was there at the latest when its answer was missed and at the earliest when it was intended: the
        # earlier moment is taken, so that nobody's time to answer is counted too short.
        ended_at=send.intended_at if outcome is Outcome.ACCEPTED else recorded.at,
        untried=send.untried + (recorded.at - (send.ended_at or send.intended_at)),
        ref=event.ref,
        reason=event.reason,
        in_doubt_seq=0,
    )
