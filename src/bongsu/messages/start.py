"""The start: sent before the switch and a gate to it, so it says what is about to happen and what is known so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.reversal import TRIGGERS
from bongsu.messages import _sections
from bongsu.messages.model import Message, Section

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    rule = facts.plan.rollback
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
            ("start.trigger", _said(facts, _triggers(facts))),
            ("start.paged", facts.words["start.paged.text"]),
            ("start.unknown", facts.words[f"when_unknown.{rule.when_unknown}"]),
            ("start.undecided", _undecided(facts)),
            ("start.undone", facts.words[f"start.undone.{_legacy(facts)}"]),
            ("label.sla", sla),
        ),
    )


def _triggers(facts: Facts) -> tuple[str, ...]:
    """Return everything that people are paged for, whether or not the plan reverses it by itself."""
    plan = facts.plan
    looked_at = plan.watch is not None or plan.alarms is not None
    return tuple(word for word in dict.fromkeys(TRIGGERS.values()) if word != "alarm" or looked_at)


def _said(facts: Facts, triggers: Iterable[str]) -> str:
    within = facts.length(facts.plan.first_run.within)
    keys = [f"when.{trigger}" for trigger in triggers]
    if facts.plan.watch is None:
        keys = ["when.alarm.alone" if key == "when.alarm" else key for key in keys]
    return "; ".join(facts.must(key, within=within) for key in keys)


def _undecided(facts: Facts) -> str:
    """Return what follows when nobody decides, exactly as the core applies it (`reversal.deciding`)."""
    rule, within = facts.plan.rollback, facts.length(facts.plan.rollback.decide)
    triggers = _triggers(facts)
    reversed_by_itself = [word for word in triggers if rule.nobody_decides == "roll_back" and word in rule.when]
    if len(reversed_by_itself) == len(triggers):
        return facts.must("nobody_decides.roll_back", within=within)
    if not reversed_by_itself:
        return facts.must("nobody_decides.hold", within=within)
    return facts.must("nobody_decides.some", within=within, triggers=_said(facts, reversed_by_itself))


def _legacy(facts: Facts) -> str:
    return facts.plan.legacy.on_rollback if facts.plan.legacy is not None else "none"


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
