"""The picture's axis tells the truth: time never runs backwards, no part hides another, and a tick is where it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.pages import story_of
from tests.evidence.synthetic import OPENED, Player, plan_of

from bongsu.evidence.collect import collect
from bongsu.evidence.page_text import Text
from bongsu.evidence.picture_axis import Part, axis_of
from bongsu.evidence.picture_lanes import lanes_of

SEOUL = ZoneInfo("Asia/Seoul")
PLAYED = collect(story_of(Player(plan=plan_of()).play()))
AXIS = axis_of(PLAYED, left=134, right=1120)
LENGTH = int((AXIS.parts[-1].end - OPENED).total_seconds() * 1000)


@settings(deadline=None)
@given(st.lists(st.integers(0, LENGTH), min_size=2))
def test_a_later_moment_is_never_drawn_further_left(moments: list[int]) -> None:
    places = [AXIS.x(OPENED + timedelta(milliseconds=moment)) for moment in sorted(moments)]
    assert places == sorted(places)
    assert places[0] >= 134 and places[-1] <= 1120


def test_the_parts_stand_side_by_side_and_leave_no_time_out() -> None:
    assert [part.name for part in AXIS.parts] == ["before", "cutover", "watch"]
    for before, after in pairwise(AXIS.parts):
        assert before.right < after.left and before.end == after.start
    assert AXIS.parts[0].start.replace(microsecond=0) == OPENED


@given(st.integers(1, 40 * 86400), st.integers(0, 86400))
def test_a_tick_stands_at_its_round_local_time(seconds: int, later: int) -> None:
    """Whatever the length: in order, apart from each other, inside, and where the label's time is drawn."""
    start = datetime(2025, 10, 22, tzinfo=UTC) + timedelta(seconds=later)
    part = Part(name="watch", start=start, end=start + timedelta(seconds=seconds), left=100, right=500)
    ticks = list(part.ticks(SEOUL, 60))
    assert all(100 <= x <= 500 for x, _ in ticks)
    assert all(after - before >= 59.9 for (before, _), (after, _) in pairwise(ticks))
    for x, label in ticks:
        at = start + timedelta(seconds=round((x - 107) / 386 * seconds))
        assert label in {f"{at.astimezone(SEOUL):{form}}" for form in ("%H:%M:%S", "%H:%M", "%m-%d")}


def test_every_mark_lies_on_the_axis_and_names_its_line() -> None:
    lanes = list(lanes_of(Text(PLAYED)))
    assert {"Phases", "Messages alerts", "Switches", "Invocations", "Looks", "On-Call"} <= {lane.name for lane in lanes}
    for lane in lanes:
        for mark in lane.marks:
            assert 134 <= AXIS.x(mark.at) <= 1120
            assert mark.title.endswith(f"#{mark.seq}")
