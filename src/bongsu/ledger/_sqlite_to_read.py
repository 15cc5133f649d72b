"""The SQLite file of a state folder for whoever may read it and no more: another's, or on a read-only file system.

Where a write-ahead log lies beside the file, somebody may be writing: it is read with the log, under SQLite's own
locks, as by every reader. Where none lies there, SQLite would make one and cannot: the file is read as one that nobody
changes, and each reading is then held to that.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import quote

from bongsu.errors import LedgerUnreadable
from bongsu.ledger._sqlite_file import OPENINGS_MOST, SCHEMA_VERSION, not_sqlite, recognise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COPY_IT = "copy the whole folder to a place that you may write, and name the copy with `--state`"


def may_be_written(path: Path) -> bool:
    """Return whether this process may write the file, and what SQLite lays beside it."""
    return os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK)


def open_to_read(path: Path, busy_timeout_s: int) -> tuple[sqlite3.Connection, Callable[[], bool]]:
    """Return a connection that changes nothing, and what says after a reading whether it holds.

    Raises:
        LedgerUnreadable: it may not be read, is no file of ours or of another version, or lacks what lies beside it.
    """
    if not os.access(path, os.R_OK):
        raise LedgerUnreadable(
            f'the state folder "{path.parent}" cannot be used',
            cause=os.strerror(errno.EACCES),
            hint="name a folder that you may read with `--state`, or set BONGSU_STATE",
        )
    why = ""
    for _ in range(OPENINGS_MOST):
        logged, found = _is_logged(path), _stamp(path)
        try:
            connection = _opened(path, busy_timeout_s, "" if logged else "&immutable=1")
        except sqlite3.OperationalError as exc:
            # Whoever wrote it may have ended since the look, and taken the log along.
            why = str(exc) if _beside(path, "-shm") else "beside it lies a write-ahead log without its index"
            continue
        if logged:
            return connection, lambda: True

        def holds(found: tuple[int, ...] = found) -> bool:
            # A page of the file is changed only out of a log, and then the file is younger.
            return not _is_logged(path) and _stamp(path) == found

        if holds():
            return connection, holds
        connection.close()
    raise LedgerUnreadable(f'"{path}" could not be opened', cause=why or "it is being written", hint=COPY_IT)


def _opened(path: Path, busy_timeout_s: int, more: str) -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?mode=ro{more}"
    connection = sqlite3.connect(
        address, uri=True, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
    )
    try:
        version = recognise(connection, path)
    except sqlite3.DatabaseError as exc:
        connection.close()
        if isinstance(exc, sqlite3.OperationalError):
            raise
        raise not_sqlite(path, exc) from exc
    except LedgerUnreadable:
        connection.close()
        raise
    if version != SCHEMA_VERSION:
        connection.close()
        raise LedgerUnreadable(
            f'"{path}" has schema version {version}, and may not be brought to {SCHEMA_VERSION}', hint=COPY_IT
        )
    return connection


def _is_logged(path: Path) -> bool:
    """Return whether a log lies beside the file; an empty one without its index holds nothing and is nobody's."""
    return _beside(path, "-shm") or _beside(path, "-wal", least=1)


def _beside(path: Path, suffix: str, *, least: int = 0) -> bool:
    try:
        return path.with_name(path.name + suffix).stat().st_size >= least
    except OSError:
        return False


def _stamp(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
