"""Which texts are due: bookings, records and one moment in, decisions out. Pure.

The rules are the legacy's own, row by row (strict parity). Each row has a name:

    confirmed booking, no record            confirmed booking, record            completed booking, 20:00-20:59 KST
    N1  0 < d <= 2 h  confirm + guide       E1  c, not r, 0 < d < 2 h   guide    O1  not o, keyword   event
    N2  d > 2 h       confirm               E2  not c, not r, same      both     O2  not o, no keyword
    N3  d <= 0        confirm               E3  not r, otherwise                 O3  o
                                            E4  r                                O4  no record

with d = start - now. What the legacy did unsafely is not repeated: a record that could not be read yields
nothing, a visit that is longer ago than records are kept (90 days) yields nothing, and a text that an earlier run
could not get out is tried again while it is of use. A flag counts as
set as soon as its text was begun, because that is what the legacy's flags meant.

With `rules.corrected` the decisions are those of `naver_sms.corrected` instead.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from naver_sms import corrected
from naver_sms.decision import EVENT_HOUR, LEAD, NEW, NOTHING, Decision, Row, Rules, Standing, Why, row_of
from naver_sms.record import KEPT_FOR, KST, Kind, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta

    from naver_sms.booking import Booking


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
    on_confirmed, on_completed = (
        (corrected.confirmed, corrected.completed) if rules.corrected else (_confirmed, _completed)
    )
    rows = {num: row_of(record) for num, record in records.items()}
    found: list[Decision] = []
    for bookings, rule in ((confirmed, on_confirmed), (completed, on_completed)):
        for booking in bookings:
            row = rows.get(booking.booking_num)
            decision = _unread(booking, unread) or rule(booking, row, now=now, rules=rules)
            found.append(decision)
            _remember(rows, decision)
    return found


def _remember(rows: dict[str, Row], decision: Decision) -> None:
    num = decision.booking.booking_num
    if decision.create:
        rows[num] = NEW
    if num in rows and (decision.create or decision.moved):
        rows[num] = replace(rows[num], start_at=decision.booking.start_at)
    for kind in decision.reopen:
        rows[num] = rows[num].having(kind, Standing.OPEN)
    for kind in decision.again:
        rows[num] = replace(rows[num].having(kind, Standing.OWED), denied=())
    for kind in decision.sends:
        rows[num] = rows[num].begun(kind)


def _unread(booking: Booking, unread: frozenset[str]) -> Decision | None:
    return Decision(booking=booking, why=Why.UNREAD) if booking.booking_num in unread else None


def _confirmed(booking: Booking, row: Row | None, *, now: datetime, rules: Rules) -> Decision:  # noqa: ARG001
    left = booking.start_at - now
    if row is not None:
        return _known(booking, row, left)
    if left < -KEPT_FOR:
        # No record is kept so long: that there is none does not make the booking new.
        return Decision(booking=booking, why=Why.E3)
    if NOTHING < left <= LEAD:
        sends: tuple[Kind, ...] = (Kind.CONFIRM, Kind.GUIDE)
        return Decision(booking=booking, why=Why.N1, create=True, sends=sends, flags=(True, True, False))
    why = Why.N2 if left > LEAD else Why.N3
    return Decision(booking=booking, why=why, create=True, sends=(Kind.CONFIRM,), flags=(True, False, False))


def _known(booking: Booking, row: Row, left: timedelta) -> Decision:
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


def _completed(booking: Booking, row: Row | None, *, now: datetime, rules: Rules) -> Decision:
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
    booking: Booking, row: Row, *, why: Why, due: tuple[Kind, ...] = (), retries: tuple[Kind, ...] = ()
) -> Decision:
    sends = due + retries
    after = row
    for kind in sends:
        after = after.begun(kind)
    named = Why.RETRY if retries and not due else why
    return Decision(booking=booking, why=named, sends=sends, retries=retries, flags=after.flags)
