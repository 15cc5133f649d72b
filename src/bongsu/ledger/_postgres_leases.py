"""Who may drive a run, and until when, in PostgreSQL: claims, leases and holds, by the server's own clock."""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from bongsu.ledger._port import Hold, Lease
from bongsu.ledger.batch import lost, passed_on
from bongsu.ledger.rooms import slots_of, taken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    import psycopg

    from bongsu.core.chain import Head
    from bongsu.errors import RunNotFound
    from bongsu.ledger._postgres_link import Link
    from bongsu.ledger.rooms import Wanted

# Within one statement the time stands still, which lets the index over `due_at` be used.
_FREE = "(lease_until IS NULL OR lease_until <= statement_timestamp())"
_OF = "(%(kinds)s::text[] = '{}' OR kind = ANY (%(kinds)s::text[]))"
_TAKE = """UPDATE bongsu.run SET epoch = epoch + 1, attempts = attempts + (lease_owner <> '')::integer,
  lease_owner = %(owner)s, lease_until = statement_timestamp() + %(lease_for)s,
  due_at = CASE WHEN parked = '' THEN due_at ELSE statement_timestamp() END, parked = ''"""
_CLAIM_DUE = f"""WITH due AS MATERIALIZED (
  SELECT run_id AS name FROM bongsu.run WHERE due_at <= statement_timestamp() AND {_FREE} AND {_OF}
  ORDER BY due_at, run_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) {_TAKE} FROM due WHERE run_id = name RETURNING due_at, run_id, epoch, lease_until, attempts"""
_CLAIM_ONE = f"""{_TAKE} WHERE run_id = %(run)s AND NOT closed AND ({_FREE} OR lease_owner = %(dead)s)
RETURNING due_at, run_id, epoch, lease_until, attempts"""
_MINE = "run_id = %(run)s AND lease_owner = %(owner)s AND epoch = %(epoch)s"
_RENEW = (
    f"UPDATE bongsu.run SET lease_until = statement_timestamp() + %(lease_for)s WHERE {_MINE} RETURNING lease_until"
)
_LET_GO = "UPDATE bongsu.run SET lease_owner = '', lease_until = NULL, attempts = 0"
_RELEASE = f"""{_LET_GO}, due_at = CASE WHEN closed OR parked <> '' THEN NULL
  WHEN head_seq = %(seq)s AND head_hash = %(hash)s THEN %(due_at)s::timestamptz ELSE statement_timestamp() END
WHERE {_MINE} RETURNING run_id"""
_PARK = f"{_LET_GO}, due_at = NULL, parked = %(reason)s WHERE {_MINE} RETURNING run_id"
_STANDS = "SELECT epoch, lease_owner FROM bongsu.run WHERE run_id = %s"
_NEXT_DUE = f"""SELECT least(
  (SELECT due_at FROM bongsu.run WHERE due_at IS NOT NULL AND lease_until IS NULL AND {_OF} ORDER BY due_at LIMIT 1),
  (SELECT min(greatest(due_at, lease_until)) FROM bongsu.run
   WHERE lease_until IS NOT NULL AND due_at IS NOT NULL AND {_OF}))"""
_HOLD = """INSERT INTO bongsu.hold AS h (name, owner, epoch, until)
VALUES (%(name)s, %(owner)s, 1, statement_timestamp() + %(lease_for)s)
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, epoch = h.epoch + 1, until = excluded.until
WHERE h.until <= statement_timestamp() OR h.owner IN (excluded.owner, %(dead)s) RETURNING epoch, until"""
_RENEW_HOLD = """UPDATE bongsu.hold SET until = statement_timestamp() + %(lease_for)s
WHERE name = %(name)s AND epoch = %(epoch)s RETURNING until"""
_HOLDERS = "SELECT owner FROM bongsu.hold WHERE starts_with(name, %s) AND until > statement_timestamp()"
_MAKE_SLOTS = """INSERT INTO bongsu.hold (name, owner, epoch, until)
SELECT name, '', 0, statement_timestamp() FROM unnest(%s::text[]) AS name ON CONFLICT (name) DO NOTHING"""
_SLOTS = "SELECT name, until, clock_timestamp() FROM bongsu.hold WHERE name = ANY (%s) ORDER BY name FOR UPDATE"
_TAKE_SLOTS = """UPDATE bongsu.hold AS h SET until = taken.until
FROM unnest(%s::text[], %s::timestamptz[]) AS taken (name, until) WHERE h.name = taken.name"""
_GIVE_UP = """UPDATE bongsu.hold SET owner = '', epoch = epoch + 1, until = statement_timestamp()
WHERE name = %(name)s AND epoch = %(epoch)s"""


