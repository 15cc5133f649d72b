"""Who may drive a run, and until when, in the SQLite file: claims, leases and holds.

Every statement that decides runs inside `BEGIN IMMEDIATE`, so that of several processes one at a time decides.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bongsu.ledger._port import Hold, Lease
from bongsu.ledger.batch import lost, passed_on
from bongsu.ledger.codec import timestamp
from bongsu.ledger.rooms import slots_of, taken

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from datetime import timedelta
    from threading import RLock

    from bongsu.core.chain import Head
    from bongsu.errors import BongsuError, RunNotFound
    from bongsu.ledger._port import Row
    from bongsu.ledger.rooms import Wanted

_FREE = "(lease_until IS NULL OR lease_until <= :now)"
_DUE = f"SELECT run_id FROM run WHERE due_at <= :now AND {_FREE} {{kinds}} ORDER BY due_at, run_id LIMIT :limit"
_THIS_ONE = f"SELECT run_id FROM run WHERE run_id = :run AND NOT closed AND ({_FREE} OR lease_owner = :dead)"
_CLAIM = """UPDATE run SET epoch = epoch + 1, attempts = attempts + (lease_owner <> ''),
  lease_owner = :owner, lease_until = :until,
  due_at = CASE WHEN parked = '' THEN due_at ELSE :now END, parked = '' WHERE run_id = :run"""
_EPOCH = "SELECT epoch, attempts FROM run WHERE run_id = ?"
_MINE = "run_id = :run AND lease_owner = :owner AND epoch = :epoch"
_RENEW = f"UPDATE run SET lease_until = :until WHERE {_MINE}"
_RELEASE = f"""UPDATE run SET lease_owner = '', lease_until = NULL, attempts = 0,
  due_at = CASE WHEN closed OR parked <> '' THEN NULL
    WHEN head_seq = :seq AND head_hash = :hash THEN :due_at ELSE :now END WHERE {_MINE}"""
_PARK = f"""UPDATE run SET lease_owner = '', lease_until = NULL, attempts = 0, due_at = NULL, parked = :reason
WHERE {_MINE}"""
_NEXT_FREE = "SELECT due_at FROM run WHERE due_at IS NOT NULL AND lease_until IS NULL {kinds} ORDER BY due_at LIMIT 1"
_NEXT_LEASED = (
    "SELECT min(max(due_at, lease_until)) FROM run WHERE lease_until IS NOT NULL AND due_at IS NOT NULL {kinds}"
)
_HELD = "SELECT owner, epoch, until FROM hold WHERE name = ?"
_HOLD = "INSERT OR REPLACE INTO hold (name, owner, epoch, until) VALUES (?, ?, ?, ?)"
_RENEW_HOLD = "UPDATE hold SET until = ? WHERE name = ? AND epoch = ?"
_HOLDERS = "SELECT owner FROM hold WHERE substr(name, 1, length(?1)) = ?1 AND until > ?2"
_LET_GO = "UPDATE hold SET owner = '', epoch = epoch + 1, until = ? WHERE name = ? AND epoch = ?"


def time_of(text: str | None) -> datetime | None:
    """Return a stored time; None when there is none."""
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def _of(kinds: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Return the condition that a run is of one of these kinds, and its values."""
    named = {f"kind_{number}": kind for number, kind in enumerate(kinds)}
    return (f"AND kind IN ({', '.join(':' + name for name in named)})" if named else ""), named


