"""What a decision is, and what the rules see of a record. Pure.

Two sets of rules make decisions of it: `naver_sms.due` (strict: the legacy's own tables) and `naver_sms.corrected`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from naver_sms.record import ATTEMPTS_MAX, IN_DOUBT_STATES, ClaimState, Kind, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from naver_sms.booking import Booking
    from naver_sms.record import Claim

LEAD = timedelta(hours=2)
EVENT_HOUR = 20
DAY_GUIDE_FROM = time(10, 0)
"""When, on the day itself, the guide of a booking by the day goes out, in Korean time."""
NOTHING = timedelta(0)
Flags = tuple[bool | None, bool | None, bool | None]


class Why(StrEnum):
    """Why a booking got the decision it got; N, E and O rows are those of the tables in `naver_sms.due`."""

    N1 = "N1"
    N2 = "N2"
    N3 = "N3"
    E1 = "E1"
    E2 = "E2"
    E3 = "E3"
    E4 = "E4"
    O1 = "O1"
    O2 = "O2"
    O3 = "O3"
    O4 = "O4"
    NOT_NOW = "not_now"  # a completed booking outside the event hour
    RETRY = "retry"  # an earlier run did not get the text out, and it is still of use
    CLOSED = "closed"
    UNREAD = "unread"  # the record could not be read: nothing is decided on a guess
    REPAIR = "repair"  # corrected: a confirm that was never begun, and is of use still
    MOVED = "moved"  # corrected: the booking has another start than its record
    STALE = "stale"  # corrected: the visit is too long ago for its event text
    FLAG_MISSING = "flag_missing"  # the row lacks a flag that the rule needs


class Standing(StrEnum):
    """How one text of one booking stands."""

    OPEN = "open"
    BEGUN = "begun"
    DOUBT = "doubt"  # begun, and nobody knows yet whether it went out
    OWED = "owed"  # begun or promised, known not to have gone out, and of use still
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be done about one booking. `flags` are those of the record once all of it is done."""

    booking: Booking
    why: Why
    create: bool = False
    sends: tuple[Kind, ...] = ()
    retries: tuple[Kind, ...] = ()
    flags: Flags | None = None
    moved: bool = False
    """The record is to get the booking's start."""
    reopen: tuple[Kind, ...] = ()
    """Texts that were sent for another start and are to be sent anew when their time comes."""
    again: tuple[Kind, ...] = ()
    """Texts that were given up for another start, because SENS denied them when that had passed: owed for this one."""
    deviations: tuple[tuple[str, str], ...] = ()
    """Where this is not what the legacy would do: (kind or `record`, id of its defect)."""

    @property
    def failed(self) -> bool:
        """Whether the booking could not be decided."""
        return self.why in {Why.UNREAD, Why.FLAG_MISSING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The configured part of the rules: option keywords, by store where a store has its own; how old a visit may be.

    `corrected` decides by `naver_sms.corrected`; otherwise the legacy's tables hold, row by row.
    """

    keywords: tuple[str, ...]
    store_keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    corrected: bool = False
    event_within_days: int = 1

    def has_keyword(self, booking: Booking) -> bool:
        """Whether any option's name contains any keyword, upper and lower case kept apart."""
        words = self.store_keywords.get(booking.store_id, self.keywords)
        return any(word in name for name in booking.options for word in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record in the only terms the rules use."""

    confirm: Standing
    guide: Standing
    event: Standing
    closed: bool = False
    start_at: datetime | None = None
    denied: tuple[Kind, ...] = ()
    """Confirm or guide that was given up because it could not be of use any more: the list of SENS has it not."""

    def standing(self, kind: Kind) -> Standing:
        """Return how one text stands."""
        return {Kind.CONFIRM: self.confirm, Kind.GUIDE: self.guide, Kind.EVENT: self.event}[kind]

    def begun(self, kind: Kind) -> Row:
        """Return the row after one more text."""
        return self.having(kind, Standing.BEGUN)

    def having(self, kind: Kind, standing: Standing) -> Row:
        """Return the row with one text standing otherwise."""
        match kind:
            case Kind.CONFIRM:
                return replace(self, confirm=standing)
            case Kind.GUIDE:
                return replace(self, guide=standing)
            case Kind.EVENT:
                return replace(self, event=standing)

    @property
    def flags(self) -> Flags:
        """Confirm, guide and event: true where the text was begun, None where the row has no such flag."""
        return _flag(self.confirm), _flag(self.guide), _flag(self.event)


def _flag(standing: Standing) -> bool | None:
    return None if standing is Standing.MISSING else standing is not Standing.OPEN


NEW = Row(confirm=Standing.OPEN, guide=Standing.OPEN, event=Standing.OPEN)


def row_of(record: Record) -> Row:
    """Return a record in the terms of the tables."""
    return Row(
        confirm=_standing(record, Kind.CONFIRM),
        guide=_standing(record, Kind.GUIDE),
        event=_standing(record, Kind.EVENT),
        closed=record.closed is not None,
        start_at=record.start_at,
        denied=tuple(kind for kind, claim in record.claims.items() if _denied(kind, claim)),
    )


def _denied(kind: Kind, claim: Claim) -> bool:
    # Given up is only what was in doubt, after SENS's list had denied it; an advertisement stays so for good.
    return kind is not Kind.EVENT and claim.state is ClaimState.ABANDONED and claim.tries < ATTEMPTS_MAX


def _standing(record: Record, kind: Kind) -> Standing:
    flag = record.flag(kind)
    claim = record.claims.get(kind)
    if flag is None:
        return Standing.MISSING
    if flag:
        return Standing.BEGUN
    if claim is None:
        # This engine creates a record only to send its confirm; a run that ended between the two owes it.
        owed = kind is Kind.CONFIRM and record.created_run is not None
        return Standing.OWED if owed else Standing.OPEN
    if claim.state in IN_DOUBT_STATES:
        return Standing.DOUBT
    may_repeat = claim.state is ClaimState.RELEASED and claim.tries < ATTEMPTS_MAX
    return Standing.OWED if may_repeat else Standing.BEGUN
