"""Trouble on order at the imitated Bot API: every kind of fault, and what it leaves behind."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import get_args

import pytest
import urllib3
from tests.sandbox.telegram_rig import JUN, MINA, START, TOKEN, running

from bongsu.sandbox.faults import Fault, FaultKind

ANSWERED = [
    ({"kind": "status", "status": 403, "code": "Forbidden: bot was blocked by the user"}, 403, "Forbidden: ", 0),
    ({"kind": "status", "status": 500, "code": "Internal Server Error: restart"}, 500, "Internal Server", 0),
    ({"kind": "status", "status": 500, "code": "Internal Server Error", "stored": True}, 500, "Internal", 1),
    ({"kind": "rate_limit", "retry_after": 7}, 429, "Too Many Requests: retry after 7", 0),
    ({"kind": "html", "status": 504}, 504, "<html>", 0),
    ({"kind": "garbled"}, 200, '{"ok":true', 1),
    ({"kind": "slow", "wall_ms": 20}, 200, '{"ok":true', 1),
]
LOST = [
    ({"kind": "drop_before"}, 0),
    ({"kind": "drop_after"}, 1),
    ({"kind": "truncated"}, 1),
    ({"kind": "hang", "wall_ms": 20}, 0),
    ({"kind": "hang", "wall_ms": 20, "stored": True}, 1),
]


@pytest.fixture
def bot(tmp_path):
    with running(tmp_path) as one:
        yield one


def texts(bot, chat_id):
    (chat,) = [one for one in bot.sandbox.state()["chats"] if one["id"] == chat_id]
    return [message["text"] for message in chat["messages"]]


@pytest.mark.parametrize(("fault", "status", "body", "stored"), ANSWERED)
def test_trouble_that_is_answered(bot, fault, status, body, stored):
    bot.sandbox.faults.add(Fault(service="telegram", operation="sendMessage", **fault))
    url = f"{bot.url}/bot{TOKEN}/sendMessage?chat_id={MINA}&text=hello"
    answer = bot.http.request("GET", url)
    assert answer.status == status
    assert body in answer.data.decode()
    assert len(texts(bot, MINA)) == stored
    if fault["kind"] == "rate_limit":
        assert answer.headers["Retry-After"] == "7"
        assert json.loads(answer.data)["parameters"] == {"retry_after": 7}


@pytest.mark.parametrize(("fault", "stored"), LOST)
def test_trouble_in_which_the_connection_is_lost(bot, fault, stored):
    bot.sandbox.faults.add(Fault(service="telegram", operation="sendMessage", **fault))
    with pytest.raises(urllib3.exceptions.HTTPError):
        bot.call("sendMessage", chat_id=MINA, text="hello")
    assert len(texts(bot, MINA)) == stored


def test_every_kind_of_trouble_is_tried_here():
    assert {fault["kind"] for fault, *_ in (*ANSWERED, *LOST)} == set(get_args(FaultKind))


def test_trouble_by_the_clock_comes_and_goes(bot):
    begins = START + timedelta(minutes=1)
    span = {"from_at": begins, "until_at": begins + timedelta(minutes=1)}
    bot.sandbox.faults.add(Fault(service="telegram", operation="*", kind="rate_limit", times=None, **span))
    statuses = []
    for _ in range(3):
        statuses.append(bot.call("getMe")[0])
        bot.pass_time(minutes=1)
    assert statuses == [200, 429, 200]


@pytest.mark.parametrize(("kind", "stored"), [("drop_before", []), ("drop_after", ["hello"])])
def test_a_dropped_connection_may_or_may_not_have_stored_the_message(bot, kind, stored):
    bot.http.request("POST", f"{bot.url}/__sandbox__/faults", json={"operation": "sendMessage", "kind": kind})
    with pytest.raises(urllib3.exceptions.ProtocolError):
        bot.call("sendMessage", chat_id=MINA, text="hello")
    assert texts(bot, MINA) == stored
    assert bot.record.entries("telegram")[-1]["fault"] == kind


def test_faults_pick_the_nth_call_and_answer_as_ordered(bot):
    bot.sandbox.faults.add(Fault(service="telegram", operation="sendMessage", kind="html", nth=2))
    bot.sandbox.faults.add(Fault(service="telegram", kind="rate_limit", retry_after=7))
    status, body, headers = bot.call("sendMessage", chat_id=MINA, text="one")
    assert (status, body["parameters"], headers["Retry-After"]) == (429, {"retry_after": 7}, "7")
    answer = bot.http.request("GET", f"{bot.url}/bot{TOKEN}/sendMessage?chat_id={MINA}&text=two")
    assert (answer.status, answer.headers["Content-Type"]) == (502, "text/html")
    assert texts(bot, MINA) == []
    bot.sandbox.faults.add(Fault(service="telegram", operation="sendMessage", kind="slow", wall_ms=50))
    assert bot.ok("sendMessage", chat_id=MINA, text="three")["text"] == "three"


@pytest.mark.parametrize("how", ["query", "form", "json"])
def test_trouble_may_be_for_one_chat_however_the_call_is_encoded(bot, how):
    bot.sandbox.faults.add(Fault(service="telegram", about=str(MINA), kind="html", times=None))
    given = {
        "query": lambda values: {"fields": values},
        "form": lambda values: {"fields": values, "encode_multipart": False},
        "json": lambda values: {"json": values},
    }[how]
    method = "GET" if how == "query" else "POST"
    statuses = [
        bot.http.request(method, f"{bot.url}/bot{TOKEN}/sendMessage", **given({"chat_id": chat, "text": "x"})).status
        for chat in (str(MINA), str(JUN))
    ]
    assert statuses == [502, 200]
    assert (texts(bot, MINA), texts(bot, JUN)) == ([], ["x"])
