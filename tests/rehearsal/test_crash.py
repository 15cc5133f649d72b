"""A run is killed at any moment and resumed: nothing is switched, announced or left out by that.

Each kill has a world of its own. `make crash N=100 SEED=7` kills a hundred times; the usual run of the tests a few.
Where `tests/crash` has every point between two of which nothing changes, here chance has the ones in the middle: of a
request, of a transaction.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from random import Random
from time import monotonic

import pytest
from tests.rehearsal.conftest import ON_CALL_PHONE
from tests.rehearsal.world import PROGRAM, RULE, SENDS, WALL_MAX_S, Run, bongsu, environment, sandbox, short_plan

from bongsu.ledger import open_ledger
from bongsu.ledger._port import RunInfo

KILLS = int(os.environ.get("BONGSU_CRASH_KILLS", "2"))
SEED = int(os.environ.get("BONGSU_CRASH_SEED", "1"))
LINES = 125
"""So many lines has the ledger of the short plan's run, with its end not counted."""
BAD_DAY_LINES = 110
"""And that of the day on which 3 of 20 SMS fail, people are paged, and the cutover is taken back."""
LOOK_EVERY_S = 0.001
PAGES = {"drill//on_call@ops_chat", "drill//on_call@alerts", "drill//ops_manager@alerts"}


@dataclass(frozen=True)
class Moment:
    """When the process is killed: so long after its ledger has so many lines."""

    line: int
    after_ms: int

    def __str__(self) -> str:
        return f"line{self.line}+{self.after_ms}ms"


def moments(kills: int, lines: int) -> list[Moment]:
    """Spread over the whole run, each by chance within its part of it."""
    chance = Random(f"crash {SEED}")
    return [
        Moment(1 + int((number + chance.random()) * lines / kills), chance.choice((0, 0, 1, 2, 5, 20)))
        for number in range(kills)
    ]


def killed(folder, variables, moment: Moment) -> RunInfo:
    """Start the run, kill it at that moment, and return what its ledger knows of it."""
    args = ("start", folder / "world" / "plan.yaml", "--go", "james", "--state", folder / "state")
    ledger = open_ledger(folder / "state")
    with (folder / "killed.log").open("wb") as log:
        process = subprocess.Popen(
            [*PROGRAM, *map(str, args), "--out", str(folder / "evidence")],
            cwd=folder,
            env=environment(**variables, ON_CALL_PHONE=ON_CALL_PHONE),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        until = monotonic() + WALL_MAX_S
        while sum(run.head.seq for run in ledger.runs()) < moment.line:
            assert still_runs(process, LOOK_EVERY_S), (folder / "killed.log").read_text("utf-8")
            assert monotonic() < until, "the run does not come to that line"
        still_runs(process, moment.after_ms / 1000)
        process.kill()
        process.wait()
        return ledger.runs()[0]
    finally:
        process.kill()
        process.wait()
        ledger.close()


def still_runs(process, seconds: float) -> bool:
    """Whether a process is alive after so many seconds."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def killed_and_resumed(tmp_path, moment: Moment, *options: str) -> Run:
    """A run that was killed and gone on with, in a world of its own."""
    with sandbox(tmp_path, short_plan(tmp_path), *options) as variables:
        left = killed(tmp_path, variables, moment)
        # One that was killed after its last line has nothing left to do but to write its evidence.
        command = "evidence" if left.closed else "resume"
        args = (command, left.run_id, "--state", tmp_path / "state", "--out", tmp_path / "evidence")
        ended = bongsu(*args, cwd=tmp_path, env=environment(**variables, ON_CALL_PHONE=ON_CALL_PHONE))
    plan = tmp_path / "world" / "plan.yaml"
    return Run(ended, plan, tmp_path / "world", tmp_path / "state", tmp_path / "evidence")


@pytest.mark.parametrize("moment", moments(KILLS, LINES), ids=str)
def test_a_killed_run_goes_on_as_if_nothing_had_been(tmp_path, moment):
    """SIGKILL, `bongsu resume`, exit 0: one enabling, every page there, no announcement twice, and it verifies."""
    run = killed_and_resumed(tmp_path, moment)
    assert run.code == 0, run.ended.err
    one_enabling(run)
    copies = no_announcement_twice(run, pages="drill//")
    assert copies.keys() >= PAGES
    for message in ("go_request", "start", "success", "drill", "drill_result", "watch_summary"):
        assert [key for key in copies if re.match(rf"{message}(/\d+)?//", key)], f"nobody got the {message}"
    every_press_counted_once(run)
    assert bongsu("verify", run.evidence, cwd=tmp_path).code == 0


@pytest.mark.parametrize("moment", moments(max(KILLS // 2, 2), BAD_DAY_LINES), ids=str)
def test_a_run_that_is_killed_on_a_bad_day_is_taken_back_all_the_same(tmp_path, moment):
    """SIGKILL, `bongsu resume`, exit 1: one disabling, people paged and told, never a success, and it verifies."""
    run = killed_and_resumed(tmp_path, moment, "--scenario", "sms-fail")
    assert run.code == 1, run.ended.err
    assert len(run.recorded("aws", "events.EnableRule")) == len(run.recorded("aws", "events.DisableRule")) == 1
    states = [one["state"] for one in run.recorded("events", "rule_state", rule=RULE)]
    assert states == ["DISABLED", "ENABLED", "DISABLED"]
    copies = no_announcement_twice(run, pages="page/")
    assert [key for key in copies if key.startswith("page/1//on_call@")], "on-call was paged"
    for message in ("go_request", "start", "page/1", "rollback"):
        assert [key for key in copies if key.startswith(f"{message}//") and "@" not in key], f"nobody got {message}"
    assert not [key for key in copies if key.startswith("success")]
    assert bongsu("verify", run.evidence, cwd=tmp_path).code == 0


def one_enabling(run: Run) -> None:
    """The rule was switched once, by the account's own record, and is on."""
    assert len(run.recorded("aws", "events.EnableRule")) == 1
    states = [one["state"] for one in run.recorded("events", "rule_state", rule=RULE)]
    assert states == ["DISABLED", "ENABLED"]


def stored(run: Run) -> list[tuple[str, str]]:
    """Every message that the chat services took, oldest first: its key and all it says."""
    found = []
    for one in run.record:
        if one["operation"] == SENDS.get(one["service"]) and one.get("status") == 200:
            said = json.dumps(one.get("parameters") or one.get("arguments"), ensure_ascii=False)
            named = re.search(r"· msg ([^\s<\"]+)", said)
            assert named, said
            found.append((named[1], said))
    return found


def no_announcement_twice(run: Run, *, pages: str) -> Counter[str]:
    """How often each message came: announcements once, and a page's further copies say that they may be repeats."""
    copies = Counter[str]()
    for key, said in stored(run):
        copies[key] += 1
        marked = "possible repeat of #" in said
        assert copies[key] == 1 or (marked and key.startswith(pages)), f"{key} came {copies[key]} times"
    told = run.told("send_intended", method="post")
    assert copies.keys() <= {line["body"]["key"] for line in told}
    return copies


def every_press_counted_once(run: Run) -> None:
    """Two go, two acknowledgements, whatever else was pressed and however often."""
    counted = Counter(
        (press["contact"], press["button"]) for press in run.report["presses"] if press["standing"] == "counted"
    )
    people = ("on_call", "ops_manager")
    assert counted == {(person, button): 1 for person in people for button in ("go", "ack")}
