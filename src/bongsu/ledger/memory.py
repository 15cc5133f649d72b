"""A ledger in memory: for previews, simulations and tests; everything is gone when the process ends."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING

from bongsu.core.chain import START, Head
from bongsu.errors import LedgerConflict, RunNotFound
from bongsu.ledger._port import CUTOVER, KEEP, NO_TIME, Hold, Keep, Lease, RunInfo
from bongsu.ledger.batch import (
    Draft,
    already_received,
    check_run_id,
    closed_by_then,
    lost,
    moved_on,
    passed_on,
    prepare,
)
from bongsu.ledger.blobs import SALT_BYTES
from bongsu.ledger.rooms import taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import timedelta

    from bongsu.ledger._port import Entry, Row
    from bongsu.ledger.batch import Batch
    from bongsu.ledger.rooms import Wanted


@dataclass(slots=True)
class _Run:
    opened_at: datetime
    kind: str = CUTOVER
    due_at: datetime | None = None
    rows: list[Row] = field(default_factory=list)
    head: Head = START
    closed: bool = False
    epoch: int = 0
    owner: str = ""
    until: datetime | None = None
    attempts: int = 0
    parked: str = ""
    snapshot: tuple[str, Head, bytes] | None = None

    def sleep(self, due_at: datetime | None) -> None:
        """Set when it is due; a closed or parked run never is."""
        self.due_at = None if self.closed or self.parked else due_at

    def let_go(self) -> None:
        self.owner, self.until, self.attempts = "", None, 0


class MemoryLedger:
    """Keeps runs in dictionaries, with the same rules as the durable drivers."""

    def __init__(
        self,
        *,
        salt: Callable[[], str] = lambda: secrets.token_hex(SALT_BYTES),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._salt = salt
        self._now = now
        self._lock = RLock()
        self._runs: dict[str, _Run] = {}
        self._blobs: dict[str, bytes] = {}
        self._received: dict[tuple[str, str], tuple[str, int]] = {}
        self._holds: dict[str, Hold] = {}
        self._rooms: dict[str, datetime] = {}

    @property
    def place(self) -> str:
        """The word that opens it."""
        return "memory:"

    def now(self) -> datetime:
        """Return the time by the clock that leases are measured with."""
        return self._now()

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
        with self._lock:
            if run_id in self._runs:
                raise LedgerConflict(f'the run "{run_id}" exists already')
            self._runs[run_id] = _Run(opened_at, kind, due_at)
            now = self._now()
            return self._lease(run_id, owner, now, now + lease_for) if owner else None

    def draft(self, run_id: str) -> Draft:
        """Return what collects the first lines of a run that is not there yet."""
        return Draft(run_id, self._salt)

    def begin(self, draft: Draft, opened_at: datetime, *, kind: str, owner: str, lease_for: timedelta) -> Lease:
        """Make room for a run, store its first lines and return the right to drive it; it is due from now on."""
        with self._lock:
            if draft.inbound is not None and draft.inbound in self._received:
                raise already_received(draft.inbound, *self._received[draft.inbound])
            lease = self.create(draft.run_id, opened_at, kind=kind, owner=owner, lease_for=lease_for)
            assert lease is not None, "it has an owner"
            self._put(draft.run_id, draft.batch)
            if draft.inbound is not None:
                self._received[draft.inbound] = (draft.run_id, draft.head.seq)
            self._runs[draft.run_id].sleep(self._now())
            return lease

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
        """Store the entries after `after`, all or none, and return their rows."""
        batch = prepare(run_id, after, entries, self._salt)
        with self._lock:
            run = self._run(run_id)
            if inbound is not None and inbound in self._received:
                raise already_received(inbound, *self._received[inbound])
            if lease is not None and (run.epoch, run.owner) != (lease.epoch, lease.owner):
                raise lost(lease, run.epoch)
            if run.head != after:
                raise moved_on(run_id, run.head, after)
            if run.closed and not batch.late:
                raise closed_by_then(run_id)
            self._put(run_id, batch)
            run.sleep((run.due_at if lease else self._now()) if isinstance(due_at, Keep) else due_at)
            if inbound is not None:
                self._received[inbound] = (run_id, batch.head.seq)
        return batch.rows

    def _put(self, run_id: str, batch: Batch) -> None:
        run = self._runs[run_id]
        run.rows.extend(batch.rows)
        run.head = batch.head
        run.closed = run.closed or batch.closes
        self._blobs.update(batch.blobs)

    def rows(self, run_id: str, after_seq: int = 0) -> Iterator[Row]:
        """Yield the stored lines in order; lines appended meanwhile may be left out."""
        with self._lock:
            rows = self._run(run_id).rows[after_seq:]
        yield from rows

    def head(self, run_id: str) -> Head:
        """Return the run's newest link; RunNotFound when there is no such run."""
        with self._lock:
            return self._run(run_id).head

    def blob(self, digest: str) -> bytes:
        """Return the stored blob file (salt line and content) by its hash; KeyError when absent."""
        with self._lock:
            return self._blobs[digest]

    def runs(
        self,
        *,
        most: int | None = None,
        before: RunInfo | None = None,
        closed: bool | None = None,
        kinds: Sequence[str] = (),
        ending: str = "",
    ) -> Sequence[RunInfo]:
        """Return runs, newest first: every run, unless less is asked for."""
        with self._lock:
            found = [_info(run_id, run) for run_id, run in self._runs.items() if run_id.endswith(ending)]
        found = [info for info in found if closed in (None, info.closed) and (not kinds or info.kind in kinds)]
        found.sort(key=_age, reverse=True)
        return [info for info in found if before is None or _age(info) < _age(before)][:most]

    def count(self, *, before: RunInfo | None = None, closed: bool | None = None, kinds: Sequence[str] = ()) -> int:
        """Return how many runs there are, in all or of these."""
        return len(self.runs(before=before, closed=closed, kinds=kinds))

    def run(self, run_id: str) -> RunInfo:
        """Return one run as `runs` has it; RunNotFound when there is no such run."""
        with self._lock:
            return _info(run_id, self._run(run_id))

    def claim(
        self,
        owner: str,
        *,
        lease_for: timedelta,
        limit: int = 1,
        kinds: Sequence[str] = (),
        run_id: str = "",
        dead: str = "",
    ) -> Sequence[Lease]:
        """Return leases over runs that are due and nobody's, the longest due first; each has a new epoch."""
        with self._lock:
            now = self._now()
            if run_id:
                run = self._run(run_id)
                mine = [] if run.closed or (_taken(run.until, now) and run.owner != dead) else [run_id]
            else:
                due = [
                    (run.due_at, name)
                    for name, run in self._runs.items()
                    if run.due_at is not None and run.due_at <= now and not _taken(run.until, now)
                    if not kinds or run.kind in kinds
                ]
                mine = [name for _, name in sorted(due)[:limit]]
            return [self._lease(name, owner, now, now + lease_for) for name in mine]

    def _lease(self, run_id: str, owner: str, now: datetime, until: datetime) -> Lease:
        run = self._runs[run_id]
        if run.owner:
            run.attempts += 1
        if run.parked:
            run.parked, run.due_at = "", now
        run.epoch += 1
        run.owner, run.until = owner, until
        return Lease(run_id=run_id, owner=owner, epoch=run.epoch, until=until, attempts=run.attempts)

    def renew(self, lease: Lease, lease_for: timedelta) -> Lease:
        """Return the lease, running for `lease_for` from now on; LeaseLost when the run has passed on."""
        with self._lock:
            until = self._now() + lease_for
            self._leased(lease).until = until
        return Lease(run_id=lease.run_id, owner=lease.owner, epoch=lease.epoch, until=until, attempts=lease.attempts)

    def release(self, lease: Lease, *, due_at: datetime | None, seen: Head) -> None:
        """Let the run go until `due_at` or a fact; due at once when it no longer stands at `seen`."""
        with self._lock:
            run = self._leased(lease)
            run.let_go()
            run.sleep(due_at if run.head == seen else self._now())

    def park(self, lease: Lease, reason: str) -> None:
        """Let the run go and have no worker take it again, for that reason; LeaseLost when it has passed on."""
        with self._lock:
            run = self._leased(lease)
            run.let_go()
            run.parked = reason
            run.sleep(None)

    def next_due(self, *, kinds: Sequence[str] = ()) -> datetime | None:
        """Return when the next run can be claimed (which may be past), or None when all sleep."""
        with self._lock:
            found = [
                run.due_at if run.until is None else max(run.due_at, run.until)
                for run in self._runs.values()
                if run.due_at is not None and (not kinds or run.kind in kinds)
            ]
        return min(found, default=None)

    def snapshot(self, run_id: str, at: Head, fold: bytes, *, program: str) -> None:
        """Keep a fold of the run up to `at`, made by a program version, in place of an older one."""
        with self._lock:
            self._run(run_id).snapshot = (program, at, fold)

    def latest_snapshot(self, run_id: str, *, program: str) -> tuple[Head, bytes] | None:
        """Return the fold that this program version kept, if the ledger's line at its place has the hash it says."""
        with self._lock:
            run = self._run(run_id)
            if run.snapshot is None or run.snapshot[0] != program:
                return None
            _, at, fold = run.snapshot
            whole = 0 < at.seq <= len(run.rows) and run.rows[at.seq - 1].hash == at.hash
            return (at, fold) if whole else None

    def hold(self, name: str, owner: str, lease_for: timedelta, *, dead: str = "") -> Hold | None:
        """Return the right to a named thing, or None while it is another's (and that other is not `dead`)."""
        with self._lock:
            before, now = self._holds.get(name), self._now()
            if before is not None and _taken(before.until, now) and before.owner not in (owner, dead):
                return None
            epoch = 1 if before is None else before.epoch + 1
            self._holds[name] = Hold(name=name, owner=owner, epoch=epoch, until=now + lease_for)
            return self._holds[name]

    def renew_hold(self, hold: Hold, lease_for: timedelta) -> Hold:
        """Return the right, running for `lease_for` from now on; LeaseLost when it has passed on."""
        with self._lock:
            now = self._now()
            held = self._holds.get(hold.name)
            if held is None or held.epoch != hold.epoch:
                raise passed_on(hold)
            renewed = Hold(name=hold.name, owner=hold.owner, epoch=hold.epoch, until=now + lease_for)
            self._holds[hold.name] = renewed
            return renewed

    def let_go(self, hold: Hold) -> None:
        """Give the right up; nothing changes when it has passed on already."""
        with self._lock:
            held = self._holds.get(hold.name)
            if held is not None and held.epoch == hold.epoch:
                self._holds[hold.name] = Hold(name=hold.name, owner="", epoch=hold.epoch + 1, until=self._now())

    def holders(self, begins: str) -> Sequence[str]:
        """Return whose the things are at this moment whose names begin so."""
        with self._lock:
            now = self._now()
            return [hold.owner for name, hold in self._holds.items() if name.startswith(begins) and hold.until > now]

    def reserve(self, wanted: Sequence[Wanted]) -> Sequence[timedelta]:
        """Take room under limits that several processes share, and return for each how long it has to wait for it."""
        with self._lock:
            waits, changed = taken(wanted, self._rooms, self._now())
            self._rooms |= changed
            return waits

    def tidy(self) -> None:
        """Do nothing: nothing is put off."""

    def close(self) -> None:
        """Release nothing: the runs live as long as this object."""

    def _run(self, run_id: str) -> _Run:
        run = self._runs.get(run_id)
        if run is None:
            raise RunNotFound(f'there is no run "{run_id}" in "{self.place}"')
        return run

    def _leased(self, lease: Lease) -> _Run:
        run = self._run(lease.run_id)
        if (run.epoch, run.owner) != (lease.epoch, lease.owner):
            raise lost(lease, run.epoch)
        return run


def _age(info: RunInfo) -> tuple[datetime, str]:
    return info.opened_at, info.run_id


def _taken(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now


def _info(run_id: str, run: _Run) -> RunInfo:
    return RunInfo(
        run_id=run_id,
        opened_at=run.opened_at,
        head=run.head,
        closed=run.closed,
        kind=run.kind,
        due_at=run.due_at,
        epoch=run.epoch,
        lease_owner=run.owner,
        lease_until=run.until,
        attempts=run.attempts,
        parked=run.parked,
    )
