"""What can go otherwise than well in a rehearsal, as stories with the exit code that they must end with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from bongsu.cli.speech import cells, pad, say, told
from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.core.plan import Plan

NEVER_DELIVERED = "3001"
HOUR = timedelta(hours=1)
BRIEF_WATCH: Mapping[str, Any] = {"watch": {"for": "1h", "report_every": "1h"}}
"""Three looks instead of a day of them, for a story that is over before, or that the night adds nothing to."""
GUARD: Mapping[str, Any] = {
    "address": "http://127.0.0.1:8090",
    "key": "env:BONGSU_GUARD_KEY",
    "every": "5s",
    "silent_after": "30s",
    "then": "restore",
    "policy": "critical",
}
"""A guard on this machine, for a plan that has none."""
SUCCESS = 3
"""Announced in each chat: the go request, the start, and then the success."""
POST_ON_SLACK: Mapping[str, Any] = {"service": "slack", "operation": "chat.postMessage"}
SEND_ON_TELEGRAM: Mapping[str, Any] = {"service": "telegram", "operation": "sendMessage"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One story, and the exit code that the run in it must end with.

    `world` is laid over the imitated world, `plan` over the plan; `answers` are what a contact presses, and after
    how many seconds, in place of the usual. With `killed` the run's process is killed and the run resumed; with
    `guarded` as well only once its guard has acted.
    """

    name: str
    story: str
    exit_code: int
    world: Mapping[str, Any] = field(default_factory=dict)
    plan: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    killed: bool = False
    guarded: bool = False

    def fitted(self, plan: Plan) -> Scenario:
        """Return the story for a plan: its brief watch goes in the plan's own step, or is none."""
        if "watch" not in self.plan or (plan.watch is not None and not HOUR % plan.watch.every):
            return self
        rest = {name: change for name, change in self.plan.items() if name != "watch"}
        if plan.watch is None:
            return replace(self, plan=rest)
        three = f"{3 * plan.watch.every // timedelta(seconds=1)}s"
        return replace(self, plan={**rest, "watch": {"for": three, "report_every": three}})

    def told(self, code: int) -> str:
        """Return one line on whether a run's exit code is the one that this story must end with."""
        expected = say("as expected") if code == self.exit_code else say("expected {}", self.exit_code)
        return say("scenario {}: exit code {}, {}", self.name, code, expected)


