"""What a message of the imitated Slack may hold, with each switch for what is not certain."""

from __future__ import annotations

from functools import partial

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import ButtonElement, ContextBlock, HeaderBlock, ImageElement, MarkdownTextObject
from slack_sdk.models.blocks import SectionBlock as Section
from tests.sandbox.slack_rig import ALERTS


@pytest.fixture
def made(slack_world):
    """Return what opens a world with changes to its spec."""
    return partial(slack_world, post_burst=50)


def refused(world, **arguments):
    with pytest.raises(SlackApiError) as caught:
        world.client.chat_postMessage(channel=ALERTS, **{"text": "x", **arguments})
    assert world.messages() == []
    return caught.value.response


def section(text="x"):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def test_a_long_text_is_refused_or_kept_and_cut_at_forty_thousand(made):
    assert refused(made(), text="x" * 4001)["error"] == "msg_too_long"
    world = made(long_text="keep")
    world.client.chat_postMessage(channel=ALERTS, text="x" * 40_001)
    assert len(world.messages()[0]["text"]) == 40_000
    with pytest.raises(SlackApiError, match="msg_too_long"):
        world.client.chat_update(channel=ALERTS, ts=world.messages()[0]["ts"], text="x" * 4001)


def test_white_space_counts_as_nothing_unless_told_otherwise(made):
    assert made().error("chat.postMessage", channel=ALERTS, text=" ") == "no_text"
    assert refused(made(), blocks=[section(" ")])["error"] == "invalid_blocks"
    world = made(whitespace_is_empty=False)
    assert world.call("chat.postMessage", channel=ALERTS, text=" ", blocks=[section(" ")]).json()["ok"] is True
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        world.client.chat_postMessage(channel=ALERTS, text="x", blocks=[section("")])


def test_the_vendors_own_block_models_let_an_empty_text_pass_and_the_sandbox_does_not(made):
    fields = [MarkdownTextObject(text="*Results*"), MarkdownTextObject(text="")]
    answer = refused(made(), blocks=[Section(fields=fields)])
    # The vendor's model leaves an empty text out altogether.
    assert answer["errors"] == ["missing required field: text [json-pointer:/blocks/0/fields/1]"]


def test_what_the_vendors_block_models_build_is_taken(made):
    world = made()
    blocks = [
        HeaderBlock(text="Ready?"),
        Section(text="x", accessory=ButtonElement(text="Go", action_id="go", value="1", style="primary")),
        ContextBlock(elements=[ImageElement(image_url="https://x.example/i.png", alt_text="i"), "by *Jun*"]),
    ]
    blocks[2].elements[1] = MarkdownTextObject(text="by *Jun*")
    posted = world.client.chat_postMessage(channel=ALERTS, text="x", blocks=blocks)
    assert [block["type"] for block in posted["message"]["blocks"]] == ["header", "section", "context"]
    assert world.messages()[0]["buttons"] == ["Go"]


def test_the_details_of_a_block_error_can_be_kept_back(made):
    answer = refused(made(block_error_details=False), blocks=[section("")])
    assert answer.data == {"ok": False, "error": "invalid_blocks"}


def test_all_blocks_together_have_a_cap(made):
    blocks = [section("x" * 2500)] * 4
    assert refused(made(), blocks=blocks)["error"] == "msg_blocks_too_long"
    assert made(blocks_characters_max=13_200).client.chat_postMessage(channel=ALERTS, text="x", blocks=blocks)["ok"]


def test_metadata_has_a_cap(made):
    metadata = {"event_type": "bongsu_message", "event_payload": {"intent": "a" * 4000}}
    assert refused(made(), metadata=metadata)["error"] == "metadata_too_large"
    world = made(metadata_characters_max=5000)
    assert world.client.chat_postMessage(channel=ALERTS, text="x", metadata=metadata)["ok"]


def test_attachments_are_kept_up_to_a_hundred(made):
    one = {"fallback": "f", "color": "#36a64f", "text": "details"}
    assert refused(made(), attachments=[one] * 101)["error"] == "too_many_attachments"
    assert refused(made(), attachments=[{"blocks": []}])["error"] == "invalid_arguments"
    assert refused(made(), attachments=[{"text": 5}])["error"] == "invalid_arguments"
    assert refused(made(), attachments=[{}])["error"] == "invalid_arguments"
    world = made()
    posted = world.client.chat_postMessage(channel=ALERTS, text="", attachments=[one] * 100)
    assert posted["message"]["attachments"][99] == {"id": 100, **one}
    hook = world.http.request("POST", world.hook_url(), json={"attachments": [one] * 101})
    assert (hook.status, hook.data) == (400, b"too_many_attachments")


@pytest.mark.parametrize(
    "field", ["username", "icon_emoji", "link_names", "parse", "mrkdwn", "as_user", "markdown_text"]
)
def test_nothing_is_taken_in_silence(made, field):
    answer = refused(made(), **{field: "x"})
    assert answer["error"] in ("invalid_arguments", "missing_scope")
