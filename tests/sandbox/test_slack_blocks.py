"""Block Kit limits, texts and metadata of the imitated Slack: pure rules."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.sandbox.slack_blocks import block_errors, stored_blocks
from bongsu.sandbox.slack_text import metadata_error, stored_text


def _section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _button(**more):
    return {"type": "button", "text": {"type": "plain_text", "text": "Go"}, **more}


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        (
            [{"type": "section", "fields": [{"type": "mrkdwn", "text": "a"}, {"type": "mrkdwn", "text": ""}]}],
            "must be more than 0 characters [json-pointer:/blocks/0/fields/1/text]",
        ),
        ([_section(" ")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ([_section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        ([{"type": "section"}], "must define either `text` or `fields` [json-pointer:/blocks/0/type]"),
        ([{"type": "rich"}], "unsupported type: rich [json-pointer:/blocks/0/type]"),
        (
            [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
            "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
        ),
        (
            [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
            "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}],
            "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
        ),
        (
            [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}],
            "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
        ),
        (
            [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}],
            "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            [{"type": "actions", "elements": [_button()] * 26}],
            "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            [{"type": "actions", "elements": [_button(value="x" * 2001)]}],
            "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
        ),
        (
            [{"type": "actions", "elements": [_button(style="loud")]}],
            "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
        ),
        (
            [{"type": "actions", "elements": [_button(action_id="a"), _button(action_id="a")]}],
            "sandbox: `action_id` is used twice in the message [json-pointer:/blocks/0/elements/1/action_id]",
        ),
        (
            [{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}],
            "sandbox: `block_id` is used twice in the message [json-pointer:/blocks/1/block_id]",
        ),
        (
            [{"type": "divider", "block_id": "b" * 256}],
            "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
        ),
        (
            [{"type": "actions", "elements": [_button(action_id="a" * 256)]}],
            "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
        ),
        (
            [{"type": "actions", "elements": [_button(url="https://x.example/" + "x" * 3000)]}],
            "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]",
        ),
        (
            [{"type": "actions", "elements": [_button(text={"type": "plain_text", "text": "x" * 76})]}],
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        ),
        (
            [{"type": "actions", "elements": [_button(text={"type": "mrkdwn", "text": "x"})]}],
            "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]",
        ),
        (
            [{"type": "actions", "elements": [_button(confirm={"text": {"type": "mrkdwn", "text": "x"}})]}],
            "missing required field: text object [json-pointer:/blocks/0/elements/0/confirm/title]",
        ),
        (
            [{"type": "actions", "elements": [{"type": "datepicker", "action_id": "a"}]}],
            "sandbox: `datepicker` is not imitated [json-pointer:/blocks/0/elements/0/type]",
        ),
        ([{"type": "image"}], "sandbox: `image` is not imitated [json-pointer:/blocks/0/type]"),
        (
            [{"type": "context", "elements": [{"type": "image", "alt_text": "x"}]}],
            "missing required field: image_url [json-pointer:/blocks/0/elements/0]",
        ),
        (
            [{"type": "header", "text": {"type": "plain_text", "text": ""}}],
            "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            [{"type": "actions", "elements": []}],
            "no less than 1 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (["x"], "must be an object [json-pointer:/blocks/0]"),
    ],
)
def test_each_block_kit_limit_has_its_pointer(blocks, error):
    errors = block_errors(blocks)
    assert error in errors


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=10))
def test_sound_blocks_are_stored_with_their_texts_unchanged(texts):
    blocks = [{"type": "section", "fields": [{"type": "mrkdwn", "text": text} for text in texts]}]
    errors = block_errors(blocks)
    assert bool(errors) == any(not text.strip() for text in texts)
    (stored,) = stored_blocks(blocks, random.Random(1))
    assert [item["text"] for item in stored["fields"]] == texts
    assert all(item["verbatim"] is False for item in stored["fields"])


def test_texts_are_escaped_and_addresses_wrapped_as_they_are_read_back():
    assert stored_text("a & b <c> &amp; <https://x.example|x>") == ("a &amp; b &lt;c&gt; &amp; <https://x.example|x>")
    assert stored_text("see https://x.example/y.") == "see <https://x.example/y>."
    assert stored_text("<@U09AB1JUN00> <!here>") == "<@U09AB1JUN00> <!here>"


def test_metadata_is_shallow():
    assert metadata_error({"event_type": "bongsu_announcement", "event_payload": {"intent": "a1b2", "part": 1}}) is None
    assert metadata_error({"event_type": "no spaces", "event_payload": {}}) == "invalid_metadata_format"
    deep = {"event_type": "x", "event_payload": {"a": {"b": {"c": 1}}}}
    assert metadata_error(deep) == "invalid_metadata_schema"


def test_exactly_the_limits_are_taken():
    full = _button(
        text={"type": "plain_text", "text": "x" * 75}, value="v" * 2000, url="https://x.example/" + "x" * 2982
    )
    blocks = [
        {"type": "header", "block_id": "b" * 255, "text": {"type": "plain_text", "text": "x" * 150}},
        _section("x" * 3000),
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2000}] * 10},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 10},
        {"type": "actions", "elements": [{**full, "action_id": f"{number:0>255}"} for number in range(25)]},
        *[{"type": "divider"}] * 45,
    ]
    assert block_errors(blocks) == []
