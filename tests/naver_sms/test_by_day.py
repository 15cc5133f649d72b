"""Bookings by the day (RT03): their start is midnight, and nobody wants a door code at ten the evening before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from tests.naver_sms.test_due import make_booking, make_record
from tests.naver_sms.world import STORES, booking

from naver_sms.decision import Rules
from naver_sms.due import decide
from naver_sms.record import Kind

MIDNIGHT = datetime.fromisoformat("2025-10-22T00:00:00+09:00")
CORRECTED, STRICT = Rules(keywords=("원본",), corrected=True), Rules(keywords=("원본",))
BOTH, CONFIRM, GUIDE = (Kind.CONFIRM, Kind.GUIDE), (Kind.CONFIRM,), (Kind.GUIDE,)


def decided(moment, flags, rules=CORRECTED, **record):
    now = datetime.fromisoformat(f"2025-10-{moment}+09:00")
    one = replace(make_booking(0, now=MIDNIGHT), by_day=True)
    rows = {} if flags is None else {one.booking_num: replace(make_record(flags), **record)}
    (found,) = decide(confirmed=[one], records=rows, now=now, rules=rules)
    return found


@pytest.mark.parametrize(
    ("moment", "new", "known"),
    [
        ("21T21:59:59", CONFIRM, ()),
        ("21T22:00:00", CONFIRM, ()),  # two hours before midnight: the legacy's moment
        ("22T00:00:00", CONFIRM, ()),
        ("22T09:59:59.999999", CONFIRM, ()),
        ("22T10:00:00", BOTH, GUIDE),
        ("22T23:59:59.999999", BOTH, GUIDE),
        ("23T00:00:00", (), ()),
    ],
)
def test_the_guide_goes_out_from_ten_on_the_day_and_the_confirm_until_it_is_over(moment, new, known):
    assert decided(moment, None).sends == new
    assert decided(moment, "TFF").sends == known
    assert decided(moment, "TTF").sends == ()


def test_strict_is_the_legacy_s_and_each_difference_is_named():
    assert decided("21T22:30:00", "TFF", STRICT).sends == GUIDE
    assert ("*", "RT03") in decided("21T22:30:00", "TFF").deviations


def test_a_reminded_day_that_moves_is_reminded_on_the_new_one():
    was = datetime.fromisoformat("2025-10-20T00:00:00+09:00")
    assert decided("21T12:00:00", "TTF", start_at=was).reopen == GUIDE
    assert decided("22T11:00:00", "TTF", start_at=was).reopen == ()


def test_a_whole_run_keeps_the_door_code_until_ten_and_parity_says_why(go, naver, sens):
    naver.now = "2025-10-21T22:30:00+09:00"
    one = booking(1, minutes=0, now=MIDNIGHT)
    one["snapshotJson"]["bookingTimeUnitCode"] = "RT03"
    naver.bookings = [one]
    evening = go(ids=STORES[:1], parity_mode="corrected")
    assert {kind: one["accepted"] for kind, one in evening["intents"].items()} == {"confirm": 1, "guide": 0, "event": 0}
    assert {one["id"] for one in evening["parity"]["intended"]} <= {"RT03", "LMS", "B25"}
    assert "RT03" in {one["id"] for one in evening["parity"]["intended"]}
    naver.now = "2025-10-22T10:05:00+09:00"
    assert go(ids=STORES[:1], parity_mode="corrected")["intents"]["guide"]["accepted"] == 1
    assert go(ids=STORES[:1], parity_mode="corrected")["sms"]["attempted"] == 0


def test_a_door_code_for_the_day_whose_answer_was_lost_goes_out_again(go, naver, sens):
    """Its day began at midnight, and it is of use until the day is over."""
    naver.now = "2025-10-22T10:05:00+09:00"
    one = booking(1, minutes=0, now=MIDNIGHT)
    one["snapshotJson"]["bookingTimeUnitCode"] = "RT03"
    naver.bookings = [one]
    sens.faults = {1: "lose", 2: "lose"}
    go(ids=STORES[:1], parity_mode="corrected")
    naver.now = "2025-10-22T10:25:00+09:00"
    report = go(ids=STORES[:1], parity_mode="corrected")
    assert report["reconciled"]["released"] == 2 and len(sens.outbox) == 2
