"""Presses that the imitated Slack posts to a request URL, verified by the vendor's own code."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import Clock, SignatureVerifier
from slack_sdk.webhook import WebhookClient
from tests.patience import PATIENCE_S
from tests.sandbox.slack_rig import ALERTS, APP_TOKEN, ASK, JUN, SIGNING_SECRET, World, workspace
from websockets.sync.client import connect

from bongsu.sandbox.chat import PressLostError
from bongsu.sandbox.slack_requests import ACK_MS_MAX, RequestUrl


class Receiver:
    """An app's request URL: keeps what came, and answers with a status once it is let."""

    def __init__(self):
        self.requests = []
        self.status = 200
        self.may_answer = threading.Event()
        self.may_answer.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append((body, dict(self.headers)))
                receiver.may_answer.wait(PATIENCE_S)
                if receiver.status:
                    self.send_response(receiver.status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *_):
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/slack/actions"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        self.may_answer.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    one = Receiver()
    yield one
    one.close()


@pytest.fixture
def world(tmp_path, receiver):
    one = World(tmp_path, socket_mode=False, request_url=receiver.url)
    yield one
    one.close()


def pressed(world):
    ts = world.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]
    press = world.sandbox.press(JUN, ALERTS, ts, "Go")
    # The clock jumps only once the app has answered or the three seconds are over.
    world.pass_time(seconds=4)
    return ts, press


class SandboxTime(Clock):
    def __init__(self, world):
        self.world = world

    def now(self):
        return self.world.clock.now().timestamp()


def test_a_press_arrives_signed_and_its_answer_is_timed(world, receiver):
    ts, press = pressed(world)
    ((body, headers),) = receiver.requests
    verifier = SignatureVerifier(SIGNING_SECRET, clock=SandboxTime(world))
    assert verifier.is_valid_request(body, headers)
    assert not verifier.is_valid_request(body + b"&x=1", headers)
    assert not SignatureVerifier("another secret", clock=SandboxTime(world)).is_valid_request(body, headers)
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    (text,) = parse_qs(body.decode(), strict_parsing=True)["payload"]
    payload = json.loads(text)
    assert (payload["type"], payload["user"]["id"], payload["container"]["message_ts"]) == ("block_actions", JUN, ts)
    assert payload["actions"][0]["value"] == "go:1"
    assert world.sandbox.arrived(press)
    (state,) = world.sandbox.state()["presses"]
    assert state["ack_in_time"] is True and 0 <= state["ack_ms"] <= 3000


def test_the_signature_is_the_one_of_the_known_example(world):
    body = b"payload=%7B%22type%22%3A%22block_actions%22%7D"
    sender = RequestUrl(world.clock, world.record, spec=workspace())
    headers = sender.headers(body, at_s=1761109230)
    expected = "v0=" + "b5fb9045dc936dc96f91e02fbad008bfeef7198ffc498c89cd12ba4b04478e03"
    assert headers["X-Slack-Signature"] == expected
    assert SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp="1761109230", body=body) == expected


@pytest.mark.parametrize("status", [500, 302, 0])
def test_an_answer_that_is_not_200_shows_the_person_an_error(world, receiver, status):
    receiver.status = status
    _, press = pressed(world)
    assert not world.sandbox.arrived(press)
    assert len(receiver.requests) == 1, "Slack sends a press once"


def test_a_press_without_an_answer_in_time_has_not_arrived(world, receiver):
    receiver.may_answer.clear()
    assert ACK_MS_MAX == 3000
    sender = RequestUrl(world.clock, world.record, spec=workspace(request_url=receiver.url), ack_ms_max=100)
    sent = sender.send({"type": "block_actions"})
    assert "slack request" in world.clock.held_by()
    sender.close()
    assert (sent.status, sent.ack_ms, sent.in_time, sent.failure) == (None, None, False, "TimeoutError")
    assert "slack request" not in world.clock.held_by()


def test_a_press_is_lost_when_nothing_listens_and_arrives_once_the_address_is_right(world, receiver):
    ts = world.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]
    settings = world.served.url + "/__sandbox__/request_url"
    assert world.http.request("POST", settings, json={"url": "http://127.0.0.1:9/"}).status == 200
    with pytest.raises(PressLostError):
        world.sandbox.press(JUN, ALERTS, ts, "Go")
    world.http.request("POST", settings, json={"url": receiver.url})
    press = world.sandbox.press(JUN, ALERTS, ts, "Go")
    world.pass_time(seconds=4)
    assert world.sandbox.arrived(press)


def test_socket_mode_and_a_request_url_exclude_each_other(world, tmp_path, receiver):
    url = world.call("apps.connections.open", token=APP_TOKEN).json()["url"]
    with connect(url) as socket:
        assert json.loads(socket.recv(timeout=PATIENCE_S))["reason"] == "link_disabled"
    other = World(tmp_path, request_url=receiver.url)
    try:
        ts = other.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]
        with pytest.raises(PressLostError):
            other.sandbox.press(JUN, ALERTS, ts, "Go")
        assert receiver.requests == []
    finally:
        other.close()


