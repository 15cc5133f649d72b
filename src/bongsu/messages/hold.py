"""The hold: who held the run, that nothing goes on by itself, and the two ways out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.events import Phase
from bongsu.messages import _sections, _trouble
from bongsu.messages._reason import reason
from bongsu.messages.model import Message, Row, Section

if TYPE_CHECKING:
    from bongsu.messages.facts import Facts


def compose(facts: Facts) -> Message:
    """Return the message; the rule's state is the last read-back, and it is left out when there was none."""
    words = facts.words
    return Message(
        emoji="⏸️",
        title=words["hold.title"],
        subject=facts.plan.cutover,
        lead=facts.must("hold.lead", who=_trouble.decided(facts, Phase.HELD)),
        sections=_sections.whole(
            Section(title=words["rollback.trigger"], rows=_because(facts)),
            Section(title=words["hold.state"], rows=_sections.rule_row(facts), lines=(words["hold.stays"],)),
            Section(title=words["hold.itself"], lines=(words["hold.nothing"],)),
            Section(title=words["hold.commands"], rows=_commands(facts)),
            _sections.notes(facts),
        ),
        links=_sections.links(facts),
        footer=_sections.footer(facts),
    )


def _because(facts: Facts) -> tuple[Row, ...]:
    if facts.preview:
        return facts.rows(("rollback.why", facts.must("unmeasured.why", phase="deciding")))
    if _trouble.cause(facts) is None:
        return ()
    why = facts.rows(("rollback.why", reason(facts, Phase.DECIDING)))
    return (*why, *_trouble.measured(facts, "").rows)


def _commands(facts: Facts) -> tuple[Row, ...]:
    return tuple(
        Row(label=f"bongsu {command}", text=facts.words[key])
        for command, key in (
            (f"resume {facts.run_id} --go-on", "hold.go_on"),
            (f"rollback {facts.run_id}", "hold.roll_back"),
        )
    )
