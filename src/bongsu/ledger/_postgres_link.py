"""One connection to a PostgreSQL server, made anew when it is lost.

A statement whose answer never came may have been committed, may not have been, or may still be on its way in the
server. So work that was cut off is done again on a new connection *knowing that*: whoever gives it here says how it
finds out, and must be able to do it twice.
"""

from __future__ import annotations

import time
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import conninfo

from bongsu.errors import LedgerUnreadable, LedgerWriteFailed, UsageError
from bongsu.ledger.postgres_schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S = 20.0
"""How long a lost server is waited for before the run stops: a restart takes less, and nothing is begun meanwhile."""
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 1.0
_GOES_AWAY = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "application_name": "bongsu",
    "client_encoding": "UTF8",
}
"""How soon a server that has gone is noticed; what the address itself says counts before these."""
_LIMITS = """SELECT set_config('statement_timeout', '10s', false), set_config('lock_timeout', '5s', false),
  set_config('idle_in_transaction_session_timeout', '10s', false), set_config('timezone', 'UTC', false)"""
_VERSION = "SELECT max(number) FROM bongsu.version"

Answer = TypeVar("Answer")


def shown(address: str) -> str:
    """Return an address as it may be shown: user, host and database, and nothing else of it."""
    found = conninfo.conninfo_to_dict(address)
    user = f"{found['user']}@" if found.get("user") else ""
    host = str(found.get("host") or "")
    port = f":{found['port']}" if found.get("port") else ""
    # A socket is named by its folder, which cannot stand before the database's name.
    where, socket = ("", f"?host={host}") if host.startswith("/") else (host, "")
    return f"postgresql://{user}{where}{port}/{found.get('dbname') or ''}{socket}"


def checked(address: str) -> str:
    """Return an address with what is needed to notice a server that has gone.

    Raises:
        UsageError: it is no address, or it holds a password.
    """
    try:
        given = conninfo.conninfo_to_dict(address)
    except psycopg.ProgrammingError as error:
        # The cause names the word that cannot be, and that may be a password with a sign in it that has to be escaped.
        raise UsageError(
            "the address of the database cannot be read",
            hint="its form is postgresql://USER@HOST:PORT/DATABASE; the password is not part of it",
        ) from error
    if given.get("password") or given.get("sslpassword"):
        raise UsageError(
            f'the address "{shown(address)}" was given with a password',
            hint="other users of this machine can read it there: leave it out, and set PGPASSFILE or PGPASSWORD",
        )
    return conninfo.make_conninfo(**{**_GOES_AWAY, **{name: str(value) for name, value in given.items()}})


def not_in(place: str, error: psycopg.OperationalError) -> LedgerUnreadable:
    """Return why a database cannot be used that no connection could be made to.

    libpq has no codes for this, and a server speaks its own language: what is known without its words comes first.
    """
    cause, server = _first_line(error), error.pgconn
    if server is not None and server.needs_password:
        return LedgerUnreadable(
            f'the database "{place}" wants a password for this role, and none was given',
            cause=cause,
            hint="add the line HOST:PORT:DATABASE:USER:PASSWORD to ~/.pgpass, which nobody else may read (chmod 600),"
            " or name another such file with PGPASSFILE",
        )
    if 'database "' in cause and "does not exist" in cause:
        return LedgerUnreadable(
            f'the server has no database "{place}"',
            cause=cause,
            hint="have its administrator make it with CREATE DATABASE; docs/fleet.md has every step",
        )
    if "FATAL" in cause or (server is not None and server.used_password):
        return LedgerUnreadable(
            f'the database "{place}" did not let this role in',
            cause=cause,
            hint="the password comes from ~/.pgpass, the file that PGPASSFILE names, or PGPASSWORD; who may come in and"
            " how stands in pg_hba.conf on the server",
        )
    return LedgerUnreadable(
        f'the database "{place}" cannot be reached',
        cause=cause,
        hint="see that the server runs, and listens at the host and port of the address",
    )


