"""What a service answered to one HTTP call; apart from the call, so that a plan is read without what makes one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The service answered, with whatever status."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    """As it arrived, secrets and all: to be read, never to be kept; the wire has the redacted bytes."""
    wire: Wire

    @property
    def retry_after_s(self) -> int | None:
        """The seconds that a `Retry-After` header asks for, None without one."""
        text = self.headers.get("Retry-After", "").strip()
        return int(text) if text.isascii() and text.isdigit() else None

    def clocked(self, service_at: datetime | None) -> Wire:
        """Return the record with the service's own time as the body shows it, where it does."""
        told = self.wire
        if service_at is None or service_at == told.service_at:
            return told
        # Not `dataclasses.replace`, which looks at every field again: every message that is sent comes through here.
        return Wire(
            service=told.service,
            operation=told.operation,
            address=told.address,
            request=told.request,
            response=told.response,
            status=told.status,
            request_id=told.request_id,
            sent_mono=told.sent_mono,
            received_mono=told.received_mono,
            service_at=service_at,
        )
