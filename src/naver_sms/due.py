"""Which texts are due: bookings, records and one moment in, decisions out. Pure.

The rules are the legacy's own, row by row (strict parity). Each row has a name:

    confirmed booking, no record            confirmed booking, record            completed booking, 20:00-20:59 KST
    N1  0 < d <= 2 h  confirm + guide       E1  c, not r, 0 < d < 2 h   guide    O1  not o, keyword   event
    N2  d > 2 h       confirm               E2  not c, not r, same      both     O2  not o, no keyword
    N3  d <= 0        confirm               E3  not r, otherwise                 O3  o
                                            E4  r                                O4  no record

with d = start - now. What the legacy did unsafely is not repeated: a record that could not be read yields
nothing, and a text that an earlier run could not get out is tried again while it is of use. A flag counts as
set as soon as its text was begun, because that is what the legacy's flags meant.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from naver_sms.record import ATTEMPTS_MAX, KST, ClaimState, Kind, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from naver_sms.booking import Booking

LEAD = timedelta(hours=2)
EVENT_HOUR = 20
NOTHING = timedelta(0)
Flags = tuple[bool | None, bool | None, bool | None]


class Why(StrEnum):
    """Why a booking got the decision it got; N, E and O rows are those of the tables above."""

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
    FLAG_MISSING = "flag_missing"  # the row lacks a flag that the rule needs


class Standing(StrEnum):
    """How one text of one booking stands."""

    OPEN = "open"
    BEGUN = "begun"
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

    @property
    def failed(self) -> bool:
        """Whether the booking could not be decided."""
        return self.why in {Why.UNREAD, Why.FLAG_MISSING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The configured part of the rules: option keywords, by store where a store has its own."""

    keywords: tuple[str, ...]
    store_keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def has_keyword(self, booking: Booking) -> bool:
        """Whether any option's name contains any keyword, upper and lower case kept apart."""
        words = self.store_keywords.get(booking.store_id, self.keywords)
        return any(word in name for name in booking.options for word in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A record in the only terms the tables use."""

    confirm: Standing
    guide: Standing
    event: Standing
    closed: bool = False

    def begun(self, kind: Kind) -> _Row:
        """Return the row after one more text."""
        match kind:
            case Kind.CONFIRM:
                return replace(self, confirm=Standing.BEGUN)
            case Kind.GUIDE:
                return replace(self, guide=Standing.BEGUN)
            case Kind.EVENT:
                return replace(self, event=Standing.BEGUN)

    @property
    def flags(self) -> Flags:
        """Confirm, guide and event: true where the text was begun, None where the row has no such flag."""
        return _flag(self.confirm), _flag(self.guide), _flag(self.event)


def decide(
    *,
    confirmed: Iterable[Booking] = (),
    completed: Iterable[Booking] = (),
    records: Mapping[str, Record],
    now: datetime,
    rules: Rules,
    unread: frozenset[str] = frozenset(),
) -> list[Decision]:
    """Return one decision for each booking, in the order given, confirmed ones first.

    `unread` names the bookings whose record could not be read. A booking seen twice meets, the second time,
    the record that the first left behind. Raises ValueError for a `now` without a zone.
    """
    if now.tzinfo is None:
        raise ValueError("the moment of a decision needs a zone")
    rows = {num: _row(record) for num, record in records.items()}
    found: list[Decision] = []
    for booking in confirmed:
        decision = _unread(booking, unread) or _confirmed(booking, rows.get(booking.booking_num), now)
        found.append(decision)
        _remember(rows, decision)
    for booking in completed:
        row = rows.get(booking.booking_num)
        decision = _unread(booking, unread) or _completed(booking, row, now=now, rules=rules)
        found.append(decision)
        _remember(rows, decision)
    return found


def _flag(standing: Standing) -> bool | None:
    return None if standing is Standing.MISSING else standing is not Standing.OPEN


def _row(record: Record) -> _Row:
    return _Row(
        confirm=_standing(record, Kind.CONFIRM),
        guide=_standing(record, Kind.GUIDE),
        event=_standing(record, Kind.EVENT),
        closed=record.closed is not None,
    )


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
    may_repeat = claim.state is ClaimState.RELEASED and claim.attempt < ATTEMPTS_MAX
    return Standing.OWED if may_repeat else Standing.BEGUN


def _remember(rows: dict[str, _Row], decision: Decision) -> None:
    num = decision.booking.booking_num
    if decision.create:
        rows[num] = _Row(confirm=Standing.OPEN, guide=Standing.OPEN, event=Standing.OPEN)
    for kind in decision.sends:
        rows[num] = rows[num].begun(kind)


def _unread(booking: Booking, unread: frozenset[str]) -> Decision | None:
    return Decision(booking=booking, why=Why.UNREAD) if booking.booking_num in unread else None


def _confirmed(booking: Booking, row: _Row | None, now: datetime) -> Decision:
    left = booking.start_at - now
    if row is not None:
        return _known(booking, row, left)
    if NOTHING < left <= LEAD:
        sends: tuple[Kind, ...] = (Kind.CONFIRM, Kind.GUIDE)
        return Decision(booking=booking, why=Why.N1, create=True, sends=sends, flags=(True, True, False))
    why = Why.N2 if left > LEAD else Why.N3
    return Decision(booking=booking, why=why, create=True, sends=(Kind.CONFIRM,), flags=(True, False, False))


def _known(booking: Booking, row: _Row, left: timedelta) -> Decision:
    near = NOTHING < left < LEAD
    retries: list[Kind] = []
    reachable = booking.phone is not None  # what can never go out is reported once, not at every run
    if row.confirm is Standing.OWED and left > NOTHING and reachable:
        retries.append(Kind.CONFIRM)
    if row.guide is Standing.OWED and near and reachable:
        retries.append(Kind.GUIDE)
    due: tuple[Kind, ...] = ()
    if row.guide is Standing.MISSING:
        return Decision(booking=booking, why=Why.FLAG_MISSING)
    if row.guide is not Standing.OPEN:
        why = Why.E4
    elif not near:
        why = Why.E3
    elif row.confirm is Standing.MISSING:
        return Decision(booking=booking, why=Why.FLAG_MISSING)
    elif row.confirm is Standing.OPEN:
        why, due = Why.E2, (Kind.CONFIRM, Kind.GUIDE)
    else:
        why, due = Why.E1, (Kind.GUIDE,)
    return _result(booking, row, why=why, due=due, retries=tuple(retries))


def _completed(booking: Booking, row: _Row | None, *, now: datetime, rules: Rules) -> Decision:
    if now.astimezone(KST).hour != EVENT_HOUR:
        return Decision(booking=booking, why=Why.NOT_NOW)
    if row is None:
        return Decision(booking=booking, why=Why.O4)
    if row.closed:
        return Decision(booking=booking, why=Why.CLOSED)
    keyword = rules.has_keyword(booking)
    if row.event is Standing.MISSING:
        return Decision(booking=booking, why=Why.FLAG_MISSING)
    if row.event is Standing.OWED and keyword:
        return _result(booking, row, why=Why.O3, retries=(Kind.EVENT,))
    if row.event is not Standing.OPEN:
        return _result(booking, row, why=Why.O3)
    if not keyword:
        return _result(booking, row, why=Why.O2)
    return _result(booking, row, why=Why.O1, due=(Kind.EVENT,))


def _result(
    booking: Booking, row: _Row, *, why: Why, due: tuple[Kind, ...] = (), retries: tuple[Kind, ...] = ()
) -> Decision:
    sends = due + retries
    after = row
    for kind in sends:
        after = after.begun(kind)
    named = Why.RETRY if retries and not due else why
    return Decision(booking=booking, why=named, sends=sends, retries=retries, flags=after.flags)
