"""What every driver reports of the outside world: exchanges as they happened, and findings of an online check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One HTTP exchange as it happened, already redacted: what the ledger keeps whole."""

    service: str
    operation: str
    address: str
    """Scheme, host and path, without query and without any secret."""
    request: bytes
    response: bytes
    status: int | None
    request_id: str = ""
    sent_mono: float = 0.0
    """`time.monotonic()` when the request left; the run's clock turns it into a time."""
    received_mono: float | None = None
    service_at: datetime | None = None
    """The service's own clock (its Date header or the message's date), where shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that an online check found."""

    subject: str
    ok: bool
    text: str
    hint: str = ""
    in_baseline: bool = False
    """Whether the baseline asks the same: a run is then opened, and ends as a no-go that everybody is told of."""
