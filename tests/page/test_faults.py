"""Each fault that the page can throw takes effect where it says, is listed while it is to come, and can be cleared."""

from __future__ import annotations

import pytest
import urllib3
from tests.page.table import A_MINUTE, ALERTS, FUNCTION, OPS, RULE


def active(table):
    return {one["id"]: one["what"] for one in table.section("faults")["active"]}


def test_every_usual_fault_can_be_thrown_is_listed_and_cleared(table):
    for one in table.section("faults")["usual"]:
        table.do("fault", name=one["name"])
        listed = active(table)
        assert len(listed) == 1, one["name"]
        table.do("clear", id=next(iter(listed)))
        assert active(table) == {}


def test_telegram_is_down_until_that_is_cleared(table):
    table.do("fault", name="telegram-down")
    for _ in range(2):
        with pytest.raises(urllib3.exceptions.HTTPError):
            table.telegram("getMe")
    table.do("clear")
    assert table.telegram("getMe")["ok"]


def test_slack_says_too_fast_once(table):
    table.do("fault", name="slack-throttles")
    answer = table.slack("chat.postMessage", channel=ALERTS, text="news")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "20")
    assert active(table) == {}
    assert table.slack("chat.postMessage", channel=ALERTS, text="news").json["ok"]


def test_telegram_posts_and_its_answer_is_lost(table):
    table.do("fault", name="telegram-loses")
    with pytest.raises(urllib3.exceptions.HTTPError):
        table.telegram("sendMessage", chat_id=OPS, text="Was this sent?")
    ops = next(chat for chat in table.section("telegram")["chats"] if chat["id"] == OPS)
    assert ops["messages"][-1]["text"] == "Was this sent?"


def test_the_rule_refuses_to_be_disabled(table):
    table.do("fault", name="rule-refuses")
    answer = events(table, "DisableRule")
    assert answer.status == 400
    assert b"AccessDeniedException" in answer.body
    table.do("clear")
    assert events(table, "DisableRule").status == 200


def events(table, operation):
    key = next(iter(table.world.spec.aws.access_keys))
    scope = f"AWS4-HMAC-SHA256 Credential={key}/20251022/ap-northeast-2/events/aws4_request"
    return table.ask(
        "POST",
        table.world.addresses["aws"] + "/",
        {"Name": RULE},
        X_Amz_Target=f"AWSEvents.{operation}",
        Content_Type="application/x-amz-json-1.1",
        Authorization=f"{scope}, SignedHeaders=host, Signature=0",
    )


def test_an_alarm_goes_off_and_follows_its_data_again(table):
    table.do("fault", name="alarm")
    name = table.world.spec.aws.alarms[0].name
    assert table.section("world")["alarms"][name] == "ALARM"
    table.do("clear", id="alarm")
    assert active(table) == {}
    clock = table.world.clock
    participant = clock.join("later")
    table.do("idle", idle="jump")
    clock.wait(participant, clock.now() + A_MINUTE)
    clock.leave(participant)
    assert table.section("world")["alarms"][name] == "OK"


def test_the_next_run_never_starts_and_only_the_next(table):
    table.do("fault", name="lambda-never-runs")
    runtime = table.world.aws.runtime
    assert runtime.arranged(FUNCTION) == ["never_runs"]
    assert runtime.invoke(FUNCTION, b"{}", wait=True).payload == b"null"
    runs = next(one for one in table.section("world")["functions"] if one["name"] == FUNCTION)["runs"]
    assert runs[0]["ended"] == "never_run"
    assert runtime.arranged(FUNCTION) == []


def test_three_of_the_next_sms_are_not_delivered(table):
    table.do("fault", name="sms-fail")
    carrier = table.world.sens.carrier
    fates = [carrier.fate("0") for _ in range(2)]
    assert active(table) == {"sms-fail": "The carrier does not deliver the next 1 SMS"}
    assert [*fates, carrier.fate("0"), carrier.fate("0")] == ["3001", "3001", "3001", "0"]


def test_a_fault_ordered_by_a_script_is_listed_beside_them(table):
    order = {"service": "naver", "kind": "slow", "times": 2}
    table.ask("POST", table.world.addresses["naver"] + "/__sandbox__/faults", order, Content_Type="application/json")
    assert list(active(table).values()) == ["naver *: slow"]
