"""What only the SQLite file promises: it is private, recognised, append-only, and honest when the disk is not."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.ledger.at_once import at_once
from tests.patience import PATIENCE_S

from bongsu.core.chain import START, Head, verify_chain
from bongsu.core.events import ListeningChanged
from bongsu.errors import LedgerConflict, LedgerUnreadable, LedgerWriteFailed
from bongsu.ledger._port import Entry, RunInfo, Write
from bongsu.ledger._sqlite_file import _LINES, APPLICATION_ID
from bongsu.ledger.memory import MemoryLedger
from bongsu.ledger.sqlite import FILE_NAME, SqliteLedger

AT = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)


def entry(**blobs: bytes) -> Entry:
    event = ListeningChanged(channel="ops_chat", state="open")
    return Entry(at=AT, actor="bongsu", event=event, blobs=blobs)


@pytest.fixture
def ledger(tmp_path: Path):
    opened = SqliteLedger(tmp_path / "state", busy_timeout_s=0)
    opened.create("run-1", AT)
    yield opened
    opened.close()


def test_folder_and_file_are_for_their_owner_alone(ledger: SqliteLedger) -> None:
    ledger.append("run-1", START, [entry()])
    assert stat.S_IMODE(ledger.path.parent.stat().st_mode) == 0o700
    for file in ledger.path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_an_append_waits_for_the_disk_and_a_line_belongs_to_a_run(ledger: SqliteLedger) -> None:
    asked = ("journal_mode", "synchronous", "foreign_keys")
    told = [ledger._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in asked]
    assert told == ["wal", 2, 1]  # 2 is FULL


def test_what_was_appended_is_there_after_reopening(ledger: SqliteLedger) -> None:
    rows = ledger.append("run-1", START, [entry(payload=b"x")])
    ledger.close()
    again = SqliteLedger(ledger.path.parent)
    assert tuple(again.rows("run-1")) == rows
    again.close()


@pytest.mark.parametrize(
    "slip",
    [
        "UPDATE ledger SET line = x'00'",
        "DELETE FROM ledger",
        "UPDATE blob SET file = x'00'",
        "DELETE FROM blob",
        "UPDATE inbound SET seq = 7",
        "DELETE FROM inbound",
    ],
)
def test_the_file_itself_refuses_to_rewrite_history(ledger: SqliteLedger, slip: str) -> None:
    ledger.append("run-1", START, [entry(payload=b"x")], inbound=("ops_chat", "update-1"))
    other = sqlite3.connect(ledger.path)
    with pytest.raises(sqlite3.IntegrityError, match="is never"):
        other.execute(slip)
    other.close()


def test_appends_that_come_while_one_is_stored_share_the_next_transaction(ledger: SqliteLedger) -> None:
    """One of them is refused, and takes none of the others with it."""
    for name in ("run-2", "run-3", "run-4"):
        ledger.create(name, AT)
    statements: list[str] = []
    ledger._connection.set_trace_callback(statements.append)
    refused: list[LedgerConflict] = []

    def write(name: str, after: Head) -> None:
        try:
            ledger.append(name, after, [entry(payload=name.encode())])
        except LedgerConflict as why:
            refused.append(why)

    writers = [threading.Thread(target=write, args=(f"run-{n}", START)) for n in (1, 2, 3)]
    writers.append(threading.Thread(target=write, args=("run-4", Head(7, "f" * 64))))
    with ledger._lock:
        for writer in writers:
            writer.start()
        while len(ledger._queue) < len(writers):
            assert all(writer.is_alive() for writer in writers)
    for writer in writers:
        writer.join()
    assert statements.count("COMMIT") == 1
    assert [ledger.head(f"run-{n}").seq for n in (1, 2, 3, 4)] == [1, 1, 1, 0]
    assert len(refused) == 1


def test_a_full_disk_leaves_nothing_half_written_and_appends_work_again_when_it_is_freed(
    ledger: SqliteLedger,
) -> None:
    connection = ledger._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(LedgerWriteFailed) as caught:
        ledger.append("run-1", START, [entry(), entry(payload=b"x" * 100_000)])
    assert "full" in (caught.value.cause or "")
    assert ledger.head("run-1") == START
    assert list(ledger.rows("run-1")) == []
    connection.execute("PRAGMA max_page_count=1000000")
    assert ledger.append("run-1", START, [entry()])[0].seq == 1


def test_of_appends_that_share_a_transaction_none_is_told_as_stored_when_the_disk_takes_it_back(
    ledger: SqliteLedger,
) -> None:
    """The first was in the transaction already when the second found the disk full."""
    ledger.create("run-2", AT)
    pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
    ledger._connection.execute(f"PRAGMA max_page_count={pages + 2}")
    small = Write(run_id="run-1", after=START, entries=[entry()])
    large = Write(run_id="run-2", after=START, entries=[entry(payload=b"x" * 100_000)])
    assert [type(end) for end in at_once(ledger, [small, large])] == [LedgerWriteFailed] * 2
    assert [ledger.head(name) for name in ("run-1", "run-2")] == [START] * 2


def test_an_append_that_is_refused_half_way_leaves_nothing_behind_and_the_next_is_stored(tmp_path: Path) -> None:
    """Two blobs of one name, which salts prevent: SQLite undoes the statement by itself, and not what came before."""
    ledger = SqliteLedger(tmp_path, salt=lambda: "0" * 32)
    ledger.create("run-1", AT)
    rows = ledger.append("run-1", START, [entry(payload=b"x")])
    head = ledger.head("run-1")
    with pytest.raises(LedgerWriteFailed, match="could not be written"):
        ledger.append("run-1", head, [entry(), entry(payload=b"x")])
    assert (ledger.head("run-1"), tuple(ledger.rows("run-1"))) == (head, rows)
    assert ledger.append("run-1", head, [entry()])[0].seq == 2
    ledger.close()


def test_a_file_that_cannot_be_read_is_an_error_that_says_so(ledger: SqliteLedger) -> None:
    other = sqlite3.connect(ledger.path, isolation_level=None)
    other.execute("DROP TABLE hold")
    other.close()
    with pytest.raises(LedgerUnreadable, match="could not be read") as caught:
        ledger.holders("target-")
    assert caught.value.cause == "no such table: hold"


def test_a_file_locked_by_another_writer_is_an_error_not_a_wait_for_ever(ledger: SqliteLedger) -> None:
    other = sqlite3.connect(ledger.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerWriteFailed) as caught:
        ledger.append("run-1", START, [entry()])
    assert "locked" in (caught.value.cause or "")
    other.execute("ROLLBACK")
    other.close()
    assert ledger.append("run-1", START, [entry()])[0].seq == 1


def test_a_read_only_file_is_an_error_that_says_so(ledger: SqliteLedger) -> None:
    ledger._connection.execute("PRAGMA query_only=ON")
    with pytest.raises(LedgerWriteFailed) as caught:
        ledger.append("run-1", START, [entry()])
    assert "readonly" in (caught.value.cause or "").replace("-", "")


def test_a_state_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    with pytest.raises(LedgerWriteFailed, match="state folder") as caught:
        SqliteLedger(tmp_path / "state")
    assert caught.value.hint is not None and "--state" in caught.value.hint


def test_a_folder_where_the_file_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(LedgerWriteFailed, match="state folder") as caught:
        SqliteLedger(tmp_path)
    assert caught.value.cause == "Is a directory"


def test_the_folders_above_are_made_as_well(tmp_path: Path) -> None:
    made = SqliteLedger(tmp_path / "share" / "bongsu")
    assert made.path.is_file()
    made.close()


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        ("CREATE TABLE notes (a)", "another program"),
        ("PRAGMA application_id=7", "another program"),
        ("PRAGMA user_version=4", "another program"),
        ("PRAGMA application_id=1651469927; PRAGMA user_version=4", "schema version 4"),
    ],
)
def test_a_foreign_or_newer_file_is_refused_and_left_as_it_is(tmp_path: Path, prepare: str, said: str) -> None:
    path = tmp_path / FILE_NAME
    made = sqlite3.connect(path)
    made.executescript(prepare)
    made.close()
    before = path.read_bytes()
    with pytest.raises(LedgerUnreadable, match=said):
        SqliteLedger(tmp_path)
    assert path.read_bytes() == before


def test_a_file_of_the_first_version_is_brought_up_to_date_with_every_byte_of_its_runs(tmp_path: Path) -> None:
    """The first version had no leases: its runs are asleep, nobody's, and can be gone on with."""
    made = MemoryLedger()
    made.create("run-1", AT)
    rows = made.append("run-1", START, [entry(payload=b"x"), entry()])
    head = made.head("run-1")
    old = sqlite3.connect(tmp_path / FILE_NAME)
    old.executescript(_LINES + f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version=1;")
    when = "2025-10-22T05:00:00.000000Z"
    old.execute("INSERT INTO run VALUES ('run-1', ?, ?, ?, 0)", (when, head.seq, head.hash))
    old.executemany("INSERT INTO ledger VALUES ('run-1', ?, ?, ?)", [(row.seq, row.hash, row.line) for row in rows])
    old.executemany("INSERT INTO blob VALUES (?, ?)", made._blobs.items())
    old.commit()
    old.close()
    ledger = SqliteLedger(tmp_path)
    assert tuple(ledger.rows("run-1")) == rows
    assert {digest: ledger.blob(digest) for digest in made._blobs} == made._blobs
    assert ledger.run("run-1") == RunInfo(run_id="run-1", opened_at=AT, head=head, closed=False)
    (lease,) = ledger.claim("me", lease_for=timedelta(seconds=10), run_id="run-1")
    assert ledger.append("run-1", head, [entry()], lease=lease)[0].seq == 3
    ledger.close()


def test_tables_that_cannot_be_made_while_another_writes_are_an_error_that_says_so(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.executescript(_LINES + f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version=1;")
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerWriteFailed, match="could not be prepared") as caught:
        SqliteLedger(tmp_path, busy_timeout_s=0)
    assert "locked" in (caught.value.cause or "")
    other.close()
    SqliteLedger(tmp_path).close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database at all" * 100)
    with pytest.raises(LedgerUnreadable, match="not an SQLite file"):
        SqliteLedger(tmp_path)


def _append_from_elsewhere(folder: str, count: int) -> None:
    ledger = SqliteLedger(Path(folder))
    written = 0
    while written < count:
        try:
            ledger.append("run-1", ledger.head("run-1"), [entry()])
            written += 1
        except LedgerConflict:
            continue
    ledger.close()


def test_two_processes_write_one_run_without_a_gap(ledger: SqliteLedger) -> None:
    spawn = multiprocessing.get_context("spawn")
    folder = str(ledger.path.parent)
    writers = [spawn.Process(target=_append_from_elsewhere, args=(folder, 20)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(PATIENCE_S)
        assert writer.exitcode == 0
    head = verify_chain(row.line for row in ledger.rows("run-1"))
    assert isinstance(head, Head) and head.seq == 40


def _look(folder: str) -> None:
    ledger = SqliteLedger(Path(folder))
    seq = ledger.head("run-1").seq
    ledger.close()
    raise SystemExit(seq)


def _seen_elsewhere(folder: str) -> int | None:
    other = multiprocessing.get_context("spawn").Process(target=_look, args=(folder,))
    other.start()
    other.join(PATIENCE_S)
    return other.exitcode


def test_opening_the_ledger_twice_in_one_process_loses_nothing(ledger: SqliteLedger) -> None:
    """The second is closed while the first goes on, and another process comes and goes: the next line is durable.

    It was not, once: closing a file drops every lock that its process holds on it, and whoever else then closed the
    database took itself for the last, and deleted the write-ahead log that the first still wrote to.
    """
    folder = str(ledger.path.parent)
    ledger.append("run-1", START, [entry()])
    SqliteLedger(ledger.path.parent).close()
    assert _seen_elsewhere(folder) == 1
    ledger.append("run-1", ledger.head("run-1"), [entry()])
    assert _seen_elsewhere(folder) == 2


def test_a_writer_killed_at_any_moment_leaves_a_whole_chain_and_no_lock(ledger: SqliteLedger) -> None:
    spawn = multiprocessing.get_context("spawn")
    writer = spawn.Process(target=_append_from_elsewhere, args=(str(ledger.path.parent), 1_000_000))
    writer.start()
    try:
        while ledger.head("run-1").seq < 30:
            assert writer.is_alive()
    finally:
        writer.kill()
        writer.join()
    rows = list(ledger.rows("run-1"))
    head = verify_chain(row.line for row in rows)
    assert head == ledger.head("run-1")
    assert ledger.append("run-1", ledger.head("run-1"), [entry(payload=b"x")])[0].seq == len(rows) + 1