class Link:
    """The connection of one ledger; one thread at a time works on it."""

    def __init__(
        self,
        address: str,
        *,
        pause: Callable[[float], None] = time.sleep,
        patience_s: float = PATIENCE_S,
        counts: Callable[[], float] = time.monotonic,
    ) -> None:
        """`pause` waits so many seconds, and `counts` counts them."""
        self._conninfo = checked(address)
        self.place = shown(address)
        self._pause = pause
        self._patience_s = patience_s
        self._counts = counts
        self._given_up = False
        self._lock = RLock()
        try:
            self._connection = self._connect()
        except psycopg.OperationalError as error:
            raise not_in(self.place, error) from error
        self._recognise()

    def reading(self, work: Callable[[psycopg.Connection[Any]], Answer]) -> Answer:
        """Return what `work` reads; on a new connection when this one is lost.

        Raises:
            LedgerUnreadable: the server refuses, or does not come back.
        """
        try:
            return self._work(lambda connection, _: work(connection))
        except psycopg.Error as error:
            raise LedgerUnreadable(
                f'the ledger "{self.place}" could not be read',
                cause=_first_line(error),
                hint="look at the server and try again; nothing was changed",
            ) from error

    def writing(self, work: Callable[[psycopg.Connection[Any], bool], Answer]) -> Answer:
        """Return what `work` comes to; its second argument says that an earlier try was cut off before its answer.

        Raises:
            LedgerWriteFailed: the server refuses, or does not come back. In the latter case the last try may have been
                stored; whoever goes on with the run reads it.
        """
        try:
            return self._work(work)
        except psycopg.Error as error:
            raise LedgerWriteFailed(
                f'the ledger "{self.place}" could not be written',
                cause=_first_line(error),
                hint="nothing was begun after the last recorded line; mend the database, then `bongsu resume RUN`",
            ) from error

    def _work(self, work: Callable[[psycopg.Connection[Any], bool], Answer]) -> Answer:
        with self._lock:
            cut_off = False
            began_s = self._counts()
            pause_s = FIRST_PAUSE_S
            while True:
                try:
                    if self._connection.closed:
                        self._connection = self._connect()
                        self._given_up = False
                    return work(self._connection, cut_off)
                except psycopg.OperationalError:
                    # Of an open connection this is the server's refusal; what it was about has not happened.
                    if not self._connection.closed:
                        raise
                    # Waited for once: whoever comes after that, as a run that stops does, would wait as long again.
                    if self._given_up or self._counts() - began_s >= self._patience_s:
                        self._given_up = True
                        raise
                    cut_off = True
                self._pause(pause_s)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _connect(self) -> psycopg.Connection[Any]:
        connection: psycopg.Connection[Any] = psycopg.connect(self._conninfo, autocommit=True)
        connection.execute(_LIMITS)
        return connection

    def _recognise(self) -> None:
        """Refuse a database that holds no ledgers, or those of a newer version."""
        try:
            found = self._connection.execute(_VERSION).fetchone()
            version = 0 if found is None or found[0] is None else int(found[0])
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            version = 0
        except psycopg.Error as error:
            self.close()
            raise LedgerUnreadable(
                f'the database "{self.place}" does not let this role see its ledgers',
                cause=_first_line(error),
                hint="have its owner run what `bongsu database ROLE` prints, with the name of this role",
            ) from error
        if version == SCHEMA_VERSION:
            return
        self.close()
        if version == 0:
            raise LedgerUnreadable(
                f'the database "{self.place}" is not prepared for ledgers',
                hint="have its owner run what `bongsu database ROLE` prints, with the name of this role",
            )
        raise LedgerUnreadable(
            f'the database "{self.place}" has schema version {version}, this program knows {SCHEMA_VERSION}',
            hint="it was left as it is; use the program version that made it, or a newer one",
        )

    def close(self) -> None:
        """Leave the server."""
        with self._lock:
            self._connection.close()


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
