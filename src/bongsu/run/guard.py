"""The guard's process: it waits for a run to be handed over, hears its heartbeats, and acts when they stop.

It has a ledger, a lock and drivers of its own, and writes a run of its own for every run that it guards.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bongsu import __version__
from bongsu.addresses import LOOPBACK, ListenAt
from bongsu.core.beats import Standing, What
from bongsu.core.events import RunOpened
from bongsu.core.guard_events import Heart, HeartbeatsChanged
from bongsu.core.kinds import NOT_PAGES, RunKind
from bongsu.errors import UsageError
from bongsu.ledger.codec import decode
from bongsu.ledger.snapshots import state_of
from bongsu.run import lock
from bongsu.run.book import Book
from bongsu.run.guard_client import guard_key
from bongsu.run.guard_ear import Ear, Heard
from bongsu.run.guard_watch import Watch, did
from bongsu.run.leaving import HeardElsewhere, Unheard
from bongsu.run.loop import Runner
from bongsu.run.start import admit_doubt
from bongsu.run.wiring import Wiring, open_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bongsu.core.beats import Word
    from bongsu.core.guard_events import Did
    from bongsu.core.plan import GuardSpec, Plan
    from bongsu.core.state import RunState
    from bongsu.ledger._port import Ledger
    from bongsu.run.book import Watcher
    from bongsu.run.clock import Clock
    from bongsu.run.drivers import Drivers
    from bongsu.run.guard_sight import Sight
    from bongsu.run.leaving import Leave, Leaving

PREFIX = "guard-"
LEFT_OPEN = 3


class NoGuardInPlan(UsageError):
    """The plan has no guard."""

    hint = "add a `guard` to the plan, and have it signed off again; docs/plan.md shows one"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardPlace:
    """Where a guard stands: its plan, the folder of its `file:` references, its own ledger, and what it can see."""

    plan: Plan
    plan_bytes: bytes
    folder: Path
    ledger: Ledger
    state: Path
    sight: Sight | None
    listen: ListenAt | None
    """Where it listens, when that is not what the plan's address says."""
    watcher: Callable[[str], Watcher]
    """Given the name of a guard's run, returns what is shown every new line."""
    ready: Callable[[ListenAt], None]
    """Called once it listens."""
    closed: Callable[[str, int], None]
    """Called with the name of each guard's run that has closed, and its exit code."""
    leaving: Leaving = field(default_factory=Unheard)
    """Hears of it when the guard is to end."""


