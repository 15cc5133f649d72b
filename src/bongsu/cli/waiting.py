"""The last line while a run waits: when it looks again, and what ends the phase at the latest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.cli.speech import pad, say
from bongsu.core.decide import wake_at
from bongsu.core.kinds import RunKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bongsu.core.plan import Plan
    from bongsu.core.state import RunState

LABEL_WIDTH = 11


def waiting_text(plan: Plan, state: RunState, now: datetime) -> str:
    """Return what a run waits for at a time of its clock; empty while it waits for nothing, or is over.

    Times and no countdown: the clock of a rehearsal jumps, and what changes every second is read by nobody.
    """
    if state.closed is not None:
        return ""
    parts = ", ".join(_parts(plan, state, now))
    return f"{pad(say('waiting'), LABEL_WIDTH)}{parts}   {say('Ctrl-C leaves')}" if parts else ""


def _parts(plan: Plan, state: RunState, now: datetime) -> Iterator[str]:
    wake = wake_at(plan, state, now)
    if wake is not None and wake > now:
        yield say("looks again at {}", _clock(plan, wake, now))
    if state.kind is not RunKind.CUTOVER:
        return
    from bongsu.evidence.moment import deadline_of

    deadline = deadline_of(plan, state)
    if deadline is not None and deadline[0] > now:
        yield say("at the latest {} ({})", _clock(plan, deadline[0], now), deadline[1])


def _clock(plan: Plan, at: datetime, now: datetime) -> str:
    """Return a time in the plan's zone, with its day where that is another than now."""
    there, here = at.astimezone(plan.timezone), now.astimezone(plan.timezone)
    return f"{there:%H:%M:%S}" if there.date() == here.date() else f"{there:%m-%d %H:%M:%S}"
