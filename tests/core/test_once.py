"""What follows from a plan alone is found once for that plan, and kept with it."""

from __future__ import annotations

from dataclasses import replace

from bongsu.core.once import once_a_plan
from bongsu.core.plan import Announce, Plan
from tests.core.world import plan

found: list[tuple[str, str]] = []


@once_a_plan
def told_where(one: Plan, subject: str, *, suffix: str = "") -> tuple[str, ...]:
    """Return the announced channels with a subject and an ending, and note that they were looked for."""
    found.append((subject, suffix))
    return tuple(f"{subject}@{channel}{suffix}" for channel in one.announce.to)


def test_the_same_question_is_asked_of_a_plan_once() -> None:
    """Whatever its arguments, by place or by name; another question is another one."""
    found.clear()
    one = plan(announce=Announce(to=("ops_chat",)))
    for _ in range(3):
        assert told_where(one, "start") == ("start@ops_chat",)
        assert told_where(one, "start", suffix="/r1") == ("start@ops_chat/r1",)
    assert found == [("start", ""), ("start", "/r1")]


def test_a_plan_that_was_changed_has_answers_of_its_own() -> None:
    """They are not part of what a plan is: two plans with the same values are equal, whoever asked one of them."""
    one = plan(announce=Announce(to=("ops_chat",)))
    told_where(one, "start")
    assert one == plan(announce=Announce(to=("ops_chat",)))
    assert told_where(replace(one, announce=Announce(to=("alerts",))), "start") == ("start@alerts",)
