"""Whole passes under the corrected rules: what customers get otherwise than from the legacy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.naver_sms.world import NOW, STORES, booking, open_sqlite, record_for, seed_sqlite

from naver_sms.record import Claim, ClaimState, Kind
from naver_sms.state import Change, Key


def names(report):
    return {one["id"] for one in report["parity"]["intended"]}


def test_short_texts_go_out_as_sms_and_every_text_from_its_store(go, naver, sens):
    naver.bookings = [booking(1, store=STORES[3], minutes=60)]
    report = go(parity_mode="corrected")
    assert (report["parity_mode"], report["result"], report["sms"]["by_type"]) == (
        "corrected",
        "ok",
        {"SMS": 2, "LMS": 0},
    )
    assert {(one["type"], one["from"], one["subject"]) for one in sens.outbox} == {("SMS", "0200000003", None)}
    assert names(report) == {"B25", "LMS"}


def test_a_long_text_stays_an_lms_with_its_subject(go, naver, sens):
    naver.bookings = [booking(1)]
    long = {"confirm": "가" * 46, "event": "가", **{f"guide/{one}": "가" for one in STORES}}
    go(parity_mode="corrected", templates=long)
    assert [(one["type"], one["subject"]) for one in sens.outbox] == [("LMS", "예약 안내")]


def test_a_booking_already_begun_is_recorded_and_gets_no_confirm(go, naver, sens, tmp_path):
    naver.bookings = [booking(1, minutes=-30)]
    report = go(parity_mode="corrected")
    assert (report["bookings"]["new"], report["sms"]["attempted"], sens.outbox) == (1, 0, [])
    assert report["parity"]["percent"] == "0.00" and names(report) == {"B16"}
    again = go(parity_mode="corrected")
    assert (again["bookings"]["new"], again["sms"]["attempted"]) == (0, 0)


def test_a_confirm_that_was_never_sent_is_sent_while_it_is_of_use(go, naver, sens, tmp_path):
    naver.bookings = [booking(1, minutes=600)]
    seed_sqlite(tmp_path, [record_for(naver.bookings[0], confirm=False)])
    assert go()["sms"]["attempted"] == 0
    report = go(parity_mode="corrected")
    assert report["intents"]["confirm"]["accepted"] == 1 and names(report) == {"B21"}


def test_a_reminded_booking_that_moves_to_another_day_is_reminded_again(go, naver, sens, tmp_path):
    """The reminder of today stays in the records; the one of tomorrow goes out in its own two hours."""
    before = booking(1, minutes=60)
    seed_sqlite(tmp_path, [record_for(before)])
    naver.bookings = [before]
    assert go(parity_mode="corrected")["intents"]["guide"]["accepted"] == 1
    naver.bookings = [booking(1, minutes=60 + 1440)]
    moved = go(parity_mode="corrected")
    assert (moved["bookings"]["moved"], moved["sms"]["attempted"], moved["writes"]["succeeded"]) == (1, 0, 1)
    assert names(moved) == {"B31"}
    state = open_sqlite(tmp_path)
    record = state.load([Key("1000001_1", "010-0000-0001")]).records["1000001_1"]
    kept = state._db.execute("SELECT gen, state FROM intent WHERE kind = 'guide'").fetchall()
    state.shut()
    assert (record.start_at, record.guide) == (NOW + timedelta(minutes=1500), False)
    assert kept == [(1, "delivered")]
    naver.now = (NOW + timedelta(minutes=1440)).isoformat()
    assert go(parity_mode="corrected")["intents"]["guide"]["accepted"] == 1
    assert len(sens.outbox) == 2


OWN = """rules:
  - name: guide
    when: {status: [RC03], open: guide, unit: time, before_start: {minutes: 120}}
    send: {kind: guide, template: guide, purpose: information}
templates:
  guide: 오늘 뵙겠습니다.
"""


@pytest.mark.parametrize("rules", [None, OWN], ids=["built in", "the owner's"])
def test_a_guide_in_doubt_whose_booking_moved_is_owed_for_the_new_time_and_not_told_as_lost(
    go, naver, sens, tmp_path, rules
):
    """Its old time has passed when SENS denies it; the run sees in the booking that it is of use all the same."""
    if rules is not None:
        (tmp_path / "own.yaml").write_text(rules, "utf-8")
    more = {} if rules is None else {"rules": f"file:{tmp_path / 'own.yaml'}", "sender_name": "예시"}
    before = booking(1, minutes=-30)
    record = record_for(before)
    seed_sqlite(tmp_path, [record])
    claim = Claim(state=ClaimState.UNKNOWN, run_id="r", at=NOW - timedelta(minutes=60), hash="h", attempt=1)
    state = open_sqlite(tmp_path)
    assert state.claim(record, Kind.GUIDE, replace(claim, state=ClaimState.CLAIMED))
    change = Change(run_id="r", states=(ClaimState.CLAIMED,), to=ClaimState.UNKNOWN)
    assert state.settle(record, Kind.GUIDE, change)
    state.shut()
    naver.bookings = [booking(1, minutes=60)]
    report = go(parity_mode="corrected", **more)
    assert (report["bookings"]["moved"], report["intents"]["guide"]["accepted"]) == (1, 1)
    assert (report["sms"]["repeated"], report["evidence"]["lost"]) == (1, [])
    assert "B01" in names(report), "the old job would have lost it"
    assert len(sens.outbox) == 1
    assert go(parity_mode="corrected", **more)["sms"]["attempted"] == 0


def test_a_guide_in_doubt_whose_booking_did_not_move_is_told_as_lost(go, naver, sens, tmp_path):
    record = record_for(booking(1, minutes=-30))
    seed_sqlite(tmp_path, [record])
    state = open_sqlite(tmp_path)
    claim = Claim(state=ClaimState.CLAIMED, run_id="r", at=NOW - timedelta(minutes=60), hash="h", attempt=1)
    assert state.claim(record, Kind.GUIDE, claim)
    state.shut()
    naver.bookings = [booking(1, minutes=-30)]
    report = go(parity_mode="corrected")
    assert [(one["booking"], one["ended"]) for one in report["evidence"]["lost"]] == [("1000001_1", "abandoned")]
    assert sens.outbox == []


def test_a_moved_booking_under_the_strict_rules_stays_as_it_was(go, naver, sens, tmp_path):
    seed_sqlite(tmp_path, [record_for(booking(1, minutes=60), guide=True)])
    naver.bookings = [booking(1, minutes=1500)]
    report = go()
    assert (report["bookings"]["moved"], report["sms"]["attempted"]) == (0, 0)


def test_the_switch_from_strict_to_corrected_sends_nobody_anything_twice(go, naver, sens):
    naver.bookings = [booking(number, minutes=30 * number) for number in range(-3, 9)]
    go()
    texts = len(sens.outbox)
    assert go(parity_mode="corrected")["sms"]["attempted"] == 0
    assert len(sens.outbox) == texts
