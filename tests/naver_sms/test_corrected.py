"""The corrected rules: what they do otherwise than the legacy, and that each difference is named by its defect."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.naver_sms.test_due import (
    CLOCKS,
    MINUTES,
    NOW,
    NOWS,
    OFFSETS_US,
    OPTIONS,
    make_booking,
    make_claim,
    make_record,
    recorded,
    redacted,
    row,
)

from naver_sms.decision import Rules
from naver_sms.due import decide
from naver_sms.parity import compare
from naver_sms.record import ATTEMPTS_MAX, KST, ClaimState, Kind
from naver_sms.recorded import replay

RULES = Rules(keywords=("네이버", "인스타", "원본"), corrected=True)
NUM = "1000001_1"
SAME = object()


def outcome(flags, minutes, *, now=NOW, us=0, was=SAME, phone="01000000001", **record):
    """Return (row, created, texts, texts to be sent anew) for one confirmed booking, `was` its recorded start."""
    booking = make_booking(minutes, now=now, us=us)
    if phone is None:
        booking = replace(booking, phone=None)
    records = {}
    if flags is not None:
        start_at = booking.start_at if was is SAME else now + timedelta(minutes=was)
        records = {NUM: replace(make_record(flags, **record), start_at=start_at)}
    (found,) = decide(confirmed=[booking], records=records, now=now, rules=RULES)
    texts = "+".join(kind.value for kind in found.sends)
    return found.why.value, found.create, texts, "+".join(kind.value for kind in found.reopen)


@pytest.mark.parametrize(
    ("what", "flags", "minutes", "expected"),
    [
        ("far ahead", None, 180, ("N2", True, "confirm", "")),
        ("two hours to go", None, 120, ("N1", True, "confirm+guide", "")),
        ("a minute to go", None, 1, ("N1", True, "confirm+guide", "")),
        ("B16: it begins now", None, 0, ("N3", True, "", "")),
        ("B16: it is over", None, -1440, ("N3", True, "", "")),
        ("B19: two hours to go", "TFF", 120, ("E1", False, "guide", "")),
        ("two hours and a minute", "TFF", 121, ("E3", False, "", "")),
        ("it begins now", "TFF", 0, ("E3", False, "", "")),
        ("both open", "FFF", 60, ("E2", False, "confirm+guide", "")),
        ("B21: far ahead", "FFF", 180, ("repair", False, "confirm", "")),
        ("B21: reminded already", "FTF", 60, ("repair", False, "confirm", "")),
        ("B21: too late", "FTF", 0, ("E4", False, "", "")),
        ("all done", "TTF", 60, ("E4", False, "", "")),
        ("no reminder flag", "T-F", 60, ("flag_missing", False, "", "")),
        ("no confirm flag", "-FF", 60, ("flag_missing", False, "", "")),
        ("no confirm flag, reminded", "-TF", 60, ("E4", False, "", "")),
    ],
)
def test_confirmed_bookings(what, flags, minutes, expected):
    assert outcome(flags, minutes) == expected, what


@pytest.mark.parametrize(
    ("us", "new", "known"),
    [
        (7_200_000_001, "N2", "E3"),
        (7_200_000_000, "N1", "E1"),
        (7_199_999_999, "N1", "E1"),
        (1, "N1", "E1"),
        (0, "N3", "E3"),
    ],
)
def test_one_window_for_new_and_known_to_the_microsecond(us, new, known):
    assert outcome(None, 0, us=us)[0] == new
    assert outcome("TFF", 0, us=us)[0] == known


@pytest.mark.parametrize(
    ("what", "flags", "minutes", "was", "expected"),
    [
        ("B31: reminded, then moved to tomorrow", "TTF", 1500, 30, ("moved", False, "", "guide")),
        ("reminded, then moved to two hours from now", "TTF", 120, 30, ("E1", False, "guide", "guide")),
        ("reminded, then moved by ten minutes", "TTF", 40, 30, ("moved", False, "", "")),
        ("not reminded yet, moved into the window", "TFF", 60, 300, ("E1", False, "guide", "")),
        ("not reminded yet, moved away", "TFF", 1500, 60, ("moved", False, "", "")),
    ],
)
def test_a_changed_start(what, flags, minutes, was, expected):
    assert outcome(flags, minutes, was=was) == expected, what


def test_a_reminder_in_doubt_is_looked_up_before_its_booking_is_moved():
    held = {Kind.GUIDE: make_claim(ClaimState.UNKNOWN)}
    assert outcome("TFF", 1500, was=30, claims=held) == ("E4", False, "", "")


@pytest.mark.parametrize(
    ("what", "minutes", "was", "expected"),
    [
        ("moved to within two hours", 40, -30, ("retry", False, "guide", "")),
        ("moved to tomorrow", 1500, -30, ("moved", False, "", "")),
        ("moved, and over by now as well", -10, -30, ("moved", False, "", "")),
        ("not moved", -30, -30, ("E4", False, "", "")),
    ],
)
def test_a_reminder_that_sens_denied_is_owed_for_the_new_start(what, minutes, was, expected):
    """It was given up when the old start had passed; nobody ever got it, so that it is no second one."""
    held = {Kind.GUIDE: make_claim(ClaimState.ABANDONED)}
    assert outcome("TFF", minutes, was=was, claims=held) == expected, what
    booking = make_booking(minutes, now=NOW)
    record = replace(make_record("TFF", claims=held), start_at=NOW + timedelta(minutes=was))
    (found,) = decide(confirmed=[booking], records={NUM: record}, now=NOW, rules=RULES)
    assert found.again == ((Kind.GUIDE,) if minutes > 0 else ())
    assert (("guide", "B31") in found.deviations) is (minutes > 0)
    (_, twice) = decide(confirmed=[booking, booking], records={NUM: record}, now=NOW, rules=RULES)
    assert (twice.again, twice.moved) == ((), False), "the list shows a booking twice"


def test_an_advertisement_that_was_given_up_stays_so():
    held = {Kind.EVENT: make_claim(ClaimState.ABANDONED)}
    record = replace(make_record("TTF", claims=held), start_at=NOW - timedelta(minutes=30))
    (found,) = decide(confirmed=[make_booking(600, now=NOW)], records={NUM: record}, now=NOW, rules=RULES)
    assert (found.again, found.moved) == ((), True)


def test_what_was_tried_as_often_as_it_may_be_is_not_owed_again():
    held = {Kind.GUIDE: make_claim(ClaimState.ABANDONED, attempt=ATTEMPTS_MAX)}
    record = replace(make_record("TFF", claims=held), start_at=NOW - timedelta(minutes=30))
    (found,) = decide(confirmed=[make_booking(600, now=NOW)], records={NUM: record}, now=NOW, rules=RULES)
    assert found.again == ()


def test_what_cannot_reach_the_customer_is_reported_when_it_is_new_and_not_after():
    assert outcome(None, 60, phone=None)[2] == "confirm+guide"
    assert outcome("FFF", 60, phone=None)[2] == ""


@pytest.mark.parametrize(
    ("what", "clock", "minutes", "flags", "expected"),
    [
        ("this afternoon", "20:00:00", -120, "TTF", "O1"),
        ("yesterday morning", "20:59:59.999999", -60 * 35, "TTF", "O1"),
        ("B22: two days ago", "20:00:00", -60 * 45, "TTF", "stale"),
        ("B22: 40 days ago", "20:00:00", -40 * 1440, "TTF", "stale"),
        ("tomorrow, marked as used", "20:00:00", 600, "TTF", "stale"),
        ("before eight", "19:59:59.999999", -120, "TTF", "not_now"),
        ("at nine", "21:00:00", -120, "TTF", "not_now"),
        ("had it", "20:00:00", -120, "TTT", "O3"),
        ("no flag", "20:00:00", -120, "TT-", "flag_missing"),
        ("no record", "20:00:00", -120, None, "O4"),
    ],
)
def test_completed_bookings(what, clock, minutes, flags, expected):
    now = datetime.fromisoformat(f"2025-10-22T{clock}+09:00")
    records = {} if flags is None else {NUM: make_record(flags)}
    used = make_booking(minutes, options=("원본",), now=now)
    (found,) = decide(completed=[used], records=records, now=now, rules=RULES)
    assert (found.why.value, found.sends) == (expected, (Kind.EVENT,) if expected == "O1" else ()), what


def test_a_closed_record_gets_no_event_text_and_one_without_a_keyword_neither():
    now = datetime(2025, 10, 22, 20, 0, tzinfo=KST)
    for options, record in ((("원본",), {"closed": "RC04"}), ((), {})):
        used = make_booking(-60, options=options, now=now)
        (found,) = decide(completed=[used], records={NUM: make_record("TTF", **record)}, now=now, rules=RULES)
        assert found.sends == ()


def test_an_event_text_that_did_not_go_out_is_tried_again_in_its_hour():
    now = datetime(2025, 10, 22, 20, 20, tzinfo=KST)
    held = {Kind.EVENT: make_claim(ClaimState.RELEASED)}
    used = make_booking(-60, options=("원본",), now=now)
    (found,) = decide(completed=[used], records={NUM: make_record("TTF", claims=held)}, now=now, rules=RULES)
    assert (found.why.value, found.sends, found.retries) == ("retry", (Kind.EVENT,), (Kind.EVENT,))


def test_a_booking_seen_twice_is_decided_once():
    twice = [make_booking(60), make_booking(60)]
    first, second = decide(confirmed=twice, records={}, now=NOW, rules=RULES)
    assert (first.sends, second.sends) == ((Kind.CONFIRM, Kind.GUIDE), ())


# On inputs nobody thought of.

DEFECTS = {"B16", "B19", "B21", "B22", "B25", "B31", "LMS"}


@st.composite
def runs(draw):
    now = draw(NOWS)
    nums = st.integers(1, 5)

    def moment():
        return now + timedelta(microseconds=draw(OFFSETS_US))

    confirmed = [redacted(draw(MINUTES), num=draw(nums), now=moment()) for _ in range(draw(st.integers(0, 5)))]
    completed = [
        redacted(draw(MINUTES), num=draw(nums), options=draw(OPTIONS), now=moment())
        for _ in range(draw(st.integers(0, 4)))
    ]
    starts = {one["booking_num"]: one["start_at"] for one in (*completed, *confirmed)}
    records = []
    for num in sorted(draw(st.sets(nums))):
        one = row(draw(st.text("TF-", min_size=3, max_size=3)), num=num)
        other = (now + timedelta(minutes=draw(MINUTES))).isoformat()
        records.append(one | {"start_at": draw(st.sampled_from([starts.get(one["booking_num"]), other, None]))})
    run = recorded(confirmed=confirmed, completed=completed, records=records, now=now)
    types = dict.fromkeys(("confirm", "event", "guide/1000001"), draw(st.sampled_from(["SMS", "LMS"])))
    run["configuration"] |= {"parity_mode": "corrected", "types": types}
    return run


@settings(max_examples=400, deadline=None)
@given(runs())
def test_every_difference_from_the_legacy_bears_the_name_of_a_defect(run):
    result = compare(run, replay(run))
    assert len(result.intended) == result.missing + result.extra + result.different
    assert {one["id"] for one in result.intended} <= DEFECTS


@settings(max_examples=300, deadline=None)
@given(
    flags=st.text("TF", min_size=3, max_size=3),
    minutes=MINUTES,
    moved=st.one_of(st.none(), MINUTES),
    clock=CLOCKS,
    options=OPTIONS,
)
def test_each_text_is_due_by_its_own_rule_and_no_other(flags, minutes, moved, clock, options):
    """Written down once more: the confirm until the start, the guide in its two hours, the event after."""
    now = datetime.fromisoformat(f"2025-10-22T{clock}+09:00")
    was = None if moved is None else now + timedelta(minutes=moved)
    record = {NUM: replace(make_record(flags), start_at=was)}
    booking = make_booking(minutes, options=tuple(options), now=now)
    (found,) = decide(confirmed=[booking], records=record, now=now, rules=RULES)
    anew = moved is not None and moved != minutes and minutes >= 120
    expected = [Kind.CONFIRM] if flags[0] == "F" and minutes > 0 else []
    expected += [Kind.GUIDE] if (flags[1] == "F" or anew) and 0 < minutes <= 120 else []
    assert list(found.sends) == expected
    (found,) = decide(completed=[booking], records=record, now=now, rules=RULES)
    day = (now.date() - booking.start_at.astimezone(KST).date()).days
    wanted = any(word in name for name in options for word in RULES.keywords)
    assert bool(found.sends) == (now.hour == 20 and flags[2] == "F" and wanted and day in (0, 1))
