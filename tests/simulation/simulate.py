"""One simulated run, from its opening to its end, through crashes, full disks and orders from other processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bongsu.core.chain import Head
from bongsu.core.events import OperatorAsked, Order, Phase, RunOpened
from bongsu.core.kinds import Raised, RunKind
from bongsu.core.state import RunState
from bongsu.errors import LedgerWriteFailed
from bongsu.inbound._port import PressReceived
from bongsu.ledger._port import Entry, Row, RunInfo
from bongsu.ledger.memory import MemoryLedger
from bongsu.run.book import Book
from bongsu.run.drivers import Drivers
from bongsu.run.keeper import Keeper
from bongsu.run.loop import Handover, LedgerMoved, Runner
from bongsu.run.start import admit_doubt
from tests.simulation.fates import Fates
from tests.simulation.outside import RUN, Outside, SimChannel
from tests.simulation.plan import plan_of
from tests.simulation.time import SECOND_US, SimClock, SimPool, Timeline

PROCESSES_MOST = 40
NEVER = 1_000_000
READINGS = ("alarms", "invocations", "target_rule", "legacy_rule", "sent_message")


class PowerCutError(BaseException):
    """The process ends here, at once: nothing catches it but the simulation."""


class Plain:
    """A cleaner for what holds no secret."""

    def clean(self, data: bytes) -> bytes:
        """Return the bytes."""
        return data


@dataclass(slots=True)
class FaultyLedger:
    """The ledger in memory, with the power cut around an append, and a disk that is full for one."""

    inner: MemoryLedger
    fates: Fates
    counting: bool = True

    def append(self, run_id: str, after: Head, entries: Sequence[Entry], **how: Any) -> tuple[Row, ...]:
        """Store the entries, unless it goes wrong."""
        fault = self.fates.next("append")[1] if self.counting else ""
        if fault == "crash_before":
            raise PowerCutError
        if fault == "disk_full":
            raise LedgerWriteFailed("the ledger could not be written", cause="database or disk is full")
        rows = self.inner.append(run_id, after, entries, **how)
        if fault == "crash_after":
            raise PowerCutError
        return rows

    def create(self, run_id: str, opened_at: datetime) -> None:
        """Make room for a run."""
        self.inner.create(run_id, opened_at)

    def rows(self, run_id: str, after_seq: int = 0) -> Iterator[Row]:
        """Yield the stored lines."""
        return self.inner.rows(run_id, after_seq)

    def head(self, run_id: str) -> Head:
        """Return the newest link."""
        return self.inner.head(run_id)

    def blob(self, digest: str) -> bytes:
        """Return a stored blob."""
        return self.inner.blob(digest)

    def snapshot(self, run_id: str, at: Head, fold: bytes, *, program: str) -> None:
        """Keep a fold of the run."""
        self.inner.snapshot(run_id, at, fold, program=program)

    def latest_snapshot(self, run_id: str, *, program: str) -> tuple[Head, bytes] | None:
        """Return the fold that was kept."""
        return self.inner.latest_snapshot(run_id, program=program)

    def runs(self) -> Sequence[RunInfo]:
        """Return every run."""
        return self.inner.runs()

    def close(self) -> None:
        """Do nothing."""


@dataclass(slots=True)
class Told:
    """What a simulated run left: its ledger, the truth about the world, and how it stood at the end."""

    seed: int
    fates: Fates
    outside: Outside
    ledger: MemoryLedger
    state: RunState
    processes: int


class Simulation:
    """Drives one run to its end, starting a new process whenever one has ended."""

    def __init__(
        self,
        seed: int,
        *,
        only: frozenset[tuple[str, int]] | None = None,
        kind: RunKind = RunKind.CUTOVER,
        snapshots_every: int = NEVER,
    ) -> None:
        self.kind = kind
        self.snapshots_every = snapshots_every
        self.fates = Fates(seed, only)
        self.timeline = Timeline(self.fates)
        self.plan = plan_of(self.fates, kind)
        self.outside = Outside(self.plan, self.fates, self.timeline, kind)
        self.outside.press = self._press
        self.outside.enabling = self._order_at_the_switch
        salts = iter(range(1, 1_000_000))
        self.ledger = FaultyLedger(MemoryLedger(salt=lambda: f"{next(salts):032x}"), self.fates)
        self.clock = SimClock(self.timeline)
        self.runner: Runner | None = None
        self.handed: list[tuple[PressReceived, Handover]] = []
        self.processes = 0
        self.held = 0
        self.last: Told

    def run(self, watcher: Callable[[Any, RunState], None] | None = None) -> Told:
        """Return what the run left. `watcher` sees every new line with the state after it."""
        self.ledger.create(RUN, self.clock.now())
        self._order_by_chance()
        while True:
            self.processes += 1
            assert self.processes < PROCESSES_MOST, "the run is resumed for ever"
            book = self._book(watcher)
            if self._process(book) and book.state.closed is not None:
                self.last = Told(
                    seed=self.fates.seed,
                    fates=self.fates,
                    outside=self.outside,
                    ledger=self.ledger.inner,
                    state=book.state,
                    processes=self.processes,
                )
                return self.last
            self._meanwhile(self._away_s() * SECOND_US)

    def _away_s(self) -> int:
        """How long nobody resumes the run: mostly seconds, and now and then longer than a message is tried for."""
        if self.fates.one_in("away past the window", self.processes, 12):
            return 3600 + self.fates.between("away", self.processes, 0, 1800)
        long = self.fates.one_in("away for long", self.processes, 6)
        return self.fates.between("away", self.processes, *((120, 1200) if long else (1, 90)))

    def _book(self, watcher: Callable[[Any, RunState], None] | None) -> Book:
        every = self.snapshots_every
        keeper = Keeper(self.ledger, RUN, every=every, worth=every, aside=lambda write: write())
        book = Book(self.plan, self.ledger, RUN, Plain(), keeper=keeper)
        if watcher is not None:
            book.watched_by(watcher)
        return book

    def _process(self, book: Book) -> bool:
        """Start or resume the run in a process of its own; return whether it ended by itself."""
        pool = SimPool(self.timeline)
        self.outside.pool = pool
        self.runner = Runner(book, self._drivers(), self.clock, pool=pool, looks_for_orders=False)
        try:
            book.catch_up()
            if book.state.opened is None:
                book.append(self.clock.now(), "captain:james", self._opened())
            if book.state.closed is not None:
                return True  # the process ended right after the last line; `resume` refuses such a run
            admit_doubt(book, self.clock.now())
            if book.state.phase is Phase.HELD:
                self._have_it_go_on(book)
            self.runner.run()
        except (PowerCutError, LedgerWriteFailed):
            return False
        finally:
            pool.shutdown()
            self.runner = None
            self._deliver_again()
        return True

    def _opened(self) -> RunOpened:
        matter = Raised(summary="the disk of db-1 is full", policy="critical")
        return RunOpened(
            plan_sha256="0" * 64,
            cutover="Simulated",
            program="bongsu",
            endpoints={},
            clock="x",
            go_by="james",
            kind=self.kind,
            raised=matter if self.kind is RunKind.PAGE else None,
        )

    def _have_it_go_on(self, book: Book) -> None:
        self.held += 1
        self._looked_after_by_hand()
        on = self.held < 4 and not self.fates.one_in("held", self.held, 3)
        order = OperatorAsked(order=Order.GO_ON if on else Order.ROLL_BACK, by="james")
        book.append(self.clock.now(), "operator:james", order)

    def _looked_after_by_hand(self) -> None:
        """Have somebody, now and then, put a rule back by hand while the run is held."""
        by_hand = self.fates.between("by hand", self.held, 0, 5)
        if by_hand == 0:
            self.outside.off_by_hand()
        elif by_hand == 1:
            self.outside.rules["legacy"] = "ENABLED"

    def _meanwhile(self, for_us: int) -> None:
        """Let the world go on while no process drives the run."""
        until = self.timeline.now_us + for_us
        while self.timeline.coming and self.timeline.coming[0][0] <= until:
            self.timeline.to_next()
        self.timeline.now_us = until

    def _drivers(self) -> Drivers:
        channels = {spec.name: SimChannel(self.outside, spec.name, spec.kind) for spec in self.plan.channels.values()}
        return Drivers(
            channels=channels,
            probes=dict.fromkeys(READINGS, self.outside),
            target=self.outside if self.kind is RunKind.CUTOVER else None,
            cleaner=Plain(),
            endpoints={},
            listen=lambda _deliver: (),
        )

    def _press(self, press: PressReceived) -> None:
        if self.runner is None:
            # The service keeps it, or the person tries again.
            self.timeline.after(5 * SECOND_US, lambda: self._press(press))
        else:
            self.handed.append((press, self.runner.hand_over(press)))

    def _deliver_again(self) -> None:
        """Have the services deliver once more what was not recorded before the process ended."""
        lost = [press for press, handover in self.handed if not handover.recorded]
        self.handed = []
        for press in lost:
            self.timeline.after(5 * SECOND_US, lambda press=press: self._press(press))

    def _order_by_chance(self) -> None:
        if not self.fates.one_in("order", 0, 8):
            return
        orders = (Order.ROLL_BACK, Order.HOLD)
        if self.kind is not RunKind.CUTOVER:
            orders = (Order.ACKNOWLEDGE, (Order.HOLD, Order.CLEAR)[self.fates.between("order", 3, 0, 1)])
        order = orders[self.fates.between("order", 1, 0, 1)]
        within_s = 4000 if self.kind is RunKind.CUTOVER else 600
        self.timeline.after(self.fates.between("order", 2, 1, within_s) * SECOND_US, lambda: self._orders(order))

    def _order_at_the_switch(self) -> None:
        """Give an order, in some runs, while the answer to the enabling is awaited, or soon after."""
        if self.fates.one_in("order at the switch", 0, 8):
            order = (Order.ROLL_BACK, Order.HOLD)[self.fates.between("order at the switch", 1, 0, 1)]
            after_us = self.fates.between("order at the switch", 2, 0, 400) * SECOND_US // 20
            self.timeline.after(after_us, lambda: self._orders(order))

    def _orders(self, order: Order) -> None:
        """Give an order, and now and then another one with it, from another terminal at the same moment."""
        self._order(order)
        if self.kind is RunKind.CUTOVER and self.fates.one_in("second order", 0, 3):
            self._order(Order.HOLD if order is Order.ROLL_BACK else Order.ROLL_BACK)

    def _order(self, order: Order) -> None:
        """Give an order from another process: it adds to the ledger, and whoever drives the run sees it move."""
        book = Book(self.plan, self.ledger.inner, RUN, Plain())
        book.catch_up()
        if book.state.opened is None or book.state.closed is not None:
            return
        at = max(self.clock.now(), book.state.at or self.clock.now())
        book.append(at, "operator:on_call", OperatorAsked(order=order, by="on_call"))
        if self.runner is not None:
            self.runner.note(LedgerMoved())