def test_a_link_button_reports_its_click_too(world, receiver):
    link = {"type": "button", "text": {"type": "plain_text", "text": "View Logs"}, "url": "https://x.example/logs"}
    blocks = [{"type": "actions", "elements": [link]}]
    ts = world.client.chat_postMessage(channel=ALERTS, text="x", blocks=blocks)["ts"]
    world.sandbox.press(JUN, ALERTS, ts, "View Logs")
    world.pass_time(seconds=4)
    ((body, _),) = receiver.requests
    (action,) = json.loads(parse_qs(body.decode())["payload"][0])["actions"]
    assert action["url"] == "https://x.example/logs" and action["action_id"] and "value" not in action


def test_presses_never_leave_this_machine(world):
    settings = world.served.url + "/__sandbox__/request_url"
    answer = world.http.request("POST", settings, json={"url": "http://bongsu.example/slack"})
    assert (answer.status, "not http on this machine" in answer.json()["error"]) == (400, True)
    with pytest.raises(ValueError, match="not on this machine"):
        workspace(socket_mode=False, request_url="https://bongsu.example/slack")


def test_a_request_url_needs_a_signing_secret():
    with pytest.raises(ValueError, match="give a signing_secret"):
        workspace(socket_mode=False, signing_secret="")


def test_presses_that_failed_may_be_sent_again(tmp_path, receiver):
    world = World(tmp_path, socket_mode=False, request_url=receiver.url, press_sends_max=3)
    try:
        receiver.status = 500
        _, press = pressed(world)
        assert not world.sandbox.arrived(press)
        first, second, third = receiver.requests
        assert first[0] == second[0] == third[0]
        assert "X-Slack-Retry-Num" not in first[1]
        assert [one[1]["X-Slack-Retry-Num"] for one in (second, third)] == ["1", "2"]
    finally:
        world.close()


def response_url(receiver):
    body, _ = receiver.requests[-1]
    return json.loads(parse_qs(body.decode())["payload"][0])["response_url"]


def test_an_answer_is_shown_to_one_to_all_or_takes_the_place_of_the_message(world, receiver):
    ts, _ = pressed(world)
    url = response_url(receiver)
    hook = WebhookClient(url, retry_handlers=[])
    assert hook.send(text="only you").body == "ok"
    assert hook.send(text="everybody", response_type="in_channel").body == "ok"
    assert hook.send(text="Go by Jun", replace_original=True).body == "ok"
    found = {one["text"]: one for one in world.messages()}
    assert found["only you"]["ephemeral_for"] == JUN
    assert found["everybody"]["ephemeral_for"] is None
    assert found["Go by Jun"]["ts"] == ts and found["Go by Jun"]["buttons"] == []
    assert hook.send(text="", delete_original=True).body == "ok"
    assert [one["text"] for one in world.client.conversations_history(channel=ALERTS)["messages"]] == ["everybody"]
    assert url not in json.dumps(world.record.entries()) + json.dumps(world.sandbox.state())


def test_answers_end_after_five_or_after_thirty_minutes(world, receiver):
    pressed(world)
    url = response_url(receiver)
    assert world.http.request("POST", url, json={"text": " "}).data == b"no_text"
    answers = [world.http.request("POST", url, json={"text": "x"}) for _ in range(6)]
    assert [one.status for one in answers] == [200] * 5 + [404]
    assert answers[-1].data == b"used_url"
    world.pass_time(seconds=1)
    pressed(world)
    late = response_url(receiver)
    world.pass_time(minutes=31)
    assert world.http.request("POST", late, json={"text": "x"}).data == b"expired_url"
    assert world.http.request("POST", late + "x", json={"text": "x"}).data == b"no_service"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"text": "x", "thread_ts": "1"}, "unknown field `thread_ts`"),
        ({"text": "x", "response_type": "all"}, "response_type is ephemeral or in_channel"),
        ({"text": "x", "replace_original": "maybe"}, None),
        ({"text": "x", "blocks": [{"type": "divider", "x": 1}]}, "unknown field `x`"),
    ],
)
def test_an_answer_that_is_not_understood_uses_nothing_up(world, receiver, answer, reason):
    pressed(world)
    refused = world.http.request("POST", response_url(receiver), json=answer)
    assert (refused.status, refused.data) == (400, b"invalid_blocks" if "blocks" in answer else b"invalid_payload")
    assert reason is None or reason in refused.headers["X-Sandbox-Reason"]
    assert world.sandbox.state()["presses"][0]["responses"] == 0


def test_answers_to_all_keep_to_the_pace_of_the_channel(world, receiver):
    pressed(world)
    hook = {"text": "x", "response_type": "in_channel"}
    assert world.http.request("POST", response_url(receiver), json=hook).status == 200
    answer = world.http.request("POST", response_url(receiver), json=hook)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
    assert world.sandbox.state()["presses"][0]["responses"] == 1
