"""Every payload keeps the services' documented limits, whatever stands in the plan."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from tests.messages import story as told
from tests.messages.test_golden import CASES

from bongsu.core.actions import Send
from bongsu.messages import MEASURED_BEFORE, preview, render, slack, telegram
from bongsu.messages.model import Button, Link, Message, Row, Section
from bongsu.messages.words import languages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NASTY = """<b>&amp; <!channel> "quoted" <https://example.com|text> *bold* {verify.x.y} {0} </i>"""


class Tags(HTMLParser):
    """Reads Telegram's HTML: open tags must close in order, and only its own tags may appear."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "i"} and not attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def shown_by_telegram(html: str) -> str:
    reader = Tags()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader.text


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def texts(block: object) -> Iterator[Mapping[str, Any]]:
    """Yield every text object of a Block Kit tree."""
    if isinstance(block, dict):
        if block.get("type") in {"mrkdwn", "plain_text"}:
            yield block
        for value in block.values():
            yield from texts(value)
    elif isinstance(block, list):
        for value in block:
            yield from texts(value)


def check_slack(payload: Mapping[str, Any]) -> None:
    blocks = payload["blocks"]
    assert 0 < len(payload["text"]) <= 4000
    assert len(blocks) <= 50
    assert sum(len(text["text"]) for text in texts(blocks)) <= 10_000
    assert all(1 <= len(text["text"].strip()) <= 3000 for text in texts(blocks))
    for block in blocks:
        match block["type"]:
            case "header":
                assert len(block["text"]["text"]) <= 150
            case "section":
                fields = block.get("fields", [])
                assert ("text" in block or fields) and len(fields) <= 10
                assert all(len(field["text"]) <= 2000 for field in fields)
            case "actions":
                assert 1 <= len(block["elements"]) <= 25
                assert all(len(button["text"]["text"]) <= 75 for button in block["elements"])
            case "context":
                assert 1 <= len(block["elements"]) <= 10
            case other:
                assert other == "divider"
    action_ids = [button["action_id"] for block in blocks for button in block.get("elements", []) if "value" in button]
    assert len(set(action_ids)) == len(action_ids)


def check_telegram(payload: Mapping[str, Any]) -> str:
    assert set(payload) <= {"text", "parse_mode", "link_preview_options", "reply_markup"}
    text = shown_by_telegram(payload["text"])
    assert 1 <= units(payload["text"]) <= 4096
    for row in payload.get("reply_markup", {}).get("inline_keyboard", []):
        assert 1 <= len(row) <= 8
        for button in row:
            assert set(button) in ({"text", "url"}, {"text", "callback_data"})
            assert 1 <= len(button.get("callback_data", "x").encode()) <= 64
    return text


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("case", CASES)
def test_the_story_keeps_every_limit_and_is_short_enough_for_a_phone(case: str, language: str) -> None:
    """Slack's block limits hold; on Telegram the usual message stays below 2,500 units of the 4,096."""
    message, chapter = CASES[case]
    story = chapter()
    for channel, check in (("ops_chat", check_telegram), ("alerts", check_slack)):
        action = story.action(message, channel, language=language)
        check(render(action, story.plan, story.state, run_id=told.RUN_ID).payload)
    action = story.action(message, "ops_chat", language=language)
    payload = render(action, story.plan, story.state, run_id=told.RUN_ID).payload
    assert units(payload["text"]) < 2500


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("case", CASES)
def test_both_channels_say_the_same(case: str, language: str) -> None:
    """Every label and every value on Telegram stands on Slack as well."""
    message, chapter = CASES[case]
    story = chapter()
    payloads = [
        render(story.action(message, channel, language=language), story.plan, story.state, run_id=told.RUN_ID)
        for channel in ("ops_chat", "alerts")
    ]
    assert payloads[0].figures == payloads[1].figures
    whole = "\n".join(str(text["text"]) for text in texts(payloads[1].payload["blocks"]))
    whole = whole.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    for line in check_telegram(payloads[0].payload).splitlines():
        for part in line.removeprefix("• ").split(": ", 1):
            assert part.replace("//ops_chat", "//alerts") in whole


@pytest.mark.parametrize("message", sorted(MEASURED_BEFORE))
def test_plan_text_cannot_forge_markup(message: str) -> None:
    """Names full of markup, mentions and braces come out as text on both channels."""
    plan = told.plan()
    contacts = {key: replace(one, name=NASTY, role=NASTY) for key, one in plan.contacts.items()}
    lines = {message: (NASTY.replace("{verify.x.y}", ""),)}
    announce = replace(plan.announce, lines=lines)
    target = replace(plan.target, facts={"rule": NASTY})
    nasty = replace(plan, cutover=NASTY, contacts=contacts, announce=announce, target=target)
    for shown in preview(nasty, message):
        if shown.channel == "ops_chat":
            assert NASTY in check_telegram(shown.payload)
        else:
            check_slack(shown.payload)
            assert all("<" not in text["text"] for text in texts(shown.payload["blocks"]) if text["type"] == "mrkdwn")
            assert "<" not in shown.payload["text"]


def big() -> Message:
    return Message(
        emoji="🚀",
        title="PRODUCTION CUTOVER",
        subject="x" * 300,
        lead="&" * 4000,
        sections=(
            Section(
                title="Rows",
                rows=tuple(Row(label=f"n{number}", text="a" * (2500 if number == 3 else 20)) for number in range(23)),
                lines=("z" * 3500,),
            ),
        ),
        buttons=(Button(name="ack", text="Acknowledge"),),
        links=tuple(Link(text=f"L{number}", url="https://example.com") for number in range(3)),
        footer=("run r", "link #1"),
    )


def test_slack_splits_what_is_too_long_and_loses_nothing() -> None:
    """A long subject leaves the header, rows and texts are split, and no entity is cut in two."""
    payload = slack.post(big())
    found = [text["text"] for text in texts(payload["blocks"])]
    assert all(1 <= len(text) <= 3000 for text in found)
    assert sum(text.count("&amp;") for text in found) == 4000
    assert sum(text.count("&") for text in found) == 4000
    assert sum(text.count("x") for text in found) == 300
    assert sum(text.count("z") for text in found) == 3500
    fields = [len(block["fields"]) for block in payload["blocks"] if "fields" in block]
    assert fields == [10, 10, 5]
    assert [block["text"]["text"] for block in payload["blocks"] if block["type"] == "header"] == [
        "🚀 PRODUCTION CUTOVER"
    ]


def test_telegram_never_cuts_a_text() -> None:
    """A text over the limit stays whole: refusing it is for the channel, which reports it."""
    payload = telegram.post(big())
    assert units(payload["text"]) > 4096
    assert payload["text"].count("&amp;") == 4000
    assert [len(row) for row in payload["reply_markup"]["inline_keyboard"]] == [1, 2, 1]


def test_an_unknown_kind_of_channel_is_refused_by_name() -> None:
    """A plan with a channel that nothing can write for fails before anything is sent."""
    plan = told.plan()
    strange = replace(plan, channels={"ops_chat": replace(plan.channels["ops_chat"], kind="carrier_pigeon")})
    action = Send(key="start//ops_chat", message="start", channel="ops_chat", to="1")
    with pytest.raises(ModuleNotFoundError, match="carrier_pigeon"):
        render(action, strange, told.approved().state, run_id=told.RUN_ID)
