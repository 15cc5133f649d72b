"""To the captain: the guard does not answer, and the cutover goes on without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.messages import _sections
from bongsu.messages.model import Message, Section

if TYPE_CHECKING:
    from bongsu.messages.facts import Facts


def compose(facts: Facts) -> Message:
    """Return the notice; it asks for no answer."""
    words, guard = facts.words, facts.state.guard
    why = facts.must("unmeasured.why", phase="guard_lost")
    if guard is not None:
        facts.cite("guard.lost", facts.state.guard_seq)
        why = facts.told(guard.reason)
    return Message(
        emoji="⚠️",
        title=words["guard_lost.title"],
        subject=facts.plan.cutover,
        lead=facts.must("guard_lost.lead", why=why),
        sections=_sections.whole(
            Section(title=words["guard_lost.meaning"], lines=(words["guard_lost.means"],)),
            Section(title=words["page.do"], lines=(words["guard_lost.do"],)),
            _sections.notes(facts),
        ),
        footer=_sections.footer(facts),
    )
