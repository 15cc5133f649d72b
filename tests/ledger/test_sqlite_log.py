"""The write-ahead log is moved into the file when somebody tidies up, and then no append stops for it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bongsu.core.chain import START, Head, verify_chain
from bongsu.core.events import ListeningChanged
from bongsu.ledger._port import Entry
from bongsu.ledger.sqlite import FILE_NAME, SqliteLedger

AT = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
BULKY = b"x" * 50_000
PAGE = 4096


@pytest.fixture
def ledger(tmp_path: Path):
    opened = SqliteLedger(tmp_path / "state", tidy_after=1)
    opened.create("run-1", AT)
    yield opened
    opened.close()


def append(ledger: SqliteLedger, head: Head, number: int) -> Head:
    for _ in range(number):
        event = ListeningChanged(channel="ops_chat", state="open")
        entry = Entry(at=AT, actor="bongsu", event=event, blobs={"payload": BULKY})
        (row,) = ledger.append("run-1", head, [entry])
        head = Head(row.seq, row.hash)
    return head


def lines_without_log(ledger: SqliteLedger, folder: Path) -> int:
    """Return how many lines stand in the file itself, its log left out."""
    folder.mkdir()
    copy = folder / FILE_NAME
    shutil.copy(ledger.path, copy)
    with closing(sqlite3.connect(copy)) as connection:
        number: int = connection.execute("SELECT count(*) FROM ledger").fetchone()[0]
    return number


def log_bytes(ledger: SqliteLedger) -> int:
    return ledger.path.with_name(f"{FILE_NAME}-wal").stat().st_size


def test_tidying_up_moves_everything_and_the_chain_goes_on(ledger: SqliteLedger, tmp_path: Path) -> None:
    head = append(ledger, START, 3)
    ledger.tidy()
    assert lines_without_log(ledger, tmp_path / "copy") == 3
    head = append(ledger, head, 2)
    assert verify_chain(row.line for row in ledger.rows("run-1")) == head


def test_the_log_that_was_moved_is_used_again_from_its_beginning(ledger: SqliteLedger) -> None:
    ledger.tidy()
    head = append(ledger, START, 5)
    grown = log_bytes(ledger)
    for _ in range(5):
        ledger.tidy()
        head = append(ledger, head, 4)
    assert log_bytes(ledger) == grown


def test_appends_leave_it_to_whoever_tidies_up(ledger: SqliteLedger, tmp_path: Path) -> None:
    """By itself an append would move it once it has a thousand pages."""
    ledger.tidy()
    append(ledger, START, 2_000 * PAGE // len(BULKY))
    assert log_bytes(ledger) > 1_500 * PAGE
    assert lines_without_log(ledger, tmp_path / "copy") == 0


def test_a_few_appends_are_not_worth_it(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "state", tidy_after=4)
    ledger.create("run-1", AT)
    ledger.tidy()
    head = append(ledger, START, 3)
    ledger.tidy()
    assert lines_without_log(ledger, tmp_path / "early") == 0
    append(ledger, head, 1)
    ledger.tidy()
    assert lines_without_log(ledger, tmp_path / "later") == 4
    ledger.close()


def test_nobody_who_tidies_up_is_needed(ledger: SqliteLedger, tmp_path: Path) -> None:
    append(ledger, START, 2_000 * PAGE // len(BULKY))
    assert lines_without_log(ledger, tmp_path / "copy") > 0


def test_a_ledger_can_be_tidied_up_when_it_is_closed_right_after(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "state")
    ledger.tidy()
    ledger.close()
