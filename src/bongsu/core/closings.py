"""Answers to presses, and the closing of buttons whose matter is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.actions import Send
from bongsu.core.events import Method, Phase, Why
from bongsu.core.kinds import RunKind
from bongsu.core.once import once_a_plan
from bongsu.core.paging import ending
from bongsu.core.presses import (
    DECIDED_ABOUT,
    SILENCE,
    SILENCE_OPEN_IN,
    acknowledgement,
    counted,
    go_is_open,
    subject_of,
)
from bongsu.core.unsettled import ANSWER, CLOSING, TAKEN

if TYPE_CHECKING:
    from bongsu.core.agenda import Agenda
    from bongsu.core.plan import Plan
    from bongsu.core.sends import SendRecord


def answers(agenda: Agenda) -> bool:
    """Answer every press once, whether it counts or not; return whether all answers have ended.

    Nobody presses into silence. The answer speaks the language of the message that was pressed; of one that this run
    never sent, the plan's first.
    """
    ended = True
    for press_id in agenda.state.unanswered:
        press = agenda.state.presses[press_id]
        pressed = agenda.state.sends.get(press.message_key)
        record = agenda.send(
            Send(
                key=f"{ANSWER}{press.press_id}",
                message="answer",
                channel=press.channel,
                to=press.service_user,
                method=Method.ANSWER,
                language=pressed.language if pressed else agenda.plan.announce.languages[0],
                about=press.press_id,
            )
        )
        ended = ended and record is not None
    return ended


def closings(agenda: Agenda) -> bool:
    """Take the buttons off every message whose matter is settled; return whether all closings have ended.

    A page that somebody has acknowledged loses that button in every chat, and says who took it; Roll back and Hold stay
    until it is decided.
    """
    ended = True
    for key in agenda.state.buttoned:
        record = agenda.state.sends[key]
        taken = agenda.state.sends.get(f"{TAKEN}{key}")
        if _settled(agenda, record):
            # Two edits of one message under way could come to rest in the wrong order, and the buttons be back.
            free = taken is None or taken.outcome is not None
            ended = (free and agenda.send(_edit(agenda, record, CLOSING)) is not None) and ended
        elif record.message in ("page", "silence") and acknowledgement(agenda.state, subject_of(key)) is not None:
            ended = agenda.send(_edit(agenda, record, TAKEN)) is not None and ended
    return ended


def _edit(agenda: Agenda, record: SendRecord, what: str) -> Send:
    return _edited(agenda.plan, what, record.key, record.language, way=(record.channel, record.to))


@once_a_plan
def _edited(_plan: Plan, what: str, about: str, language: str, *, way: tuple[str, str]) -> Send:
    channel, to = way
    return Send(
        key=f"{what}{about}",
        message="closing",
        channel=channel,
        to=to,
        method=Method.CLOSE,
        language=language,
        about=about,
    )


def _settled(agenda: Agenda, record: SendRecord) -> bool:
    state = agenda.state
    subject = subject_of(record.key)
    match record.message:
        case "go_request":
            return not go_is_open(state)
        case "drill":
            if "drill" in state.judgements:
                return True
            person = record.key.partition("//")[2].rpartition("@")[0]
            return bool(person) and any(press.contact == person for press in counted(state, subject))
        case _ if state.kind is RunKind.PAGE:
            return ending(agenda.plan, state, agenda.now) is not None
        case _ if subject == SILENCE:
            back = state.whys.get(Phase.ROLLING_BACK)
            by_person = back is not None and back.why is Why.DECIDED_BY_PERSON
            return by_person or state.phase not in SILENCE_OPEN_IN
        case _:
            return state.phase not in DECIDED_ABOUT or subject != f"page/{state.troubles}"
