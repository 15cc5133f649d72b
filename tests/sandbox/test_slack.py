"""The imitated Slack, driven by the vendor's own client and by bare HTTP."""

from __future__ import annotations

import json
import queue
import threading
from decimal import Decimal

import pytest
import urllib3
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from tests.patience import PATIENCE_S
from tests.sandbox.slack_rig import (
    ALERTS,
    APP_TOKEN,
    ASK,
    BOT_TOKEN,
    GONE,
    GUEST,
    JUN,
    METADATA,
    OLD,
    OUTSIDE,
    SECRET,
    START,
    World,
)
from websockets.sync.client import connect

from bongsu.sandbox.chat import PressLostError, PressRefusedError
from bongsu.sandbox.faults import Fault


@pytest.fixture
def world(tmp_path):
    one = World(tmp_path)
    yield one
    one.close()


def test_the_vendors_client_posts_reads_back_updates_and_links(world):
    assert world.client.auth_test()["bot_id"] == "B09ABBONGSU"
    assert world.client.conversations_info(channel=ALERTS)["channel"]["is_member"] is True
    assert world.client.users_info(user=JUN)["user"]["tz"] == "Asia/Seoul"
    posted = world.client.chat_postMessage(
        channel=ALERTS, text="Ready?", blocks=ASK, metadata=METADATA, unfurl_links=False, unfurl_media=False
    )
    ts = posted["ts"]
    seconds, _, micros = ts.partition(".")
    assert 0 <= int(seconds) - int(START.timestamp()) < 60
    assert len(micros) == 6
    (found,) = world.client.conversations_history(
        channel=ALERTS, oldest=str(int(seconds) - 60), include_all_metadata=True, limit=15
    )["messages"]
    assert (found["ts"], found["bot_id"], found["metadata"]) == (ts, "B09ABBONGSU", METADATA)
    (bare,) = world.client.conversations_history(channel=ALERTS)["messages"]
    assert bare["metadata"] == {"event_type": "bongsu_announcement"}
    link = world.client.chat_getPermalink(channel=ALERTS, message_ts=ts)["permalink"]
    assert link.endswith(f"/archives/{ALERTS}/p{ts.replace('.', '')}")
    world.pass_time(seconds=9)
    updated = world.client.chat_update(channel=ALERTS, ts=ts, text="Go by Jun")
    assert "blocks" not in updated["message"]
    assert updated["message"]["metadata"] == METADATA
    assert Decimal(updated["message"]["edited"]["ts"]) > Decimal(ts)


def test_threads_are_read_with_replies_and_stay_out_of_history(world):
    parent = world.client.chat_postMessage(channel=ALERTS, text="drill")["ts"]
    world.pass_time(seconds=2)
    reply = world.client.chat_postMessage(channel=ALERTS, text="result", thread_ts=parent)["ts"]
    said = world.sandbox.say(JUN, ALERTS, "seen", thread_ts=parent)
    thread = world.client.conversations_replies(channel=ALERTS, ts=parent)["messages"]
    assert [one["ts"] for one in thread] == [parent, reply, said]
    assert thread[2]["user"] == JUN
    (top,) = world.client.conversations_history(channel=ALERTS)["messages"]
    assert (top["ts"], top["reply_count"]) == (parent, 2)
    assert world.error("conversations.replies", channel=ALERTS, ts="1700000000.000000") == "thread_not_found"
    assert world.error("chat.postMessage", channel=ALERTS, text="x", thread_ts=reply) == "cannot_reply_to_message"


def test_history_comes_in_pages_of_fifteen(world):
    sent = [world.sandbox.say(JUN, ALERTS, f"line {number}") for number in range(20)]
    first = world.client.conversations_history(channel=ALERTS, limit=200)
    assert [one["ts"] for one in first["messages"]] == sent[:4:-1]
    cursor = first["response_metadata"]["next_cursor"]
    second = world.client.conversations_history(channel=ALERTS, limit=200, cursor=cursor)
    assert [one["ts"] for one in second["messages"]] == sent[4::-1]
    assert (first["has_more"], second["has_more"]) == (True, False)
    assert world.error("conversations.history", channel=ALERTS, cursor="rubbish") == "invalid_cursor"
    assert world.error("conversations.history", channel=ALERTS, oldest="soon") == "invalid_ts_oldest"
    assert world.error("conversations.history", channel=ALERTS, latest="now") == "invalid_ts_latest"


