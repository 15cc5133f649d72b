"""Reading bookings from the partner site's own endpoints, with the cookies of the owner's account.

The endpoints are undocumented: every answer is classed, unknown fields are left alone, and a store that could
not be read is a failure with a name, never an empty list.
"""

from __future__ import annotations

import json
import random
import threading
from dataclasses import dataclass
from datetime import UTC, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import urllib3

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor
    from datetime import datetime

    from naver_sms.clock import Clock
    from naver_sms.cookies import CookieJar
    from naver_sms.meter import Meter

PAGE_SIZE = 50
PAGES_MAX = 400
TRIES_MAX = 3
BACKOFF_S = 0.2
SPAN_MAX = timedelta(days=30)  # a request over more than 31 days is answered 422
CONFIRMED = "RC03"
COMPLETED = "RC08"
CLOSED = ("RC04", "RC05", "RC06")  # cancelled, not come, replaced by another booking
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Safari/537.36"
LOGIN_MARKS = (b"nidlogin", b"nid.naver.com", b"frmNIDLogin")


class Failure(StrEnum):
    """Why a store could not be read."""

    SIGNED_OUT = "signed_out"
    NO_ACCESS = "no_access_to_store"
    STORE_GONE = "store_gone"
    BAD_WINDOW = "bad_window"
    CONTRACT = "contract"
    TRANSIENT = "transient"
    DEADLINE = "deadline"
    STATE = "state"  # the state store did not answer while the store was served


@dataclass(frozen=True, slots=True)
class Failed:
    """A read that gave nothing to rely on; `detail` is a status or an exception's name."""

    failure: Failure
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A span of use dates, both ends aware, at most 30 days."""

    start_at: datetime
    end_at: datetime


class Pacer:
    """Spaces the list pages of one store, whichever thread asks for them."""

    def __init__(self, pause_s: float, clock: Clock) -> None:
        self._clock = clock
        self._pause_s = pause_s
        self._lock = threading.Lock()
        self._free_at_s = 0.0

    def wait(self) -> None:
        """Return when the next page may be asked for."""
        if self._pause_s == 0:
            return
        with self._lock:
            start_s = max(self._clock.passed_s(), self._free_at_s)
            self._free_at_s = start_s + self._pause_s
        self._clock.wait_until(start_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One list of one store: which bookings, and how fast."""

    store_id: str
    status: str
    pacer: Pacer
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """How many bookings there are, and the first page of them, as of `listed_at`."""

    count: int
    first: list[Any]
    listed_at: datetime | None = None


