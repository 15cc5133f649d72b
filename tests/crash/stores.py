"""Where the run of a kill is kept: a folder, or a database of the sweep's own PostgreSQL server."""

from __future__ import annotations

import itertools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bongsu.ledger import is_database

if TYPE_CHECKING:
    from tests.postgres.server import Server

SQLITE, POSTGRES = "sqlite", "postgres"
STORES = (SQLITE, POSTGRES)
OVER = "2000-01-01T00:00:00.000000Z"

_servers: list[Server] = []
"""At most one; the processes that are forked after it was started share it."""
_numbers = itertools.count(1)


@contextmanager
def serving(store: str) -> Iterator[None]:
    """Have what that store needs run meanwhile."""
    if store == SQLITE:
        yield
        return
    from tests.postgres.server import running

    with running() as server:
        _servers.append(server)
        try:
            yield
        finally:
            _servers.clear()


@contextmanager
def kept(store: str, folder: Path) -> Iterator[str]:
    """Give what `--state` gets for one run: a folder that is not there yet, or an empty database."""
    if store == SQLITE:
        yield str(folder / "state")
        return
    (server,) = _servers
    name = server.database(f"kill_{os.getpid()}_{next(_numbers)}")
    try:
        yield server.address(name)
    finally:
        server.drop(name)


def lapse(state: str) -> None:
    """Have every lease be over, as if a dead process had been waited for."""
    if is_database(state):
        (server,) = _servers
        with server.as_("postgres", state.partition("?")[0].rpartition("/")[2]) as connection:
            connection.execute("UPDATE bongsu.run SET lease_until = %s WHERE lease_until IS NOT NULL", (OVER,))
            connection.execute("UPDATE bongsu.hold SET until = %s", (OVER,))
        return
    with closing(sqlite3.connect(Path(state) / "bongsu.db", timeout=60)) as file, file:
        file.execute("UPDATE run SET lease_until = ? WHERE lease_until IS NOT NULL", (OVER,))
        file.execute("UPDATE hold SET until = ?", (OVER,))
