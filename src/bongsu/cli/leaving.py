"""Ctrl-C, SIGTERM and a terminal that hangs up while a run is driven: left in good order, and asked again, at once."""

from __future__ import annotations

import signal
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bongsu.cli.lines import put
from bongsu.cli.speech import say
from bongsu.run.leaving import Leave

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WHO = {signal.SIGINT: Leave.PERSON, signal.SIGTERM: Leave.SYSTEM, signal.SIGHUP: Leave.SYSTEM}
ONE_REQUEST_S = 0.5
"""Within this time of the first, a signal asks for nothing more: `timeout` and other programs that start this one pass
theirs on to a process that the terminal or they themselves have told already."""
LEAVES_S = 5.0
"""For this long after it was asked to leave at once it is not asked anything more: whoever keeps the keys down would
otherwise break off how it says where the run stands."""
SHOWN_MOST = 4
"""So many of the calls that are waited for are named."""


def heeded() -> tuple[signal.Signals, ...]:
    """Return the signals that ask to leave; a terminal's end is none where `nohup` has it ignored."""
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return tuple(number for number in WHO if not (ignored and number == signal.SIGHUP))


class Asked:
    """Tells who asks once more from the echo of what was asked."""

    def __init__(self, counts: Callable[[], float] = time.monotonic) -> None:
        """`counts` counts the seconds that pass."""
        self._counts = counts
        self._last: float | None = None
        self.at_once = False
        """Whether somebody asked once more."""

    def again(self, number: int) -> bool:
        """Return whether this signal asks once more; a terminal hangs up once, however often it is said."""
        now = self._counts()
        if self._last is None:
            self._last = now
            return False
        if number == signal.SIGHUP or now - self._last < (LEAVES_S if self.at_once else ONE_REQUEST_S):
            return False
        self._last, self.at_once = now, True
        return True


class BySignal:
    """Hears of it by signals, and says on the terminal what is waited for."""

    def __init__(self, counts: Callable[[], float] = time.monotonic) -> None:
        """`counts` counts the seconds that pass."""
        self._said = False
        self._counts = counts

    @contextmanager
    def hears(self, leave: Callable[[Leave], None]) -> Iterator[None]:
        """While in it, whoever asks first has `leave` called, and whoever asks again is a KeyboardInterrupt.

        After that one it goes on hearing: the process has to say how it was left before anybody else interrupts it.
        """
        if threading.current_thread() is not threading.main_thread():
            yield  # signals are the main thread's
            return
        asked = Asked(self._counts)

        def heard(number: int, _frame: object) -> None:
            if asked.again(number):
                raise KeyboardInterrupt
            leave(WHO[signal.Signals(number)])

        before = {number: signal.signal(number, heard) for number in heeded()}
        try:
            with _passed_on(leave):
                yield
        finally:
            for number, handler in () if asked.at_once else before.items():
                signal.signal(number, handler)

    def waits(self, under_way: Sequence[str]) -> None:
        """Say what is waited for; how to go at once is said the first time."""
        names = ", ".join(under_way[:SHOWN_MOST]) + (", …" if len(under_way) > SHOWN_MOST else "")
        if self._said:
            put(say("leaving: still under way ({}): {}", len(under_way), names), hang=2, err=True)
            return
        self._said = True
        put(say("leaving: nothing new is begun; under way ({}): {}", len(under_way), names), hang=2, err=True)
        put(say("each ends by its own time limit; Ctrl-C again leaves at once, in doubt of them"), hang=2, err=True)


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
