"""What a run says of its guard, and a guard of its run, in one line each."""

from __future__ import annotations

from bongsu.cli.speech import say, told
from bongsu.core.guard_events import Did, GuardChanged, Guarding, Heart, HeartbeatsChanged, RunLookedFor

HEARD = {
    Heart.ARMED: "guards {}, which stands at {}",
    Heart.SILENT: "{} is silent; it stood at {}",
    Heart.HEARD: "{} is heard again, at {}",
    Heart.CLOSED: "{} is over; it stood at {}",
    Heart.LEFT: "{} was left on purpose, at {}",
}


def guard_text(event: GuardChanged | HeartbeatsChanged | RunLookedFor) -> str:
    """Return the line."""
    if isinstance(event, HeartbeatsChanged):
        return say(HEARD[event.state], event.run, say(event.phase.replace("_", " ")))
    if isinstance(event, RunLookedFor):
        return say("second look at {}: {}", event.run, told(event.reason))
    if event.state is Guarding.STANDING_BY:
        return say("stands by, its own ledger is {}", event.guard_run)
    if event.state is Guarding.LOST:
        return say("DOES NOT ANSWER: {}", told(event.reason))
    restored = event.did is Did.RESTORED
    what = "took this run for dead, paged and put the target back: {}" if restored else GUARD_PAGED
    return say(what, event.guard_run)


GUARD_PAGED = "took this run for dead and paged: {}"
