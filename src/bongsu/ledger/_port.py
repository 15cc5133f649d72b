"""The port of a ledger: append-only, hash-chained runs, and the blobs they cite."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from bongsu.core.chain import Head
    from bongsu.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event on its way into the ledger, with the bytes that it cites by name."""

    at: datetime
    actor: str
    event: Event
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    """Name to bytes, e.g. `payload`, `request.0`, `response.0`; already redacted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A stored line: exactly the bytes that were written."""

    seq: int
    hash: str
    line: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """A run as the ledger's index knows it."""

    run_id: str
    opened_at: datetime
    head: Head
    closed: bool


class Ledger(Protocol):
    """Where runs are kept. Appends are durable when they return."""

    def create(self, run_id: str, opened_at: datetime) -> None:
        """Make room for a run; LedgerConflict when it exists."""
        ...

    def append(self, run_id: str, after: Head, entries: Sequence[Entry]) -> tuple[Row, ...]:
        """Store the entries after `after`, all or none, and return their rows.

        Raises:
            LedgerConflict: the run's head is no longer `after`.
            LedgerWriteFailed: nothing was stored (disk full, read-only, locked too long).
        """
        ...

    def rows(self, run_id: str, after_seq: int = 0) -> Iterator[Row]:
        """Yield the stored lines in order."""
        ...

    def head(self, run_id: str) -> Head:
        """Return the run's newest link; RunNotFound when there is no such run."""
        ...

    def blob(self, digest: str) -> bytes:
        """Return the stored blob file (salt line and content) by its hash; KeyError when absent."""
        ...

    def runs(self) -> Sequence[RunInfo]:
        """Return every run, newest first."""
        ...

    def close(self) -> None:
        """Release the store."""
        ...
