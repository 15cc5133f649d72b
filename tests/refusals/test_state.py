"""A state folder that cannot be used, a full disk and a second captain: exit 3, and nobody is told falsely."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.cli.calling import call
from tests.patience import PATIENCE_S
from tests.rules.tree import ROOT

from bongsu.core.chain import START
from bongsu.core.events import OperatorAsked, Order
from bongsu.core.kinds import RunKind
from bongsu.ledger import open_ledger
from bongsu.ledger._port import Entry
from bongsu.ledger._sqlite_file import SCHEMA_VERSION
from bongsu.planfile import load
from bongsu.run.tenure import Tenure

if TYPE_CHECKING:
    from tests.refusals.conftest import Desk

PROGRAM = "from bongsu.cli.main import main; main()"
FULL_AT_KIB = 500


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("CREATE TABLE notes (a)", "is an SQLite file of another program"),
        (
            f"PRAGMA application_id=1651469927; PRAGMA user_version={SCHEMA_VERSION + 1}",
            f"has schema version {SCHEMA_VERSION + 1}, this program knows up to {SCHEMA_VERSION}",
        ),
    ],
)
def test_another_programs_file_and_a_newer_one(desk: Desk, script: str, said: str) -> None:
    desk.state.mkdir()
    path = desk.state / "bongsu.db"
    made = sqlite3.connect(path)
    made.executescript(script)
    made.close()
    before = path.read_bytes()
    refused_and_untouched(desk, said)
    assert path.read_bytes() == before


def test_a_ledger_that_is_no_database(desk: Desk) -> None:
    desk.state.mkdir()
    (desk.state / "bongsu.db").write_bytes(b"no database" * 500)
    refused_and_untouched(desk, "is not an SQLite file")


def refused_and_untouched(desk: Desk, said: str) -> None:
    called = desk.start()
    assert called.code == 3 and called.err.startswith("error: ") and said in called.err, called.err
    assert "\nhelp: it was left as it is; " in called.err
    assert desk.done() == []


def test_a_state_folder_that_cannot_be_made(desk: Desk) -> None:
    (desk.folder / "file").write_text("in the way", "utf-8")
    called = call("start", desk.plan, "--go", "james", "--state", desk.folder / "file" / "state")
    desk.refused(called, "cannot be used", "cause: Not a directory", "--state", code=3)


def test_a_lock_that_cannot_be_made(desk: Desk) -> None:
    """The ledger can be opened and the folder beside it cannot: still before a run is opened."""
    desk.state.mkdir()
    (desk.state / "locks").write_text("in the way", "utf-8")
    desk.refused(desk.start(), "the state folder", "cause: File exists", code=3)


def test_two_runs_of_one_plan_at_once(desk: Desk) -> None:
    """The second is refused before it touches the clock that the first one runs on."""
    joined = desk.world.clock.join("bongsu")
    try:
        with closing(open_ledger(desk.state)) as ledger, Tenure(ledger, desk.state) as other:
            other.take_target(load(desk.plan))
            desk.refused(desk.start(), "another run drives the same target already", "one cutover at a time", code=3)
        desk.world.clock.busy(joined)
    finally:
        desk.world.clock.leave(joined)


def test_a_second_run_of_a_target_that_an_open_one_has(desk: Desk) -> None:
    """Nobody drives the first one, and the target is off still: the chats would hear of a second cutover beside it."""
    with closing(open_ledger(desk.state)) as ledger:
        with Tenure(ledger, desk.state) as gone:
            gone.take_target(load(desk.plan))
            gone.open_run("first", datetime.now(UTC), RunKind.CUTOVER)
            opened = OperatorAsked(order=Order.HOLD, by="james", reason="")
            ledger.append("first", START, [Entry(at=datetime.now(UTC), actor="operator:james", event=opened)])
        called = desk.start()
        assert (called.code, called.out, desk.done(), desk.runs()) == (3, "", [], ["first"])
    assert called.err == (
        "error: the run 'first' is open and has the same target\n"
        "help: `bongsu resume first` goes on with it, `bongsu rollback first --by NAME` ends it\n"
    )


def test_a_disk_that_fills_up_in_the_middle(desk: Desk) -> None:
    """The run stops before its next effect: what the world saw is in the ledger, and a resume looks for it first."""
    command = f'ulimit -f {FULL_AT_KIB}; exec "$0" "$@"'
    done = subprocess.run(
        ["bash", "-c", command, sys.executable, "-c", PROGRAM, "start", str(desk.plan), "--go", "james"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "BONGSU_STATE": str(desk.state)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 3, done.stderr
    last = done.stderr[done.stderr.index("error: ") :].splitlines()
    assert "the ledger " in last[0] and last[0].endswith(" could not be written")
    (run,) = desk.runs()
    assert last[1].startswith("  cause: ") and last[2].endswith(f"then `bongsu resume {run}`") and len(last) == 3, last
    ledger = open_ledger(desk.state)
    try:
        kinds = [json.loads(row.line)["kind"] for row in ledger.rows(run)]
    finally:
        ledger.close()
    assert len(desk.done()) <= kinds.count("send_intended")
    assert not {"switch_intended", "run_closed"} & set(kinds)
    assert "events.EnableRule" not in desk.done()
    assert not (desk.folder / "evidence").exists()


def test_a_disk_that_takes_not_even_the_first_line(desk: Desk) -> None:
    """There is no run to go on with, so nobody is told to resume one."""
    open_ledger(desk.state).close()
    with closing(sqlite3.connect(desk.state / "bongsu.db")) as full:
        full.execute("CREATE TRIGGER full BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
        full.commit()
    called = desk.start()
    assert called.code == 3 and "could not be written\n  cause: disk is full\n" in called.err
    assert called.err.endswith(
        "help: no run was opened and nothing was done; free the disk or fix the folder, then start again\n"
    )
    assert desk.done() == []


def test_a_rehearsal_whose_evidence_could_not_be_written_is_refused_before_it_begins(desk: Desk) -> None:
    (desk.folder / "file").write_text("in the way", "utf-8")
    called = call("rehearse", "--state", desk.state, "--out", desk.folder / "file" / "evidence")
    desk.refused(called, "the evidence could not be written to", "cause: Not a directory", "with `--out`")


def test_an_evidence_folder_that_cannot_be_written_at_the_end_leaves_the_runs_own_exit_code(desk: Desk) -> None:
    """A no-go stays a no-go; what is missing is said beside it."""
    desk.write(("from: file:parity.json", "from: file:not-there.json"))
    (desk.folder / "file").write_text("in the way", "utf-8")
    called = desk.start("--out", desk.folder / "file" / "evidence")
    assert called.code == 6, called.err
    assert "error: the evidence could not be written to" in called.err
    (run,) = desk.runs()
    assert f"help: `bongsu evidence {run} --out DIR` writes it again" in called.err
    again = call("evidence", run, "--state", desk.state, "--out", desk.folder / "elsewhere")
    assert again.code == 0 and json.loads((desk.folder / "elsewhere" / "head.json").read_bytes())
