"""Where a run's time comes from: this machine, or the clock of a rehearsal at the address in the plan."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

from bongsu.errors import BongsuError

if TYPE_CHECKING:
    from collections.abc import Callable

    import urllib3

NANOSECONDS_PER_SECOND = 1_000_000_000
JUMP = timedelta(seconds=30)
"""What time servers correct without a word is far less; more than this is somebody setting the clock, or a sleep."""
ANSWERS_WITHIN_S = 60.0
"""A rehearsal's clock that has ended refuses at once; one that is slow is on a machine which has too much to do."""
LONGEST_WAIT_S = 3600.0
"""A wait on this machine's clock is cut into hours, so that a clock that was set is noticed."""


class ClockUnreachable(BongsuError):
    """The clock named in the plan does not answer."""

    exit_code = 3
    hint = "start the sandbox again with `bongsu sandbox`, and use the plan that it writes"


@dataclass(frozen=True, slots=True)
class Step:
    """A jump of this machine's clock: how far, and whether the run's time went with it."""

    by: timedelta
    followed: bool


class Clock(Protocol):
    """Tells the time and waits; `source` is what the ledger says about it."""

    source: str

    def now(self) -> datetime:
        """Return the present time, aware UTC, never going back."""
        ...

    def read(self) -> datetime:
        """Return the present time as the clock itself has it, also right after a jump that nobody here was told of."""
        ...

    def at(self, mono: float) -> datetime:
        """Return the time at which `time.monotonic()` was `mono`."""
        ...

    def stepped(self) -> tuple[Step, ...]:
        """Return the jumps since this was last asked, oldest first."""
        ...

    def wait(self, until: datetime | None, inbox: SimpleQueue[Any], *, idle: bool) -> Any | None:
        """Return the next item of the inbox, or None when `until` has come first.

        `idle` says that nothing of ours is in flight, so that a rehearsal's clock may jump.
        """
        ...

    def close(self) -> None:
        """Leave the clock."""
        ...


def _wall() -> datetime:
    return datetime.now(UTC)


