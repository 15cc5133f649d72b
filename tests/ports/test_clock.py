"""What every clock of a run must do when it is read from outside of the loop: tell the present time, jumps included."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue

import pytest

from bongsu.run.clock import ClockUnreachable, RemoteClock, SystemClock
from bongsu.sandbox.clock import SandboxClock
from bongsu.sandbox.http import clock_app, serve

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
NEAR = timedelta(seconds=5)


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
