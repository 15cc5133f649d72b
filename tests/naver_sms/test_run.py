"""Whole passes against imitations on real sockets: what customers get, what is kept, what is reported."""

from __future__ import annotations

import io
import json

import pytest
from tests.naver_sms.fakes import ACCESS_KEY, SECRET_KEY
from tests.naver_sms.reporting import counts, invariants
from tests.naver_sms.world import NOW, STORES, booking, open_sqlite, record_for, seed_sqlite, v22

from naver_sms.invoke import invoke
from naver_sms.parity import measure
from naver_sms.record import ClaimState
from naver_sms.recorded import recorded_document
from naver_sms.state import Key
from naver_sms.summary import Invocation

DECIDED = {"by": "owner", "on": "2025-10-01"}


def test_v22_eight_new_twelve_reminders_twenty_texts_twenty_writes(go, naver, sens, tmp_path):
    naver.bookings, records = v22()
    seed_sqlite(tmp_path, records)
    report = go()
    assert (report["result"], report["exit_code"]) == ("ok", 0)
    assert report["bookings"]["confirmed_seen"] == 147 and report["bookings"]["completed_seen"] == 34
    assert (report["bookings"]["new"], report["intents"]["guide"]["accepted"]) == (8, 12)
    assert report["sms"] == {
        "attempted": 20,
        "accepted": 20,
        "delivered": 20,
        "failed": 0,
        "pending": 0,
        "repeated": 0,
        "by_type": {"SMS": 0, "LMS": 20},
        "by_code": {"0": 20},
    }
    assert report["writes"] == {"attempted": 20, "succeeded": 20, "failed": 0, "calls": 70}
    assert (report["parity"]["compared"], report["parity"]["percent"]) == (40, "100.00")
    assert report["errors"]["rate"] == "0.000000"
    assert len(sens.outbox) == 20 and sens.refused_signatures == 0
    again = go()
    assert (again["result"], again["sms"]["attempted"], again["writes"]["attempted"]) == ("ok", 0, 0)
    assert again["parity"]["percent"] is None


def test_v23_three_of_the_new_are_near_and_get_both_texts(go, naver, sens, tmp_path):
    naver.bookings, records = v22(near_new=3)
    seed_sqlite(tmp_path, records)
    report = go()
    assert (report["sms"]["accepted"], report["writes"]["attempted"]) == (23, 20)
    assert report["intents"]["guide"]["accepted"] == 15


def test_each_text_goes_out_from_its_number_with_its_words(go, naver, sens):
    naver.bookings = [booking(1, store=STORES[3], minutes=60)]
    go()
    texts = {one["content"]: one for one in sens.outbox}
    guide = texts[f"{STORES[3]} 안내: 문 번호는 예시입니다"]
    assert guide["from"] == "0200000003" and guide["type"] == "LMS" and guide["subject"] == "예약 안내"
    assert texts["예약이 확정되었습니다"]["from"] == "0200000000"
    assert {one["to"] for one in sens.outbox} == {"01000000001"}


@pytest.mark.parametrize("auth", ["redirect", "401", "403", "html"])
def test_signed_out_sends_nothing_writes_nothing_and_exits_3(go, naver, sens, auth, tmp_path):
    naver.bookings, naver.auth = [booking(1, minutes=60)], auth
    report = go()
    assert (report["result"], report["exit_code"]) == ("auth_expired", 3)
    assert (report["writes"]["calls"], report["sms"]["attempted"], sens.sends) == (0, 0, 0)
    assert report["cookies"]["probe"] != "ok" and report["parity"] is None


def test_a_store_that_fails_is_named_and_the_others_are_served(go, naver, sens):
    naver.bookings = [booking(n, store=one, minutes=180) for n, one in enumerate(STORES)]
    naver.broken = {STORES[2]: 503, STORES[5]: 404}
    report = go()
    assert (report["result"], report["exit_code"]) == ("partial", 2)
    failed = {one["id"]: one["class"] for one in report["stores"]["failed"]}
    assert failed == {STORES[2]: "transient", STORES[5]: "store_gone"}
    assert report["stores"]["ok"] == 6 and len(sens.outbox) == 6
    # Count and first page, three tries each.
    assert report["errors"]["by_class"]["naver.transient"] == 6


def test_no_store_at_all_is_failed_not_an_empty_day(go, naver):
    naver.broken = dict.fromkeys(STORES, 404)
    assert go()["result"] == "failed"


def test_a_malformed_booking_is_set_aside_and_the_rest_served(go, naver, sens):
    naver.bookings = [
        booking(1),
        booking(2, snapshotJson={"startDateTime": "2025-10-22T09:00:00", "globalTimezone": "Asia/Seoul"}),
        booking(3, snapshotJson={"startDateTime": "2025-10-22T09:00:00Z", "globalTimezone": "Asia/Tokyo"}),
        booking(4, name=None),
    ]
    report = go()
    assert (report["result"], report["bookings"]["quarantined"], len(sens.outbox)) == ("partial", 2, 2)


def test_a_number_that_takes_no_texts_is_counted_not_sent(go, naver, sens):
    naver.bookings = [booking(1, phone="0200000001"), booking(2, phone=None)]
    report = go()
    assert (report["result"], sens.sends) == ("degraded", 0)
    assert counts(report, "confirm") == {"due": 2, "skipped": 2}
    assert {one["id"] for one in report["parity"]["intended"]} == {"B18"}


