"""What every clock of a run must do when it is read from outside of the loop: tell the present time, jumps included."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue

import pytest

from bongsu.run.clock import ClockUnreachable, RemoteClock, SystemClock, _told_at
from bongsu.sandbox.clock import SandboxClock
from bongsu.sandbox.http import clock_app, serve

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
NEAR = timedelta(minutes=5)


def test_this_machines_clock_reads_as_it_tells():
    clock = SystemClock()
    assert clock.now() <= clock.read() <= clock.now()


def test_a_rehearsals_clock_reads_right_after_a_jump_that_nobody_was_told_of():
    """A press comes in while the loop waits: signed half an hour later than this process last heard the time."""
    world = SandboxClock(START)
    world.start_thread()
    served = serve(clock_app(world))
    clock = RemoteClock(f"{served.url}/clock", "bongsu")
    seen, jumped = [], threading.Event()

    def press():
        seen.extend((clock.now(), clock.read(), clock.now()))
        jumped.set()

    world.after(timedelta(minutes=30), press, why="somebody presses")
    waiting = threading.Thread(
        target=clock.wait, args=(START + timedelta(hours=1), SimpleQueue()), kwargs={"idle": True}
    )
    waiting.start()
    assert jumped.wait(120)
    waiting.join(120)
    before, read, after = (at - START for at in seen)
    assert before < NEAR
    assert timedelta(minutes=30) <= read <= after < timedelta(minutes=30) + NEAR
    clock.close()
    served.stop()
    world.stop()
    with pytest.raises(ClockUnreachable):
        clock.read()


def test_an_answer_that_was_long_on_its_way_tells_the_time_of_now_and_not_of_then():
    """A process that stands still between the telling and the hearing, as on a machine with too much to do."""
    world = SandboxClock(START)
    world.start_thread()
    tells = clock_app(world)

    def late(environ, start_response):
        answer = list(tells(environ, start_response))
        until = world.now() + timedelta(milliseconds=100)
        while world.now() < until:
            """It is on its way."""
        return answer

    served = serve(late)
    clock = RemoteClock(f"{served.url}/clock", "bongsu")
    for _ in range(3):
        before, read, after = world.now(), clock.read(), world.now()
        assert before + timedelta(milliseconds=99) <= read <= after + timedelta(milliseconds=1)
    clock.close()
    served.stop()
    world.stop()


@pytest.mark.parametrize(
    ("said_ns", "at"),
    [(1_500_000_000, 1.5), (1_000_000_000, 1.0), (900_000_000, 2.0), (2_100_000_000, 2.0), (None, 2.0)],
)
def test_when_a_time_was_told_is_believed_where_it_can_be(said_ns, at):
    """Between question and answer; else it stands on another machine's clock, and the answer's arrival counts."""
    assert _told_at(1.0, said_ns, 2.0) == at


def test_a_clock_that_answers_a_wait_with_an_error_ends_the_wait_and_says_why():
    world = SandboxClock(START)
    world.start_thread()
    tells = clock_app(world)

    def broken(environ, start_response):
        if not environ["PATH_INFO"].endswith("/wait"):
            return tells(environ, start_response)
        start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
        return [b"{}"]

    served = serve(broken)
    clock = RemoteClock(f"{served.url}/clock", "bongsu")
    ended = clock.wait(START + timedelta(hours=1), SimpleQueue(), idle=True)
    assert isinstance(ended, ClockUnreachable)
    assert ended.text.endswith("answers with status 500")
    clock.close()
    served.stop()
    world.stop()


def test_the_end_of_a_wait_that_an_item_had_cut_short_is_taken_for_nothing_that_came_later():
    world = SandboxClock(START)
    world.start_thread()
    served = serve(clock_app(world))
    clock, inbox = RemoteClock(f"{served.url}/clock", "bongsu"), SimpleQueue()
    hour = START + timedelta(hours=1)
    for idle in (False, True):
        inbox.put("a press")
        assert clock.wait(None, inbox, idle=True) == "a press"
        assert clock.wait(hour if idle else None, inbox, idle=idle) is None
    assert clock.now() >= hour
    clock.close()
    served.stop()
    world.stop()
