"""The sandbox's clock, as it is when this machine takes no time at all for what a test does."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bongsu.sandbox.clock import SandboxClock

if TYPE_CHECKING:
    from datetime import datetime


class StandingClock(SandboxClock):
    """Stands where the real one goes at wall speed, and jumps as that does.

    A service that takes one message a second would take the second of two as well, once a second lies between them
    because the machine does something else.
    """

    def _rebase(self, *, at: datetime, at_ns: int, rate: Decimal, ceiling: datetime | None) -> None:
        super()._rebase(at=at, at_ns=at_ns, rate=Decimal(0), ceiling=ceiling)
