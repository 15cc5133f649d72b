"""The rules of the shipped files are the built-in decisions; and what an owner may want, in the owner's own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.naver_sms.test_due import make_booking, make_claim, make_record

from naver_sms import due
from naver_sms.decision import NEW, Rules, Standing, row_of
from naver_sms.law import Purpose
from naver_sms.record import KST, ClaimState, Kind
from naver_sms.rulebook import Rule, RuleBook, Send, When, decide
from naver_sms.ruled import by_rules
from naver_sms.rules_check import shipped
from naver_sms.rules_file import read_rules
from naver_sms.state import Loaded

WORDS = ("네이버", "인스타", "원본")
BUILT_IN = {"legacy": Rules(keywords=WORDS), "default": Rules(keywords=WORDS, corrected=True)}
BOOKS = {name: read_rules(shipped(name), name=name, keywords=WORDS)[0] for name in BUILT_IN}

MOMENTS = st.builds(
    lambda hours, minutes: datetime(2025, 10, 22, tzinfo=KST) + timedelta(hours=hours, minutes=minutes),
    st.sampled_from([0, 8, 14, 19, 20, 21]),
    st.sampled_from([0, 1, 30, 59]),
)
LEFT = st.one_of(
    st.sampled_from([-1440, -60, 0, 1, 60, 119, 120, 121, 180, 1440]), st.integers(min_value=-5000, max_value=5000)
)
CLAIMS = st.dictionaries(
    st.sampled_from(list(Kind)),
    st.builds(make_claim, st.sampled_from(list(ClaimState)), st.sampled_from([1, 2, 3])),
)
RECORDS = st.one_of(
    st.none(),
    st.builds(
        lambda flags, claims, closed, created: (flags, claims, closed, created),
        st.text("TF-", min_size=3, max_size=3),
        CLAIMS,
        st.sampled_from([None, None, "RC04", "expired"]),
        st.sampled_from([None, "run"]),
    ),
)


@settings(max_examples=1500, deadline=None)
@given(
    name=st.sampled_from(sorted(BUILT_IN)),
    status=st.sampled_from(["RC03", "RC08"]),
    now=MOMENTS,
    left=LEFT,
    drawn=RECORDS,
    moved=st.sampled_from([None, 0, 300]),
    options=st.sampled_from([(), ("원본 파일",), ("기본",)]),
    reachable=st.booleans(),
    by_day=st.booleans(),
)
def test_the_shipped_rules_are_the_built_in_decisions(
    name, status, now, left, drawn, moved, options, reachable, by_day
):
    booking = replace(make_booking(left, options=options, now=now), status=status, by_day=by_day)
    booking = booking if reachable else replace(booking, phone=None)
    record = None
    if drawn is not None:
        flags, claims, closed, created = drawn
        record = make_record(flags, claims=claims, closed=closed, created_run=created)
        start = None if moved is None else booking.start_at + timedelta(minutes=moved)
        record = replace(record, start_at=start)
    lists = {"confirmed": [booking]} if status == "RC03" else {"completed": [booking]}
    records = {} if record is None else {booking.booking_num: record}
    (built_in,) = due.decide(**lists, records=records, now=now, rules=BUILT_IN[name])
    if built_in.failed:
        return  # a row without a flag that the rules need: nothing of it is acted on
    row = None if record is None else row_of(record)
    for kind in built_in.reopen:
        row = row.having(kind, Standing.OPEN)
    for kind in built_in.again:
        row = row.having(kind, Standing.OWED)
    found = decide(BOOKS[name], booking, row, now)
    assert {one.kind for one in found} == set(built_in.sends)
    assert {one.kind for one in found if one.owed} == set(built_in.retries)


def test_a_rule_reaches_as_far_back_as_its_record_is_kept_and_no_further():
    """Without a record a visit of long ago would be new at every run; with one the owner's rule says what is due."""
    booking = replace(make_booking(-91 * 24 * 60, now=START), status="RC03")
    send = Send(kind=Kind.CONFIRM, template="confirm", purpose=Purpose.INFORMATION)
    text = RuleBook(rules=(Rule(name="late", when=When(open=(Kind.CONFIRM,), starts="past"), send=send),))
    assert decide(text, booking, None, START) == ()
    assert [one.kind for one in decide(text, booking, make_record("FFF"), START)] == [Kind.CONFIRM]
    assert decide(text, booking, make_record("TFF"), START) == ()
    line = RuleBook(rules=(Rule(name="listed", when=When(starts="past"), notify=("slack",)),))
    known = make_record("TFF")
    assert decide(line, booking, known, START, beside={}) == (), "nothing would remember it"
    own = replace(make_record("FTT"), booking_num=f"{booking.booking_num}#listed")
    assert len(decide(line, booking, known, START, beside={own.booking_num: own})) == 1
    assert len(decide(line, replace(booking, start_at=START - 2 * HOUR), known, START, beside={})) == 1


HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
START = datetime(2025, 10, 22, 14, 0, tzinfo=KST)


@pytest.mark.parametrize(
    ("when", "inside", "outside"),
    [
        (When(before_start=HOUR), [HOUR, INSTANT], [HOUR + INSTANT, timedelta(0), -INSTANT]),
        (When(before_start_under=HOUR), [HOUR - INSTANT, INSTANT], [HOUR, timedelta(0), -INSTANT]),
        (When(starts="future"), [INSTANT], [timedelta(0), -INSTANT]),
        (When(starts="past"), [timedelta(0), -INSTANT], [INSTANT]),
        (When(between=(time(9), time(14))), [5 * HOUR, INSTANT], [timedelta(0), 5 * HOUR + INSTANT]),
        (When(between=(time(22), time(9))), [16 * HOUR, 5 * HOUR + INSTANT], [5 * HOUR, 16 * HOUR + INSTANT]),
        (When(used_within=2), [timedelta(0), -57 * HOUR, 14 * HOUR], [14 * HOUR + INSTANT, -58 * HOUR]),
        (When(date_range=(START.date(), START.date())), [HOUR], []),
        (When(date_range=(date(2025, 10, 1), date(2025, 10, 21))), [], [HOUR]),
        (When(date_range=(date(2025, 10, 23), date(2025, 10, 31))), [], [HOUR]),
    ],
)
def test_the_times_of_an_owners_rule_hold_to_the_instant(when, inside, outside):
    """By how long before the start it is asked: each border belongs to the side on which the reference puts it."""
    for left, holds in [*((left, True) for left in inside), *((left, False) for left in outside)]:
        booking = replace(make_booking(0, now=START), status="RC03")
        assert bool(decide(one_rule(when), booking, None, START - left)) is holds, left


def one_rule(when):
    """Return a book whose only rule writes a line to the owner's chat."""
    return RuleBook(rules=(Rule(name="one", when=when, notify=("telegram",)),), keywords=WORDS)


@pytest.mark.parametrize(
    ("when", "changes", "holds"),
    [
        (When(option_keyword=()), {"options": ("원본 파일",)}, True),
        (When(option_keyword=()), {"options": ("주차",)}, False),
        (When(option_keyword=("주차",)), {"options": ("원본", "주차 1대")}, True),
        (When(option_keyword=("주차",), min_count=2), {"options": ("주차",)}, False),
        (When(option_keyword=("주차",), min_count=2), {"options": ("원본", "주차"), "option_counts": (3, 1)}, False),
        (When(option_keyword=("주차",), min_count=2), {"options": ("원본", "주차"), "option_counts": (1, 2)}, True),
        (When(unit="day"), {"by_day": True}, True),
        (When(unit="day"), {"by_day": False}, False),
        (When(unit="time"), {"by_day": True}, False),
        (When(stores=("1000002",)), {}, False),
        (When(stores=("1000001",)), {}, True),
    ],
)
def test_what_an_owners_rule_asks_of_a_booking(when, changes, holds):
    booking = replace(make_booking(60), status="RC03", **changes)
    assert bool(decide(one_rule(when), booking, None, START)) is holds


def test_a_rule_for_texts_that_are_owed_holds_for_no_other():
    """An earlier run began it and it did not go out; one that was never begun, and one that arrived, are not owed."""
    owed = make_record("TFF", claims={Kind.GUIDE: make_claim(ClaimState.RELEASED)})
    booking = replace(make_booking(60), status="RC03")
    for record, holds in ((owed, True), (make_record("TFF"), False), (make_record("TTF"), False), (None, False)):
        assert bool(decide(one_rule(When(owed=(Kind.GUIDE,))), booking, record, START)) is holds


def test_no_rule_sends_a_kind_twice_for_one_booking():
    text = """
rules:
  - {name: one, when: {status: [RC03]}, send: {kind: confirm, template: a, purpose: information}}
  - {name: two, when: {status: [RC03]}, send: {kind: confirm, template: b, purpose: information}}
"""
    booking = replace(make_booking(60), status="RC03")
    found = decide(read_rules(text)[0], booking, NEW, booking.start_at)
    assert [one.rule.name for one in found] == ["one"]


def test_a_booking_that_a_moving_list_shows_twice_gets_its_texts_once():
    now = datetime(2025, 10, 22, 14, 0, tzinfo=KST)
    twice = [replace(make_booking(60, now=now), status="RC03")] * 2
    decisions = due.decide(confirmed=twice, records={}, now=now, rules=BUILT_IN["default"])
    found = by_rules(BOOKS["default"], decisions, records={}, now=now, load=lambda _keys: Loaded(records={}))
    first, second = found.decisions
    assert set(first.sends) == {Kind.CONFIRM, Kind.GUIDE} and second.sends == ()


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        decide(BOOKS["default"], make_booking(60), None, datetime(2025, 10, 22))  # noqa: DTZ001
