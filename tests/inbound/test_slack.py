"""Socket Mode: connections that end, are replaced, or are not what they seem."""

from __future__ import annotations

import json
import socket
import sys
import threading

import pytest
from tests.patience import PATIENCE_S
from tests.ports.chat_world import CODES
from tests.ports.chat_worlds import APP_TOKEN, Inbox, open_world

from bongsu.errors import UsageError
from bongsu.inbound import InMemoryAddresses
from bongsu.inbound._answers import ADDRESSES_MAX
from bongsu.inbound._slack_session import Session
from bongsu.inbound._slack_socket import SlackInbound
from bongsu.inbound.slack import Options
from bongsu.redact import Redactor


@pytest.fixture
def world(tmp_path):
    yield from open_world("slack", tmp_path)


def settled(condition, timeout_s=PATIENCE_S):
    """Wait for something that another thread brings about; the pauses are an event that never comes."""
    never = threading.Event()
    for _ in range(int(timeout_s / 0.02)):
        if condition():
            return True
        never.wait(0.02)
    return False


def test_a_warned_connection_is_replaced_without_a_loss(world):
    """Slack refreshes connections every hour or so: no press falls between two of them."""
    inbox = Inbox()
    world.inbound(inbox).start()
    inbox.changes("open")
    world.sandbox.disconnect("warning")
    assert settled(lambda: len(world.calls("socket.open")) == 2 and world.sandbox.connected() == 1)
    world.press(world.channel().send(world.outgoing()).ref)
    inbox.presses()
    assert [change.state for change in inbox.changes("open")] == ["open"]
    assert len(inbox.seen) == 2


def test_a_connection_closed_by_slack_is_lost_and_opened_again(world):
    inbox = Inbox()
    world.inbound(inbox).start()
    inbox.changes("open")
    world.sandbox.disconnect("refresh_requested")
    assert settled(lambda: len(world.calls("socket.open")) == 2 and world.sandbox.connected() == 1)
    world.press(world.channel().send(world.outgoing()).ref)
    assert inbox.presses()[0].authentic


def test_a_server_that_is_gone_without_a_word_is_noticed_at_once(world):
    """A cut cable's cousin: the connection ends without a close frame, and no processor time is burnt on it."""
    inbox = Inbox()
    inbound = world.inbound(inbox)
    inbound.start()
    inbox.changes("open")
    for connection in list(world.sandbox._gate._connections):
        connection.socket.shutdown(socket.SHUT_RDWR)
    inbox.changes("lost")
    inbox.changes("open", count=2)
    world.press(world.channel().send(world.outgoing()).ref)
    inbox.presses()


def test_a_press_is_acknowledged_within_the_limit_although_it_is_recorded_first(world):
    """A machine that stands still for three seconds may miss it, but not five times in a row."""
    inbox = Inbox()
    world.inbound(inbox).start()
    inbox.changes("open")
    posted = world.channel().send(world.outgoing())
    presses = lambda: world.sandbox.state()["presses"]
    for number in range(1, 6):
        world.press(posted.ref)
        inbox.presses(number)
        assert settled(lambda: presses()[-1]["ack_ms"] is not None)
        if presses()[-1]["ack_in_time"]:
            return
    pytest.fail(f"none came in time: {presses()}")


def test_the_press_id_names_channel_message_person_and_time(world):
    inbox = Inbox()
    world.inbound(inbox).start()
    inbox.changes("open")
    posted = world.channel().send(world.outgoing())
    world.press(posted.ref)
    (press,) = inbox.presses()
    (seen,) = world.sandbox.state()["presses"]
    assert press.press_id == f"slack:{posted.ref['channel']}:{posted.ref['ts']}:{world.person}:{seen['action_ts']}"


class Silent:
    """A session stand-in for envelopes: keeps what would be acknowledged."""

    def __init__(self):
        self.acknowledged = []

    def acknowledge(self, envelope_id):
        self.acknowledged.append(envelope_id)


@pytest.mark.parametrize(
    "envelope",
    [
        {"type": "events_api", "envelope_id": "e1", "payload": {"event": {}}},
        {"type": "interactive", "envelope_id": "e1", "payload": {"type": "view_submission"}},
        {"type": "interactive", "envelope_id": "e1", "payload": {"type": "block_actions", "actions": [{"url": "x"}]}},
        {"type": "interactive", "envelope_id": "e1", "payload": None},
    ],
)
def test_what_is_no_press_is_acknowledged_and_not_delivered(envelope):
    """A link button reports its click too; unacknowledged, the person would see an error."""
    inbox, session = Inbox(), Silent()
    inbound = SlackInbound(
        Options(app_token=APP_TOKEN),
        name="ops",
        codes=CODES,
        redactor=Redactor(),
        answers=InMemoryAddresses(),
        deliver=inbox,
    )
    inbound._receive(session, json.dumps(envelope))
    assert (inbox.seen, session.acknowledged) == ([], ["e1"])


@pytest.mark.parametrize(
    "url", ["", "https://x.example", "ws://x.example/link", "wss://x.example:8443/link", "wss://127.0.0.1:9/link"]
)
def test_a_ticket_is_never_sent_in_the_clear(url):
    session = Session(url, receive=lambda *_: None, news=threading.Event())
    assert session.over
    assert not session.said_hello(0)
    assert "neither wss on port 443 nor loopback" in session.reason
    session.end()


def test_a_socket_that_refuses_or_says_nothing_is_no_session():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    session = Session(f"ws://127.0.0.1:{port}/link?ticket=t", receive=lambda *_: None, news=threading.Event())
    assert (session.over, session.said_hello(0)) == (True, False)
    assert session.reason == "the connection broke (ConnectionRefusedError)"


def test_a_ping_without_an_answer_ends_the_connection(world):
    """A silent connection must not pass for an open one."""
    inbox = Inbox()
    inbound = SlackInbound(
        Options(app_token=APP_TOKEN, api_url=world.options["api_url"]),
        name="ops",
        codes=CODES,
        redactor=Redactor(),
        answers=world.answers,
        deliver=inbox,
        ping_s=0.05,
    )
    world.opened.append(inbound.stop)
    inbound.start()
    inbox.changes("open")
    # The server's side stops reading and answering, as a stalled path does.
    for connection in list(world.sandbox._gate._connections):
        connection.protocol.receive_data = lambda _data: None
    (lost, *_) = inbox.changes("lost")
    assert lost.reason == "no answer to a ping"
    inbox.changes("open", count=2)


def test_the_oldest_answer_address_goes_first():
    answers = InMemoryAddresses()
    for number in range(ADDRESSES_MAX + 1):
        answers.remember(f"p{number}", f"u{number}")
    assert answers.address("p0") is None
    assert (answers.address("p1"), answers.address(f"p{ADDRESSES_MAX}")) == ("u1", f"u{ADDRESSES_MAX}")


def test_a_package_that_is_not_installed_is_named_with_the_way_to_get_it(monkeypatch, world):
    """Slack's own client is an extra; a plan that needs it says so before the run starts."""
    for name in [
        name for name in sys.modules if name.startswith(("slack_sdk", "bongsu.inbound.s", "bongsu.inbound._s"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "slack_sdk", None)
    with pytest.raises(UsageError, match="receiving presses on slack needs the package 'slack_sdk'") as caught:
        world.inbound(Inbox())
    assert "bongsu[slack]" in caught.value.hint
