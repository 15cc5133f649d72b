"""The page by itself: one matter in the words of whoever raised it, who is paged when, and how it is answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.core.kinds import Raised
from bongsu.messages import _sections
from bongsu.messages.model import Button, Message, Row, Section

if TYPE_CHECKING:
    from bongsu.core.plan import EscalationPolicy
    from bongsu.messages.facts import Facts

_LEVEL = re.compile(r"/r(\d+)l(\d+)\Z")


def compose(facts: Facts) -> Message:
    """Return the page; in a preview with `‹summary›` for what nobody has said yet."""
    words = facts.words
    raised = facts.state.raised or Raised(summary=words["unmeasured.summary"], policy="")
    policy = facts.plan.policy(raised.policy or None)
    return Message(
        emoji="📟",
        title=words["page.title"],
        subject=facts.plan.cutover,
        lead=raised.summary,
        sections=_sections.whole(
            Section(title=words["page.about"], rows=(*_about(facts, policy), *levels(facts, policy))),
            Section(title=words["title.answers"], lines=(facts.must("page.console", run=facts.run_id),)),
            _sections.notes(facts),
        ),
        buttons=(Button(name="ack", text=words["button.ack"], style="primary"),),
        links=_sections.links(facts),
        footer=_sections.footer(facts),
    )


def _about(facts: Facts, policy: EscalationPolicy | None) -> tuple[Row, ...]:
    if policy is None:
        return ()
    opened = facts.state.opened
    raised = facts.clock(facts.state.opened_at)
    if opened is not None and opened.go_by:
        raised = facts.must("page.raised.by", time=raised, name=facts.person(opened.go_by))
    return facts.rows(
        ("page.severity", policy.name.upper()),
        ("page.ack", facts.length(policy.ack_sla)),
        ("page.raised", raised),
        ("page.now", _now(facts, policy)),
    )


def _now(facts: Facts, policy: EscalationPolicy) -> str | None:
    """Return which level of which round a message to one person belongs to; None for one to a group."""
    found = _LEVEL.search(facts.action.key)
    if found is None:
        return None
    return facts.must(
        "page.now.text",
        level=str(int(found[2]) + 1),
        levels=str(len(policy.levels)),
        round=str(int(found[1]) + 1),
        rounds=str(policy.repeat + 1),
    )


def levels(facts: Facts, policy: EscalationPolicy | None) -> tuple[Row, ...]:
    """Return a row for every level: who is paged, and how long it has before the next."""
    return tuple(
        Row(
            label=facts.must("page.level", level=str(number)),
            text=facts.must("page.level.text", people=facts.people(level.page), wait=facts.length(level.wait)),
        )
        for number, level in enumerate(policy.levels if policy else (), start=1)
    )
