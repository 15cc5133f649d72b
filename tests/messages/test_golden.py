"""Every message of the seed's story, exactly as each channel gets it.

A golden file is what a person reads in review. Write them anew with `BONGSU_GOLDEN=write pytest tests/messages`.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.messages import story as told
from tests.messages import trouble

from bongsu.core.events import Method, Outcome, Phase
from bongsu.core.guard_events import Safe
from bongsu.messages import MEASURED_BEFORE, preview, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.messages.story import Story

GOLDEN = Path(__file__).parent / "golden"
KOREAN = Path(__file__).parent / "golden_ko"
CHANNELS = ("ops_chat", "alerts")

CASES: dict[str, tuple[str, Callable[[], Story]]] = {
    "go_request": ("go_request", told.baselined),
    "start": ("start", told.approved),
    "success": ("success", told.succeeded),
    "success_with_deviations": ("success", lambda: told.succeeded(alerts=Outcome.REFUSED)),
    "drill": ("drill", told.succeeded),
    "drill_result": ("drill_result", told.drilled),
    "drill_result_missed": ("drill_result", lambda: told.drilled(ops_manager=False)),
    "page": ("page", trouble.deciding),
    "page_rollback_failed": ("page", trouble.rollback_refused),
    "page_still_runs": ("page", trouble.still_runs),
    "rollback": ("rollback", trouble.rolled_back),
    "rollback_nobody_decided": (
        "rollback",
        lambda: trouble.rolled_back(trouble.undecided(Phase.ROLLING_BACK), clock="14:15:", incomplete=("a", "b")),
    ),
    "hold": ("hold", trouble.held),
    "watch_summary": ("watch_summary", told.watched),
    "watch_summary_failed": ("watch_summary", lambda: told.watched(bad_look=True)),
    "silence": ("silence", trouble.silent),
    "silence_page": ("silence", lambda: trouble.silent(then="page")),
    "silence_after_success": ("silence", lambda: trouble.silent(safe=Safe.AS_IT_IS)),
    "silence_cut_off": ("silence", trouble.cut_off),
    "silence_off": ("silence", lambda: trouble.silent(rule="DISABLED")),
    "guard_lost": ("guard_lost", trouble.guard_lost),
    "no_go": ("no_go", told.no_go),
    "no_go_not_enabled": ("no_go", told.not_enabled),
}


def compare(name: str, text: str, folder: Path = GOLDEN) -> None:
    path = folder / name
    if os.environ.get("BONGSU_GOLDEN") == "write":
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text


def written(payload: object) -> str:
    return json.dumps(payload, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("case", CASES)
def test_a_message_reads_as_reviewed(case: str, channel: str) -> None:
    """The payload of every message, and the figures it cites, are those of the golden files."""
    message, chapter = CASES[case]
    story = chapter()
    rendered = render(story.action(message, channel), story.plan, story.state, run_id=told.RUN_ID)
    compare(f"{case}.{channel}.json", written({"payload": rendered.payload, "figures": rendered.figures}))
    if channel == "ops_chat":
        compare(f"{case}.txt", rendered.payload["text"] + "\n")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("case", CASES)
def test_a_korean_message_reads_as_reviewed(case: str, channel: str) -> None:
    """The same ledger in Korean: the same figures from the same lines."""
    message, chapter = CASES[case]
    story = chapter()
    english = render(story.action(message, channel), story.plan, story.state, run_id=told.RUN_ID)
    action = story.action(message, channel, language="ko")
    rendered = render(action, story.plan, story.state, run_id=told.RUN_ID)
    assert rendered.figures == english.figures
    compare(f"{case}.{channel}.json", written({"payload": rendered.payload, "figures": rendered.figures}), KOREAN)
    if channel == "ops_chat":
        compare(f"{case}.txt", rendered.payload["text"] + "\n", KOREAN)


@pytest.mark.parametrize("channel", CHANNELS)
def test_closing_takes_the_buttons_off_and_says_who_answered(channel: str) -> None:
    """The closed drill is the drill that was sent, without buttons, and the acknowledgements below it."""
    before, after = told.succeeded(), told.drilled()
    sent = render(before.action("drill", channel), before.plan, before.state, run_id=told.RUN_ID).payload
    key = f"drill//{channel}"
    action = after.action("closing", channel, key=f"close//{key}", method=Method.CLOSE, about=key)
    closed = render(action, after.plan, after.state, run_id=told.RUN_ID, original=sent)
    compare(f"closing.{channel}.json", written({"payload": closed.payload, "figures": closed.figures}))
    closed = render(replace(action, language="ko"), after.plan, after.state, run_id=told.RUN_ID, original=sent)
    compare(f"closing.{channel}.json", written({"payload": closed.payload, "figures": closed.figures}), KOREAN)


@pytest.mark.parametrize("message", MEASURED_BEFORE)
def test_a_preview_shows_what_is_not_measured_yet(message: str) -> None:
    """Before a run every message can be read, with the name of every figure in the place of its value."""
    shown = {each.channel: each.payload for each in preview(told.plan(), message)}
    assert tuple(shown) == CHANNELS
    compare(f"preview.{message}.txt", shown["ops_chat"]["text"] + "\n")
    plan = told.plan()
    korean = replace(plan, announce=replace(plan.announce, languages=("ko",)))
    text = next(each.payload["text"] for each in preview(korean, message) if each.channel == "ops_chat")
    compare(f"preview.{message}.txt", text + "\n", KOREAN)


def test_no_golden_file_is_left_over() -> None:
    """Every file in the folder is one that a test compares."""
    names = {f"{case}.{channel}.json" for case in CASES for channel in CHANNELS}
    names |= {f"{case}.txt" for case in CASES} | {f"closing.{channel}.json" for channel in CHANNELS}
    names |= {f"preview.{message}.txt" for message in MEASURED_BEFORE}
    assert {path.name for path in GOLDEN.iterdir()} == names
    assert {path.name for path in KOREAN.iterdir()} == names