class PostgresLeases:
    """What of a ledger says who may act; the other half has the link to the server."""

    _link: Link

    def _no_run(self, run_id: str) -> RunNotFound:
        raise NotImplementedError

    def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._link.reading(lambda connection: connection.execute(query, values).fetchall())

    def now(self) -> datetime:
        """Return the time by the server's clock, which leases are measured with."""
        found: datetime = self._all("SELECT statement_timestamp()")[0][0]
        return found

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
        """Return leases over runs that are due and nobody's, the longest due first; each has a new epoch.

        A claim whose answer was lost is made again: what the first one took is free again when that lease is over.
        """
        asked = {
            "owner": owner,
            "lease_for": lease_for,
            "limit": limit,
            "kinds": list(kinds),
            "run": run_id,
            "dead": dead,
        }

        def work(connection: psycopg.Connection[Any], _: object) -> list[tuple[Any, ...]]:
            found = connection.execute(_CLAIM_ONE if run_id else _CLAIM_DUE, asked).fetchall()
            if run_id and not found and connection.execute(_STANDS, (run_id,)).fetchone() is None:
                raise self._no_run(run_id)
            return found

        found = self._link.writing(work)
        return [
            Lease(run_id=name, owner=owner, epoch=epoch, until=until, attempts=attempts)
            for _, name, epoch, until, attempts in (found if run_id else sorted(found, key=itemgetter(0, 1)))
        ]

    def renew(self, lease: Lease, lease_for: timedelta) -> Lease:
        """Return the lease, running for `lease_for` from now on; LeaseLost when the run has passed on."""
        return replace(lease, until=self._change(_RENEW, lease, lease_for=lease_for))

    def release(self, lease: Lease, *, due_at: datetime | None, seen: Head) -> None:
        """Let the run go until `due_at` or a fact; due at once when it no longer stands at `seen`."""
        self._change(_RELEASE, lease, due_at=due_at, seq=seen.seq, hash=seen.hash)

    def park(self, lease: Lease, reason: str) -> None:
        """Let the run go and have no worker take it again, for that reason; LeaseLost when it has passed on."""
        self._change(_PARK, lease, reason=reason)

    def _change(self, statement: str, lease: Lease, **values: object) -> Any:
        mine = {"run": lease.run_id, "owner": lease.owner, "epoch": lease.epoch}

        def work(connection: psycopg.Connection[Any], cut_off: bool) -> Any:  # noqa: FBT001
            found = connection.execute(statement, {**values, **mine}).fetchone()
            if found is not None:
                return found[0]
            stands = connection.execute(_STANDS, (lease.run_id,)).fetchone()
            if stands is None:
                raise self._no_run(lease.run_id)
            # After a try whose answer was lost, a run that is nobody's in this epoch is one that we let go.
            if cut_off and stands == (lease.epoch, "") and statement != _RENEW:
                return None
            raise lost(lease, stands[0])

        return self._link.writing(work)

    def next_due(self, *, kinds: Sequence[str] = ()) -> datetime | None:
        """Return when the next run can be claimed (which may be past), or None when all sleep."""
        asked = {"kinds": list(kinds)}
        found: Any = self._link.reading(lambda connection: connection.execute(_NEXT_DUE, asked).fetchone())
        earliest: datetime | None = found[0]
        return earliest

    def hold(self, name: str, owner: str, lease_for: timedelta, *, dead: str = "") -> Hold | None:
        """Return the right to a named thing, or None while it is another's (and that other is not `dead`)."""
        asked = {"name": name, "owner": owner, "lease_for": lease_for, "dead": dead}
        found: Any = self._link.writing(lambda connection, _: connection.execute(_HOLD, asked).fetchone())
        return None if found is None else Hold(name=name, owner=owner, epoch=found[0], until=found[1])

    def renew_hold(self, hold: Hold, lease_for: timedelta) -> Hold:
        """Return the right, running for `lease_for` from now on; LeaseLost when it has passed on."""
        asked = {"name": hold.name, "epoch": hold.epoch, "lease_for": lease_for}
        found: Any = self._link.writing(lambda connection, _: connection.execute(_RENEW_HOLD, asked).fetchone())
        if found is None:
            raise passed_on(hold)
        return replace(hold, until=found[0])

    def let_go(self, hold: Hold) -> None:
        """Give the right up; nothing changes when it has passed on already."""
        asked = {"name": hold.name, "epoch": hold.epoch}
        self._link.writing(lambda connection, _: connection.execute(_GIVE_UP, asked))

    def holders(self, begins: str) -> Sequence[str]:
        """Return whose the things are at this moment whose names begin so."""
        return [owner for (owner,) in self._all(_HOLDERS, begins)]

    def reserve(self, wanted: Sequence[Wanted]) -> Sequence[timedelta]:
        """Take room under limits that several processes share, and return for each how long it has to wait for it."""
        slots = slots_of(wanted)

        def work(connection: psycopg.Connection[Any], _: object) -> Sequence[timedelta]:
            # All in one order, so that no two of these wait for each other.
            with connection.transaction():
                connection.execute(_MAKE_SLOTS, (slots,))
                found = connection.execute(_SLOTS, (slots,)).fetchall()
                now = max(at for _, _, at in found)
                waits, changed = taken(wanted, {name: until for name, until, _ in found}, now)
                if changed:
                    connection.execute(_TAKE_SLOTS, (list(changed), list(changed.values())))
            return waits

        return self._link.writing(work)
