"""Presses that the imitated Slack posts to a request URL, verified by the vendor's own code."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import Clock, SignatureVerifier
from tests.sandbox.slack_rig import ALERTS, ASK, JUN, SIGNING_SECRET, World, workspace

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
                receiver.may_answer.wait(10)
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
    sender = RequestUrl(world.clock, world.record, signing_secret=SIGNING_SECRET, url="")
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
    sender = RequestUrl(world.clock, world.record, signing_secret=SIGNING_SECRET, url=receiver.url, ack_ms_max=50)
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


def test_presses_never_leave_this_machine(world):
    settings = world.served.url + "/__sandbox__/request_url"
    answer = world.http.request("POST", settings, json={"url": "http://bongsu.example/slack"})
    assert (answer.status, "not http on this machine" in answer.json()["error"]) == (400, True)
    with pytest.raises(ValueError, match="not on this machine"):
        workspace(socket_mode=False, request_url="https://bongsu.example/slack")


def test_a_request_url_needs_a_signing_secret():
    with pytest.raises(ValueError, match="give a signing_secret"):
        workspace(socket_mode=False, signing_secret="")
