"""Ledgers: where the runs' lines and blobs are kept. The port is in `_port`, each driver in its own file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bongsu.ledger._port import Ledger


def open_ledger(state: str | Path) -> Ledger:
    """Return the ledger that a state address names: a folder (SQLite inside it), or `memory:`.

    Raises:
        LedgerWriteFailed: the folder cannot be made or written.
        LedgerUnreadable: the folder holds a file of that name that is not one of ours, or a newer one.
    """
    if state == "memory:":
        from bongsu.ledger.memory import MemoryLedger

        return MemoryLedger()
    from bongsu.ledger.sqlite import SqliteLedger

    return SqliteLedger(Path(state))
