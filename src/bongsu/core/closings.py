"""Answers to presses, and the closing of buttons whose matter is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.actions import Send
from bongsu.core.escalation import counted
from bongsu.core.events import Method, Phase
from bongsu.core.presses import subject_of
from bongsu.core.unsettled import ANSWER, CLOSING

if TYPE_CHECKING:
    from bongsu.core.agenda import Agenda
    from bongsu.core.state import SendRecord

DECIDED_ABOUT = frozenset({Phase.DECIDING, Phase.ROLLBACK_FAILED})
"""Phases in which the buttons of the newest page still mean something."""


def answers(agenda: Agenda) -> bool:
    """Answer every press once, whether it counts or not; return whether all answers have ended.

    Nobody presses into silence.
    """
    ended = True
    for press_id in agenda.state.unanswered:
        press = agenda.state.presses[press_id]
        record = agenda.send(
            Send(
                key=f"{ANSWER}{press.press_id}",
                message="answer",
                channel=press.channel,
                to=press.service_user,
                method=Method.ANSWER,
                about=press.press_id,
            )
        )
        ended = ended and record is not None
    return ended


def closings(agenda: Agenda) -> bool:
    """Take the buttons off every message whose matter is settled; return whether all closings have ended."""
    ended = True
    for key in agenda.state.buttoned:
        record = agenda.state.sends[key]
        if _settled(agenda, record):
            closing = agenda.send(
                Send(
                    key=f"{CLOSING}{record.key}",
                    message="closing",
                    channel=record.channel,
                    to=record.to,
                    method=Method.CLOSE,
                    language=record.language,
                    about=record.key,
                )
            )
            ended = ended and closing is not None
    return ended


def _settled(agenda: Agenda, record: SendRecord) -> bool:
    state = agenda.state
    subject = subject_of(record.key)
    match record.message:
        case "go_request":
            return state.phase is not Phase.BASELINED
        case "drill":
            if "drill" in state.judgements:
                return True
            person = record.key.partition("//")[2].rpartition("@")[0]
            return bool(person) and any(press.contact == person for press in counted(state, subject))
        case _:
            return state.phase not in DECIDED_ABOUT or subject != f"page/{state.troubles}"
