"""A run replayed under other limits: the same where nothing changes, and silent from where the world would part."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.cli.calling import call
from tests.evidence.pages import story_of
from tests.evidence.synthetic import Player, plan_of
from tests.evidence.test_moment import up_to

from bongsu.checks import judge
from bongsu.core.decide import wake_at
from bongsu.core.events import ButtonPressed, Judged
from bongsu.evidence.whatif import replay

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.core.plan import Plan
    from bongsu.evidence.folder import Story


class Punctual(Player):
    """Nobody presses before what is due in the meantime has been done."""

    def press(self) -> None:
        woken = wake_at(self.plan, self.state, self.now)
        if woken is not None and woken < self.now + timedelta(seconds=15):
            self.now = woken
        else:
            super().press()


@pytest.fixture(scope="module")
def story() -> Story:
    player = Punctual(plan=plan_of(1)).play()
    return story_of(player, player.plan)


def drilled_within(plan: Plan, span: timedelta) -> Plan:
    assert plan.drill is not None
    return replace(plan, drill=replace(plan.drill, ack_sla=span))


def slower_than(plan: Plan, span: timedelta) -> Plan:
    (duration,) = plan.verify
    return replace(plan, verify=(replace(duration, options={"at_most": span}),))


def seq_of(story: Story, kind: type) -> int:
    return next(line.seq for line in story.lines if isinstance(line.event, kind))


def test_under_its_own_limits_a_run_is_what_it_was(story: Story) -> None:
    for seq in (1, 10, 30, len(story.lines)):
        found = replay(up_to(story, seq), story.plan, judge)
        assert (found["judged"], found["answers"], found["parted"]) == ([], [], None)


def test_a_limit_that_everybody_met_anyway_changes_nothing(story: Story) -> None:
    """The drill was answered after 15 seconds."""
    found = replay(story, drilled_within(story.plan, timedelta(minutes=3)), judge)
    assert (found["judged"], found["answers"], found["parted"]) == ([], [], None)


def test_a_shorter_limit_ends_the_drill_before_the_answer_came(story: Story) -> None:
    found = replay(story, drilled_within(story.plan, timedelta(seconds=10)), judge)
    press = seq_of(story, ButtonPressed)
    parted = found["parted"]
    assert parted["after"] == press - 1
    assert parted["at"] < story.lines[press - 1].at.isoformat()
    assert parted["recorded"] == []
    first, *others = parted["instead"]
    assert (first["does"], first["what"], first["why"]) == ("judge", "drill", "fail")
    assert first["detail"] == "not acknowledged within the SLA: on_call"
    assert "drill_result//alerts" in {one["what"] for one in others}, "what follows from it without the world"


def test_a_check_judged_otherwise_is_told_and_leads_to_another_decision(story: Story) -> None:
    found = replay(story, slower_than(story.plan, timedelta(seconds=1)), judge)
    (judged,) = found["judged"]
    assert (judged["key"], judged["recorded"]["verdict"], judged["instead"]["verdict"]) == (
        "verify/duration",
        "pass",
        "fail",
    )
    assert found["parted"]["recorded"][0]["what"] == "succeeded"
    assert found["parted"]["instead"][0]["what"] == "deciding"


def test_a_longer_limit_is_waited_for_and_nothing_is_said_of_what_would_have_come(tmp_path: Path) -> None:
    """Nobody answers within the limit: under a longer one the run would not have ended the drill there."""

    class Silent(Player):
        def press(self) -> None:
            self.now += timedelta(minutes=1)

    player = Silent(plan=plan_of(0)).play()
    story = story_of(player, player.plan)
    found = replay(story, drilled_within(story.plan, timedelta(minutes=40)), judge)
    drill = next(line.seq for line in story.lines if isinstance(line.event, Judged) and line.event.key == "drill")
    assert found["parted"]["after"] == drill - 1
    assert found["parted"]["instead"] == []
    assert found["parted"]["waits_until"] is not None


@pytest.mark.parametrize("seconds", [5, 12, 15, 100])
def test_what_came_after_the_parting_is_never_looked_at(story: Story, seconds: int) -> None:
    plan = drilled_within(story.plan, timedelta(seconds=seconds))
    whole = replay(story, plan, judge)
    if whole["parted"] is not None:
        left = replay(up_to(story, whole["parted"]["after"] + 1), plan, judge)
        assert {name: left[name] for name in ("judged", "answers", "parted")} == {
            name: whole[name] for name in ("judged", "answers", "parted")
        }


def test_nothing_is_changed_in_the_story_itself(story: Story) -> None:
    before = (story.lines, story.state)
    replay(story, drilled_within(story.plan, timedelta(seconds=10)), judge)
    assert (story.lines, story.state) == before


def test_the_command_marks_it_and_writes_only_when_asked_and_beside_evidence(
    state: Path, run: str, tmp_path: Path
) -> None:
    told = call("evidence", run, "--what-if", "ack_sla=3m", "--state", state)
    assert told.code == 0
    assert told.out.startswith(f"HYPOTHETICAL: {run} replayed under other limits")
    assert "drill.ack_sla: 15m → 3m" in told.out
    assert "`bongsu check` would refuse such a plan: level 2 is paged 5m in" in told.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state"]
    out = tmp_path / "supposed"
    words = ("evidence", run, "--what-if", "settle=1m", "--what-if", "verify.memory.at_most=80%", "--state", state)
    found = json.loads(call(*words, "--json", "--out", out).out)
    assert found == json.loads((out / "hypothetical.json").read_text("utf-8"))
    assert found["hypothetical"] is True
    assert [(one["key"], one["from"], one["to"]) for one in found["changes"]] == [
        ("first_run.settle", "5m", "1m"),
        ("verify.memory.at_most", "90%", "80%"),
    ]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (["ack_slo=3m"], 'did you mean "ack_sla"?'),
        (["ack_sla"], "write KEY=VALUE"),
        (["ack_sla=3m", "drill.ack_sla=4m"], "is given twice"),
        (["ack_sla=soon"], '"soon" is not'),
        (["token=x"], "this plan's limits are baseline.parity.at_least"),
    ],
)
def test_what_is_no_limit_of_the_plan_is_refused(state: Path, run: str, wanted: list[str], said: str) -> None:
    words: list[Any] = [part for one in wanted for part in ("--what-if", one)]
    called = call("evidence", run, *words, "--state", state)
    assert called.code == 2
    assert said in called.err


def test_two_questions_are_not_asked_at_once(state: Path, run: str) -> None:
    assert call("evidence", run, "--what-if", "ack_sla=3m", "--compare", run, "--state", state).code == 2
