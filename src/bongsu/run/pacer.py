"""The services' limits over all runs of a process: what `core.pacing` keeps within one run, kept here between them.

A message that may not leave yet is given a time of its own, so that the runs that wait for one chat or one bot do not
wake all at once to find that one of them may go. Where other processes send as the same bot, that time is one that the
ledger has given to nobody else (`run.sharing`).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Protocol

from bongsu.core.events import Method, SendEnded
from bongsu.core.pacing import ABOUT, Moment, scopes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bongsu.core.actions import Send
    from bongsu.core.events import Event
    from bongsu.core.pacing import Rate

    Under = Sequence[tuple[str, Rate | None]]
    """The limits that a message comes under, each with its name."""

BUSY = timedelta(milliseconds=50)
"""When a chat is asked about again whose newest message has no answer yet."""
KEPT = timedelta(seconds=10)
"""How long after its time a message that did not come loses it: it was answered for, or another process sends it."""

PLACES_MOST = 10_000
FORGONE = timedelta(seconds=1)
"""How long after its time a place is worth nothing: another process may have sent the message meanwhile."""
ANSWERED_IN = timedelta(milliseconds=20)
"""When a message is looked at again that the others were asked about."""
ANSWERED_BY = timedelta(seconds=1)
"""When it goes without their answer: a ledger that is slow or away keeps nobody from being paged."""


@dataclass(slots=True)
class _Limit:
    """One limit: what left under it last, and what has been given a time."""

    rate: Rate | None
    moments: list[Moment] = field(default_factory=list)
    booked: dict[str, datetime] = field(default_factory=dict)
    """In the order of their times."""

    def free_at(self, now: datetime) -> datetime:
        """Return when one more message may leave, behind all that have a time."""
        for key in [key for key, at in self.booked.items() if at < now - KEPT]:
            del self.booked[key]
        if self.rate is None:
            return now
        taken = [max(m.begun_at, (m.ended_at or m.begun_at) - ABOUT) for m in self.moments] + [*self.booked.values()]
        return taken[-self.rate.most] + self.rate.per if len(taken) >= self.rate.most else now

    def add(self, moment: Moment) -> None:
        """Count one that leaves now."""
        self.moments = [*self.moments, moment][-(self.rate.most if self.rate else 1) :]


class Others(Protocol):
    """What speaks for the processes that send as the same bots; nothing of it makes anybody wait."""

    def left(self, under: Under) -> None:
        """A message leaves that nobody else knows of."""
        ...

    def paused(self, name: str, pause: timedelta) -> None:
        """A service wants that chat to be left alone for so long from now on."""
        ...

    def waits(self, key: str, under: Under) -> None:
        """A message would leave: `Pacer.later` is to be told from when on it may."""
        ...


class Pacer:
    """The limits of every service that this process sends to; thread-safe."""

    def __init__(self) -> None:
        self.others: Others | None = None
        """None as long as no other process sends."""
        self._places: dict[str, datetime] = {}
        """When a message may leave that the others were asked about; without an answer yet when it goes without one."""
        self._lock = threading.Lock()
        self._limits: dict[str, _Limit] = {}
        self._paused: dict[str, datetime] = {}
        self._under_way: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._numbers = count(1)

    def of_run(self, run_id: str, outlets: Mapping[str, tuple[str, str]]) -> RunPacer:
        """Return the limits as one run asks about them; `outlets` is channel name to kind and the account there."""
        return RunPacer(self, run_id, outlets)

    def asks(self, key: str, under: Under, now: datetime, *, books: bool, urgent: bool = False) -> datetime | None:
        """Return None when a message may leave now, which is counted, or when to ask again.

        One that is not `urgent` is given its time by the others as well, where there are any.
        """
        if not under:
            return None
        with self._lock:
            limits = [(name, self._limits.setdefault(name, _Limit(rate))) for name, rate in under]
            booked = next((limit.booked[key] for _, limit in limits if key in limit.booked), None)
            due = booked or max(limit.free_at(now) for _, limit in limits)
            due = max(due, *(self._paused.get(name, due) for name, _ in limits))
            if due > now:
                if books:
                    self._book(key, limits, due)
                return due
            if any(name.startswith("chat") and limit.moments[-1:] and _open(limit) for name, limit in limits):
                return now + BUSY
            if self.others is not None and (urgent or not self._has_place(self.others, key, under, now)):
                if not urgent:
                    if books:
                        self._book(key, limits, now)
                    return now + ANSWERED_IN
                self.others.left(under)
            self._leave(key, limits, now)
            return None

    def _has_place(self, others: Others, key: str, under: Under, now: datetime) -> bool:
        """Return whether the others let a message leave now; they are asked once, and not waited for long."""
        place = self._places.get(key)
        if place is None or now > place + FORGONE:
            if len(self._places) >= PLACES_MOST:
                self._places.clear()  # of messages that nobody wants sent any more; the rest asks once more
            place = self._places[key] = now + ANSWERED_BY
            others.waits(key, under)
        return place <= now

    def later(self, key: str, at: datetime, *, taken: bool) -> None:
        """Take note of when a message may leave for all that the others send; ask again then where it has no place."""
        with self._lock:
            if key not in self._places:
                return
            self._places[key] = at
            if not taken:
                del self._places[key]
            limits = [(name, limit) for name, limit in self._limits.items() if key in limit.booked]
            if limits:
                self._book(key, limits, at)

    def missed(self, key: str) -> None:
        """Take back what was counted for a message that has not left."""
        with self._lock:
            number, names = self._under_way.pop(key, (0, ()))
            for name in names:
                limit = self._limits[name]
                limit.moments = [moment for moment in limit.moments if moment.seq != number]

    def ended(self, key: str, now: datetime, *, pause: timedelta | None = None) -> None:
        """Take note of when a message's answer came, and that its service wants to be left alone for a while."""
        with self._lock:
            number, names = self._under_way.pop(key, (0, ()))
            for name in names:
                limit = self._limits[name]
                limit.moments = [Moment(m.seq, m.begun_at, now) if m.seq == number else m for m in limit.moments]
                if pause is not None and name.startswith("chat"):
                    self._paused[name] = now + pause
                    if self.others is not None:
                        self.others.paused(name, pause)

    def undone(self, begins: str) -> None:
        """Forget every message whose name begins so, under way or with a time of its own."""
        with self._lock:
            keys = [key for key in self._under_way if key.startswith(begins)]
            self._places = {key: at for key, at in self._places.items() if not key.startswith(begins)}
            for limit in self._limits.values():
                limit.booked = {key: at for key, at in limit.booked.items() if not key.startswith(begins)}
        for key in keys:
            self.missed(key)

    def broken_off(self, begins: str, now: datetime) -> None:
        """End every message under way whose name begins so."""
        with self._lock:
            keys = [key for key in self._under_way if key.startswith(begins)]
        for key in keys:
            self.ended(key, now)

    def _book(self, key: str, limits: list[tuple[str, _Limit]], at: datetime) -> None:
        for _, limit in limits:
            limit.booked[key] = at
            if len(limit.booked) > 1:
                limit.booked = dict(sorted(limit.booked.items(), key=lambda item: item[1]))

    def _leave(self, key: str, limits: list[tuple[str, _Limit]], now: datetime) -> None:
        number = next(self._numbers)
        self._places.pop(key, None)
        for _, limit in limits:
            limit.booked.pop(key, None)
            limit.add(Moment(number, now))
        self._under_way[key] = (number, tuple(name for name, _ in limits))


