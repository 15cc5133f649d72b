"""The no-go: why the cutover does not happen, and what was left untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.events import Phase
from bongsu.messages import _sections
from bongsu.messages._reason import reason
from bongsu.messages.model import Message, Section

if TYPE_CHECKING:
    from bongsu.messages.facts import Facts


def compose(facts: Facts) -> Message:
    """Return the message; that nothing was changed is only said when the ledger holds no switch."""
    words, state = facts.words, facts.state
    judgements = [judged for key, judged in state.judgements.items() if key.startswith("baseline/")]
    untouched = (words["no_go.untouched"],) if not state.switches else ()
    return Message(
        emoji="⚠️",
        title=words["no_go.title"],
        subject=facts.plan.cutover,
        lead=facts.must("no_go.lead", why=reason(facts, Phase.NO_GO)),
        sections=_sections.whole(
            _sections.measured(facts, judgements),
            Section(title=words["title.done"], rows=_sections.rule_row(facts), lines=untouched),
            _sections.notes(facts),
        ),
        footer=_sections.footer(facts),
    )
