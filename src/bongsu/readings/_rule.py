"""What DescribeRule and ListTargetsByRule show of one EventBridge rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.readings._json import document
from bongsu.readings._port import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

STATES = frozenset({"ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"})


def rule_values(responses: Sequence[bytes]) -> dict[str, Any]:
    """Return name, state in AWS's own word, schedule and number of targets.

    The first answer is DescribeRule's, the others are the pages of ListTargetsByRule.
    """
    rule = document(responses, 0, "DescribeRule")
    state = rule.member("State")
    if state.text() not in STATES:
        raise Unreadable(f"{state.place} is {state.text()!r}, not a state that EventBridge documents")
    targets = 0
    for index in range(1, len(responses)):
        targets += len(document(responses, index, "ListTargetsByRule").member("Targets").items())
    if len(responses) < 2:
        raise Unreadable("answer 2 (ListTargetsByRule) is missing")
    schedule = rule.present("ScheduleExpression")
    return {
        "name": rule.member("Name").text(),
        "state": state.text(),
        "schedule": "" if schedule is None else schedule.text(),
        "targets": targets,
    }
