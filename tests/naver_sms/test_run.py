"""Whole passes against imitations on real sockets: what customers get, what is kept, what is reported."""

from __future__ import annotations

import io
import json
import threading
from collections import Counter
from datetime import datetime

import pytest
from tests.naver_sms.fakes import ACCESS_KEY, SECRET_KEY
from tests.naver_sms.world import (
    NOW,
    STORES,
    booking,
    environ,
    open_sqlite,
    record_for,
    seed_dynamo,
    seed_sqlite,
    v22,
)

from naver_sms import aws, handler
from naver_sms.errors import RunFailed
from naver_sms.invoke import invoke
from naver_sms.parity import measure, recorded_document
from naver_sms.record import Claim, ClaimState, Kind
from naver_sms.state import Key
from naver_sms.state.dynamodb import table_definitions
from naver_sms.summary import Invocation, report_sha256

DECIDED = {"by": "owner", "on": "2025-10-01"}


@pytest.fixture
def go(tmp_path, naver, sens):
    """Return a function that makes one pass and returns its report."""

    def once(**changes):
        out = io.StringIO()
        env = environ(tmp_path, naver, sens, **changes)
        invoked = invoke(env, invocation=Invocation(limit_mb=512), time_s=60.0, out=out)
        once.printed = out.getvalue()
        once.shadow = invoked.shadow
        last = json.loads(out.getvalue().splitlines()[-1])
        assert last == invoked.report
        invariants(last)
        return last

    once.printed, once.shadow = "", None
    return once


def invariants(report):
    """Check what must hold in every report, whatever happened."""
    intents, sms, writes, errors = (report[name] for name in ("intents", "sms", "writes", "errors"))
    assert sms["accepted"] == sum(one["accepted"] for one in intents.values())
    assert sms["accepted"] == sms["delivered"] + sms["failed"] + sms["pending"]
    for one in intents.values():
        assert one["due"] == sum(one[name] for name in one if name != "due")
    assert errors["attempted_ops"] == sum(one["n"] for one in report["latency_ms"].values())
    assert errors["count"] == sum(errors["by_class"].values())
    assert writes["attempted"] == writes["succeeded"] + writes["failed"]
    if report["result"] == "ok":
        assert not report["stores"]["failed"] and not writes["failed"]
        assert not any(one["refused"] or one["unknown"] for one in intents.values())
    assert report["evidence"]["report_sha256"] == report_sha256(report)
    assert not any(isinstance(leaf, float) for leaf in leaves(report))


