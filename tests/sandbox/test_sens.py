"""The imitated SMS gateway, asked over HTTP with signatures of our own making."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from bongsu.sandbox.clock import SandboxClock
from bongsu.sandbox.faults import Fault, FaultBook
from bongsu.sandbox.http import holding, serve
from bongsu.sandbox.record import Record
from bongsu.sandbox.sens import Sens, SensSpec
from bongsu.sandbox.sens_messages import kst_instant, kst_text, read_list_query, sms_bytes

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
SERVICE = "ncp:sms:kr:100000000001:example"
BASE = f"/sms/v2/services/{SERVICE}/messages"


def signature(method, path, stamp, spec):
    text = f"{method} {path}\n{stamp}\n{spec.access_key}"
    return base64.b64encode(hmac.new(spec.secret_key.encode(), text.encode(), hashlib.sha256).digest()).decode()


class Gateway:
    def __init__(self, folder, **spec):
        self.spec = SensSpec(**spec)
        self.clock = SandboxClock(START)
        self.clock.start_thread()
        self.record = Record(folder / "record.jsonl", self.clock)
        self.faults = FaultBook(self.clock)
        self.sens = Sens(self.clock, self.record, self.spec, faults=self.faults, seed=1)
        self.served = serve(holding(self.clock, self.sens))
        self.http = urllib3.PoolManager(retries=False)
        self.participant = self.clock.join("test")

    def call(self, method, path, *, body=None, skew=timedelta(0), sign=None):
        stamp = str(int((self.clock.now() + skew).timestamp() * 1000))
        headers = {
            "x-ncp-apigw-timestamp": stamp,
            "x-ncp-iam-access-key": self.spec.access_key,
            "x-ncp-apigw-signature-v2": sign or signature(method, path, stamp, self.spec),
        }
        data = json.dumps(body).encode() if body is not None else None
        answer = self.http.request(method, self.served.url + path, body=data, headers=headers)
        return answer.status, (json.loads(answer.data) if answer.data else None)

    def send(self, *recipients, **changes):
        body = {
            "type": "LMS", "contentType": "COMM", "from": "0200000000", "subject": "안내", "content": "예약 안내입니다",
            "messages": [{"to": to} for to in recipients or ("01000000001",)], **changes,
        }  # fmt: skip
        return self.call("POST", BASE, body=body)

    def listed(self, **args):
        query = "&".join(f"{name}={quote(value)}" for name, value in args.items())
        return self.call("GET", f"{BASE}?{query}")

    def pass_time(self, **delta):
        self.clock.wait(self.participant, self.clock.now() + timedelta(**delta))

    def close(self):
        self.http.clear()
        self.served.stop()
        self.clock.stop()
        self.record.close()


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


def test_the_worked_example_of_a_signature():
    """Computed by hand from the documented text: method, path, newline, time, newline, key id."""
    made = signature("POST", BASE, "1761109200000", SensSpec())
    assert made == "rzm2TFEZJQpHVOqZbPzyW8+2wg+uV2DlNmw1fd1IwSo="


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
    rows = gateway.listed(requestStartTime=kst_text(START), requestEndTime=kst_text(gateway.clock.now()))[1]
    assert [row["statusCode"] for row in rows["messages"]] == ["0"] * 19 + ["3003"]
    assert rows["messages"][-1]["statusName"] == "fail"
    assert len(gateway.sens.outbox()) == 19


def test_unregistered_senders_and_unsendable_texts_fail_late(open_gateway):
    gateway = open_gateway(fail_to={"01000000009": "3012"})
    gateway.send(**{"from": "0299999999"})
    gateway.send(content="😀")
    gateway.send("01000000009")
    gateway.pass_time(seconds=5)
    rows = gateway.listed(requestStartTime=kst_text(START), requestEndTime=kst_text(gateway.clock.now()))[1]
    assert [row["statusCode"] for row in rows["messages"]] == ["3023", "3022", "3012"]
    assert gateway.sens.outbox() == []


def test_over_long_text_is_cut_and_marked(open_gateway):
    gateway = open_gateway()
    gateway.send(content="가" * 1001)
    gateway.pass_time(seconds=5)
    assert [one["truncated"] for one in gateway.sens.outbox()] == [True]


@pytest.mark.parametrize(
    "wrong", [{"messages": []}, {"type": "FAX"}, {"messages": [{"to": "010-0000-0001"}]}, {"content": ""}]
)
def test_malformed_sends_are_refused(open_gateway, wrong):
    assert open_gateway().send(**wrong)[0] == 400


def test_the_list_is_paged_and_filtered(open_gateway):
    gateway = open_gateway(page_size_max=3)
    for number in range(7):
        gateway.send(f"0100000000{number}")
    span = {"requestStartTime": kst_text(START), "requestEndTime": kst_text(gateway.clock.now())}
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


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_gateway_times_go_there_and_back(naive):
    when = naive.replace(tzinfo=UTC, microsecond=0)
    assert kst_instant(kst_text(when)) == when


@given(st.text(alphabet="가힣ㄱ漢a 1\n", max_size=50))
def test_korean_characters_count_two_bytes_and_ascii_one(text):
    assert sms_bytes(text) == sum(1 if ord(one) < 128 else 2 for one in text)


def test_a_request_id_alone_is_enough_for_a_list():
    assert read_list_query({"requestId": "r"}).request_id == "r"
