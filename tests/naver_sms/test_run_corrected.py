"""Whole passes under the corrected rules: what customers get otherwise than from the legacy."""

from __future__ import annotations

from datetime import timedelta

from tests.naver_sms.world import NOW, STORES, booking, open_sqlite, record_for, seed_sqlite

from naver_sms.state import Key


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
