"""A worker: claims the runs that are due, drives each for as long as something is to be done, and lets it sleep.

A run that waits is a row of the ledger with the time at which it is due, and nothing in this process. Any number of
workers share a ledger: a claim is for a time, and decisions are stored only by whoever holds it. When a worker dies,
another takes its runs over once the claim has run out, and what had begun is in doubt.
"""

from __future__ import annotations

import queue
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.core.kinds import RunKind
from bongsu.errors import LeaseLost, LedgerError, LedgerWriteFailed
from bongsu.run.driving import Driving, Means, text_of
from bongsu.run.effects import Effects
from bongsu.run.term import Terms
from bongsu.run.told import Told
from bongsu.run.wellness import Wellness

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future
    from datetime import datetime

    from bongsu.ledger._port import Lease, Ledger
    from bongsu.run.clock import Clock
    from bongsu.run.perform import Result
    from bongsu.run.served import Served
    from bongsu.run.term import Counts

KINDS = (RunKind.PAGE,)
ATTEMPTS = 5
"""After so many claims in a row that no worker lived to end, a run is parked: it may be what kills them."""
DRIVEN_AT_ONCE = 256
CLAIMED_AT_ONCE = 32
KEPT_FOR = timedelta(seconds=2)
"""A run that is due again so soon, because its chat has had its message of this second, is kept where there is room:
to let it go and claim it anew are two more waits for the disk, and a fold."""
KEPT_MOST = 64
SOON = timedelta(milliseconds=30)
"""The same where there is no room: so long the two would take."""
LOOK_EVERY_S = 0.5
"""How often the ledger is asked for due runs when nothing hints at one: another worker may have made it due."""
AGAIN_AFTER = timedelta(seconds=1)
"""When a run is looked at again that the ledger could not be written for."""
HANDED_BACK_FOR = timedelta(seconds=5)
"""How long a run sleeps that belongs to a plan which this worker does not serve."""
STALE_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much a worker does at once."""

    turns: int = 8
    """Threads that decide and write."""
    effects: int = 32
    """Messages under way."""


class Worker:
    """Drives runs between `start` and `stop`."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        owner: str,
        clock: Clock,
        served: Callable[[str], Served | None],
        ways: Callable[[Served], Mapping[str, tuple[str, str]]],
        tell: Callable[[Told, str, str], None],
        terms: Terms | None = None,
        size: Size | None = None,
    ) -> None:
        """Begin nothing yet.

        Args:
            ledger: where the runs are.
            owner: this process, unlike any other.
            clock: the runs' time.
            served: returns the plan that a run belongs to, None when it is not served here.
            ways: returns what is known of the ways in, by the channels of a plan.
            tell: told of what the ledger does not say.
            terms: for how long a run is claimed at a time, and how long a call may take.
            size: how much is done at once.
        """
        size = size or Size()
        self.ledger = ledger
        self.owner = owner
        self.clock = clock
        self.terms = terms or Terms()
        self._served = served
        self.ways = ways
        self._tell = tell
        self._pool = Effects(size.effects)
        self._means = Means(ledger=ledger, clock=clock, pool=self._pool, terms=self.terms)
        self.precedence, self.pacer = self._means.precedence, self._means.pacer
        self._lock = threading.Lock()
        self._driven: dict[str, Driving] = {}
        self._turns: queue.SimpleQueue[Driving | None] = queue.SimpleQueue()
        self._hint = threading.Event()
        self._stopping = threading.Event()
        self._empty = threading.Event()
        self.when_idle: Callable[[], None] = lambda: None
        """Called when something has been done, and there may be nothing under way any more."""
        self._sleeps_until: datetime | None = None
        self._looked_mono = time.monotonic()
        self.wellness = Wellness(tell, text_of)
        self._threads = [
            threading.Thread(target=self._take_turns, name=f"bongsu-turn-{n}", daemon=True) for n in range(size.turns)
        ]
        self._threads.append(threading.Thread(target=self._look, name="bongsu-due", daemon=True))

    def start(self) -> None:
        """Begin to claim."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, within_s: float = 20.0, waits: Callable[[Sequence[str]], None] = lambda _: None) -> None:
        """Claim nothing more, let what is under way end, and hand every run back; what takes longer is in doubt.

        `waits` is told of what is under way, by run and key, and again when there is less.
        """
        self._stopping.set()
        self._hint.set()
        for driving in list(self._driven.values()):
            driving.leave()
            self._wants_turn(driving)
        until = time.monotonic() + (within_s if self._threads[0].is_alive() else 0.0)
        told: Sequence[str] = ()
        while time.monotonic() < until and self.driven:
            left = sorted(name for driving in list(self._driven.values()) for name in driving.under_way)
            if left and left != told:
                waits(left)
            told = left
            self._wake_due()  # an outcome that the ledger could not take
            self._empty.wait(0.02)
        for _ in self._threads[:-1]:
            self._turns.put(None)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=max(until - time.monotonic(), 0.1))
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def driven(self) -> int:
        """How many runs are in this process at this moment."""
        return len(self._driven)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way, and no thread has a run in hand."""
        under_way = any(driving.queued or driving.in_flight for driving in list(self._driven.values()))
        return self.precedence.free and not under_way

    @property
    def well(self) -> bool:
        """Whether it looks for due runs, and the ledger let itself be read and written when it last tried."""
        return self.wellness.well and time.monotonic() - self._looked_mono < STALE_S

    def aside(self, work: Callable[[], object]) -> None:
        """Have something done that waits for a service and belongs to no run in hand."""
        if not self._stopping.is_set():
            self._pool.submit(work)

    def hint(self, run_id: str) -> None:
        """Look at once: a run has been added to."""
        driving = self._driven.get(run_id)
        if driving is not None:
            self._wants_turn(driving)
        self._hint.set()

    def made(self, lease: Lease, served: Served, *, asked: Counts) -> Driving:
        """Return a run that was claimed for this worker, not yet driven; `asked` as in `Driving`."""
        return Driving(self._means, served, lease.run_id, lease=lease, asked=asked, done=self._ended)

    def unborn(self, run_id: str, served: Served) -> Driving:
        """Return a run that no ledger holds yet, to be drafted and then adopted."""
        return Driving(self._means, served, run_id, lease=None, asked=self.terms.counts(), done=self._ended)

    def adopt(self, driving: Driving, lease: Lease, until: datetime | None) -> None:
        """Drive a run whose draft is stored: begin at once what it asked for, and look again at `until`."""
        with self._lock:
            self._driven[driving.run_id] = driving
            driving.queued = True  # in this thread's hands
        driving.start(lease)
        if driving.in_flight:
            driving.wake = until
        else:
            driving.again = True
        self._turned(driving)
        if until is not None:
            self._soon(until)

    def drive(self, driving: Driving) -> None:
        """Drive a run from now on."""
        with self._lock:
            self._driven[driving.run_id] = driving
        self._wants_turn(driving)

    def _look(self) -> None:
        """Claim what is due, keep what is driven, and sleep until the next is due; until the worker stops."""
        while not self._stopping.is_set():
            self._hint.clear()
            self.precedence.let_pass()
            try:
                self._wake_due()
                self._keep()
                more = self._claim()
                due = self._wait_s(more=more)
                self.wellness.prove(lambda: self.ledger.hold(f"well {self.owner}", self.owner, self.terms.lease_for))
            except LedgerError as error:
                self.wellness.troubled(error, self.wellness.proofs)  # nobody else proves anything
                due = LOOK_EVERY_S
            self._looked_mono = time.monotonic()
            if due > 0:
                self._hint.wait(due)

    def _wake_due(self) -> None:
        """Have the runs looked at again that asked for it by now."""
        now = self.clock.now()
        for driving in list(self._driven.values()):
            if driving.wake is not None and driving.wake <= now:
                driving.wake = None
                self._wants_turn(driving)

    def _keep(self) -> None:
        """Renew the leases that have a third behind them."""
        for driving in list(self._driven.values()):
            if driving.right.remaining_s() < self.terms.lease_for.total_seconds() * 2 / 3:
                try:
                    driving.right.renew()
                except LeaseLost:
                    self._pass_on(driving)

    def _claim(self) -> bool:
        """Claim due runs; return whether there may be more."""
        room = min(DRIVEN_AT_ONCE - len(self._driven), CLAIMED_AT_ONCE)
        due = self.ledger.next_due(kinds=KINDS)
        self._sleeps_until = due
        if room <= 0 or due is None or due > self.ledger.now():
            return False
        asked = self.terms.counts()
        leases = self.ledger.claim(self.owner, lease_for=self.terms.lease_for, limit=room, kinds=KINDS)
        for lease in leases:
            self._take_up(lease, asked)
        return len(leases) == room

    def _take_up(self, lease: Lease, asked: Counts) -> None:
        try:
            if lease.attempts >= ATTEMPTS:
                self._park(lease, f"{lease.attempts} claims of it in a row ended with the process that held them")
                return
            served = self._served(lease.run_id)
            if served is not None:
                self.drive(self.made(lease, served, asked=asked))
                return
            self._tell(Told.NOT_SERVED, lease.run_id, "")
            later = self.ledger.now() + HANDED_BACK_FOR
            self.ledger.release(lease, due_at=later, seen=self.ledger.head(lease.run_id))
        except LeaseLost:
            return  # as short as a lease may be, it was over before it began
        except LedgerWriteFailed:
            raise
        except Exception as error:  # noqa: BLE001 - one run that cannot be read must not stop the others
            self._park(lease, text_of(error))

    def _wait_s(self, *, more: bool) -> float:
        if more:
            return 0.0
        now = self.clock.now()
        wakes = [driving.wake for driving in list(self._driven.values()) if driving.wake is not None]
        due = self._sleeps_until
        if due is not None and len(self._driven) < DRIVEN_AT_ONCE:
            wakes.append(now + (due - self.ledger.now()))
        soonest = min(wakes, default=None)
        return LOOK_EVERY_S if soonest is None else min(max((soonest - now).total_seconds(), 0.0), LOOK_EVERY_S)

    def _wants_turn(self, driving: Driving) -> None:
        with self._lock:
            if driving.queued:
                driving.again = True  # what it is wanted for may have come after this turn looked
                return
            driving.queued = True
        self._turns.put(driving)

    def _ended(self, driving: Driving, future: Future[Result]) -> None:
        """Take note that an effect has ended, on the thread that performed it."""
        driving.inbox.append(future)
        self._wants_turn(driving)

    def _take_turns(self) -> None:
        while (driving := self._turns.get()) is not None:
            self.precedence.let_pass()
            self._turn(driving)
            self._turned(driving)

    def _turned(self, driving: Driving) -> None:
        """Let a run out of this thread's hands."""
        self.when_idle()
        with self._lock:
            driving.queued, again, driving.again = False, driving.again, False
        if again:
            self._wants_turn(driving)

    def _turn(self, driving: Driving) -> None:
        if driving.over:
            self._take_late(driving)
            return
        proofs = self.wellness.proofs
        try:
            while driving.inbox:
                driving.take(driving.inbox[0])
                driving.inbox.popleft()
            if not self._stopping.is_set():
                self._rest(driving, driving.turn(self.ways(driving.served)))
            elif not driving.in_flight:
                # Whoever is left has it at once.
                driving.let_go(self.ledger.now())
                self._forget(driving)
        except LeaseLost:
            self._pass_on(driving)
        except LedgerWriteFailed as error:
            self.wellness.troubled(error, proofs)
            driving.wake = self.clock.now() + AGAIN_AFTER
        except Exception as error:  # noqa: BLE001 - a bug that one run brings to light must not stop the others
            self._fault(driving, error)

    def _rest(self, driving: Driving, until: datetime | None) -> None:
        """Let a run go that has nothing under way, until it is due again."""
        state = driving.book.state
        now = self.clock.now()
        soon = until is not None and until - now < (KEPT_FOR if self.driven <= KEPT_MOST else SOON)
        if driving.in_flight or soon:
            driving.wake = until
            if until is not None:
                self._soon(until)
            return
        driving.let_go(None if until is None else self.ledger.now() + (until - now))
        self._forget(driving)
        if state.closed is not None:
            self._tell(Told.CLOSED, driving.run_id, str(state.closed.why))
        elif until is not None:
            self._soon(until)

    def _soon(self, until: datetime) -> None:
        """Wake the thread that looks, when it would sleep too long."""
        sleeps = self._sleeps_until
        if (until - self.clock.now()).total_seconds() < LOOK_EVERY_S and (sleeps is None or until < sleeps):
            self._hint.set()

    def _forget(self, driving: Driving) -> None:
        driving.over = True
        with self._lock:
            if self._driven.get(driving.run_id) is driving:
                del self._driven[driving.run_id]
        if not self._driven:
            self._empty.set()
        if len(self._driven) >= DRIVEN_AT_ONCE - CLAIMED_AT_ONCE:
            self._hint.set()

    def _pass_on(self, driving: Driving) -> None:
        """Stop driving a run that another process has taken over; what is still under way is recorded when it ends."""
        self._forget(driving)
        self._wants_turn(driving)  # an outcome may wait that the ledger could not take
        self._tell(Told.PASSED_ON, driving.run_id, "")

    def _take_late(self, driving: Driving) -> None:
        while driving.inbox:
            with suppress(IndexError):
                future = driving.inbox.popleft()
                proofs = self.wellness.proofs
                try:
                    driving.take_late(future)
                except LedgerError as error:
                    self.wellness.troubled(error, proofs)
                except Exception as error:  # noqa: BLE001 - as in `_turn`
                    self._tell(Told.FAULT, driving.run_id, driving.served.redactor.clean_text(text_of(error)))

    def _fault(self, driving: Driving, error: Exception) -> None:
        driving.break_off()
        self._forget(driving)
        reason = driving.served.redactor.clean_text(text_of(error))
        self._tell(Told.FAULT, driving.run_id, reason)
        self._park(driving.lease, reason)
        with suppress(Exception):
            driving.keep_anew()

    def _park(self, lease: Lease, reason: str) -> None:
        with suppress(LedgerError):
            self.ledger.park(lease, reason)
        self._tell(Told.PARKED, lease.run_id, reason)