class Account:
    """The cookies in use; reads them once more, for all threads, when Naver no longer accepts them."""

    def __init__(self, load: Callable[[], CookieJar]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._renewed = False
        self.jar = load()

    def renew(self, refused: CookieJar) -> bool:
        """Return whether there are other cookies to try than those refused."""
        with self._lock:
            if not self._renewed:
                self._renewed = True
                self.jar = self._load()
            return self.jar.cookies != refused.cookies


def new_pool(*, connections: int = 32) -> urllib3.PoolManager:
    """Return the pool for Naver: connections kept, nothing repeated, no redirect followed."""
    timeout = urllib3.Timeout(connect=3.0, read=10.0)
    return urllib3.PoolManager(num_pools=2, maxsize=connections, retries=False, timeout=timeout)


class NaverClient:
    """Counts and lists of bookings. Safe to share between threads."""

    def __init__(
        self,
        base_url: str,
        *,
        pool: urllib3.PoolManager,
        account: Account,
        accounts: Mapping[str, Account] | None = None,
        meter: Meter,
        clock: Clock,
        left_s: Callable[[], float],
    ) -> None:
        self._base_url = base_url
        self._pool = pool
        self._account = account
        self._accounts = accounts or {}
        self._meter = meter
        self._clock = clock
        self._left_s = left_s

    def count(self, store_id: str, status: str, window: Window | None = None) -> int | Failed:
        """Return how many bookings of one status the store has."""
        value = self._get(store_id, f"/v3.1/businesses/{store_id}/bookings/count", _query(status, window))
        if isinstance(value, Failed):
            return value
        number = value.get("count") if isinstance(value, dict) else None
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            return Failed(Failure.CONTRACT, "no count")
        return number

    def page(self, store_id: str, status: str, *, page: int, window: Window | None = None) -> list[Any] | Failed:
        """Return one page of at most 50 bookings; `page` counts from 0."""
        query = _query(status, window) | {"page": str(page), "size": str(PAGE_SIZE)}
        value = self._get(store_id, f"/api/businesses/{store_id}/bookings", query)
        if isinstance(value, (Failed, list)):
            return value
        return Failed(Failure.CONTRACT, "no list")

    def detail(self, store_id: str, booking_id: str) -> dict[str, Any] | Failed:
        """Return one booking as Naver has it now; Failed with `STORE_GONE` when there is none."""
        value = self._get(store_id, f"/api/businesses/{store_id}/bookings/{booking_id}", {})
        if isinstance(value, (Failed, dict)):
            return value
        return Failed(Failure.CONTRACT, "no booking")

    def read(self, ask: Ask, *, pool: Executor) -> Read | Failed:
        """Return the count and the first page, asked for at the same time."""
        listed_at = self._clock.now()
        first = pool.submit(self._paced, ask, 0)
        count = self.count(ask.store_id, ask.status, ask.window)
        page = first.result()
        if isinstance(count, Failed):
            return count
        return page if isinstance(page, Failed) else Read(count=count, first=page, listed_at=listed_at)

    def rest(self, ask: Ask, read: Read) -> list[Any] | Failed:
        """Return the first page and every further one, each booking as often as it was seen.

        The set moves while its pages are read. When a booking was seen twice, or fewer were seen than were counted,
        another may have slipped from one page to the one before it: then every page is read once more.
        """
        found = self._pages(ask, read.first, count=read.count)
        if isinstance(found, Failed) or _whole(found, read.count):
            return found
        again = self._pages(ask, [], count=read.count)
        if isinstance(again, Failed):
            return again
        seen = set(_ids(found))
        return found + [one for one in again if _ids([one])[0] not in seen]

    def _pages(self, ask: Ask, first: list[Any], *, count: int) -> list[Any] | Failed:
        """Return the pages that the count asks for, and those after it for as long as they are full."""
        found = list(first)
        last = first
        page = 1 if first else 0
        while page < (count + PAGE_SIZE - 1) // PAGE_SIZE or len(last) == PAGE_SIZE:
            if page == PAGES_MAX:
                return Failed(Failure.CONTRACT, "no end of pages")
            got = self._paced(ask, page)
            if isinstance(got, Failed):
                return got
            found += got
            last, page = got, page + 1
        return found

    def _paced(self, ask: Ask, page: int) -> list[Any] | Failed:
        ask.pacer.wait()
        return self.page(ask.store_id, ask.status, page=page, window=ask.window)

    def _get(self, store_id: str, path: str, query: dict[str, str]) -> Any:
        """Return parsed JSON, or Failed after the tries that its class allows."""
        failed = Failed(Failure.DEADLINE, "no time left")
        for attempt in range(TRIES_MAX):
            pause_s = BACKOFF_S * 2**attempt * random.uniform(0.5, 1.5) if attempt else 0.0  # noqa: S311
            if self._left_s() <= pause_s:
                return failed
            self._clock.wait(pause_s)
            account = self._accounts.get(store_id, self._account)
            jar = account.jar
            value = self._once(store_id, path, query, jar)
            refused = isinstance(value, Failed) and value.failure in {Failure.SIGNED_OUT, Failure.NO_ACCESS}
            if refused and account.renew(jar):
                value = self._once(store_id, path, query, account.jar)
            if not isinstance(value, Failed) or value.failure is not Failure.TRANSIENT:
                return value
            failed = value
        return failed

    def _once(self, store_id: str, path: str, query: dict[str, str], jar: CookieJar) -> Any:
        url = f"{self._base_url}{path}?{urlencode(query | {'noCache': str(self._clock.epoch_ms())})}"
        headers = {
            "accept": "application/json, text/plain, */*",
            "accept-language": "ko-KR,ko;q=0.9",
            "user-agent": BROWSER,
            "referer": f"https://partner.booking.naver.com/bizes/{store_id}/booking-list-view",
            "x-booking-naver-role": "OWNER",
            "cookie": jar.header(url=self._base_url, path=path),
        }
        with self._meter.timed("naver") as operation:
            try:
                answer = self._pool.urlopen("GET", url, headers=headers, retries=False, redirect=False)
            except urllib3.exceptions.HTTPError as exc:
                operation.failure = Failure.TRANSIENT.value
                return Failed(Failure.TRANSIENT, type(exc).__name__)
            value = classed(answer.status, answer.headers.get("Location", ""), answer.data)
            if isinstance(value, Failed):
                operation.failure = value.failure.value
            return value


def _whole(found: list[Any], count: int) -> bool:
    """Return whether the pages hold as many different bookings as were counted, and none twice."""
    ids = _ids(found)
    return len(set(ids)) == len(ids) and len(ids) >= count


def _ids(found: list[Any]) -> list[str]:
    return [str(one.get("bookingId") if isinstance(one, dict) else None) for one in found]


def classed(status: int, location: str, body: bytes) -> Any:
    """Return the parsed body of an answer that counts, or Failed with its class."""
    detail = f"http {status}"
    if status == 200:
        try:
            return json.loads(body)
        except ValueError:
            signed_out = any(mark in body for mark in LOGIN_MARKS)
            return Failed(Failure.SIGNED_OUT if signed_out else Failure.CONTRACT, "200 without JSON")
    if status in {301, 302, 303, 307, 308}:
        signed_out = "nid" in location and "login" in location
        return Failed(Failure.SIGNED_OUT if signed_out else Failure.CONTRACT, detail)
    if status in {401, 403}:
        return Failed(Failure.SIGNED_OUT if status == 401 else Failure.NO_ACCESS, detail)
    if status == 404:
        return Failed(Failure.STORE_GONE, detail)
    if status == 422:
        return Failed(Failure.BAD_WINDOW, detail)
    return Failed(Failure.TRANSIENT if status == 429 or status >= 500 else Failure.CONTRACT, detail)


def windows(first_at: datetime, last_at: datetime) -> list[Window]:
    """Return the span from a day before to a day after, in slices that one request may cover."""
    margin = timedelta(days=1)
    start_at, end_at = first_at - margin, last_at + margin
    found: list[Window] = []
    while start_at < end_at:
        stop_at = min(start_at + SPAN_MAX, end_at)
        found.append(Window(start_at=start_at, end_at=stop_at))
        start_at = stop_at
    return found


def _query(status: str, window: Window | None) -> dict[str, str]:
    query = {
        "bizItemTypes": "STANDARD",
        "bookingStatusCodes": status,
        "dateDropdownType": "ENTIRE",
        "dateFilter": "USEDATE",
        "maxDays": "31",
        "nPayChargedStatusCodes": "",
        "orderBy": "",
        "orderByStartDate": "ASC",
        "paymentStatusCodes": "",
        "searchValue": "",
    }
    if window is not None:
        query |= {"startDateTime": _utc(window.start_at), "endDateTime": _utc(window.end_at)}
    return query


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
