"""What went wrong and what was decided about it, as the page, the rollback, the hold and the closings tell it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bongsu.core.events import Order, Phase, Why
from bongsu.core.kinds import RunKind
from bongsu.core.presses import SILENCE, counted
from bongsu.core.state import ASIDE
from bongsu.core.verdict import Verdict
from bongsu.messages import _sections
from bongsu.messages.model import Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.core.presses import Press
    from bongsu.core.state import Judgement, Observation
    from bongsu.messages.facts import Facts

MOST = 8
"""Lines of one kind: this is read in the night on a phone."""
DECISIONS = ("roll_back", "hold")
PLACES = {
    Why.VERIFY_FAILED: "verify",
    Why.VERIFY_UNKNOWN: "verify",
    Why.WATCH_FAILED: "watch",
    Why.WATCH_UNKNOWN: "watch",
    Why.ALARM: "alarm",
    Why.ALARM_UNKNOWN: "alarm",
}
"""Why a run left its way, to what the keys of the judgements begin with that show it."""


def cause(facts: Facts) -> Why | None:
    """Return why the run left its way; None when nothing did but an order, or when the run went on after it."""
    state = facts.state
    left_at = state.entered.get(Phase.DECIDING)
    if left_at is None or any(at > left_at for phase, at in state.entered.items() if phase not in ASIDE):
        return None
    return state.whys[Phase.DECIDING].why


def measured(facts: Facts, title: str) -> Section:
    """Return what was measured against which limit: what did not pass, or how long a first invocation was missed."""
    lines = (facts.words["unmeasured.checks"],) if facts.preview else ()
    rows = (*_sections.unpassed(facts, _unpassed(facts)), *_no_first_run(facts))
    return Section(title=title, rows=rows, lines=lines)


def _unpassed(facts: Facts) -> tuple[Judgement, ...]:
    why, judged = cause(facts), facts.state.judgements.values()
    place = "" if why is None else PLACES.get(why, "")
    odd = [one for one in judged if one.verdict is not Verdict.PASS and one.key.partition("/")[0] == place]
    odd = [one for one in odd if place == "verify" or not _sections.idle(one)]
    if not odd:
        return ()
    scope = max(odd, key=lambda one: one.seq).key.rpartition("/")[0]
    return tuple(one for one in odd if one.key.rpartition("/")[0] == scope)[:MOST]


def _no_first_run(facts: Facts) -> tuple[Row, ...]:
    seen = facts.state.observations.get("observe/invocations")
    if cause(facts) is not Why.NO_FIRST_RUN or seen is None:
        return ()
    facts.cite("observe.invocations.until", seen.seq)
    text = facts.must(
        "trouble.no_first_run",
        since=facts.clock(_moment(seen, "since")),
        until=facts.clock(_moment(seen, "until")),
        begun=str(len(seen.values.get("incomplete", ()))),
        within=facts.length(facts.plan.first_run.within),
    )
    return (Row(label=facts.words["success.first"], text=text),)


def _moment(seen: Observation, name: str) -> datetime | None:
    text = seen.values.get(name) or seen.args.get(name)
    return datetime.fromisoformat(str(text)) if text else None


def unread(facts: Facts) -> Section:
    """Return what could not be read, why, and how often in a row."""
    lines = [
        facts.must(
            "page.read.failed.once" if failed.count == 1 else "page.read.failed",
            key=key,
            reason=facts.told(failed.reason),
            count=str(failed.count),
        )
        for key, failed in facts.state.failures.items()
    ]
    return Section(title=facts.words["title.unread"], lines=tuple(lines[:MOST]))


def switches(facts: Facts) -> Iterator[str]:
    """Yield what was asked of the target and the legacy, when, and how each call ended."""
    for switch in facts.state.switches.values():
        facts.cite(f"switch.{switch.key}", switch.seq)
        yield facts.must(
            "page.switch",
            which=facts.words[f"which.{switch.which}"],
            state=facts.words[f"switched.{switch.to}"],
            time=facts.clock(switch.intended_at),
            outcome=_sections.outcome(facts, switch.outcome),
        )


def decided(facts: Facts, phase: Phase) -> str:
    """Return who or what had the run enter `phase`, and when."""
    entered = facts.state.whys.get(phase)
    if entered is None:
        return facts.must("unmeasured.decision", phase=str(phase))
    said = {
        "name": facts.person(entered.detail),
        "time": facts.clock(facts.state.entered[phase]),
        "within": facts.length(facts.plan.rollback.decide),
    }
    match entered.why:
        case Why.DECIDED_BY_PERSON:
            press = deciding_press(facts, _decided_in(facts))
            if press is not None:
                facts.cite(f"press.{press.press_id}", press.seq)
                return facts.must("decided.press", channel=press.channel, **said)
        case Why.ASKED_BY_OPERATOR:
            return ordered(facts, facts.must("decided.asked_by_operator", **said), phase)
    return facts.must(f"decided.{entered.why}", **said)


def ordered(facts: Facts, text: str, phase: Phase) -> str:
    """Return `text` with the reason of the order that `phase` was entered on, if it was given with one."""
    order, entered = facts.state.order, facts.state.whys[phase]
    # A later order, of another kind or by somebody else, is not the one that is told about.
    if order is None or order.by != entered.detail or (order.order is Order.HOLD) is not (phase is Phase.HELD):
        return text
    facts.cite("order", facts.state.order_seq)
    return facts.must("decided.reason", text=text, reason=order.reason) if order.reason else text


def deciding_press(facts: Facts, subject: str) -> Press | None:
    """Return the press that decided about a page: the first of Roll back and Hold that counts."""
    return next((press for press in counted(facts.state, subject) if press.button in DECISIONS), None)


def _decided_in(facts: Facts) -> str:
    """Return the matter in which people are asked to decide: the newest page about a trouble, or a guard's own."""
    if facts.state.kind is RunKind.GUARD:
        return SILENCE
    return f"page/{facts.state.troubles - (Phase.ROLLBACK_FAILED in facts.state.entered)}"


def decision_about(facts: Facts, subject: str) -> Phase | None:
    """Return the phase that a page was decided with; None for a page that only reports, or is not decided yet."""
    state = facts.state
    paged_at = state.entered.get(Phase.DECIDING)
    if paged_at is None or subject != _decided_in(facts):
        return None
    ways = {phase: state.entered[phase] for phase in (Phase.HELD, Phase.ROLLING_BACK) if phase in state.entered}
    after = [phase for phase, at in ways.items() if at >= paged_at]
    return min(after, key=lambda phase: ways[phase], default=None)
