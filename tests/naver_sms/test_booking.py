"""Bookings at the edge: what gets in, what is set aside, and how numbers are read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.naver_sms.world import STORES, booking, environ

from naver_sms.booking import Booking, Quarantined, display_phone, normal_phone, parse, phone_key
from naver_sms.cookies import Cookie, CookieJar, load_cookies
from naver_sms.errors import CookiesError
from naver_sms.masking import keyed_hash, masked_name, masked_phone
from naver_sms.settings import load


@pytest.mark.parametrize(
    ("raw", "digits", "key"),
    [
        ("01000000001", "01000000001", "010-0000-0001"),
        ("0110000001", "0110000001", "011-000-0001"),
        ("010-0000-0001", "01000000001", "010-0000-0001"),
        ("+821000000001", "01000000001", "010-0000-0001"),
        ("0200000001", None, "0200000001"),
        ("010****0001", None, "0100001"),
        ("", None, "--"),
        (None, None, "--"),
    ],
)
def test_phones(raw, digits, key):
    assert (normal_phone(raw), phone_key(raw)) == (digits, key)


def test_a_phone_is_shown_masked_or_as_a_hash_that_needs_the_salt():
    assert masked_phone("01000000001") == "010-****-0001"
    assert masked_phone(None) == "-"
    assert masked_name("김예시") == "김**"
    assert keyed_hash("01000000001", b"a") != keyed_hash("01000000001", b"b")
    assert display_phone("0110000001") == "011-000-0001"


def test_a_booking_keeps_only_what_a_decision_needs():
    raw = booking(1, options=("네이버",), email="canary", payments=[{"canary": 1}])
    found = parse(raw, store_id=STORES[0], status="RC03")
    assert isinstance(found, Booking)
    assert found.options == ("네이버",)
    assert "canary" not in str([getattr(found, name) for name in Booking.__slots__])
    assert "김예시" not in repr(found)
    assert "0100000" not in repr(found)


def test_a_start_is_cut_to_the_minute_and_fractions_do_no_harm():
    raw = booking(1)
    raw["snapshotJson"]["startDateTime"] = "2025-10-22T09:00:59.123Z"
    assert parse(raw, store_id=STORES[0], status="RC03").start_at == datetime(2025, 10, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"bookingId": None}, "bookingId"),
        ({"bookingId": True}, "bookingId"),
        ({"snapshotJson": None}, "snapshotJson"),
        ({"snapshotJson": {"startDateTime": "2025-10-22T09:00:00"}}, "startDateTime"),
        ({"snapshotJson": {"startDateTime": 5}}, "startDateTime"),
        ({"snapshotJson": {"startDateTime": "2025-10-22T09:00:00Z", "globalTimezone": "X"}}, "globalTimezone"),
        ({"businessId": 1}, "businessId"),
        ({"bookingStatusCode": "RC04"}, "bookingStatusCode"),
    ],
)
def test_a_malformed_booking_is_set_aside_with_the_field_only(changes, reason):
    found = parse(booking(1) | changes, store_id=STORES[0], status="RC03")
    assert isinstance(found, Quarantined)
    assert found.reason == reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["bookingId", "businessId", "bookingStatusCode", "name", "phone", "snapshotJson"])


@given(st.dictionaries(FIELDS, JSON), JSON)
def test_no_shape_whatsoever_raises(changes, other):
    for raw in (booking(1) | changes, other):
        assert isinstance(parse(raw, store_id=STORES[0], status="RC03"), (Booking, Quarantined))


def test_cookies_go_only_where_they_belong():
    jar = CookieJar(
        cookies=(
            Cookie(name="a", value="1", domain=".naver.com"),
            Cookie(name="b", value="2", domain="nid.naver.com"),
            Cookie(name="c", value="3", domain="partner.booking.naver.com", path="/api"),
        ),
        source="file",
    )
    real = "https://partner.booking.naver.com"
    assert jar.header(url=real, path="/api/x") == "a=1; c=3"
    assert jar.header(url=real, path="/apix") == "a=1"
    assert jar.header(url="http://127.0.0.1:5", path="/v3.1/x") == "a=1"
    assert jar.header(url="https://evilnaver.com", path="/api") == ""
    assert "1" not in repr(jar)


def test_a_cookie_file_that_others_may_read_is_refused(tmp_path, naver, sens):
    settings = load(environ(tmp_path, naver, sens))
    (tmp_path / "cookies.json").chmod(0o644)
    with pytest.raises(CookiesError, match="0600"):
        load_cookies(settings, None)
    (tmp_path / "cookies.json").chmod(0o600)
    (tmp_path / "cookies.json").write_text("{}")
    with pytest.raises(CookiesError, match="not a JSON list"):
        load_cookies(settings, None)
