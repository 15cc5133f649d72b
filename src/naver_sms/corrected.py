"""The rules without the legacy's oddities: what it should have done, each difference under the id of its defect. Pure.

    B16  no confirm for a start that is past           B22  an event text only today or yesterday after the visit
    B19  a reminder from two hours before, that        B25  each text from its store's own number (`naver_sms.texts`)
         instant included, for new and known alike     B31  another start: a reminder that went out for the old one
    B21  a confirm that was never begun is sent             goes out again for the new one

    RT03 a booking by the day, whose start is midnight: its guide goes out at ten on the day, not the evening before,
         and its confirm is of use until the day is over

Each text of a booking is due on its own: what became of one decides nothing about another. What can never reach
the customer is reported when the booking is new, and not at every run after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from naver_sms.decision import DAY_GUIDE_FROM, EVENT_HOUR, LEAD, NOTHING, Decision, Row, Rules, Standing, Why
from naver_sms.record import KST, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from naver_sms.booking import Booking

RECORD = "record"
EVERY_PART = "*"
_WAITING = frozenset({Standing.OPEN, Standing.OWED})


def confirmed(booking: Booking, row: Row | None, *, now: datetime, rules: Rules) -> Decision:  # noqa: ARG001
    """Return the decision for one confirmed booking."""
    when = _when(booking, now)
    if row is None:
        return _new(booking, when)
    if row.guide is Standing.MISSING or (row.confirm is Standing.MISSING and row.guide in _WAITING):
        return Decision(booking=booking, why=Why.FLAG_MISSING)
    moved = row.start_at is not None and row.start_at != booking.start_at and row.guide is not Standing.DOUBT
    again = row.denied if moved and not when.over else ()
    reopen = (Kind.GUIDE,) if moved and row.guide is Standing.BEGUN and when.early and Kind.GUIDE not in again else ()
    before = row.having(Kind.GUIDE, Standing.OPEN) if reopen else row
    for kind in again:
        before = before.having(kind, Standing.OWED)
    sends = tuple(kind for kind in _due(before, when) if booking.phone is not None)
    retries = tuple(kind for kind in sends if before.standing(kind) is Standing.OWED)
    after = before
    for kind in sends:
        after = after.begun(kind)
    return Decision(
        booking=booking,
        why=_why(before, sends, retries=retries, moved=moved),
        sends=sends,
        retries=retries,
        flags=after.flags,
        moved=moved,
        reopen=reopen,
        again=again,
        deviations=_deviations(row, when, sends=sends, reopen=(*reopen, *again)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _When:
    """Where a moment lies before a visit."""

    over: bool
    near: bool
    early: bool
    """The time of the guide is to come, or just begins."""
    edge: bool
    in_both: bool
    """The legacy's tables remind of a known booking now as well."""
    by_day: bool


def _when(booking: Booking, now: datetime) -> _When:
    left = booking.start_at - now
    if not booking.by_day:
        return _When(
            over=left <= NOTHING,
            near=NOTHING < left <= LEAD,
            early=left >= LEAD,
            edge=left == LEAD,
            in_both=NOTHING < left < LEAD,
            by_day=False,
        )
    korean, day = now.astimezone(KST), booking.start_at.astimezone(KST).date()
    today = korean.date() == day
    return _When(
        over=korean.date() > day,
        near=today and korean.time() >= DAY_GUIDE_FROM,
        early=korean.date() < day or (today and korean.time() < DAY_GUIDE_FROM),
        edge=False,
        in_both=NOTHING < left < LEAD,
        by_day=True,
    )


def _new(booking: Booking, when: _When) -> Decision:
    by_day = ((EVERY_PART, "RT03"),) if when.by_day else ()
    if when.over:
        # The record is made all the same: the event text of the evening needs it.
        deviations = ((Kind.CONFIRM.value, "B16"), (RECORD, "B16"), *by_day)
        return Decision(booking=booking, why=Why.N3, create=True, flags=(False, False, False), deviations=deviations)
    sends = (Kind.CONFIRM, Kind.GUIDE) if when.near else (Kind.CONFIRM,)
    why = Why.N1 if when.near else Why.N2
    flags = (True, when.near, False)
    return Decision(booking=booking, why=why, create=True, sends=sends, flags=flags, deviations=by_day)


def _due(row: Row, when: _When) -> tuple[Kind, ...]:
    due = [Kind.CONFIRM] if row.confirm in _WAITING and not when.over else []
    if row.guide in _WAITING and when.near:
        due.append(Kind.GUIDE)
    return tuple(due)


def _why(row: Row, sends: tuple[Kind, ...], *, retries: tuple[Kind, ...], moved: bool) -> Why:
    if sends and sends == retries:
        return Why.RETRY
    if sends:
        return Why.E2 if len(sends) > 1 else Why.REPAIR if Kind.CONFIRM in sends else Why.E1
    if moved:
        return Why.MOVED
    return Why.E3 if row.guide is Standing.OPEN else Why.E4


def _deviations(
    row: Row, when: _When, *, sends: tuple[Kind, ...], reopen: tuple[Kind, ...]
) -> tuple[tuple[str, str], ...]:
    """Name what the legacy's tables would not do about a known record; retries have a reason of their own."""
    found: list[tuple[str, str]] = []
    in_both = row.guide is Standing.OPEN and when.in_both
    if Kind.CONFIRM in sends and row.confirm is Standing.OPEN and not in_both:
        found.append((Kind.CONFIRM.value, "B21"))
    if reopen:
        found += [(kind.value, "B31") for kind in reopen]
    elif Kind.GUIDE in sends and row.guide is Standing.OPEN and when.edge:
        found.append((Kind.GUIDE.value, "B19"))
    by_day = ((EVERY_PART, "RT03"),) if when.by_day else ()
    return (*found, (RECORD, found[0][1]), *by_day) if found else by_day


def completed(booking: Booking, row: Row | None, *, now: datetime, rules: Rules) -> Decision:
    """Return the decision for one completed booking."""
    korean = now.astimezone(KST)
    if korean.hour != EVENT_HOUR:
        return Decision(booking=booking, why=Why.NOT_NOW)
    if row is None:
        return Decision(booking=booking, why=Why.O4)
    if row.closed:
        return Decision(booking=booking, why=Why.CLOSED)
    if row.event is Standing.MISSING:
        return Decision(booking=booking, why=Why.FLAG_MISSING)
    if row.event not in _WAITING:
        return Decision(booking=booking, why=Why.O3, flags=row.flags)
    if not rules.has_keyword(booking):
        return Decision(booking=booking, why=Why.O2, flags=row.flags)
    days = (korean.date() - booking.start_at.astimezone(KST).date()).days
    if not 0 <= days <= rules.event_within_days:
        deviations = ((Kind.EVENT.value, "B22"), (RECORD, "B22"))
        return Decision(booking=booking, why=Why.STALE, flags=row.flags, deviations=deviations)
    owed = row.event is Standing.OWED
    return Decision(
        booking=booking,
        why=Why.RETRY if owed else Why.O1,
        sends=(Kind.EVENT,),
        retries=(Kind.EVENT,) if owed else (),
        flags=row.begun(Kind.EVENT).flags,
    )
