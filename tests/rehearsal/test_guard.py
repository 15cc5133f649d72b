"""A run that is killed beside its guard, and what either of them leaves behind."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from math import ceil

import pytest
from tests.cli.calling import call
from tests.evidence.audited import contradictions
from tests.rehearsal.processes import no_success_over_a_target_that_is_off
from tests.rehearsal.world import Run, at, bongsu, short_plan


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> tuple[Run, list[Run]]:
    """The scenario: the run's process is killed with the rule on, and resumed when its guard has acted."""
    folder = tmp_path_factory.mktemp("killed-guarded")
    places = ("--keep", folder / "world", "--state", folder / "state", "--out", folder / "evidence")
    ended = bongsu("rehearse", short_plan(folder), "--scenario", "killed-guarded", *places, cwd=folder)
    runs = [
        Run(ended, folder / "world" / "plan.yaml", folder / "world", folder / "state", one)
        for one in (folder / "evidence", *sorted(folder.glob("guard-*"), key=lambda one: (len(one.name), one.name)))
    ]
    return runs[0], runs[1:]


def test_the_scenario_ends_as_documented(killed):
    """Exit code 1 for the run, which rolled back; 1 for the guard's first run, 0 for the one that saw that through."""
    run, guards = killed
    assert run.code == 1, run.ended.err
    assert run.ended.err.splitlines()[-1] == "scenario killed-guarded: exit code 1, as expected"
    assert [one.closed()["exit_code"] for one in (run, *guards)] == [1, 1, 0]
    assert (run.closed()["why"], guards[0].closed()["why"]) == ("guard_acted", "no_heartbeat")


def test_every_ledger_of_it_verifies(killed):
    run, guards = killed
    for one in (run, *guards):
        called = call("verify", one.evidence)
        assert called.code == 0, called.out
        alone = subprocess.run(
            [sys.executable, one.evidence / "verify_evidence.py"], capture_output=True, text=True, check=False
        )
        assert alone.returncode == 0, alone.stdout


def test_an_audit_finds_nothing_in_the_reports_of_either_side(killed):
    run, guards = killed
    assert [contradictions(one.evidence) for one in (run, *guards)] == [[]] * (1 + len(guards))


def test_the_rule_went_off_within_the_silence_and_the_look(killed):
    """By the world's own record: so long after the newest heartbeat, and before anybody had pressed anything."""
    run, guards = killed
    no_success_over_a_target_that_is_off(run)
    off = run.recorded("aws", "events.DisableRule")[0]
    (silent,) = guards[0].told("heartbeats_changed", state="silent")
    took = at(off["at"]) - at(silent["body"]["last_at"])
    # It looks within seconds; twice the silence would be another look.
    assert timedelta(seconds=30) <= took < timedelta(seconds=60)
    assert guards[0].told("run_looked_for")[0]["body"]["found"] == "gone"
    (noticed,) = guards[0].told("phase_entered", phase="deciding")
    (judged,) = guards[0].told("judged", key="rollback")
    detect = next(one for one in judged["body"]["figures"] if one["name"] == "detect_s")
    assert detect["seq"] == silent["seq"]
    assert int(detect["value"]) == ceil((at(noticed["at"]) - at(silent["body"]["last_at"])).total_seconds())


def test_people_were_paged_by_the_guard_and_answered_it(killed):
    _, guards = killed
    paged = {line["body"]["key"] for line in guards[0].posts("silence")}
    assert paged >= {"silence//ops_chat", "silence//alerts", "silence//on_call@ops_chat/r0l0"}
    assert all("THE RUN IS SILENT" in text for text in guards[0].texts("silence"))
    (press,) = [one for one in guards[0].report["presses"] if one["button"] == "ack"]
    assert (press["contact"], press["standing"]) == ("on_call", "counted")


def test_status_tells_of_either_side(killed):
    run, guards = killed
    own = run.state / "guard"
    for one, word, state in ((run, "standing_by", run.state), (guards[0], "silent", own)):
        shown = call("status", one.lines[0]["run"], "--state", state, "--json")
        told = json.loads(shown.out)["guard"]
        assert word in (told.get("state"), told.get("heard"))
    refused = call("resume", guards[0].lines[0]["run"], "--state", own)
    assert refused.code == 2 and "is the ledger of a guard" in refused.err
