"""AlimTalk at the imitated gateway: approved templates, results, and the text message that stands in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sandbox.sens_rig import Gateway

from bongsu.sandbox.sens import AlimtalkSpec
from bongsu.sandbox.sens_alimtalk import matches

SERVICE = "ncp:kkobizmsg:kr:1000000:example"
PATH = f"/alimtalk/v2/services/{SERVICE}/messages"
TEMPLATE = "#{name}님, #{time}에 예약되었습니다."
TEXT = "김예시님, 18:00에 예약되었습니다."
FAILOVER = {"useSmsFailover": True, "failoverConfig": {"type": "LMS", "from": "0200000000", "subject": "예약"}}


@pytest.fixture
def gateway(tmp_path):
    spec = AlimtalkSpec(templates={"confirm": TEMPLATE}, not_users=("01000000002",), blocked=("01000000003",))
    made = Gateway(tmp_path, alimtalk=spec)
    yield made
    made.close()


def send(gateway, *recipients, **changes):
    messages = [{"to": to, "content": TEXT, **changes} for to in recipients or ("01000000001",)]
    body = {"plusFriendId": "@example", "templateCode": "confirm", "messages": messages}
    return gateway.call("POST", PATH, body=body)


def result(gateway, answer, index=0):
    return gateway.call("GET", f"{PATH}/{answer['messages'][index]['messageId']}")[1]


def test_a_notice_is_accepted_with_its_message_id_then_delivered(gateway):
    status, answer = send(gateway)
    assert (status, answer["statusCode"], answer["messages"][0]["requestStatusCode"]) == (202, "202", "A000")
    assert (result(gateway, answer)["messageStatusName"], "messageStatusCode" in result(gateway, answer)) == (
        "processing", False,
    )  # fmt: skip
    gateway.pass_time(seconds=5)
    assert (result(gateway, answer)["messageStatusCode"], result(gateway, answer)["messageStatusName"]) == (
        "0000", "success",
    )  # fmt: skip
    assert [(one["to"], one["channel"]) for one in gateway.sens.outbox()] == [("01000000001", "alimtalk")]


def test_who_cannot_be_reached_gets_the_text_message_once(gateway):
    _, answer = send(gateway, "01000000001", "01000000002", "01000000003", **FAILOVER)
    gateway.pass_time(seconds=5)
    codes = [result(gateway, answer, index)["messageStatusCode"] for index in range(3)]
    assert codes == ["0000", "3019", "3020"]
    got = sorted((one["to"], one["channel"], one["content"]) for one in gateway.sens.outbox())
    assert got == [
        ("01000000001", "alimtalk", TEXT), ("01000000002", "sms_failover", TEXT), ("01000000003", "sms_failover", TEXT),
    ]  # fmt: skip


@pytest.mark.parametrize("fails_over", [False, True])
def test_a_recipient_may_be_refused_inside_an_answer_of_202(tmp_path, fails_over):
    refused = {"01000000004": "E104"}
    spec = AlimtalkSpec(templates={"confirm": TEMPLATE}, refused=refused, refused_fail_over=fails_over)
    gateway = Gateway(tmp_path, alimtalk=spec)
    try:
        status, answer = send(gateway, "01000000001", "01000000004", **FAILOVER)
        assert (status, [one["requestStatusCode"] for one in answer["messages"]]) == (202, ["A000", "E104"])
        gateway.pass_time(seconds=5)
        assert gateway.call("GET", f"{PATH}/{answer['messages'][1]['messageId']}")[0] == 404
        got = [(one["to"], one["channel"]) for one in gateway.sens.outbox()]
        assert got == [("01000000001", "alimtalk"), ("01000000004", "sms_failover")][: 1 + fails_over]
    finally:
        gateway.close()


def test_without_failover_nothing_takes_its_place(gateway):
    send(gateway, "01000000002")
    gateway.pass_time(seconds=5)
    assert gateway.sens.outbox() == []


def test_a_text_that_is_not_its_template_s_fails_late(gateway):
    _, answer = send(gateway, content="다른 글")
    gateway.pass_time(seconds=5)
    assert result(gateway, answer)["messageStatusCode"] == "3016"


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_a_template_with_its_values_filled_in_is_its_text(name, time):
    text = TEMPLATE.replace("#{name}", name).replace("#{time}", time)
    assert matches(TEMPLATE, text) and not matches(TEMPLATE, text + " ")


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "010-0000-0001"},
        {"content": ""},
        {"useSmsFailover": True},
        {"useSmsFailover": True, "failoverConfig": {"type": "FAX", "from": "0200000000"}},
        {"buttons": [{"type": "WL", "name": "지도", "linkMobile": "https://x.example"}]},
        {"buttons": [{"type": "DS", "name": "이름이스물한자가넘는단추는받아들여지지않습니다"}]},
        {"buttons": [{"type": "XX", "name": "x"}]},
        {"itemHighlight": {}},
    ],
)
def test_malformed_notices_are_refused(gateway, changes):
    assert send(gateway, **changes)[0] == 400


def test_channel_template_and_service_must_be_known(gateway):
    for change in ({"plusFriendId": "@other"}, {"templateCode": "other"}, {"messages": []}):
        body = {
            "plusFriendId": "@example",
            "templateCode": "confirm",
            "messages": [{"to": "01000000001", "content": TEXT}],
        }
        assert gateway.call("POST", PATH, body={**body, **change})[0] == 400
    assert gateway.call("POST", PATH.replace("1000000", "9"), body={})[0] == 404


def test_a_list_needs_the_channel_or_a_request(gateway):
    _, answer = send(gateway, "01000000001", "01000000002")
    span = "requestStartTime=2025-10-22%2013%3A00%3A00&requestEndTime=2025-10-22%2015%3A00%3A00"
    assert gateway.call("GET", f"{PATH}?{span}")[0] == 400
    assert len(gateway.call("GET", f"{PATH}?{span}&plusFriendId=%40example")[1]["messages"]) == 2
    assert len(gateway.call("GET", f"{PATH}?requestId={answer['requestId']}")[1]["messages"]) == 2
    one = gateway.call("GET", f"{PATH}?requestId={answer['requestId']}&to=01000000002")[1]["messages"]
    assert [row["to"] for row in one] == ["01000000002"]
    complete = span.replace("request", "complete")
    assert gateway.call("GET", f"{PATH}?requestId={answer['requestId']}&{complete}")[0] == 400
