"""Processes that send as one bot: the ledger gives each message its time, and no alarm waits for that."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from tests.serve.rig import PATIENCE_S, MovedClock
from tests.serve.test_pacer import SECOND, START, ended, send

from bongsu.core.pacing import ABOUT, Rate
from bongsu.errors import LedgerUnreadable
from bongsu.ledger.memory import MemoryLedger
from bongsu.run.pacer import ANSWERED_BY, FORGONE, PLACES_MOST, Pacer
from bongsu.run.precedence import Precedence
from bongsu.run.sharing import SERVES, SPARE, Sharing
from bongsu.run.term import LEASE, Terms
from bongsu.run.told import Told
from bongsu.run.wellness import Wellness

ONE_A_SECOND = Rate(most=1, per=SECOND)


class Process:
    """One of those that share a ledger, without threads: it tells the others when the test has it."""

    def __init__(self, ledger, clock, owner):
        self.pacer, self.told = Pacer(), []
        self.sharing = Sharing(
            ledger,
            SimpleNamespace(
                pacer=self.pacer,
                owner=owner,
                terms=Terms(counts=clock.counts),
                clock=clock,
                precedence=Precedence(),
                wellness=Wellness(lambda *told: self.told.append(told), str),
            ),
        )

    def run(self, name, *, kind="slack", urgent=False):
        run = self.pacer.of_run(name, {"chat": (kind, "bot")})
        run.urgent = urgent
        return run

    def tells(self):
        said, _ = self.sharing._heard(0)
        if said:
            self.sharing.tell(said)


@pytest.fixture
def clock():
    return MovedClock()


@pytest.fixture
def ledger(clock):
    return MemoryLedger(now=clock.now)


@pytest.fixture
def processes(ledger, clock):
    found = [Process(ledger, clock, owner) for owner in "abc"]
    for _ in range(2):
        for one in found:
            one.sharing.look()
    return found


@pytest.mark.parametrize(("kind", "to", "most", "per"), [("slack", "C1", 1, 1), ("telegram", "-1", 20, 60)])
def test_no_limit_is_overstepped_by_all_together_and_all_leave_in_the_time_it_takes(
    processes, clock, kind, to, most, per
):
    waiting = {(number, place): START for number in range(3) for place in range(10)}
    left = []
    while waiting:
        clock.time = min(waiting.values())
        for (number, place), at in list(waiting.items()):
            if at > clock.time:
                continue
            run = processes[number].run(f"r{place}", kind=kind)
            again = run.asks(send(to), clock.time)
            if again is None:
                run.ended(ended(), clock.time)
                left.append(clock.time)
                del waiting[number, place]
            else:
                waiting[number, place] = again
            processes[number].tells()
    window = per * SECOND - ABOUT
    assert len(left) == 30
    assert all(sum(at <= other < at + window for other in left) <= most for at in left)
    # Whoever finds its time given to others a moment after it came waits some more; nobody waits for nothing.
    assert left[-1] - left[0] <= 30 * (SECOND + 2 * SPARE) + (30 // most) * per * SECOND


def test_an_alarms_first_message_waits_for_nobody_and_the_others_then_wait_for_it(processes):
    first, second, _ = processes
    assert first.run("alarm", urgent=True).asks(send("C1"), START) is None
    first.tells()
    other = second.run("page")
    soon = other.asks(send("C1"), START)
    second.tells()
    assert START < soon < START + SECOND
    assert other.asks(send("C1"), soon) == START + SECOND + SPARE
    assert other.asks(send("C1"), START + SECOND + SPARE) is None


def test_a_pause_that_a_service_asks_for_is_kept_by_all(processes, clock):
    """429 was answered to one of them: another that sent a second later would have the chat shut for longer."""
    first, second, _ = processes
    refused = first.run("page", kind="telegram")
    refused.urgent = True
    assert refused.asks(send("1"), START) is None
    refused.ended(replace(ended(), retry_after_s=7), START)
    first.tells()
    run, now = second.run("other", kind="telegram"), START
    while (again := run.asks(send("1"), now)) is not None:
        second.tells()
        now = max(again, now + timedelta(milliseconds=1))
        clock.time = now
    assert START + 7 * SECOND <= now <= START + 9 * SECOND


def test_a_message_that_has_long_to_wait_takes_no_place_and_one_that_leaves_always_does(processes):
    """A run that waits may be let go, and whoever drives it then knows of no place."""
    first, second, third = processes
    for _ in range(2):
        first.sharing.left((("chat", ONE_A_SECOND),))
    first.tells()
    later = []
    second.pacer.later = lambda key, at, *, taken: later.append((key, at - START, taken))
    second.sharing.waits("page", (("chat", ONE_A_SECOND), ("group", None)))
    second.tells()
    third.pacer.later = second.pacer.later
    third.sharing.waits("other page", (("chat", ONE_A_SECOND),))
    third.tells()
    waits = 2 * (SECOND + SPARE)
    assert later == [("page", waits, False), ("other page", waits, False)]


def test_a_process_among_others_has_its_messages_told_while_it_works(ledger, clock):
    """The ledger is away once: what was said then is lost, and the next is told."""
    away, told = [LedgerUnreadable("the server is away")], threading.Semaphore(0)

    class Once(MemoryLedger):
        def reserve(self, wanted):
            if away:
                told.release()
                raise away.pop()
            return super().reserve(wanted)

    shared = Once(now=clock.now)
    other, one = Process(shared, clock, "b"), Process(shared, clock, "a")
    other.sharing.look()
    later = []

    def given(key, at, *, taken):
        later.append((key, at, taken))
        told.release()

    one.pacer.later = given
    one.sharing.start()
    for key in ("first", "second"):
        one.sharing.waits(key, (("chat", ONE_A_SECOND),))
        assert told.acquire(timeout=PATIENCE_S)
    one.sharing.stop()
    assert later == [("second", START, True)]
    assert one.pacer.others is None, "it tells nobody any more"


def test_a_ledger_that_is_away_when_a_process_stops_keeps_it_from_nothing(clock):
    class Away(MemoryLedger):
        def hold(self, *_, **__):
            raise LedgerUnreadable("the server is away")

    one = Process(Away(now=clock.now), clock, "a")
    one.sharing.start()
    one.sharing.stop()
    assert not one.sharing._thread.is_alive()


def test_whoever_is_alone_asks_nobody_and_notices_when_others_come_and_go(ledger, clock):
    one, other = Process(ledger, clock, "a"), Process(ledger, clock, "b")
    one.sharing.look()
    assert one.run("r").asks(send("C1"), START) is None
    assert one.sharing._heard(0) == ([], False)
    other.sharing.look()
    one.sharing.look()
    assert one.run("s").asks(send("C2"), START) is not None
    clock.time += LEASE + SECOND
    one.sharing.look()
    assert one.run("s").asks(send("C3"), clock.time) is None


def test_a_ledger_that_does_not_answer_keeps_nobody_from_being_paged(processes):
    run, now = processes[0].run("r"), START
    while (again := run.asks(send("C1"), now)) is not None:
        assert again > now
        now = again
    assert now <= START + ANSWERED_BY + timedelta(milliseconds=20)


class Silent:
    """The others, who are asked and give no answer by themselves."""

    def __init__(self):
        self.asked = []

    def waits(self, key, under):
        self.asked.append(key)

    def left(self, under):
        raise AssertionError("nothing urgent leaves here")


@pytest.fixture
def paced():
    pacer = Pacer()
    pacer.others = Silent()
    return pacer


def run_of(pacer, name="r"):
    return pacer.of_run(name, {"chat": ("slack", "bot")})


def test_a_place_is_asked_for_once_and_anew_by_whoever_comes_long_after_it(paced):
    run, key = run_of(paced), f"r {send('C1').key}"
    for _ in range(2):
        assert run.asks(send("C1"), START) is not None
    assert paced.others.asked == [key]
    paced.later(key, START + SECOND, taken=True)
    late = START + SECOND + FORGONE + ABOUT
    assert run.asks(send("C1"), late) > late, "another may have sent since"
    assert paced.others.asked == [key, key]


def test_an_answer_that_comes_after_its_message_has_left_counts_for_no_later_attempt(paced):
    run, key = run_of(paced), f"r {send('C1').key}"
    assert run.asks(send("C1"), START) is not None
    left = START + ANSWERED_BY
    assert run.asks(send("C1"), left) is None
    run.ended(ended(), left)
    paced.later(key, left, taken=True)
    assert run.asks(send("C1"), left + SECOND) > left + SECOND
    assert paced.others.asked == [key, key]


def test_a_place_in_one_chat_takes_no_time_of_another(paced):
    run = run_of(paced)
    assert run.asks(send("C2", "b"), START) > START
    paced.later("r b", START, taken=True)
    assert run.asks(send("C2", "b"), START) is None
    run.ended(ended("b"), START)
    assert run.asks(send("C1", "a"), START) > START
    paced.later("r a", START + 9 * SECOND, taken=True)
    assert run.asks(send("C2", "c"), START + SECOND) < START + 2 * SECOND


def test_a_run_that_does_not_come_about_gives_up_its_own_places_alone(paced):
    messages = {run_of(paced, "a-1"): send("C1"), run_of(paced, "a-12"): send("C2")}
    for run, message in messages.items():
        assert run.asks(message, START) > START
    run_of(paced, "a-1").undone()
    for run, message in messages.items():
        assert run.asks(message, START) > START
    assert [key.split()[0] for key in paced.others.asked] == ["a-1", "a-12", "a-1"]


def test_who_asks_next_comes_behind_the_last_place_in_whatever_order_they_were_given(paced):
    runs = {name: run_of(paced, name) for name in "abc"}
    for name, at in (("a", START), ("b", START + SECOND)):
        runs[name].asks(send("C1"), at)
        paced.later(f"{name} {send('C1').key}", at, taken=True)
    for name, at in (("a", START + 9 * SECOND), ("b", START + 2 * SECOND)):
        paced.later(f"{name} {send('C1').key}", at, taken=True)
    runs["a"].asks(send("C1"), START)
    assert runs["c"].asks(send("C1"), START) == START + 10 * SECOND


def test_more_places_than_anybody_waits_for_are_forgotten_and_asked_for_anew(paced):
    run = run_of(paced)
    for number in [*range(PLACES_MOST), 0, PLACES_MOST, 0]:
        run.asks(send(f"C{number}", f"m{number}"), START)
    assert Counter(paced.others.asked).most_common(2) == [("r m0", 2), ("r m1", 1)]


def test_it_is_known_as_one_that_sends_between_start_and_stop(ledger, clock, processes):
    asked = Counter()
    known = Process(ledger, clock, "d")

    class Away(MemoryLedger):
        def holders(self, begins):
            asked["held"] += 1
            raise LedgerUnreadable("the server is away")

    away = Process(Away(now=clock.now), clock, "e")
    for one in (known, away):
        one.sharing.start()
        one.sharing.stop()
    assert "d" not in ledger.holders(SERVES)
    assert (asked["held"], away.told) == (1, [(Told.LEDGER, "", "the server is away")])
