"""Ledgers in a PostgreSQL database, for several machines: any of them may drive a run, one at a time does.

An append is one statement: it moves the run's head from the expected place to the new one and stores lines and blobs
only if that matched. So it can be tried again when its answer was lost: of two tries with the same bytes behind the
same line at most one is stored, and a look at that line says whether one was.

Appends of several threads that come while one is being stored wait for it, and are then stored in one transaction.
"""

from __future__ import annotations

import secrets
import time
from threading import RLock
from typing import TYPE_CHECKING, Any

import psycopg

from bongsu.core.chain import START, Head
from bongsu.errors import AlreadyReceived, BongsuError, LedgerConflict, LedgerWriteFailed, RunNotFound
from bongsu.ledger import _postgres_sql as sql
from bongsu.ledger._port import CUTOVER, KEEP, NO_TIME, Keep, Lease, Row, RunInfo, Write
from bongsu.ledger._postgres_link import PATIENCE_S, Link
from bongsu.ledger._postgres_lists import PostgresLists, info_of
from bongsu.ledger._together import Together
from bongsu.ledger.batch import Draft, already_received, check_run_id, prepare, why_lost
from bongsu.ledger.blobs import SALT_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime, timedelta

    from bongsu.ledger._port import Entry
    from bongsu.ledger._together import Waiting
    from bongsu.ledger.batch import Batch

_READ_FIRST = 64
"""A page is read at once, and a run's first line without hundreds of others."""
_READ_AT_ONCE = 500


