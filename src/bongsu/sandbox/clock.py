"""The clock of a rehearsal: wall speed while anything is in flight, else a jump to the next deadline.

Somebody who sits in front of it may have it do otherwise while nothing is in flight: go on at wall speed, or stand.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

NANOSECONDS_PER_SECOND = 1_000_000_000
Idle = Literal["jump", "wall", "still"]


class Hold:
    """A reason to stay at wall speed; ends by `release()`, by leaving a `with`, or when it expires."""

    __slots__ = ("_give_back", "why")

    def __init__(self, give_back: Callable[[Hold], None], why: str) -> None:
        self._give_back = give_back
        self.why = why

    def release(self) -> None:
        """Let the clock jump again as far as this hold is concerned; a second call does nothing."""
        self._give_back(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class Timer:
    """An action due at an instant of the sandbox clock."""

    __slots__ = ("_take_out", "action", "when", "why")

    def __init__(
        self, take_out: Callable[[Timer], None], when: datetime, action: Callable[[], None], *, why: str
    ) -> None:
        self._take_out = take_out
        self.when = when
        self.action = action
        self.why = why

    def cancel(self) -> None:
        """Keep the action from running; does nothing once it has started."""
        self._take_out(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """What somebody waits for: the instant, and whose it is."""

    when: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The clock at one moment: `rate` is what passes on it in a second of wall time, `ahead` what comes next."""

    now: datetime
    rate: Decimal
    idle: Idle
    held_by: tuple[str, ...]
    participants: tuple[str, ...]
    ahead: tuple[Deadline, ...]
    skipping_to: datetime | None


@dataclass(slots=True, kw_only=True)
class _Participant:
    name: str
    waiting: bool = False
    until: datetime | None = None
    woken: bool = False
    turn: int = 0
    busy_calls: int = 0


