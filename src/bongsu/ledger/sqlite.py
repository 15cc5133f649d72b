"""A ledger in one SQLite file per state folder, durable at every append.

The file is in WAL mode with synchronous=FULL: an append returns after the operating system has been told to put
its lines on the disk. Triggers refuse every change and deletion of a line or a blob, so that a slip in another
program cannot rewrite history unnoticed; whoever drops the triggers still breaks the hash chain.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING

from bongsu.core.chain import START, Head
from bongsu.errors import LedgerConflict, LedgerUnreadable, LedgerWriteFailed, RunNotFound
from bongsu.ledger._port import Row, RunInfo
from bongsu.ledger.batch import check_run_id, prepare
from bongsu.ledger.blobs import SALT_BYTES
from bongsu.ledger.codec import timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from bongsu.ledger._port import Entry
    from bongsu.ledger.batch import Batch

FILE_NAME = "bongsu.db"
APPLICATION_ID = 0x626F6E67
"""Marks the file as ours: the letters `bong` (SQLite, PRAGMA application_id)."""
SCHEMA_VERSION = 1
_READ_AT_ONCE = 500

_SCHEMA = f"""
CREATE TABLE run (
  run_id TEXT PRIMARY KEY, opened_at TEXT NOT NULL,
  head_seq INTEGER NOT NULL, head_hash TEXT NOT NULL, closed INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE ledger (
  run_id TEXT NOT NULL REFERENCES run, seq INTEGER NOT NULL, hash TEXT NOT NULL, line BLOB NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE blob (hash TEXT PRIMARY KEY, file BLOB NOT NULL) STRICT;
CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
  BEGIN SELECT RAISE(ABORT, 'a ledger line is never changed'); END;
CREATE TRIGGER ledger_is_never_deleted BEFORE DELETE ON ledger
  BEGIN SELECT RAISE(ABORT, 'a ledger line is never deleted'); END;
CREATE TRIGGER blob_is_never_changed BEFORE UPDATE ON blob
  BEGIN SELECT RAISE(ABORT, 'a blob is never changed'); END;
CREATE TRIGGER blob_is_never_deleted BEFORE DELETE ON blob
  BEGIN SELECT RAISE(ABORT, 'a blob is never deleted'); END;
PRAGMA application_id={APPLICATION_ID};
PRAGMA user_version={SCHEMA_VERSION};
"""

_CREATE = "INSERT INTO run (run_id, opened_at, head_seq, head_hash) VALUES (?, ?, ?, ?)"
_MOVE_HEAD = """UPDATE run SET head_seq = ?, head_hash = ?, closed = max(closed, ?)
WHERE run_id = ? AND head_seq = ? AND head_hash = ?"""
_INSERT_LINE = "INSERT INTO ledger (run_id, seq, hash, line) VALUES (?, ?, ?, ?)"
_INSERT_BLOB = "INSERT INTO blob (hash, file) VALUES (?, ?)"
_ROWS = "SELECT seq, hash, line FROM ledger WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?"
_HEAD = "SELECT head_seq, head_hash FROM run WHERE run_id = ?"
_BLOB = "SELECT file FROM blob WHERE hash = ?"
_RUNS = """SELECT run_id, opened_at, head_seq, head_hash, closed FROM run
ORDER BY opened_at DESC, run_id DESC"""


class SqliteLedger:
    """Keeps every run of a state folder in its file `bongsu.db`. One object may be used from several threads."""

    def __init__(
        self,
        folder: Path,
        *,
        salt: Callable[[], str] = lambda: secrets.token_hex(SALT_BYTES),
        busy_timeout_s: int = 5,
    ) -> None:
        self._salt = salt
        self._lock = RLock()
        self.path = folder / FILE_NAME
        _make_room(folder, self.path)
        self._connection = _open(self.path, busy_timeout_s)

    def create(self, run_id: str, opened_at: datetime) -> None:
        """Make room for a run; LedgerConflict when it exists."""
        check_run_id(run_id)
        with self._lock, self._transaction() as connection:
            try:
                connection.execute(_CREATE, (run_id, timestamp(opened_at), START.seq, START.hash))
            except sqlite3.IntegrityError as exc:
                raise LedgerConflict(f'the run "{run_id}" exists already') from exc

    def append(self, run_id: str, after: Head, entries: Sequence[Entry]) -> tuple[Row, ...]:
        """Store the entries after `after`, all or none, and return their rows once they are on the disk."""
        batch = prepare(run_id, after, entries, self._salt)
        with self._lock, self._transaction() as connection:
            self._store(connection, run_id, after, batch)
        return batch.rows

    def rows(self, run_id: str, after_seq: int = 0) -> Iterator[Row]:
        """Yield the stored lines in order, reading some hundreds at a time."""
        self.head(run_id)
        while True:
            with self._reading() as connection:
                found = connection.execute(_ROWS, (run_id, after_seq, _READ_AT_ONCE)).fetchall()
            for seq, digest, line in found:
                yield Row(seq=seq, hash=digest, line=line)
            if len(found) < _READ_AT_ONCE:
                return
            after_seq = found[-1][0]

    def head(self, run_id: str) -> Head:
        """Return the run's newest link; RunNotFound when there is no such run."""
        with self._reading() as connection:
            found = connection.execute(_HEAD, (run_id,)).fetchone()
        if found is None:
            raise RunNotFound(f'there is no run "{run_id}" in "{self.path.parent}"')
        return Head(*found)

    def blob(self, digest: str) -> bytes:
        """Return the stored blob file (salt line and content) by its hash; KeyError when absent."""
        with self._reading() as connection:
            found = connection.execute(_BLOB, (digest,)).fetchone()
        if found is None:
            raise KeyError(digest)
        return bytes(found[0])

    def runs(self) -> Sequence[RunInfo]:
        """Return every run, newest first."""
        with self._reading() as connection:
            found = connection.execute(_RUNS).fetchall()
        return [
            RunInfo(
                run_id=run_id,
                opened_at=datetime.fromisoformat(opened_at).astimezone(UTC),
                head=Head(seq, digest),
                closed=bool(closed),
            )
            for run_id, opened_at, seq, digest, closed in found
        ]

    def close(self) -> None:
        """Close the file; what was appended is on the disk already."""
        with self._lock:
            self._connection.close()

    def _store(self, connection: sqlite3.Connection, run_id: str, after: Head, batch: Batch) -> None:
        moved = connection.execute(
            _MOVE_HEAD,
            (batch.head.seq, batch.head.hash, batch.closes, run_id, after.seq, after.hash),
        )
        if moved.rowcount == 0:
            now = self.head(run_id)
            raise LedgerConflict(f'the run "{run_id}" stands at line {now.seq}, not at line {after.seq} with this hash')
        for row in batch.rows:
            connection.execute(_INSERT_LINE, (run_id, row.seq, row.hash, row.line))
        for blob in batch.blobs:
            connection.execute(_INSERT_BLOB, blob)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction that takes the write lock at once; whatever goes wrong, nothing of it stays."""
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except sqlite3.Error as exc:
            self._roll_back()
            raise LedgerWriteFailed(f'the ledger "{self.path}" could not be written', cause=str(exc)) from exc
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        # After some failures (a full disk among them) SQLite has rolled back by itself already.
        if self._connection.in_transaction:
            # Where even that fails, the next append says so; the transaction dies with the connection.
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as exc:
                raise LedgerUnreadable(f'the ledger "{self.path}" could not be read', cause=str(exc)) from exc


def _make_room(folder: Path, path: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The mode must stand before SQLite writes a byte; its side files take the mode of this one.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as exc:
        raise LedgerWriteFailed(
            f'the state folder "{folder}" cannot be used',
            cause=exc.strerror,
            hint="name a folder that you may write with `--state`, or set BONGSU_STATE",
        ) from exc


def _open(path: Path, busy_timeout_s: int) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as exc:
        raise LedgerUnreadable(f'"{path}" could not be opened', cause=str(exc)) from exc
    try:
        _recognise(connection, path)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        _make_tables(connection)
    except sqlite3.OperationalError as exc:
        connection.close()
        raise LedgerWriteFailed(f'the ledger "{path}" could not be prepared', cause=str(exc)) from exc
    except sqlite3.DatabaseError as exc:
        connection.close()
        raise LedgerUnreadable(
            f'"{path}" is not an SQLite file',
            cause=str(exc),
            hint="it was left as it is; name another folder with `--state`, or set BONGSU_STATE",
        ) from exc
    except LedgerUnreadable:
        connection.close()
        raise
    return connection


def _recognise(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that another program made, or a newer version of this one, before anything is changed."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (application, version, tables) != (0, 0, 0):
        raise LedgerUnreadable(
            f'"{path}" is an SQLite file of another program (application_id {application}, {tables} tables)',
            hint="it was left as it is; name another folder with `--state`, or set BONGSU_STATE",
        )
    if version > SCHEMA_VERSION:
        raise LedgerUnreadable(
            f'"{path}" has schema version {version}, this program knows up to {SCHEMA_VERSION}',
            hint="it was left as it is; use the program version that wrote it, or a newer one",
        )


def _make_tables(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    # Another process may have made them while this one waited for the lock.
    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
        for statement in _statements(_SCHEMA):
            connection.execute(statement)
    connection.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    """Yield a script's statements; `executescript` would commit the transaction around them."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