ALL = (
    Scenario(name="happy", story="all goes well, and the day after it", exit_code=0),
    Scenario(
        name="sms-fail",
        story="the carrier refuses 3 of the first run's 20 SMS; the operations manager presses Roll back",
        exit_code=1,
        world={"sens": {"fail_nth": {"5": NEVER_DELIVERED, "11": NEVER_DELIVERED, "17": NEVER_DELIVERED}}},
        answers={"ops_manager": {"Roll back": 50, "Go": 35}},
    ),
    Scenario(
        name="never-runs",
        story="the schedule fires, and the Lambda never runs; nobody decides, so the plan's rule does",
        exit_code=1,
        world={"workload": {"never_runs": True}},
    ),
    Scenario(
        name="raises",
        story="the first run ends in an error before it has sent anything",
        exit_code=1,
        world={"workload": {"raise_nth": [1]}},
    ),
    Scenario(
        name="times-out",
        story="the first run stands still until Lambda ends it at its time limit (3 s in this world)",
        exit_code=1,
        world={"workload": {"hang_nth": [1], "timeout_s": 3}},
    ),
    Scenario(
        name="memory",
        story="the first run does its work, with 480 of its 512 MB where the plan allows 90 %",
        exit_code=1,
        world={"workload": {"memory_used_mb": 480}},
    ),
    Scenario(
        name="parity",
        story="old job and new decide differently on three recorded bookings, so nothing is switched",
        exit_code=6,
        world={"parity_unread": 3},
    ),
    Scenario(
        name="alarm",
        story="an alarm fires in the watch and is quiet again before the next look; people are paged all the same",
        exit_code=1,
        world={"aws": {"alarm_spells": [{"name": "ddb-throttles", "after_s": 2500, "for_s": 700}]}},
        plan=BRIEF_WATCH,
        answers={"ops_manager": {"Roll back": 50, "Go": 35, "Acknowledge": 22}},
    ),
    Scenario(
        name="watch-fails",
        story="a run in the watch ends in an error after the success was announced; the cutover is taken back",
        exit_code=1,
        world={"workload": {"raise_nth": [3]}},
        plan=BRIEF_WATCH,
    ),
    Scenario(
        name="nobody-answers",
        story="the cutover goes well, and nobody acknowledges the drill",
        exit_code=1,
        plan=BRIEF_WATCH,
        answers={"on_call": {"Go": 20}, "ops_manager": {"Go": 35}},
    ),
    Scenario(
        name="nobody-decides",
        story="the first run fails and nobody acknowledges the pages, on no level; the plan's rule decides",
        exit_code=1,
        world={"workload": {"raise_nth": [1]}},
        answers={"on_call": {"Go": 20}, "ops_manager": {"Go": 35}},
    ),
    Scenario(
        name="wrong-person",
        story="James presses every button first, though none was for him; he is told so, and nothing moves",
        exit_code=0,
        plan=BRIEF_WATCH,
        answers={"james": {"Go": 5, "Acknowledge": 5}},
    ),
    Scenario(
        name="no-go",
        story="the operations manager presses No-go, in spite of the other's Go",
        exit_code=6,
        answers={"ops_manager": {"No-go": 35}},
    ),
    Scenario(
        name="slack-throttles",
        story="Slack answers 429 to the success message twice, with a time to wait",
        exit_code=0,
        world={
            "faults": [{**POST_ON_SLACK, "kind": "rate_limit", "nth": SUCCESS, "times": 2, "retry_after": 12}],
        },
        plan=BRIEF_WATCH,
    ),
    Scenario(
        name="telegram-down",
        story="Telegram takes no message from the success on; everybody is reached on Slack",
        exit_code=0,
        world={"faults": [{**SEND_ON_TELEGRAM, "kind": "drop_before", "nth": SUCCESS, "times": None}]},
        plan=BRIEF_WATCH,
    ),
    Scenario(
        name="reply-lost",
        story="Slack's answer to the success message is lost; it is found in the channel, not sent again",
        exit_code=0,
        world={"faults": [{**POST_ON_SLACK, "kind": "drop_after", "nth": SUCCESS}]},
        plan=BRIEF_WATCH,
    ),
    Scenario(
        name="reply-lost-unseen",
        story="Telegram's answers to success and drill are lost: pages go out again, marked, the success does not",
        exit_code=0,
        world={"faults": [{**SEND_ON_TELEGRAM, "kind": "drop_after", "nth": SUCCESS, "times": 3}]},
        plan=BRIEF_WATCH,
    ),
    Scenario(
        name="stays-on",
        story="the first run fails, and the rule refuses to be disabled; everybody is paged until somebody answers",
        exit_code=4,
        world={
            "workload": {"raise_nth": [1]},
            "faults": [
                {
                    "service": "events",
                    "operation": "DisableRule",
                    "kind": "status",
                    "times": None,
                    "status": 400,
                    "code": "AccessDeniedException",
                    "message": "not authorized to perform events:DisableRule",
                }
            ],
        },
    ),
    Scenario(
        name="killed",
        story="the process is killed between the enabling and the first run, and the run is resumed",
        exit_code=0,
        plan=BRIEF_WATCH,
        killed=True,
    ),
    Scenario(
        name="killed-guarded",
        story="the process is killed; its guard pages and puts the rule back, and the resumed run finds that out",
        exit_code=1,
        plan={**BRIEF_WATCH, "guard": GUARD},
        killed=True,
        guarded=True,
    ),
    Scenario(
        name="legacy-on",
        story="the old schedule reads back as ENABLED, so the new one stays off",
        exit_code=6,
        world={
            "aws": {
                "rules": [
                    {"name": "naver-sms-automation-trigger", "function": "naverplace_send_inform_v2"},
                    {
                        "name": "naverplace-send-inform-schedule",
                        "function": "naverplace_send_inform",
                        "state": "ENABLED",
                    },
                ]
            }
        },
    ),
)
SCENARIOS: Mapping[str, Scenario] = {scenario.name: scenario for scenario in ALL}


def scenario_of(name: str) -> Scenario:
    """Return the scenario of that name; UsageError with the nearest one when there is none."""
    found = SCENARIOS.get(name)
    if found is None:
        near = get_close_matches(name, SCENARIOS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "bongsu rehearse --list-scenarios lists them"
        raise UsageError(f"no such scenario {name!r}", hint=hint)
    return found


def table() -> str:
    """Return every scenario's name, exit code and story, one a line."""
    width = max(len(name) for name in SCENARIOS)
    heads = [say(head) for head in ("scenario", "exit", "story")]
    room = max(cells(heads[1]), 4)
    rows = [f"{one.name:<{width}}  {one.exit_code:>{room}}  {told(one.story)}" for one in ALL]
    return "\n".join([f"{pad(heads[0], width)}  {pad(heads[1], room)}  {heads[2]}", *rows])


def as_values() -> list[dict[str, object]]:
    """Return the same as values for JSON."""
    return [{"name": one.name, "exit_code": one.exit_code, "story": one.story} for one in ALL]
