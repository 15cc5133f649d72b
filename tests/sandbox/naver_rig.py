"""The imitated booking site over HTTP, asked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import urllib3
from tests.sandbox.standing import StandingClock

from bongsu.sandbox.bookings import BookingMaker, Bookings, LifeSpec
from bongsu.sandbox.bookings_fixture import Fixture
from bongsu.sandbox.faults import FaultBook
from bongsu.sandbox.http import holding, serve
from bongsu.sandbox.naver import OPERATIONS, Naver, NaverSpec
from bongsu.sandbox.record import Record

ANCHOR = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
COUNT = "/v3.1/businesses/1000001/bookings/count"
LIST = "/api/businesses/1000001/bookings"


class Site:
    def __init__(self, folder, **spec):
        self.clock = StandingClock(ANCHOR)
        self.record = Record(folder / "record.jsonl", self.clock)
        self.faults = FaultBook(self.clock, known={"naver": OPERATIONS})
        self.spec = NaverSpec(**spec)
        maker = BookingMaker(1)
        self.bookings = Bookings(
            self.clock, self.record, fixture=Fixture(ANCHOR, maker).bookings, maker=maker,
            live_from=ANCHOR + timedelta(hours=1), life=LifeSpec(),
        )  # fmt: skip
        self.served = serve(
            holding(self.clock, Naver(self.clock, self.record, self.spec, bookings=self.bookings, faults=self.faults))
        )
        self.http = urllib3.PoolManager(retries=False)

    def get(self, path, *, cookies=None, role="OWNER", **args):
        jar = self.spec.cookies if cookies is None else cookies
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
        if role:
            headers["x-booking-naver-role"] = role
        fields = {"bookingStatusCodes": "RC03", **args}
        return self.http.request("GET", self.served.url + path, fields=fields, headers=headers, redirect=False)

    def control(self, method, what, body=None, *, prefix="__sandbox__"):
        answer = self.http.request(method, f"{self.served.url}/{prefix}/{what}", json=body)
        return answer.status, answer.json()

    def ids(self, **args):
        return [one["bookingId"] for one in self.get(LIST, **args).json()]

    def close(self):
        self.http.clear()
        self.served.stop()
        self.record.close()


def booking(booking_id, *, start="2025-10-22T09:00:00Z", status="RC03", **changes):
    """Return a booking in the site's own shape."""
    return {
        "bookingId": booking_id, "businessId": 1000001, "bookingStatusCode": status, "name": "김예시",
        "phone": "01000000001", "startDate": "2025-10-22", "regDateTime": "2025-10-20T10:05:00+09:00",
        "snapshotJson": {"startDateTime": start, "endDateTime": start, "bookingOptionJson": []}, **changes,
    }  # fmt: skip
