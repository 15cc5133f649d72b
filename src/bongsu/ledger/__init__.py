"""Ledgers: where the runs' lines and blobs are kept. The port is in `_port`, each driver in its own file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bongsu.errors import UsageError

if TYPE_CHECKING:
    from bongsu.ledger._port import Ledger


def open_ledger(state: str | Path) -> Ledger:
    """Return the ledger that a state address names: a folder (SQLite inside it), `postgresql://…`, or `memory:`.

    Raises:
        LedgerWriteFailed: the folder cannot be made or written.
        LedgerUnreadable: the folder holds a file of that name that is not one of ours, or a newer one; the database
            cannot be reached, is not prepared, or is a newer one.
        UsageError: the package for PostgreSQL is not installed, or the address is not one.
    """
    if state == "memory:":
        from bongsu.ledger.memory import MemoryLedger

        return MemoryLedger()
    if is_database(state):
        return _open_database(str(state))
    from bongsu.ledger.sqlite import SqliteLedger

    return SqliteLedger(Path(state))


def open_to_read(state: str | Path) -> Ledger:
    """Return the ledger that a state address names, for whoever changes nothing in it.

    A folder that may be written is opened as by `open_ledger`; one that may not is left as it is.

    Raises:
        LedgerError: as `open_ledger`; or the folder may not be read, or not without being written.
        UsageError: as `open_ledger`.
    """
    if state == "memory:" or is_database(state) or not holds_ledger(state):
        return open_ledger(state)
    from bongsu.ledger._sqlite_file import FILE_NAME
    from bongsu.ledger._sqlite_to_read import may_be_written
    from bongsu.ledger.sqlite import SqliteLedger

    return SqliteLedger(Path(state), to_read=not may_be_written(Path(state) / FILE_NAME))


def holds_ledger(state: str | Path) -> bool:
    """Return whether an address may lead to a ledger that was made before; a folder is looked into, and nothing made.

    What cannot be looked at may hold one: opening it says why it cannot.
    """
    if state == "memory:" or is_database(state):
        return True
    from bongsu.ledger._sqlite_file import FILE_NAME

    try:
        (Path(state) / FILE_NAME).stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def is_database(state: str | Path) -> bool:
    """Return whether a state address names a database instead of a folder."""
    return isinstance(state, str) and state.startswith(("postgresql://", "postgres://"))


def _open_database(address: str) -> Ledger:
    try:
        from bongsu.ledger.postgres import PostgresLedger
    except ModuleNotFoundError as error:
        raise UsageError(
            f"a ledger in PostgreSQL needs the package {error.name!r}",
            hint="install it with `pip install 'bongsu[postgres]'`",
        ) from error
    return PostgresLedger(address)
