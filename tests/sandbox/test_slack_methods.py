"""What each Web API method of the imitated Slack does and refuses, through the vendor's own client."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from tests.sandbox.slack_rig import (
    ALERTS,
    APP_TOKEN,
    ASK,
    BOT,
    BOT_TOKEN,
    GONE,
    GUEST,
    HOOK,
    HOOK_SECRET,
    JUN,
    OLD,
    OUTSIDE,
    SCOPES,
    SECRET,
    TEAM,
    workspace,
)

from bongsu.sandbox.from_json import BadDocument, overlay
from bongsu.sandbox.slack import ChannelSpec, SlackUser
from bongsu.sandbox.slack_wire import METHODS

SCOPE_OF = {
    "conversations.info": "channels:read",
    "conversations.join": "channels:join",
    "conversations.open": "im:write",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "reactions.get": "reactions:read",
    "users.info": "users:read",
    "users.lookupByEmail": "users:read.email",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
}
EVERY_SCOPE = (*SCOPES, "reactions:read", "users:read.email", "channels:join", "chat:write.customize")
EMAIL = "jun@bongsu.example"


@pytest.fixture
def made(slack_world):
    """Return what opens a world with changes to its spec."""
    return partial(slack_world, scopes=EVERY_SCOPE)


def refused(world, method, **arguments):
    with pytest.raises(SlackApiError) as caught:
        world.client.api_call(method, params=arguments)
    return caught.value.response


def test_each_method_that_has_a_scope_asks_for_it(made):
    world = made(scopes=())
    found = {}
    for method in METHODS:
        answer = world.call(method, channel=ALERTS, token=APP_TOKEN if METHODS[method].token == "app" else BOT_TOKEN)
        if answer.json().get("error") == "missing_scope":
            found[method] = answer.json()["needed"]
            assert answer.json()["provided"] == ""
    assert found == SCOPE_OF


@pytest.mark.parametrize("look", ["username", "icon_emoji", "icon_url"])
def test_a_look_of_ones_own_takes_a_scope(made, look):
    world = made(scopes=SCOPES)
    answer = refused(world, "chat.postMessage", channel=ALERTS, text="x", **{look: ":x:"})
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write.customize")


def test_reading_follows_the_kind_of_channel(made):
    secret = ChannelSpec(id=SECRET, name="secret", is_private=True)
    world = made(scopes=("chat:write", "channels:read", "channels:history"), channels=[secret], webhooks=[])
    assert refused(world, "conversations.info", channel=SECRET)["needed"] == "groups:read"
    assert refused(world, "conversations.history", channel=SECRET)["needed"] == "groups:history"


def test_the_app_token_has_scopes_of_its_own(made):
    world = made(app_scopes=())
    answer = world.call("apps.connections.open", token=APP_TOKEN).json()
    assert (answer["error"], answer["needed"]) == ("missing_scope", "connections:write")
    open_world = made(app_scopes=(), socket_scope="")
    assert open_world.call("apps.connections.open", token=APP_TOKEN).json()["ok"] is True
    by_get = world.http.request(
        "GET", f"{world.served.url}/api/apps.connections.open", headers={"Authorization": f"Bearer {APP_TOKEN}"}
    )
    assert by_get.json()["error"] == "insecure_request"


@pytest.mark.parametrize("state", ["account_inactive", "token_revoked", "token_expired"])
def test_a_token_that_is_no_longer_good_says_why(made, state):
    world = made(token_state=state)
    assert refused(world, "auth.test")["error"] == state
    assert world.call("apps.connections.open", token=APP_TOKEN).json()["ok"] is True


@pytest.mark.parametrize("code", ["restricted_action", "restricted_action_read_only_channel", "message_limit_exceeded"])
def test_a_channel_may_be_closed_to_the_app(made, code):
    world = made(channels=[ChannelSpec(id=ALERTS, name="alerts", refuses=code)])
    assert refused(world, "chat.postMessage", channel=ALERTS, text="x")["error"] == code


def test_public_channels_are_open_to_an_app_that_may_post_everywhere_or_joins(made):
    world = made(scopes=(*EVERY_SCOPE, "chat:write.public"))
    assert world.client.chat_postMessage(channel=OUTSIDE, text="x")["ok"]
    assert refused(world, "conversations.history", channel=OUTSIDE)["error"] == "not_in_channel"
    assert world.client.conversations_join(channel=OUTSIDE)["channel"]["is_member"] is True
    assert world.client.conversations_history(channel=OUTSIDE)["messages"][0]["text"] == "x"
    assert world.client.conversations_join(channel=OUTSIDE)["warning"] == "already_in_channel"
    assert refused(world, "conversations.join", channel=OLD)["error"] == "is_archived"
    assert refused(world, "conversations.join", channel=SECRET)["error"] == "channel_not_found"


@pytest.mark.parametrize("name", [ALERTS, "#alerts", "alerts"])
def test_a_post_names_its_channel_by_id_or_by_name(made, name):
    world = made()
    assert world.client.chat_postMessage(channel=name, text="x")["channel"] == ALERTS
    assert refused(world, "conversations.info", channel="#alerts")["error"] == "channel_not_found"
    assert refused(world, "chat.postMessage", channel="#secret", text="x")["error"] == "channel_not_found"
    assert refused(world, "chat.postMessage", channel="#old", text="x")["error"] == "is_archived"


def test_the_bots_token_may_stand_in_a_form_and_is_not_recorded(made):
    world = made()

    def call(method, verb="POST", **fields):
        url = f"{world.served.url}/api/{method}"
        return world.http.request(verb, url, fields=fields, **({"encode_multipart": False} if verb == "POST" else {}))

    answer = call("chat.postMessage", token=BOT_TOKEN, channel=ALERTS, text="x").json()
    assert (answer["ok"], answer["channel"]) == (True, ALERTS)
    assert call("chat.postMessage", verb="GET", token=BOT_TOKEN, channel=ALERTS, text="x").json()["error"] == (
        "not_authed"
    )
    assert call("apps.connections.open", token=APP_TOKEN).json()["error"] == "not_authed"
    assert BOT_TOKEN not in json.dumps(world.record.entries())


def test_people_are_found_by_id_and_by_address(made):
    users = [
        SlackUser(id=JUN, name="jun", email=EMAIL),
        SlackUser(id=GUEST, name="guest", is_visible=False),
        SlackUser(id=GONE, name="gone", email="gone@bongsu.example", deleted=True),
    ]
    world = made(users=users)
    assert world.client.users_info(user=JUN)["user"]["profile"]["email"] == EMAIL
    assert world.client.users_lookupByEmail(email=EMAIL.upper())["user"]["id"] == JUN
    assert refused(world, "users.info", user=GUEST)["error"] == "user_not_visible"
    assert refused(world, "users.info", user="U0NOBODY000")["error"] == "user_not_found"
    for email in ("gone@bongsu.example", "nobody@bongsu.example"):
        assert refused(world, "users.lookupByEmail", email=email)["error"] == "users_not_found"
    quiet = made(users=users, scopes=SCOPES)
    assert "email" not in quiet.client.users_info(user=JUN)["user"]["profile"]


def test_the_app_is_a_user_that_nobody_can_write_to(made):
    world = made()
    assert world.client.users_info(user=BOT)["user"]["is_bot"] is True
    assert refused(world, "chat.postMessage", channel=BOT, text="x")["error"] == "channel_not_found"
    assert refused(world, "conversations.open", users=BOT)["error"] == "cannot_dm_bot"


def test_scopes_are_told_to_whoever_has_a_token(made):
    world = made(scopes=("chat:write",))
    assert world.call("auth.test").headers["X-OAuth-Scopes"] == "chat:write"
    assert "X-OAuth-Scopes" not in world.call("auth.test", token="xoxb-" + "6" * 12).headers


def test_reactions_tell_who_and_never_when(made):
    world = made()
    ts = world.client.chat_postMessage(channel=ALERTS, text="Ready?")["ts"]
    assert "reactions" not in world.client.reactions_get(channel=ALERTS, timestamp=ts)["message"]
    world.sandbox.react(JUN, ALERTS, ts, "white_check_mark")
    world.sandbox.react(JUN, ALERTS, ts, "white_check_mark")
    found = world.client.reactions_get(channel=ALERTS, timestamp=ts, full=True)
    assert found["message"]["reactions"] == [{"name": "white_check_mark", "users": [JUN], "count": 1}]
    assert world.client.conversations_history(channel=ALERTS)["messages"][0]["reactions"][0]["count"] == 1
    assert refused(world, "reactions.get", channel=ALERTS)["error"] == "no_item_specified"
    assert refused(world, "reactions.get", channel=ALERTS, timestamp="soon")["error"] == "bad_timestamp"
    assert refused(world, "reactions.get", channel=ALERTS, timestamp="1700000000.000000")["error"] == (
        "message_not_found"
    )


def test_an_update_keeps_metadata_drops_blocks_and_marks_only_plain_text(made):
    world = made()
    metadata = {"event_type": "bongsu_message", "event_payload": {"intent": "a1b2"}}
    ts = world.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK, metadata=metadata)["ts"]
    with_blocks = world.client.chat_update(channel=ALERTS, ts=ts, text="Go", blocks=ASK[:1])["message"]
    assert "edited" not in with_blocks and with_blocks["metadata"] == metadata
    plain = world.client.chat_update(channel=ALERTS, ts=ts, text="Go")["message"]
    assert plain["edited"]["user"] == BOT
    assert "blocks" not in plain and plain["metadata"] == metadata
    assert refused(world, "chat.update", channel=ALERTS, ts="1700000000.000000", text="x")["error"] == (
        "message_not_found"
    )
    said = world.sandbox.say(JUN, ALERTS, "mine")
    assert refused(world, "chat.update", channel=ALERTS, ts=said, text="x")["error"] == "cant_update_message"
    assert refused(world, "chat.update", channel=ALERTS, ts=ts, text="x" * 4001)["error"] == "msg_too_long"
    assert refused(world, "chat.update", channel=OLD, ts=ts, text="x")["error"] == "is_inactive"
    marked = made(edited_mark_with_blocks=True)
    ts = marked.client.chat_postMessage(channel=ALERTS, text="Ready?", blocks=ASK)["ts"]
    assert "edited" in marked.client.chat_update(channel=ALERTS, ts=ts, text="Go", blocks=ASK[:1])["message"]


def test_a_workspace_may_close_a_message_to_edits(made):
    world = made(edit_within=timedelta(minutes=5))
    ts = world.client.chat_postMessage(channel=ALERTS, text="one")["ts"]
    assert world.client.chat_update(channel=ALERTS, ts=ts, text="two")["text"] == "two"
    world.pass_time(minutes=6)
    assert refused(world, "chat.update", channel=ALERTS, ts=ts, text="three")["error"] == "edit_window_closed"


def test_a_deleted_message_is_gone_or_leaves_a_mark_for_its_thread(made):
    world = made()
    alone = world.client.chat_postMessage(channel=ALERTS, text="alone")["ts"]
    assert world.client.chat_delete(channel=ALERTS, ts=alone)["ts"] == alone
    assert world.client.conversations_history(channel=ALERTS)["messages"] == []
    assert refused(world, "chat.delete", channel=ALERTS, ts=alone)["error"] == "message_not_found"
    world.pass_time(seconds=1)
    parent = world.client.chat_postMessage(channel=ALERTS, text="parent")["ts"]
    said = world.sandbox.say(JUN, ALERTS, "reply", thread_ts=parent)
    assert refused(world, "chat.delete", channel=ALERTS, ts=said)["error"] == "cant_delete_message"
    world.client.chat_delete(channel=ALERTS, ts=parent)
    (mark,) = world.client.conversations_history(channel=ALERTS)["messages"]
    assert (mark["subtype"], mark["reply_count"]) == ("tombstone", 1)
    assert refused(world, "chat.getPermalink", channel=ALERTS, message_ts=parent)["error"] == "message_not_found"


def test_a_reply_can_be_shown_to_the_whole_channel(made):
    world = made()
    parent = world.client.chat_postMessage(channel=ALERTS, text="drill")["ts"]
    world.pass_time(seconds=1)
    reply = world.client.chat_postMessage(channel=ALERTS, text="all", thread_ts=parent, reply_broadcast=True)
    assert reply["message"]["thread_ts"] == parent
    found = world.client.conversations_history(channel=ALERTS)["messages"]
    assert [(one["ts"], one.get("subtype")) for one in found] == [(reply["ts"], "thread_broadcast"), (parent, None)]
    link = world.client.chat_getPermalink(channel=ALERTS, message_ts=reply["ts"])["permalink"]
    assert link.endswith(f"?thread_ts={parent}&cid={ALERTS}")
    assert refused(world, "chat.postMessage", channel=ALERTS, text="x", reply_broadcast=1)["error"] == (
        "invalid_arguments"
    )


def test_history_pages_can_be_larger_for_the_companys_own_apps(made):
    world = made(history_limit_max=999)
    for number in range(20):
        world.sandbox.say(JUN, ALERTS, f"line {number}")
    assert len(world.client.conversations_history(channel=ALERTS)["messages"]) == 20
    assert refused(world, "conversations.history", channel=ALERTS, limit=1000)["error"] == "invalid_arguments"
    assert refused(world, "conversations.history", channel=ALERTS, limit=0)["error"] == "invalid_arguments"


def test_a_read_with_a_json_body_is_refused_and_not_answered_for_another_question(made):
    world = made()
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    url = f"{world.served.url}/api/conversations.history"
    answer = world.http.request("POST", url, json={"channel": ALERTS}, headers=headers).json()
    assert answer["error"] == "invalid_arguments"
    assert "not as JSON" in answer["response_metadata"]["messages"][0]


def test_the_workspace_may_be_named_as_the_vendors_framework_does(made):
    world = made()
    assert world.client.conversations_info(channel=ALERTS, team_id=TEAM)["ok"]
    assert refused(world, "conversations.info", channel=ALERTS, team_id="T0OTHER0000")["error"] == "invalid_arguments"


def test_every_switch_can_be_turned_in_a_worlds_json():
    turned = {
        "app_scopes": [],
        "token_state": "token_revoked",
        "edit_within": 300,
        "post_burst": 3,
        "posts_per_minute": 60,
        "too_fast_body": "rate_limited",
        "tiers_enforced": False,
        "socket_tier": 1,
        "socket_scope": "",
        "socket_lasts": 3600,
        "history_limit_max": 999,
        "history_per_minute": 1,
        "long_text": "keep",
        "whitespace_is_empty": False,
        "block_error_details": False,
        "blocks_characters_max": 13_200,
        "metadata_characters_max": 8_000,
        "edited_mark_with_blocks": True,
        "press_sends_max": 3,
        "webhook_statuses": {"no_service": 410},
        "webhook_too_fast_body": "rate_limited",
        "webhook_subtype": "",
        "webhooks": [{"id": HOOK, "secret": HOOK_SECRET, "channel": ALERTS, "refuses": "no_service"}],
        "socket_mode": False,
        "request_url": "http://127.0.0.1:9/slack",
    }
    spec = overlay(workspace(), turned)
    assert (spec.socket_lasts, spec.edit_within) == (timedelta(hours=1), timedelta(minutes=5))
    assert (spec.webhook_statuses["no_service"], spec.webhook_statuses["no_team"]) == (410, 404)
    assert spec.webhooks[0].refuses == "no_service"
    plain = {name: value for name, value in turned.items() if isinstance(value, str | int) and "_with" not in name}
    for name in set(plain) - {"edit_within", "socket_lasts"}:
        assert getattr(spec, name) == turned[name]
    with pytest.raises(BadDocument, match=r"long_text is 'split'"):
        overlay(workspace(), {"long_text": "split"})


def test_the_vendors_asynchronous_clients_are_met_too(made):
    world = made()

    async def meet():
        client = AsyncWebClient(token=BOT_TOKEN, base_url=world.served.url + "/api/", retry_handlers=[])
        posted = await client.chat_postMessage(channel=ALERTS, text="one")
        with pytest.raises(SlackApiError) as caught:
            await client.chat_update(channel=ALERTS, ts="1700000000.000000", text="x")
        answer = await AsyncWebhookClient(world.hook_url(), retry_handlers=[]).send(text=" ")
        return posted["ts"], caught.value.response["error"], (answer.status_code, answer.body)

    ts, error, hook = asyncio.run(meet())
    assert ts == world.messages()[0]["ts"]
    assert (error, hook) == ("message_not_found", (400, "no_text"))


def test_a_spec_that_names_nobody_is_refused():
    good = workspace()
    with pytest.raises(ValueError, match="is not among the users"):
        replace(good, users=[])
    with pytest.raises(ValueError, match="is not among the channels"):
        replace(good, webhooks=[replace(good.webhooks[0], channel="C0NOWHERE00")])
    with pytest.raises(ValueError, match="has no status"):
        replace(good, webhooks=[replace(good.webhooks[0], refuses="tired")])
