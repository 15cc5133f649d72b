"""The start: sent before the switch and a gate to it, so it says what is about to happen and what is known so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.messages import _sections
from bongsu.messages.model import Message, Section

if TYPE_CHECKING:
    from bongsu.messages.facts import Facts


def compose(facts: Facts) -> Message:
    """Return the message that everyone gets before anything is switched."""
    words = facts.words
    return Message(
        emoji="🚀",
        title=words["start.title"],
        subject=facts.plan.cutover,
        lead=words["start.lead"],
        sections=_sections.whole(
            _plan(facts),
            _sections.target(facts),
            _sections.baseline(facts),
            _reversal(facts),
            _readers(facts),
            _sections.notes(facts),
        ),
        links=_sections.links(facts),
        footer=_sections.footer(facts),
    )


def _plan(facts: Facts) -> Section:
    return Section(
        title=facts.words["title.plan"],
        rows=facts.rows(
            ("label.window", facts.window()),
            ("label.action", facts.words["start.action"]),
            ("label.captain", facts.person(facts.plan.captain)),
        ),
    )


def _reversal(facts: Facts) -> Section:
    rule, within = facts.plan.rollback, facts.length(facts.plan.first_run.within)
    triggers = [
        facts.must(f"when.{trigger}", within=within) if f"when.{trigger}" in facts.words else trigger.replace("_", " ")
        for trigger in rule.when
    ]
    sla = facts.must(
        "start.sla",
        detect=facts.length(rule.detect),
        decide=facts.length(rule.decide),
        execute=facts.length(rule.execute),
        total=facts.length(rule.total),
    )
    return Section(
        title=facts.words["start.reversal"],
        rows=facts.rows(
            ("start.trigger", "; ".join(triggers)),
            ("start.unknown", facts.words[f"when_unknown.{rule.when_unknown}"]),
            ("start.undecided", facts.words[f"nobody_decides.{rule.nobody_decides}"]),
            ("label.sla", sla),
        ),
    )


def _readers(facts: Facts) -> Section:
    people, first = _sections.on_call(facts), facts.plan.first_run
    lines = [facts.words["start.readers.none"]]
    if people:
        lines.append(facts.must("start.readers.page", people=facts.people(people)))
    due = facts.must("start.next", within=facts.length(first.within), settle=facts.length(first.settle))
    return Section(
        title=facts.words["start.readers"],
        rows=facts.rows(("label.next", due)),
        lines=tuple(lines),
    )
