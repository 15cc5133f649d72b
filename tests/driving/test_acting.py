"""What is done for one run, without anybody's loop around it: in which order, and what is stored of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tests.core.world import OPENS_AT, opened, plan
from tests.driving.test_late_end import RUN, Slow, drivers
from tests.driving.test_late_end import opened as paged
from tests.guard.bench import BenchClock
from tests.simulation.fates import Fates
from tests.simulation.plan import plan_of
from tests.simulation.simulate import Plain

from bongsu.core.events import ListeningChanged, OperatorAsked, Order, Outcome, RunClosed, SendEnded
from bongsu.core.kinds import Raised, RunKind
from bongsu.ledger.codec import decode
from bongsu.ledger.memory import MemoryLedger
from bongsu.probes._port import ReadNotDone
from bongsu.run.acting import Acting
from bongsu.run.book import Book
from bongsu.run.clock import Step
from bongsu.run.perform import Result

HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Stands(BenchClock):
    """A clock that stands, and jumps when it is told to."""

    time: datetime = OPENS_AT
    steps: list[Step] = field(default_factory=list)

    def stepped(self) -> tuple[Step, ...]:
        steps, self.steps = tuple(self.steps), []
        return steps


def acting(of: Any, first: Any, clock: Stands | None = None, **how: Any) -> tuple[Acting, list[Callable[[], Result]]]:
    """Return a run that begins with a line, and where the effects go that it has begun."""
    ledger, channel = MemoryLedger(), Slow()
    channel.answer.set()
    ledger.create(RUN, OPENS_AT)
    book = Book(of, ledger, RUN, Plain())
    book.append(OPENS_AT, "operator", first)
    begun: list[Callable[[], Result]] = []
    return Acting(book, drivers(of, channel), clock or Stands(), begun.append, **how), begun


def paging(clock: Stands | None = None, **how: Any) -> tuple[Acting, list[Callable[[], Result]]]:
    """Return a page as `acting` does."""
    matter = Raised(summary="the disk of db-1 is full", policy="critical")
    return acting(plan_of(Fates(3), RunKind.PAGE), paged(matter), clock, **how)


def events(run: Acting) -> list[Any]:
    return [decode(row.line).event for row in run.book.ledger.rows(RUN)]


def test_a_reading_without_an_answer_yet_keeps_no_other_from_being_asked() -> None:
    run, begun = acting(plan(), opened())
    run.act()
    assert len(begun) == len(run.in_flight) > 1
    asked = len(begun)
    run.act()
    assert len(begun) == asked, "each is asked once"


class Asked:
    """A probe that answers nothing, and keeps what it was asked."""

    def __init__(self) -> None:
        self.args: dict[str, Any] = {}

    def read(self, reading: str, args: Any) -> ReadNotDone:
        self.args[reading] = args
        return ReadNotDone(reason="nothing", wires=())


def test_what_is_looked_for_bears_the_runs_name_and_no_other_reading_does() -> None:
    """A message whose answer was lost is found by the run in its metadata; an alarm knows of no run."""
    asked, clock = Asked(), Stands()
    run, begun = acting(plan(), opened())
    run.drivers = replace(run.drivers, probes={"alarms": asked})
    run.act()
    for effect in begun:
        effect()
    assert asked.args == {"alarms": {"names": ["a"]}}
    run, begun = paging(clock)
    run.drivers = replace(run.drivers, probes={"sent_message": asked})
    run.act()
    for key in tuple(run.in_flight):
        lost = SendEnded(key=key, attempt=1, outcome=Outcome.IN_DOUBT)
        run.record(Result(key=key, actor="bongsu", event=lost, blobs={}))
    begun.clear()
    clock.time += HOUR
    run.act()
    for effect in begun:
        effect()
    assert asked.args["sent_message"]["run"] == RUN


def test_what_is_not_admitted_is_decided_anew_and_the_rest_goes_on() -> None:
    """As a run that hears of its guard only now: it has written that down, and what it decided then is begun."""
    refused: list[Any] = []

    def admits(action: Any) -> bool:
        if refused:
            return True
        refused.append(action)
        run.book.append(OPENS_AT, "guard", ListeningChanged(channel="ops_chat", state="open"))
        assert not begun
        return False

    run, begun = paging(admits=admits)
    run.act()
    assert refused[0].key in run.in_flight
    assert len(begun) == len(run.in_flight)


def test_nothing_stands_behind_the_line_that_ends_a_run_although_the_clock_jumps_then() -> None:
    clock = Stands()
    run, begun = paging(clock)
    run.book.append(OPENS_AT, "operator", OperatorAsked(order=Order.CLEAR, by="", reason="it is over"))
    jump = Step(by=HOUR, followed=True)
    run.book.watched_by(lambda line, _: clock.steps.append(jump) if isinstance(line.event, RunClosed) else None)
    while run.act() is None and run.book.state.closed is None:
        for effect in begun:
            run.record(effect())
        begun.clear()
    assert clock.steps == [jump]
    assert isinstance(events(run)[-1], RunClosed)


def test_a_run_goes_on_from_its_newest_line_whatever_the_clock_says() -> None:
    run, _ = paging()
    run.book.append(OPENS_AT + HOUR, "guard", ListeningChanged(channel="ops_chat", state="open"))
    assert run.now() == OPENS_AT + HOUR


class Gate:
    """Lets the messages to each address leave at a time of its own, and knows what has not left after all."""

    def __init__(self, *times: timedelta) -> None:
        self._times = list(times)
        self.given: dict[str, timedelta] = {}
        self.back: list[str] = []

    def asks(self, action: Any, now: Any) -> Any:
        wait = self.given.setdefault(action.key, self._times.pop(0) if self._times else timedelta(0))
        return now + wait if wait else None

    def missed(self, action: Any) -> None:
        self.back.append(action.key)


def test_of_messages_that_wait_for_others_the_first_that_may_leave_says_when_to_look_again() -> None:
    gate = Gate(3 * HOUR, HOUR / 60, 2 * HOUR, *[4 * HOUR] * 9)
    run, begun = paging(gate=gate)
    assert (run.act(), begun) == (OPENS_AT + HOUR / 60, [])
    assert len(gate.given) > 1


def test_a_message_that_was_decided_on_an_older_state_takes_nobodys_turn() -> None:
    """Another process has added a line: the message does not leave, and is decided anew on what the run is now."""
    gate = Gate()
    run, begun = paging(gate=gate)
    elsewhere = Book(run.book.plan, run.book.ledger, RUN, Plain())
    elsewhere.catch_up()
    elsewhere.append(OPENS_AT, "guard", ListeningChanged(channel="ops_chat", state="open"))
    run.act()
    (back,) = gate.back
    assert back in run.in_flight
    assert len(begun) == len(run.in_flight)
