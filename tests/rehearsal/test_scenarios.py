"""Every story that a rehearsal can tell: its exit code, what the people were told, and the world's own record of it."""

from __future__ import annotations

import json
from datetime import timedelta

import jsonschema
import pytest
from tests.evidence.audited import contradictions
from tests.evidence.pages import Page
from tests.rehearsal.world import (
    FUNCTION,
    LEGACY_RULE,
    RULE,
    SENDS,
    Run,
    at,
    bongsu,
    labelled,
    short_plan,
)

from bongsu.cli.scenarios import ALL, Scenario
from bongsu.evidence.schema import schema

CHATS = {"ops_chat", "alerts"}
BAD_NEWS = ("page", "no_go", "rollback", "drill_result")
SWITCHES = ("events.EnableRule", "events.DisableRule")
A_MOMENT = timedelta(seconds=5)
"""How far the clocks of bongsu and of the world's record may be apart: a request's time, and the clock's rounding.

While anything is under way the clock goes as the wall's does, and a busy machine takes seconds for a request. Nobody's
answer and no deadline is as near.
"""


@pytest.fixture(scope="module", params=[one for one in ALL if not one.guarded], ids=lambda one: one.name)
def told(request, tmp_path_factory) -> tuple[Scenario, Run]:
    """One scenario, rehearsed."""
    folder = tmp_path_factory.mktemp(request.param.name)
    plan = short_plan(folder)
    run = Run(
        bongsu("rehearse", plan, "--scenario", request.param.name, *places(folder), cwd=folder),
        plan,
        folder / "world",
        folder / "state",
        folder / "evidence",
    )
    return request.param, run


def places(folder):
    return ("--keep", folder / "world", "--state", folder / "state", "--out", folder / "evidence")


def accepted(run: Run, *messages: str) -> set[str]:
    """The channels in whose chats one of the messages was accepted."""
    posts = [line for message in messages for line in run.posts(message) if "@" not in line["body"]["key"]]
    return {line["body"]["channel"] for line in posts if run.ending_of(line)["body"]["outcome"] == "accepted"}


def rule_is(run: Run, rule: str = RULE) -> str:
    """The rule's state at the end, by the account."""
    return run.recorded("events", "rule_state", rule=rule)[-1]["state"]


def test_it_ends_as_documented(told):
    """The exit code is the one in the table, the ledger's last line says the same, and so does the last line shown."""
    scenario, run = told
    assert run.code == scenario.exit_code, run.ended.err
    assert run.closed()["exit_code"] == scenario.exit_code
    expected = f"scenario {scenario.name}: exit code {scenario.exit_code}, as expected"
    assert run.ended.err.splitlines()[-1] == expected


def test_its_evidence_verifies(told):
    """Whatever the verdict, everything follows from what was recorded."""
    _, run = told
    ended = bongsu("verify", run.evidence, cwd=run.state)
    assert ended.code == 0, ended.out


def test_an_audit_finds_nothing_in_its_report(told):
    """What is written from a ledger contradicts neither itself nor the services."""
    _, run = told
    assert contradictions(run.evidence) == []


def test_its_reports_can_be_read(told):
    """The tables fit the published schema, and the page is a whole one whose links lead somewhere."""
    _, run = told
    jsonschema.Draft202012Validator(schema()).validate(run.report)
    page = Page((run.evidence / "report.html").read_bytes())
    assert {f"#l{line['seq']}" for line in run.lines} <= set(page.links)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_a_success_is_only_announced_after_a_pass(told):
    """No success message without the verification's pass in the ledger before it, and none besides."""
    _, run = told
    passed = run.told("phase_entered", phase="succeeded")
    posts = run.posts("success")
    assert bool(posts) is bool(passed)
    for line in posts:
        verdicts = {
            one["body"]["key"]: one["body"]["verdict"]
            for one in run.told("judged")
            if one["seq"] < line["seq"] and one["body"]["key"].startswith("verify/")
        }
        assert len(verdicts) == 6 and set(verdicts.values()) == {"pass"}
        assert passed[0]["body"]["why"] == "verify_passed" and passed[0]["seq"] < line["seq"]


def test_whoever_must_know_is_told(told):
    """No silence: a run that did not pass has told so in both chats; one that passed has announced its success."""
    scenario, run = told
    messages = ("success",) if scenario.exit_code == 0 else BAD_NEWS
    reached = accepted(run, *messages)
    if scenario.name in ("telegram-down", "reply-lost", "reply-lost-unseen"):
        assert reached and reached < CHATS
    else:
        assert reached == CHATS


