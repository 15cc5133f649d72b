"""One booking, cut down at the edge to what a decision needs.

A full booking carries addresses, e-mail, the customer's IP and payment numbers: none of it gets past here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

ZONE = "Asia/Seoul"
BY_DAY = "RT03"
MOBILE = re.compile(r"01[016789][0-9]{7,8}")
NO_PHONE = "--"  # what the legacy made of an empty number; a key attribute must not be empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A booking as the rules see it. `phone` is digits, or None when no text can reach it."""

    booking_num: str
    store_id: str
    start_at: datetime
    phone: str | None = field(repr=False)
    phone_key: str = field(repr=False)
    name: str = field(default="", repr=False)
    options: tuple[str, ...] = ()
    option_counts: tuple[int, ...] = ()
    """How often each of the options was chosen."""
    status: str = ""
    item: str = ""
    count: int = 1
    by_day: bool = False
    """Whether it is for a whole day; its start is then the day's first moment."""

    def __post_init__(self) -> None:
        if self.start_at.tzinfo is None:
            raise ValueError("the start of a booking needs a zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A booking that cannot be read; `reason` names the field and never its content."""

    store_id: str
    booking_id: str
    reason: str


def parse(raw: object, *, store_id: str, status: str) -> Booking | Quarantined:
    """Return the booking that one element of Naver's list describes.

    `status` is the code that was asked for. What is missing or of another shape leads to quarantine.
    """
    if not isinstance(raw, dict):
        return Quarantined(store_id=store_id, booking_id="-", reason="not an object")
    number = raw.get("bookingId")
    if isinstance(number, bool) or not str(number).isdigit():
        return Quarantined(store_id=store_id, booking_id="-", reason="bookingId")
    snapshot = raw.get("snapshotJson")
    if not isinstance(snapshot, dict):
        return Quarantined(store_id=store_id, booking_id=str(number), reason="snapshotJson")
    start_at = _start(snapshot.get("startDateTime"))
    reason = _reason(raw, snapshot, store_id=store_id, status=status)
    if start_at is None or reason is not None:
        return Quarantined(store_id=store_id, booking_id=str(number), reason=reason or "startDateTime")
    phone = normal_phone(raw.get("phone"))
    name, item = raw.get("name"), raw.get("bizItemName")
    options = _options(snapshot)
    return Booking(
        booking_num=f"{store_id}_{number}",
        store_id=store_id,
        start_at=start_at,
        phone=phone,
        phone_key=phone_key(raw.get("phone")),
        name=name if isinstance(name, str) else "",
        options=tuple(option for option, _ in options),
        option_counts=tuple(count for _, count in options),
        status=status,
        item=item if isinstance(item, str) else "",
        count=_count(raw.get("bookingCount")),
        by_day=snapshot.get("bookingTimeUnitCode") == BY_DAY,
    )


def _reason(raw: dict[str, Any], snapshot: dict[str, Any], *, store_id: str, status: str) -> str | None:
    if str(raw.get("businessId", store_id)) != store_id:
        return "businessId"
    if raw.get("bookingStatusCode", status) != status:
        return "bookingStatusCode"
    if snapshot.get("globalTimezone", ZONE) != ZONE:
        return "globalTimezone"
    return None


def _start(text: object) -> datetime | None:
    """Return the start in UTC, cut to the minute; a time without a zone is no time."""
    if not isinstance(text, str):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if at.tzinfo is None else at.astimezone(UTC).replace(second=0, microsecond=0)


def _options(snapshot: dict[str, Any]) -> list[tuple[str, int]]:
    options = snapshot.get("bookingOptionJson")
    if not isinstance(options, list):
        return []
    named = [(one.get("name"), _count(one.get("bookingCount"))) for one in options if isinstance(one, dict)]
    return [(name, count) for name, count in named if isinstance(name, str)]


def _count(raw: object) -> int:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and raw > 0 else 1


def normal_phone(raw: object) -> str | None:
    """Return the digits of a Korean mobile number, or None when no text can be sent to it."""
    if not isinstance(raw, str):
        return None
    digits = re.sub(r"[\s().-]", "", raw)
    if digits.startswith("+82"):
        digits = "0" + digits[3:].removeprefix("0")
    return digits if MOBILE.fullmatch(digits) else None


def display_phone(digits: str) -> str:
    """Return a mobile number with hyphens: 3-4-4, or 3-3-4 for the old ten-digit ones."""
    return f"{digits[:3]}-{digits[3:-4]}-{digits[-4:]}"


def phone_key(raw: object) -> str:
    """Return the range key of the booking's record."""
    digits = normal_phone(raw)
    if digits is not None:
        return display_phone(digits)
    left = re.sub(r"[^0-9]", "", raw) if isinstance(raw, str) else ""
    return left or NO_PHONE
