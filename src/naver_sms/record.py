"""What is kept about one booking: three flags, and one claim for each text that was begun."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KST = timezone(timedelta(hours=9), "KST")
ATTEMPTS_MAX = 3
NOT_LISTED = "not_listed"
"""The code of a claim that was given up because SENS's own list did not have its text."""
NOT_SENT = "not_sent"
"""The code of a claim that was released because no line to SENS was there."""
MOVED_BY_NIGHT = "night"
"""The code of a claim that was released because of the hour; the text goes out at the next allowed one."""
# Whatever the text and the number, it would not have gone out: a line, a key, a pace, the hour.
COSTS_NO_TRY = frozenset({NOT_SENT, MOVED_BY_NIGHT, "http 401", "http 403", "http 404", "http 429"})
KEPT_FOR = timedelta(days=90)  # as long as SENS keeps its history


class Kind(StrEnum):
    """The three texts a customer can get."""

    CONFIRM = "confirm"
    GUIDE = "guide"
    EVENT = "event"


class ClaimState(StrEnum):
    """How far one text has come; `released` may be claimed again, `unknown` must be looked up first."""

    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    RELEASED = "released"
    UNKNOWN = "unknown"
    ABANDONED = "abandoned"


OPEN_STATES = frozenset({ClaimState.CLAIMED, ClaimState.ACCEPTED, ClaimState.UNKNOWN})
IN_DOUBT_STATES = frozenset({ClaimState.CLAIMED, ClaimState.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to send one text, taken before the call; `hash` covers recipient, sender, type and text."""

    state: ClaimState
    run_id: str
    at: datetime
    hash: str
    attempt: int
    request_id: str | None = None
    message_id: str | None = None
    code: str | None = None
    to: str | None = field(default=None, repr=False, compare=False)
    """The number it goes to, where that is not the record's, which keeps the one it was made with."""

    @property
    def tries(self) -> int:
        """How many of its tries count: one that no text could have passed does not."""
        free = self.state is ClaimState.RELEASED and self.code in COSTS_NO_TRY
        return self.attempt - free


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row of table `sms`. A flag is true when SENS accepted the text, None when the row lacks it."""

    booking_num: str
    phone: str = field(repr=False)
    name: str = field(default="", repr=False)
    booking_time: str
    start_at: datetime | None = None
    confirm: bool | None = False
    guide: bool | None = False
    event: bool | None = False
    claims: Mapping[Kind, Claim] = field(default_factory=lambda: MappingProxyType({}))
    closed: str | None = None
    created_run: str | None = None
    adopted: bool = False

    @property
    def store_id(self) -> str:
        """The whole store id, never a prefix of one."""
        return self.booking_num.partition("_")[0]

    def flag(self, kind: Kind) -> bool | None:
        """Return the flag of one text."""
        return {Kind.CONFIRM: self.confirm, Kind.GUIDE: self.guide, Kind.EVENT: self.event}[kind]


def may_reopen(now: Record, read: Record, kind: Kind) -> bool:
    """Return whether a text may be sent anew: it is not under way, and its claim is the one that was read."""
    held = now.claims.get(kind)
    return held == read.claims.get(kind) and (held is None or held.state not in IN_DOUBT_STATES)


def korean_text(at: datetime) -> str:
    """Return `YYYY-MM-DD HH:MM:SS` in Korean time, as the table has always held it."""
    return at.astimezone(KST).strftime("%Y-%m-%d %H:%M:%S")


def from_korean_text(text: str) -> datetime | None:
    """Return the moment a `booking_time` means, or None when it cannot be read."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=KST)
    except ValueError:
        return None