def test_the_last_word_is_true(told):
    """What the last messages say of the rule is what the account says of it."""
    scenario, run = told
    enabled = len(run.recorded("events", "rule_state", rule=RULE, state="ENABLED"))
    assert enabled == (scenario.exit_code != 6), "enabled once, or never"
    for text in run.texts("no_go"):
        assert "Nothing was changed" in text
    for text in run.texts("rollback"):
        assert rule_is(run) == "DISABLED" and f"{RULE} is DISABLED" in text
    if scenario.exit_code == 0 or run.posts("success") == []:
        expected = "ENABLED" if scenario.exit_code in (0, 4) else "DISABLED"
        assert rule_is(run) == expected
    switched = [one for operation in SWITCHES for one in run.recorded("aws", operation)]
    assert all(one["rule"] == RULE for one in switched), "nobody touched the old rule"


def test_no_repeat_is_unmarked(told):
    """A message that may stand in a chat twice says so; an announcement is never one."""
    _, run = told
    for line in run.posts():
        if line["body"]["repeat_of"] is not None:
            assert line["body"]["message"] in ("page", "drill")
            assert f"possible repeat of #{line['body']['repeat_of']}" in run.text(line)


def test_the_times_are_the_worlds(told):
    """Presses and switches in the ledger happened when the world says that they did."""
    _, run = told
    presses = run.recorded("people", "press", outcome="pressed")
    recorded = run.told("button_pressed")
    assert len(presses) == len(recorded)
    for press, line in zip(presses, recorded, strict=True):
        assert abs(at(line["at"]) - at(press["at"])) < A_MOMENT
    calls = [one for operation in SWITCHES for one in run.recorded("aws", operation)]
    exchanges = [one for line in run.told("switch_ended") for one in line["body"]["exchanges"]]
    by_id = {one["request_id"]: one for one in exchanges}
    for call in calls:
        told_as = by_id.get(call["request_id"])
        if told_as is not None:
            assert at(told_as["sent_at"]) - A_MOMENT < at(call["at"]) < at(told_as["received_at"]) + A_MOMENT


def test_the_rollback_took_as_long_as_the_world_says(told):
    """From noticing to the call, and from the trouble to safety, by the record alone; limits are the plan's."""
    _, run = told
    judged = run.told("judged", key="rollback")
    offs = run.recorded("aws", "events.DisableRule", status=200)
    assert len(judged) == len(offs) == len(run.told("phase_entered", phase="rolled_back"))
    if not judged:
        return
    figures = {one["name"]: timedelta(seconds=int(one["value"])) for one in judged[0]["body"]["figures"]}
    off_at = at(offs[0]["at"])
    paged_at = first_stored(run, "page")
    assert abs(figures["decide_s"] + figures["execute_s"] - (off_at - paged_at)) <= 3 * A_MOMENT
    began = trouble_began(run, before=paged_at)
    if began is not None:
        assert abs(figures["total_s"] - (off_at - began)) <= 3 * A_MOMENT
    assert judged[0]["body"]["verdict"] == "pass"
    for text in run.texts("rollback"):
        assert f"{int(figures['total_s'].total_seconds())} s" in text


def trouble_began(run: Run, *, before):
    """When an alarm fired, else when the last invocation before the page ended, by the account's own record."""
    fired = run.recorded("cloudwatch", "alarm_state", state="ALARM")
    ended = run.recorded("lambda", "invocation", function=FUNCTION)
    causes = fired if run.closed()["why"] == "alarm" else ended
    return max((at(one["at"]) for one in causes if at(one["at"]) < before), default=None)


def first_stored(run: Run, message: str):
    """When the first copy of a message came in, by the chat services."""
    texts = {json.loads(run.blob(line["blobs"]["payload"]))["text"] for line in run.posts(message)}
    stored = [one for service, method in SENDS.items() for one in run.recorded(service, method)]
    return min(
        at(one["at"]) for one in stored if (one.get("parameters") or one.get("arguments") or {}).get("text") in texts
    )


def pressed(run: Run, button: str) -> list[str]:
    """Who pressed a button of that label, by the world's record."""
    return [one["person"] for one in run.recorded("people", "press", button=button)]


def outcomes(run: Run, key: str) -> list[str]:
    """How each attempt at a message ended."""
    return [line["body"]["outcome"] for line in run.told("send_ended", key=key)]


def three_of_twenty(run: Run) -> None:
    fates = [fate for one in run.invocations()[0][1] if one["operation"] == "send" for fate in one["fates"]]
    assert (len(fates), fates.count("0")) == (20, 17)
    assert all("17 of 20 SMS delivered (85 %)" in text for text in run.texts("page"))
    assert run.told("phase_entered", phase="rolling_back")[0]["body"]["why"] == "decided_by_person"
    (press,) = run.recorded("people", "press", button="Roll back")
    (off,) = run.recorded("aws", "events.DisableRule")
    assert press["person"] == "ops_manager" and timedelta(0) < at(off["at"]) - at(press["at"]) < A_MOMENT


