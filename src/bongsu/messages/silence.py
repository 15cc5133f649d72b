"""The guard's page: since when it does not hear the run, what it saw of it elsewhere, and what it does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.escalation import policy_of
from bongsu.core.events import Phase, SwitchState, Why
from bongsu.core.guard_events import Safe
from bongsu.core.guarding import RULE, cut_off
from bongsu.core.switching import WORDS
from bongsu.messages import _sections
from bongsu.messages._reason import reason
from bongsu.messages.model import Button, Message, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.messages.facts import Facts


def compose(facts: Facts) -> Message:
    """Return the page; its buttons are for a decision only where the guard does not act by itself."""
    words = facts.words
    return Message(
        emoji="🚨",
        title=words["silence.title"],
        subject=facts.plan.cutover,
        lead=facts.must("silence.lead", run=_run(facts), why=reason(facts, Phase.DECIDING)),
        sections=_sections.whole(
            Section(title=words["silence.seen"], rows=_seen(facts), lines=_unread(facts)),
            Section(title=words["title.next"], lines=tuple(_next(facts))),
            Section(title=words["page.do"], lines=_to_do(facts)),
            Section(title=words["page.about"], rows=_about(facts)),
            _sections.notes(facts),
        ),
        buttons=tuple(_buttons(facts)),
        links=_sections.links(facts),
        footer=_sections.footer(facts),
    )


def _run(facts: Facts) -> str:
    heart = facts.state.heart
    return "‹run›" if heart is None else heart.run


def _seen(facts: Facts) -> tuple[Row, ...]:
    heart = facts.state.heart
    if heart is None:
        return facts.rows(("silence.heard", facts.clock(None)))
    facts.cite("silence.last_heartbeat", facts.state.heart_seq)
    told = facts.rows(
        ("silence.heard", facts.clock(heart.last_at)),
        ("silence.phase", str(heart.phase).replace("_", " ")),
    )
    notice = cut_off(facts.state)
    if notice is not None:
        facts.cite("look.sent_message.found", notice.seq)
        told = (*told, *facts.rows(("silence.notice", facts.must("silence.notice.text", time=facts.clock(notice.at)))))
    return (*told, *_sections.rule_row(facts))


def _unread(facts: Facts) -> tuple[str, ...]:
    missed = RULE in facts.state.failures
    return (facts.words["silence.unread"],) if missed else ()


def _next(facts: Facts) -> Iterator[str]:
    if _restores(facts):
        yield facts.words["silence.next.restores"]
        return
    heart = facts.state.heart
    if cut_off(facts.state) is not None:
        yield facts.words["silence.next.cut_off"]
    seen = facts.state.observations.get(RULE)
    if seen is not None and seen.values["state"] in WORDS[SwitchState.DISABLED]:
        yield facts.words["silence.next.off"]
    elif heart is not None and heart.safe is Safe.AS_IT_IS:
        yield facts.words["silence.next.stays"]
    else:
        yield facts.words["silence.next.page"]


def _restores(facts: Facts) -> bool:
    guard, back = facts.plan.guard, facts.state.whys.get(Phase.ROLLING_BACK)
    if facts.preview:
        return guard is not None and guard.then == "restore"
    return back is not None and back.why is Why.GUARD_RESTORES


def _to_do(facts: Facts) -> tuple[str, ...]:
    run = _run(facts)
    return tuple(facts.must(key, run=run) for key in ("silence.do.look", "silence.do.resume"))


def _about(facts: Facts) -> tuple[Row, ...]:
    policy = policy_of(facts.plan, facts.plan.guard.policy if facts.plan.guard is not None else None)
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


def _buttons(facts: Facts) -> Iterator[Button]:
    yield Button(name="ack", text=facts.words["button.ack"], style="primary")
    if not _restores(facts):
        yield Button(name="roll_back", text=facts.words["button.roll_back"], style="danger")
        yield Button(name="hold", text=facts.words["button.hold"])
