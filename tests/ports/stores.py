"""The stores that the ledger's port is tried on, each with a clock that the test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from bongsu.ledger._port import Ledger
from bongsu.ledger.memory import MemoryLedger
from bongsu.ledger.sqlite import SqliteLedger


class Store(Protocol):
    """A place for runs."""

    address: str
    """What another process opens it by; empty when none can."""

    def open(self) -> Ledger:
        """Return one more ledger on the same runs."""
        ...

    def pass_(self, span: timedelta) -> None:
        """Let time pass for the leases."""
        ...


class _Moved:
    def __init__(self) -> None:
        self.time = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def pass_(self, span: timedelta) -> None:
        self.time += span


class MemoryStore(_Moved):
    """One object: a memory has no second door."""

    address = ""

    def __init__(self) -> None:
        super().__init__()
        self._only = MemoryLedger(now=self.now)

    def open(self) -> Ledger:
        return self._only


class SqliteStore(_Moved):
    """A state folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.address = str(folder)

    def open(self) -> Ledger:
        return SqliteLedger(self._folder, now=self.now)


STORES = ("memory", "sqlite", "postgres")
SHARED = tuple(name for name in STORES if name != "memory")
"""Those that another process can open too."""
