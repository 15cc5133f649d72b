"""The SQLite file of a state folder: its tables, how it is opened, and how an older one is brought up to date."""

from __future__ import annotations

import errno
import os
import sqlite3
from typing import TYPE_CHECKING

from bongsu.errors import LedgerUnreadable, LedgerWriteFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_NAME = "bongsu.db"
APPLICATION_ID = 0x626F6E67
"""Marks the file as ours: the letters `bong` (SQLite, PRAGMA application_id)."""
SCHEMA_VERSION = 3

_LINES = """
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
"""
# Only the index of the runs gains columns; the tables of lines and blobs are not touched.
_LEASES = """
ALTER TABLE run ADD COLUMN kind TEXT NOT NULL DEFAULT 'cutover';
ALTER TABLE run ADD COLUMN due_at TEXT;
ALTER TABLE run ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN lease_owner TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN lease_until TEXT;
ALTER TABLE run ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN parked TEXT NOT NULL DEFAULT '';
CREATE INDEX run_due ON run (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX run_leased ON run (lease_until) WHERE lease_until IS NOT NULL;
CREATE TABLE inbound (
  source TEXT NOT NULL, external_id TEXT NOT NULL, run_id TEXT NOT NULL REFERENCES run, seq INTEGER NOT NULL,
  PRIMARY KEY (source, external_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER inbound_is_never_changed BEFORE UPDATE ON inbound
  BEGIN SELECT RAISE(ABORT, 'what was received is never changed'); END;
CREATE TRIGGER inbound_is_never_deleted BEFORE DELETE ON inbound
  BEGIN SELECT RAISE(ABORT, 'what was received is never deleted'); END;
CREATE TABLE snapshot (
  run_id TEXT PRIMARY KEY REFERENCES run, seq INTEGER NOT NULL, hash TEXT NOT NULL,
  program TEXT NOT NULL, fold BLOB NOT NULL
) STRICT;
CREATE TABLE hold (
  name TEXT PRIMARY KEY, owner TEXT NOT NULL, epoch INTEGER NOT NULL, until TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
# A list begins with the newest, of those that are open or of those that are closed; there may be a hundred thousand.
_LISTS = """
CREATE INDEX run_listed ON run (closed, opened_at, run_id, kind);
CREATE INDEX run_seldom ON run (closed, kind) WHERE kind <> 'page';
"""
_STEPS = (_LINES, _LEASES, _LISTS)
"""What leads from each schema version to the next; a new file takes all of them."""
OPENINGS_MOST = 20


def make_room(folder: Path, path: Path) -> None:
    """Make the folder and the file, for their owner alone; LedgerWriteFailed when that cannot be."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The mode must stand before SQLite writes a byte; its side files take the mode of this one. A file that is
        # there is never opened past SQLite: closing it would drop every lock that this process holds on it (POSIX locks
        # belong to the process), and another process would then delete the write-ahead log under our hands.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        _must_be_writable(folder, path)
    except OSError as exc:
        raise LedgerWriteFailed(
            f'the state folder "{folder}" cannot be used',
            cause=exc.strerror,
            hint="name a folder that you may write with `--state`, or set BONGSU_STATE",
        ) from exc


def _must_be_writable(folder: Path, path: Path) -> None:
    if not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
        raise LedgerWriteFailed(
            f'the state folder "{folder}" cannot be used',
            cause=os.strerror(_why_not(path)),
            hint="name a folder that you may write with `--state`, or set BONGSU_STATE",
        )


def _why_not(path: Path) -> int:
    """Return the number of the error that opening the file would be; it is not opened past SQLite (see above)."""
    if not path.is_file():
        return errno.EISDIR
    return errno.EROFS if os.statvfs(path).f_flag & os.ST_RDONLY else errno.EACCES


def reader_of(path: Path, busy_timeout_s: int) -> sqlite3.Connection:
    """Return a connection to a file that has been opened before, which changes nothing."""
    try:
        connection = sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA query_only=ON")
    except sqlite3.Error as exc:
        raise LedgerUnreadable(f'"{path}" could not be opened', cause=str(exc)) from exc
    return connection


def open_file(path: Path, busy_timeout_s: int) -> sqlite3.Connection:
    """Return a connection to the file, its tables made or brought up to date.

    Raises:
        LedgerWriteFailed: the tables could not be made.
        LedgerUnreadable: it is no file of ours, or a newer one; it was left as it is.
    """
    try:
        connection = sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as exc:
        raise LedgerUnreadable(f'"{path}" could not be opened', cause=str(exc)) from exc
    try:
        recognise(connection, path)
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        _make_tables(connection)
    except sqlite3.OperationalError as exc:
        connection.close()
        raise LedgerWriteFailed(f'the ledger "{path}" could not be prepared', cause=str(exc)) from exc
    except sqlite3.DatabaseError as exc:
        connection.close()
        raise not_sqlite(path, exc) from exc
    except LedgerUnreadable:
        connection.close()
        raise
    return connection


def not_sqlite(path: Path, why: sqlite3.DatabaseError) -> LedgerUnreadable:
    """Return the error for a file that SQLite does not know as one of its own."""
    return LedgerUnreadable(
        f'"{path}" is not an SQLite file',
        cause=str(why),
        hint="it was left as it is; name another folder with `--state`, or set BONGSU_STATE",
    )


def recognise(connection: sqlite3.Connection, path: Path) -> int:
    """Return a file's schema version; refuse what another program made, or a newer version of this one."""
    connection.execute("BEGIN")  # All three of one moment: another process may be making the tables.
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    connection.execute("ROLLBACK")
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
    return int(version)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn to a write-ahead log. Another process may be turning a new file to it too, and SQLite waits for none."""
    for _ in range(OPENINGS_MOST - 1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            # This does wait, until the other is done.
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")


def _make_tables(connection: sqlite3.Connection) -> None:
    """Bring the tables to the present version in one transaction: a file never has half of it."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    # Another process may have made them while this one waited for the lock.
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for step in _STEPS[version:]:
        for statement in _statements(step):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
    connection.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    """Yield a script's statements; `executescript` would commit the transaction around them."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
