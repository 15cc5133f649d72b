"""The no-go: why the cutover does not happen, what said before is void, and what was left untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.events import Outcome, Phase, Why
from bongsu.messages import _sections, _trouble
from bongsu.messages._reason import reason
from bongsu.messages.model import Message, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.messages.facts import Facts


def compose(facts: Facts) -> Message:
    """Return the message; that nothing was changed is only said when the ledger holds no switch."""
    words, state = facts.words, facts.state
    judgements = [judged for key, judged in state.judgements.items() if key.startswith("baseline/")]
    return Message(
        emoji="⚠️",
        title=words["no_go.title"],
        subject=facts.plan.cutover,
        lead=facts.must("no_go.lead", why=_why(facts)),
        sections=_sections.whole(
            _sections.measured(facts, judgements),
            Section(title=words["title.done"], rows=_read(facts), lines=tuple(_done(facts))),
            _sections.notes(facts),
        ),
        footer=_sections.footer(facts),
    )


def _why(facts: Facts) -> str:
    entered = facts.state.whys.get(Phase.NO_GO)
    text = reason(facts, Phase.NO_GO)
    by_order = entered is not None and entered.why is Why.ASKED_BY_OPERATOR
    return _trouble.ordered(facts, text, Phase.NO_GO) if by_order else text


def _read(facts: Facts) -> tuple[Row, ...]:
    entered = facts.state.whys.get(Phase.NO_GO)
    legacy = entered is not None and entered.why is Why.LEGACY_ENABLED
    return (*_sections.rule_row(facts), *(_sections.legacy_row(facts) if legacy else ()))


def _done(facts: Facts) -> Iterator[str]:
    state, words = facts.state, facts.words
    entered = state.whys.get(Phase.NO_GO)
    # One in doubt may have reached people as well.
    told = [send for send in state.sends.values() if send.message == "start"]
    if any(send.outcome in (Outcome.ACCEPTED, Outcome.IN_DOUBT) for send in told):
        yield words["no_go.void"]
    yield from _trouble.switches(facts)
    if entered is not None and entered.why is Why.NOT_ENABLED:
        line = facts.say("no_go.not_enabled")
        if line is not None:
            yield line
    if not state.switches:
        yield words["no_go.untouched"]
