"""Worlds in which something goes otherwise than well: messages, verdict and exit code follow what happened there."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from tests.evidence.audited import contradictions
from tests.rehearsal.world import CHANNEL, CHAT, FUNCTION, LEGACY_RULE, RULE, at, bongsu, labelled, people

LEGACY_FUNCTION = "naverplace_send_inform"
NEVER_DELIVERED = "3001"


def verified(run):
    """The exit code of a proof of the run's evidence, whatever its verdict; its reports contradict nothing."""
    assert contradictions(run.evidence) == []
    return bongsu("verify", run.evidence, cwd=run.state).code


def nothing_was_switched(run):
    """Neither the ledger nor the account knows of any switching."""
    return not (
        run.told("switch_intended")
        or run.recorded("aws", "events.EnableRule")
        or run.recorded("aws", "events.DisableRule")
        or run.recorded("events", "fired", rule=RULE)
    )


def both_chats_were_told(run, message, *, direct=False):
    """Whether the message was accepted in both chats, and, with `direct`, by single people besides."""
    for intended in run.posts(message):
        assert run.ending_of(intended)["body"]["outcome"] == "accepted"
    groups = [line for line in run.posts(message) if line["body"]["to"] in (CHAT, CHANNEL)]
    assert (len(groups) < len(run.posts(message))) is direct
    return sorted(line["body"]["channel"] for line in groups) == ["alerts", "ops_chat"]


@pytest.fixture(scope="module")
def undelivered(in_a_world):
    """The carrier refuses the seventh text."""
    return in_a_world("undelivered", {"sens": {"fail_nth": {"7": NEVER_DELIVERED}}})


def test_one_text_that_was_not_delivered_is_no_success(undelivered):
    """19 of 20: nobody is told of a success, and the run's verdict is fail."""
    around = undelivered.invocations()[0][1]
    fates = [fate for one in around if one["operation"] == "send" for fate in one["fates"]]
    assert (len(fates), fates.count("0"), fates.count(NEVER_DELIVERED)) == (20, 19, 1)
    assert undelivered.code == 1, undelivered.ended.err
    assert undelivered.closed() == {"verdict": "fail", "why": "verify_failed", "exit_code": 1}
    assert not undelivered.posts("success") and not undelivered.posts("drill")
    assert "succeeded" not in undelivered.phases()
    assert verified(undelivered) == 0


def test_the_people_are_told_19_of_20(undelivered):
    """The check's figures are the gateway's, and they stand in what the people got; nothing says that 20 were."""
    judged = undelivered.told("judged", key="verify/sms_delivery")[-1]["body"]
    figures = {figure["name"]: figure["value"] for figure in judged["figures"]}
    assert judged["verdict"] == "fail"
    assert (figures["accepted"], figures["delivered"], figures["percent"]) == ("20", "19", "95")
    assert both_chats_were_told(undelivered, "page", direct=True)
    for text in undelivered.texts("page"):
        assert "19 of 20 SMS delivered (95 %)" in text
    for text in undelivered.texts("page") + undelivered.texts("rollback"):
        assert not re.search(r"20 of 20 SMS|20 confirmed by the gateway", text)


