"""When a guard acts: never while its run lives, always soon after it does not, in virtual time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.core.beats import Answer, Standing, What
from bongsu.core.events import Phase
from bongsu.core.guard_events import Did, Heart, Safe
from bongsu.inbound._port import ListeningChange
from bongsu.run.guard_sight import Signs
from tests.guard.bench import EVERY, SECOND, SILENT_AFTER, START, Bench, Store

LOOK = 2 * EVERY
LATE = EVERY
"""What the law allows beside the silence: the second look, and one heartbeat's time for the guard's own being late."""
gaps = st.integers(1, int(SILENT_AFTER / timedelta(milliseconds=1)) - 1).map(lambda ms: timedelta(milliseconds=ms))


@settings(max_examples=60, deadline=None)
@given(st.lists(gaps, max_size=40))
def test_a_guard_never_acts_while_heartbeats_arrive(pauses):
    """However unevenly they come, and however long it lasts: its ledger does not even grow."""
    bench = Bench()
    lines = bench.lines
    for pause in pauses:
        bench.wait(bench.clock.time + pause)
        answer = bench.say()
        assert isinstance(answer, Answer) and answer.standing is Standing.STANDING_BY
    assert not bench.acted and bench.lines == lines


@settings(max_examples=60, deadline=None)
@given(st.lists(gaps, max_size=10), st.sampled_from(["gone", "still", "unseen", "elsewhere"]))
def test_a_guard_always_acts_when_they_stop(pauses, where):
    """Within the time of silence and of one look after the last of them, whatever the store shows of the dead run."""
    store = Store(
        signs_now=lambda: Signs(seq=9, closed=False, sign="1 9"),
        held={"still": True, "elsewhere": None}.get(where, False),
    )
    bench = Bench(store=None if where == "unseen" else store)
    for pause in pauses:
        bench.wait(bench.clock.time + pause)
        bench.say()
    last = bench.clock.time
    bench.wait(last + SILENT_AFTER - timedelta(milliseconds=1))
    assert not bench.acted
    bench.wait(last + SILENT_AFTER + LOOK)
    assert bench.acted and bench.outside.switched == ["target disabled"]


def alive(bench: Bench, *, since=START) -> Store:
    """A run whose heartbeats are lost and which goes on in its store, a step every five seconds."""
    return Store(
        signs_now=lambda: Signs(seq=9, closed=False, sign=f"1 {(bench.clock.time - since) // EVERY}"), held=True
    )


def test_a_run_that_is_cut_off_and_lives_is_left_alone_all_night():
    """A partition: no heartbeat for twelve hours, and signs of life in the store. Nothing is done, in a few lines."""
    bench = Bench()
    bench.watch._sight = alive(bench)
    bench.wait(START + timedelta(hours=12))
    assert not bench.acted
    assert bench.phases == [Phase.ARMED, Phase.LOOKING, Phase.ARMED]
    assert bench.lines < 10


def test_a_run_that_dies_while_it_is_cut_off_is_noticed():
    """The sign of life stops as well, and from then on the law holds again."""
    bench = Bench()
    died = START + timedelta(hours=1)
    bench.watch._sight = Store(
        signs_now=lambda: Signs(seq=9, closed=False, sign=f"1 {(min(bench.clock.time, died) - START) // EVERY}"),
        held=True,
    )
    bench.wait(died)
    assert not bench.acted
    bench.wait(died + 2 * SILENT_AFTER + LOOK)
    assert bench.outside.switched == ["target disabled"]


def test_a_run_that_is_heard_while_it_is_looked_for_is_left_alone():
    """It was only slow: the second look is called off."""
    store = Store(signs_now=lambda: Signs(seq=9, closed=False, sign="1 9"), held=True)
    bench = Bench(store=store)
    bench.wait(START + SILENT_AFTER + SECOND)
    assert bench.phases == [Phase.ARMED, Phase.LOOKING]
    answer = bench.say()
    assert isinstance(answer, Answer) and answer.standing is Standing.STANDING_BY
    bench.wait(bench.clock.time + SILENT_AFTER - SECOND)
    assert bench.phases[-1] is Phase.ARMED and not bench.acted


def test_what_was_seen_at_an_earlier_silence_is_no_sign_of_life_at_a_later_one():
    """It moved between the two, and then it hung: the second look begins anew, and is taken twice."""
    store = Store(signs_now=lambda: Signs(seq=9, closed=False, sign="1 1"), held=True)
    bench = Bench(store=store)
    bench.wait(bench.clock.time + SILENT_AFTER + SECOND)
    bench.say()
    assert not bench.acted
    store.signs_now = lambda: Signs(seq=9, closed=False, sign="1 2")
    last = bench.clock.time
    bench.wait(last + SILENT_AFTER + LOOK - SECOND)
    assert not bench.acted
    bench.wait(last + SILENT_AFTER + LOOK)
    assert bench.acted


def test_a_guard_that_was_away_itself_does_not_judge_by_what_it_missed():
    """Stopped for an hour and woken: it gives the run two heartbeats' time before it takes silence for silence."""
    bench = Bench()
    bench.clock.time = START + timedelta(hours=1)
    bench.settle()
    assert not bench.acted
    bench.say()
    bench.wait(bench.clock.time + SILENT_AFTER - SECOND)
    assert not bench.acted


