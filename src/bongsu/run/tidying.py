"""What can wait until nobody waits: a thread that does it between pages, and not in the way of one.

An append that finds the write-ahead log long moves it into the file before it returns, and a thread that makes many
objects looks for those that nobody uses; either takes as long as a whole page, and sooner or later a page has both.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from bongsu.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable

QUIET_S = 0.02
"""How long nothing must have been under way."""
AT_MOST_EVERY_S = 1.0
AT_LEAST_EVERY_S = 10.0
"""How long it is put off while there is never a quiet moment."""


class Tidying:
    """Tidies between `start` and `stop`, after something was done."""

    def __init__(
        self,
        tidy: Callable[[], None],
        *,
        idle: Callable[[], bool],
        mono: Callable[[], float] = time.monotonic,
    ) -> None:
        """`tidy` does it, and `idle` says whether nobody would wait for it."""
        self._tidy = tidy
        self._idle = idle
        self._mono = mono
        self._done = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="bongsu-tidy", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._stopping.set()
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()

    def hint(self) -> None:
        """Something has been done: there may be something to tidy up."""
        self._done.set()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            self._done.wait()
            self._done.clear()
            if self._quiet():
                # Whatever is wrong with the ledger is told by whoever needs it.
                with suppress(LedgerError):
                    self._tidy()
            self._stopping.wait(AT_MOST_EVERY_S)

    def _quiet(self) -> bool:
        """Return once nobody would wait, or has done so for too long; False when this is to end."""
        until = self._mono() + AT_LEAST_EVERY_S
        while self._mono() < until:
            was = self._idle()
            if self._stopping.wait(QUIET_S):
                return False
            if was and self._idle():
                break
        return True
