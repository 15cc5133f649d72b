"""The imitated Slack met by the vendor's own app framework, which nobody here wrote."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient
from tests.patience import PATIENCE_S
from tests.sandbox.slack_rig import ALERTS, ASK, BOT_TOKEN, JUN, SIGNING_SECRET, World

from bongsu.sandbox.http import serve


class Bolt:
    """An app that takes presses of Go at `/slack/events`."""

    def __init__(self, world, *, signing_secret=SIGNING_SECRET):
        client = WebClient(token=BOT_TOKEN, base_url=world.served.url + "/api/", retry_handlers=[])
        self.app = App(client=client, signing_secret=signing_secret)
        self.pressed_by = []
        self.done = threading.Event()
        self.app.action("bongsu.go")(self._take)
        self.served = serve(SlackRequestHandler(self.app, path="/slack/events"))
        world.sandbox.set_request_url(self.served.url + "/slack/events")

    def _take(self, ack, body, respond, client):
        ack()
        self.pressed_by.append(body["user"]["id"])
        respond(text="Go by Jun", replace_original=True)
        client.chat_getPermalink(channel=body["channel"]["id"], message_ts=body["message"]["ts"])
        self.done.set()


@pytest.fixture
def world(tmp_path):
    # The framework compares the signature's time with the machine's own clock.
    one = World(tmp_path, start=datetime.now(UTC), socket_mode=False)
    yield one
    one.close()


def test_bolt_verifies_the_press_acknowledges_it_and_answers(world):
    bolt = Bolt(world)
    try:
        ts = world.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]
        press = world.sandbox.press(JUN, ALERTS, ts, "Go")
        assert bolt.done.wait(PATIENCE_S)
        world.pass_time(seconds=4)
        assert bolt.pressed_by == [JUN]
        assert world.sandbox.arrived(press)
        assert [(one["ts"], one["text"]) for one in world.messages()] == [(ts, "Go by Jun")]
    finally:
        bolt.served.stop()


def test_bolt_turns_away_what_is_signed_with_another_secret(world):
    bolt = Bolt(world, signing_secret="another secret")
    try:
        ts = world.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]
        press = world.sandbox.press(JUN, ALERTS, ts, "Go")
        world.pass_time(seconds=4)
        assert bolt.pressed_by == []
        assert not world.sandbox.arrived(press)
        (ack,) = [one for one in world.record.entries("slack") if one["operation"] == "request.ack"]
        assert (ack["status"], ack["in_time"]) == (401, False)
    finally:
        bolt.served.stop()
