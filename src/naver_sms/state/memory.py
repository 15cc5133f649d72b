"""State in the memory of one process, for tests and trials."""


# ruff: noqa: D102  the port's docstrings hold here too

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from naver_sms.record import OPEN_STATES, Claim, ClaimState, Kind, Record, korean_text, may_reopen
from naver_sms.state._port import LEASE, Loaded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from naver_sms.meter import Meter
    from naver_sms.state._port import Change, Key


@dataclass(slots=True)
class Cells:
    """What a MemoryState holds; pass the same to two states to let them share it."""

    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    sessions: dict[str, tuple[str, datetime | None]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    past: list[tuple[str, Kind, Claim]] = field(default_factory=list)
    leases: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


class MemoryState:
    """See StatePort."""

    def __init__(self, *, meter: Meter, cells: Cells | None = None) -> None:
        self.cells = cells or Cells()
        self._meter = meter

    def take_lease(self, *, holder: str, now: datetime, until: datetime, name: str = LEASE) -> bool:
        with self._meter.timed("store", write=True), self.cells.lock:
            held = self.cells.leases.get(name)
            if held is not None and held[0] != holder and held[1] >= now:
                return False
            self.cells.leases[name] = (holder, until)
            return True

    def free_lease(self, holder: str, *, name: str = LEASE) -> None:
        with self._meter.timed("store", write=True), self.cells.lock:
            if self.cells.leases.get(name, ("",))[0] == holder:
                del self.cells.leases[name]

    def session_cookies(self, name: str) -> tuple[str, datetime | None] | None:
        with self._meter.timed("store"):
            return self.cells.sessions.get(name)

    def store_cookies(self, name: str, cookies: str, fetched_at: datetime) -> None:
        with self._meter.timed("store", write=True), self.cells.lock:
            self.cells.sessions[name] = (cookies, fetched_at)

    def note(self, name: str, text: str | None, *, at: datetime) -> None:  # noqa: ARG002  memory keeps no time
        with self._meter.timed("store", write=True), self.cells.lock:
            self.cells.notes.pop(name, None)
            if text is not None:
                self.cells.notes[name] = text

    def notes(self, names: Sequence[str]) -> dict[str, str]:
        with self._meter.timed("store"), self.cells.lock:
            return {name: self.cells.notes[name] for name in names if name in self.cells.notes}

    def notes_like(self, prefix: str) -> dict[str, str]:
        with self._meter.timed("store"), self.cells.lock:
            return {name: text for name, text in self.cells.notes.items() if name.startswith(prefix)}

    def load(self, keys: Sequence[Key]) -> Loaded:
        with self._meter.timed("store"), self.cells.lock:
            found: dict[str, Record] = {}
            for key in keys:
                rows = [row for (num, _), row in self.cells.records.items() if num == key.booking_num]
                if rows:
                    exact = self.cells.records.get((key.booking_num, key.phone))
                    found[key.booking_num] = exact or max(rows, key=lambda row: row.booking_time)
            return Loaded(records=found)

    def pending(self, store_id: str) -> list[Record]:
        with self._meter.timed("store"), self.cells.lock:
            return [
                row
                for row in self.cells.records.values()
                if row.store_id == store_id and row.event is False and row.closed is None
            ]

    def legacy_pending(self) -> list[Record]:
        return []  # pending() sees every row: there is no index that could miss one

    def open_claims(self) -> list[Record]:
        with self._meter.timed("store"), self.cells.lock:
            rows = self.cells.records.values()
            return [row for row in rows if any(c.state in OPEN_STATES for c in row.claims.values())]

    def create(self, record: Record) -> bool:
        with self._meter.timed("store", write=True), self.cells.lock:
            key = (record.booking_num, record.phone)
            if key in self.cells.records:
                return False
            self.cells.records[key] = record
            return True

    def claim(self, record: Record, kind: Kind, claim: Claim) -> bool:
        with self._meter.timed("store", write=True), self.cells.lock:
            row = self.cells.records.get((record.booking_num, record.phone))
            if row is None or row.flag(kind) is not False:
                return False
            held = row.claims.get(kind)
            if held is not None and held.state is not ClaimState.RELEASED:
                return held == claim
            self._put(row, kind, claim)
            return True

    def settle(self, record: Record, kind: Kind, change: Change) -> bool:
        with self._meter.timed("store", write=True), self.cells.lock:
            row = self.cells.records.get((record.booking_num, record.phone))
            held = None if row is None else row.claims.get(kind)
            if row is None or held is None or held.run_id != change.run_id or held.state not in change.states:
                return False
            claim = replace(
                held,
                state=change.to,
                request_id=change.request_id or held.request_id,
                message_id=change.message_id or held.message_id,
                code=change.code or held.code,
            )
            self._put(row, kind, claim, flag=change.set_flag or row.flag(kind) is True)
            return True

    def renew(self, record: Record, *, start_at: datetime | None, reopen: Kind | None) -> bool:
        with self._meter.timed("store", write=True), self.cells.lock:
            key = (record.booking_num, record.phone)
            row = self.cells.records.get(key)
            if row is None or (reopen is not None and not may_reopen(row, record, reopen)):
                return False
            if start_at is not None:
                row = replace(row, start_at=start_at, booking_time=korean_text(start_at))
            self.cells.records[key] = row
            held = None if reopen is None else row.claims.get(reopen)
            if reopen is not None:
                self._put(replace(row, claims={k: one for k, one in row.claims.items() if k is not reopen}), reopen)
                self.cells.past += [] if held is None else [(record.booking_num, reopen, held)]
            return True

    def close(self, record: Record, reason: str) -> bool:
        with self._meter.timed("store", write=True), self.cells.lock:
            key = (record.booking_num, record.phone)
            row = self.cells.records.get(key)
            if row is None or row.closed is not None:
                return False
            self.cells.records[key] = replace(row, closed=reason)
            return True

    def shut(self) -> None:
        return  # what others share stays

    def _put(self, row: Record, kind: Kind, claim: Claim | None = None, *, flag: bool = False) -> None:
        changed = row if claim is None else replace(row, claims={**row.claims, kind: claim})
        match kind:
            case Kind.CONFIRM:
                changed = replace(changed, confirm=flag)
            case Kind.GUIDE:
                changed = replace(changed, guide=flag)
            case Kind.EVENT:
                changed = replace(changed, event=flag)
        self.cells.records[row.booking_num, row.phone] = changed