class SqliteLeases(ABC):
    """What of a ledger says who may act; the file is the other half's."""

    _now: Callable[[], datetime]
    _lock: RLock

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[sqlite3.Connection]: ...

    @abstractmethod
    def _together(self, store: Callable[[sqlite3.Connection], tuple[Row, ...] | BongsuError]) -> tuple[Row, ...]: ...

    @abstractmethod
    def _reading(self) -> AbstractContextManager[sqlite3.Connection]: ...

    @abstractmethod
    def _no_run(self, run_id: str) -> RunNotFound: ...

    def now(self) -> datetime:
        """Return the time by the clock that leases are measured with."""
        return self._now()

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
        condition, named = _of(kinds)
        with self._lock, self._transaction() as connection:
            now = self._now()
            values = {"now": timestamp(now), "owner": owner, "until": timestamp(now + lease_for)}
            if run_id:
                found = connection.execute(_THIS_ONE, {**values, "run": run_id, "dead": dead}).fetchall()
                if not found and connection.execute(_EPOCH, (run_id,)).fetchone() is None:
                    raise self._no_run(run_id)
            else:
                asked = {**values, **named, "limit": limit}
                found = connection.execute(_DUE.format(kinds=condition), asked).fetchall()
            leases = []
            for (name,) in found:
                connection.execute(_CLAIM, {**values, "run": name})
                epoch, attempts = connection.execute(_EPOCH, (name,)).fetchone()
                leases.append(Lease(run_id=name, owner=owner, epoch=epoch, until=now + lease_for, attempts=attempts))
        return leases

    def renew(self, lease: Lease, lease_for: timedelta) -> Lease:
        """Return the lease, running for `lease_for` from now on; LeaseLost when the run has passed on."""
        until = self._now() + lease_for
        self._change(_RENEW, lease, until=timestamp(until))
        return replace(lease, until=until)

    def release(self, lease: Lease, *, due_at: datetime | None, seen: Head) -> None:
        """Let the run go until `due_at` or a fact; due at once when it no longer stands at `seen`."""
        due = None if due_at is None else timestamp(due_at)
        self._change(_RELEASE, lease, due_at=due, seq=seen.seq, hash=seen.hash, now=timestamp(self._now()))

    def park(self, lease: Lease, reason: str) -> None:
        """Let the run go and have no worker take it again, for that reason; LeaseLost when it has passed on."""
        self._change(_PARK, lease, reason=reason)

    def _change(self, statement: str, lease: Lease, **values: object) -> None:
        mine = {"run": lease.run_id, "owner": lease.owner, "epoch": lease.epoch}

        def store(connection: sqlite3.Connection) -> tuple[Row, ...] | BongsuError:
            if connection.execute(statement, {**values, **mine}).rowcount == 0:
                found = connection.execute(_EPOCH, (lease.run_id,)).fetchone()
                return self._no_run(lease.run_id) if found is None else lost(lease, found[0])
            return ()

        self._together(store)

    def next_due(self, *, kinds: Sequence[str] = ()) -> datetime | None:
        """Return when the next run can be claimed (which may be past), or None when all sleep."""
        condition, named = _of(kinds)
        with self._reading() as connection:
            free = connection.execute(_NEXT_FREE.format(kinds=condition), named).fetchone()
            leased = connection.execute(_NEXT_LEASED.format(kinds=condition), named).fetchone()
        times = [text for found in (free, leased) if found is not None for text in found if text is not None]
        return time_of(min(times, default=None))

    def hold(self, name: str, owner: str, lease_for: timedelta, *, dead: str = "") -> Hold | None:
        """Return the right to a named thing, or None while it is another's (and that other is not `dead`)."""
        with self._lock, self._transaction() as connection:
            now = self._now()
            found = connection.execute(_HELD, (name,)).fetchone()
            holder, epoch, until = found or ("", 0, "")
            if until > timestamp(now) and holder not in (owner, dead):
                return None
            held = Hold(name=name, owner=owner, epoch=epoch + 1, until=now + lease_for)
            connection.execute(_HOLD, (name, owner, held.epoch, timestamp(held.until)))
        return held

    def renew_hold(self, hold: Hold, lease_for: timedelta) -> Hold:
        """Return the right, running for `lease_for` from now on; LeaseLost when it has passed on."""
        until = self._now() + lease_for
        with self._lock, self._transaction() as connection:
            if connection.execute(_RENEW_HOLD, (timestamp(until), hold.name, hold.epoch)).rowcount == 0:
                raise passed_on(hold)
        return replace(hold, until=until)

    def let_go(self, hold: Hold) -> None:
        """Give the right up; nothing changes when it has passed on already."""
        with self._lock, self._transaction() as connection:
            connection.execute(_LET_GO, (timestamp(self._now()), hold.name, hold.epoch))

    def holders(self, begins: str) -> Sequence[str]:
        """Return whose the things are at this moment whose names begin so."""
        with self._reading() as connection:
            return [owner for (owner,) in connection.execute(_HOLDERS, (begins, timestamp(self._now())))]

    def reserve(self, wanted: Sequence[Wanted]) -> Sequence[timedelta]:
        """Take room under limits that several processes share, and return for each how long it has to wait for it."""
        with self._lock, self._transaction() as connection:
            until = {}
            for slot in slots_of(wanted):
                found = connection.execute(_HELD, (slot,)).fetchone()
                at = time_of(found[2]) if found is not None else None
                if at is not None:
                    until[slot] = at
            waits, changed = taken(wanted, until, self._now())
            connection.executemany(_HOLD, [(slot, "", 0, timestamp(at)) for slot, at in changed.items()])
        return waits
