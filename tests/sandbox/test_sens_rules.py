"""What else the imitated SMS gateway holds to: unsure facts by switch, reservations, opt-outs, its controls."""

from __future__ import annotations

import threading

import pytest
import urllib3
from tests.patience import PATIENCE_S
from tests.sandbox.sens_rig import BASE, SERVICE, Gateway

from bongsu.sandbox.faults import Fault

RESERVATIONS = f"/sms/v2/services/{SERVICE}/reservations"
OPT_OUTS = f"/sms/v2/services/{SERVICE}/unsubscribes"


@pytest.fixture
def open_gateway(tmp_path):
    made = []

    def opener(**spec):
        made.append(Gateway(tmp_path, **spec))
        return made[-1]

    yield opener
    for one in made:
        one.close()


def delivered(gateway):
    gateway.pass_time(seconds=5)
    return gateway.sens.outbox()


# At the gate.


@pytest.mark.parametrize("header", ["x_ncp_apigw_timestamp", "x_ncp_iam_access_key", "x_ncp_apigw_signature_v2"])
def test_each_header_is_needed(open_gateway, header):
    status, body = open_gateway().call("GET", f"{BASE}?requestId=x", **{header: None})
    assert (status, body["error"]["errorCode"]) == (401, "200")


def test_seconds_in_place_of_milliseconds_are_far_from_the_clock(open_gateway):
    assert open_gateway().call("GET", f"{BASE}?requestId=x", x_ncp_apigw_timestamp="1761109200")[0] == 401


def test_the_query_is_signed_as_it_was_sent(open_gateway):
    gateway = open_gateway()
    path = f"{BASE}?requestStartTime=2025-10-22 14:00:00&requestEndTime=2025-10-22 14:05:00".replace(" ", "%20")
    assert gateway.call("GET", path)[0] == 200
    encoded = path.replace(":00", "%3A00")
    assert gateway.call("GET", encoded)[0] == 200


def test_a_gateway_whose_clock_is_six_minutes_off_refuses_everybody(open_gateway):
    gateway = open_gateway()
    assert gateway.control("PUT", "clock", {"offset_ms": 360_000}) == (200, {"changed": ["clock_offset_ms"]})
    assert gateway.send()[0] == 401
    gateway.control("PUT", "clock", {"offset_ms": 0})
    assert gateway.send()[0] == 202


def test_a_service_that_is_not_enabled_is_forbidden(open_gateway):
    assert open_gateway(enabled=False).send()[0] == 403


def test_a_post_needs_its_content_type_unless_told_otherwise(open_gateway):
    assert open_gateway().call("POST", BASE, body=b"{}", Content_Type="text/plain")[0] == 400
    assert open_gateway(needs_content_type=False).send()[0] == 202


def test_a_body_that_is_too_large_is_refused_by_its_size(open_gateway):
    status, body = open_gateway(body_bytes_max=100).send()
    assert (status, body["error"]["errorCode"]) == (413, "430")


def test_a_rate_may_be_set_and_nothing_is_accepted_beyond_it(open_gateway):
    gateway = open_gateway(sends_per_s_max=2)
    assert [gateway.send()[0] for _ in range(3)] == [202, 202, 429]
    gateway.pass_time(seconds=1)
    assert gateway.send()[0] == 202
    assert len(delivered(gateway)) == 3


def test_errors_of_the_service_itself_may_have_no_body(open_gateway):
    gateway = open_gateway(error_body="empty")
    assert gateway.send(content="") == (400, None)
    assert gateway.call("GET", f"{BASE}/none") == (404, None)
    assert gateway.send(type="LMS")[0] == 202


# What may be sent.


def test_lower_case_types_and_texts_of_each_recipient_are_taken(open_gateway):
    gateway = open_gateway()
    messages = [{"to": "01000000001", "content": "하나"}, {"to": "01000000002", "subject": "둘째"}]
    gateway.send(type="lms", messages=messages)
    outbox = delivered(gateway)
    assert [(one["to"], one["content"]) for one in outbox] == [
        ("01000000001", "하나"),
        ("01000000002", "예약 안내입니다"),
    ]
    assert len({row["requestId"] for row in gateway.rows()}) == 1
    assert [row["type"] for row in gateway.rows()] == ["LMS", "LMS"]


def test_an_mms_without_attachment_goes_out_as_lms(open_gateway):
    gateway = open_gateway()
    gateway.send(type="MMS")
    assert [row["type"] for row in gateway.rows()] == ["LMS"]


def test_a_subject_on_an_sms_is_dropped_or_refused(open_gateway):
    gateway = open_gateway()
    gateway.send(type="SMS")
    row = gateway.rows()[0]
    assert gateway.call("GET", f"{BASE}/{row['messageId']}")[1]["messages"][0]["subject"] == ""
    assert open_gateway(subject_on_sms="refuse").send(type="SMS")[0] == 400


