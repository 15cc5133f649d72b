"""A run's loop in one thread: when its clock may jump, for how long it waits, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from typing import Any

import pytest
from tests.driving.test_late_end import RUN, Slow, drivers, opened
from tests.driving.test_leaving import Beside
from tests.simulation.fates import Fates
from tests.simulation.plan import plan_of
from tests.simulation.simulate import Plain

from bongsu.core.kinds import Raised, RunKind
from bongsu.inbound._port import ListeningChange
from bongsu.ledger.memory import MemoryLedger
from bongsu.run.book import Book
from bongsu.run.clock import Step
from bongsu.run.keeper import Keeper
from bongsu.run.leaving import Leave
from bongsu.run.loop import Handover, Runner

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class AtOnce(Executor):
    """Carries an effect out as it is begun; what came of it waits in the inbox."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Told:
    """A clock that stands: whenever the run would wait with nothing to take, the next thing happens."""

    source = "system"

    def __init__(self) -> None:
        self.happens: list[Callable[[], object]] = []
        self.busy: list[bool] = []
        """Whether it might have jumped while something was to be taken."""
        self.waits: list[tuple[datetime | None, bool]] = []
        """Until when the run waited, and whether the clock might have jumped, whenever nothing was."""

    def now(self) -> datetime:
        return START

    read = now

    def at(self, mono: float) -> datetime:
        del mono
        return START

    def stepped(self) -> tuple[Step, ...]:
        return ()

    def wait(self, until: datetime | None, inbox: SimpleQueue[Any], *, idle: bool) -> Any:
        if not inbox.empty():
            self.busy.append(idle)
            return inbox.get_nowait()
        self.waits.append((until, idle))
        self.happens.pop(0)()
        return None if inbox.empty() else inbox.get_nowait()

    def close(self) -> None:
        """Do nothing."""


class Way:
    """A way in that says that it is open when the test has it."""

    def __init__(self, channel: str) -> None:
        self.channel, self.open = channel, False

    def start(self) -> None:
        self.open = True

    def stop(self) -> None:
        self.open = False


class Guarding(Beside):
    """Has its turn every second, may be busy, and hears a last fact as leave is taken of it."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped = False
        self.last: Callable[[], object] = lambda: None

    def turn(self, now: datetime) -> datetime:
        return now + SECOND

    def leave(self, *, closed: bool) -> None:
        super().leave(closed=closed)
        self.last()

    def stop(self) -> None:
        self.stopped = True


@pytest.mark.parametrize("listens", [True, False])
def test_the_clock_jumps_only_while_nothing_is_under_way_and_the_end_leaves_nobody_waiting(listens: bool) -> None:
    plan, clock, beside, ledger, channel = plan_of(Fates(3), RunKind.PAGE), Told(), Guarding(), MemoryLedger(), Slow()
    channel.answer.set()
    ledger.create(RUN, START, kind="page")
    book = Book(plan, ledger, RUN, Plain(), keeper=Keeper(ledger, RUN, worth=1))
    book.append(START, "operator", opened(Raised(summary="the disk is full", policy="critical")))
    ways = [Way(next(iter(plan.channels)))] if listens else []
    runner = Runner(
        book,
        replace(drivers(plan, channel), listen=lambda _: ways),
        clock,
        pool=AtOnce(),
        looks_for_orders=False,
        beside=lambda _: beside,
    )
    late: list[Handover] = []
    said = [ListeningChange(channel=way.channel, state="open") for way in ways]
    beside.last = lambda: late.extend(runner.hand_over(fact) for fact in said)
    clock.happens = [
        *(lambda fact=fact: runner.hand_over(fact) for fact in said),  # type: ignore[misc]
        lambda: setattr(beside, "busy", True),
        lambda: runner.note(Leave.PERSON),
    ]
    assert runner.run() == 3
    assert clock.busy and not any(clock.busy), "a message is on its way"
    assert [idle for _, idle in clock.waits] == [False, True, False][not listens :]
    assert {until for until, _ in clock.waits} == {START + SECOND}
    assert all(not way.open for way in ways)
    assert beside.stopped
    assert book.keeper.seq == ledger.head(RUN).seq, "whoever goes on need not fold it all"
    assert [one._settled.is_set() for one in late] == [True] * len(ways)
    assert not any(runner.deliver(fact) for fact in said)
    assert runner._inbox.empty(), "behind the end nothing is taken in any more"
