"""Appends of several threads that come while one is being stored wait for it, and are then stored together."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from bongsu.errors import BongsuError, LedgerWriteFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from threading import RLock

    from bongsu.ledger._port import Row

W = TypeVar("W")
"""What is to be stored, as the driver wants it."""


@dataclass(slots=True)
class Waiting(Generic[W]):
    """Something on its way to be stored, and what came of it: its rows, or why it lost."""

    what: W
    ended: tuple[Row, ...] | BongsuError | None = None

    def outcome(self) -> tuple[Row, ...] | BongsuError:
        """Return what came of it, once it has been stored or has lost."""
        assert self.ended is not None
        return self.ended


class Together(Generic[W]):
    """Many threads' appends share one transaction, and the price of the disk's word; each wins or loses by itself."""

    def __init__(
        self,
        lock: RLock,
        store_all: Callable[[Sequence[Waiting[W]]], None],
        *,
        interrupted: Callable[[], LedgerWriteFailed],
        stays: bool,
    ) -> None:
        """`store_all` is called with the lock held, and says of each what came of it.

        `interrupted` makes the error for those that waited while the storing process was interrupted; `stays` says
        whether what had been stored before a failure stays, or the transaction takes it along.
        """
        self._lock = lock
        self._store_all = store_all
        self._interrupted = interrupted
        self._stays = stays
        self._waiting: deque[Waiting[W]] = deque()

    def __len__(self) -> int:
        """Return how many wait to be stored."""
        return len(self._waiting)

    def store(self, what: W) -> tuple[Row, ...]:
        """Store something with whatever else waits, and return its rows, or raise why it lost."""
        mine = Waiting(what)
        self._waiting.append(mine)
        with self._lock:
            # Whoever had the lock before may have stored this one with its own.
            if mine.ended is None:
                self._store_waiting()
        outcome = mine.outcome()
        if isinstance(outcome, BongsuError):
            raise outcome
        return outcome

    def _store_waiting(self) -> None:
        """Store everything that waits; where that fails, each of them has failed."""
        taken: list[Waiting[W]] = []
        while self._waiting:
            taken.append(self._waiting.popleft())
        try:
            self._store_all(taken)
        except BaseException as why:  # the threads that wait for it must hear of it too
            failed = why if isinstance(why, LedgerWriteFailed) else self._interrupted()
            for one in taken:
                one.ended = (one.ended or failed) if self._stays else failed
            if failed is not why:
                raise
