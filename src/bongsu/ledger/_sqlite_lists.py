"""Lists of the runs in the SQLite file: the newest of many without looking at the others."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bongsu.core.chain import Head
from bongsu.ledger._port import RunInfo
from bongsu.ledger._sqlite_leases import time_of
from bongsu.ledger.codec import timestamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

INFO = """SELECT run_id, opened_at, head_seq, head_hash, closed, kind, due_at, epoch, lease_owner, lease_until,
  attempts, parked FROM run"""
_NEWEST = "ORDER BY opened_at DESC, run_id DESC LIMIT :most"
_SELDOM = "kind <> 'page'"
_OF_THEM = f"INDEXED BY run_seldom WHERE {_SELDOM} AND"
"""An index over the runs of the other kinds, which are few; SQLite does not see by itself how few."""


class SqliteLists(ABC):
    """What of a ledger lists its runs; the file is another part's."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[sqlite3.Connection]: ...

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
        conditions, values = _conditions(kinds, before)
        where = _OF_THEM if kinds and "page" not in kinds else "WHERE"
        values["most"] = -1 if most is None else most
        if ending:
            conditions.append("substr(run_id, -length(:ending)) = :ending")
            values["ending"] = ending
        # The index begins with whether they are closed: both halves in their order, and then the newest of both.
        asked = [
            f"SELECT * FROM ({INFO} {where} {' AND '.join([f'closed = {half}', *conditions])} {_NEWEST})"
            for half in (0, 1)
            if closed in (None, bool(half))
        ]
        with self._reading() as connection:
            found = connection.execute(f"{' UNION ALL '.join(asked)} {_NEWEST}", values).fetchall()
        return [info_of(*columns) for columns in found]

    def count(self, *, before: RunInfo | None = None, closed: bool | None = None, kinds: Sequence[str] = ()) -> int:
        """Return how many runs there are, in all or of these."""
        conditions, values = _conditions(kinds, before)
        if closed is not None:
            conditions.append(f"closed = {int(closed)}")
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        with self._reading() as connection:
            number: int = connection.execute(f"SELECT count(*) FROM run {where}", values).fetchone()[0]
        return number


def _conditions(kinds: Sequence[str], before: RunInfo | None) -> tuple[list[str], dict[str, Any]]:
    """Return the conditions that a run is of one of these kinds and stands behind another one, and their values."""
    conditions: list[str] = []
    values: dict[str, Any] = {f"kind_{number}": kind for number, kind in enumerate(kinds)}
    if kinds:
        conditions.append(f"kind IN ({', '.join(':' + name for name in values)})")
    if before is not None:
        conditions.append("(opened_at, run_id) < (:opened_at, :before)")
        values |= {"opened_at": timestamp(before.opened_at), "before": before.run_id}
    return conditions, values


def info_of(*columns: Any) -> RunInfo:
    """Return a run as the columns of `INFO` have it."""
    run_id, opened_at, seq, digest, closed, kind, due_at, epoch, owner, until, attempts, parked = columns
    return RunInfo(
        run_id=run_id,
        opened_at=datetime.fromisoformat(opened_at).astimezone(UTC),
        head=Head(seq, digest),
        closed=bool(closed),
        kind=kind,
        due_at=time_of(due_at),
        epoch=epoch,
        lease_owner=owner,
        lease_until=time_of(until),
        attempts=attempts,
        parked=parked,
    )