def leaves(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [value]


def counts(report, kind):
    return {name: number for name, number in report["intents"][kind].items() if number}


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


def test_refused_texts_are_released_and_go_out_next_time(go, naver, sens):
    naver.bookings = [booking(1, minutes=60)]
    sens.faults = {1: "refuse:400", 2: "refuse:400"}
    first = go()
    assert (first["result"], first["exit_code"]) == ("partial", 2)
    assert counts(first, "guide") == {"due": 1, "refused": 1}
    assert first["errors"]["by_class"] == {"sens_send.http_400": 2}
    second = go()
    assert second["result"] == "ok" and len(sens.outbox) == 2
    assert {one["id"] for one in second["parity"]["intended"]} == {"B01"}


def test_a_throttled_text_is_tried_again_at_once(go, naver, sens):
    naver.bookings = [booking(1, minutes=180)]
    sens.faults = {1: "refuse:429"}
    report = go()
    assert counts(report, "confirm") == {"due": 1, "accepted": 1} and len(sens.outbox) == 1


def test_a_refused_key_stops_the_rest(go, naver, sens):
    naver.bookings = [booking(n) for n in range(12)]
    sens.faults = dict.fromkeys(range(1, 13), "refuse:401")
    report = go(sends_at_once=1)
    assert counts(report, "confirm") == {"due": 12, "refused": 1, "skipped": 11}
    assert report["result"] == "partial" and sens.sends == 1


@pytest.mark.parametrize(("fault", "reached"), [("accept_then_drop", 1), ("accept_then:500", 1), ("lose", 0)])
def test_a_lost_reply_is_looked_up_before_anything_is_sent_again(go, naver, sens, fault, reached):
    """The customer gets the text once, whichever way the reply was lost."""
    naver.bookings = [booking(1, minutes=180)]
    sens.faults = {1: fault}
    first = go()
    assert counts(first, "confirm") == {"due": 1, "unknown": 1} and first["result"] == "degraded"
    assert len(sens.outbox) == reached
    too_early = go()
    assert too_early["sms"]["attempted"] == 0, "the horizon has not passed: nothing is guessed"
    naver.now = "2025-10-22T14:03:00+09:00"
    third = go()
    settled = {name: number for name, number in third["reconciled"].items() if number}
    assert settled == ({"accepted": 1} if reached else {"released": 1})
    assert len(sens.outbox) == 1
    assert go()["sms"]["attempted"] == 0 and len(sens.outbox) == 1


def test_equal_texts_to_one_customer_are_bound_by_count(go, naver, sens, tmp_path):
    """Two bookings of one customer: one accepted, one lost on the way. The accepted one counts once."""
    naver.bookings = [booking(1, phone="01000000009"), booking(2, phone="01000000009")]
    sens.faults = {1: "lose"}
    first = go(sends_at_once=1)
    assert counts(first, "confirm") == {"due": 2, "accepted": 1, "unknown": 1}
    naver.now = "2025-10-22T14:03:00+09:00"
    second = go()
    assert second["reconciled"]["released"] == 1 and counts(second, "confirm") == {"due": 1, "accepted": 1}
    assert len(sens.outbox) == 2


def test_a_claim_left_by_a_crash_is_found_and_settled(go, naver, sens, tmp_path):
    raw = booking(1, minutes=180)
    naver.bookings = [raw]
    record = record_for(raw, confirm=False)
    state = open_sqlite(tmp_path)
    state.create(record)
    at = datetime.fromisoformat("2025-10-22T13:40:00+09:00")
    state.claim(record, Kind.CONFIRM, Claim(state=ClaimState.CLAIMED, run_id="dead", at=at, hash="h", attempt=1))
    state.shut()
    report = go()
    assert report["reconciled"]["released"] == 1 and len(sens.outbox) == 1


def test_results_that_come_late_are_taken_by_the_next_run(go, naver, sens, tmp_path):
    naver.bookings = [booking(1)]
    sens.ready_polls = 1_000
    first = go(delivery_wait_s="0.3")
    assert first["sms"]["pending"] == 1 and first["result"] == "degraded"
    sens.ready_polls = 0
    assert go()["sms"]["attempted"] == 0
    state = open_sqlite(tmp_path)
    assert state.open_claims() == []
    state.shut()


def test_a_text_the_carrier_could_not_deliver_is_counted_with_its_code(go, naver, sens):
    naver.bookings = [booking(1), booking(2)]
    sens.late_codes = {"01000000002": "3001"}
    report = go()
    assert report["sms"]["delivered"] == 1 and report["sms"]["failed"] == 1
    assert report["sms"]["by_code"] == {"0": 1, "3001": 1} and report["result"] == "degraded"


def test_two_runs_at_once_send_each_text_once(tmp_path, naver, sens):
    naver.bookings, records = v22()
    naver.latency_s = 0.02
    seed_sqlite(tmp_path, records)
    env = environ(tmp_path, naver, sens)
    results = []
    barrier = threading.Barrier(2)

    def race():
        barrier.wait()
        results.append(invoke(env, invocation=Invocation(), time_s=60.0, out=io.StringIO()).report)

    threads = [threading.Thread(target=race) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(one["sms"]["accepted"] for one in results) == 20
    assert max(Counter((one["to"], one["content"]) for one in sens.outbox).values()) == 1
    assert {one["result"] for one in results} <= {"ok", "skipped_overlap"}


def test_two_runs_without_the_lease_still_send_each_text_once(tmp_path, naver, sens, monkeypatch):
    """The lease saves work; the claims are what keeps texts from going out twice."""
    from naver_sms.state.sqlite import SqliteState

    monkeypatch.setattr(SqliteState, "take_lease", lambda *_args, **_more: True)
    naver.bookings, records = v22()
    naver.latency_s = 0.01
    seed_sqlite(tmp_path, records)
    env = environ(tmp_path, naver, sens)
    results = []

    def race():
        results.append(invoke(env, invocation=Invocation(), time_s=60.0, out=io.StringIO()).report)

    threads = [threading.Thread(target=race) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for one in results:
        invariants(one)
    assert len(sens.outbox) == 20
    assert max(Counter((one["to"], one["content"]) for one in sens.outbox).values()) == 1


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
    assert any("'stores'" in one for one in invoked.report["problems"])
    invariants(invoked.report)


class Context:
    """What the platform hands to the handler."""

    aws_request_id = "00000000-0000-0000-0000-000000000001"
    function_name = "example-sms-v2"
    memory_limit_in_mb = "512"

    def get_remaining_time_in_millis(self):
        return 300_000


@pytest.fixture
def lambda_env(tmp_path, naver, sens, aws_env, monkeypatch):
    """Set the environment of the function, its tables made anew."""
    client = aws.client("dynamodb")
    for definition in table_definitions():
        if definition["TableName"] in client.list_tables()["TableNames"]:
            client.delete_table(TableName=definition["TableName"])
        client.create_table(**definition)
    env = environ(tmp_path, naver, sens) | {"NAVER_SMS_STATE": "dynamodb"}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return client


@pytest.mark.parametrize("legacy", [False, True])
def test_the_handler_serves_v22_on_dynamodb(lambda_env, naver, sens, capfd, legacy):
    naver.bookings, records = v22()
    seed_dynamo(lambda_env, records, legacy=legacy)
    answer = handler.handler({"source": "aws.events"}, Context())
    report = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert answer["result"] == report["result"] == "ok"
    assert report["request_id"] == Context.aws_request_id and report["memory"]["limit_mb"] == 512
    assert (report["sms"]["accepted"], report["writes"]["attempted"]) == (20, 20)
    assert report["bookings"]["completed_seen"] == 34 and report["trigger"] == "schedule"
    assert report["parity"]["percent"] == "100.00" and len(sens.outbox) == 20


def test_the_handler_raises_after_the_report_so_that_the_platform_counts_it(lambda_env, naver, capfd):
    naver.auth = "401"
    with pytest.raises(RunFailed, match="auth_expired"):
        handler.handler({}, Context())
    assert json.loads(capfd.readouterr().out.splitlines()[-1])["exit_code"] == 3


def test_cookies_and_keys_may_lie_in_secrets_and_in_the_session_table(lambda_env, naver, sens, monkeypatch, capfd):
    secrets = aws.client("secretsmanager")
    pair = json.dumps({"access_key": ACCESS_KEY, "secret_key": SECRET_KEY})
    secrets.create_secret(Name="example/sens", SecretString=pair)
    rows = [{"name": one, "value": "x", "domain": ".naver.com", "path": "/"} for one in ("NID_AUT", "NID_SES")]
    secrets.create_secret(Name="example/cookies", SecretString=json.dumps(rows))
    lambda_env.put_item(TableName="session", Item={"id": {"S": "1"}, "cookies": {"S": json.dumps(rows)}})
    naver.bookings = [booking(1)]
    monkeypatch.setenv("NAVER_SMS_SENS_KEY", "secret:example/sens")
    monkeypatch.delenv("NAVER_SMS_SENS_SECRET_KEY")
    for reference in ("secret:example/cookies", "table:1"):
        monkeypatch.setenv("NAVER_SMS_COOKIES", reference)
        assert handler.handler({}, Context())["result"] == "ok"
        report = json.loads(capfd.readouterr().out.splitlines()[-1])
        assert report["cookies"]["source"] == reference.partition(":")[0]
    assert len(sens.outbox) == 1


def test_a_state_table_that_is_not_there_fails_before_anything_is_sent(lambda_env, naver, sens, monkeypatch, capfd):
    naver.bookings = [booking(1, minutes=60)]
    monkeypatch.setenv("NAVER_SMS_SMS_TABLE", "absent")
    with pytest.raises(RunFailed, match="failed"):
        handler.handler({}, Context())
    report = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert (report["sms"]["attempted"], sens.sends) == (0, 0)


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


def test_what_nobody_expected_is_reported_and_then_raised(tmp_path, naver, sens, monkeypatch):
    """A claim that breaks in an unforeseen way ends the run loudly, after the other texts and the report."""
    from naver_sms.state.sqlite import SqliteState

    claim = SqliteState.claim

    def broken(self, record, kind, a_claim):
        if record.booking_num.endswith("_1"):
            raise ZeroDivisionError
        return claim(self, record, kind, a_claim)

    monkeypatch.setattr(SqliteState, "claim", broken)
    naver.bookings = [booking(1), booking(2)]
    out = io.StringIO()
    with pytest.raises(ZeroDivisionError):
        invoke(environ(tmp_path, naver, sens), invocation=Invocation(), time_s=60.0, out=out)
    report = json.loads(out.getvalue().splitlines()[-1])
    assert (report["result"], report["exit_code"]) == ("failed", 1)
    assert report["problems"] == ["the run broke off (ZeroDivisionError)"]
    assert len(sens.outbox) == 1


def test_at_the_deadline_the_rest_is_skipped_and_the_run_is_partial(go, naver, sens):
    naver.bookings = [booking(n, minutes=200 + n) for n in range(4)]
    report = go(sens_rate=4, deadline_s="0.4")
    confirm = report["intents"]["confirm"]
    assert confirm["accepted"] + confirm["skipped"] == 4
    assert confirm["skipped"] >= 1
    assert report["result"] == "partial"
    assert go()["intents"]["confirm"]["accepted"] == 0, "strict parity: a confirm not begun is not due again"