def test_sixty_bookings_of_one_store_need_two_pages(go, naver, sens):
    naver.bookings = [booking(n, minutes=600 + n) for n in range(60)]
    report = go(delivery_wait_s=0)
    assert report["bookings"]["new"] == 60 and len(sens.outbox) == 60
    assert report["sms"]["pending"] == 60 and report["result"] == "degraded"
    assert len([one for one in naver.requests if "page=1" in one]) == 1


def test_events_go_out_in_their_hour_after_the_owners_decision(go, naver, sens, tmp_path):
    used = [booking(n, minutes=-200 - n, status="RC08", options=("네이버 사은품",)) for n in range(3)]
    naver.bookings = used
    seed_sqlite(tmp_path, [record_for(one, guide=True) for one in used])
    naver.now = "2025-10-22T19:59:59+09:00"
    assert counts(go(event_as_information=DECIDED), "event") == {}
    naver.now = "2025-10-22T20:00:00+09:00"
    held = go()
    assert counts(held, "event") == {"due": 3, "skipped": 3}
    assert {one["id"] for one in held["parity"]["intended"]} == {"B23"}
    sent = go(event_as_information=DECIDED)
    assert counts(sent, "event") == {"due": 3, "accepted": 3}
    assert (sent["writes"]["attempted"], sent["parity"]["percent"]) == (3, "100.00")
    assert counts(go(event_as_information=DECIDED), "event") == {}


def test_rows_past_their_time_are_closed(go, naver, tmp_path):
    old = booking(1, minutes=-8 * 1440, status="RC08", options=("원본",))
    naver.bookings = [old]
    seed_sqlite(tmp_path, [record_for(old)])
    report = go()
    assert report["bookings"]["closed"] == 1 and report["bookings"]["completed_seen"] == 0
    assert go()["bookings"]["closed"] == 0


def test_the_recorded_input_gives_the_same_parity_offline(go, naver, tmp_path):
    naver.bookings, records = v22(near_new=2)
    seed_sqlite(tmp_path, records)
    report = go()
    recorded = json.dumps(recorded_document([go.shadow])).encode()
    measured = measure(recorded, measured_at=NOW)
    shared = ("compared", "matched", "missing", "extra", "different", "percent")
    assert {name: measured[name] for name in shared} == {name: report["parity"][name] for name in shared}
    assert measured["inputs"]["bookings"] == 181


def test_nothing_printed_or_recorded_shows_a_person_a_key_or_a_text(go, naver, sens, tmp_path, capfd):
    naver.bookings = [
        booking(1, minutes=60, name="카나리아", phone="01099998888", email="canary@example.invalid"),
        booking(2, phone="canary-phone", name="카나리아"),
        booking(3, name="카나리아", snapshotJson={"canary": "카나리아"}),
    ]
    sens.faults = {1: "refuse:400"}
    go(templates={**{f"guide/{one}": "문비밀 1234" for one in STORES}, "confirm": "문비밀", "event": "문비밀"})
    printed = "".join(capfd.readouterr()) + go.printed + json.dumps(go.shadow, ensure_ascii=False)
    plain = printed.encode().decode("unicode_escape", errors="ignore") + printed
    for secret in ("카나리아", "99998888", "010-9999", "9999-8888", "canary", "문비밀", SECRET_KEY, ACCESS_KEY):
        assert secret not in plain, secret
    assert "010-****-8888" in printed


def test_metrics_are_one_line_for_the_run_and_one_for_each_store(go, naver):
    naver.bookings = [booking(1), booking(2, store=STORES[1])]
    report = go()
    lines = [json.loads(one) for one in go.printed.splitlines()]
    stores = [one for one in lines if "Store" in one]
    (whole,) = [one for one in lines if "_aws" in one and "Store" not in one]
    assert len(stores) == 8 and sum(one["SmsAccepted"] for one in stores) == 2
    assert (whole["SmsDelivered"], whole["ParityPercent"], whole["ErrorRate"]) == (2, 100, 0)
    directive = whole["_aws"]["CloudWatchMetrics"][0]
    assert directive["Namespace"] == "NaverSms" and directive["Dimensions"] == [["Function"]]
    assert {one["Name"] for one in directive["Metrics"]} == whole.keys() - {"_aws", "Function"}
    assert whole["StateWrites"] == report["writes"]["succeeded"]


def test_settings_that_cannot_be_used_are_reported_with_exit_4():
    out = io.StringIO()
    invoked = invoke({}, invocation=Invocation(), time_s=60.0, out=out)
    assert (invoked.report["result"], invoked.report["exit_code"]) == ("config_error", 4)
    assert any("NAVER_SMS_SETTINGS is not set" in one for one in invoked.report["problems"])
    invariants(invoked.report)


def test_the_record_of_each_customer_ends_delivered(go, naver, tmp_path):
    naver.bookings = [booking(1, minutes=60)]
    report = go()
    state = open_sqlite(tmp_path)
    record = state.load([Key(f"{STORES[0]}_1", "010-0000-0001")]).records[f"{STORES[0]}_1"]
    state.shut()
    assert (record.confirm, record.guide, record.event) == (True, True, False)
    assert {claim.state for claim in record.claims.values()} == {ClaimState.DELIVERED}
    messages = {one["message_id"] for one in report["evidence"]["requests"]}
    assert {claim.message_id for claim in record.claims.values()} == messages
