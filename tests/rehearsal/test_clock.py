"""The clock of a rehearsal: a day passes in a minute, and what really takes time takes its time."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from tests.rehearsal.world import at


def test_a_day_passes_in_minutes(happy):
    """More than 24 hours lie between the first line and the last; nobody waited for a hundredth of that."""
    passed = at(happy.lines[-1]["at"]) - at(happy.lines[0]["at"])
    assert passed > timedelta(hours=24)
    assert timedelta(seconds=happy.ended.wall_s) < passed / 100


def test_an_invocation_takes_as_long_on_the_clock_as_it_really_took(happy):
    """The clock between firing and end of each of the 73 runs has moved by its measured duration, and little more."""
    for invocation, around in happy.invocations():
        moved = at(invocation["at"]) - at(around[0]["at"])
        took = timedelta(microseconds=invocation["duration_us"])
        # A cold start and the log lines lie outside of the duration, inside of the clock's time.
        assert took <= moved < 2 * took + timedelta(minutes=1)


def test_between_the_runs_the_clock_jumps(happy):
    """Twenty minutes lie between two firings on the clock, but for what this machine took to get there."""
    fired = [at(one["at"]) for one in happy.recorded("events", "fired")]
    for before, after in pairwise(fired):
        assert abs(after - before - timedelta(minutes=20)) < timedelta(minutes=1)


def test_the_ledger_names_the_clock_that_was_asked(happy):
    """Whoever reads the evidence can tell a rehearsal: its clock and all its endpoints were on the same machine."""
    opened = happy.lines[0]["body"]
    assert opened["clock"].startswith("http://127.0.0.1:")
    assert all(address.startswith("http://127.0.0.1:") for address in opened["endpoints"].values())
