"""Somebody sets this machine's clock during a run: the run's time never goes back, and the captain is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue

from tests.core.world import opened, plan

from bongsu.cli.progress import Progress
from bongsu.core.events import Phase, PhaseEntered, Why
from bongsu.ledger.memory import MemoryLedger
from bongsu.redact import Redactor
from bongsu.run.book import Book
from bongsu.run.clock import SystemClock
from bongsu.run.drivers import Drivers
from bongsu.run.loop import Runner

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
S = timedelta(seconds=1)


class Machine:
    """A machine with a clock that people can set, and one that they cannot."""

    def __init__(self) -> None:
        self.wall, self.mono = START, 1_000.0
        self.clock = SystemClock(wall=lambda: self.wall, mono=lambda: self.mono)

    def told(self) -> list[tuple[int, bool]]:
        """What the run is told of the jumps since it last asked: seconds, and whether its time went along."""
        return [(step.by // S, step.followed) for step in self.clock.stepped()]

    def passes(self, seconds: int, *, and_is_set_by: timedelta = timedelta(0)) -> datetime:
        """Let time pass, set the clock, and return what the run's clock says then."""
        self.wall += seconds * S + and_is_set_by
        self.mono += seconds
        return self.clock.now()


def test_an_undisturbed_clock_is_followed_without_a_word() -> None:
    machine = Machine()
    assert [machine.passes(10) for _ in range(3)] == [START + 10 * S, START + 20 * S, START + 30 * S]
    assert machine.told() == []


def test_small_corrections_are_followed_without_a_word_and_time_stands_rather_than_going_back() -> None:
    machine = Machine()
    assert machine.passes(10, and_is_set_by=2 * S) == START + 12 * S
    assert machine.passes(1, and_is_set_by=-3 * S) == START + 12 * S
    assert machine.passes(10) == START + 20 * S
    assert machine.told() == []


def test_a_jump_forward_is_followed_and_told_once() -> None:
    machine = Machine()
    assert machine.passes(10, and_is_set_by=300 * S) == START + 310 * S
    assert machine.passes(10) == START + 320 * S
    assert machine.told() == [(300, True)]
    assert machine.told() == []


def test_a_jump_back_is_told_once_and_changes_no_deadline() -> None:
    machine = Machine()
    before = machine.passes(10)
    assert machine.passes(10, and_is_set_by=-300 * S) == before + 10 * S
    assert [machine.passes(60) for _ in range(2)] == [before + 70 * S, before + 130 * S]
    assert machine.told() == [(-300, False)]


def test_a_clock_that_was_set_back_while_nobody_drove_the_run_changes_no_deadline() -> None:
    """Whoever goes on with the run goes on from its newest line; without that, no level would be paged for an hour."""
    machine = Machine()
    machine.clock.goes_on_from(START + 3600 * S)
    assert machine.passes(60) == START + 3660 * S
    assert machine.passes(10, and_is_set_by=3600 * S) == START + 3670 * S
    assert machine.told() == [(-3600, False), (3600, True)]
    machine.clock.goes_on_from(START)
    assert machine.passes(1) == START + 3671 * S


def test_a_clock_that_is_set_back_and_right_again_is_told_twice_and_the_time_is_right() -> None:
    machine = Machine()
    machine.passes(10, and_is_set_by=-300 * S)
    assert machine.passes(10, and_is_set_by=300 * S) == START + 20 * S
    assert machine.told() == [(-300, False), (300, True)]
    assert machine.passes(10) == START + 30 * S
    assert machine.told() == []


def test_a_newest_line_that_is_a_moment_ahead_moves_no_clock() -> None:
    """Two machines are never quite agreed; the run's time stands until this one's has come there."""
    machine = Machine()
    machine.clock.goes_on_from(START + 2 * S)
    assert machine.passes(10) == START + 10 * S
    assert machine.told() == []


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
    assert machine.clock.wait(until, SimpleQueue(), idle=True) is None


def test_a_jump_is_a_line_of_the_ledger_and_of_the_terminal() -> None:
    """Whoever reads the evidence sees that times before and after it cannot simply be subtracted."""
    machine, lines = Machine(), []
    at = machine.passes(1)
    held = plan(announce=replace(plan().announce, to=()))
    ledger = MemoryLedger()
    ledger.create("run-1", at)
    book = Book(held, ledger, "run-1", Redactor())
    book.append(at, "captain:james", opened())
    book.append(at, "bongsu", PhaseEntered(phase=Phase.HELD, why=Why.ASKED_BY_OPERATOR, detail="james"))
    book.watched_by(Progress(held, "run-1", write=lines.append))
    nothing = Drivers(channels={}, probes={}, target=None, cleaner=Redactor(), endpoints={}, listen=lambda _deliver: ())
    machine.passes(1, and_is_set_by=-60 * S)
    assert Runner(book, nothing, machine.clock).run() == 3
    assert book.state.clock_steps == 1
    assert lines[-1].endswith("clock      this machine's clock was set back by 60 s; the run's time goes on without it")
