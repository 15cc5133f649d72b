"""What one append stores: the sealed lines and the blob files they cite, made the same way for every driver."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.core.chain import START, Head, seal
from bongsu.core.events import EndedLate, RunClosed
from bongsu.errors import AlreadyReceived, LeaseLost, LedgerConflict, UsageError
from bongsu.ledger._port import Row
from bongsu.ledger.blobs import wrap
from bongsu.ledger.codec import encode_payload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bongsu.errors import BongsuError
    from bongsu.ledger._port import Entry, Hold, Lease, Write

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows and blob files that are stored together or not at all."""

    rows: tuple[Row, ...]
    blobs: tuple[tuple[str, bytes], ...]
    head: Head
    closes: bool
    """One of the rows ends the run."""
    late: bool = False
    """All of them say what calls came to late: they alone may stand behind the row that ends a run."""


def prepare(run_id: str, after: Head, entries: Sequence[Entry], salt: Callable[[], str]) -> Batch:
    """Return the batch that puts `entries` behind `after`.

    Raises:
        LedgerWriteFailed: one of them cannot be encoded.
        LedgerConflict: something else than a late end is behind one that closes the run.
    """
    rows: list[Row] = []
    files: list[tuple[str, bytes]] = []
    head, closes = after, False
    for entry in entries:
        if closes and not isinstance(entry.event, EndedLate):
            raise closed_by_then(run_id)
        closes = closes or isinstance(entry.event, RunClosed)
        cited = dict(entry.cites)
        for name, content in entry.blobs.items():
            digest, file = wrap(content, salt)
            cited[name] = digest
            files.append((digest, file))
        payload = encode_payload(entry.event, head, run_id=run_id, at=entry.at, actor=entry.actor, blobs=cited)
        line, digest = seal(payload)
        head = Head(head.seq + 1, digest)
        rows.append(Row(seq=head.seq, hash=digest, line=line))
    late = all(isinstance(entry.event, EndedLate) for entry in entries)
    return Batch(rows=tuple(rows), blobs=tuple(files), head=head, closes=closes, late=late)


class Draft:
    """The first lines of a run that no ledger holds yet: each sealed behind the one before, to be stored together."""

    def __init__(self, run_id: str, salt: Callable[[], str]) -> None:
        """Begin with no line; UsageError when the name cannot be a run's."""
        check_run_id(run_id)
        self.run_id = run_id
        self._salt = salt
        self._rows: list[Row] = []
        self._blobs: list[tuple[str, bytes]] = []
        self._closes = False
        self.inbound: tuple[str, str] | None = None
        """Source and id of what was received that the run is opened for; stored with its lines, as by an append."""

    def add(self, entry: Entry) -> Row:
        """Return a further line, as it will be stored; raises as `prepare` does."""
        batch = prepare(self.run_id, self.head, [entry], self._salt)
        if self._closes and not batch.late:
            raise closed_by_then(self.run_id)
        self._rows += batch.rows
        self._blobs += batch.blobs
        self._closes = self._closes or batch.closes
        return batch.rows[0]

    @property
    def head(self) -> Head:
        """Where the run will stand."""
        return Head(self._rows[-1].seq, self._rows[-1].hash) if self._rows else START

    @property
    def batch(self) -> Batch:
        """What is to be stored."""
        return Batch(rows=tuple(self._rows), blobs=tuple(self._blobs), head=self.head, closes=self._closes)


def check_run_id(run_id: str) -> None:
    """Refuse a run id that could not stand in a file name or a line: letters, digits, `.`, `_` and `-`, up to 100.

    Raises:
        UsageError: the id has another shape.
    """
    if _RUN_ID.fullmatch(run_id) is None:
        raise UsageError(f'the run id "{run_id}" may only hold letters, digits, ".", "_" and "-", up to 100')


def moved_on(run_id: str, head: Head, after: Head) -> LedgerConflict:
    """Return the error of an append that came second."""
    return LedgerConflict(f'the run "{run_id}" stands at line {head.seq}, not at line {after.seq} with this hash')


def why_lost(write: Write, found: tuple[int, str, int, str]) -> BongsuError:
    """Return why an append to a run was not stored, from where that stands: its head, and who drives it since when."""
    seq, digest, epoch, owner = found
    if write.lease is not None and (epoch, owner) != (write.lease.epoch, write.lease.owner):
        return lost(write.lease, epoch)
    head = Head(seq, digest)
    return closed_by_then(write.run_id) if head == write.after else moved_on(write.run_id, head, write.after)


def closed_by_then(run_id: str) -> LedgerConflict:
    """Return the error of an append to a run that is over, of anything but late ends."""
    return LedgerConflict(
        f'the run "{run_id}" is closed; only what a call came to late is stored behind that line',
        hint="`bongsu status RUN` shows how it ended",
    )


def lost(lease: Lease, epoch: int) -> LeaseLost:
    """Return the error of a process whose run has passed on, while its lease is `epoch` now."""
    if epoch == lease.epoch:
        return LeaseLost(f'the run "{lease.run_id}" was let go; this process drives it no longer')
    return LeaseLost(
        f'the run "{lease.run_id}" was taken over by another process after the lease of this one had run out',
        cause=f"this process holds epoch {lease.epoch} of the run, the ledger is at epoch {epoch}",
    )


def passed_on(hold: Hold) -> LeaseLost:
    """Return the error of a process whose hold has passed on."""
    return LeaseLost(f'another process holds "{hold.name}" since the hold of this one ran out')


def already_received(inbound: tuple[str, str], run_id: str, seq: int) -> AlreadyReceived:
    """Return the error of a delivery that came a second time."""
    error = AlreadyReceived(f'"{inbound[1]}" from "{inbound[0]}" stands in the run "{run_id}" at line {seq}')
    error.run_id = run_id
    return error