def test_the_cutover_is_taken_back(undelivered):
    """Nobody decides, so the plan does: the rule goes off once, is read back, and fires no more."""
    (off,) = undelivered.recorded("aws", "events.DisableRule")
    assert (off["rule"], off["caller"], off["status"]) == (RULE, "captain", 200)
    assert undelivered.recorded("events", "rule_state", rule=RULE)[-1]["state"] == "DISABLED"
    assert undelivered.values("rollback/target_rule")["state"] == "DISABLED"
    assert not [one for one in undelivered.recorded("events", "fired", rule=RULE) if at(one["at"]) > at(off["at"])]
    decided = at(undelivered.told("phase_entered", phase="rolling_back")[0]["at"])
    noticed = at(undelivered.told("phase_entered", phase="deciding")[0]["at"])
    assert timedelta(minutes=9) < decided - noticed <= timedelta(minutes=10)
    assert undelivered.phases()[-2:] == ["rolling_back", "rolled_back"]
    assert both_chats_were_told(undelivered, "rollback")
    judged = undelivered.told("judged", key="rollback")[0]["body"]
    decide_s = next(figure["value"] for figure in judged["figures"] if figure["name"] == "decide_s")
    assert int(decide_s) == -(-(decided - noticed) // timedelta(seconds=1))
    for text in undelivered.texts("rollback"):
        assert f"{decide_s} s, limit 10 min" in text and "is DISABLED, read back" in text


def test_the_legacy_stays_as_the_plan_leaves_it(undelivered):
    """`on_rollback: leave_off`: nobody touched the old rule, before or after."""
    states = [one["state"] for one in undelivered.recorded("events", "rule_state", rule=LEGACY_RULE)]
    assert set(states) == {"DISABLED"}
    assert not undelivered.recorded("aws", "events.EnableRule", rule=LEGACY_RULE)


def test_memory_over_the_limit_fails_with_its_figure(in_a_world):
    """480 of 512 MB are over 90 %: the function did its work, and still nobody is told of a success."""
    run = in_a_world("memory", {"workload": {"memory_used_mb": 480}})
    judged = run.told("judged", key="verify/memory")[-1]["body"]
    assert judged["verdict"] == "fail"
    assert {figure["name"]: figure["value"] for figure in judged["figures"]} == {
        "used_mb": "480", "limit_mb": "512", "percent": "93.75",
    }  # fmt: skip
    assert run.code == 1 and run.closed()["verdict"] == "fail" and not run.posts("success")
    assert all("480 MB of 512 MB" in text for text in run.texts("page"))
    assert len(run.recorded("aws", "events.DisableRule", rule=RULE)) == 1
    assert verified(run) == 0


def test_another_account_is_a_no_go(in_a_world):
    """The keys belong to another account: exit 6, nothing was enabled, and both chats know why."""
    other = "5183" + "7742" + "0961"
    run = in_a_world("account", {"aws": {"account": other}})
    assert run.code == 6 and run.closed()["why"] == "baseline_failed"
    assert run.phases() == ["no_go"] and nothing_was_switched(run)
    assert not run.posts("go_request") and not run.posts("start")
    assert both_chats_were_told(run, "no_go")
    for text in run.texts("no_go"):
        assert other in text and "Nothing was changed" in text
    assert verified(run) == 0


def test_a_legacy_that_is_still_on_is_a_no_go(in_a_world):
    """Two schedules would send twice: the old rule reads back as ENABLED, so the new one stays off."""
    rules = [
        {"name": RULE, "function": FUNCTION},
        {"name": LEGACY_RULE, "function": LEGACY_FUNCTION, "state": "ENABLED"},
    ]
    run = in_a_world("legacy", {"aws": {"rules": rules}})
    assert run.code == 6 and run.phases() == ["no_go"] and nothing_was_switched(run)
    judged = run.told("judged", key="baseline/legacy_off")[-1]["body"]
    assert judged["verdict"] == "fail" and "ENABLED" in judged["why"]
    assert both_chats_were_told(run, "no_go")
    assert all("ENABLED" in text for text in run.texts("no_go"))


def test_one_no_go_ends_it(in_a_world):
    """The operations manager says no: exit 6 before anything was announced, in spite of the other's go."""
    run = in_a_world("no-go", {"people": people(ops_manager={"No-go": 35})})
    pressed = [(one["person"], one["button"]) for one in run.recorded("people", "press")]
    assert pressed == [("on_call", "Go"), ("ops_manager", "No-go")]
    assert run.code == 6 and run.closed()["why"] == "refused_by_approver"
    assert run.phases() == ["baselined", "no_go"] and nothing_was_switched(run)
    assert not run.posts("start") and both_chats_were_told(run, "no_go")
    assert all("ops_manager said no-go" in text or "Operations Manager" in text for text in run.texts("no_go"))
    assert verified(run) == 0


def test_a_drill_that_nobody_answers_is_missed(in_a_world):
    """The cutover itself went well; the people did not answer within the SLA, and the exit code says so."""
    run = in_a_world("silent", {"people": people(on_call={"Go": 20}, ops_manager={"Go": 35})})
    assert run.code == 1
    assert run.closed() == {"verdict": "fail", "why": "drill_missed", "exit_code": 1}
    assert both_chats_were_told(run, "success") and both_chats_were_told(run, "drill_result")
    assert not run.recorded("people", "press", button="Acknowledge")
    for text in run.texts("drill_result"):
        assert "DRILL MISSED" in text
        rows = labelled(text)
        assert rows["On-Call Engineer (Technical Lead)"] == rows["Operations Manager (Ops Lead)"] == "did not answer"
    assert run.report["drill"]["verdict"] == "fail"
    assert [one["acked_at"] for one in run.report["drill"]["times"]] == [None, None]
    assert "watching" in run.phases(), "a missed drill does not end the watch over the customers"
    assert verified(run) == 0


@pytest.fixture(scope="module")
def meddled(in_a_world):
    """James presses every button first, though none was for him; the function uses more memory than usual."""
    return in_a_world(
        "meddled", {"people": people(james={"Go": 5, "Acknowledge": 5}), "workload": {"memory_used_mb": 300}}
    )


def test_the_wrong_person_moves_nothing(meddled):
    """His presses are recorded, answered and not counted: the run waited for those who were asked."""
    assert meddled.code == 0
    by_james = [press for press in meddled.report["presses"] if press["contact"] == "james"]
    assert {press["button"] for press in by_james} == {"go", "ack"}
    assert {press["standing"] for press in by_james} == {"wrong_person"}
    approved = meddled.told("phase_entered", phase="approved")[0]
    counted = [p for p in meddled.report["presses"] if p["standing"] == "counted" and p["button"] == "go"]
    assert [press["contact"] for press in counted] == ["on_call", "ops_manager"]
    assert all(press["seq"] < approved["seq"] for press in counted)
    assert {one["contact"] for one in meddled.report["drill"]["times"]} == {"on_call", "ops_manager"}
    assert meddled.report["summary"]["presses_not_counted"] == len(by_james)


def test_the_wrong_person_is_told_so(meddled):
    """His answer says that the press does not count; the chat service got that very text."""
    answers = {line["body"]["about"]: meddled.text(line) for line in meddled.told("send_intended", method="answer")}
    for line in meddled.told("button_pressed"):
        press = next(one for one in meddled.report["presses"] if one["seq"] == line["seq"])
        counts = press["standing"] == "counted"
        assert ("does not count" not in answers[line["body"]["press_id"]]) is counts
    assert sum("does not count" in text for text in answers.values()) == 2
    # Which of the two chats he presses in is chance; Telegram's record holds what it was given to show.
    on_telegram = [one["parameters"]["text"] for one in meddled.recorded("telegram", "answerCallbackQuery")]
    pressed = meddled.told("button_pressed", channel="ops_chat")
    assert on_telegram == [answers[line["body"]["press_id"]] for line in pressed]
    assert len(meddled.recorded("slack", "response_url", answer="ok")) == len(answers) - len(pressed)


def test_no_message_names_the_wrong_person_as_one_who_answered(meddled):
    """James acknowledged nothing and approved nothing, in no message and no table of contacts."""
    for intended in meddled.told("send_intended"):
        assert not [line for line in meddled.text(intended).splitlines() if "by James" in line]
    (james,) = [one for one in meddled.report["contacts"] if one["id"] == "james"]
    assert james["acknowledged"] == []


def test_the_memory_that_lambda_reports_is_the_memory_that_is_told(meddled):
    """300 MB, as the REPORT line says, not what the function thinks of itself."""
    for text in meddled.texts("success"):
        assert labelled(text)["Memory"] == "300 MB of 512 MB (58.59 %)"


def test_a_function_that_never_runs_is_taken_back(in_a_world):
    """The schedule fires into nothing: after 25 minutes people are paged, after 10 more the rule goes off."""
    run = in_a_world("never", {"workload": {"never_runs": True}})
    assert run.recorded("lambda", "never_run") and not run.recorded("lambda", "invocation")
    assert run.code == 1
    assert run.closed() == {"verdict": "fail", "why": "no_first_run", "exit_code": 1}
    enabled = at(run.told("phase_entered", phase="enabled")[0]["at"])
    paged = at(run.posts("page")[0]["at"])
    assert timedelta(minutes=25) <= paged - enabled < timedelta(minutes=26)
    assert run.recorded("events", "rule_state", rule=RULE)[-1]["state"] == "DISABLED"
    assert not run.posts("success") and both_chats_were_told(run, "rollback")
    assert verified(run) == 0


def test_a_world_that_cannot_be_read_starts_nothing(tmp_path):
    """What is laid over the world is looked at before anything is started."""
    (tmp_path / "world.json").write_text("[]", "utf-8")
    ended = bongsu("rehearse", "--world", "world.json", "--state", tmp_path / "state", cwd=tmp_path)
    assert ended.code == 2 and "is no JSON object" in ended.err
    (tmp_path / "world.json").write_text("{", "utf-8")
    ended = bongsu("rehearse", "--world", "world.json", "--state", tmp_path / "state", cwd=tmp_path)
    assert ended.code == 2 and "cannot be read" in ended.err
    assert not (tmp_path / "state").exists()
    (tmp_path / "world.json").write_text(json.dumps({"nonsense": 1}), "utf-8")
    ended = bongsu("rehearse", "--world", "world.json", "--state", tmp_path / "state", cwd=tmp_path)
    assert ended.code == 2 and "nonsense" in ended.err and "docs/rehearsal.md" in ended.err
    spell = {"aws": {"alarm_spells": [{"name": "no-such-alarm", "after_s": 60, "for_s": 60}]}}
    (tmp_path / "world.json").write_text(json.dumps(spell), "utf-8")
    ended = bongsu("rehearse", "--world", "world.json", "--state", tmp_path / "state", cwd=tmp_path)
    assert ended.code == 2 and "no 'no-such-alarm' that could fire, known: lambda-errors" in ended.err
