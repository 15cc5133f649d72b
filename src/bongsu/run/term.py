"""How long a lease still lasts, and the law that follows from it: no call is begun that could outlast it.

A single run and a worker keep it by the same code; they differ in what is renewed, and when besides.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.channels._port import CALL_S
from bongsu.errors import LeaseLost, LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.ledger._port import Lease, Ledger

    Counts = tuple[float, float]

LEASE = timedelta(seconds=30)
"""How long a process that is gone keeps its runs from others, where nothing proves it dead."""


def elapsed() -> tuple[float, float]:
    """Return two counts of seconds: one that goes on while the machine sleeps, and the machine's own time.

    A virtual machine that was stopped as a whole sees it by the second alone. Whichever has gone further counts.
    """
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)), time.time()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """For how long leases are taken, and what is held against that."""

    lease_for: timedelta = LEASE
    call_s: float = CALL_S
    """The longest that a call to a service takes."""
    counts: Callable[[], Counts] = elapsed
    """Seconds since whenever, as `elapsed` has them."""


class Term(ABC):
    """The time that is left to a right, as this process has counted it; for any thread."""

    lease: Lease | None = None
    """What decisions are stored under."""
    lost: LeaseLost | None = None
    """Why the right has passed on, once that is known."""

    def __init__(self, terms: Terms, asked: Counts) -> None:
        """`asked` are the counts from before the right was asked for: what its answer took is not given twice."""
        self.terms = terms
        self._asked = asked
        self._told: Callable[[LeaseLost], None] = lambda _: None
        self._lock = threading.RLock()

    def when_lost(self, told: Callable[[LeaseLost], None]) -> None:
        """Have `told` called, maybe from another thread, when another process has taken over."""
        self._told = told
        if self.lost is not None:
            told(self.lost)

    def remaining_s(self) -> float:
        """Return for how many seconds more nobody else may take over, at the least."""
        now = self.terms.counts()
        return self.terms.lease_for.total_seconds() - max(
            late - early for early, late in zip(self._asked, now, strict=True)
        )

    def lasts_for_a_call(self) -> bool:
        """Return whether a call to a service may begin: it ends before anybody else may take over.

        A right that is too short is renewed first.
        """
        if self.lost is None and self.remaining_s() < self.terms.call_s:
            with suppress(LedgerError):
                self.renew()
        return self.lost is None and self.remaining_s() >= self.terms.call_s

    def renew(self) -> None:
        """Have the right run anew from now on.

        Raises:
            LeaseLost: it has passed on, for good.
            LedgerError: the ledger could not be asked; the right runs on as it did.
        """
        with self._lock:
            before = self.terms.counts()
            try:
                self._renewed()
            except LeaseLost as why:
                self.lost = why
                self._told(why)
                raise
            self._asked = before

    @abstractmethod
    def _renewed(self) -> None:
        """Ask the ledger for it."""


class Claim(Term):
    """A worker's right to one run; without a lease as long as the run is being made."""

    def __init__(self, ledger: Ledger, lease: Lease | None, terms: Terms, asked: Counts) -> None:
        super().__init__(terms, asked)
        self.lease = lease
        self._ledger = ledger

    def _renewed(self) -> None:
        assert self.lease is not None, "what is being made is not renewed"
        self.lease = self._ledger.renew(self.lease, self.terms.lease_for)
