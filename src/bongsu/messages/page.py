"""The page: what was measured against which limit, and what bongsu did and did not do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.events import Phase
from bongsu.core.verdict import Verdict
from bongsu.messages import _sections
from bongsu.messages._reason import reason
from bongsu.messages.model import Button, Message, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.core.state import Judgement
    from bongsu.messages.facts import Facts

UNPASSED_MOST = 8
"""A page is read in the night on a phone."""


def compose(facts: Facts) -> Message:
    """Return the message with its Acknowledge button."""
    words = facts.words
    return Message(
        emoji="⚠️",
        title=words["page.title"],
        subject=facts.plan.cutover,
        lead=facts.must("page.lead", why=reason(facts, Phase.HELD)),
        sections=_sections.whole(
            _sections.measured(facts, _newest(facts)),
            Section(title=words["title.unread"], lines=tuple(_unread(facts))),
            Section(
                title=words["title.done"],
                rows=_sections.rule_row(facts),
                lines=(*_switched(facts), words["page.held"]),
            ),
            Section(title=words["page.about"], rows=_about(facts)),
            _sections.notes(facts),
        ),
        buttons=(Button(name="ack", text=words["button.ack"], style="primary"),),
        links=_sections.links(facts),
        footer=_sections.footer(facts),
    )


def _newest(facts: Facts) -> tuple[Judgement, ...]:
    """Return the judgements of the newest scope that holds one which did not pass."""
    found = [judged for judged in facts.state.judgements.values() if judged.key != "drill"]
    odd = [judged for judged in found if judged.verdict is not Verdict.PASS]
    if not odd:
        return ()
    scope = max(odd, key=lambda judged: judged.seq).key.rpartition("/")[0]
    return tuple(judged for judged in odd if judged.key.rpartition("/")[0] == scope)[:UNPASSED_MOST]


def _unread(facts: Facts) -> Iterator[str]:
    for key, failed in facts.state.failures.items():
        yield facts.must("page.read.failed", key=key, reason=failed.reason, count=str(failed.count))


def _switched(facts: Facts) -> tuple[str, ...]:
    if facts.preview:
        return ("‹switches›",)
    lines: list[str] = []
    for switch in facts.state.switches.values():
        facts.cite(f"switch.{switch.key}", switch.seq)
        lines.append(
            facts.must(
                "page.switch",
                which=switch.which,
                state=switch.to,
                time=facts.clock(switch.intended_at),
                outcome=_sections.outcome(facts, switch.outcome),
            )
        )
    return tuple(lines) or (facts.words["page.switch.none"],)


def _about(facts: Facts) -> tuple[Row, ...]:
    policy = facts.plan.escalation.get("critical") or next(iter(facts.plan.escalation.values()), None)
    if policy is None:
        return ()
    levels = tuple(
        Row(
            label=facts.must("page.level", level=str(number)),
            text=facts.must("page.level.text", people=facts.people(level.page), wait=facts.length(level.wait)),
        )
        for number, level in enumerate(policy.levels, start=1)
    )
    rows = facts.rows(("page.severity", policy.name.upper()), ("page.ack", facts.length(policy.ack_sla)))
    return (*rows, *levels)