class SystemClock:
    """This machine's clock. Small corrections of it are followed in silence; a jump is told of by `stepped`.

    A jump forward is followed too: this machine may have slept, and the services did not. A jump back is not: from
    then on the run's time goes on as measured since, so that no deadline comes later for it.
    """

    source = "system"

    def __init__(
        self,
        *,
        wall: Callable[[], datetime] = _wall,
        mono: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._mono = mono
        self._lock = threading.Lock()
        self._offset = self._wall() - timedelta(seconds=self._mono())
        self._behind = timedelta(0)
        self._last = datetime.min.replace(tzinfo=UTC)
        self._steps: list[Step] = []

    def now(self) -> datetime:
        """Return the present time, never before one that was returned."""
        with self._lock:
            mono = self._mono()
            self._follow(self._wall() - timedelta(seconds=mono) - self._offset)
            self._last = max(self._last, self.at(mono))
            return self._last

    def read(self) -> datetime:
        """Return the present time."""
        return self.now()

    def goes_on_from(self, newest: datetime) -> None:
        """Go on from a run's newest line, where this machine's clock has been set back by a jump since it was written.

        As while the run is driven: its time goes on as measured, so that no deadline waits for the clock to catch up.
        """
        with self._lock:
            behind = newest - self.at(self._mono())
            if behind > JUMP:
                self._offset += behind
                self._behind -= behind
                self._steps.append(Step(by=-behind, followed=False))

    def _follow(self, moved: timedelta) -> None:
        """Take over where this machine's clock has gone since it was last taken over, unless it was set back."""
        jumped = moved - self._behind
        if abs(jumped) > JUMP:
            self._steps.append(Step(by=jumped, followed=moved >= -JUMP))
        if moved < -JUMP:
            self._behind = moved
        else:
            self._offset += moved
            self._behind = timedelta(0)

    def at(self, mono: float) -> datetime:
        """Return the time at which the monotonic clock showed `mono`."""
        return self._offset + timedelta(seconds=mono)

    def stepped(self) -> tuple[Step, ...]:
        """Return the jumps since this was last asked."""
        with self._lock:
            steps, self._steps = tuple(self._steps), []
        return steps

    def wait(self, until: datetime | None, inbox: SimpleQueue[Any], *, idle: bool) -> Any | None:  # noqa: ARG002
        """Return the next item, or None at `until`."""
        return take(inbox, None if until is None else (until - self.now()).total_seconds())

    def close(self) -> None:
        """Do nothing: there is nothing to leave."""


def take(inbox: SimpleQueue[Any], timeout_s: float | None) -> Any | None:
    """Return the next item within `timeout_s` seconds (None: an hour at most), else None."""
    seconds = LONGEST_WAIT_S if timeout_s is None else min(max(timeout_s, 0.0), LONGEST_WAIT_S)
    try:
        return inbox.get(timeout=seconds) if seconds > 0 else inbox.get_nowait()
    except Empty:
        return None


class RemoteClock:
    """The clock of a rehearsal: wall speed while anything is in flight, a jump to the next deadline when all is idle.

    This process takes part in it: it is busy from the start, and says so again before it handles anything.
    """

    def __init__(self, url: str, name: str) -> None:
        import urllib3

        self.source = url
        self._pool: urllib3.PoolManager = urllib3.PoolManager(retries=False, maxsize=4)
        self._last = datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()
        self._offset = timedelta(0)
        self._told_mono = 0.0
        self._participant = str(self._post("/join", {"name": name})["participant"])
        self._waits: SimpleQueue[tuple[datetime | None, threading.Event, SimpleQueue[Any]] | None] = SimpleQueue()
        self._waiter = threading.Thread(target=self._wait_for_ever, name="bongsu-clock", daemon=True)
        self._waiter.start()

    def now(self) -> datetime:
        """Return the rehearsal's time."""
        with self._lock:
            self._last = max(self._last, self.at(time.monotonic()))
            return self._last

    def read(self) -> datetime:
        """Return the rehearsal's time, asked anew: it may have jumped while this process waited."""
        self._ask("GET", "", None)
        return self.now()

    def at(self, mono: float) -> datetime:
        """Return the rehearsal's time at which the monotonic clock showed `mono` (since the newest jump)."""
        return datetime.fromtimestamp(0, UTC) + self._offset + timedelta(seconds=mono)

    def stepped(self) -> tuple[Step, ...]:
        """Return nothing: nobody sets a rehearsal's clock, and its own jumps are its way of passing time."""
        return ()

    def wait(self, until: datetime | None, inbox: SimpleQueue[Any], *, idle: bool) -> Any | None:
        """Return the next item, or None at `until`; lets the clock jump only when `idle`."""
        if not idle or (until is not None and until <= self.now()):
            item = take(inbox, None if until is None else (until - self.now()).total_seconds())
            return None if isinstance(item, threading.Event) else item
        over = threading.Event()
        self._waits.put((until, over, inbox))
        item = inbox.get()
        while isinstance(item, threading.Event) and item is not over:
            item = inbox.get()  # the end of an earlier wait that an item had cut short
        # The wait may still be on its way when we say that we are busy, so say it until the wait has ended.
        while not over.is_set():
            self._post("/busy", {"participant": self._participant})
            over.wait(0.05)
        if item is over:
            return None
        return item

    def close(self) -> None:
        """Leave the rehearsal's clock."""
        self._waits.put(None)
        try:
            self._post("/leave", {"participant": self._participant})
        except ClockUnreachable:
            return  # the sandbox is gone already: there is nothing left to leave
        finally:
            self._pool.clear()

    def _wait_for_ever(self) -> None:
        while (wanted := self._waits.get()) is not None:
            until, over, inbox = wanted
            text = None if until is None else until.isoformat(timespec="microseconds").replace("+00:00", "Z")
            try:
                self._post("/wait", {"participant": self._participant, "until": text}, timeout_s=None)
            except ClockUnreachable as gone:
                over.set()
                inbox.put(gone)
                continue
            over.set()
            inbox.put(over)

    def _post(
        self, path: str, body: dict[str, object], *, timeout_s: float | None = ANSWERS_WITHIN_S
    ) -> dict[str, Any]:
        return self._ask("POST", path, json.dumps(body).encode(), timeout_s=timeout_s)

    def _ask(
        self, verb: str, path: str, body: bytes | None, *, timeout_s: float | None = ANSWERS_WITHIN_S
    ) -> dict[str, Any]:
        import urllib3

        began = time.monotonic()
        try:
            answer = self._pool.request(
                verb,
                self.source + path,
                body=body,
                headers={"Content-Type": "application/json"},
                timeout=timeout_s,
            )
        except urllib3.exceptions.HTTPError as error:
            raise ClockUnreachable(f"the plan's clock {self.source} does not answer", cause=str(error)) from error
        if answer.status != 200:
            raise ClockUnreachable(f"the plan's clock {self.source} answers with status {answer.status}")
        values: dict[str, Any] = json.loads(answer.data)
        told = datetime.fromisoformat(values["now"]) - datetime.fromtimestamp(0, UTC)
        at = _told_at(began, values.get("mono_ns"), time.monotonic())
        with self._lock:
            # Of two answers that come together the later told counts: the clock may have jumped between them.
            if at >= self._told_mono:
                self._told_mono, self._offset = at, told - timedelta(seconds=at)
        return values


def _told_at(began: float, mono_ns: int | None, ended: float) -> float:
    """Return when, on this machine's monotonic clock, an answer told the time: as it says itself, where that can be.

    Whoever tells it stands on this machine, so that its monotonic clock is ours; if it is another one after all, as in
    a virtual machine, the moment at which the answer was here is the best there is.
    """
    said = ended if mono_ns is None else mono_ns / NANOSECONDS_PER_SECOND
    return said if began <= said <= ended else ended
