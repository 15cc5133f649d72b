"""The services' own times of messages, in step 9: each lies within its sending, by a clock within 5 s of theirs.

A machine whose clock is off is off for all of its messages: that is one thing that does not hold, and is said once,
with how far. It is no less wrong than a single time that cannot be: times that were moved together look the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bongsu.core.skew import SKEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bongsu.core.events import Recorded
    from bongsu.evidence.walk import Walk

ROUNDED = timedelta(seconds=1)
"""Telegram tells whole seconds; a clock that is off drifts by about as much in a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A message, and the time at which its service says that it took it."""

    intention: Recorded
    line: Recorded
    said: datetime
    in_time: bool
    """Whether that lies within the sending."""

    @property
    def ahead(self) -> tuple[timedelta, timedelta]:
        """How far the service's clock is ahead of ours by this message: at least, and at most."""
        return self.said - self.line.at - ROUNDED, self.said - self.intention.at + ROUNDED


def taken(walk: Walk, intention: Recorded, line: Recorded, said: datetime) -> None:
    """Keep what a service says of the time of a message."""
    in_time = intention.at - SKEW <= said <= line.at + SKEW
    walk.taken.append(Taken(intention=intention, line=line, said=said, in_time=in_time))


def said_once(walk: Walk) -> None:
    """Note every time that cannot be; those that one clock explains, with none between that it does not, as one."""
    clocks: list[list[Taken]] = []
    for one in walk.taken:
        if not one.in_time:
            known = next((clock for clock in clocks if _ahead([*clock, one]) is not None), None)
            if known is None:
                clocks.append([one])
            else:
                known.append(one)
    right = [one.line.seq for one in walk.taken if one.in_time]
    for clock in clocks:
        first, last = clock[0].line.seq, clock[-1].line.seq
        if first == last or any(first < seq < last for seq in right):
            for one in clock:
                _say_alone(walk, one)
        else:
            _say_together(walk, clock)


def _ahead(together: Sequence[Taken]) -> timedelta | None:
    """Return how far the services' clocks are ahead of ours by all of these, None where they do not agree."""
    least, most = max(one.ahead[0] for one in together), min(one.ahead[1] for one in together)
    return least + (most - least) / 2 if least <= most else None


def _say_together(walk: Walk, clock: Sequence[Taken]) -> None:
    ahead = _ahead(clock)
    assert ahead is not None, "that is why they stand together"
    seconds = f"{abs(ahead.total_seconds()):.1f} s {'behind' if ahead > timedelta(0) else 'ahead of'} the services'"
    lines = list(dict.fromkeys(one.line.seq for one in clock))
    walk.wrong(
        "service_time",
        clock[0].line,
        found=f"this machine's clock {seconds}, by {len(lines)} messages from #{lines[0]} to #{lines[-1]}",
        why="the services' own times of these messages lie outside the times in which they were sent, all as far",
        instead=f"a clock within {SKEW.seconds} s of theirs, as a time server keeps it",
        also=lines[1:],
    )


def _say_alone(walk: Walk, one: Taken) -> None:
    walk.wrong(
        "service_time",
        one.line,
        found=one.said.isoformat(),
        why="the service's own time of the message lies outside the time in which it was sent",
        instead=f"{one.intention.at.isoformat()} to {one.line.at.isoformat()}, give or take {SKEW.seconds} s",
        also=(one.intention.seq,),
    )
