"""The bookings and records of the first run: eight new bookings, twelve reminders due, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.bookings import COMPLETED, KST, STORES, Booking, BookingMaker, in_opening_hours
from bongsu.sandbox.record import iso

if TYPE_CHECKING:
    from collections.abc import Mapping

# Starts in minutes after the anchor. Wherever between 1 and 25 minutes after it the first run falls, a reminder
# (due strictly less than 120 minutes ahead) is due for exactly the first group.
REMINDED_NEXT = (60, 75, 90, 105) * 3
# These are under way or about to begin, and were reminded before.
REMINDED_BEFORE = (-30, -30, -15, -15, 0, 0, 15, 15, 30, 30, 45, 45)
LATER_TODAY = (150, 165, 180, 195, 210, 225, 240, 255, 270, 285, 315, 345, 375, 405, 420, 435)
NEW = (255, 300, 390, 1500, 1620, 2940, 4440, 7320)
TOMORROW_MORNING, TOMORROW_LATER, FURTHER = 8, 22, 69
COMPLETED_TODAY, COMPLETED_YESTERDAY = 20, 14
# As long as the gateway keeps its history.
RECORDS_KEPT = timedelta(days=90)
NOTHING_CHANGES_FOR = timedelta(minutes=26)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """Which texts a record says were sent: confirm, reminder, evening text."""

    confirm: bool = True
    remind: bool = False
    option: bool = False


class Fixture:
    """181 bookings around an anchor (14:00 Korean time of the plan's day), and the records of those not new."""

    def __init__(self, anchor_at: datetime, maker: BookingMaker) -> None:
        self._anchor = anchor_at
        self._maker = maker
        self._turn = 0
        self.bookings: list[Booking] = []
        self.flags: dict[int, Flags] = {}
        self._confirmed()
        self._completed()

    def records(self) -> list[dict[str, Any]]:
        """Return the rows of the workload's table, as DynamoDB items."""
        return [record_item(one, self.flags[one.booking_id]) for one in self.bookings if one.booking_id in self.flags]

    def _store(self) -> str:
        self._turn += 1
        return STORES[self._turn % len(STORES)]

    def _add(self, start_at: datetime, flags: Flags | None, **kind: Any) -> None:
        lead = timedelta(hours=self._maker.random.randrange(30, 200))
        registered_at = self._anchor - timedelta(minutes=self._maker.random.randrange(17, 38))
        if flags is not None:
            registered_at = min(start_at, self._anchor) - lead
        one = self._maker.make(store=self._store(), start_at=start_at, registered_at=registered_at, **kind)
        self.bookings.append(one)
        if flags is not None:
            self.flags[one.booking_id] = flags

    def _after(self, minutes: int) -> datetime:
        return self._anchor + timedelta(minutes=minutes)

    def _confirmed(self) -> None:
        confirmed, reminded = Flags(), Flags(remind=True)
        for minutes in REMINDED_BEFORE:
            self._add(self._after(minutes), reminded, keyword=minutes % 30 == 15)
        for minutes in (*REMINDED_NEXT, *LATER_TODAY):
            self._add(self._after(minutes), confirmed, keyword=minutes % 60 == 15)
        for index in range(TOMORROW_MORNING):
            self._add(self._after(20 * 60 + 15 * index), confirmed)
        for index in range(TOMORROW_LATER):
            self._add(self._after(24 * 60 + 20 * index), confirmed)
        for index in range(FURTHER):
            ahead = timedelta(days=2 + index % 16, minutes=self._maker.random.randrange(-240, 420))
            self._add(in_opening_hours(self._anchor + ahead), confirmed)
        for minutes in NEW:
            self._add(self._after(minutes), None)

    def _completed(self) -> None:
        for index in range(COMPLETED_TODAY):
            start_at = self._after(-240 + index * 8 // 15 * 15)
            self._add(start_at, Flags(remind=True), status=COMPLETED, keyword=index % 3 == 0)
        for index in range(COMPLETED_YESTERDAY):
            start_at = self._after(-24 * 60 + index * 30)
            keyword = index % 2 == 0
            # Those over before yesterday's evening texts went out have theirs.
            told = keyword and start_at + timedelta(minutes=70) <= self._evening_before()
            self._add(start_at, Flags(remind=True, option=told), status=COMPLETED, keyword=keyword)

    def _evening_before(self) -> datetime:
        yesterday = self._anchor.astimezone(KST) - timedelta(days=1)
        return yesterday.replace(hour=20, minute=40, second=0, microsecond=0)


def record_item(one: Booking, flags: Flags) -> dict[str, Any]:
    """Return the row of one booking: the attributes of old, and those that the new workload added."""
    item: dict[str, Any] = {
        "booking_num": {"S": one.number},
        "phone": {"S": "-".join((one.phone[:3], one.phone[3:7], one.phone[7:]))},
        "name": {"S": one.name},
        "booking_time": {"S": f"{one.start_at.astimezone(KST):%Y-%m-%d %H:%M:%S}"},
        "start_at": {"S": one.start_at.astimezone(UTC).isoformat(timespec="microseconds")},
        "confirm_sms": {"BOOL": flags.confirm},
        "remind_sms": {"BOOL": flags.remind},
        "option_sms": {"BOOL": flags.option},
        "option_time": {"S": ""},
        "expire_at": {"N": str(int((one.start_at + RECORDS_KEPT).timestamp()))},
    }
    if not flags.option:
        item["due_shard"] = {"S": one.store}
    return item


def session_item(cookies: Mapping[str, str], *, fetched_at: datetime) -> dict[str, Any]:
    """Return the row that holds the owner's cookies, with the host and path of each."""
    jar = [
        {"name": name, "value": value, "domain": ".naver.com", "path": "/", "httpOnly": True, "secure": True}
        for name, value in cookies.items()
    ]
    return {
        "id": {"S": "1"},
        "cookies": {"S": json.dumps(jar)},
        "fetched_at": {"S": iso(fetched_at)},
        "source": {"S": "interactive"},
    }