def test_a_guard_that_was_away_acts_when_nothing_comes():
    bench = Bench()
    bench.clock.time = START + timedelta(hours=1)
    bench.wait(bench.clock.time + LOOK + LATE)
    assert bench.acted


@pytest.mark.parametrize("leave", [What.CLOSED, What.LEFT])
def test_a_run_that_takes_leave_is_no_longer_waited_for(leave):
    bench = Bench()
    bench.say(leave)
    bench.wait(START + timedelta(hours=1))
    assert not bench.acted and bench.book.state.closed is not None


def test_a_run_that_closed_and_could_not_say_so_is_found_closed():
    """Cut off at its end: the store shows that it is over."""
    bench = Bench(store=Store(signs_now=lambda: Signs(seq=99, closed=True, sign="1 9")))
    bench.wait(START + SILENT_AFTER + SECOND)
    assert not bench.acted and bench.book.state.closed is not None
    assert bench.book.state.closed.exit_code == 0


@pytest.mark.parametrize(("then", "did"), [("restore", Did.RESTORED), ("page", Did.PAGED)])
def test_a_run_that_wakes_up_is_told_what_was_done(then, did):
    """Every word after that is answered with the act, and moves the guard no more."""
    bench = Bench(then=then)
    bench.wait(START + SILENT_AFTER + SECOND)
    for what in (What.BEAT, What.ARM, What.BEAT):
        answer = bench.say(what)
        assert isinstance(answer, Answer)
        assert (answer.standing, answer.did, answer.guard_run) == (Standing.ACTED, did, "guard-cutover-1")


def test_a_guard_started_again_goes_on_from_its_ledger():
    """It was killed with its run alive: it listens again, gives the run its full time, and acts when nothing comes."""
    bench = Bench()
    bench.wait(START + 20 * SECOND)
    bench.open()
    bench.wait(START + SILENT_AFTER + SECOND)
    assert not bench.acted
    bench.wait(START + 20 * SECOND + SILENT_AFTER + LOOK)
    assert bench.acted


def test_after_the_success_silence_takes_nothing_back():
    """The run says where it stands with every heartbeat, and the guard acts by the newest."""
    bench = Bench()
    bench.say(phase=Phase.WATCHING, safe=Safe.AS_IT_IS)
    bench.wait(START + timedelta(minutes=5))
    assert bench.acted and bench.outside.switched == [] and bench.outside.rule == "ENABLED"


class Way:
    """A way in for presses."""

    channel = "ops_chat"

    def __init__(self) -> None:
        self.said: list[str] = []

    def start(self) -> None:
        self.said.append("start")

    def stop(self) -> None:
        self.said.append("stop")


def test_presses_are_taken_from_when_people_are_asked_until_the_end():
    """Two who take presses at one bot would take them from each other: a guard that only listens takes none."""
    bench, way = Bench(), Way()
    bench.watch._ways_in = lambda: [way]
    bench.wait(START + SILENT_AFTER - SECOND)
    bench.watch.stop()
    assert (way.said, bench.watch.busy) == ([], False)
    bench.wait(START + SILENT_AFTER + LOOK + LATE)
    assert bench.acted
    assert way.said == ["start"]
    assert bench.watch.busy, "nobody knows yet whether it is open"
    bench.acting.receive(ListeningChange(channel="ops_chat", state="open"))
    bench.settle()
    assert not bench.watch.busy
    bench.watch.stop()
    assert way.said == ["start", "stop"]


def test_the_end_of_the_run_is_kept_in_mind_once_the_guard_has_acted():
    bench = Bench()
    bench.wait(START + SILENT_AFTER + LOOK + LATE)
    assert bench.say().standing is Standing.ACTED
    assert not bench.watch.run_is_over
    assert bench.say(What.CLOSED).standing is Standing.ACTED
    assert bench.watch.run_is_over
    assert bench.say().standing is Standing.ACTED
    assert bench.watch.run_is_over, "whatever is said after it"
    assert not bench.watch.takes(object()), "it is for the loop"


def test_how_a_run_is_handed_over_left_or_closed_stands_in_the_guards_ledger():
    bench = Bench()
    bench.clock.time += SECOND
    bench.say(What.ARM, phase=Phase.ENABLED, safe=Safe.AS_IT_IS)
    heart = bench.book.state.heart
    assert (heart.state, heart.phase, heart.safe) == (Heart.ARMED, Phase.ENABLED, Safe.AS_IT_IS)
    assert heart.last_at == bench.clock.time
    for what, stands in ((What.LEFT, Heart.LEFT), (What.CLOSED, Heart.CLOSED)):
        told = Bench()
        told.say(what)
        assert told.book.state.heart.state is stands
        told.wait(START + SILENT_AFTER + LOOK + LATE)
        assert not told.acted
