"""An answer is lost on its way: nothing is done twice blindly, and the doubt is told until somebody has looked."""

from __future__ import annotations

import json

import pytest
from tests.evidence.audited import contradictions
from tests.rehearsal.world import RULE, bongsu

THIRD = 3
"""The go request, the start, and then the success."""


def lost(service, method):
    """The connection breaks after the service has taken the third message."""
    return [{"service": service, "operation": method, "kind": "drop_after", "nth": THIRD}]


def arrivals(run, message):
    """Where a message really stands, by the world's own record, with or without an answer: (channel, entry)."""
    found = []
    for channel, service, method in (("alerts", "slack", "chat.postMessage"), ("ops_chat", "telegram", "sendMessage")):
        ours = [line for line in run.posts(message) if line["body"]["channel"] == channel]
        texts = {json.loads(run.blob(line["blobs"]["payload"]))["text"] for line in ours}
        for one in run.recorded(service, method):
            # A call that was turned away is on record without what it asked for.
            taken = one.get("parameters") or one.get("arguments") or {}
            if taken.get("text") in texts:
                found.append((channel, one))
    return found


@pytest.fixture(scope="module")
def found(in_a_world):
    """Slack takes the success message, and its answer never comes."""
    return in_a_world("found", {"faults": lost("slack", "chat.postMessage")})


def test_slack_is_asked_whether_the_message_is_there(found):
    """In doubt, then found in the channel's history under the very ts that the world gave it; never sent again."""
    assert found.code == 0, found.ended.err
    (ended,) = found.told("send_ended", key="success//alerts")
    assert ended["body"]["outcome"] == "in_doubt"
    (resolved,) = found.told("resolved", key="success//alerts")
    ((_, stored),) = [one for one in arrivals(found, "success") if one[0] == "alerts"]
    assert resolved["seq"] > ended["seq"] and resolved["body"]["ref"]["ts"] == stored["ts"]
    assert sorted(channel for channel, _ in arrivals(found, "success")) == ["alerts", "ops_chat"]


def test_found_is_told_as_found_and_not_as_accepted(found):
    """The report keeps the two apart: the answer was lost, and somebody looked."""
    summary = found.report["summary"]
    assert (summary["found_in_the_channel"], summary["in_doubt"]) == (1, 0)
    assert summary["accepted"] + 1 == summary["prepared"]
    (entry,) = [one for one in found.report["notifications"] if one["key"] == "success//alerts"]
    assert entry["outcome"] == "found_in_the_channel"
    assert found.line(entry["resolved_seq"])["kind"] == "resolved"
    assert "the answer was lost; found in the channel" in (found.evidence / "report.md").read_text("utf-8")
    assert bongsu("verify", found.evidence, cwd=found.state).code == 0


def test_telegram_gives_no_way_to_look_so_the_doubt_stays(in_a_world):
    """An announcement is not repeated on a guess: one message in the chat, and the report says what is not known."""
    run = in_a_world("doubt", {"faults": lost("telegram", "sendMessage")})
    assert run.code == 0, run.ended.err
    (ended,) = run.told("send_ended", key="success//ops_chat")
    assert ended["body"]["outcome"] == "in_doubt" and not run.told("resolved")
    assert sorted(channel for channel, _ in arrivals(run, "success")) == ["alerts", "ops_chat"]
    assert run.report["summary"]["in_doubt"] == 1
    assert {"what": "in_doubt", "about": ["success//ops_chat"]} in run.report["not_proven"]
    assert bongsu("verify", run.evidence, cwd=run.state).code == 0


def test_too_fast_is_waited_out_and_sent_once(in_a_world):
    """Slack answers 429 with a time to wait: the message comes after it, once, and every attempt is on record."""
    limit = {"kind": "rate_limit", "nth": THIRD, "times": 2, "retry_after": 3}
    run = in_a_world("limited", {"faults": [{"service": "slack", "operation": "chat.postMessage", **limit}]})
    assert run.code == 0, run.ended.err
    outcomes = [line["body"]["outcome"] for line in run.told("send_ended", key="success//alerts")]
    assert outcomes == ["not_sent", "not_sent", "accepted"]
    assert sorted(channel for channel, _ in arrivals(run, "success")) == ["alerts", "ops_chat"]
    assert run.report["summary"]["accepted"] == run.report["summary"]["prepared"]


def test_an_enabling_whose_answer_was_lost_is_read_back_and_not_repeated(in_a_world):
    """The account enables the rule and the line breaks: bongsu looks before it does anything, and calls once."""
    broken = {"service": "events", "operation": "EnableRule", "kind": "drop_after"}
    run = in_a_world("enabled", {"faults": [broken]})
    assert run.code == 0, run.ended.err
    (ended,) = run.told("switch_ended")
    assert ended["body"]["outcome"] == "in_doubt"
    assert len(run.told("switch_intended")) == 1
    assert len(run.recorded("events", "rule_state", rule=RULE, state="ENABLED")) == 1
    read_back = [line for line in run.told("observed", key="enable/target_rule") if line["seq"] > ended["seq"]]
    assert read_back[0]["body"]["values"]["state"] == "ENABLED"
    for text in run.texts("success"):
        assert "outcome unknown" in text, "the doubt is among the deviations"
    assert bongsu("verify", run.evidence, cwd=run.state).code == 0
    assert contradictions(run.evidence) == []
