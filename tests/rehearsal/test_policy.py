"""The captain's policy, held against the calls that the world recorded: enough, and nothing that no run needs."""

from __future__ import annotations

from bongsu.sandbox.aws_actions import ACTIONS, FREE
from bongsu.sandbox.naver_defaults import naver_aws

ONLY_IN_A_ROLLBACK = {"events:DisableRule", "lambda:InvokeFunction"}


def test_a_whole_cutover_makes_every_call_that_its_policy_allows_but_those_of_a_rollback(happy):
    calls = {
        entry["operation"].partition(".")[::2]
        for entry in happy.record
        if entry["service"] == "aws" and entry.get("caller") == "captain"
    }
    made = {f"{service}:{ACTIONS.get(operation, operation)}" for service, operation in calls}
    allowed = {action for one in naver_aws().policies["captain"]["Statement"] for action in one["Action"]}
    assert made - allowed == FREE
    assert allowed - made == ONLY_IN_A_ROLLBACK


def test_nothing_was_refused_under_it(happy):
    assert [entry for entry in happy.record if entry["service"] == "aws" and entry.get("refused")] == []
