"""Every kind of trouble on the imitated Slack: calls, webhooks, presses and sockets, met by the vendor's clients."""

from __future__ import annotations

import json
from contextlib import ExitStack

import pytest
import urllib3
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient
from tests.patience import PATIENCE_S
from tests.sandbox.slack_rig import ALERTS, APP_TOKEN, ASK, BOT_TOKEN, JUN, World
from tests.sandbox.test_slack_interactivity import Receiver
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bongsu.sandbox.chat import PressLostError
from bongsu.sandbox.faults import Fault

LOST = (urllib3.exceptions.ProtocolError, ConnectionError)


@pytest.fixture
def world(tmp_path):
    one = World(tmp_path, post_burst=50)
    yield one
    one.close()


def order(world, kind, operation="chat.postMessage", **more):
    world.sandbox.faults.add(Fault(service="slack", operation=operation, kind=kind, **more))


def texts(world):
    return [one["text"] for one in world.messages()]


@pytest.mark.parametrize(("kind", "stored"), [("drop_before", []), ("drop_after", ["x"])])
def test_a_post_whose_connection_is_cut_stands_in_the_channel_or_does_not(world, kind, stored):
    order(world, kind)
    with pytest.raises(LOST):
        world.call("chat.postMessage", channel=ALERTS, text="x")
    assert texts(world) == stored


def test_the_vendors_client_as_it_comes_posts_twice_when_an_answer_is_lost(world):
    order(world, "drop_after")
    WebClient(token=BOT_TOKEN, base_url=world.served.url + "/api/").chat_postMessage(channel=ALERTS, text="x")
    assert texts(world) == ["x", "x"]


@pytest.mark.parametrize(
    ("more", "status", "stored"),
    [
        ({"status": 500}, 500, []),
        ({"status": 200, "code": "fatal_error", "stored": True}, 200, ["x"]),
        ({"status": 200, "code": "internal_error"}, 200, []),
        ({"status": 503, "code": "service_unavailable"}, 503, []),
    ],
)
def test_an_error_of_slacks_own_leaves_what_the_order_says(world, more, status, stored):
    order(world, "status", **more)
    with pytest.raises(SlackApiError) as caught:
        world.client.chat_postMessage(channel=ALERTS, text="x")
    assert caught.value.response.status_code == status
    assert caught.value.response["error"] == more.get("code", "internal_error")
    assert texts(world) == stored


def test_too_fast_with_and_without_a_body(world):
    order(world, "rate_limit", retry_after=7)
    order(world, "rate_limit", body="", headers={"Retry-After": "9"})
    first = world.call("chat.postMessage", channel=ALERTS, text="x")
    second = world.call("chat.postMessage", channel=ALERTS, text="x")
    assert (first.status, first.json()["error"], first.headers["Retry-After"]) == (429, "ratelimited", "7")
    assert (second.status, second.data, second.headers["Retry-After"]) == (429, b"", "9")
    assert texts(world) == []


def test_a_gateways_page_is_no_json(world):
    order(world, "html", status=504)
    answer = world.call("chat.postMessage", channel=ALERTS, text="x")
    assert (answer.status, answer.headers["Content-Type"]) == (504, "text/html")
    assert b"504 Gateway Time-out" in answer.data
    assert texts(world) == []


@pytest.mark.parametrize(("stored", "left"), [(False, []), (True, ["x"])])
def test_a_call_that_hangs_is_cut_in_the_end(world, stored, left):
    order(world, "hang", wall_ms=30, stored=stored)
    with pytest.raises(LOST):
        world.call("chat.postMessage", channel=ALERTS, text="x")
    assert texts(world) == left


def test_a_slow_call_is_answered_late_and_in_full(world):
    order(world, "slow", wall_ms=30)
    assert world.client.chat_postMessage(channel=ALERTS, text="x")["ok"] is True
    assert texts(world) == ["x"]


@pytest.mark.parametrize("kind", ["garbled", "truncated"])
def test_half_an_answer_hides_a_post_that_was_taken(world, kind):
    order(world, kind)
    with pytest.raises((ValueError, *LOST)):
        world.call("chat.postMessage", channel=ALERTS, text="x").json()
    assert texts(world) == ["x"]


def test_webhooks_fail_in_their_own_form(world):
    hook = WebhookClient(world.hook_url(), retry_handlers=[])
    order(world, "status", operation="webhook", code="rollup_error")
    answer = hook.send(text="x")
    assert (answer.status_code, answer.body) == (500, "rollup_error")
    order(world, "rate_limit", operation="webhook", retry_after=3)
    answer = hook.send(text="x")
    assert (answer.status_code, answer.headers["Retry-After"], answer.body) == (429, "3", "")
    order(world, "html", operation="webhook")
    assert hook.send(text="x").status_code == 502
    assert texts(world) == []
    order(world, "drop_after", operation="webhook")
    with pytest.raises(ConnectionError):
        hook.send(text="x")
    assert texts(world) == ["x"]


