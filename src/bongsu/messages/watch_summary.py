"""The watch summary: what was measured from the first look to the newest, added up from judged figures."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bongsu.core.events import Phase
from bongsu.core.verdict import Verdict
from bongsu.messages import _sections
from bongsu.messages._runs import reports
from bongsu.messages.model import Message, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bongsu.core.events import JudgedFigure
    from bongsu.core.state import Judgement, Observation
    from bongsu.messages.facts import Facts

UNPASSED_MOST = 10
"""Looks that are listed one by one; the count in the lead is of all of them."""
COUNTS = ("looks", "idle", "invocations", "failed", "sms", "new", "guide", "event", "duration", "memory")


def compose(facts: Facts) -> Message:
    """Return the message over every look so far."""
    words, looks = facts.words, _looks(facts)
    _derive(facts, looks)
    odd = {scope: found for scope, judged in looks.items() if (found := _odd(judged))}
    idle = any(_sections.idle(judged) for judgements in looks.values() for judged in judgements)
    lead = "watch_summary.lead.idle" if idle else "watch_summary.lead.pass"
    return Message(
        emoji="⚠️" if odd else "✅",
        title=words["watch_summary.title"],
        subject=facts.plan.cutover,
        lead=facts.must("watch_summary.lead.other") if odd else words[lead],
        sections=_sections.whole(
            Section(title=words["watch_summary.totals"], rows=(*_span(facts), *_totals(facts), *_alarms(facts))),
            Section(title=words["watch_summary.unpassed"], rows=tuple(_unpassed(facts, odd))[:UNPASSED_MOST]),
            _sections.notes(facts),
        ),
        links=_sections.links(facts),
        footer=_sections.footer(facts),
    )


def _looks(facts: Facts) -> dict[str, list[Judgement]]:
    found: dict[str, list[Judgement]] = {}
    for key, judged in facts.state.judgements.items():
        if key.startswith("watch/"):
            found.setdefault(key.rpartition("/")[0], []).append(judged)
    return found


def _odd(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Return the judgements that did not pass although there was something to judge."""
    return [judged for judged in judgements if judged.verdict is not Verdict.PASS and not _sections.idle(judged)]


def _derive(facts: Facts, looks: dict[str, list[Judgement]]) -> None:
    everything = [judged for judgements in looks.values() for judged in judgements]
    if everything:
        last = max(judged.seq for judged in everything)
        odd = [scope for scope, judgements in looks.items() if _odd(judgements)]
        idle = [scope for scope, judgements in looks.items() if any(_sections.idle(j) for j in judgements)]
        facts.derive("watch.total.looks", len(looks), seq=last)
        facts.derive("watch.total.unpassed", len(odd), seq=last)
        if idle:
            facts.derive("watch.total.idle", len(idle), seq=last)
    _derive_judged(facts, everything)
    _derive_observed(facts, [seen for key, seen in facts.state.observations.items() if key.startswith("watch/")])


def _derive_judged(facts: Facts, judgements: Iterable[Judgement]) -> None:
    by_name: dict[str, list[JudgedFigure]] = {}
    kinds = {spec.name: spec.kind for spec in (facts.plan.watch.checks if facts.plan.watch else ())}
    for judged in judgements:
        kind = kinds.get(judged.key.rpartition("/")[2], judged.check)
        for figure in judged.figures:
            by_name.setdefault(f"{kind}.{figure.name}", []).append(figure)
    for name in ("accepted", "delivered"):
        _sum(facts, f"watch.total.{name}", by_name.get(f"sms_delivery.{name}", ()))
    if found := by_name.get("sms_delivery.accepted"):
        facts.derive("watch.total.sms_looks", len(found), seq=found[-1].seq)
    _most(facts, "watch.worst.duration_ms", by_name.get("duration.duration_ms", ()))
    _most(facts, "watch.worst.used_mb", by_name.get("memory.used_mb", ()))


def _derive_observed(facts: Facts, observations: Iterable[Observation]) -> None:
    found = [seen for seen in observations if seen.reading == "invocations"]
    if not found:
        return
    last = max(seen.seq for seen in found)
    runs: list[dict[str, Any]] = [run for seen in found for run in seen.values.get("complete", ())]
    facts.derive("watch.total.invocations", len(runs), seq=last)
    failed = sum(run.get("failed") is True for run in runs)
    facts.derive("watch.total.failed_invocations", failed, seq=last)
    listed = [reports(seen) for seen in found]
    # One invocation without a report, and a sum of the others would pass for the whole.
    if any(part is None for part in listed):
        return
    for name in ("new", "guide", "event"):
        values = [report.get(name) for part in listed for report in part or ()]
        if all(isinstance(value, int) for value in values):
            facts.derive(f"watch.total.{name}", sum(value or 0 for value in values), seq=last)


def _sum(facts: Facts, name: str, figures: Iterable[JudgedFigure]) -> None:
    found = list(figures)
    if found:
        total = sum(int(figure.value) for figure in found)
        facts.derive(name, total, found[-1].unit, seq=max(figure.seq for figure in found))


def _most(facts: Facts, name: str, figures: Iterable[JudgedFigure]) -> None:
    worst_one = max(figures, key=lambda figure: Decimal(figure.value), default=None)
    if worst_one is not None:
        facts.derive(name, worst_one.value, worst_one.unit, seq=worst_one.seq)


def _span(facts: Facts) -> tuple[Row, ...]:
    since = facts.state.entered.get(Phase.WATCHING)
    ends = [
        str(seen.values.get("until", ""))
        for key, seen in facts.state.observations.items()
        if key.startswith("watch/") and seen.reading == "invocations"
    ]
    until = max((datetime.fromisoformat(end) for end in ends if end), default=None)
    said = facts.must("watch_summary.span.text", since=facts.day_clock(since), until=facts.day_clock(until))
    return facts.rows(("watch_summary.span", said))


def _totals(facts: Facts) -> tuple[Row, ...]:
    rows: list[tuple[str, str | None]] = []
    for name in COUNTS:
        text = facts.say(f"watch_summary.{name}.text")
        if name == "sms" and text is not None and _part(facts):
            text = facts.say("watch_summary.sms.part", text=text)
        rows.append((f"watch_summary.{name}", text))
    return facts.rows(*rows)


def _part(facts: Facts) -> bool:
    measured, looks = facts.figure("watch.total.sms_looks"), facts.figure("watch.total.looks")
    return measured is not None and looks is not None and measured.value != looks.value


def _alarms(facts: Facts) -> tuple[Row, ...]:
    """Return the alarms as the newest look found them."""
    watch = facts.plan.watch
    last = max((key.rpartition("/")[0] for key in facts.state.judgements if key.startswith("watch/")), default=None)
    if watch is None:
        return ()
    scope = last or "watch/last"
    specs = [spec for spec in watch.checks if spec.kind == "alarms"]
    return tuple(row for spec in specs for row in _sections.check(facts, scope, spec, read_time=True))


def _unpassed(facts: Facts, looks: dict[str, list[Judgement]]) -> Iterator[Row]:
    for scope, judgements in looks.items():
        for row in _sections.unpassed(facts, judgements):
            yield Row(label=f"{scope} {row.label}", text=row.text)
