"""Where a button can do something: elsewhere the message says where, or by which order, an answer counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bongsu.core.kinds import RunKind
from bongsu.core.presses import asked_of, subject_of
from bongsu.messages.model import Section

if TYPE_CHECKING:
    from bongsu.messages.facts import Facts
    from bongsu.messages.model import Message


def answerable(message: Message, facts: Facts) -> Message:
    """Return the message; without its buttons where no press of them could reach the run or count."""
    if not message.buttons:
        return message
    plan = facts.plan
    asked = bool(asked_of(plan, subject_of(facts.action.key)))
    if asked and plan.channels[facts.action.channel].presses:
        return message
    elsewhere = [name for name, channel in plan.channels.items() if channel.presses]
    if asked and elsewhere:
        lines = [facts.must("answers.elsewhere", channels=", ".join(elsewhere))]
    elif facts.state.kind is not RunKind.CUTOVER:
        lines = [facts.must("answers.console", run=facts.run_id)]
    else:
        lines = [facts.words["answers.nowhere"], facts.must("answers.orders", run=facts.run_id)]
    how = Section(title=facts.words["title.answers"], lines=tuple(lines))
    return replace(message, buttons=(), sections=(*message.sections, how))