def test_a_span_of_the_worlds_clock_can_be_bad(world):
    start = world.clock.now()
    order(world, "status", status=503, times=None, from_at=start, until_at=start.replace(minute=start.minute + 5))
    assert world.call("chat.postMessage", channel=ALERTS, text="x").status == 503
    world.pass_time(minutes=5)
    assert world.call("chat.postMessage", channel=ALERTS, text="x").status == 200


def connected(world, stack):
    url = world.call("apps.connections.open", token=APP_TOKEN).json()["url"]
    one = stack.enter_context(connect(url))
    assert json.loads(one.recv(timeout=PATIENCE_S))["type"] == "hello"
    return one


@pytest.mark.parametrize("kind", ["drop_before", "status", "hang"])
def test_a_press_that_slack_loses_never_reaches_the_app(world, kind):
    with ExitStack() as stack:
        connected(world, stack)
        ts = world.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]
        order(world, kind, operation="press")
        with pytest.raises(PressLostError):
            world.sandbox.press(JUN, ALERTS, ts, "Go")
        assert world.sandbox.connected() == (0 if kind == "drop_before" else 1)


def test_a_press_may_arrive_on_a_socket_that_breaks_before_the_ack(world):
    with ExitStack() as stack:
        one = connected(world, stack)
        ts = world.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]
        order(world, "drop_after", operation="press")
        press = world.sandbox.press(JUN, ALERTS, ts, "Go")
        assert json.loads(one.recv(timeout=PATIENCE_S))["type"] == "interactive"
        with pytest.raises(ConnectionClosed):
            one.recv(timeout=PATIENCE_S)
        assert not world.sandbox.arrived(press)


def test_a_press_may_come_late(world):
    with ExitStack() as stack:
        one = connected(world, stack)
        ts = world.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]
        order(world, "slow", operation="press", wall_ms=20)
        world.sandbox.press(JUN, ALERTS, ts, "Go")
        assert json.loads(one.recv(timeout=PATIENCE_S))["type"] == "interactive"


def test_a_signed_press_may_be_cut_before_its_answer(tmp_path):
    receiver = Receiver()
    world = World(tmp_path, socket_mode=False, request_url=receiver.url)
    try:
        ts = world.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]
        order(world, "drop_after", operation="press")
        press = world.sandbox.press(JUN, ALERTS, ts, "Go")
        world.pass_time(seconds=4)
        assert not world.sandbox.arrived(press)
        acks = [entry for entry in world.record.entries("slack") if entry["operation"] == "request.ack"]
        assert [(one["failure"], one["status"]) for one in acks] == [("ConnectionAbortedError", None)]
    finally:
        world.close()
        receiver.close()


def test_sockets_are_thrown_out_from_the_control_page(world):
    page = world.served.url + "/__sandbox__/disconnect"
    with ExitStack() as stack:
        one = connected(world, stack)
        assert world.http.request("POST", page, json={"reason": "warning"}).json()["connections"] == 1
        assert json.loads(one.recv(timeout=PATIENCE_S))["reason"] == "warning"
        assert world.http.request("POST", page, json={"reason": "cut"}).json()["connections"] == 0
        with pytest.raises(ConnectionClosed):
            one.recv(timeout=PATIENCE_S)
    assert world.http.request("POST", page, json={"reason": "tired"}).status == 400
    assert world.http.request("POST", page, json={}).status == 400


@pytest.mark.parametrize(("kind", "hello"), [("drop_before", False), ("drop_after", True), ("status", False)])
def test_a_socket_may_end_as_soon_as_it_is_open(world, kind, hello):
    order(world, kind, operation="socket")
    url = world.call("apps.connections.open", token=APP_TOKEN).json()["url"]
    with connect(url) as one:
        if hello:
            assert json.loads(one.recv(timeout=PATIENCE_S))["type"] == "hello"
        with pytest.raises(ConnectionClosed):
            one.recv(timeout=PATIENCE_S)
    with ExitStack() as stack:
        connected(world, stack)


def test_a_hello_may_come_late(world):
    order(world, "slow", operation="socket", wall_ms=20)
    with ExitStack() as stack:
        connected(world, stack)


def test_trouble_may_be_for_one_channel(world):
    order(world, "html", about="C0ELSEWHERE", times=None)
    world.call("chat.postMessage", channel=ALERTS, text="x")
    order(world, "drop_before", about=ALERTS)
    with pytest.raises(LOST):
        world.call("chat.postMessage", channel=ALERTS, text="y")
    assert texts(world) == ["x"]
