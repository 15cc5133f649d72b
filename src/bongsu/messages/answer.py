"""The answer to a press, for the presser alone: whether it was recorded, and whether it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.kinds import RunKind
from bongsu.core.presses import Standing, acknowledgement, asked_of
from bongsu.messages import _trouble
from bongsu.messages.telegram import ANSWER_LONGEST

if TYPE_CHECKING:
    from bongsu.core.presses import Press
    from bongsu.messages.facts import Facts


def compose(facts: Facts) -> str:
    """Return the answer to the press that the action is about, in at most 200 characters."""
    press = facts.state.presses.get(facts.action.about)
    if press is None:
        if facts.preview:
            return facts.must("answer.counted.ack", name=facts.words["unmeasured.contact"], seq="‹seq›")
        raise KeyError(f"no press {facts.action.about!r} to answer")
    facts.cite(f"press.{press.press_id}", press.seq)
    button = facts.words.get(f"button.{press.button}", press.button)
    said = {"seq": str(press.seq), "button": button, "name": facts.person(press.contact)}
    taken = _taken_before(facts, press)
    if taken is not None:
        return facts.must("answer.taken", seq=said["seq"], name=facts.person(taken.contact))
    said["people"] = facts.people(asked_of(facts.plan, press.subject))
    text = facts.must(_key(facts, press), **said)
    if len(text) > ANSWER_LONGEST and press.standing is Standing.WRONG_PERSON:
        return facts.must("answer.wrong_person.short", **said)
    return text


def after_the_end(facts: Facts) -> str:
    """Return the answer to a press under a run that is closed: it is in no ledger, and says so."""
    said = {"run": facts.run_id, "time": facts.clock(facts.state.closed_at)}
    raised = facts.state.raised
    taken = acknowledgement(facts.state, raised.subject) if raised is not None else None
    if taken is not None:
        text = facts.must("answer.closed.taken", run=said["run"], name=facts.person(taken.contact))
        if len(text) <= ANSWER_LONGEST:
            return text
    return facts.must("answer.closed", **said)


def _taken_before(facts: Facts, press: Press) -> Press | None:
    """Return the acknowledgement that came before a press under a page by itself, whoever has it: one is enough."""
    if press.standing is not Standing.LATE or facts.state.kind is not RunKind.PAGE:
        return None
    return acknowledgement(facts.state, press.subject)


def _key(facts: Facts, press: Press) -> str:
    if press.standing is not Standing.COUNTED:
        return f"answer.{press.standing}"
    first = _trouble.deciding_press(facts, press.subject) if press.button in _trouble.DECISIONS else None
    if first is not None and first.press_id != press.press_id:
        return "answer.counted.second"
    key = f"answer.counted.{press.button}"
    return key if key in facts.words else "answer.counted.other"
