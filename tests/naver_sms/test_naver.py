"""Reading from the partner site: classes of answers, windows, pages and renewed cookies."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.naver_sms.world import NOW, STORES, VirtualClock, booking

from naver_sms.cookies import Cookie, CookieJar
from naver_sms.meter import Meter
from naver_sms.naver import Account, Ask, Failed, Failure, NaverClient, Pacer, Read, classed, new_pool, windows

GOOD = CookieJar(cookies=(Cookie(name="NID_AUT", value="x"), Cookie(name="NID_SES", value="y")), source="file")
STALE = CookieJar(cookies=(Cookie(name="OLD", value="z"),), source="file")


@pytest.fixture
def make(naver):
    pool = new_pool()

    def client(load=lambda: GOOD, *, meter=None, left_s=lambda: 60.0):
        account = Account(load)
        clock = VirtualClock(started_at=NOW)
        return NaverClient(naver.url, pool=pool, account=account, meter=meter or Meter(), clock=clock, left_s=left_s)

    yield client
    pool.clear()


@pytest.mark.parametrize(
    ("status", "location", "body", "expected"),
    [
        (302, "https://nid.naver.com/nidlogin.login?x", b"", Failure.SIGNED_OUT),
        (302, "https://example.invalid/", b"", Failure.CONTRACT),
        (401, "", b"", Failure.SIGNED_OUT),
        (403, "", b"", Failure.NO_ACCESS),
        (404, "", b"", Failure.STORE_GONE),
        (422, "", b"", Failure.BAD_WINDOW),
        (429, "", b"", Failure.TRANSIENT),
        (500, "", b"", Failure.TRANSIENT),
        (200, "", b"<html>nidlogin</html>", Failure.SIGNED_OUT),
        (200, "", b"<html>news</html>", Failure.CONTRACT),
        (200, "", b'[{"bookingId": 1', Failure.CONTRACT),
        (418, "", b"", Failure.CONTRACT),
    ],
)
def test_answers_have_a_class(status, location, body, expected):
    found = classed(status, location, body)
    assert isinstance(found, Failed)
    assert found.failure is expected


def test_pages_follow_the_count(make, naver):
    naver.bookings = [booking(n, minutes=n) for n in range(101)]
    with ThreadPoolExecutor(2) as pool:
        ask = Ask(store_id=STORES[0], status="RC03", pacer=Pacer(0, VirtualClock(started_at=NOW)))
        read = make().read(ask, pool=pool)
        found = make().rest(ask, read)
    assert (read.count, len(found)) == (101, 101)
    assert len([one for one in naver.requests if "page=" in one]) == 3


def test_a_transient_failure_is_tried_three_times_and_a_bad_window_once(make, naver):
    meter = Meter()
    naver.broken = {STORES[0]: 503, STORES[1]: 422}
    assert make(meter=meter).count(STORES[0], "RC03").failure is Failure.TRANSIENT
    assert make(meter=meter).count(STORES[1], "RC03").failure is Failure.BAD_WINDOW
    assert meter.failures == {"naver.bad_window": 1, "naver.transient": 3}


def test_no_try_starts_after_the_deadline(make, naver):
    assert make(left_s=lambda: 0.0).count(STORES[0], "RC03").failure is Failure.DEADLINE
    assert naver.requests == []


def test_cookies_renewed_by_somebody_else_are_read_once_more(make, naver):
    jars = iter([STALE, GOOD, STALE])
    client = make(lambda: next(jars))
    assert client.count(STORES[0], "RC03") == 0
    assert next(jars) is STALE


def test_cookies_that_stay_stale_are_read_twice_and_no_more(make, naver):
    reads = []
    client = make(lambda: reads.append(1) or STALE)
    for store in STORES[:3]:
        assert client.count(store, "RC03").failure is Failure.SIGNED_OUT
    assert len(reads) == 2
    assert len(naver.requests) == 3


def test_a_pacer_spaces_pages_whoever_asks():
    clock = VirtualClock(started_at=NOW)
    pacer = Pacer(20, clock)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: pacer.wait(), range(4)))
    assert clock.passed_s() == 60


MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=200)))
def test_windows_cover_the_span_with_a_day_to_spare_and_none_is_over_thirty_days(first, span):
    found = windows(first, first + span)
    assert found[0].start_at == first - timedelta(days=1)
    assert found[-1].end_at == first + span + timedelta(days=1)
    assert all(one.end_at - one.start_at <= timedelta(days=30) for one in found)
    assert all(one.end_at == after.start_at for one, after in itertools.pairwise(found))


class Scripted(NaverClient):
    """Naver that gives these answers, one after the other."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def _get(self, store_id, path, query):
        return self.answers.pop(0)


def listed(*numbers):
    return [{"bookingId": number} for number in numbers]


def rest_of(*pages, count):
    """Return the numbers of every booking seen, given the first page and those behind it."""
    clock = VirtualClock(started_at=NOW)
    client = Scripted(*pages[1:])
    found = client.rest(Ask(store_id="1", status="RC03", pacer=Pacer(0, clock)), Read(count=count, first=pages[0]))
    assert client.answers == [], "no page is left unread"
    return [one["bookingId"] for one in found]


def test_pages_are_read_for_as_long_as_they_are_full_whatever_was_counted():
    assert rest_of(listed(*range(50)), listed(50), count=50) == list(range(51))


@pytest.mark.parametrize("second", [range(49, 59), range(50, 59)], ids=["seen twice", "too few"])
def test_pages_are_read_once_more_when_a_booking_may_have_slipped_between_them(second):
    """And each is there as often as it was seen at first, and one that was missed once."""
    again = (listed(*range(50)), listed(*range(50, 60)))
    found = rest_of(listed(*range(50)), listed(*second), *again, count=60)
    assert found == [*range(50), *second, 59]


@pytest.mark.parametrize("count", [True, -1, "3", None])
def test_what_is_no_count_is_a_broken_contract(count):
    failed = Scripted({"count": count}).count("1", "RC03")
    assert isinstance(failed, Failed) and failed.failure is Failure.CONTRACT
