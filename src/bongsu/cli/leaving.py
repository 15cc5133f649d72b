"""Ctrl-C and SIGTERM while a run is driven: the first has it left in good order, the second at once."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bongsu.cli.speech import say
from bongsu.run.leaving import Leave

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WHO = {signal.SIGINT: Leave.PERSON, signal.SIGTERM: Leave.SYSTEM}
SHOWN_MOST = 4
"""So many of the calls that are waited for are named."""


class BySignal:
    """Hears of it by signals, and says on the terminal what is waited for."""

    def __init__(self) -> None:
        self._said = False

    @contextmanager
    def hears(self, leave: Callable[[Leave], None]) -> Iterator[None]:
        """While in it, the first Ctrl-C or SIGTERM calls `leave`, and the second is a KeyboardInterrupt."""
        if threading.current_thread() is not threading.main_thread():
            yield  # signals are the main thread's
            return
        asked = False

        def heard(number: int, _frame: object) -> None:
            nonlocal asked
            if asked:
                raise KeyboardInterrupt
            asked = True
            leave(WHO[signal.Signals(number)])

        before = {number: signal.signal(number, heard) for number in WHO}
        try:
            with _passed_on(leave):
                yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def waits(self, under_way: Sequence[str]) -> None:
        """Say what is waited for; how to go at once is said the first time."""
        names = ", ".join(under_way[:SHOWN_MOST]) + (", …" if len(under_way) > SHOWN_MOST else "")
        if self._said:
            click.echo(say("leaving: still under way ({}): {}", len(under_way), names), err=True)
            return
        self._said = True
        click.echo(say("leaving: nothing new is begun; under way ({}): {}", len(under_way), names), err=True)
        click.echo(say("each ends by its own time limit; Ctrl-C again leaves at once, in doubt of them"), err=True)


@contextmanager
def _passed_on(leave: Callable[[Leave], None]) -> Iterator[None]:
    """While in it, have a thread call `leave` for each signal as well, which wakes a main thread that waits.

    Python's handlers run when the main thread comes round. One that began to wait the moment after, or whose signal
    another thread was given, as in a process that was stopped and goes on, would hear of it when it wakes: maybe never.
    """
    hears, tells = socket.socketpair()
    tells.setblocking(False)

    def listen() -> None:
        while told := hears.recv(1):
            who = WHO.get(signal.Signals(told[0]))
            if who is not None:
                leave(who)

    thread = threading.Thread(target=listen, name="bongsu-signals", daemon=True)
    thread.start()
    earlier = signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(earlier)
        tells.close()
        thread.join()
        hears.close()
