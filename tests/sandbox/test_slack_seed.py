"""The three Slack messages of the hand-written log that this project began with: one can be posted, two cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient
from tests.sandbox.slack_rig import ALERTS, SCOPES, World

SEED = json.loads((Path(__file__).parent / "data" / "seed_slack_messages.json").read_text("utf-8"))
EMPTY = "must be more than 0 characters [json-pointer:{}]"
REFUSED = {
    "cutover_success": ["/blocks/3/fields/1/text", "/blocks/4/fields/1/text"],
    "escalation_drill": ["/blocks/4/fields/1/text"],
}
IGNORED = ("channel", "username", "icon_emoji")


@pytest.fixture
def world(tmp_path):
    one = World(tmp_path, scopes=(*SCOPES, "chat:write.customize"))
    yield one
    one.close()


def test_the_start_is_accepted_by_the_web_api(world):
    posted = world.client.chat_postMessage(**SEED["cutover_start"])
    assert posted["channel"] == ALERTS
    assert posted["ts"] == world.messages()[0]["ts"]
    assert (posted["message"]["username"], posted["message"]["icons"]) == (
        "Naver SMS Automation",
        {"emoji": ":rocket:"},
    )
    assert [block["type"] for block in posted["message"]["blocks"]] == ["header", "section", "context"]


@pytest.mark.parametrize(("name", "places"), sorted(REFUSED.items()))
def test_success_and_drill_are_refused_by_the_web_api_with_the_place(world, name, places):
    with pytest.raises(SlackApiError) as caught:
        world.client.chat_postMessage(**SEED[name])
    answer = caught.value.response
    assert (answer.status_code, answer["error"]) == (200, "invalid_blocks")
    assert answer["errors"] == [EMPTY.format(place) for place in places]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {EMPTY.format(place)}" for place in places]
    assert world.messages() == []


def test_the_start_is_accepted_by_the_webhook_which_says_no_more_than_ok(world):
    answer = world.http.request("POST", world.hook_url(), json=SEED["cutover_start"])
    assert (answer.status, answer.data) == (200, b"ok")
    (stored,) = world.messages()
    assert stored["ignored_fields"] == {name: SEED["cutover_start"][name] for name in IGNORED}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_success_and_drill_are_refused_by_the_webhook(world, name):
    payload = SEED[name]
    answer = WebhookClient(world.hook_url(), retry_handlers=[]).send_dict(payload)
    assert (answer.status_code, answer.body) == (400, "invalid_blocks")
    assert world.messages() == []


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_they_would_have_been_accepted_without_their_empty_cells(world, name):
    blocks = json.loads(json.dumps(SEED[name]["blocks"]))
    for block in blocks:
        if "fields" in block:
            block["fields"] = [item for item in block["fields"] if item["text"]]
    answer = world.http.request("POST", world.hook_url(), json={"text": SEED[name]["text"], "blocks": blocks})
    assert (answer.status, answer.data) == (200, b"ok")
