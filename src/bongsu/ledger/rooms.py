"""Limits that several processes share: how much room each has, and from when on one more may have some.

A limit of so many in a time has as many slots; whoever takes one has it from a moment on, and the next after that time.
So no more fall into any such time than there are slots, whoever takes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One limit."""

    name: str
    most: int
    per: timedelta

    @property
    def slots(self) -> Sequence[str]:
        """The names under which its slots are kept."""
        return [f"room {self.name} #{number}" for number in range(self.most)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one message comes under: it leaves when each of these has room for it."""

    rooms: tuple[Room, ...]
    within: timedelta | None = None
    """Room is taken only if it is there so soon; None: whenever it is."""


def slots_of(wanted: Sequence[Wanted]) -> list[str]:
    """Return the slots that these may take, each once and in an order that is everybody's."""
    return sorted({slot for one in wanted for room in one.rooms for slot in room.slots})


def taken(
    wanted: Sequence[Wanted], until: dict[str, datetime], now: datetime
) -> tuple[list[timedelta], dict[str, datetime]]:
    """Return for each in turn how long it has to wait, and until when the slots are taken then that they take.

    `until` says of each slot until when it is taken; one that is not in it is free.
    """
    until, waits = dict(until), []
    changed: dict[str, datetime] = {}
    for one in wanted:
        chosen = {min(room.slots, key=lambda slot: until.get(slot, now)): room.per for room in one.rooms}
        at = max([now, *(until.get(slot, now) for slot in chosen)])
        waits.append(at - now)
        if one.within is None or at - now <= one.within:
            changed |= {slot: at + per for slot, per in chosen.items()}
            until |= changed
    return waits, changed
