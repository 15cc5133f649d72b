"""What a count or a list of the imitated booking site asks for: read, checked, and applied to the bookings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bongsu.sandbox.bookings import KST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bongsu.sandbox.bookings import Booking
    from bongsu.sandbox.naver_spec import NaverSpec

PAGE_SIZE = 50
# What each argument may be; None is anything. What others use and nobody here does is refused, not ignored.
ALLOWED: Mapping[str, tuple[str, ...] | None] = {
    "bizItemTypes": ("STANDARD",),
    "bookingStatusCodes": None,
    "dateDropdownType": ("ENTIRE", "DIRECT"),
    "dateFilter": ("USEDATE", "REGDATE"),
    "startDateTime": None,
    "endDateTime": None,
    "maxDays": tuple(str(days) for days in range(1, 32)),
    "orderBy": ("",),
    "orderByStartDate": ("ASC", "DESC"),
    "nPayChargedStatusCodes": ("",),
    "paymentStatusCodes": ("",),
    "searchValue": ("",),
    "searchValueCode": None,
    "noCache": None,
}
PAGE_ARGUMENTS = ("page", "size")


class UnprocessableError(ValueError):
    """What is asked for makes no sense to the site: answered with 422."""


class NotImitatedError(ValueError):
    """The site may take this; the sandbox does not imitate it and says so: answered with 400."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question about the bookings of a store."""

    statuses: frozenset[str]
    window: tuple[datetime, datetime] | None
    by_use: bool
    by_date: bool
    descending: bool

    def of(self, bookings: Iterable[Booking]) -> list[Booking]:
        """Return those asked for, by start and then by id."""
        found = [one for one in bookings if one.status in self.statuses and self._inside(one)]
        return sorted(found, key=lambda one: (one.start_at, one.booking_id), reverse=self.descending)

    def _inside(self, one: Booking) -> bool:
        if self.window is None:
            return True
        start, end = self.window
        at = one.start_at if self.by_use else one.registered_at
        if self.by_date:
            return start.astimezone(KST).date() <= at.astimezone(KST).date() <= end.astimezone(KST).date()
        return start <= at <= end


def read_query(args: Mapping[str, str], spec: NaverSpec, *, pages: bool) -> Query:
    """Return the question of a call; raises UnprocessableError or NotImitatedError."""
    for name, value in args.items():
        if name in PAGE_ARGUMENTS and pages:
            continue
        if name not in ALLOWED:
            raise NotImitatedError(f"no argument {name!r}, known: {', '.join(ALLOWED)}")
        allowed = ALLOWED[name]
        if allowed is not None and value not in allowed:
            raise NotImitatedError(f"{name} {value!r}, imitated: {' '.join(allowed) or 'empty'}")
    if not args.get("bookingStatusCodes"):
        raise NotImitatedError("no bookingStatusCodes")
    return Query(
        statuses=frozenset(args["bookingStatusCodes"].split(",")),
        window=_window(args, spec),
        by_use=args.get("dateFilter", "USEDATE") == "USEDATE",
        by_date=spec.window_mode == "kst_date",
        descending=args.get("orderByStartDate") == "DESC",
    )


def _window(args: Mapping[str, str], spec: NaverSpec) -> tuple[datetime, datetime] | None:
    first, last = args.get("startDateTime"), args.get("endDateTime")
    if first is None and last is None:
        return None
    try:
        start, end = datetime.fromisoformat(first or ""), datetime.fromisoformat(last or "")
    except ValueError:
        raise UnprocessableError("dates") from None
    span_max = timedelta(days=spec.span_days_max)
    if start.tzinfo is None or end.tzinfo is None or not timedelta(0) <= end - start <= span_max:
        raise UnprocessableError("dates")
    return start, end


def page_of(args: Mapping[str, str], found: list[Booking], spec: NaverSpec) -> tuple[int, list[Booking]]:
    """Return the number of the page that is asked for, from 0, and its bookings; raises UnprocessableError."""
    try:
        page, size = int(args.get("page", "0")), int(args.get("size", str(PAGE_SIZE)))
    except ValueError:
        raise UnprocessableError("page") from None
    if page < 0 or not 1 <= size <= spec.page_size_max:
        raise UnprocessableError("page")
    return page, found[page * size : (page + 1) * size]
