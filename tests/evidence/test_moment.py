"""What was known at a moment: the lines up to there and nothing later, and why the next decision came."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from tests.cli.calling import call
from tests.evidence.pages import story_of
from tests.evidence.synthetic import OPENED, Player, plan_of

from bongsu.cli.at_moment import time_of
from bongsu.core.decide import wake_at
from bongsu.core.events import Judged, PhaseEntered, SendIntended
from bongsu.core.fold import folded
from bongsu.errors import UsageError
from bongsu.evidence.folder import Story
from bongsu.evidence.moment import moment_of
from bongsu.ledger.codec import timestamp

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def story() -> Story:
    player = Player(plan=plan_of(1)).play()
    return story_of(player, player.plan)


def up_to(story: Story, seq: int) -> Story:
    """The same run, left behind that line."""
    lines = story.lines[:seq]
    return replace(story, lines=lines, state=folded(story.plan, lines))


def without_what_came(found: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in found.items() if name not in ("decided_next", "lines_later")}


def test_nothing_that_came_later_is_known(story: Story) -> None:
    """At every line: the same as if the run had been left there."""
    for line in story.lines:
        then = moment_of(story, line.at)
        left = moment_of(up_to(story, line.seq), line.at)
        assert without_what_came(then) == without_what_came(left), line.seq
        assert left["decided_next"] is None
        assert then["line"]["seq"] == line.seq


def test_between_two_lines_the_older_one_is_the_newest_known(story: Story) -> None:
    found = moment_of(story, story.lines[10].at - timedelta(microseconds=1))
    assert (found["line"]["seq"], found["lines_later"]) == (10, len(story.lines) - 10)


def test_what_was_about_to_leave_was_in_flight_and_then_told(story: Story) -> None:
    intended = next(line for line in story.lines if getattr(line.event, "message", "") == "start")
    ended = story.lines[intended.seq]
    before, after = moment_of(story, intended.at), moment_of(story, ended.at)
    assert [one["seq"] for one in before["in_flight"]] == [intended.seq]
    assert after["in_flight"] == []
    assert {one["key"] for one in after["told"]} - {one["key"] for one in before["told"]} == {"start//alerts"}


def test_somebody_asked_is_awaited_until_they_answer_and_the_drill_has_its_deadline(story: Story) -> None:
    press = next(line for line in story.lines if type(line.event).__name__ == "ButtonPressed")
    before = moment_of(story, press.at - timedelta(seconds=1))
    assert [(one["contact"], one["limit_s"]) for one in before["awaited"]] == [("on_call", 900)]
    assert before["deadline"]["by"] == "drill.ack_sla"
    after = moment_of(story, press.at)
    assert after["awaited"] == []
    assert [(one["contact"], one["standing"]) for one in after["answers"]] == [("on_call", "counted")]


def test_the_next_decision_names_the_line_that_it_rested_on(story: Story) -> None:
    press = next(line for line in story.lines if type(line.event).__name__ == "ButtonPressed")
    drill = next(line for line in story.lines if isinstance(line.event, Judged) and line.event.key == "drill")
    found = moment_of(story, press.at)["decided_next"]
    assert (found["seq"], found["rests_on"], found["waited"]) == (drill.seq, press.seq, False)
    before = moment_of(story, drill.at)["decided_next"]
    entered = next(line for line in story.lines[drill.seq :] if isinstance(line.event, PhaseEntered))
    assert (before["seq"], before["what"], before["why"]) == (entered.seq, "drilled", "drill_passed")


def test_a_decision_that_waited_for_its_time_says_so(tmp_path: Path) -> None:
    """Nobody answers the drill: it fails when the time of the plan is over, not when a line comes."""

    class Silent(Player):
        def press(self) -> None:
            woken = wake_at(self.plan, self.state, self.now)
            assert woken is not None and woken > self.now
            self.now = woken

    player = Silent(plan=plan_of(0)).play()
    story = story_of(player, player.plan)
    drill = next(line for line in story.lines if isinstance(line.event, Judged) and line.event.key == "drill")
    found = moment_of(story, drill.at - timedelta(seconds=1))["decided_next"]
    assert found["seq"] == drill.seq and found["waited"]
    assert found["rests_on"] < drill.seq


def test_a_closed_run_waits_for_nothing(story: Story) -> None:
    found = moment_of(story, story.lines[-1].at + timedelta(days=1))
    assert (found["looks_again_at"], found["deadline"], found["wants"], found["decided_next"]) == (None, None, [], None)
    assert found["phase"]["phase"] == "closed"


def with_times(story: Story, first: datetime, last: datetime, zone: str) -> Story:
    lines = (replace(story.lines[0], at=first), *story.lines[1:-1], replace(story.lines[-1], at=last))
    return replace(story, lines=lines, plan=replace(story.plan, timezone=ZoneInfo(zone)))


def test_a_time_of_day_is_one_of_the_runs_own_days_or_the_day_must_be_named(story: Story) -> None:
    assert time_of("14:07", story) == datetime(2025, 10, 22, 5, 7, tzinfo=UTC)
    assert time_of("9:07:05", with_times(story, OPENED - timedelta(hours=9), OPENED, "Asia/Seoul")).hour == 0
    long = with_times(story, OPENED, OPENED + timedelta(hours=25), "Asia/Seoul")
    with pytest.raises(UsageError, match="14:07 of 2 days") as raised:
        time_of("14:07", long)
    assert raised.value.hint == "name the day with it: 2025-10-22T14:07, 2025-10-23T14:07"
    assert time_of("2025-10-23T14:07", long) == datetime(2025, 10, 23, 5, 7, tzinfo=UTC)
    assert time_of("2025-10-23T05:07+00:00", long) == time_of("2025-10-23T14:07", long)


def test_a_time_is_taken_as_the_ledger_and_other_commands_show_it(story: Story) -> None:
    """To the microsecond: then the line of that very time is known, and the next one is not."""
    drill = next(line for line in story.lines if isinstance(line.event, SendIntended))
    at = time_of(timestamp(drill.at), story)
    assert at == drill.at
    assert moment_of(story, at)["line"]["seq"] == drill.seq
    assert time_of("2025-10-22T14:07:05.25", story) == datetime(2025, 10, 22, 5, 7, 5, 250_000, tzinfo=UTC)
    with pytest.raises(UsageError):
        time_of("2025-10-22T14:07.5", story)


def test_a_day_on_which_the_run_did_not_go_on_at_that_time_is_not_guessed(story: Story) -> None:
    overnight = with_times(story, OPENED, OPENED + timedelta(hours=12), "Asia/Seoul")
    with pytest.raises(UsageError, match="did not go on at 13:00 of any day"):
        time_of("13:00", overnight)


def test_a_local_time_that_comes_twice_or_never_is_refused(story: Story) -> None:
    begin = datetime(2025, 11, 2, 4, 0, tzinfo=UTC)
    twice = with_times(story, begin, begin + timedelta(hours=6), "America/New_York")
    with pytest.raises(UsageError) as raised:
        time_of("01:30", twice)
    assert "happens twice" in (raised.value.cause or "")
    assert time_of("2025-11-02T01:30-05:00", twice).hour == 6
    for wrong in ("25:00", "noon", "2025-10-22"):
        with pytest.raises(UsageError, match="--at"):
            time_of(wrong, story)


def test_the_command_tells_it_of_a_run_and_of_a_folder_alike(state: Path, run: str, tmp_path: Path) -> None:
    told = call("status", run, "--at", "14:00", "--state", state)
    assert told.code == 0
    assert "in flight   go_request through ops_chat (go_request//ops_chat, 10-22 14:00:00, #2)" in told.out
    assert "  phase       planned since 10-22 14:00:00" in told.out
    folder = tmp_path / "folder"
    call("evidence", run, "--state", state, "--out", folder)
    from_folder = call("status", folder, "--at", "2025-10-22T05:00+00:00", "--json", "--state", tmp_path / "none")
    assert json.loads(from_folder.out) == json.loads(
        call("status", run, "--at", "14:00", "--json", "--state", state).out
    )


def test_a_time_before_the_run_and_no_run_at_all_are_refused(state: Path, run: str) -> None:
    early = call("status", run, "--at", "13:59:59", "--state", state)
    assert early.code == 2
    assert "the run was not opened yet at 2025-10-22 13:59:59 KST" in early.err
    assert call("status", "--at", "14:00", "--state", state).code == 2
