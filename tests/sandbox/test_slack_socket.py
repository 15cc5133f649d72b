"""The imitated Socket Mode: connections, refreshes, and what becomes of a press between them."""

from __future__ import annotations

import json
import queue
import threading
from contextlib import ExitStack
from datetime import timedelta

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from tests.patience import PATIENCE_S
from tests.sandbox.slack_rig import ALERTS, APP_TOKEN, ASK, JUN
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bongsu.sandbox.slack_socket import CONNECTIONS_MAX


@pytest.fixture
def made(slack_world):
    return slack_world


def opened(world, stack):
    """Return a connection that has said hello."""
    url = world.call("apps.connections.open", token=APP_TOKEN).json()["url"]
    one = stack.enter_context(connect(url))
    hello = heard(one)
    assert hello["type"] == "hello"
    return one


def heard(one):
    return json.loads(one.recv(timeout=PATIENCE_S))


def ask(world):
    return world.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]


def test_the_eleventh_connection_is_told_that_there_are_too_many(made):
    world = made()
    with ExitStack() as stack:
        for _ in range(CONNECTIONS_MAX):
            opened(world, stack)
        url = world.call("apps.connections.open", token=APP_TOKEN).json()["url"]
        eleventh = stack.enter_context(connect(url))
        assert heard(eleventh)["reason"] == "too_many_websockets"
        with pytest.raises(ConnectionClosed):
            eleventh.recv(timeout=PATIENCE_S)
        assert world.sandbox.connected() == CONNECTIONS_MAX


def test_each_press_goes_to_one_connection_only(made):
    world = made()
    with ExitStack() as stack:
        first, second = opened(world, stack), opened(world, stack)
        ts = ask(world)
        for _ in range(8):
            world.sandbox.press(JUN, ALERTS, ts, "Go")
        world.sandbox.disconnect("warning")
        kinds = [kind for one in (first, second) for kind in until_disconnect(one)]
        assert kinds.count("interactive") == 8


def until_disconnect(one):
    """Return the kinds of frame up to the disconnect that was sent last."""
    kinds = []
    while "disconnect" not in kinds:
        kinds.append(heard(one)["type"])
    return kinds


def test_a_connection_is_warned_and_refreshed_when_its_time_is_over(made):
    world = made(socket_lasts=timedelta(hours=1))
    with ExitStack() as stack:
        old = opened(world, stack)
        world.pass_time(minutes=59, seconds=50)
        assert heard(old)["reason"] == "warning"
        new = opened(world, stack)
        world.pass_time(seconds=11)
        assert heard(old)["reason"] == "refresh_requested"
        with pytest.raises(ConnectionClosed):
            old.recv(timeout=PATIENCE_S)
        world.sandbox.press(JUN, ALERTS, ask(world), "Go")
        assert heard(new)["type"] == "interactive"


def test_a_cut_connection_ends_without_a_word(made):
    world = made()
    with ExitStack() as stack:
        one = opened(world, stack)
        world.sandbox.cut()
        with pytest.raises(ConnectionClosed) as caught:
            one.recv(timeout=PATIENCE_S)
        assert caught.value.rcvd is None, "no close frame came"
    assert world.sandbox.connected() == 0


def test_a_press_is_not_sent_again_unless_the_spec_says_so(made):
    for sends in (1, 2):
        world = made(press_sends_max=sends)
        with ExitStack() as stack:
            one = opened(world, stack)
            press = world.sandbox.press(JUN, ALERTS, ask(world), "Go")
            envelope = heard(one)
            one.close()
            other = opened(world, stack)
            world.pass_time(seconds=3)
            if sends == 1:
                with pytest.raises(TimeoutError):
                    other.recv(timeout=0.1)
                assert not world.sandbox.arrived(press)
                continue
            again = heard(other)
            assert again["envelope_id"] == envelope["envelope_id"]
            assert (again["retry_attempt"], again["payload"]) == (1, envelope["payload"])
            other.send(json.dumps({"envelope_id": again["envelope_id"]}))
            world.pass_time(seconds=4)
            assert world.sandbox.arrived(press)


def test_the_vendors_client_follows_a_refresh_and_still_gets_the_press(made):
    world = made()
    hellos, presses = queue.Queue(), queue.Queue()
    client = SocketModeClient(
        app_token=APP_TOKEN, web_client=WebClient(base_url=world.served.url + "/api/"), concurrency=1
    )
    client.message_listeners.append(
        lambda _client, message, _raw: hellos.put(message) if message.get("type") == "hello" else None
    )

    def take(socket_client, request):
        socket_client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        presses.put(request.payload)

    client.socket_mode_request_listeners.append(take)
    client.connect()
    try:
        hellos.get(timeout=PATIENCE_S)
        world.sandbox.disconnect("refresh_requested")
        hellos.get(timeout=PATIENCE_S)
        press = world.sandbox.press(JUN, ALERTS, ask(world), "Go")
        assert presses.get(timeout=PATIENCE_S)["actions"][0]["value"] == "go:1"
    finally:
        client.close()
    world.pass_time(seconds=4)
    assert world.sandbox.arrived(press)


def test_frames_that_answer_nothing_are_recorded_and_forgotten(made):
    world = made()
    recorded = threading.Event()
    with ExitStack() as stack:
        one = opened(world, stack)
        for frame in ("{", '{"envelope_id": "nobody"}', "[]"):
            one.send(frame)
        world.sandbox.press(JUN, ALERTS, ask(world), "Go")
        one.send(json.dumps({"envelope_id": heard(one)["envelope_id"]}))
        world.pass_time(seconds=4)
        recorded.set()
    operations = [entry["operation"] for entry in world.record.entries("slack")]
    assert operations.count("socket.unknown_frame") == 3
    assert operations.count("socket.ack") == 1