def listen_of(guard: GuardSpec) -> ListenAt:
    """Return where a guard listens by its plan: the port and path of its address, on this machine alone."""
    parts = urlsplit(guard.address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return ListenAt(host=LOOPBACK, port=port, path=parts.path or "/")


class Guard:
    """Stands by until the run that it guards is over, or somebody ends it."""

    def __init__(self, place: GuardPlace) -> None:
        """Look up every secret, so that what is missing shows now; NoGuardInPlan without a guard in the plan."""
        self.place = place
        self.plan = place.plan
        if self.plan.guard is None:
            raise NoGuardInPlan("the plan has no guard")
        self.spec: GuardSpec = self.plan.guard
        self.wiring = Wiring(self.plan, place.folder)
        self._inbox: SimpleQueue[Any] = SimpleQueue()
        self._to: Callable[[Any], None] = self._inbox.put
        self._acted: dict[str, tuple[str, Did]] = {}
        """Run to the guard's run that took it for dead, and what that did."""
        self._code = 0
        self._over = False
        self._left = False

    def serve(self) -> int:
        """Stand by and return the exit code of what was done: 0 when nothing had to be."""
        at = self.place.listen or listen_of(self.spec)
        key = guard_key(self.plan, self.wiring)
        with lock.of_guard(self.place.state, self.plan), closing(open_clock(self.plan, "guard")) as clock:
            ear = Ear(at, key, self._hear)
            ear.open()
            try:
                with self.place.leaving.hears(self._leave):
                    self._stand_by(clock, at)
            except KeyboardInterrupt:
                self._left = True
            finally:
                ear.close()
        guards_still = self._left and self._to != self._inbox.put
        return self._code or (LEFT_OPEN if guards_still else 0)

    def _leave(self, who: Leave) -> None:
        # Kept as well as told to whoever listens: a run that is closed at that moment does not hear it any more.
        self._left = True
        self._to(who)

    def _stand_by(self, clock: Clock, at: ListenAt) -> None:
        self.place.ready(at)
        open_yet = self._remembered()
        if open_yet is not None:
            self._guard(clock, self._book(open_yet))
        while not (self._over or self._left):
            self._wait(clock)

    def _hear(self, heard: Heard) -> None:
        """Hand a word to whoever listens now: this, or the loop of a guard's run."""
        self._to(heard)

    def _wait(self, clock: Clock) -> None:
        """Answer one word while no run is guarded; guard the run that it hands over."""
        heard = clock.wait(None, self._inbox, idle=True)
        if isinstance(heard, BaseException):
            raise heard
        if not isinstance(heard, Heard):
            return
        word = heard.word
        acted = self._acted.get(word.run)
        if word.plan != self.plan.digest:
            # Nor is its end this guard's: the run that it stands by for may be yet to come.
            heard.settle(Standing.OTHER_PLAN)
            return
        if word.what is What.HELLO:
            heard.settle(Standing.STANDING_BY)
        elif acted is not None and word.obeyed != acted[0]:
            heard.settle(Standing.ACTED, guard_run=acted[0], did=acted[1])
        elif word.what is What.ARM:
            book = self._opened(clock, word)
            heard.settle(Standing.STANDING_BY, guard_run=book.run_id)
            self._guard(clock, book)
        else:
            heard.settle(Standing.NOT_ARMED)
        self._over = self._over or word.what is What.CLOSED

    def _opened(self, clock: Clock, word: Word) -> Book:
        """Open a guard's run for the run that was handed over."""
        run_id = self._free_name(word.run)
        book, now = self._book(run_id), clock.now()
        if not any(info.run_id == run_id for info in self.place.ledger.runs(kinds=NOT_PAGES)):
            self.place.ledger.create(run_id, now, kind=RunKind.GUARD)
        book.catch_up()
        book.watched_by(self.place.watcher(run_id))
        if book.state.opened is None:
            book.append(now, "guard", self._opening(run_id, clock), {"plan": self.place.plan_bytes})
        assert book.state.at is not None
        now = max(now, book.state.at)
        armed = HeartbeatsChanged(
            run=word.run, state=Heart.ARMED, phase=word.phase, safe=word.safe, last_at=now, lost=word.lost
        )
        book.append(now, "guard", armed)
        return book

    def _opening(self, run_id: str, clock: Clock) -> RunOpened:
        return RunOpened(
            plan_sha256=self.plan.digest,
            cutover=self.plan.cutover,
            program=f"bongsu {__version__}",
            endpoints=self._endpoints(run_id, clock),
            clock=clock.source,
            go_by="",
            kind=RunKind.GUARD,
        )

    def _endpoints(self, run_id: str, clock: Clock) -> dict[str, str]:
        drivers = self.wiring.drivers(run_id, clock.now)
        drivers.close()
        return dict(drivers.endpoints)

    def _book(self, run_id: str) -> Book:
        return Book(self.plan, self.place.ledger, run_id, self.wiring.redactor)

    def _free_name(self, run: str) -> str:
        """Return a name that is nobody's, or of a guard's run whose process died before the run was handed to it."""
        runs = self.place.ledger.runs(kinds=NOT_PAGES)
        begun = {run_id for run_id, state in self._own_runs() if state.heart is None and state.closed is None}
        taken = {info.run_id for info in runs if info.head.seq and info.run_id not in begun}
        names = (f"{PREFIX}{run}", *(f"{PREFIX}{run}-{number}" for number in range(2, len(taken) + 3)))
        return next(name for name in names if name not in taken)

    def _guard(self, clock: Clock, book: Book) -> None:
        """Guard one run until it is over, or until what its silence asked for is done."""
        with lock.of_run(self.place.state, book.run_id):
            if book.state.opened is None:
                book.catch_up()
                admit_doubt(book, clock.now())
                book.watched_by(self.place.watcher(book.run_id))
            drivers = self.wiring.drivers(book.run_id, clock.now, anew=clock.read)
            try:
                runner, watch = self._runner(clock, book, drivers)
                code = runner.run()
            finally:
                drivers.close()
        if runner.left is not None:
            return
        self._to = self._inbox.put
        self._remember(book.run_id, book.state)
        self._code = self._code or code
        heart = book.state.heart
        self._over = watch.run_is_over or (heart is not None and heart.state is Heart.CLOSED)
        self.place.closed(book.run_id, code)

    def _runner(self, clock: Clock, book: Book, drivers: Drivers) -> tuple[Runner, Watch]:
        made: list[Watch] = []

        def beside(put: Callable[[object], None]) -> Watch:
            self._to = put
            while not self._inbox.empty():
                put(self._inbox.get_nowait())
            made.append(Watch(book, clock, self.place.sight, ways_in=lambda: drivers.listen(runner.deliver)))
            return made[0]

        # People are asked only once the guard acts: two who take presses at one bot would take them from each other.
        runner = Runner(book, _deaf(drivers), clock, beside=beside, leaving=HeardElsewhere(self.place.leaving))
        return runner, made[0]

    def _remembered(self) -> str | None:
        """Take from the ledger what this plan's guard has done before; return its run that is still open."""
        found = None
        for run_id, state in self._own_runs():
            self._remember(run_id, state)
            # One that was never handed over guards nothing: to go on with it would be to refuse the run that comes.
            if state.closed is None and state.heart is not None:
                found = run_id
        return found

    def _own_runs(self) -> Iterator[tuple[str, RunState]]:
        for info in reversed(self.place.ledger.runs(kinds=NOT_PAGES)):
            if not info.run_id.startswith(PREFIX):
                continue
            first = next(iter(self.place.ledger.rows(info.run_id)), None)
            opened = decode(first.line).event if first is not None else None
            if isinstance(opened, RunOpened) and opened.plan_sha256 == self.plan.digest:
                yield info.run_id, state_of(self.place.ledger, info.run_id, self.plan)

    def _remember(self, run_id: str, state: RunState) -> None:
        done = did(state)
        if done is not None and state.closed is not None:
            self._acted[Watch.run_of(state)] = (run_id, done)


def _deaf(drivers: Drivers) -> Drivers:
    return replace(drivers, listen=lambda _deliver: ())
