"""Whatever a script sends to the imitated Slack is answered in Slack's form, and never breaks the imitation."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sandbox.slack_rig import ALERTS, APP_TOKEN, BOT_TOKEN, HOOK, HOOK_SECRET, JUN, TEAM, World
from werkzeug.test import Client

from bongsu.sandbox.slack_spec import WEBHOOK_STATUSES
from bongsu.sandbox.slack_wire import METHODS

KINDS = ["header", "section", "context", "actions", "divider", "image", "button", "mrkdwn", "plain_text", "rich"]
NAMES = ["type", "text", "fields", "elements", "accessory", "confirm", "value", "url", "style", "block_id", "x"]
LEAVES = (
    st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from([*KINDS, "", " ", "primary"]) | st.text(max_size=4)
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
TEXT = st.fixed_dictionaries(
    {"type": st.sampled_from(["plain_text", "mrkdwn"]), "text": st.sampled_from(["x", "", " ", "*b*"]) | LEAVES},
    optional={"emoji": LEAVES, "verbatim": LEAVES},
)
BUTTON = st.fixed_dictionaries(
    {"type": st.just("button"), "text": TEXT | LEAVES},
    optional={name: st.just("a") | LEAVES for name in ("action_id", "value", "url", "style")} | {"confirm": ANYTHING},
)
BLOCK = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS[:5])},
    optional={
        "text": TEXT | LEAVES,
        "fields": st.lists(TEXT | ANYTHING, max_size=3) | LEAVES,
        "elements": st.lists(BUTTON | TEXT | ANYTHING, max_size=3) | LEAVES,
        "accessory": BUTTON | ANYTHING,
        "block_id": LEAVES,
        "expand": LEAVES,
    },
)
ARGUMENT = ANYTHING | st.sampled_from([ALERTS, JUN, "1761109200.000100", "[]", "{", '[{"type":"divider"}]'])
ARGUMENTS = sorted({name for method in METHODS.values() for name in method.arguments})
CALLS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def world(tmp_path):
    one = World(tmp_path, post_burst=10**6, tiers_enforced=False)
    yield one
    one.close()


@CALLS
@given(
    method=st.sampled_from(sorted(METHODS)), values=st.dictionaries(st.sampled_from(ARGUMENTS), ARGUMENT, max_size=6)
)
@pytest.mark.parametrize("form", [False, True])
def test_every_call_is_answered_with_an_envelope(world, form, method, values):
    allowed = {name: value for name, value in values.items() if name in METHODS[method].arguments}
    token = APP_TOKEN if METHODS[method].token == "app" else BOT_TOKEN
    headers = {"Authorization": f"Bearer {token}"}
    if form:
        data = {name: value if isinstance(value, str) else json.dumps(value) for name, value in allowed.items()}
        answer = Client(world.sandbox).post(f"/api/{method}", data=data, headers=headers)
    else:
        answer = Client(world.sandbox).post(f"/api/{method}", json=allowed, headers=headers)
    assert answer.status_code == 200
    body = answer.json
    assert body["ok"] is True or (body["ok"] is False and body["error"] not in ("", "internal_error"))


@CALLS
@given(payload=ANYTHING | st.dictionaries(st.sampled_from(["text", "blocks", "attachments", "thread_ts"]), ARGUMENT))
def test_every_post_to_a_webhook_is_answered_with_a_known_word(world, payload):
    answer = Client(world.sandbox).post(f"/services/{TEAM}/{HOOK}/{HOOK_SECRET}", json=payload)
    assert answer.text == "ok" if answer.status_code == 200 else WEBHOOK_STATUSES[answer.text] == answer.status_code


@CALLS
@given(blocks=st.lists(BLOCK | ANYTHING, max_size=3))
def test_blocks_that_are_not_taken_are_refused_with_places(world, blocks):
    answer = (
        Client(world.sandbox)
        .post(
            "/api/chat.postMessage",
            json={"channel": ALERTS, "text": "x", "blocks": blocks},
            headers={"Authorization": f"Bearer {BOT_TOKEN}"},
        )
        .json
    )
    assert answer["ok"] or (
        answer["error"] == "invalid_blocks" and all("[json-pointer:/blocks" in one for one in answer["errors"])
    )


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"text":"\\ud83d"}', b"null", b'"x"'])
def test_bodies_that_are_no_object_of_whole_characters_are_refused(world, body):
    client = Client(world.sandbox)
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    kind = "application/json; charset=utf-8"
    answer = client.post("/api/chat.postMessage", data=body, content_type=kind, headers=headers)
    assert answer.json["error"] in ("invalid_json", "json_not_object")
    hook = client.post(f"/services/{TEAM}/{HOOK}/{HOOK_SECRET}", data=body, content_type=kind)
    assert (hook.status_code, hook.text) == (400, "invalid_payload")