def _open(limit: _Limit) -> bool:
    return limit.moments[-1].ended_at is None


class RunPacer:
    """One run's view of the limits: what `Acting` asks before a message leaves."""

    def __init__(self, pacer: Pacer, run_id: str, outlets: Mapping[str, tuple[str, str]]) -> None:
        self._pacer = pacer
        self._run_id = run_id
        self._outlets = outlets
        self.urgent = False
        """Whether it waits for nobody's answer: an alarm's first messages."""

    def asks(self, action: Send, now: datetime) -> datetime | None:
        """Return None when it may leave now, which is then counted, or when to ask again."""
        if action.method is Method.ANSWER:
            return None
        kind, account = self._outlets[action.channel]
        under = [(f"{name} {account}", rate) for name, rate in scopes(kind, account, action.to, action.method)]
        # An edit takes no place before a page that has not asked yet.
        books = action.method is Method.POST
        return self._pacer.asks(self._key(action.key), under, now, books=books, urgent=self.urgent)

    def missed(self, action: Send) -> None:
        """Take back what was counted: it has not left after all."""
        self._pacer.missed(self._key(action.key))

    def undone(self) -> None:
        """Take back all that was counted or given a time: there is no such run."""
        self._pacer.undone(self._key(""))

    def ended(self, event: Event, now: datetime) -> None:
        """Take note of the end of an attempt."""
        if isinstance(event, SendEnded):
            pause = None if event.retry_after_s is None else timedelta(seconds=event.retry_after_s)
            self._pacer.ended(self._key(event.key), now, pause=pause)

    def broken_off(self, now: datetime) -> None:
        """Take note that nobody will say any more how this run's attempts ended."""
        self._pacer.broken_off(self._key(""), now)

    def _key(self, key: str) -> str:
        return f"{self._run_id} {key}"