def test_timestamps_rise_even_within_one_instant(world):
    sent = [world.sandbox.say(JUN, ALERTS, "x") for _ in range(50)]
    assert sent == sorted(set(sent))


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        ("", "auth.test", "not_authed"),
        ("xoxb-" + "6" * 12, "auth.test", "invalid_auth"),
        (APP_TOKEN, "chat.postMessage", "not_allowed_token_type"),
        (BOT_TOKEN, "apps.connections.open", "not_allowed_token_type"),
        (BOT_TOKEN, "chat.scheduleMessage", "unknown_method"),
    ],
)
def test_tokens_are_checked_by_kind(world, token, method, error):
    assert world.error(method, token=token) == error
    assert BOT_TOKEN not in json.dumps(world.record.entries())


def test_a_missing_scope_is_named(tmp_path):
    world = World(tmp_path, scopes=("chat:write", "channels:read"))
    answer = world.call("conversations.history", channel=ALERTS).json()
    assert (answer["error"], answer["needed"]) == ("missing_scope", "channels:history")
    assert answer["provided"] == "channels:read,chat:write"
    assert world.error("chat.postMessage", channel=ALERTS, text="x", username="boss") == "missing_scope"
    world.close()


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0000UNKNOWN", "channel_not_found"),
        (OUTSIDE, "not_in_channel"),
        (SECRET, "channel_not_found"),
        (OLD, "is_archived"),
        (GONE, "channel_not_found"),
    ],
)
def test_channels_that_cannot_be_posted_to(world, channel, error):
    with pytest.raises(SlackApiError) as caught:
        world.client.chat_postMessage(channel=channel, text="hello")
    assert caught.value.response["error"] == error


def test_history_takes_membership_even_of_a_public_channel(world):
    assert world.error("conversations.history", channel=OUTSIDE) == "not_in_channel"
    assert world.call("conversations.info", channel=OUTSIDE).json()["channel"]["is_member"] is False


def test_a_post_to_a_person_lands_in_their_direct_messages(world):
    posted = world.client.chat_postMessage(channel=JUN, text="page")
    opened = world.client.conversations_open(users=JUN)["channel"]["id"]
    assert posted["channel"] == opened
    assert opened.startswith("D")
    assert world.client.conversations_history(channel=opened)["messages"][0]["text"] == "page"
    assert world.error("conversations.open", users=GONE) == "user_disabled"


def test_one_message_a_second_then_429(world):
    world.client.chat_postMessage(channel=ALERTS, text="one")
    answer = world.call("chat.postMessage", channel=ALERTS, text="two")
    assert (answer.status, answer.json()["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
    world.client.chat_postMessage(channel=JUN, text="another channel")
    world.pass_time(seconds=1)
    assert world.call("chat.postMessage", channel=ALERTS, text="two").json()["ok"] is True


def test_unknown_arguments_and_empty_texts_are_refused(world):
    answer = world.call("chat.postMessage", channel=ALERTS, text="x", as_user=True).json()
    assert answer["error"] == "invalid_arguments"
    assert "sandbox: unknown argument `as_user`" in answer["response_metadata"]["messages"][0]
    assert world.error("chat.postMessage", channel=ALERTS, text=" ") == "no_text"
    assert world.error("chat.postMessage", channel=ALERTS, text="x" * 4001) == "msg_too_long"
    assert world.error("chat.postMessage", channel=ALERTS, text="x", blocks={"type": "x"}) == "invalid_blocks_format"
    assert world.error("chat.postMessage", channel=ALERTS, text="x", metadata={}) == "invalid_metadata_format"


def test_forms_carry_nested_values_as_text(world):
    fields = {"channel": ALERTS, "text": "x", "blocks": json.dumps(ASK), "unfurl_links": "0"}
    answer = world.http.request(
        "POST",
        f"{world.served.url}/api/chat.postMessage",
        fields=fields,
        encode_multipart=False,
        headers={"Authorization": f"Bearer {BOT_TOKEN}"},
    ).json()
    assert [block["type"] for block in answer["message"]["blocks"]] == ["header", "section", "actions"]


def test_a_fault_in_the_blocks_refuses_the_post_and_points_at_it(world):
    empty = {"type": "section", "fields": [{"type": "mrkdwn", "text": "a"}, {"type": "mrkdwn", "text": ""}]}
    answer = world.call("chat.postMessage", channel=ALERTS, text="x", blocks=[empty]).json()
    error = "must be more than 0 characters [json-pointer:/blocks/0/fields/1/text]"
    assert (answer["error"], answer["errors"]) == ("invalid_blocks", [error])
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {error}"]
    assert world.client.conversations_history(channel=ALERTS)["messages"] == []


def test_the_vendors_socket_client_receives_a_press_and_its_ack_is_measured(world):
    received = queue.Queue()
    client = SocketModeClient(
        app_token=APP_TOKEN, web_client=WebClient(base_url=world.served.url + "/api/"), concurrency=1
    )

    hello = threading.Event()
    client.message_listeners.append(lambda _client, message, _raw: message.get("type") == "hello" and hello.set())

    def listen(socket_client, request):
        socket_client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        received.put(request)

    client.socket_mode_request_listeners.append(listen)
    client.connect()
    try:
        assert hello.wait(PATIENCE_S)
        ts = world.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]
        world.sandbox.press(JUN, ALERTS, ts, "Go")
        request = received.get(timeout=PATIENCE_S)
        payload = request.payload
        assert (request.type, payload["type"], payload["user"]["id"]) == ("interactive", "block_actions", JUN)
        assert payload["container"] == {
            "type": "message",
            "message_ts": ts,
            "channel_id": ALERTS,
            "is_ephemeral": False,
        }
        (action,) = payload["actions"]
        assert (action["action_id"], action["block_id"], action["value"]) == ("bongsu.go", "go", "go:1")
        assert Decimal(action["action_ts"]) >= Decimal(ts)
        answer = world.http.request("POST", payload["response_url"], json={"text": "Go recorded"})
        assert (answer.status, answer.data) == (200, b"ok")
    finally:
        client.close()
    (press,) = world.sandbox.state()["presses"]
    assert (press["ack_in_time"], press["responses"]) == (True, 1)
    (channel,) = [one for one in world.sandbox.state()["channels"] if one["id"] == ALERTS]
    assert channel["messages"][-1]["ephemeral_for"] == JUN
    assert len(world.client.conversations_history(channel=ALERTS)["messages"]) == 1


def test_response_addresses_wear_out(world):
    url = world.call("apps.connections.open", token=APP_TOKEN).json()["url"]
    with connect(url) as socket:
        assert json.loads(socket.recv(timeout=PATIENCE_S))["type"] == "hello"
        ts = world.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]
        world.sandbox.press(JUN, ALERTS, ts, "Go")
        envelope = json.loads(socket.recv(timeout=PATIENCE_S))
        assert "slack envelope" in world.clock.held_by()
        socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        address = envelope["payload"]["response_url"]
        statuses = [world.http.request("POST", address, json={"text": "x"}).status for _ in range(6)]
        assert statuses == [200] * 5 + [404]