def failed_first_run(run: Run) -> None:
    assert run.recorded("lambda", "invocation")[0]["ended"] == "error"
    assert not [one for one in run.invocations()[0][1] if (one["service"], one["operation"]) == ("sens", "send")]
    assert run.closed()["why"] == "verify_failed"


def timed_out(run: Run) -> None:
    first = run.recorded("lambda", "invocation")[0]
    assert (first["ended"], first["duration_us"]) == ("timeout", 3_000_000)
    (seen,) = run.values("verify/invocations")["complete"]
    assert (seen["status"], seen["failed"], seen["duration_ms"]) == ("timeout", True, "3000")
    assert run.closed()["why"] == "verify_failed"


def no_first_run(run: Run) -> None:
    assert run.recorded("lambda", "never_run") and not run.recorded("lambda", "invocation")
    assert run.closed()["why"] == "no_first_run"


def too_much_memory(run: Run) -> None:
    assert all("480 MB of 512 MB" in text for text in run.texts("page"))


def parity_differs(run: Run) -> None:
    assert run.told("judged", key="baseline/parity")[-1]["body"]["verdict"] == "fail"
    assert run.phases() == ["no_go"] and not run.posts("start")


def alarm_between_looks(run: Run) -> None:
    (fired,) = [
        one for one in run.recorded("cloudwatch", "alarm_state", state="ALARM") if one["alarm"] == "ddb-throttles"
    ]
    (noticed,) = run.told("phase_entered", phase="deciding")
    assert (noticed["body"]["why"], run.closed()["why"]) == ("alarm", "alarm")
    assert timedelta(0) < at(noticed["at"]) - at(fired["at"]) < timedelta(minutes=10), "the plan's time to notice"
    (judged,) = run.told("judged", key="rollback")
    detect = next(int(one["value"]) for one in judged["body"]["figures"] if one["name"] == "detect_s")
    assert abs(timedelta(seconds=detect) - (at(noticed["at"]) - at(fired["at"]))) <= 2 * A_MOMENT
    assert all("ddb-throttles is ALARM" in text for text in run.texts("page"))
    looked = [one["body"] for one in run.told("judged") if one["body"]["key"].startswith("watch/")]
    assert looked and "fail" not in {one["verdict"] for one in looked}, "the watch's own checks saw nothing"


def failed_in_the_watch(run: Run) -> None:
    assert [one["ended"] for one in run.recorded("lambda", "invocation")][:3] == ["response", "response", "error"]
    assert accepted(run, "success") == CHATS, "it was true when it was said"
    assert run.closed()["why"] == "watch_failed" and accepted(run, "rollback") == CHATS
    assert run.told("judged", key="watch/0002/error_rate")[-1]["body"]["verdict"] == "fail"


def nobody_acknowledged(run: Run) -> None:
    assert not pressed(run, "Acknowledge")
    assert run.closed()["why"] == "drill_missed"
    for text in run.texts("drill_result"):
        assert "DRILL MISSED" in text and list(labelled(text).values()).count("did not answer") == 2


def every_level_was_paged(run: Run) -> None:
    assert not pressed(run, "Acknowledge")
    (noticed,) = run.told("phase_entered", phase="deciding")
    paged = {line["body"]["key"].partition("//")[2].partition("@")[0]: line for line in run.posts("page")[::-1]}
    after = {who: at(line["at"]) - at(noticed["at"]) for who, line in paged.items() if "@" in line["body"]["key"]}
    assert after["on_call"] < A_MOMENT and after["ops_manager"] < timedelta(minutes=5) + A_MOMENT
    assert run.told("phase_entered", phase="rolling_back")[0]["body"]["why"] == "nobody_decided"


def the_wrong_person(run: Run) -> None:
    assert pressed(run, "Go")[0] == pressed(run, "Acknowledge")[0] == "james"
    standings = {press["contact"]: press["standing"] for press in run.report["presses"]}
    assert standings == {"james": "wrong_person", "on_call": "counted", "ops_manager": "counted"}


def refused(run: Run) -> None:
    assert pressed(run, "Go") == ["on_call"] and pressed(run, "No-go") == ["ops_manager"]
    assert run.closed()["why"] == "refused_by_approver" and not run.posts("start")


