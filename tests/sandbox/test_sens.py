"""The imitated SMS gateway, asked over HTTP with signatures of our own making."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
import urllib3
from hypothesis import given
from hypothesis import strategies as st
from tests.sandbox.sens_rig import BASE, START, Gateway, signature

from bongsu.sandbox.faults import Fault
from bongsu.sandbox.sens import SensSpec
from bongsu.sandbox.sens_messages import KST, cut_to, read_list_query, sms_bytes, zone_instant, zone_text


@pytest.fixture
def open_gateway(tmp_path):
    made = []

    def opener(**spec):
        made.append(Gateway(tmp_path, **spec))
        return made[-1]

    yield opener
    for one in made:
        one.close()


def test_a_message_is_accepted_then_under_way_then_delivered(open_gateway):
    """202 is acceptance; the code is told only when the message is completed."""
    gateway = open_gateway(delivery_delay_ms=60_000)
    status, accepted = gateway.send()
    assert (status, accepted["statusCode"], accepted["statusName"]) == (202, "202", "success")
    stages = []
    for _ in range(3):
        row = gateway.listed(requestId=accepted["requestId"])[1]["messages"][0]
        stages.append((row["status"], row.get("statusCode")))
        gateway.pass_time(seconds=31)
    assert stages == [("READY", None), ("PROCESSING", None), ("COMPLETED", "0")]
    result = gateway.call("GET", f"{BASE}/{row['messageId']}")[1]
    assert result["messages"][0]["content"] == "예약 안내입니다"
    assert "content" not in row
    assert [one["to"] for one in gateway.sens.outbox()] == ["01000000001"]


VECTORS = [
    ("POST", "", "rzm2TFEZJQpHVOqZbPzyW8+2wg+uV2DlNmw1fd1IwSo="),
    ("GET", "?requestId=VORSSA-0001", "FvtsjejxXY7+KAbs3ZwcPQXsV3Gjo/omweUf1eVEsxg="),
    ("GET", "/0-ESA-000001", "Id/DA5lIJnfXF3KaUAeId/qKmIu/v0kDm/rahz0rcy0="),
    (
        "GET",
        "?requestStartTime=2025-10-22%2014%3A00%3A00&requestEndTime=2025-10-22%2014%3A05%3A00",
        "iryzWqwlDmDnrRmKeKaduSqWPYr9zRQJj8UAgcGdEP0=",
    ),
]


@pytest.mark.parametrize(("method", "rest", "expected"), VECTORS)
def test_the_gateway_takes_the_worked_examples_of_a_signature(open_gateway, method, rest, expected):
    """Computed by hand from the documented text: method, path with query, newline, time, newline, key id."""
    assert signature(method, BASE + rest, "1761109200000", SensSpec()) == expected
    stamp = {"x_ncp_apigw_timestamp": "1761109200000"}
    status, _ = open_gateway().call(method, BASE + rest, body=b"{}", sign=expected, **stamp)
    # Let through, and then told what it lacks or that there is nothing.
    assert status == {"POST": 400, "GET": 200}[method] or (status == 404 and "0-ESA" in rest)


@pytest.mark.parametrize("wrong", [{"sign": "AAAA"}, {"skew": timedelta(minutes=6)}, {"skew": -timedelta(minutes=6)}])
def test_a_wrong_signature_or_clock_is_refused(open_gateway, wrong):
    status, body = open_gateway().call("GET", f"{BASE}?requestId=x", **wrong)
    assert (status, body["error"]["errorCode"]) == (401, "200")


def test_another_service_id_is_not_found(open_gateway):
    gateway = open_gateway()
    assert gateway.call("GET", "/sms/v2/services/ncp:sms:kr:1:other/messages?requestId=x")[0] == 404


def test_the_nth_message_fails_late_and_the_others_are_delivered(open_gateway):
    """Nineteen of twenty: every one accepted, one of them completed with a failure code."""
    gateway = open_gateway(fail_nth={20: "3003"})
    assert {gateway.send(f"010000000{number:02d}")[0] for number in range(20)} == {202}
    gateway.pass_time(seconds=5)
    rows = gateway.listed(requestStartTime=zone_text(START, KST), requestEndTime=zone_text(gateway.clock.now(), KST))[1]
    assert [row["statusCode"] for row in rows["messages"]] == ["0"] * 19 + ["3003"]
    assert rows["messages"][-1]["statusName"] == "fail"
    assert len(gateway.sens.outbox()) == 19


def test_unregistered_senders_and_unsendable_texts_fail_late(open_gateway):
    gateway = open_gateway(fail_to={"01000000009": "3012"})
    gateway.send(**{"from": "0299999999"})
    gateway.send(content="😀")
    gateway.send("01000000009")
    gateway.pass_time(seconds=5)
    rows = gateway.listed(requestStartTime=zone_text(START, KST), requestEndTime=zone_text(gateway.clock.now(), KST))[1]
    assert [row["statusCode"] for row in rows["messages"]] == ["3023", "3022", "3012"]
    assert gateway.sens.outbox() == []


def test_over_long_text_is_cut_and_marked(open_gateway):
    """The customer gets 2000 bytes, the result tells what was asked for, and only the outbox tells both."""
    gateway = open_gateway()
    gateway.send(content="가" * 1001)
    gateway.send("01000000002", type="SMS", content="가" * 46, subject="")
    gateway.send("01000000003", subject="제" * 21)
    gateway.pass_time(seconds=5)
    outbox = gateway.sens.outbox()
    assert [one["truncated"] for one in outbox] == [True, True, True]
    assert [len(one["content"]) for one in outbox[:2]] == [1000, 45]
    first = gateway.call("GET", f"{BASE}/{gateway.rows()[0]['messageId']}")[1]["messages"][0]
    assert len(first["content"]) == 1001


@given(st.text(alphabet="가힣a 1", max_size=40), st.integers(0, 60))
def test_a_cut_keeps_whole_characters_and_as_many_as_fit(text, limit):
    kept = cut_to(text, limit)
    assert text.startswith(kept) and sms_bytes(kept) <= limit
    assert kept == text or sms_bytes(text[: len(kept) + 1]) > limit


@pytest.mark.parametrize(
    "wrong",
    [
        {"messages": []},
        {"messages": [{"to": "01000000001"}] * 101},
        {"messages": ["01000000001"]},
        {"messages": [{"to": "010-0000-0001"}]},
        {"messages": [{"to": "01000000001", "name": "x"}]},
        {"type": "FAX"},
        {"contentType": "NEWS"},
        {"from": "02-0000-0000"},
        {"content": ""},
        {"content": 5},
        {"scheduleCode": "x"},
        {"files": [{"fileId": "x"}]},
    ],
)
def test_malformed_sends_are_refused(open_gateway, wrong):
    gateway = open_gateway()
    status, body = gateway.send(**wrong)
    assert (status, body["error"]["errorCode"]) == (400, "100")
    gateway.pass_time(seconds=5)
    assert gateway.sens.outbox() == gateway.rows() == []


def test_the_list_is_paged_and_filtered(open_gateway):
    gateway = open_gateway(page_size_max=3)
    for number in range(7):
        gateway.send(f"0100000000{number}")
    span = {"requestStartTime": zone_text(START, KST), "requestEndTime": zone_text(gateway.clock.now(), KST)}
    seen, token = [], {}
    while True:
        page = gateway.listed(**span, **token)[1]
        seen += [row["to"] for row in page["messages"]]
        if not page["hasMore"]:
            break
        token = {"nextToken": page["nextToken"]}
    assert seen == [f"0100000000{number}" for number in range(7)]
    assert [row["to"] for row in gateway.listed(**span, to="01000000004")[1]["messages"]] == ["01000000004"]
    assert gateway.listed(**span, type="SMS")[1]["messages"] == []


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"requestStartTime": "2025-10-22 14:00:00"},
        {"requestStartTime": "2025-09-01 00:00:00", "requestEndTime": "2025-10-02 00:00:00"},
        {"completeStartTime": "2025-10-20 00:00:00", "completeEndTime": "2025-10-21 01:00:00"},
        {"requestStartTime": "2025-10-22T14:00", "requestEndTime": "2025-10-22T15:00"},
    ],
)
def test_list_questions_outside_the_documented_spans_are_refused(open_gateway, args):
    assert open_gateway().listed(**args)[0] == 400


def test_a_list_may_lag_and_may_answer_404_for_nothing(open_gateway):
    gateway = open_gateway(list_lag_ms=30_000, none_is_404=True)
    request_id = gateway.send()[1]["requestId"]
    assert gateway.listed(requestId=request_id) == (404, None)
    gateway.pass_time(seconds=31)
    assert len(gateway.listed(requestId=request_id)[1]["messages"]) == 1


def test_faults_lose_the_answer_before_or_after_acceptance(open_gateway):
    """429 keeps the message back; 504 with its effect, and a dropped answer, leave it accepted."""
    gateway = open_gateway()
    for fault in ({"kind": "rate_limit"}, {"kind": "status", "status": 504, "stored": True}, {"kind": "drop_after"}):
        gateway.faults.add(Fault(service="sens", operation="send", **fault))
    assert gateway.send() == (429, {"error": {"errorCode": "420", "message": "the sandbox was told to go wrong here"}})
    assert gateway.send()[0] == 504
    with pytest.raises(urllib3.exceptions.ProtocolError):
        gateway.send()
    gateway.pass_time(seconds=2)
    assert len(gateway.sens.outbox()) == 2


def test_the_record_holds_neither_numbers_nor_texts(open_gateway):
    gateway = open_gateway()
    gateway.send("01000000077")
    text = json.dumps(gateway.record.entries(), ensure_ascii=False)
    assert "01000000077" not in text
    assert "예약" not in text
    assert gateway.record.entries("sens")[0]["messages"] == 1


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)), st.integers(-12, 14))  # noqa: DTZ001
def test_gateway_times_go_there_and_back(naive, hours):
    zone = timezone(timedelta(hours=hours))
    when = naive.replace(tzinfo=zone, microsecond=0)
    assert zone_instant(zone_text(when, zone), zone) == when


@given(st.text(alphabet="가힣ㄱ漢a 1\n", max_size=50))
def test_korean_characters_count_two_bytes_and_ascii_one(text):
    assert sms_bytes(text) == sum(1 if ord(one) < 128 else 2 for one in text)


def test_a_request_id_alone_is_enough_for_a_list():
    assert read_list_query({"requestId": "r"}).request_id == "r"
