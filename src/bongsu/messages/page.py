"""The page: what was measured against which limit and what comes next; that the way back is blocked; or one matter."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bongsu.core.escalation import policy_of
from bongsu.core.events import Phase, Why
from bongsu.core.kinds import RunKind
from bongsu.core.reversal import LOGS_LAG, TRIGGERS, UNKNOWN, top_of
from bongsu.messages import _raised, _sections, _trouble
from bongsu.messages._reason import reason
from bongsu.messages.model import Button, Message, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.messages.facts import Facts


def compose(facts: Facts) -> Message:
    """Return the page for what the run is and the phase it stands in: a decision, a rollback that failed, a matter."""
    if facts.state.kind is RunKind.PAGE or not facts.plan.cuts_over:
        return _raised.compose(facts)
    return _failed(facts) if facts.state.phase is Phase.ROLLBACK_FAILED else _deciding(facts)


def _deciding(facts: Facts) -> Message:
    words = facts.words
    return Message(
        emoji="⚠️",
        title=words["page.title"],
        subject=facts.plan.cutover,
        lead=facts.must("page.lead", why=reason(facts, Phase.DECIDING)),
        sections=_sections.whole(
            _trouble.measured(facts, words["title.measured"]),
            _trouble.unread(facts),
            Section(title=words["title.done"], rows=_sections.rule_row(facts), lines=_done(facts)),
            Section(title=words["title.next"], lines=_next(facts)),
            Section(title=words["page.about"], rows=_about(facts)),
            _sections.notes(facts),
        ),
        buttons=(
            Button(name="ack", text=words["button.ack"], style="primary"),
            Button(name="roll_back", text=words["button.roll_back"], style="danger"),
            Button(name="hold", text=words["button.hold"]),
        ),
        links=_sections.links(facts),
        footer=_sections.footer(facts),
    )


def _done(facts: Facts) -> tuple[str, ...]:
    if facts.preview:
        return (facts.words["unmeasured.switches"],)
    return tuple(_trouble.switches(facts)) or (facts.words["page.switch.none"],)


def _next(facts: Facts) -> tuple[str, ...]:
    """Return what the plan's rule does, exactly as the core applies it (`reversal.deciding`)."""
    rule, words = facts.plan.rollback, facts.words
    entered = facts.state.whys.get(Phase.DECIDING)
    why = entered.why if entered else Why.VERIFY_FAILED
    if why in UNKNOWN and rule.when_unknown == "roll_back":
        return (words["page.next.press"], words["page.next.unknown"])
    since = facts.state.entered.get(Phase.DECIDING)
    by = facts.clock(since + rule.decide if since else None)
    named = TRIGGERS[why] in rule.when
    key = "roll_back" if rule.nobody_decides == "roll_back" and named else "hold"
    said = {"within": facts.length(rule.decide), "time": by}
    return (words["page.next.press"], facts.must(f"page.next.{key}", **said))


def _about(facts: Facts) -> tuple[Row, ...]:
    policy = policy_of(facts.plan)
    if policy is None:
        return ()
    rows = facts.rows(("page.severity", policy.name.upper()), ("page.ack", facts.length(policy.ack_sla)))
    return (*rows, *_raised.levels(facts, policy))


def _failed(facts: Facts) -> Message:
    words = facts.words
    return Message(
        emoji="🚨",
        title=words["page.failed.title"],
        subject=facts.plan.cutover,
        lead=facts.must("page.failed.lead", why=reason(facts, Phase.ROLLBACK_FAILED)),
        sections=_sections.whole(
            Section(title=words["page.do"], lines=tuple(_to_do(facts))),
            Section(title=words["title.read"], rows=_last_read(facts), lines=tuple(_unknown(facts))),
            Section(title=words["title.done"], lines=tuple(_trouble.switches(facts))),
            _trouble.unread(facts),
            _sections.target(facts),
            Section(title=words["page.about"], rows=_everyone(facts)),
            _sections.notes(facts),
        ),
        buttons=(Button(name="ack", text=words["button.ack"], style="primary"),),
        links=_sections.links(facts),
        footer=_sections.footer(facts),
    )


def _to_do(facts: Facts) -> Iterator[str]:
    why = facts.state.whys[Phase.ROLLBACK_FAILED].why
    for number in ("1", "2"):
        key = f"page.do.{why}.{number}"
        if key in facts.words:
            legacy = facts.plan.legacy
            yield facts.must(
                key,
                rule=_sections.rule_of(facts, facts.plan.target),
                legacy=_sections.rule_of(facts, legacy) if legacy else "",
                captain=facts.person(facts.plan.captain),
            )
    yield facts.must("page.do.end", run=facts.run_id)


def _last_read(facts: Facts) -> tuple[Row, ...]:
    rows = [*_sections.rule_row(facts), *_sections.legacy_row(facts)]
    entered = facts.state.whys[Phase.ROLLBACK_FAILED]
    if entered.detail:
        rows.append(Row(label=facts.words["page.failed.reason"], text=facts.told(entered.detail)))
    return tuple(rows)


def _unknown(facts: Facts) -> Iterator[str]:
    """Yield what nobody knows: a state that was not read after it was asked to change; and what was started."""
    for which, state in (("target", "disabled"), ("legacy", "enabled")):
        asked = [one for one in facts.state.switches.values() if (one.which, one.to) == (which, state)]
        switch = asked[-1] if asked else None
        seen = facts.state.observations.get(f"rollback/{which}_rule")
        if switch is not None and (seen is None or seen.seq < switch.ended_seq):
            yield facts.must("page.unknown", which=facts.words[f"which.{which}"])
    off = facts.state.observations.get("rollback/target_rule")
    looked = facts.state.observations.get("rollback/invocations")
    if off is None or looked is None:
        return
    begun = [datetime.fromisoformat(run["started_at"]) for run in looked.values["complete"]]
    after = [at for at in begun if at > off.at + LOGS_LAG]
    if after:
        facts.cite("rollback.invocations.after", looked.seq)
        yield facts.must("page.started", count=str(len(after)), time=facts.clock(max(after)))


def _everyone(facts: Facts) -> tuple[Row, ...]:
    policy = top_of(policy_of(facts.plan))
    if policy is None:
        return ()
    return facts.rows(
        ("page.severity", policy.name.upper()),
        ("page.ack", facts.length(policy.ack_sla)),
        ("page.everyone", facts.people(policy.levels[0].page)),
    )
