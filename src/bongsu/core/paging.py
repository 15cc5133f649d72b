"""A page by itself: one matter, told to level after level until somebody takes it, or nobody is left to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.actions import Close
from bongsu.core.events import Method, Phase, Why
from bongsu.core.presses import acknowledgement, cleared, over_at
from bongsu.core.telling import announce, page_people
from bongsu.core.verdict import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.core.agenda import Agenda
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
    subject = state.raised.subject
    announce(agenda, subject, "page")
    page_people(agenda, subject, plan.policy(state.raised.policy), state.entered[Phase.PAGING])
    agenda.wait(over_at(plan, state))


def ending(plan: Plan, state: RunState, now: datetime) -> Close | None:
    """Return how a page ends, or None while it goes on.

    Nobody answered is known only when somebody was asked and every way back was open: else it is unknown.
    """
    assert state.raised is not None
    if acknowledgement(state, state.raised.subject) is not None:
        return Close(verdict=Verdict.PASS, why=Why.ACKNOWLEDGED, exit_code=0)
    if cleared(state):
        return Close(verdict=Verdict.PASS, why=Why.CLEARED, exit_code=0)
    if now < over_at(plan, state):
        return None
    asked = any(send.accepted and send.method == Method.POST for send in state.sends.values())
    if not asked:
        return Close(verdict=Verdict.UNKNOWN, why=Why.NOBODY_TOLD, exit_code=3)
    if any(way != "open" for way in state.listening.values()):
        return Close(verdict=Verdict.UNKNOWN, why=Why.NOT_LISTENING, exit_code=3)
    return Close(verdict=Verdict.FAIL, why=Why.UNANSWERED, exit_code=1)
