"""The drill: a page that says first of all that it is one. It holds no result, because there is none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.messages import _sections
from bongsu.messages.model import Button, Message, Section

if TYPE_CHECKING:
    from bongsu.messages.facts import Facts


def compose(facts: Facts) -> Message:
    """Return the message with its Acknowledge button."""
    words, drill = facts.words, facts.plan.drill
    must = sla = severity = None
    if drill is not None:
        must, sla = facts.people(drill.everyone), facts.must("drill.sla", sla=facts.length(drill.ack_sla))
        severity = drill.policy.upper()
    rows = facts.rows(("drill.must", must), ("label.sla", sla), ("drill.severity", severity))
    return Message(
        emoji="🔔",
        title=words["drill.title"],
        subject=facts.plan.cutover,
        lead=words["drill.lead"],
        sections=_sections.whole(
            Section(title=words["drill.about"], rows=rows, lines=(words["drill.meaning"],)),
            _sections.notes(facts),
        ),
        buttons=(Button(name="ack", text=words["button.ack"], style="primary"),),
        footer=_sections.footer(facts),
    )
