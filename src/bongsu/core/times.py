"""Times as text: one form, in the ledger's arguments, values and reports alike."""

from __future__ import annotations

from datetime import datetime


def iso(at: datetime) -> str:
    """Return a UTC time as the readings' arguments hold it: ISO 8601 with microseconds and Z."""
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    """Return the aware UTC time that an argument or value holds."""
    return datetime.fromisoformat(text)
