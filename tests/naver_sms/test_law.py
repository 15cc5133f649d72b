"""What Korean law asks: label, opt-out line, content type, basis, and the night, to the minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.naver_sms.test_rules_file import HEAD, problems
from tests.naver_sms.world import STORES, booking, record_for, seed_sqlite

from naver_sms.law import advertisement, basis_holds, may_advertise, months_after, next_allowed
from naver_sms.record import KST

RULES = """
rules:
  - name: review
    when: {status: [RC08], open: event, between: ["20:00", "23:00"], used_within: 0d}
    send: {kind: event, template: review, purpose: advertising, basis: transaction}
templates:
  review: "리뷰를 남기시면 사진을 더 드립니다"
"""


def at(text):
    return datetime.fromisoformat(f"2025-10-22T{text}+09:00")


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("20:54:59.999999", True),
        ("20:55:00", False),
        ("21:00:00", False),
        ("00:00:00", False),
        ("07:59:59.999999", False),
        ("08:00:00", True),
    ],
)
def test_no_advertising_leaves_at_night(moment, allowed):
    assert may_advertise(at(moment)) is allowed


def test_the_next_allowed_moment():
    assert next_allowed(at("20:55:00")) == at("08:00:00") + timedelta(days=1)
    assert next_allowed(at("03:00:00")) == at("08:00:00")
    assert next_allowed(at("12:00:00")) == at("12:00:00")


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1)))  # noqa: DTZ001
def test_the_next_allowed_moment_is_one_and_never_past(naive):
    now = naive.replace(tzinfo=KST)
    assert may_advertise(next_allowed(now))
    assert timedelta(0) <= next_allowed(now) - now < timedelta(hours=11, minutes=6)


@pytest.mark.parametrize(
    ("day", "after"),
    [((2025, 8, 31), (2026, 2, 28)), ((2023, 8, 31), (2024, 2, 29)), ((2025, 4, 22), (2025, 10, 22))],
)
def test_six_months_end_on_the_last_day_of_a_shorter_month(day, after):
    assert months_after(date(*day), 6) == date(*after)


@pytest.mark.parametrize(
    ("used", "holds"), [("2025-04-22", True), ("2025-04-21", False), ("2025-10-22", True), ("2025-10-23", False)]
)
def test_a_transaction_is_a_basis_for_six_months_after_it(used, holds):
    assert basis_holds("transaction", datetime.fromisoformat(used + "T23:59:00+09:00"), at("09:00:00")) is holds


def test_label_sender_and_refusal_are_put_where_they_are_missing():
    whole = "(광고)예시사진관\n새 상품\n무료수신거부 080-000-0000"
    values = {"sender_name": "예시사진관", "optout_number": "080-000-0000"}
    for text in ("새 상품", "(광고)새 상품", "(광고) 예시사진관\n새 상품", "예시사진관\n새 상품\n", whole):
        assert advertisement(text, **values) == whole


@pytest.mark.parametrize("label", ["[광고]", "(광 고)", "<광고>", "광고:", " (광고)", "【광고】"])
def test_a_label_of_another_shape_is_refused(label):
    rule = HEAD + "{status: [RC08]}\n    send: {kind: event, template: t, purpose: advertising, basis: transaction}\n"
    found = problems(rule + f"templates: {{t: '{label} 새 상품'}}\n", sender_name="예시", optout_number="080-000-0000")
    assert any("a label of another shape" in one for one in found)


def test_advertising_needs_a_sender_and_a_way_to_refuse_it():
    found = " ".join(problems(RULES))
    assert "'sender_name' is not set" in found
    assert "'optout_number' is not set" in found


@pytest.fixture
def evening(go, naver, tmp_path):
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES, "utf-8")

    def run(now):
        naver.now = now
        return go(
            ids=STORES[:1],
            rules=f"file:{rules}",
            parity_mode="corrected",
            sender_name="예시사진관",
            optout_number="080-000-0000",
        )

    used = booking(1, minutes=-120, status="RC08")
    naver.bookings = [used]
    seed_sqlite(tmp_path, [record_for(used, guide=True)])
    return run


def test_an_advertisement_is_sent_as_one(evening, sens):
    report = evening("2025-10-22T20:54:00+09:00")
    assert report["intents"]["event"]["accepted"] == 1
    assert sens.outbox[0]["content"] == (
        "(광고)예시사진관\n리뷰를 남기시면 사진을 더 드립니다\n무료수신거부 080-000-0000"
    )
    assert sens.outbox[0]["contentType"] == "AD"


def test_at_night_it_is_moved_to_the_morning_and_goes_out_then_once(evening, sens):
    night = evening("2025-10-22T20:55:00+09:00")
    assert night["intents"]["event"]["skipped"] == 1
    assert night["result"] == "ok"
    assert night["problems"] == ["1 advertising texts moved to 2025-10-23 08:00 Korean time"]
    for moment in ("2025-10-22T21:15:00+09:00", "2025-10-22T22:35:00+09:00", "2025-10-23T03:00:00+09:00"):
        evening(moment)
    assert sens.outbox == []
    morning = evening("2025-10-23T08:00:30+09:00")
    assert morning["intents"]["event"]["accepted"] == 1
    evening("2025-10-23T08:20:30+09:00")
    assert len(sens.outbox) == 1
