"""The write-ahead log of the SQLite file: who moves its pages into the file, and when.

By itself SQLite has the append that makes the log a thousand pages long do it, which then takes tens of times as long.
A program that tidies up has a connection of its own do it at a moment when nobody waits; appends then only step in
when that was never the case.
"""

from __future__ import annotations

import sqlite3
from threading import Lock
from typing import TYPE_CHECKING

from bongsu.errors import LedgerWriteFailed

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 8192
"""Pages (of 4 kB) at which an append does it all the same."""

TIDY_AFTER = 400
"""Transactions, of some eight pages each: moving them takes the disk for as long as many appends, so it is seldom."""


class Log:
    """The log of one file, opened when it is first tidied."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def tidy(self) -> None:
        """Move what the log holds into the file, as far as no reader needs it there; appends go on meanwhile."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
                    self._connection.execute("PRAGMA synchronous=FULL")
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            except sqlite3.Error as exc:
                raise LedgerWriteFailed(f'the ledger "{self._path}" could not be written', cause=str(exc)) from exc

    @property
    def tidied(self) -> bool:
        """Whether somebody tidies."""
        return self._connection is not None

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
