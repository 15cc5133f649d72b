"""Ctrl-C and SIGTERM while a run is driven: the first has it left in good order, the second at once."""

from __future__ import annotations

import signal
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