@pytest.mark.parametrize(
    ("switch", "changes"),
    [("refuse_unregistered_from", {"from": "0299999999"}), ("refuse_unsendable_text", {"content": "😀"})],
)
def test_what_fails_late_may_be_refused_at_once(open_gateway, switch, changes):
    late = open_gateway()
    assert late.send(**changes)[0] == 202 and delivered(late) == []
    assert open_gateway(**{switch: True}).send(**changes)[0] == 400


@pytest.mark.parametrize(("extended", "code"), [(True, "0"), (False, "3022")])
def test_syllables_outside_the_standard_may_fail(open_gateway, extended, code):
    gateway = open_gateway(extended_hangul=extended)
    gateway.send(content="뷁")
    gateway.pass_time(seconds=5)
    assert [row["statusCode"] for row in gateway.rows()] == [code]


@pytest.mark.parametrize("character", ["–", "—", "₩", "é", "々", "\u00a0", "\u200b", "❤️", "⬇"])
def test_characters_outside_the_carriers_set_fail_late(open_gateway, character):
    gateway = open_gateway()
    gateway.send(content=f"예약 {character} 안내")
    gateway.pass_time(seconds=5)
    assert [row["statusCode"] for row in gateway.rows()] == ["3022"]


def test_advertising_without_its_label_is_accepted_and_flagged(open_gateway):
    gateway = open_gateway()
    gateway.send(contentType="AD", content="[광고] 사은품")
    gateway.send(contentType="AD", content="(광고) 사은품")
    assert [one["unlabelled_ad"] for one in delivered(gateway)] == [True, False]


# What is listed.


def test_a_list_may_show_texts_and_repeat_its_rows(open_gateway):
    gateway = open_gateway(list_shows_text=True, list_repeats=True)
    gateway.send()
    rows = gateway.rows()
    assert len(rows) == 2 and rows[0] == rows[1] and rows[0]["content"] == "예약 안내입니다"


def test_list_times_may_stand_in_another_zone(open_gateway):
    gateway = open_gateway(list_zone_hours=0)
    gateway.send()
    span = {"requestStartTime": "2025-10-22 05:00:00", "requestEndTime": "2025-10-22 05:01:00"}
    assert [row["requestTime"] for row in gateway.listed(**span)[1]["messages"]] == ["2025-10-22 05:00:00"]
    korean = {name: value.replace(" 05", " 14") for name, value in span.items()}
    assert gateway.listed(**korean)[1]["messages"] == []


@pytest.mark.parametrize("args", [{"colour": "red"}, {"pageSize": "0"}, {"pageSize": "x"}, {"nextToken": "x"}])
def test_an_argument_that_a_list_does_not_have_is_refused(open_gateway, args):
    assert open_gateway().listed(requestId="x", **args)[0] == 400


def test_history_ends_after_ninety_days(open_gateway):
    gateway = open_gateway()
    request_id = gateway.send()[1]["requestId"]
    message_id = gateway.listed(requestId=request_id)[1]["messages"][0]["messageId"]
    gateway.pass_time(days=91)
    assert gateway.listed(requestId=request_id)[1]["messages"] == []
    assert gateway.call("GET", f"{BASE}/{message_id}")[0] == 404


# Reservations and opt-outs.


def test_a_reserved_send_waits_for_its_time(open_gateway):
    gateway = open_gateway()
    status, answer = gateway.send(reserveTime="2025-10-22 14:30")
    assert status == 202 and answer["requestId"].startswith("RSSA-")
    where = f"{RESERVATIONS}/{answer['requestId']}/reserve-status"
    assert gateway.call("GET", where)[1]["reserveStatus"] == "READY" and gateway.rows() == []
    gateway.pass_time(minutes=31)
    assert [one["request_id"] for one in gateway.sens.outbox()] == [answer["requestId"]]
    assert gateway.call("GET", where)[1] == {
        "reserveId": answer["requestId"], "reserveTimeZone": "Asia/Seoul",
        "reserveTime": "2025-10-22 14:30", "reserveStatus": "DONE",
    }  # fmt: skip


def test_a_reservation_is_cancelled_before_its_time_and_not_after(open_gateway):
    gateway = open_gateway()
    reserve_id = gateway.send(reserveTime="2025-10-22 05:30", reserveTimeZone="UTC")[1]["requestId"]
    assert gateway.call("DELETE", f"{RESERVATIONS}/{reserve_id}") == (204, None)
    assert gateway.call("DELETE", f"{RESERVATIONS}/{reserve_id}")[0] == 400
    assert gateway.call("DELETE", f"{RESERVATIONS}/none")[0] == 404
    gateway.pass_time(minutes=31)
    assert gateway.sens.outbox() == []