class PostgresLedger(PostgresLists):
    """Keeps runs in the tables that `bongsu database` prints. One object may be used from several threads."""

    def __init__(
        self,
        address: str,
        *,
        salt: Callable[[], str] = lambda: secrets.token_hex(SALT_BYTES),
        pause: Callable[[float], None] = time.sleep,
        patience_s: float = PATIENCE_S,
        counts: Callable[[], float] = time.monotonic,
    ) -> None:
        """`patience_s`: how long a server that has gone is waited for before an append has failed.

        `pause` waits so many seconds, and `counts` counts them.
        """
        self._salt = salt
        self._link = Link(address, pause=pause, patience_s=patience_s, counts=counts)
        self._queue = Together(
            RLock(),
            self._store_all,
            interrupted=lambda: LedgerWriteFailed("the process was interrupted"),
            stays=True,
        )

    @property
    def place(self) -> str:
        """The address of the database, without its password."""
        return self._link.place

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

        values = {"run": run_id, "opened_at": opened_at, "seq": START.seq, "hash": START.hash, "kind": kind}
        values |= {"due_at": due_at, "epoch": int(bool(owner)), "owner": owner, "lease_for": lease_for}

        def work(connection: psycopg.Connection[Any], cut_off: bool) -> None:  # noqa: FBT001
            try:
                connection.execute(sql.CREATE, values)
            except psycopg.errors.UniqueViolation as error:
                # After a try whose answer was lost, an empty run of this very time is the one that it made.
                found = connection.execute(sql.RUN, (run_id,)).fetchone()
                if not cut_off or found is None or (found[1], found[2], found[8]) != (opened_at, START.seq, owner):
                    raise LedgerConflict(f'the run "{run_id}" exists already') from error

        self._link.writing(work)
        if not owner:
            return None
        until = self.run(run_id).lease_until
        assert until is not None
        return Lease(run_id=run_id, owner=owner, epoch=1, until=until)

    def draft(self, run_id: str) -> Draft:
        """Return what collects the first lines of a run that is not there yet."""
        return Draft(run_id, self._salt)

    def begin(self, draft: Draft, opened_at: datetime, *, kind: str, owner: str, lease_for: timedelta) -> Lease:
        """Make room for a run, store its first lines and return the right to drive it; it is due from now on."""
        run_id, batch = draft.run_id, draft.batch
        last = batch.rows[-1]
        values = {
            "run": run_id,
            "opened_at": opened_at,
            "kind": kind,
            "owner": owner,
            "lease_for": lease_for,
            "closes": batch.closes,
            "late": batch.late,
            **_received(draft.inbound),
            **_lines(batch),
        }

        def work(connection: psycopg.Connection[Any], cut_off: bool) -> datetime:  # noqa: FBT001
            try:
                found = connection.execute(sql.BEGIN, values).fetchone()
            except psycopg.errors.UniqueViolation:
                found = None  # another worker has stored what was received in this very moment
            if found is None:
                # After a try whose answer was lost, a run that stands at this very line is the one that it made.
                stands = (last.seq, last.hash, 1, owner)
                if not cut_off or connection.execute(sql.WHERE_IT_STANDS, (run_id,)).fetchone() != stands:
                    raise self._second(connection, draft.inbound) or LedgerConflict(
                        f'the run "{run_id}" exists already'
                    )
                found = connection.execute(sql.LEASED_UNTIL, (run_id,)).fetchone()
            assert found is not None, "it stands there"
            until: datetime = found[0]
            return until

        return Lease(run_id=run_id, owner=owner, epoch=1, until=self._link.writing(work))

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
        """Store the entries after `after`, all or none, and return their rows once they are committed."""
        write = Write(run_id=run_id, after=after, entries=entries, lease=lease, due_at=due_at, inbound=inbound)
        return self._queue.store((write, prepare(run_id, after, entries, self._salt)))

    def _store_all(self, taken: Sequence[Waiting[tuple[Write, Batch]]]) -> None:
        before = False

        def together(connection: psycopg.Connection[Any], cut_off: bool) -> None:  # noqa: FBT001
            nonlocal before
            before = cut_off
            if len(taken) == 1 or cut_off:
                return
            # In the order of the runs, so that two processes that store several at once do not wait for each other.
            ordered = sorted(taken, key=lambda one: one.what[0].run_id)
            with connection.pipeline(), connection.transaction():
                asked = [(one, connection.execute(sql.APPEND, _values(*one.what))) for one in ordered]
            for one, cursor in asked:
                if _moved(cursor):
                    one.ended = one.what[1].rows

        try:
            self._link.writing(together)
        except LedgerWriteFailed as why:
            # One that was delivered twice at the same moment undoes all of them: then each is stored by itself.
            if not isinstance(why.__cause__, psycopg.IntegrityError):
                raise
        for one in taken:
            if one.ended is None:
                one.ended = self._store(*one.what, tried=before)

    def _store(self, write: Write, batch: Batch, *, tried: bool) -> tuple[Row, ...] | BongsuError:
        """Store one append and return its rows, or return why it lost; then nothing of it was stored.

        `tried`: an earlier try with these very bytes was cut off before its answer.
        """

        def work(connection: psycopg.Connection[Any], cut_off: bool) -> tuple[Row, ...] | BongsuError:  # noqa: FBT001
            try:
                if _moved(connection.execute(sql.APPEND, _values(write, batch))):
                    return batch.rows
            except psycopg.errors.UniqueViolation as error:
                if error.diag.table_name != "inbound":
                    raise
            # What is stored already is not stored again: its run has moved on. It may be the try whose answer was lost.
            if (tried or cut_off) and self._stands(connection, write, batch):
                return batch.rows
            return self._why_not(connection, write)

        return self._link.writing(work)

    def _stands(self, connection: psycopg.Connection[Any], write: Write, batch: Batch) -> bool:
        last = batch.rows[-1]
        return connection.execute(sql.STANDS, (write.run_id, last.seq, last.hash)).fetchone() is not None

    def _second(self, connection: psycopg.Connection[Any], inbound: tuple[str, str] | None) -> AlreadyReceived | None:
        """Return the error of what came a second time; None when it did not."""
        known = connection.execute(sql.INBOUND, inbound).fetchone() if inbound is not None else None
        return None if known is None or inbound is None else already_received(inbound, *known)

    def _why_not(self, connection: psycopg.Connection[Any], write: Write) -> BongsuError:
        second = self._second(connection, write.inbound)
        if second is not None:
            return second
        found = connection.execute(sql.WHERE_IT_STANDS, (write.run_id,)).fetchone()
        if found is None:
            return self._no_run(write.run_id)
        return why_lost(write, found)

    def rows(self, run_id: str, after_seq: int = 0) -> Iterator[Row]:
        """Yield the stored lines in order, reading some tens at first and then some hundreds at a time."""
        most, known = _READ_FIRST, False
        while True:
            found = self._all(sql.ROWS, run_id, after_seq, most)
            if not found and not known:
                self.head(run_id)  # which says so when there is no such run
            for seq, digest, line in found:
                yield Row(seq=seq, hash=digest, line=line)
            if len(found) < most:
                return
            after_seq, most, known = found[-1][0], _READ_AT_ONCE, True

    def head(self, run_id: str) -> Head:
        """Return the run's newest link; RunNotFound when there is no such run."""
        found = self._all(sql.HEAD, run_id)
        if not found:
            raise self._no_run(run_id)
        return Head(*found[0])

    def blob(self, digest: str) -> bytes:
        """Return the stored blob file (salt line and content) by its hash; KeyError when absent."""
        found = self._all(sql.BLOB, digest)
        if not found:
            raise KeyError(digest)
        return bytes(found[0][0])

    def run(self, run_id: str) -> RunInfo:
        """Return one run as `runs` has it; RunNotFound when there is no such run."""
        found = self._all(sql.RUN, run_id)
        if not found:
            raise self._no_run(run_id)
        return info_of(*found[0])

    def snapshot(self, run_id: str, at: Head, fold: bytes, *, program: str) -> None:
        """Keep a fold of the run up to `at`, made by a program version, in place of an older one."""
        values = (run_id, at.seq, at.hash, program, fold)
        self._link.writing(lambda connection, _: connection.execute(sql.KEEP_SNAPSHOT, values))

    def latest_snapshot(self, run_id: str, *, program: str) -> tuple[Head, bytes] | None:
        """Return the fold that this program version kept, if the ledger's line at its place has the hash it says."""
        found = self._all(sql.SNAPSHOT, run_id, program)
        return (Head(found[0][0], found[0][1]), bytes(found[0][2])) if found else None

    def tidy(self) -> None:
        """Do nothing: the server does that by itself."""

    def close(self) -> None:
        """Leave the server; what was appended is committed already."""
        self._link.close()

    def _no_run(self, run_id: str) -> RunNotFound:
        return RunNotFound(f'there is no run "{run_id}" in "{self.place}"')


