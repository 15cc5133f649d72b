"""`kill -9` at every step of a run: what the customers got is in the gateway's outbox, and nothing is guessed.

A first run, unharmed, says which calls of the state there are. Then a process is killed before and after each of them,
and before and after the gateway took a text (tests/naver_sms/test_against_sandbox.py cuts it in the middle of a send).
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from tests.naver_sms.town import SRC, Town
from tests.naver_sms.world import booking

ROOT = str(Path(SRC).parent)
BOOKINGS = [booking(1, minutes=60), booking(2, minutes=300)]
TEXTS = 3
READS = ("open_claims", "pending", "load")


@pytest.fixture(scope="module")
def doomed():
    """Return what makes a run in a process of its own and kills it at a call of its state."""
    command = [sys.executable, "-m", "tests.naver_sms.doomed"]
    environ = {"PYTHONPATH": f"{SRC}{os.pathsep}{ROOT}", "PATH": os.environ.get("PATH", "")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environ, cwd=ROOT, **pipes) as process:

        def order(environ, at=None):
            process.stdin.write(json.dumps({"environ": environ, "at": at}) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield order
        process.stdin.close()


@pytest.fixture
def at_town(tmp_path):
    """Return what makes a town of its own for each fate; all of them end with the test."""
    made = []

    def build(name, **sens):
        folder = tmp_path / name
        folder.mkdir()
        town = Town(folder, **sens)
        town.bookings.load(BOOKINGS)
        made.append(town)
        return town

    yield build
    for one in made:
        one.close()


def forget_the_lease(town):
    """Let the dead run's lease be over, as it is after `lease_s`."""
    with sqlite3.connect(town.folder / "state.db") as db:
        db.execute("DELETE FROM lease")
    db.close()


def steps(calls):
    """Return every place at which to kill, from the calls of an unharmed run; a read changes nothing, so once."""
    named = [(name, int(nth)) for name, nth in (one.split() for one in calls)]
    return [[*one, when] for one in named for when in ("before", "after") if one[0] not in READS or when == "before"]


def settled(town):
    """Run until nothing is due any more, and hold what the customers got: each text once, and no claim in doubt."""
    forget_the_lease(town)
    report = town.run()
    assert report["result"] in {"ok", "degraded"}
    assert set(town.got().values()) == {1}
    assert len(town.got()) == TEXTS
    assert town.run()["sms"]["attempted"] == 0


def test_killed_before_and_after_every_step_nothing_is_lost_and_nothing_is_sent_twice(doomed, at_town):
    whole = at_town("whole")
    calls = doomed(whole.env(sends_at_once=1))["calls"]
    assert {one.split()[0] for one in calls} >= {"take_lease", "load", "create", "claim", "settle", "free_lease"}
    assert set(whole.got().values()) == {1} and len(whole.got()) == TEXTS
    killed = 0
    for name, nth, when in steps(calls):
        town = at_town(f"{name}-{nth}-{when}")
        ended = doomed(town.env(sends_at_once=1), [name, nth, when])
        # A call may be missing when threads came in another order; the run is whole then, and that is as good.
        assert ended["signal"] in {signal.SIGKILL, 0}, (name, nth, when)
        killed += ended["signal"] == signal.SIGKILL
        settled(town)
    assert killed >= len(steps(calls)) // 2


@pytest.mark.parametrize("seed", range(4))
def test_killed_again_while_it_finds_out_what_the_first_left(seed, doomed, at_town):
    random, town = Random(f"killed {seed}"), at_town("town")
    for _ in range(4):
        at = [random.choice(("claim", "settle", "create")), random.randrange(1, 4), random.choice(("before", "after"))]
        doomed(town.env(sends_at_once=random.choice((1, 3))), at)
        forget_the_lease(town)
    settled(town)