class SandboxClock:
    """Virtual time shared by all imitated services and by the programs that take part in the rehearsal."""

    def __init__(self, start: datetime, *, pace: Decimal | None = None) -> None:
        """Begin at `start` (aware); `pace` limits a jump, in virtual seconds per wall second."""
        if start.tzinfo is None:
            raise ValueError("the sandbox clock needs an aware start, give it a time zone")
        if pace is not None and pace < 1:
            raise ValueError(f"pace '{pace}' is below 1 virtual second per wall second, raise it")
        self._pace = pace
        self._idle_way: Idle = "jump"
        self._skip_to: datetime | None = None
        self._changed = threading.Condition(threading.RLock())
        self._base = start.astimezone(UTC)
        self._base_ns = time.monotonic_ns()
        self._rate = Decimal(1)
        self._ceiling: datetime | None = None
        self._holds: dict[Hold, int | None] = {}
        self._timers: list[tuple[datetime, int, Timer]] = []
        self._order = itertools.count()
        self._participants: dict[str, _Participant] = {}
        self._names = itertools.count(1)
        self._running = 0
        self._stopped = False
        self._thread: threading.Thread | None = None

    def now(self) -> datetime:
        """Return the sandbox's time, aware UTC to the microsecond; it never goes back."""
        with self._changed:
            return self._now()

    def stamp(self) -> tuple[datetime, int]:
        """Return the time and what the machine's monotonic clock shows then: an answer may be long on its way."""
        with self._changed:
            at_ns = time.monotonic_ns()
            return self._now(at_ns), at_ns

    def hold(self, why: str, *, wall_s_max: int | None = None) -> Hold:
        """Keep the clock at wall speed until released, or for at most `wall_s_max` seconds of wall time."""
        held = Hold(self._release, why)
        expires_ns = None if wall_s_max is None else time.monotonic_ns() + wall_s_max * NANOSECONDS_PER_SECOND
        with self._changed:
            self._holds[held] = expires_ns
            self._settle()
        return held

    def at(self, when: datetime, action: Callable[[], None], *, why: str) -> Timer:
        """Run `action` on the clock's own thread at `when`; the clock stays at wall speed while it runs."""
        timer = Timer(self._cancel, when.astimezone(UTC), action, why=why)
        with self._changed:
            heapq.heappush(self._timers, (timer.when, next(self._order), timer))
            self._settle()
        return timer

    def after(self, delay: timedelta, action: Callable[[], None], *, why: str) -> Timer:
        """Run `action` once `delay` has passed on this clock; as `at`."""
        with self._changed:
            return self.at(self._now() + delay, action, why=why)

    def join(self, name: str) -> str:
        """Return the id of a new participant, busy until it waits.

        It takes the place of an earlier one of the same name: a killed process that starts again must not leave
        behind a participant that is busy for ever.
        """
        with self._changed:
            for earlier in [key for key, one in self._participants.items() if one.name == name]:
                self.leave(earlier)
            participant_id = f"{name}-{next(self._names)}"
            self._participants[participant_id] = _Participant(name=name)
            self._settle()
            return participant_id

    def leave(self, participant: str) -> None:
        """Take a participant out: the clock no longer asks whether it is idle, and its wait returns."""
        with self._changed:
            gone = self._participants.pop(participant, None)
            if gone is not None:
                gone.turn += 1
            self._settle()

    def wait(self, participant: str, until: datetime | None, *, busy_calls_seen: int | None = None) -> datetime:
        """Block until the clock reaches `until` or `busy(participant)` is called; return the time.

        `busy_calls_seen` closes the race between "nothing to do" and the wait: when more calls of `busy` than
        that have been made, the wait returns at once. A later wait of a participant ends its earlier one.
        """
        with self._changed:
            person = self._known(participant)
            person.turn += 1
            turn = person.turn
            person.woken = busy_calls_seen is not None and person.busy_calls > busy_calls_seen
            person.until = until.astimezone(UTC) if until is not None else None
            person.waiting = not person.woken and not self._reached(person)
            self._settle()
            while person.waiting and person.turn == turn and not self._stopped:
                self._changed.wait(self._wall_s_until(person.until))
                if person.turn == turn and self._reached(person):
                    person.waiting = False
                    self._settle()
            return self._now()

    def busy(self, participant: str) -> datetime:
        """Wake the participant's wait, if it has one, and return the time."""
        with self._changed:
            person = self._known(participant)
            person.busy_calls += 1
            if person.waiting:
                person.waiting = False
                person.woken = True
                self._settle()
            return self._now()

    def was_woken(self, participant: str) -> bool:
        """Return whether the participant's last wait ended by `busy` and not by its deadline."""
        with self._changed:
            return self._known(participant).woken

    def busy_calls(self, participant: str) -> int:
        """Return how often `busy` has been called for the participant."""
        with self._changed:
            return self._known(participant).busy_calls

    def held_by(self) -> list[str]:
        """Return why the clock runs at wall speed now: its holds, and the participants that are busy."""
        with self._changed:
            busy = [f"busy: {name}" for name, one in self._participants.items() if not one.waiting]
            return [held.why for held in self._holds] + busy

    def steer(self, idle: Idle) -> None:
        """Say what the clock does while nothing is in flight: jump, go on at wall speed, or stand still."""
        with self._changed:
            self._idle_way = idle
            self._settle()

    def skip(self) -> datetime | None:
        """Jump to the next deadline as soon as nothing is in flight; return that deadline, None when there is none."""
        with self._changed:
            target = self._next_deadline()
            self._skip_to = target if self._participants else None
            self._settle()
            return self._skip_to

    def stop_skipping(self) -> None:
        """Forget a skip that has not got to its deadline."""
        with self._changed:
            self._skip_to = None
            self._settle()

    def reading(self) -> Reading:
        """Return the time, the speed and its reasons, and every deadline that is known, in order."""
        with self._changed:
            ahead = [Deadline(when=when, why=timer.why) for when, _, timer in self._timers]
            ahead += [
                Deadline(when=one.until, why=f"{one.name} looks again")
                for one in self._participants.values()
                if one.until is not None and one.waiting
            ]
            return Reading(
                now=self._now(),
                rate=self._rate,
                idle=self._idle_way,
                held_by=tuple(self.held_by()),
                participants=tuple(one.name for one in self._participants.values()),
                ahead=tuple(sorted(ahead, key=lambda one: (one.when, one.why))),
                skipping_to=self._skip_to,
            )

    def start_thread(self) -> None:
        """Start the thread that runs timers."""
        self._thread = threading.Thread(target=self._run, name="sandbox-clock", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the clock's thread and every wait."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    # Everything below is called with the condition's lock held.

    def _now(self, at_ns: int | None = None) -> datetime:
        passed_us = ((time.monotonic_ns() if at_ns is None else at_ns) - self._base_ns) // 1000
        now = self._base + timedelta(microseconds=int(passed_us * self._rate))
        return now if self._ceiling is None else min(now, self._ceiling)

    def _known(self, participant: str) -> _Participant:
        try:
            return self._participants[participant]
        except KeyError:
            raise KeyError(f"participant {participant!r} has not joined the clock") from None

    def _reached(self, person: _Participant) -> bool:
        return person.until is not None and person.until <= self._now()

    def _rebase(self, *, at: datetime, at_ns: int, rate: Decimal, ceiling: datetime | None) -> None:
        self._base = at
        # What is less than a microsecond is carried on: hundreds of changes in a second would else slow the clock.
        self._base_ns = at_ns - (at_ns - self._base_ns) % 1000
        self._rate = rate
        self._ceiling = ceiling

    def _idle(self, now: datetime) -> bool:
        if self._holds or self._running:
            return False
        if self._timers and self._timers[0][0] <= now:
            return False
        return all(one.waiting for one in self._participants.values())

    def _settle(self) -> None:
        """Choose the speed that the present state allows, and jump if it may."""
        at_ns = time.monotonic_ns()
        now = self._now(at_ns)
        if self._skip_to is not None and self._skip_to <= now:
            self._skip_to = None
        idle = self._idle(now)
        target = self._jump_to() if idle else None
        if target is None:
            still = idle and self._idle_way == "still"
            self._rebase(at=now, at_ns=at_ns, rate=Decimal(0) if still else Decimal(1), ceiling=None)
        elif self._pace is None or self._skip_to is not None:
            self._rebase(at=max(now, target), at_ns=at_ns, rate=Decimal(1), ceiling=None)
        else:
            self._rebase(at=now, at_ns=at_ns, rate=self._pace, ceiling=max(now, target))
        for person in self._participants.values():
            # A deadline reached makes its owner busy at once: the clock must not jump on before it wakes.
            if person.waiting and self._reached(person):
                person.waiting = False
        self._changed.notify_all()

    def _jump_to(self) -> datetime | None:
        """Return where the clock may go at once; None without participants, who alone can say that they wait."""
        target = self._next_deadline()
        if target is None or not self._participants:
            return None
        if self._skip_to is not None:
            return min(target, self._skip_to)
        return target if self._idle_way == "jump" else None

    def _next_deadline(self) -> datetime | None:
        untils = [one.until for one in self._participants.values() if one.until is not None]
        if self._timers:
            untils.append(self._timers[0][0])
        return min(untils, default=None)

    def _wall_s_until(self, when: datetime | None) -> float | None:
        if when is None or not self._rate:
            return None
        return max((when - self._now()) / timedelta(seconds=1) / float(self._rate), 0)

    def _release(self, held: Hold) -> None:
        with self._changed:
            if held in self._holds:
                del self._holds[held]
                self._settle()

    def _cancel(self, timer: Timer) -> None:
        with self._changed:
            self._timers = [entry for entry in self._timers if entry[2] is not timer]
            heapq.heapify(self._timers)
            self._settle()

    def _run(self) -> None:
        while True:
            with self._changed:
                timer = self._take_due()
                while timer is None and not self._stopped:
                    self._changed.wait(self._wall_s_until_work())
                    self._drop_expired_holds()
                    timer = self._take_due()
                if self._stopped or timer is None:
                    return
                self._running += 1
            try:
                timer.action()
            finally:
                with self._changed:
                    self._running -= 1
                    self._settle()

    def _take_due(self) -> Timer | None:
        if self._timers and self._timers[0][0] <= self._now():
            return heapq.heappop(self._timers)[2]
        return None

    def _wall_s_until_work(self) -> float | None:
        waits = [] if not self._timers else [self._wall_s_until(self._timers[0][0])]
        now_ns = time.monotonic_ns()
        waits += [
            max(expires_ns - now_ns, 0) / NANOSECONDS_PER_SECOND
            for expires_ns in self._holds.values()
            if expires_ns is not None
        ]
        return min((wait for wait in waits if wait is not None), default=None)

    def _drop_expired_holds(self) -> None:
        now_ns = time.monotonic_ns()
        expired = [held for held, at_ns in self._holds.items() if at_ns is not None and at_ns <= now_ns]
        for held in expired:
            del self._holds[held]
        if expired:
            self._settle()
