"""What every way in must do, asked of each file in `inbound/` against the imitation of its service."""

from __future__ import annotations

import json
import socket
import threading
import time
from datetime import timedelta

import pytest
from tests.ports.chat_world import START
from tests.ports.chat_worlds import Inbox, open_world

from bongsu.channels import kinds as channel_kinds
from bongsu.channels import takes_presses
from bongsu.channels._port import Accepted
from bongsu.core.events import Method
from bongsu.inbound import channel_of, open_inbound, ways


@pytest.fixture(params=ways())
def world(request, tmp_path):
    yield from open_world(channel_of(request.param), tmp_path, way=request.param)


@pytest.fixture
def listening(world):
    inbox = Inbox()
    inbound = world.inbound(inbox)
    inbound.start()
    inbox.changes("open")
    return inbox


def opened(world, spec):
    return open_inbound(
        spec,
        resolve=world.secrets.__getitem__,
        codes=None,
        redactor=world.redactor,
        answers=world.answers,
        deliver=Inbox(),
        now=world.clock.now,
    )


def test_each_way_in_belongs_to_a_kind_of_channel():
    assert {channel_of(way) for way in ways()} <= set(channel_kinds())


def test_the_plan_keys_of_each_way_in_are_told_as_one(world):
    assert takes_presses(world.kind, world.spec().options)
    made = opened(world, world.spec())
    assert type(made).__module__.rpartition(".")[2].removeprefix("_") in (world.way, f"{world.way}_socket")


def test_a_channel_without_the_means_has_no_way_in(world):
    spec = world.spec(token="", app_token="", signing_secret="", webhook_url="")
    assert opened(world, spec) is None
    assert not takes_presses(world.kind, spec.options)


def test_a_press_arrives_once_authentic_with_its_message_and_person(world, listening):
    posted = world.channel().send(world.outgoing(seq=12))
    world.press(posted.ref)
    (press,) = listening.presses()
    assert (press.authentic, press.intent_seq, press.button) == (True, 12, "ack")
    assert (press.channel, press.service_user, press.ref) == ("ops", world.person, posted.ref)
    assert press.press_id.startswith(f"{world.kind}:")
    assert press.answer_to == {"press_id": press.press_id}
    if press.service_at is not None:
        assert abs(press.service_at - START) < timedelta(seconds=30)
    second = world.channel().send(world.outgoing(seq=13, to=world.person))
    world.press(second.ref)
    listening.presses(2)
    assert len({one.press_id for one in listening.presses(2)}) == 2
    assert len(listening.seen) == 3


def test_a_press_can_be_answered_through_the_channel(world, listening):
    channel = world.channel()
    world.press(channel.send(world.outgoing()).ref)
    (press,) = listening.presses()
    sent = channel.send(world.outgoing(world.answer, method=Method.ANSWER, answer_to=press.answer_to))
    assert isinstance(sent, Accepted)
    assert "secret" not in sent.wires[0].address
    assert sent.wires[0].address.endswith("-") or "/bot-/" in sent.wires[0].address


def test_a_press_under_another_runs_message_is_delivered_as_not_authentic(world, listening):
    old = json.loads(json.dumps(world.payload).replace("{code:ack}", "3.ack.AAAAAAAAAAAAAAAAAAAAAA"))
    world.press(world.channel().send(world.outgoing(old)).ref)
    (press,) = listening.presses()
    assert (press.authentic, press.intent_seq, press.button) == (False, None, "")
    assert press.service_user == world.person


def test_what_is_kept_of_a_press_holds_no_secret(world, listening):
    world.press(world.channel().send(world.outgoing()).ref)
    (press,) = listening.presses()
    kept = repr(press)
    for secret in world.secrets.values():
        assert secret not in kept
    raw = json.loads(press.raw)
    assert raw.get("payload", {}).get("response_url", "<response url>") == "<response url>"
    assert world.person in press.raw.decode()


def test_a_press_that_was_not_recorded_is_not_confirmed(world):
    """The run ends while a press arrives: the service must not hear that it was taken."""
    inbox = Inbox(takes=False)
    inbound = world.inbound(inbox)
    inbound.start()
    inbox.changes("open")
    world.press(world.channel().send(world.outgoing()).ref)
    inbox.presses()
    inbound._thread.join(timeout=120)
    assert not inbound._thread.is_alive()
    state = world.sandbox.state()
    if world.kind == "telegram":
        assert len(state["updates"]["pending"]) == 1
    else:
        assert [press["ack_in_time"] for press in state["presses"]] == [False]


def test_a_recorded_press_is_confirmed(world, listening):
    world.press(world.channel().send(world.outgoing()).ref)
    listening.presses()
    deadline = time.monotonic() + 120
    settled = threading.Event()
    while time.monotonic() < deadline:
        state = world.sandbox.state()
        if world.kind == "telegram" and not state["updates"]["pending"]:
            return
        # Whether that came within Slack's three seconds is the machine's business, too.
        if world.kind == "slack" and [press["ack_ms"] is not None for press in state["presses"]] == [True]:
            return
        settled.wait(0.02)
    pytest.fail("the service was not told that the press was taken")


ASKED = {"telegram": "getUpdates", "slack": "apps.connections.open", "telegram_webhook": "setWebhook"}
"""What the service is asked for before presses can come; a signed request is not asked for."""


def test_a_loss_and_the_return_are_reported_once_each(world):
    inbox = Inbox()
    inbound = world.inbound(inbox)
    if world.way in ASKED:
        world.fault("html", method=ASKED[world.way], times=2)
        inbound.start()
        expected = "HTTP 502" if world.kind == "slack" else "HTTP 502 with a body that is not Telegram's"
    else:
        with socket.create_server(("127.0.0.1", inbound._listener.at.port)):
            inbound.start()
            inbox.changes("lost")
        expected = f"cannot listen at {inbound._listener.at.shown}: address already in use"
    inbox.changes("open")
    assert [(change.state, change.reason) for change in inbox.seen] == [("lost", expected), ("open", "")]
    world.press(world.channel().send(world.outgoing()).ref)
    inbox.presses()


@pytest.fixture
def others():
    """The threads of other tests."""
    return set(threading.enumerate())


def test_stopping_is_quick_and_final(others, world, listening):
    (stop,) = [close for close in world.opened if close.__self__.__class__.__name__.endswith("Inbound")]
    before = time.monotonic()
    stop()
    # A poll of Telegram's lasts for 25 s or more.
    assert time.monotonic() - before < 20
    assert not stop.__self__._thread.is_alive()
    names = [thread.name for thread in set(threading.enumerate()) - others]
    assert not [name for name in names if name.startswith(("inbound-", "slack-session", "listener"))]