def test_a_ticket_admits_once_and_a_press_without_a_connection_is_lost(world):
    url = world.call("apps.connections.open", token=APP_TOKEN).json()["url"]
    ts = world.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]
    with pytest.raises(PressLostError):
        world.sandbox.press(JUN, ALERTS, ts, "Go")
    with connect(url) as socket:
        assert json.loads(socket.recv(timeout=PATIENCE_S))["connection_info"] == {"app_id": "A09ABBONGSU"}
        with connect(url) as second, pytest.raises(Exception, match="1008"):
            second.recv(timeout=PATIENCE_S)
        world.sandbox.disconnect("warning")
        assert json.loads(socket.recv(timeout=PATIENCE_S))["reason"] == "warning"
        world.sandbox.disconnect("refresh_requested")
        assert json.loads(socket.recv(timeout=PATIENCE_S))["reason"] == "refresh_requested"
    assert world.sandbox.connected() == 0


def test_only_members_press(world):
    ts = world.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]
    with pytest.raises(PressRefusedError, match="is not in channel"):
        world.sandbox.press(GUEST, ALERTS, ts, "Go")
    with pytest.raises(PressRefusedError, match="has no button"):
        world.sandbox.press(JUN, ALERTS, ts, "Hold")


def test_a_post_whose_answer_was_lost_is_found_by_its_metadata(world):
    world.sandbox.faults.add(Fault(service="slack", operation="chat.postMessage", kind="drop_after"))
    with pytest.raises(urllib3.exceptions.ProtocolError):
        world.call("chat.postMessage", channel=ALERTS, text="x", metadata=METADATA)
    found = world.client.conversations_history(channel=ALERTS, include_all_metadata=True)["messages"]
    assert [one["metadata"]["event_payload"]["intent"] for one in found] == ["a1b2"]


def test_faults_over_http(world):
    orders = {"faults": [{"operation": "chat.postMessage", "kind": "rate_limit", "retry_after": 30}]}
    world.http.request("POST", world.served.url + "/__sandbox__/faults", json=orders)
    with pytest.raises(SlackApiError) as caught:
        world.client.chat_postMessage(channel=ALERTS, text="x")
    assert caught.value.response.headers["Retry-After"] == "30"
    world.sandbox.faults.add(Fault(service="slack", kind="status", status=200, code="fatal_error", stored=True))
    assert world.error("chat.postMessage", channel=ALERTS, text="x") == "fatal_error"
    assert len(world.client.conversations_history(channel=ALERTS)["messages"]) == 1
