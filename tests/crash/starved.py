"""When a machine has so little left for a kill that the world in it ends its own calls: that says nothing of bongsu.

The world of a kill stands at wall speed while anything is in flight, so that the workload's own time limits run while
its world, or it itself, is not let at the processor. A workload that could not read its settings within them has failed
in earnest: the run finds that, asks people and is taken back, as it must, and ends with an exit code of its own before
it comes to its point.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.crash.days import Day

LONG_S = 60
"""One takes a second or two, and some ten where fifteen programs share two processors; a look finds one that takes
longer than this unfinished, and that is unknown."""


def starved(world: Path, day: Day) -> str:
    """Return what the day's world did that nobody had arranged, by its own record; empty when it was as arranged."""
    record = world / "record.jsonl"
    if not record.exists():
        return ""
    entries = [json.loads(line) for line in record.read_text("utf-8").splitlines()]
    ended = [one for one in entries if (one["service"], one["operation"]) == ("lambda", "invocation")]
    for nth, one in enumerate(ended, 1):
        took_s = one["duration_us"] // 1_000_000
        if took_s > LONG_S or (one["ended"] != "response" and nth not in day.failing):
            return (
                f"invocation {nth} of the workload ended in {one['ended']} after {took_s} s, which nobody had arranged"
            )
    return ""
