"""A state folder that may be read and not written is read as it stands, beside a run that goes on too."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import RUN, left_in_the_middle
from tests.rules.tree import ROOT

from bongsu.core.events import ListeningChanged
from bongsu.errors import LedgerUnreadable, LedgerWriteFailed
from bongsu.ledger import open_ledger
from bongsu.ledger._port import Entry
from bongsu.ledger.sqlite import FILE_NAME, SqliteLedger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bongsu.ledger._port import Ledger

PROGRAM = "from bongsu.cli.main import main; main()"
AS_ANYBODY = """import ctypes, os, sys
if os.geteuid() == 0:
    for capability in (1, 2):  # to write and to read what the modes of files do not let their owner
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-c", *sys.argv[1:]])"""


def called(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Call the program as somebody for whom the modes of files count; for root they do not."""
    return subprocess.run(
        [sys.executable, "-c", AS_ANYBODY, PROGRAM, *map(str, words), "--state", folder / "state"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "BONGSU_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder whose state has one run that nobody drives."""
    left_in_the_middle(tmp_path / "state")
    yield tmp_path
    (tmp_path / "state").chmod(0o755)


def close_to_writers(folder: Path) -> dict[str, bytes]:
    """Let everybody read the state and nobody write it; return what is in it."""
    state = folder / "state"
    for one in state.iterdir():
        one.chmod(0o444)
    state.chmod(0o555)
    return {one.name: one.read_bytes() for one in state.iterdir()}


def add(ledger: Ledger) -> None:
    line = Entry(at=ledger.run(RUN).opened_at, actor="bongsu", event=ListeningChanged(channel="ops_chat", state="open"))
    ledger.append(RUN, ledger.head(RUN), [line])


def test_a_reviewer_who_may_only_read_sees_the_run_and_gets_its_evidence(folder: Path) -> None:
    before = close_to_writers(folder)
    assert list(before) == [FILE_NAME]
    listed = called(folder, "status", "--json")
    assert (listed.returncode, [run["run"] for run in json.loads(listed.stdout)["runs"]]) == (0, [RUN]), listed.stderr
    shown = called(folder, "status", RUN, "--json")
    assert (shown.returncode, json.loads(shown.stdout)["events"]) == (3, 2), shown.stderr
    written = called(folder, "evidence", RUN, "--out", folder / "evidence")
    assert (written.returncode, (folder / "evidence" / "ledger.jsonl").is_file()) == (3, True), written.stderr
    then = called(folder, "status", RUN, "--at", "2100-01-01 12:00", "--json")
    assert then.returncode in (0, 3), then.stderr
    assert close_to_writers(folder) == before


def test_a_run_that_goes_on_is_shown_as_far_as_it_has_come(folder: Path) -> None:
    """Its newest lines are in the log beside the file, not in the file."""
    with closing(open_ledger(folder / "state")) as ledger:
        add(ledger)
        before = close_to_writers(folder)
        assert f"{FILE_NAME}-wal" in before
        assert json.loads(called(folder, "status", RUN, "--json").stdout)["events"] == 3
        add(ledger)
        assert json.loads(called(folder, "status", RUN, "--json").stdout)["events"] == 4


def test_what_a_killed_process_left_is_read_with_its_log(folder: Path) -> None:
    left_open(folder)
    before = close_to_writers(folder)
    shown = called(folder, "status", RUN, "--json")
    assert json.loads(shown.stdout)["events"] == 3, shown.stderr
    assert close_to_writers(folder) == before


def test_a_log_without_its_index_cannot_be_read_and_that_is_said(folder: Path) -> None:
    """The lines in it would be missing, and nobody would see that they are."""
    left_open(folder)
    (folder / "state" / f"{FILE_NAME}-shm").unlink()
    close_to_writers(folder)
    shown = called(folder, "status", RUN)
    assert (shown.returncode, shown.stdout) == (3, "")
    assert shown.stderr == (
        f'error: "{folder}/state/{FILE_NAME}" could not be opened\n'
        "  cause: beside it lies a write-ahead log without its index\n"
        "help: copy the whole folder to a place that you may write, and name the copy with `--state`\n"
    )


def test_an_older_file_that_may_not_be_brought_up_to_date_says_what_to_do(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "state" / FILE_NAME)) as older:
        older.execute("PRAGMA user_version=2")
    close_to_writers(folder)
    shown = called(folder, "status")
    assert (shown.returncode, shown.stdout) == (3, "")
    assert "has schema version 2, and may not be brought to 3\nhelp: copy the whole folder" in shown.stderr


def test_a_folder_that_may_not_even_be_read(folder: Path) -> None:
    close_to_writers(folder)
    (folder / "state" / FILE_NAME).chmod(0)
    shown = called(folder, "status")
    assert (shown.returncode, shown.stdout) == (3, "")
    assert "cannot be used\n  cause: Permission denied\nhelp: name a folder that you may read" in shown.stderr


def test_an_order_still_needs_to_write(folder: Path) -> None:
    close_to_writers(folder)
    asked = called(folder, "hold", RUN, "--by", "james")
    assert asked.returncode == 3 and "cannot be used" in asked.stderr


def test_whoever_reads_a_file_as_one_that_nobody_changes_hears_of_it_when_somebody_does(tmp_path: Path) -> None:
    """What it has read since is not to be relied on; nothing of it is shown."""
    left_in_the_middle(tmp_path)
    with closing(SqliteLedger(tmp_path, to_read=True)) as reader:
        assert reader.head(RUN).seq == 2
        with pytest.raises(LedgerWriteFailed, match="could not be written"):
            reader.create("another", reader.run(RUN).opened_at)
        with closing(open_ledger(tmp_path)) as writer:
            with pytest.raises(LedgerUnreadable, match="could not be read") as began:
                reader.head(RUN)
            add(writer)
        with pytest.raises(LedgerUnreadable, match="could not be read"):
            reader.head(RUN)
    assert began.value.cause == "somebody began to write it meanwhile"


def left_open(folder: Path) -> None:
    """Leave the file as a process that was killed leaves it: with a line that is in the log alone."""
    state, kept = folder / "state", folder / "kept"
    with closing(open_ledger(state)) as ledger:
        add(ledger)
        shutil.copytree(state, kept)
    shutil.rmtree(state)
    kept.rename(state)