def _values(write: Write, batch: Batch) -> dict[str, Any]:
    keeps = "keep" if write.lease is not None else "now"
    return {
        "run": write.run_id,
        "closes": batch.closes,
        "late": batch.late,
        "after_seq": write.after.seq,
        "after_hash": write.after.hash,
        "owner": write.lease.owner if write.lease else None,
        "epoch": write.lease.epoch if write.lease else None,
        "timer": keeps if isinstance(write.due_at, Keep) else "at",
        "due_at": None if isinstance(write.due_at, Keep) else write.due_at,
        **_received(write.inbound),
        **_lines(batch),
    }


def _received(inbound: tuple[str, str] | None) -> dict[str, Any]:
    source, external_id = inbound or (None, None)
    return {"source": source, "external_id": external_id}


def _lines(batch: Batch) -> dict[str, Any]:
    return {
        "seq": batch.head.seq,
        "hash": batch.head.hash,
        "seqs": [row.seq for row in batch.rows],
        "hashes": [row.hash for row in batch.rows],
        "lines": [row.line for row in batch.rows],
        "names": [name for name, _ in batch.blobs],
        "files": [file for _, file in batch.blobs],
    }


def _moved(cursor: psycopg.Cursor[Any]) -> bool:
    found = cursor.fetchone()
    return found is not None and found[0] == 1
