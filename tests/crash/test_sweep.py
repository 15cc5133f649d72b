"""A slice of the sweep, the same one whenever it is run: what admits a change must not hang on the day.

`make crash` takes another one every day of the calendar, and `make sweep` is the whole of it. A kill that breaks a law
says how it is tried again alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.__main__ import _shown, sliced
from tests.crash.days import HAPPY, PAGED
from tests.crash.orphaned import ORPHANED
from tests.crash.points import Trap
from tests.crash.starved import starved
from tests.crash.sweep import EVERY, TRIES, Kill, Told, doubles, patiently, singles
from tests.postgres.server import found_programs

ROOT = Path(__file__).resolve().parents[2]
POSTGRES_IS_HERE = bool(found_programs()) or os.environ.get("BONGSU_POSTGRES") == "must"
USUAL = tuple(day for day in EVERY if day != ORPHANED.name)
"""What a usual run of the tests takes; to let a guard find out takes too long for it."""
TURN = int(os.environ.get("BONGSU_CRASH_TURN", "0"))
"""Which slice."""
KILLS = {"guarded": 1, "served": 3}
"""Of each day; of the others, which take longer, it is two."""
FORGETS = ("return SendEnded(key=send.key, attempt=send.attempt, outcome=Outcome.IN_DOUBT", "IN_DOUBT", "NOT_SENT")
"""What was under way at a kill, taken for not sent: a text of `run/start.py`, and what stands there instead."""


def swept(*args: object, path: Path = ROOT / "src") -> subprocess.CompletedProcess[str]:
    """Carry out kills with the program in `path`; in a process of its own, because it forks."""
    return subprocess.run(
        [sys.executable, "-m", "tests.crash", *map(str, args)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{path}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.mark.parametrize("day", USUAL)
def test_whenever_a_run_is_killed_it_goes_on_as_if_nothing_had_been(day):
    """No double switch, no page lost, no announcement twice, repeats marked, every press counted once, and verified.

    Each turn another one of them has its ledger in a database.
    """
    in_a_database = USUAL[TURN % len(USUAL)] == day and POSTGRES_IS_HERE
    store = "postgres" if in_a_database else "sqlite"
    done = swept("--day", day, "--store", store, "--slice", KILLS.get(day, 2), "--turn", TURN, "--jobs", 1)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_program_that_forgets_what_was_under_way_is_found(tmp_path):
    """Otherwise the laws would hold over nothing: the success is announced twice, and the sweep says so."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    place = tmp_path / "src" / "bongsu" / "run" / "start.py"
    text, (said, right, wrong) = place.read_text("utf-8"), FORGETS
    assert text.count(said) == 1
    place.write_text(text.replace(said, said.replace(right, wrong)), "utf-8")
    done = swept("--day", "happy", "--at", "after send success//ops_chat", path=tmp_path / "src")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "success//ops_chat came 2 times" in done.stdout
    assert "again: python -m tests.crash --day happy --at 'after send success//ops_chat'" in done.stdout


def test_every_kill_has_its_turn():
    """Slice after slice, each kill stands in exactly one, and then they begin anew."""
    kills = singles("happy", [f"before append {number}" for number in range(103)])
    turns = [sliced(kills, 10, turn) for turn in range(11)]
    assert sorted(map(str, (kill for turn in turns for kill in turn))) == sorted(map(str, kills))
    assert max(map(len, turns)) <= 10
    assert sliced(kills, 10, 11) == turns[0]


def of_the_world(folder, *ended):
    """The record of a world in which the workload's invocations ended so."""
    folder.mkdir(exist_ok=True)
    took_us = {"late": 107_184_731}
    kind = {"service": "lambda", "operation": "invocation"}
    entries = [
        {**kind, "ended": one.replace("late", "response"), "duration_us": took_us.get(one, 14_356_223)} for one in ended
    ]
    entries.insert(0, {"service": "events", "operation": "rule_state", "state": "ENABLED"})
    (folder / "record.jsonl").write_text("".join(json.dumps(one) + "\n" for one in entries), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("day", "ended", "says"),
    [
        (HAPPY, ["response", "response"], ""),
        (HAPPY, ["response", "error"], "invocation 2 of the workload ended in error after 14 s"),
        (HAPPY, ["response", "late"], "invocation 2 of the workload ended in response after 107 s"),
        (PAGED, ["error", "response"], ""),
        (PAGED, ["error", "timeout"], "invocation 2 of the workload ended in timeout after 14 s"),
    ],
)
def test_a_workload_that_its_own_limits_ended_says_nothing_of_a_kill(day, ended, says, tmp_path):
    """What a day has arranged does; a world that did not begin has no record."""
    assert starved(of_the_world(tmp_path / "world", *ended), day).startswith(says)
    assert bool(starved(tmp_path / "world", day)) == bool(says)
    assert starved(tmp_path / "nowhere", day) == ""


@pytest.mark.parametrize(("hungry", "tried"), [(0, 1), (1, 2), (2, 3), (9, TRIES)])
def test_a_kill_that_says_nothing_is_tried_again_and_in_the_end_said_to_say_nothing(hungry, tried, tmp_path, capsys):
    kill, told = Kill("happy", "before create"), []

    def carry_out(kill, folder, *, keep):
        told.append(Told(kill, 1, [], 1.0, starved="" if len(told) >= hungry else "the machine is busy"))
        return told[-1]

    last = patiently(kill, tmp_path, carry_out=carry_out)
    assert (last, len(told)) == (told[-1], tried)
    assert _shown([last], 0.0) == 0
    said = capsys.readouterr().out
    assert f"1 runs: {int(not last.starved)} killed " in said
    assert ("says nothing: the machine is busy\n  again: python -m tests.crash --day happy" in said) == (hungry == 9)
    assert f"{int(bool(last.starved))} say nothing on a machine as busy as this; 0 broke a law" in said


def test_a_second_kill_follows_every_one_round_a_call_that_changes_something():
    """What is in doubt must stay so when the process dies while it says so."""
    points = ["before append send_intended a", "before send a", "after send a", "before switch target enabled"]
    assert [kill.at for kill in doubles("happy", points)] == [*points[1:], points[0]]
    assert all(kill.then for kill in doubles("happy", points))


def test_a_point_has_the_name_of_what_happens_there(tmp_path):
    """The second time it has a number, so that the same one is found again; a point that is not meant does nothing."""
    trap = Trap("elsewhere", trace=tmp_path / "points")
    for what in ("before read alarms", "after read alarms", "before read alarms"):
        trap.reach(what)
    assert (tmp_path / "points").read_text() == "before read alarms\nafter read alarms\nbefore read alarms (2)\n"
    assert str(Kill("happy", "before read alarms (2)")) == "--day happy --at 'before read alarms (2)'"
