"""A page by itself: one matter, told to level after level until somebody takes it, or nobody is left to tell."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from bongsu.core.actions import Close
from bongsu.core.events import Method, Phase, Why
from bongsu.core.levels import keys_of, schedule
from bongsu.core.presses import acknowledgement, cleared, is_over, over_at
from bongsu.core.telling import announce, reach
from bongsu.core.verdict import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.core.agenda import Agenda
    from bongsu.core.kinds import Raised
    from bongsu.core.plan import Plan
    from bongsu.core.state import RunState


def paging(agenda: Agenda) -> None:
    """Page whoever is due; an acknowledgement, the end of the matter or of the last level ends the run."""
    plan, state = agenda.plan, agenda.state
    end = ending(plan, state, agenda.now)
    if end is not None:
        agenda.do(end)
        return
    assert state.raised is not None
    announce(agenda, state.raised.subject, "page")
    _page(agenda, state.raised)
    over = over_at(plan, state)
    if over is not None:
        agenda.wait(over)


def _page(agenda: Agenda, raised: Raised) -> None:
    """Page whoever is due by now. Somebody who missed several levels, nobody having driven the run, hears of one."""
    plan, state = agenda.plan, agenda.state
    dues, _ = schedule(plan.escalation[raised.policy], state.entered[Phase.PAGING])
    # The next level wakes the run, and those behind it need not.
    by_now = list(takewhile(lambda due: agenda.wait(due.from_at), dues))
    for number, due in enumerate(by_now):
        later = {person for other in by_now[number + 1 :] for person in other.people}
        begun = (keys_of(plan, raised.subject, due, person) for person in due.people)
        people = [
            person
            for person, keys in zip(due.people, begun, strict=True)
            if person not in later or any(key in state.sends for key in keys)
        ]
        reach(agenda, raised.subject, people, "page", suffix=due.suffix)


def ending(plan: Plan, state: RunState, now: datetime) -> Close | None:
    """Return how a page ends, or None while it goes on.

    Nobody answered is known only when somebody was asked and every way back was open: else it is unknown.
    """
    assert state.raised is not None
    if acknowledgement(state, state.raised.subject) is not None:
        return Close(verdict=Verdict.PASS, why=Why.ACKNOWLEDGED, exit_code=0)
    if cleared(state):
        return Close(verdict=Verdict.PASS, why=Why.CLEARED, exit_code=0)
    if not is_over(plan, state, now):
        return None
    asked = any(send.accepted and send.method == Method.POST for send in state.sends.values())
    if not asked:
        return Close(verdict=Verdict.UNKNOWN, why=Why.NOBODY_TOLD, exit_code=3)
    if any(way != "open" for way in state.listening.values()):
        return Close(verdict=Verdict.UNKNOWN, why=Why.NOT_LISTENING, exit_code=3)
    return Close(verdict=Verdict.FAIL, why=Why.UNANSWERED, exit_code=1)
