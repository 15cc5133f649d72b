"""How a run stands, in words: what it came to, how its switches were last read, and what somebody has to do."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import click

from bongsu.cli.speech import chosen, say
from bongsu.core.events import Phase
from bongsu.core.kinds import RunKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bongsu.core.plan import Plan, SwitchSpec
    from bongsu.core.state import RunState

OUTCOMES = {0: "pass", 1: "fail", 3: "unknown", 4: "rollback failed", 6: "no-go"}
"""The exit code of a run that is closed, to what it came to."""
COLOURS = {0: "green", 1: "red", 3: "yellow", 4: "red", 6: "yellow"}
ROLLBACK_FAILED = 4
READ = {"target": "target_rule", "legacy": "legacy_rule"}


def coloured(text: str, exit_code: int | None) -> str:
    """Return a text in the colour of what a run came to; as it is while that is not known."""
    return click.style(text, fg=COLOURS[exit_code], bold=True) if exit_code in COLOURS else text


def why_of(why: str) -> str:
    """Return the recorded word for a reason as a person says it."""
    from bongsu.evidence.words import word, words_of

    return word(words_of(chosen()), "why", why)


def phase_of(phase: Phase) -> str:
    """Return a phase as a person says it."""
    from bongsu.evidence.words import word, words_of

    return word(words_of(chosen()), "phase", phase)


def at_text(plan: Plan, at: datetime) -> str:
    """Return a day and time in the plan's zone, and in UTC behind it."""
    here, there = at.astimezone(plan.timezone), at.astimezone(UTC)
    if here.utcoffset() == there.utcoffset():
        return f"{here:%Y-%m-%d %H:%M:%S %Z}"
    form = "%H:%M:%S UTC" if here.date() == there.date() else "%m-%d %H:%M:%S UTC"
    return f"{here:%Y-%m-%d %H:%M:%S %Z} ({there:{form}})"


def last_read(plan: Plan, state: RunState) -> Iterator[tuple[str, str]]:
    """Yield the target and the legacy with the state in which each was last read, and when."""
    for which, reading in READ.items():
        seen = [one for one in state.observations.values() if one.reading == reading]
        if seen:
            newest = max(seen, key=lambda one: one.seq)
            rule = str(newest.values.get("state", ""))
            yield which, say("{}, read back at {} (#{})", rule, at_text(plan, newest.at), newest.seq)


def to_do(plan: Plan, state: RunState) -> list[str]:
    """Return what somebody has to do by hand: where a rollback reached no safe state."""
    from bongsu.evidence.aftermath import steps
    from bongsu.evidence.words import words_of

    failed = state.closed.exit_code == ROLLBACK_FAILED if state.closed else state.phase is Phase.ROLLBACK_FAILED
    entered = state.whys.get(Phase.ROLLBACK_FAILED)
    if not failed or entered is None:
        return []
    captain = plan.contacts[plan.captain].name
    return steps(
        words_of(chosen()), entered.why, target=_facts(plan.target), legacy=_facts(plan.legacy), captain=captain
    )


def _facts(switch: SwitchSpec | None) -> dict[str, str]:
    return {} if switch is None else {name: str(value) for name, value in switch.facts.items()}


def ways_on(run_id: str, kind: RunKind, *, held: bool) -> str:
    """Return what can be done about a run that is not over."""
    if held:
        ways = "bongsu resume {} --go-on --by NAME goes on; bongsu rollback {} --by NAME undoes"
        return say(ways, run_id, run_id)
    if kind is RunKind.CUTOVER:
        return say("bongsu resume {} goes on; bongsu rollback {} --by NAME undoes", run_id, run_id)
    return say("bongsu resume {} goes on; bongsu ack {} --by NAME answers", run_id, run_id)
