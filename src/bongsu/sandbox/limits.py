"""How fast a chat may be written to, counted on the sandbox clock in whole microseconds."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

# Requests spaced exactly at the limit arrive a little apart or together; the services say "about".
JITTER = timedelta(milliseconds=50)
SECOND = timedelta(seconds=1)


def whole_seconds_up(delay: timedelta) -> int:
    """Return a delay in whole seconds, rounded up, at least 1: the unit of `Retry-After`."""
    return max(-(-delay // SECOND), 1)


class Spacing:
    """One event each `every`, with up to `burst` at once after a rest."""

    __slots__ = ("_every", "_reach", "_virtual_at")

    def __init__(self, *, every: timedelta, burst: int) -> None:
        self._every = every
        self._reach = every * (burst - 1) + JITTER
        self._virtual_at: datetime | None = None

    def delay(self, now: datetime) -> timedelta:
        """Return how long an event at `now` comes too early; zero when it may happen."""
        if self._virtual_at is None:
            return timedelta(0)
        return max(self._virtual_at - self._reach - now, timedelta(0))

    def note(self, now: datetime) -> None:
        """Count an event at `now`."""
        self._virtual_at = max(self._virtual_at or now, now) + self._every


class PerWindow:
    """At most `most` events in any `window`."""

    __slots__ = ("_events", "_most", "_window")

    def __init__(self, *, most: int, window: timedelta) -> None:
        self._most = most
        self._window = window - JITTER
        self._events: deque[datetime] = deque(maxlen=most)

    def delay(self, now: datetime) -> timedelta:
        """Return how long an event at `now` comes too early; zero when it may happen."""
        if len(self._events) < self._most:
            return timedelta(0)
        return max(self._events[0] + self._window - now, timedelta(0))

    def note(self, now: datetime) -> None:
        """Count an event at `now`."""
        self._events.append(now)


def admit(limits: list[Spacing | PerWindow], now: datetime) -> int:
    """Count an event under all limits and return 0, or count nothing and return the seconds to wait."""
    delay = max((limit.delay(now) for limit in limits), default=timedelta(0))
    if delay > timedelta(0):
        return whole_seconds_up(delay)
    for limit in limits:
        limit.note(now)
    return 0
