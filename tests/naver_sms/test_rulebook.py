"""The rules of the shipped files are the built-in decisions; and what an owner may want, in the owner's own words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.naver_sms.test_due import make_booking, make_claim, make_record

from naver_sms import due
from naver_sms.decision import NEW, Rules, Standing, row_of
from naver_sms.record import KST, ClaimState, Kind
from naver_sms.rulebook import decide
from naver_sms.rules_check import shipped
from naver_sms.rules_file import read_rules

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
    from dataclasses import replace

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
    found = decide(BOOKS[name], booking, row, now)
    assert {one.kind for one in found} == set(built_in.sends)
    assert {one.kind for one in found if one.owed} == set(built_in.retries)


def test_no_rule_sends_a_kind_twice_for_one_booking():
    text = """
rules:
  - {name: one, when: {status: [RC03]}, send: {kind: confirm, template: a, purpose: information}}
  - {name: two, when: {status: [RC03]}, send: {kind: confirm, template: b, purpose: information}}
"""
    from dataclasses import replace

    found = decide(read_rules(text)[0], replace(make_booking(60), status="RC03"), NEW, datetime.now(KST))
    assert [one.rule.name for one in found] == ["one"]


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        decide(BOOKS["default"], make_booking(60), None, datetime(2025, 10, 22))  # noqa: DTZ001
