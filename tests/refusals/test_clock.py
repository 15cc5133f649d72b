"""Somebody sets this machine's clock during a run: the run's time never goes back, and the captain is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from queue import Queue

from bongsu.run.clock import SystemClock

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
S = timedelta(seconds=1)


class Machine:
    """A machine with a clock that people can set, and one that they cannot."""

    def __init__(self) -> None:
        self.wall, self.mono = START, 1_000.0
        self.warned: list[str] = []
        self.clock = SystemClock(warn=self.warned.append, wall=lambda: self.wall, mono=lambda: self.mono)

    def passes(self, seconds: int, *, and_is_set_by: timedelta = timedelta(0)) -> datetime:
        """Let time pass, set the clock, and return what the run's clock says then."""
        self.wall += seconds * S + and_is_set_by
        self.mono += seconds
        return self.clock.now()


def test_an_undisturbed_clock_is_followed_without_a_word() -> None:
    machine = Machine()
    assert [machine.passes(10) for _ in range(3)] == [START + 10 * S, START + 20 * S, START + 30 * S]
    assert machine.warned == []


def test_small_corrections_are_followed_without_a_word_and_time_stands_rather_than_going_back() -> None:
    machine = Machine()
    assert machine.passes(10, and_is_set_by=2 * S) == START + 12 * S
    assert machine.passes(1, and_is_set_by=-3 * S) == START + 12 * S
    assert machine.passes(10) == START + 20 * S
    assert machine.warned == []


def test_a_jump_forward_is_followed_and_told_once() -> None:
    machine = Machine()
    assert machine.passes(10, and_is_set_by=300 * S) == START + 310 * S
    assert machine.passes(10) == START + 320 * S
    assert machine.warned == ["this machine's clock was set forward by 300 s"]


def test_a_jump_back_is_told_once_and_changes_no_deadline() -> None:
    machine = Machine()
    before = machine.passes(10)
    assert machine.passes(10, and_is_set_by=-300 * S) == before + 10 * S
    assert [machine.passes(60) for _ in range(2)] == [before + 70 * S, before + 130 * S]
    assert machine.warned == ["this machine's clock was set back by 300 s; the run's time goes on without it"]


def test_a_clock_that_is_set_back_and_right_again_is_told_twice_and_the_time_is_right() -> None:
    machine = Machine()
    machine.passes(10, and_is_set_by=-300 * S)
    assert machine.passes(10, and_is_set_by=300 * S) == START + 20 * S
    assert len(machine.warned) == 2 and "forward by 300 s" in machine.warned[1]
    assert machine.passes(10) == START + 30 * S


def test_the_time_of_an_exchange_stays_between_the_readings_around_it() -> None:
    machine = Machine()
    before = machine.passes(10)
    sent_mono = machine.mono
    after = machine.passes(5, and_is_set_by=-300 * S)
    assert before <= machine.clock.at(sent_mono) <= after


def test_a_wait_ends_when_the_jump_has_passed_its_deadline() -> None:
    machine = Machine()
    until = machine.passes(1) + 600 * S
    machine.passes(1, and_is_set_by=700 * S)
    assert machine.clock.wait(until, Queue(), idle=True) is None
