"""The request for go: what is asked, of whom, how many must agree, by when, and on which baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.events import Phase
from bongsu.messages import _sections
from bongsu.messages.model import Button, Message, Row, Section

if TYPE_CHECKING:
    from bongsu.messages.facts import Facts


def compose(facts: Facts) -> Message:
    """Return the message with its Go and No-go buttons."""
    words, plan = facts.words, facts.plan
    return Message(
        emoji="🔔",
        title=words["go_request.title"],
        subject=plan.cutover,
        lead=words["go_request.lead"],
        sections=_sections.whole(
            Section(title=words["title.plan"], rows=_asked(facts)),
            _sections.target(facts),
            _sections.baseline(facts),
            _sections.notes(facts),
        ),
        buttons=(
            Button(name="go", text=words["button.go"], style="primary"),
            Button(name="no_go", text=words["button.no_go"], style="danger"),
        ),
        footer=_sections.footer(facts),
    )


def _asked(facts: Facts) -> tuple[Row, ...]:
    go = facts.plan.go
    people = of = by = None
    if go is not None:
        people = facts.people(go.of)
        of = facts.must("go_request.needed", approvals=str(go.approvals), of=str(len(go.of)))
        asked_at = facts.state.entered.get(Phase.BASELINED)
        by = facts.day_clock(asked_at + go.within if asked_at else None)
    return facts.rows(
        ("label.action", facts.words["go_request.action"]),
        ("label.window", facts.window()),
        ("label.captain", facts.person(facts.plan.captain)),
        ("label.asked", people),
        ("label.approvals", of),
        ("label.by", by),
    )
