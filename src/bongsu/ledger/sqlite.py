"""A ledger in one SQLite file per state folder, durable at every append.

The file is in WAL mode with synchronous=FULL: an append returns after the operating system has been told to put
its lines on the disk. Triggers refuse every change and deletion of a line or a blob, so that a slip in another
program cannot rewrite history unnoticed; whoever drops the triggers still breaks the hash chain.

Appends of several threads that come while one is being stored wait for it and are then stored in one transaction,
each winning or losing by itself: many runs share the price of the disk's word.
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING

from bongsu.core.chain import START, Head
from bongsu.errors import BongsuError, LedgerConflict, LedgerUnreadable, LedgerWriteFailed, RunNotFound
from bongsu.ledger._port import CUTOVER, KEEP, NO_TIME, Keep, Lease, Row, RunInfo, Write
from bongsu.ledger._sqlite_file import APPLICATION_ID, FILE_NAME, SCHEMA_VERSION, make_room, open_file, reader_of
from bongsu.ledger._sqlite_leases import SqliteLeases
from bongsu.ledger._sqlite_lists import INFO, SqliteLists, info_of
from bongsu.ledger._sqlite_log import LONGEST, TIDY_AFTER, Log
from bongsu.ledger._sqlite_to_read import open_to_read
from bongsu.ledger._together import Together
from bongsu.ledger.batch import Draft, already_received, check_run_id, prepare, why_lost
from bongsu.ledger.blobs import SALT_BYTES
from bongsu.ledger.codec import timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import timedelta
    from pathlib import Path

    from bongsu.ledger._port import Entry
    from bongsu.ledger._together import Waiting
    from bongsu.ledger.batch import Batch

    Store = Callable[[sqlite3.Connection], tuple[Row, ...] | BongsuError]
    """Stores one thing inside the transaction and returns its rows, or why it lost."""

__all__ = ["APPLICATION_ID", "FILE_NAME", "SCHEMA_VERSION", "SqliteLedger"]

_READ_FIRST = 64
"""A page is read at once, and a run's first line without hundreds of others."""
_READ_AT_ONCE = 500

_CREATE = """INSERT INTO run (run_id, opened_at, head_seq, head_hash, kind, due_at, epoch, lease_owner, lease_until)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_BEGIN = """INSERT INTO run (run_id, opened_at, head_seq, head_hash, closed, kind, due_at, epoch, lease_owner,
  lease_until) VALUES (:run, :opened_at, :seq, :hash, :closed, :kind, :due_at, 1, :owner, :until)"""
_NOBODYS = "CASE WHEN closed OR :closes OR parked <> '' THEN NULL ELSE"
_MOVE_HEAD = f"""UPDATE run SET head_seq = :seq, head_hash = :hash, closed = max(closed, :closes),
  due_at = {_NOBODYS} CASE WHEN :keeps THEN due_at ELSE :due_at END END
