"""Snapshots of a run that is driven: when they are kept, and that nothing of the run is another for it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.patience import PATIENCE_S
from tests.simulation.outside import RUN
from tests.simulation.simulate import NEVER, Plain, Simulation

from bongsu.core.chain import Head
from bongsu.core.events import SendIntended
from bongsu.core.fold import folded
from bongsu.core.kinds import RunKind
from bongsu.core.state import RunState
from bongsu.errors import LedgerWriteFailed
from bongsu.ledger import snapshots
from bongsu.ledger.codec import decode
from bongsu.ledger.memory import MemoryLedger
from bongsu.run.book import Book
from bongsu.run.keeper import EVERY, Keeper


class Shelf:
    """Stands for the ledger: takes down at which lines snapshots were kept."""

    def __init__(self, *, full: bool = False) -> None:
        self.kept: list[int] = []
        self.full = full

    def snapshot(self, _run: str, at: Head, _fold: bytes, *, program: str) -> None:
        self.kept.append(at.seq)
        assert program == snapshots.version()
        if self.full:
            raise LedgerWriteFailed("the disk is full")


def at(seq: int) -> RunState:
    return RunState(head=Head(seq, f"{seq:064x}"))


def at_once(shelf: Any, **more: Any) -> Keeper:
    return Keeper(shelf, "run-1", aside=lambda write: write(), **more)


def test_a_run_in_hand_is_kept_every_so_many_lines_and_when_it_has_grown_by_a_part() -> None:
    """What is written for all of them together stays a few times the newest one."""
    shelf = Shelf()
    keeper = at_once(shelf)
    for seq in range(1, 10_001):
        keeper.look(at(seq))
    assert shelf.kept[:4] == [EVERY, 2 * EVERY, 3 * EVERY, 4 * EVERY]
    assert sum(shelf.kept) < 5 * 10_000
    gaps = [later - before for before, later in zip(shelf.kept, shelf.kept[1:], strict=False)]
    assert all(gap >= EVERY for gap in gaps)


def test_a_run_that_is_let_go_is_kept_where_that_is_worth_it() -> None:
    """Not a page of twenty lines; a run of some hundreds is, and not again for the next few."""
    shelf = Shelf()
    keeper = at_once(shelf)
    keeper.last(at(20))
    assert shelf.kept == []
    keeper.last(at(snapshots.WORTH))
    keeper.last(at(snapshots.WORTH + 20))
    assert shelf.kept == [snapshots.WORTH]


def test_what_cannot_be_kept_is_left_until_as_many_lines_have_come_again() -> None:
    """A full disk is not asked at every look, and nobody hears of it."""
    shelf = Shelf(full=True)
    keeper = at_once(shelf)
    for seq in range(EVERY, 2 * EVERY):
        keeper.look(at(seq))
    assert shelf.kept == [EVERY]
    keeper.look(RunState(head=Head(2 * EVERY, "0" * 64), listening={"c": "\ud800"}))
    assert shelf.kept == [EVERY], "what cannot be written is not given to the ledger"


def test_the_run_does_not_wait_for_the_writing_and_one_is_written_at_a_time() -> None:
    """A store that takes its time: the loop comes back at once; whoever lets the run go waits for it."""
    go_on, begun = threading.Event(), threading.Event()

    class Slow(Shelf):
        def snapshot(self, run: str, at: Head, fold: bytes, *, program: str) -> None:
            begun.set()
            assert go_on.wait(PATIENCE_S)
            super().snapshot(run, at, fold, program=program)

    shelf = Slow()
    keeper = Keeper(shelf, "run-1")  # type: ignore[arg-type]
    keeper.look(at(EVERY))
    assert begun.wait(PATIENCE_S)
    keeper.look(at(5 * EVERY))
    assert shelf.kept == []
    go_on.set()
    keeper.last(at(5 * EVERY))
    assert shelf.kept == [EVERY, 5 * EVERY]


@pytest.mark.parametrize("kind", [RunKind.CUTOVER, RunKind.PAGE])
def test_a_run_that_goes_on_from_snapshots_through_every_crash_is_the_same_to_the_byte(kind: RunKind) -> None:
    """Simulated runs with power cuts, full disks and orders: with a snapshot every few lines, and with none."""
    resumed = 0
    for seed in range(16):
        ledgers = []
        for every in (4, NEVER):
            simulation = Simulation(seed, kind=kind, snapshots_every=every)
            ledgers.append([row.line for row in simulation.run().ledger.rows(RUN)])
            found = simulation.last.ledger.latest_snapshot(RUN, program=snapshots.version())
            assert (found is None) is (every == NEVER)
        assert ledgers[0] == ledgers[1]
        resumed += simulation.last.processes > 1
    assert resumed > 4, "else nothing went on from a snapshot"


def simulated(worth: int) -> tuple[Simulation, Book]:
    """Return a run that has ended, and a book that has read it anew."""
    simulation = Simulation(7, snapshots_every=20)
    simulation.run()
    ledger = simulation.last.ledger
    return simulation, Book(simulation.plan, ledger, RUN, Plain(), keeper=Keeper(ledger, RUN, worth=worth))


def test_a_book_begins_with_the_snapshot_and_still_knows_every_message_of_the_run() -> None:
    """Also those from before it: their buttons are taken off one day."""
    simulation, book = simulated(worth=20)
    seen: list[int] = []
    book.watched_by(lambda line, _: seen.append(line.seq))
    ledger = simulation.last.ledger
    lines = [decode(row.line) for row in ledger.rows(RUN)]
    assert book.catch_up() == len(lines)
    assert len(seen) < len(lines), "what a snapshot holds is not shown as new"
    assert seen == list(range(len(lines) - len(seen) + 1, len(lines) + 1))
    assert book.state == folded(simulation.plan, lines)
    posted = {e.key: x.blobs["payload"] for x in lines if isinstance(e := x.event, SendIntended) and e.method == "post"}
    assert posted
    assert {key: book.payload_of(key) for key in posted} == posted


def test_a_book_that_began_with_a_snapshot_knows_it() -> None:
    """Its next one is due as many lines later; the state is that of a book that has read everything."""
    simulation, book = simulated(worth=20)
    ledger: MemoryLedger = simulation.last.ledger
    found = ledger.latest_snapshot(RUN, program=snapshots.version())
    assert found is not None
    book.catch_up()
    assert book.keeper.seq == found[0].seq
    whole = simulated(worth=NEVER)[1]
    whole.catch_up()
    assert whole.keeper.seq == 0
    assert book.state == whole.state
