"""The drill's result: a message of its own, sent after the last acknowledgement or the end of the SLA."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.core.escalation import DrillTime, drill_times
from bongsu.core.verdict import Verdict
from bongsu.messages import _sections
from bongsu.messages.facts import FigureMissing
from bongsu.messages.model import Message, Row, Section

if TYPE_CHECKING:
    from bongsu.core.state import Judgement
    from bongsu.messages.facts import Facts

NEVER = timedelta.max


def compose(facts: Facts) -> Message:
    """Return the message; FigureMissing before the drill was judged."""
    judged = facts.state.judgements.get("drill")
    if judged is None and not facts.preview:
        raise FigureMissing(f'"{facts.action.message}" needs the judgement "drill", and there is none')
    words, times = facts.words, drill_times(facts.plan, facts.state)
    people = tuple(Row(label=facts.person(time.contact), text=_answered(facts, time)) for time in times)
    return Message(
        emoji="✅" if judged is None or judged.verdict is Verdict.PASS else "⚠️",
        title=words[f"drill_result.title.{judged.verdict if judged else 'pass'}"],
        subject=facts.plan.cutover,
        lead=f"{facts.why(judged)}." if judged else "‹drill.why›.",
        sections=_sections.whole(
            Section(title=words["drill_result.people"], rows=people),
            Section(title=words["drill_result.verdict"], rows=_verdict(facts, judged, times)),
            _sections.notes(facts),
        ),
        footer=_sections.footer(facts),
    )


def _answered(facts: Facts, time: DrillTime) -> str:
    if facts.preview:
        elapsed = f"‹drill.{time.contact}.elapsed_s›"
        return facts.must(
            "drill_result.acked", elapsed=elapsed, channel=facts.words["unmeasured.channel"], time=facts.clock(None)
        )
    if time.asked_at is None:
        return facts.words["drill_result.not_asked"]
    if time.elapsed is None:
        return facts.words["drill_result.none"]
    _cite(facts, time)
    said = {"elapsed": _elapsed(facts, time), "channel": time.channel, "time": facts.clock(time.acked_at)}
    if time.service_at is None:
        text = facts.must("drill_result.acked", **said)
    else:
        text = facts.must("drill_result.acked.service", service=facts.clock(time.service_at), **said)
    return facts.must("drill_result.late", text=text) if _late(facts, time) else text


def _cite(facts: Facts, time: DrillTime) -> None:
    facts.cite(f"drill.{time.contact}.elapsed_s", time.acked_seq)
    facts.cite(f"drill.{time.contact}.asked", time.asked_seq)


def _elapsed(facts: Facts, time: DrillTime) -> str:
    return facts.amount(time.elapsed_s, "s")


def _late(facts: Facts, time: DrillTime) -> bool:
    drill = facts.plan.drill
    return time.late or (drill is not None and time.elapsed is not None and time.elapsed > drill.ack_sla)


def _verdict(facts: Facts, judged: Judgement | None, times: tuple[DrillTime, ...]) -> tuple[Row, ...]:
    drill = facts.plan.drill
    answered = [time for time in times if time.elapsed is not None]
    slowest = max(answered, key=lambda time: time.elapsed or NEVER, default=None)
    text = verdict = None
    if slowest is not None:
        person = facts.person(slowest.contact)
        text = facts.must("drill_result.slowest.text", person=person, elapsed=_elapsed(facts, slowest))
    if drill is not None:
        word = facts.words[f"verdict.{judged.verdict}"] if judged else "‹drill.verdict›"
        verdict = facts.must("drill_result.limit", verdict=word, sla=facts.length(drill.ack_sla))
    return facts.rows(("drill_result.slowest", text), ("drill_result.verdict", verdict))