@pytest.mark.parametrize(
    "when", [{"reserveTime": "2025-10-22T15:00"}, {"reserveTime": "2025-10-22 13:59"}, {"reserveTime": 5}]
)
def test_a_reservation_needs_a_time_to_come(open_gateway, when):
    assert open_gateway().send(**when)[0] == 400


def test_a_reservation_may_need_a_lead(open_gateway):
    assert open_gateway(reserve_lead_min_s=600).send(reserveTime="2025-10-22 14:05")[0] == 400


def test_numbers_opt_out_of_advertising_and_back_in(open_gateway):
    gateway = open_gateway(opted_out=("01000000001",))
    assert gateway.call("POST", OPT_OUTS, body=[{"clientTelNo": "01000000002"}]) == (201, None)
    listed = gateway.call("GET", OPT_OUTS)[1]
    assert [(one["clientTelNo"], one["registerType"]) for one in listed] == [("01000000001", "C"), ("01000000002", "M")]
    gateway.send("01000000001", "01000000002", contentType="AD", content="(광고) 사은품")
    gateway.send("01000000002")
    gateway.pass_time(seconds=5)
    assert [row["statusCode"] for row in gateway.rows()] == ["3006", "3006", "0"]
    assert gateway.call("DELETE", OPT_OUTS, body=[{"clientTelNo": "01000000002"}])[0] == 204
    gateway.send("01000000002", contentType="AD", content="(광고) 사은품")
    gateway.pass_time(seconds=5)
    assert gateway.rows()[-1]["statusCode"] == "0"
    assert open_gateway(optout_status=200).call("POST", OPT_OUTS, body=[])[0] == 200


@pytest.mark.parametrize(
    "body", [{"clientTelNo": "01000000001"}, ["01000000001"], [{"clientTelNo": "010-0000-0001"}], b"x"]
)
def test_an_opt_out_list_is_an_array_of_numbers(open_gateway, body):
    assert open_gateway().call("POST", OPT_OUTS, body=body)[0] == 400


# Controls and faults.


def test_a_fault_may_be_for_one_recipient(open_gateway):
    gateway = open_gateway()
    order = [{"operation": "send", "about": "01000000007", "kind": "status", "status": 500, "stored": True}]
    assert gateway.control("PUT", "faults", order)[0] == 200
    statuses = [gateway.send(f"0100000000{number}")[0] for number in (6, 7, 8, 7)]
    assert statuses == [202, 500, 202, 202]
    assert len(delivered(gateway)) == 4


@pytest.mark.parametrize("status", [500, 503, 504])
def test_accepted_and_then_an_error_leaves_the_message_with_the_customer(open_gateway, status):
    gateway = open_gateway()
    gateway.faults.add(Fault(service="sens", operation="send", kind="status", status=status, stored=True))
    assert gateway.send()[0] == status
    assert len(delivered(gateway)) == 1


def test_slower_than_the_client_waits_and_accepted_all_the_same(open_gateway):
    gateway = open_gateway()
    gateway.faults.add(Fault(service="sens", operation="send", kind="slow", wall_ms=60_000))
    reached, pause = threading.Event(), gateway.faults.pause
    gateway.faults.pause = lambda wall_ms: reached.set() or pause(wall_ms)
    gateway.http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=PATIENCE_S, read=0.05))
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        gateway.send()
    assert reached.wait(PATIENCE_S), "it may be given up before it was read"
    gateway.faults.close()
    assert len(delivered(gateway)) == 1


@pytest.mark.parametrize("prefix", ["__sandbox__", "__fake__"])
def test_switches_outbox_and_requests_are_at_hand_while_it_runs(open_gateway, prefix):
    gateway = open_gateway()
    assert gateway.control("PUT", "settings", {"fail_to": {"01000000001": "2003"}}, prefix=prefix)[0] == 200
    gateway.send("01000000001", "01000000002")
    gateway.pass_time(seconds=5)
    assert [one["to"] for one in gateway.control("GET", "outbox", prefix=prefix)[1]] == ["01000000002"]
    requests = gateway.control("GET", "requests", prefix=prefix)[1]
    assert [(one["operation"], one["status"], one["fates"]) for one in requests] == [("send", 202, ["2003", "0"])]
    assert gateway.control("PUT", "settings", {"colour": "red"}, prefix=prefix)[0] == 400
    assert gateway.control("PUT", "clock", {"at": "noon"}, prefix=prefix)[0] == 400
    assert gateway.control("GET", "nonsense", prefix=prefix)[0] == 404