def waited_for_slack(run: Run) -> None:
    assert outcomes(run, "success//alerts") == ["not_sent", "not_sent", "accepted"]
    assert len(run.recorded("slack", "chat.postMessage", fault="rate_limit")) == 2
    first, *_, last = run.told("send_ended", key="success//alerts")
    assert at(last["at"]) - at(first["at"]) >= timedelta(seconds=24), "twice the twelve seconds that Slack asked for"


def reached_on_slack(run: Run) -> None:
    assert accepted(run, "success", "drill", "drill_result", "watch_summary") == {"alerts"}
    assert "in_doubt" in outcomes(run, "success//ops_chat") and "accepted" not in outcomes(run, "success//ops_chat")
    assert set(pressed(run, "Acknowledge")) == {"on_call", "ops_manager"}
    assert all(press["on"] == "slack" for press in run.recorded("people", "press", button="Acknowledge"))


def found_again(run: Run) -> None:
    assert outcomes(run, "success//alerts") == ["in_doubt"]
    assert len(run.told("resolved", key="success//alerts")) == 1
    assert run.report["summary"]["found_in_the_channel"] == 1 and run.report["summary"]["in_doubt"] == 0


def stays_in_doubt(run: Run) -> None:
    assert outcomes(run, "success//ops_chat") == ["in_doubt"], "an announcement is not repeated on a guess"
    assert run.report["summary"]["in_doubt"] == 1
    for key in ("drill//on_call@ops_chat", "drill//ops_chat"):
        assert outcomes(run, key) == ["in_doubt", "accepted"]
    (press,) = [one for one in run.report["presses"] if one["contact"] == "on_call" and one["button"] == "ack"]
    assert press["standing"] == "counted", "whichever copy it was under"


def could_not_be_undone(run: Run) -> None:
    assert rule_is(run) == "ENABLED"
    assert not run.posts("rollback")
    failed = [text for text in run.texts("page") if "ROLLBACK FAILED" in text]
    assert {line["body"]["to"] for line in run.posts("page")} >= {"U00000001", "U00000002", "U00000003"}
    assert failed and all(f"{RULE} is ENABLED" in text and "AccessDeniedException" in text for text in failed)


def one_enable_in_two_processes(run: Run) -> None:
    assert "killed process" in run.ended.err
    assert len(run.recorded("aws", "events.EnableRule")) == 1
    joined = [line["body"]["channel"] for line in run.told("listening_changed", state="open")]
    assert sorted(joined) == ["alerts", "alerts", "ops_chat", "ops_chat"], "both processes listened"


def old_rule_is_on(run: Run) -> None:
    assert rule_is(run, LEGACY_RULE) == "ENABLED" and rule_is(run) == "DISABLED"
    assert all("ENABLED" in text for text in run.texts("no_go"))


STORIES = {
    "happy": lambda run: None,
    "sms-fail": three_of_twenty,
    "never-runs": no_first_run,
    "raises": failed_first_run,
    "times-out": timed_out,
    "memory": too_much_memory,
    "parity": parity_differs,
    "alarm": alarm_between_looks,
    "watch-fails": failed_in_the_watch,
    "nobody-answers": nobody_acknowledged,
    "nobody-decides": every_level_was_paged,
    "wrong-person": the_wrong_person,
    "no-go": refused,
    "slack-throttles": waited_for_slack,
    "telegram-down": reached_on_slack,
    "reply-lost": found_again,
    "reply-lost-unseen": stays_in_doubt,
    "stays-on": could_not_be_undone,
    "killed": one_enable_in_two_processes,
    "legacy-on": old_rule_is_on,
}


def test_it_is_the_story_that_it_says(told):
    """What is particular to each, by the world's record and the ledger."""
    scenario, run = told
    STORIES[scenario.name](run)


def test_the_list_names_every_scenario(tmp_path):
    """For people and as JSON, with the exit codes; and every one is looked at here."""
    assert set(STORIES) == {one.name for one in ALL if not one.guarded}
    listed = bongsu("rehearse", "--list-scenarios", cwd=tmp_path)
    rows = {row.split()[0]: int(row.split()[1]) for row in listed.out.splitlines()[1:]}
    as_json = json.loads(bongsu("rehearse", "--list-scenarios", "--json", cwd=tmp_path).out)
    assert listed.code == 0 and rows == {one["name"]: one["exit_code"] for one in as_json}
    assert rows == {one.name: one.exit_code for one in ALL} and all(one["story"] for one in as_json)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_scenario_is_a_matter_of_usage(tmp_path):
    """The nearest name is offered, nothing is started."""
    ended = bongsu("rehearse", "--scenario", "memry", "--state", tmp_path / "state", cwd=tmp_path)
    assert ended.code == 2 and "did you mean 'memory'?" in ended.err
    assert list(tmp_path.iterdir()) == []
