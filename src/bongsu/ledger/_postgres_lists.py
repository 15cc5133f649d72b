"""Lists of the runs in PostgreSQL: the newest of many without looking at the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.core.chain import Head
from bongsu.ledger._port import RunInfo
from bongsu.ledger._postgres_leases import PostgresLeases
from bongsu.ledger._postgres_sql import INFO

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEWEST = "ORDER BY opened_at DESC, run_id DESC LIMIT %s"


class PostgresLists(PostgresLeases):
    """What of a ledger lists its runs."""

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
        if ending:
            conditions.append("right(run_id, length(%s)) = %s")
            values += [ending, ending]
        # The index begins with whether they are closed: both halves in their order, and then the newest of both.
        halves = [half for half in (False, True) if closed in (None, half)]
        asked = [
            f"SELECT * FROM ({INFO} WHERE {' AND '.join([f'closed = {half}', *conditions])} {_NEWEST}) AS half"
            for half in halves
        ]
        found = self._all(f"{' UNION ALL '.join(asked)} {_NEWEST}", *[*values, most] * len(halves), most)
        return [info_of(*columns) for columns in found]

    def count(self, *, before: RunInfo | None = None, closed: bool | None = None, kinds: Sequence[str] = ()) -> int:
        """Return how many runs there are, in all or of these."""
        conditions, values = _conditions(kinds, before)
        if closed is not None:
            conditions.append(f"closed = {closed}")
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        number: int = self._all(f"SELECT count(*) FROM bongsu.run {where}", *values)[0][0]
        return number


def _conditions(kinds: Sequence[str], before: RunInfo | None) -> tuple[list[str], list[Any]]:
    """Return the conditions that a run is of one of these kinds and stands behind another one, and their values."""
    conditions: list[str] = []
    values: list[Any] = []
    if kinds:
        # The second is the condition of an index over the runs of the other kinds, which are few.
        conditions += ["kind = ANY (%s::text[])", *([] if "page" in kinds else ["kind <> 'page'"])]
        values.append(list(kinds))
    if before is not None:
        conditions.append("(opened_at, run_id) < (%s, %s)")
        values += [before.opened_at, before.run_id]
    return conditions, values


def info_of(*columns: Any) -> RunInfo:
    """Return a run as the columns of `INFO` have it."""
    run_id, opened_at, seq, digest, closed, kind, due_at, epoch, owner, until, attempts, parked = columns
    return RunInfo(
        run_id=run_id,
        opened_at=opened_at,
        head=Head(seq, digest),
        closed=closed,
        kind=kind,
        due_at=due_at,
        epoch=epoch,
        lease_owner=owner,
        lease_until=until,
        attempts=attempts,
        parked=parked,
    )
