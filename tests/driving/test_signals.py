"""What Ctrl-C and SIGTERM come to in a process that drives a run, whichever of its threads the kernel gives them to."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from tests.patience import PATIENCE_S

from bongsu.cli.leaving import WHO, BySignal
from bongsu.run.leaving import Leave


def sleeps(thread: threading.Thread) -> bool:
    """Whether a thread of this process waits for something, by the kernel's word."""
    stat = Path(f"/proc/self/task/{thread.native_id}/stat").read_text("ascii")
    return stat.rpartition(")")[2].split()[0] == "S"


def to_another_thread(number: signal.Signals) -> threading.Thread:
    """Give this process a signal by a thread that is not the one which waits, once that one does."""
    waits = threading.main_thread()

    def give() -> None:
        while not sleeps(waits):
            """It is about to."""
        signal.pthread_kill(threading.get_ident(), number)

    thread = threading.Thread(target=give)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("number", "who"), [(signal.SIGINT, Leave.PERSON), (signal.SIGTERM, Leave.SYSTEM), (signal.SIGHUP, Leave.SYSTEM)]
)
def test_a_wait_is_ended_by_a_signal_that_another_thread_was_given(number: signal.Signals, who: Leave) -> None:
    """As in a process that was stopped and goes on: Python tells the main thread when it comes round, or never."""
    inbox: SimpleQueue[Any] = SimpleQueue()
    with BySignal().hears(inbox.put):
        giving = to_another_thread(number)
        assert inbox.get(timeout=PATIENCE_S) is who
        giving.join(PATIENCE_S)


def test_the_echo_of_the_first_asks_for_nothing_more() -> None:
    """`timeout` tells the process and then its group, and `uv run` passes on what the terminal has told already."""
    inbox: SimpleQueue[Any] = SimpleQueue()
    seconds = iter([100.0, 100.01, 100.49])
    with BySignal(lambda: next(seconds)).hears(inbox.put):
        for _ in range(3):
            signal.raise_signal(signal.SIGTERM)
        assert inbox.get(timeout=PATIENCE_S) is Leave.SYSTEM


def test_a_terminal_hangs_up_once_however_often_it_is_said() -> None:
    inbox: SimpleQueue[Any] = SimpleQueue()
    seconds = iter([100.0, 200.0, 300.0])
    with BySignal(lambda: next(seconds)).hears(inbox.put):
        for _ in range(3):
            signal.raise_signal(signal.SIGHUP)
        assert inbox.get(timeout=PATIENCE_S) is Leave.SYSTEM


def test_a_terminal_that_hangs_up_is_ignored_where_nohup_said_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with BySignal().hears(SimpleQueue().put):
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.fixture
def handlers() -> Iterator[dict[signal.Signals, Any]]:
    """What this process does on a signal, and does again after the test."""
    before = {number: signal.getsignal(number) for number in WHO}
    yield before
    for number, handler in before.items():
        signal.signal(number, handler)


def asked_twice(*seconds: float) -> None:
    """Ask to leave and, at the second of those seconds, to leave at once; the rest is for whoever asks later."""
    counted, inbox = iter(seconds), SimpleQueue[Any]()
    with BySignal(lambda: next(counted)).hears(inbox.put):
        signal.raise_signal(signal.SIGTERM)
        assert inbox.get(timeout=PATIENCE_S) is Leave.SYSTEM
        signal.raise_signal(signal.SIGINT)


def heard_as() -> dict[signal.Signals, Any]:
    return {number: signal.getsignal(number) for number in WHO}


def test_behind_a_run_that_was_left_in_good_order_signals_are_as_they_were(handlers: dict[signal.Signals, Any]) -> None:
    with BySignal(lambda: 100.0).hears(SimpleQueue().put):
        signal.raise_signal(signal.SIGINT)
        assert heard_as() != handlers
    assert heard_as() == handlers


@pytest.mark.usefixtures("handlers")
def test_the_second_is_an_interruption_that_nobody_interrupts_for_five_seconds() -> None:
    with pytest.raises(KeyboardInterrupt):
        asked_twice(100.0, 100.5, 100.6, 105.49, 105.5)
    assert signal.set_wakeup_fd(-1) == -1
    assert "bongsu-signals" not in {thread.name for thread in threading.enumerate()}
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.raise_signal(number)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_in_another_thread_than_the_main_one_nothing_is_heard_and_nothing_is_changed() -> None:
    before, seen = signal.getsignal(signal.SIGTERM), []

    def drive() -> None:
        with BySignal().hears(seen.append):
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=drive)
    thread.start()
    thread.join(PATIENCE_S)
    assert seen == [before]
