"""A run is left: nothing new is begun, what is under way comes to its end and is recorded, and nobody is in doubt."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from tests.driving.test_late_end import RUN, Slow, drivers, opened
from tests.patience import PATIENCE_S
from tests.simulation.fates import Fates
from tests.simulation.plan import plan_of
from tests.simulation.simulate import Plain

from bongsu.core.events import Outcome, SendEnded, SendIntended
from bongsu.core.kinds import Raised, RunKind
from bongsu.ledger.codec import decode
from bongsu.ledger.memory import MemoryLedger
from bongsu.run.book import Book
from bongsu.run.clock import SystemClock
from bongsu.run.leaving import LEFT_BEFORE_THE_CALL, Leave
from bongsu.run.loop import Runner
from bongsu.run.start import LEFT, admit_doubt


class Person:
    """Asks to leave when the test does, and sees what is waited for."""

    def __init__(self) -> None:
        self.leave: Callable[[Leave], None] = lambda _: None
        self.waited_for: list[Sequence[str]] = []
        self.was_told = threading.Event()

    @contextmanager
    def hears(self, leave: Callable[[Leave], None]) -> Iterator[None]:
        self.leave = leave
        yield

    def waits(self, under_way: Sequence[str]) -> None:
        self.waited_for.append(under_way)
        self.was_told.set()


class Noticed(SystemClock):
    """Says when the run waits; a second Ctrl-C comes as it does then."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting, self.again = threading.Event(), threading.Event()

    def wait(self, until: Any, inbox: Any, *, idle: bool) -> Any:
        self.waiting.set()
        if self.again.is_set():
            raise KeyboardInterrupt
        return super().wait(until, inbox, idle=idle)


class Beside:
    """What goes round with the loop: whether it is taken leave of."""

    busy = False

    def __init__(self) -> None:
        self.taken_leave_of: list[bool] = []

    def turn(self, now: Any) -> None:
        del now

    def takes(self, item: object) -> bool:
        del item
        return False

    def admits(self, action: Any) -> bool:
        del action
        return True

    def leave(self, *, closed: bool) -> None:
        self.taken_leave_of.append(closed)

    def stop(self) -> None:
        """Nothing of it runs."""


class Desk:
    """A page whose messages wait for an answer, and the thread that drives it."""

    def __init__(self, *, at_once: int = 8) -> None:
        self.clock, self.channel, self.person, self.beside = Noticed(), Slow(), Person(), Beside()
        self.plan = plan_of(Fates(3), RunKind.PAGE)
        self.ledger = MemoryLedger()
        self.ledger.create(RUN, self.clock.now(), kind="page")
        self.book = Book(self.plan, self.ledger, RUN, Plain())
        self.book.append(self.clock.now(), "operator", opened(Raised(summary="the disk is full", policy="critical")))
        self.runner = Runner(
            self.book,
            drivers(self.plan, self.channel),
            self.clock,
            pool=ThreadPoolExecutor(at_once),
            looks_for_orders=False,
            beside=lambda _: self.beside,
            leaving=self.person,
        )
        self.ended: list[object] = []
        self._thread = threading.Thread(target=self._drive)

    def begin(self) -> None:
        """Drive the page until it waits for answers."""
        self._thread.start()
        assert self.channel.asked.wait(PATIENCE_S) and self.clock.waiting.wait(PATIENCE_S)

    def _drive(self) -> None:
        try:
            self.ended.append(self.runner.run())
        except KeyboardInterrupt:
            self.ended.append("at once")

    def over(self) -> object:
        """Return how the driving ended."""
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        return self.ended[0]

    def events(self, kind: type[Any]) -> list[Any]:
        events = (decode(row.line).event for row in self.ledger.rows(RUN))
        return [event for event in events if isinstance(event, kind)]


def test_what_is_under_way_is_waited_for_and_recorded_and_nothing_is_begun_after_it() -> None:
    desk = Desk()
    desk.begin()
    begun = [event.key for event in desk.events(SendIntended)]
    desk.person.leave(Leave.PERSON)
    assert desk.person.was_told.wait(PATIENCE_S)
    assert desk.ended == []
    desk.channel.answer.set()
    assert desk.over() == 3
    ended = desk.events(SendEnded)
    assert [event.key for event in desk.events(SendIntended)] == begun
    assert {(event.key, event.outcome) for event in ended} == {(key, Outcome.ACCEPTED) for key in begun}
    assert desk.person.waited_for[0] == sorted(begun)
    assert [len(keys) for keys in desk.person.waited_for] == list(range(len(begun), 0, -1))
    # Whoever goes on has nothing to doubt.
    head = desk.ledger.head(RUN)
    admit_doubt(desk.book, desk.clock.now())
    assert desk.ledger.head(RUN) == head


def test_what_waits_for_its_turn_is_not_begun_any_more_and_has_certainly_not_been_sent() -> None:
    """Of two messages one has left, and the other waits for a thread."""
    desk = Desk(at_once=1)
    desk.begin()
    begun = {event.key for event in desk.events(SendIntended)}
    assert len(begun) > 1
    desk.person.leave(Leave.PERSON)
    assert desk.person.was_told.wait(PATIENCE_S)
    desk.channel.answer.set()
    assert desk.over() == 3
    (sent,) = desk.channel.sent
    ended = {event.key: (event.outcome, event.reason) for event in desk.events(SendEnded)}
    assert ended.pop(sent.key) == (Outcome.ACCEPTED, "")
    assert ended == dict.fromkeys(begun - {sent.key}, (Outcome.NOT_SENT, LEFT_BEFORE_THE_CALL))


@pytest.mark.parametrize(("who", "leave_taken"), [(Leave.PERSON, [False]), (Leave.SYSTEM, [])])
def test_whoever_asks_a_second_time_leaves_at_once_and_what_was_under_way_is_in_doubt(
    who: Leave, leave_taken: list[bool]
) -> None:
    desk = Desk()
    desk.begin()
    begun = {event.key for event in desk.events(SendIntended)}
    desk.clock.again.set()
    desk.person.leave(who)
    assert desk.over() == "at once"
    assert desk.beside.taken_leave_of == leave_taken
    assert desk.events(SendEnded) == []
    desk.channel.answer.set()
    admit_doubt(desk.book, desk.clock.now())
    found = {(event.key, event.outcome, event.reason) for event in desk.events(SendEnded)}
    assert found == {(key, Outcome.IN_DOUBT, LEFT) for key in begun}


@pytest.mark.parametrize(("who", "leave_taken"), [(Leave.PERSON, [False]), (Leave.SYSTEM, [])])
def test_only_a_person_takes_leave_of_the_guard(who: Leave, leave_taken: list[bool]) -> None:
    """A process that is ended by a signal has nobody who has the run in hand: its guard has to notice."""
    desk = Desk()
    desk.begin()
    desk.person.leave(who)
    desk.channel.answer.set()
    assert desk.over() == 3
    assert desk.beside.taken_leave_of == leave_taken
