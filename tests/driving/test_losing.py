"""What a loop hears of while it waits: that its right has passed on, and that another process has added to its run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from tests.driving.test_late_end import RUN, Slow, close_from_elsewhere, drivers, opened, pressed
from tests.driving.test_leaving import Beside
from tests.driving.test_loop import START, AtOnce, Told
from tests.patience import PATIENCE_S
from tests.simulation.fates import Fates
from tests.simulation.plan import plan_of
from tests.simulation.simulate import Plain

from bongsu.core.chain import Head
from bongsu.core.events import ListeningChanged, Outcome
from bongsu.core.kinds import Raised, RunKind
from bongsu.errors import LeaseLost
from bongsu.inbound._port import ListeningChange
from bongsu.ledger._port import Entry
from bongsu.ledger.memory import MemoryLedger
from bongsu.run.book import Book
from bongsu.run.keeper import EVERY, Keeper
from bongsu.run.leaving import Leave
from bongsu.run.loop import Handover, LedgerMoved, Runner
from bongsu.run.term import LEASE


class Passing:
    """A right that passes on when the test has it; `noted` is called as the loop takes note of it."""

    def __init__(self, ledger: MemoryLedger) -> None:
        (self.lease,) = ledger.claim("first", lease_for=LEASE, run_id=RUN)
        self.told: Callable[[LeaseLost], None] = lambda _: None
        self.noted: Callable[[], object] = lambda: None
        self._lost: LeaseLost | None = None

    @property
    def lost(self) -> LeaseLost | None:
        return self._lost

    @lost.setter
    def lost(self, why: LeaseLost) -> None:
        self._lost = why
        self.noted()

    def when_lost(self, told: Callable[[LeaseLost], None]) -> None:
        self.told = told

    def lasts_for_a_call(self) -> bool:
        return True


@pytest.fixture
def ledger() -> MemoryLedger:
    made = MemoryLedger(now=lambda: START)
    made.create(RUN, START, kind="page")
    return made


def paging(ledger: MemoryLedger, clock: Told, channel: Slow, **how: Any) -> Runner:
    """Return a page's loop that has not gone round yet."""
    plan = plan_of(Fates(3), RunKind.PAGE)
    keeper = Keeper(ledger, RUN, every=how.pop("every", EVERY), aside=lambda write: write())
    book = Book(plan, ledger, RUN, Plain(), tenure=how.pop("tenure", None), keeper=keeper)
    book.append(START, "operator", opened(Raised(summary="the disk is full", policy="critical")))
    return Runner(book, drivers(plan, channel), clock, **how)


def test_a_run_that_waits_ends_when_its_right_has_passed_on_and_keeps_what_its_calls_come_to(
    ledger: MemoryLedger,
) -> None:
    """The calls under way are answered after the loop has heard of it: it waits for them, and asks for nothing more."""
    clock, channel, tenure, why = Told(), Slow(), Passing(ledger), LeaseLost("taken over")
    runner = paging(ledger, clock, channel, tenure=tenure, looks_for_orders=False)
    pressed_late: list[Handover] = []

    def noted() -> None:
        pressed_late.append(runner.hand_over(pressed("ops_chat", authentic=True)))
        channel.answer.set()

    clock.happens = [lambda: channel.asked.wait(PATIENCE_S) and tenure.told(why)]
    tenure.noted = noted
    with pytest.raises(LeaseLost, match="taken over"):
        runner.run()
    assert tenure.lost is why, "nothing is let go that is another's"
    sends = runner.book.state.sends.values()
    assert sends and all(one.outcome is Outcome.ACCEPTED for one in sends)
    assert runner.book.state.head == ledger.head(RUN)
    (press,) = pressed_late
    assert not press.wait(), "it is offered again to whoever drives the run now"
    assert all(one.method == "post" for one in channel.sent), "nobody is told that it is too late"


def test_what_stands_beside_a_run_hears_that_it_is_closed_whoever_had_it_left(ledger: MemoryLedger) -> None:
    """A guard that did not would take a run for dead that has ended well."""
    clock, channel, beside = Told(), Slow(), Beside()
    channel.answer.set()
    runner = paging(ledger, clock, channel, pool=AtOnce(), looks_for_orders=False, beside=lambda _: beside)

    def ends() -> None:
        close_from_elsewhere(ledger)
        runner.note(Leave.SYSTEM)
        runner.note(LedgerMoved())

    clock.happens = [ends]
    assert runner.run() == 3
    assert runner.left is Leave.SYSTEM
    assert beside.taken_leave_of == [True]


def test_a_long_run_keeps_its_state_while_it_goes_on(ledger: MemoryLedger) -> None:
    clock, channel = Told(), Slow()
    channel.answer.set()
    runner = paging(ledger, clock, channel, pool=AtOnce(), looks_for_orders=False, every=2)
    kept: list[int] = []
    clock.happens = [lambda: (kept.append(runner.book.keeper.seq), runner.note(Leave.PERSON))]
    runner.run()
    assert ledger.head(RUN).seq - 2 < kept[0] <= ledger.head(RUN).seq


def test_a_run_hears_of_lines_that_another_process_adds(ledger: MemoryLedger) -> None:
    clock, channel, waited = Told(), Slow(), threading.Event()
    channel.answer.set()
    runner = paging(ledger, clock, channel, pool=AtOnce())
    seen: list[Head] = []

    def adds() -> None:
        added = Entry(at=START, actor="another", event=ListeningChanged(channel="ops_chat", state="open"))
        ledger.append(RUN, ledger.head(RUN), [added])
        for _ in range(PATIENCE_S * 100):
            if not runner._inbox.empty():
                return
            waited.wait(0.01)

    clock.happens = [adds, lambda: (seen.append(runner.book.state.head), runner.note(Leave.PERSON))]
    assert runner.run() == 3
    assert seen == [ledger.head(RUN)]


def test_a_way_in_waits_until_its_fact_is_in_the_ledger() -> None:
    """It tells the service of a press that it was taken, and of one that was not that it may be offered again."""
    for recorded in (True, False):
        handover, said = Handover(ListeningChange(channel="ops_chat", state="open")), list[bool]()
        way = threading.Thread(target=lambda handover=handover, said=said: said.append(handover.wait()))
        way.start()
        way.join(0.05)
        assert way.is_alive() and not said
        handover.settle(recorded=recorded)
        way.join(PATIENCE_S)
        assert said == [recorded]
