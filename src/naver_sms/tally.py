"""What a run has seen and decided so far, gathered from several threads."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from naver_sms.booking import Booking, Quarantined
    from naver_sms.decision import Decision
    from naver_sms.intent import Intent
    from naver_sms.naver import Failed
    from naver_sms.record import Kind, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A line for one of the owner's chats, masked."""

    chats: tuple[str, ...]
    text: str
    record: Record
    """What remembers that it was told."""


@dataclass(slots=True)
class StoreTally:
    """One store's part of a run."""

    confirmed: list[Booking] = field(default_factory=list)
    completed: list[Booking] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    created: set[str] = field(default_factory=set)
    duplicates: int = 0
    closed: int = 0
    moved: int = 0
    owed_again: set[tuple[str, Kind]] = field(default_factory=set)
    """Texts that this run gave up, and then found owed for another start: they are not lost."""
    adopted: int = 0
    failed: Failed | None = None
    problems: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


class Tally:
    """The parts of all stores."""

    def __init__(self, store_ids: list[str]) -> None:
        self.stores = {one: StoreTally() for one in store_ids}
        self._lock = threading.Lock()

    def fail(self, store_id: str, failed: Failed) -> None:
        """Note that a store could not be read; the first reason stays."""
        with self._lock:
            self.stores[store_id].failed = self.stores[store_id].failed or failed

    @property
    def intents(self) -> list[Intent]:
        """Every text that is due."""
        return [one for store in self.stores.values() for one in store.intents]

    @property
    def decisions(self) -> list[Decision]:
        """Every decision, store by store."""
        return [one for store in self.stores.values() for one in store.decisions]
