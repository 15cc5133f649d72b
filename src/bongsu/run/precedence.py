"""Alarms go first: what is not urgent waits a moment while one is on its way to its first message.

Threads of one process take turns at computing. A page that books the answer to an earlier message has all the time in
the world, and beside an alarm it took half of every millisecond.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT_S = 0.005
"""How long an alarm is waited for at a time, so that many of them in a row do not stop everything else."""


class Precedence:
    """Known to whoever takes alarms and to whoever does the rest; for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._going = 0
        self._free = threading.Event()
        self._free.set()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Go first, until the context ends."""
        with self._lock:
            self._going += 1
            self._free.clear()
        try:
            yield
        finally:
            with self._lock:
                self._going -= 1
                if not self._going:
                    self._free.set()

    def let_pass(self) -> None:
        """Return when nobody goes first, or after a moment."""
        self._free.wait(WAIT_S)

    @property
    def free(self) -> bool:
        """Whether nobody goes first."""
        return self._free.is_set()
