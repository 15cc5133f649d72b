"""What a run needs of its memory. Three drivers keep this promise, under one shared test.

A write that another run got ahead of returns False: it is no error. A store that does not answer raises
StateError: the write may or may not have happened. A driver recognises its own earlier write when a lost
reply makes it ask again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from naver_sms.record import Claim, ClaimState, Kind, Record

LEASE = "lease#naver_sms"


@dataclass(frozen=True, slots=True)
class Key:
    """A booking and the phone under which its record is looked for first."""

    booking_num: str
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Records by booking number; a booking in neither has none, one in `unread` could not be read."""

    records: dict[str, Record]
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One step of a claim, allowed only while the claim is that run's and in one of `states`."""

    run_id: str
    states: tuple[ClaimState, ...]
    to: ClaimState
    set_flag: bool = False
    request_id: str | None = None
    message_id: str | None = None
    code: str | None = None


class StatePort(Protocol):
    """Records, claims, the lease and the session row of one owner. Safe to share between threads."""

    def take_lease(self, *, holder: str, now: datetime, until: datetime, name: str = LEASE) -> bool:
        """Take the run's lease, or another by its name; False while another holds it."""
        ...

    def free_lease(self, holder: str, *, name: str = LEASE) -> None:
        """Give the lease back; nothing happens when another has it by now."""
        ...

    def session_cookies(self, name: str) -> tuple[str, datetime | None] | None:
        """Return the cookies' JSON text and when they were stored, or None without such a row."""
        ...

    def store_cookies(self, name: str, cookies: str, fetched_at: datetime) -> None:
        """Put the cookies' JSON text in place of what the row held."""
        ...

    def note(self, name: str, text: str | None, *, at: datetime) -> None:
        """Keep a text under a name in place of what was there; None forgets it."""
        ...

    def notes(self, names: Sequence[str]) -> dict[str, str]:
        """Return what is kept under these names (at most 100) as it is now."""
        ...

    def notes_like(self, prefix: str) -> dict[str, str]:
        """Return everything whose name begins so; reads the whole table, and is for a person's question."""
        ...

    def load(self, keys: Sequence[Key]) -> Loaded:
        """Return the records of these bookings as they are now, whatever phone they were written under."""
        ...

    def pending(self, store_id: str) -> list[Record]:
        """Return every open record of one store whose event text is still to come."""
        ...

    def legacy_pending(self) -> list[Record]:
        """Return the rows that only the legacy wrote and that no index knows, of all stores."""
        ...

    def open_claims(self) -> list[Record]:
        """Return every record with a claim that is claimed, unknown or accepted."""
        ...

    def create(self, record: Record) -> bool:
        """Write a new record; False when there is one."""
        ...

    def claim(self, record: Record, kind: Kind, claim: Claim) -> bool:
        """Take the right to send one text; False when it was sent or another has it."""
        ...

    def settle(self, record: Record, kind: Kind, change: Change) -> bool:
        """Move a claim one step; False when it is not in a state that allows it."""
        ...

    def renew(self, record: Record, *, start_at: datetime | None, reopen: Kind | None) -> bool:
        """Give a record another start, and let one text be sent anew: its flag cleared, its claim kept aside.

        `record` is as it was read. False when that text is under way, or when somebody else got there first.
        """
        ...

    def close(self, record: Record, reason: str) -> bool:
        """Take a record out of those that wait for their event text; False when it was closed."""
        ...

    def shut(self) -> None:
        """Give back what the driver holds open; nothing may be asked of it afterwards."""
        ...
