"""Where nothing can be pressed: the same message without its buttons, and a word on where an answer counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.messages import story as told
from tests.messages.test_golden import CASES
from tests.messages.test_limits import check_slack, shown_by_telegram, texts

from bongsu.channels import kinds
from bongsu.core.plan import ChannelSpec, Plan
from bongsu.messages import FORMS, MEASURED_BEFORE, preview, render
from bongsu.messages.words import languages

UNPRESSED = ("apprise", "slack_webhook", "stdout")
ASKING = ("drill", "go_request", "page", "silence")
HEADING = {"en": "How to answer", "ko": "답하는 방법"}


def with_channel(kind: str, plan: Plan | None = None, *, presses: bool = False) -> Plan:
    """Return the story's plan with one more announced channel, `aside`."""
    plan = plan or told.plan()
    spec = ChannelSpec(name="aside", kind=kind, to="", presses=presses)
    announce = replace(plan.announce, to=(*plan.announce.to, "aside"))
    return replace(plan, channels={**plan.channels, "aside": spec}, announce=announce)


def shown(kind: str, message: str, plan: Plan | None = None, language: str = "en") -> dict[str, Any]:
    """Return a message's payload for the channel `aside`."""
    plan = with_channel(kind, plan)
    plan = replace(plan, announce=replace(plan.announce, languages=(language,)))
    (payload,) = [dict(one.payload) for one in preview(plan, message) if one.channel == "aside"]
    return payload


def words_in(payload: dict[str, Any]) -> str:
    """Return all that people read in a payload."""
    if "blocks" in payload:
        return "\n".join(str(text["text"]) for text in texts(payload["blocks"]))
    return f"{payload['title']}\n{payload['text']}"


def test_each_kind_of_channel_has_a_form() -> None:
    assert sorted(FORMS) == list(kinds())


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("message", ASKING)
@pytest.mark.parametrize("kind", UNPRESSED)
def test_a_question_says_where_its_answers_count(kind: str, message: str, language: str) -> None:
    words = words_in(shown(kind, message, language=language))
    assert HEADING[language] in words
    assert "ops_chat, alerts" in words


@pytest.mark.parametrize("message", sorted(MEASURED_BEFORE))
@pytest.mark.parametrize("kind", UNPRESSED)
def test_nothing_there_can_be_pressed(kind: str, message: str) -> None:
    payload = shown(kind, message)
    if kind == "slack_webhook":
        check_slack(payload)
        elements = [one for block in payload["blocks"] if block["type"] == "actions" for one in block["elements"]]
        assert all("url" in one and "value" not in one for one in elements)
    else:
        assert set(payload) == {"title", "text"}
    if message not in ASKING:
        assert HEADING["en"] not in words_in(payload)


@pytest.mark.parametrize("message", ASKING)
def test_a_slack_channel_without_a_way_in_asks_to_answer_elsewhere_too(message: str) -> None:
    plan = told.plan()
    deaf = replace(plan.channels["alerts"], presses=False)
    payload = next(
        one.payload
        for one in preview(replace(plan, channels={**plan.channels, "alerts": deaf}), message)
        if one.channel == "alerts"
    )
    words = words_in(dict(payload))
    assert HEADING["en"] in words
    assert "count where the buttons are: ops_chat." in words
    assert not [block for block in payload["blocks"] if block.get("block_id") == "bongsu.answers"]


@pytest.mark.parametrize("kind", ["slack", "telegram", "stdout"])
def test_a_page_that_nobody_is_asked_on_names_the_orders(kind: str) -> None:
    """Without an escalation no press of anybody would count: a button for it would be a lie on every channel."""
    plan = replace(with_channel(kind, presses=kind != "stdout"), escalation={})
    (payload,) = [dict(one.payload) for one in preview(plan, "page") if one.channel == "aside"]
    words = shown_by_telegram(payload["text"]) if kind == "telegram" else words_in(payload)
    assert "nobody is asked by name" in words
    assert "bongsu rollback ‹run›, or bongsu hold ‹run›" in words
    assert "reply_markup" not in payload or "callback_data" not in str(payload["reply_markup"])


@pytest.mark.parametrize("case", sorted(CASES))
def test_plain_text_says_what_telegram_says(case: str) -> None:
    """Every line of the Telegram message stands in the plain one, unescaped, with the same figures."""
    message, chapter = CASES[case]
    story = chapter()
    plan = with_channel("stdout", story.plan)
    actions = [replace(story.action(message, "ops_chat"), channel=name) for name in ("ops_chat", "aside")]
    telegram, plain = (render(action, plan, story.state, run_id=told.RUN_ID) for action in actions)
    assert telegram.figures == plain.figures
    words = words_in(dict(plain.payload)).splitlines()
    for line in shown_by_telegram(telegram.payload["text"]).splitlines():
        assert line in words


def test_plain_text_is_not_marked_up() -> None:
    nasty = '<b>&amp; <!channel> "quoted" *bold*'
    payload = shown("apprise", "start", replace(told.plan(), cutover=nasty))
    assert nasty in payload["title"]
