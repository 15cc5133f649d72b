"""A ledger in memory: for previews, simulations and tests; everything is gone when the process ends."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from bongsu.core.chain import START, Head
from bongsu.errors import LedgerConflict, RunNotFound
from bongsu.ledger._port import RunInfo
from bongsu.ledger.batch import check_run_id, prepare
from bongsu.ledger.blobs import SALT_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from bongsu.ledger._port import Entry, Row


@dataclass(slots=True)
class _Run:
    opened_at: datetime
    rows: list[Row] = field(default_factory=list)
    head: Head = START
    closed: bool = False


class MemoryLedger:
    """Keeps runs in dictionaries, with the same rules as the durable drivers."""

    def __init__(self, *, salt: Callable[[], str] = lambda: secrets.token_hex(SALT_BYTES)) -> None:
        self._salt = salt
        self._lock = Lock()
        self._runs: dict[str, _Run] = {}
        self._blobs: dict[str, bytes] = {}

    def create(self, run_id: str, opened_at: datetime) -> None:
        """Make room for a run; LedgerConflict when it exists."""
        check_run_id(run_id)
        with self._lock:
            if run_id in self._runs:
                raise LedgerConflict(f'the run "{run_id}" exists already')
            self._runs[run_id] = _Run(opened_at)

    def append(self, run_id: str, after: Head, entries: Sequence[Entry]) -> tuple[Row, ...]:
        """Store the entries after `after`, all or none, and return their rows."""
        batch = prepare(run_id, after, entries, self._salt)
        with self._lock:
            run = self._run(run_id)
            if run.head != after:
                raise LedgerConflict(
                    f'the run "{run_id}" stands at line {run.head.seq}, not at line {after.seq} with this hash'
                )
            run.rows.extend(batch.rows)
            run.head = batch.head
            run.closed = run.closed or batch.closes
            self._blobs.update(batch.blobs)
        return batch.rows

    def rows(self, run_id: str, after_seq: int = 0) -> Iterator[Row]:
        """Yield the stored lines in order; lines appended meanwhile may be left out."""
        with self._lock:
            rows = self._run(run_id).rows[after_seq:]
        yield from rows

    def head(self, run_id: str) -> Head:
        """Return the run's newest link; RunNotFound when there is no such run."""
        with self._lock:
            return self._run(run_id).head

    def blob(self, digest: str) -> bytes:
        """Return the stored blob file (salt line and content) by its hash; KeyError when absent."""
        with self._lock:
            return self._blobs[digest]

    def runs(self) -> Sequence[RunInfo]:
        """Return every run, newest first."""
        with self._lock:
            found = [
                RunInfo(run_id=run_id, opened_at=run.opened_at, head=run.head, closed=run.closed)
                for run_id, run in self._runs.items()
            ]
        return sorted(found, key=lambda info: (info.opened_at, info.run_id), reverse=True)

    def close(self) -> None:
        """Release nothing: the runs live as long as this object."""

    def _run(self, run_id: str) -> _Run:
        run = self._runs.get(run_id)
        if run is None:
            raise RunNotFound(f'there is no run "{run_id}"')
        return run
