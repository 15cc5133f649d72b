"""Incoming webhooks of the imitated Slack, posted to by the vendor's own client and by bare HTTP."""

from __future__ import annotations

import json

import pytest
from slack_sdk.webhook import WebhookClient
from tests.sandbox.slack_rig import ALERTS, ASK, HOOK, HOOK_SECRET, OLD, World

from bongsu.sandbox.faults import Fault
from bongsu.sandbox.slack import WebhookSpec
from bongsu.sandbox.slack_spec import WEBHOOK_STATUSES


@pytest.fixture
def world(tmp_path):
    one = World(tmp_path)
    yield one
    one.close()


def post(world, payload, **where):
    return world.http.request("POST", world.hook_url(**where), json=payload)


def test_the_vendors_client_hears_ok_and_no_id(world):
    answer = WebhookClient(world.hook_url(), retry_handlers=[]).send(text="started", blocks=ASK)
    assert (answer.status_code, answer.body) == (200, "ok")
    (stored,) = world.messages()
    assert (stored["text"], stored["via"], stored["buttons"]) == ("started", "webhook", ["Go", "No-go"])
    assert HOOK_SECRET not in json.dumps(world.record.entries()) + json.dumps(world.sandbox.state())


def test_what_an_app_webhook_ignores_is_shown(world):
    extra = {"channel": "#other", "username": "Naver SMS", "icon_emoji": ":rocket:", "icon_url": "https://x.example"}
    answer = post(world, {"text": "started", **extra})
    assert (answer.status, answer.data, answer.headers["Content-Type"]) == (200, b"ok", "text/plain; charset=utf-8")
    (stored,) = world.messages()
    assert stored["ignored_fields"] == extra
    assert "username" not in stored


@pytest.mark.parametrize(
    ("where", "status", "code"),
    [
        ({"team": "T0UNKNOWN00"}, 404, "no_team"),
        ({"service": "none"}, 404, "no_service_id"),
        ({"service": "B0UNKNOWN00"}, 404, "no_service"),
        ({"secret": "x" * 24}, 403, "invalid_token"),
    ],
)
def test_a_wrong_address_is_told_apart(world, where, status, code):
    answer = post(world, {"text": "x"}, **where)
    assert (answer.status, answer.data.decode()) == (status, code)
    assert world.messages() == []


@pytest.mark.parametrize(
    ("payload", "status", "code"),
    [
        ({}, 400, "no_text"),
        ({"text": " "}, 400, "no_text"),
        ({"text": 5}, 400, "invalid_payload"),
        ([], 400, "invalid_payload"),
        ({"text": "x", "blocks": {"type": "divider"}}, 400, "invalid_blocks_format"),
        ({"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]}, 400, "invalid_blocks"),
        ({"text": "x", "thread_ts": "1700000000.000000"}, 400, "cannot_reply_to_message"),
        ({"text": "x", "as_user": True}, 400, "invalid_payload"),
    ],
)
def test_a_bad_post_gets_its_code_and_no_detail(world, payload, status, code):
    answer = post(world, payload)
    assert (answer.status, answer.data.decode()) == (status, code)
    assert world.messages() == []


def test_the_sandboxs_own_objection_stands_in_a_header(world):
    assert post(world, {"text": "x", "as_user": True}).headers["X-Sandbox-Reason"] == "sandbox: unknown field `as_user`"
    assert "X-Sandbox-Reason" not in post(world, {"text": " "}).headers


@pytest.mark.parametrize(("code", "status"), sorted(WEBHOOK_STATUSES.items()))
def test_a_webhook_can_refuse_everything_with_each_documented_code(tmp_path, code, status):
    world = World(tmp_path, webhooks=[WebhookSpec(id=HOOK, secret=HOOK_SECRET, channel=ALERTS, refuses=code)])
    try:
        answer = post(world, {"text": "x"})
        assert (answer.status, answer.data.decode(), world.messages()) == (status, code, [])
    finally:
        world.close()


def test_an_archived_channel_is_gone(tmp_path):
    world = World(tmp_path, webhooks=[WebhookSpec(id=HOOK, secret=HOOK_SECRET, channel=OLD)])
    try:
        answer = post(world, {"text": "x"})
        assert (answer.status, answer.data) == (410, b"channel_is_archived")
    finally:
        world.close()


def test_forms_carry_the_payload_in_one_field_and_anything_else_is_not_understood(world):
    fields = {"payload": json.dumps({"text": "from a form"})}
    answer = world.http.request("POST", world.hook_url(), fields=fields, encode_multipart=False)
    assert (answer.status, world.messages()[0]["text"]) == (200, "from a form")
    for verb, body, kind in (
        ("GET", None, None),
        ("POST", b"{", "application/json"),
        ("POST", b'{"text":"x"}', "text/plain"),
    ):
        headers = {"Content-Type": kind} if kind else {}
        answer = world.http.request(verb, world.hook_url(), body=body, headers=headers)
        assert (answer.status, answer.data) == (400, b"invalid_payload")


def test_posts_and_webhooks_share_one_message_a_second(world):
    world.client.chat_postMessage(channel=ALERTS, text="one")
    answer = post(world, {"text": "two"})
    assert (answer.status, answer.headers["Retry-After"], answer.data) == (429, "1", b"")
    world.pass_time(seconds=1)
    assert post(world, {"text": "two"}).status == 200
    assert world.call("chat.postMessage", channel=ALERTS, text="three").status == 429


def test_a_webhooks_message_takes_replies_and_cannot_be_edited(world):
    post(world, {"text": "started"})
    ts = world.messages()[0]["ts"]
    world.pass_time(seconds=1)
    assert post(world, {"text": "more", "thread_ts": ts}).status == 200
    assert [one["text"] for one in world.client.conversations_replies(channel=ALERTS, ts=ts)["messages"]] == [
        "started",
        "more",
    ]
    assert world.error("chat.update", channel=ALERTS, ts=ts, text="changed") == "cant_update_message"


def test_an_ordered_fault_is_said_in_a_bare_word(world):
    for fault in ({"kind": "rate_limit", "retry_after": 9}, {"kind": "status", "status": 500, "code": "rollup_error"}):
        world.sandbox.faults.add(Fault(service="slack", operation="webhook", **fault))
    too_fast, broken = post(world, {"text": "x"}), post(world, {"text": "x"})
    assert (too_fast.status, too_fast.headers["Retry-After"]) == (429, "9")
    assert (broken.status, broken.data, broken.headers["Content-Type"]) == (
        500, b"rollup_error", "text/plain; charset=utf-8",
    )  # fmt: skip
    assert post(world, {"text": "x"}).data == b"ok"


@pytest.mark.parametrize("subtype", ["bot_message", ""])
def test_a_webhooks_message_reads_back_as_a_bots(tmp_path, subtype):
    world = World(tmp_path, webhook_subtype=subtype)
    try:
        post(world, {"text": "started"})
        (found,) = world.client.conversations_history(channel=ALERTS)["messages"]
        assert (found["bot_id"], found.get("subtype", "")) == ("B09ABBONGSU", subtype)
    finally:
        world.close()
