"""The picture on README.md's first screen is a report's own timeline, and needs nothing beside it."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from tests.docs.blocks import README, blocks
from tests.docs.picture import PICTURE, standing_alone
from tests.evidence.pages import page_of, story_of
from tests.evidence.synthetic import Player, plan_of

BYTES_MOST = 150_000
TEXT = PICTURE.read_text("utf-8")


def words(picture: str) -> list[str]:
    return [text.strip() for text in ET.fromstring(picture).itertext() if text.strip()]


def test_a_reports_timeline_stands_alone() -> None:
    """No link, no script, no variable of the page is left in it; what it says is what the page's says."""
    page = page_of(story_of(Player(plan=plan_of(3)).play())).source
    picture = standing_alone(page)
    assert not re.search(r"href|<script|var\(|@import|url\(", picture)
    assert {"Phases", "Switches", "Invocations", "Looks"} <= set(words(picture))
    assert all(text in page for text in words(picture)[2:])


def test_the_picture_is_small_and_of_the_rehearsal_that_is_shown_above_it() -> None:
    assert PICTURE.stat().st_size < BYTES_MOST
    assert f"]({PICTURE.relative_to(README.parent)})" in README.read_text("utf-8").partition("\n## ")[0]
    shown = blocks(README.read_text("utf-8"))["rehearse"]
    (took,) = re.findall(r"drill +pass  on_call (\d+) s, ops_manager (\d+) s", shown)
    said = " ".join(words(TEXT))
    assert [seconds for seconds in took if not says(said, int(seconds))] == [], "python -m tests.docs.regenerate"


def says(text: str, seconds: int) -> bool:
    """Return whether the picture has a drill's answer of that length; the result rounds up, the picture down."""
    return any(f"drill: Acknowledge, {one} s" in text for one in (seconds, seconds - 1))