WHERE run_id = :run AND head_seq = :after_seq AND head_hash = :after_hash AND (NOT closed OR :late)
  AND (:owner IS NULL OR (lease_owner = :owner AND epoch = :epoch))"""
_WHERE_IT_STANDS = "SELECT head_seq, head_hash, epoch, lease_owner FROM run WHERE run_id = ?"
_INSERT_LINE = "INSERT INTO ledger (run_id, seq, hash, line) VALUES (?, ?, ?, ?)"
_INSERT_BLOB = "INSERT INTO blob (hash, file) VALUES (?, ?)"
_INSERT_INBOUND = "INSERT INTO inbound (source, external_id, run_id, seq) VALUES (?, ?, ?, ?)"
_INBOUND = "SELECT run_id, seq FROM inbound WHERE source = ? AND external_id = ?"
_ROWS = "SELECT seq, hash, line FROM ledger WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?"
_HEAD = "SELECT head_seq, head_hash FROM run WHERE run_id = ?"
_BLOB = "SELECT file FROM blob WHERE hash = ?"
_RUN = f"{INFO} WHERE run_id = ?"
_KEEP_SNAPSHOT = "INSERT OR REPLACE INTO snapshot (run_id, seq, hash, program, fold) VALUES (?, ?, ?, ?, ?)"
_SNAPSHOT = """SELECT s.seq, s.hash, s.fold FROM snapshot s
JOIN ledger l ON l.run_id = s.run_id AND l.seq = s.seq AND l.hash = s.hash WHERE s.run_id = ? AND s.program = ?"""


class SqliteLedger(SqliteLeases, SqliteLists):
    """Keeps every run of a state folder in its file `bongsu.db`. One object may be used from several threads."""

    def __init__(
        self,
        folder: Path,
        *,
        salt: Callable[[], str] = lambda: secrets.token_hex(SALT_BYTES),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        busy_timeout_s: int = 5,
        tidy_after: int = TIDY_AFTER,
        to_read: bool = False,
    ) -> None:
        """Open the file of a state folder, or make both.

        Args:
            folder: the state folder.
            salt: the salt of the next blob.
            now: the clock that leases are measured with.
            busy_timeout_s: how long another writer is waited for.
            tidy_after: how many transactions are worth being moved into the file by `tidy`.
            to_read: nothing is made or written; the folder may be one that cannot be.
        """
        self._salt = salt
        self._now = now
        self._lock = RLock()
        self._queue = Together(
            self._lock,
            self._store_all,
            interrupted=lambda: self._could_not("the process was interrupted"),
            stays=False,
        )
        self.path = folder / FILE_NAME
        self._reader_lock = RLock()
        self._holds: Callable[[], bool] = lambda: True
        """Says after a reading whether what was read is whole."""
        if to_read:
            self._reader, self._holds = open_to_read(self.path, busy_timeout_s)
            self._connection = self._reader
        else:
            make_room(folder, self.path)
            self._connection = open_file(self.path, busy_timeout_s)
            # Readers do not wait for the disk: beside a WAL they see what was committed, whatever is being written.
            self._reader = reader_of(self.path, busy_timeout_s)
        self._log = Log(self.path)
        self._stored = 0
        self._tidy_after = tidy_after

    @property
    def place(self) -> str:
        """The state folder."""
        return str(self.path.parent)

    def create(
        self,
        run_id: str,
        opened_at: datetime,
        *,
        kind: str = CUTOVER,
        due_at: datetime | None = None,
        owner: str = "",
        lease_for: timedelta = NO_TIME,
    ) -> Lease | None:
        """Make room for a run; LedgerConflict when it exists. With an owner, return the first lease of it."""
        check_run_id(run_id)
        due = None if due_at is None else timestamp(due_at)
        until = self._now() + lease_for
        lease = Lease(run_id=run_id, owner=owner, epoch=1, until=until) if owner else None
        leased = (1, owner, timestamp(until)) if owner else (0, "", None)
        with self._lock, self._transaction() as connection:
            try:
                connection.execute(_CREATE, (run_id, timestamp(opened_at), START.seq, START.hash, kind, due, *leased))
            except sqlite3.IntegrityError as exc:
                raise LedgerConflict(f'the run "{run_id}" exists already') from exc
        return lease

    def draft(self, run_id: str) -> Draft:
        """Return what collects the first lines of a run that is not there yet."""
        return Draft(run_id, self._salt)

    def begin(self, draft: Draft, opened_at: datetime, *, kind: str, owner: str, lease_for: timedelta) -> Lease:
        """Make room for a run, store its first lines and return the right to drive it; it is due from now on."""
        run_id, batch, now = draft.run_id, draft.batch, self._now()
        until = now + lease_for
        made = {
            "run": run_id,
            "opened_at": timestamp(opened_at),
            "seq": batch.head.seq,
            "hash": batch.head.hash,
            "closed": batch.closes,
            "kind": kind,
            "due_at": None if batch.closes else timestamp(now),
            "owner": owner,
            "until": timestamp(until),
        }

        def store(connection: sqlite3.Connection) -> tuple[Row, ...] | BongsuError:
            if draft.inbound is not None and (known := connection.execute(_INBOUND, draft.inbound).fetchone()):
                return already_received(draft.inbound, *known)
            try:
                connection.execute(_BEGIN, made)
            except sqlite3.IntegrityError:
                return LedgerConflict(f'the run "{run_id}" exists already')
            _insert(connection, run_id, batch)
            if draft.inbound is not None:
                connection.execute(_INSERT_INBOUND, (*draft.inbound, run_id, batch.head.seq))
            return batch.rows

        self._together(store)
        return Lease(run_id=run_id, owner=owner, epoch=1, until=until)

    def append(
        self,
        run_id: str,
        after: Head,
        entries: Sequence[Entry],
        *,
        lease: Lease | None = None,
        due_at: datetime | Keep | None = KEEP,
        inbound: tuple[str, str] | None = None,
    ) -> tuple[Row, ...]:
        """Store the entries after `after`, all or none, and return their rows once they are on the disk."""
        write = Write(run_id=run_id, after=after, entries=entries, lease=lease, due_at=due_at, inbound=inbound)
        return self._together(self._storing(write, prepare(run_id, after, entries, self._salt)))

    def _together(self, store: Store) -> tuple[Row, ...]:
        """Store something with whatever else waits for the disk, and return its rows, or raise why it lost."""
        return self._queue.store(store)

    def _storing(self, write: Write, batch: Batch) -> Store:
        return lambda connection: self._store(connection, write, batch)

    def _store_all(self, taken: Sequence[Waiting[Store]]) -> None:
        with self._transaction() as connection:
            for one in taken:
                one.ended = one.what(connection)

    def _store(self, connection: sqlite3.Connection, write: Write, batch: Batch) -> tuple[Row, ...] | BongsuError:
        """Store one append inside the transaction, or return why it lost; then nothing of it was written."""
        if write.inbound is not None and (known := connection.execute(_INBOUND, write.inbound).fetchone()):
            return already_received(write.inbound, *known)
        keeps = isinstance(write.due_at, Keep)
        moved = connection.execute(
            _MOVE_HEAD,
            {
                "run": write.run_id,
                "seq": batch.head.seq,
                "hash": batch.head.hash,
                "closes": batch.closes,
                "late": batch.late,
                "after_seq": write.after.seq,
                "after_hash": write.after.hash,
                "owner": write.lease.owner if write.lease else None,
                "epoch": write.lease.epoch if write.lease else None,
                "keeps": keeps and write.lease is not None,
                "due_at": self._due(write.due_at),
            },
        )
        if moved.rowcount == 0:
            return self._why_not(connection, write)
        _insert(connection, write.run_id, batch)
        if write.inbound is not None:
            connection.execute(_INSERT_INBOUND, (*write.inbound, write.run_id, batch.head.seq))
        return batch.rows

    def _due(self, due_at: datetime | Keep | None) -> str | None:
        if due_at is None:
            return None
        return timestamp(self._now() if isinstance(due_at, Keep) else due_at)

    def _why_not(self, connection: sqlite3.Connection, write: Write) -> BongsuError:
        found = connection.execute(_WHERE_IT_STANDS, (write.run_id,)).fetchone()
        if found is None:
            return self._no_run(write.run_id)
        return why_lost(write, found)

    def rows(self, run_id: str, after_seq: int = 0) -> Iterator[Row]:
        """Yield the stored lines in order, reading some tens at first and then some hundreds at a time."""
        most, known = _READ_FIRST, False
        while True:
            with self._reading() as connection:
                found = connection.execute(_ROWS, (run_id, after_seq, most)).fetchall()
            if not found and not known:
                self.head(run_id)  # which says so when there is no such run
            for seq, digest, line in found:
                yield Row(seq=seq, hash=digest, line=line)
            if len(found) < most:
                return
            after_seq, most, known = found[-1][0], _READ_AT_ONCE, True

    def head(self, run_id: str) -> Head:
        """Return the run's newest link; RunNotFound when there is no such run."""
        with self._reading() as connection:
            found = connection.execute(_HEAD, (run_id,)).fetchone()
        if found is None:
            raise self._no_run(run_id)
        return Head(*found)

    def blob(self, digest: str) -> bytes:
        """Return the stored blob file (salt line and content) by its hash; KeyError when absent."""
        with self._reading() as connection:
            found = connection.execute(_BLOB, (digest,)).fetchone()
        if found is None:
            raise KeyError(digest)
        return bytes(found[0])

    def run(self, run_id: str) -> RunInfo:
        """Return one run as `runs` has it; RunNotFound when there is no such run."""
        with self._reading() as connection:
            found = connection.execute(_RUN, (run_id,)).fetchone()
        if found is None:
            raise self._no_run(run_id)
        return info_of(*found)

    def snapshot(self, run_id: str, at: Head, fold: bytes, *, program: str) -> None:
        """Keep a fold of the run up to `at`, made by a program version, in place of an older one."""
        with self._lock, self._transaction() as connection:
            connection.execute(_KEEP_SNAPSHOT, (run_id, at.seq, at.hash, program, fold))

    def latest_snapshot(self, run_id: str, *, program: str) -> tuple[Head, bytes] | None:
        """Return the fold that this program version kept, if the ledger's line at its place has the hash it says."""
        with self._reading() as connection:
            found = connection.execute(_SNAPSHOT, (run_id, program)).fetchone()
        return None if found is None else (Head(found[0], found[1]), bytes(found[2]))

    def tidy(self) -> None:
        """Move what the write-ahead log holds into the file, if that is much; after the first time appends do not."""
        if not self._log.tidied:
            with self._lock:
                self._connection.execute(f"PRAGMA wal_autocheckpoint={LONGEST}")
        elif self._stored < self._tidy_after:
            return
        self._stored = 0
        self._log.tidy()

    def close(self) -> None:
        """Close the file; what was appended is on the disk already."""
        self._log.close()
        with self._reader_lock:
            self._reader.close()
        with self._lock:
            self._connection.close()

    def _no_run(self, run_id: str) -> RunNotFound:
        return RunNotFound(f'there is no run "{run_id}" in "{self.place}"')

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction that takes the write lock at once; whatever goes wrong, nothing of it stays."""
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
            self._stored += 1
        except sqlite3.Error as exc:
            self._roll_back()
            raise self._could_not(str(exc)) from exc
        except BaseException:
            self._roll_back()
            raise

    def _could_not(self, cause: str) -> LedgerWriteFailed:
        return LedgerWriteFailed(f'the ledger "{self.path}" could not be written', cause=cause)

    def _roll_back(self) -> None:
        # After some failures (a full disk among them) SQLite has rolled back by itself already.
        if self._connection.in_transaction:
            # Where even that fails, the next append says so; the transaction dies with the connection.
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._reader_lock:
            try:
                yield self._reader
            except sqlite3.Error as exc:
                raise LedgerUnreadable(f'the ledger "{self.path}" could not be read', cause=str(exc)) from exc
            if not self._holds():
                raise LedgerUnreadable(
                    f'the ledger "{self.path}" could not be read',
                    cause="somebody began to write it meanwhile",
                    hint="try again: from now on it is read beside whoever writes it",
                )


def _insert(connection: sqlite3.Connection, run_id: str, batch: Batch) -> None:
    connection.executemany(_INSERT_LINE, [(run_id, row.seq, row.hash, row.line) for row in batch.rows])
    connection.executemany(_INSERT_BLOB, batch.blobs)
