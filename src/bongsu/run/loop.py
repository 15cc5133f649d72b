"""The run loop: fold, decide, perform, wait. It knows no rule of its own about what must happen next."""

from __future__ import annotations

import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

from bongsu.core.events import Phase, SendEnded, SwitchEnded
from bongsu.errors import LeaseLost, LedgerConflict, LedgerError
from bongsu.inbound._port import ListeningChange, PressReceived
from bongsu.run.acting import Acting
from bongsu.run.effects import Effects
from bongsu.run.latecomers import tell_closed
from bongsu.run.leaving import Leave, Leaving, Unheard

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from datetime import datetime

    from bongsu.core.actions import Action
    from bongsu.run.book import Book
    from bongsu.run.clock import Clock
    from bongsu.run.drivers import Drivers
    from bongsu.run.perform import Result

    Together = Callable[[Callable[[object], None]], "Beside | None"]

EFFECTS_AT_ONCE = 8
HELD_EXIT_CODE = 3
"""A held run waits for an order that comes with another command; nothing is left for this process to do."""
ORDERS_EVERY_S = 0.5
"""How often the ledger is looked at for what other processes added, in seconds of this machine's clock."""
RECORD_WITHIN_S = 30.0
"""How long an inbound thread waits for its press to be recorded before it leaves it unconfirmed."""


class LedgerMoved:
    """Says that the ledger holds lines which another process added."""


class Beside(Protocol):
    """What goes round with a run's loop, in its thread: the run's side of its guard, or a guard's own ear."""

    @property
    def busy(self) -> bool:
        """Whether something of it is under way, so that a rehearsal's clock must not jump."""
        ...

    def turn(self, now: datetime) -> datetime | None:
        """Do what is due when the loop comes round; return when it must come round again."""
        ...

    def takes(self, item: object) -> bool:
        """Take an item of the inbox that is for it; return whether it was."""
        ...

    def admits(self, action: Action) -> bool:
        """Return whether the action may be performed now; False when something was recorded: it is decided anew."""
        ...

    def leave(self, *, closed: bool) -> None:
        """Take leave: the run is over, or somebody leaves it on purpose."""
        ...

    def stop(self) -> None:
        """End every thread of it."""
        ...


class Handover:
    """A received fact on its way into the ledger, and the inbound thread that waits for it to be there."""

    def __init__(self, received: PressReceived | ListeningChange) -> None:
        self.received = received
        self.recorded = False
        self._settled = threading.Event()

    def settle(self, *, recorded: bool) -> None:
        """Let the inbound thread go on, with what came of it."""
        self.recorded = recorded
        self._settled.set()

    def wait(self) -> bool:
        """Return whether the ledger holds the fact."""
        return self._settled.wait(RECORD_WITHIN_S) and self.recorded


class Runner:
    """Drives one run to its end, or until it is told to leave."""

    def __init__(
        self,
        book: Book,
        drivers: Drivers,
        clock: Clock,
        *,
        pool: Executor | None = None,
        looks_for_orders: bool = True,
        beside: Together | None = None,
        leaving: Leaving | None = None,
    ) -> None:
        """`pool` runs the effects (default: threads). Without `looks_for_orders` no other process adds to the run.

        `beside` returns what goes round with the loop, given where it puts what the loop is to take to it; `leaving`
        hears of it when the run is to be left.
        """
        self.book = book
        self.drivers = drivers
        self.clock = clock
        self._looks_for_orders = looks_for_orders
        self._inbox: SimpleQueue[Any] = SimpleQueue()
        self._opening: set[str] = set()
        self._over = threading.Event()
        self._beside = beside(self._inbox.put) if beside is not None else None
        admits = self._beside.admits if self._beside is not None else lambda _: True
        self._acting = Acting(book, drivers, clock, self._begin, admits=admits)
        self._pool = pool or Effects(EFFECTS_AT_ONCE)
        self._leaving = leaving or Unheard()
        self.left: Leave | None = None
        """Who had the run left, once it is to be."""

    def run(self) -> int:
        """Drive the run until it is closed, or left, and return its exit code.

        Raises:
            KeyboardInterrupt: it was left at once; what was under way has no outcome.
            LeaseLost: another process drives the run now.
            LedgerError: the ledger could not be read or written.
        """
        with self._leaving.hears(self._inbox.put):
            return self._run()

    def _run(self) -> int:
        inbounds, at_once = self.drivers.listen(self.deliver), False
        if self._looks_for_orders:
            threading.Thread(target=self._watch_ledger, name="bongsu-orders", daemon=True).start()
        try:
            self._opening = {inbound.channel for inbound in inbounds}
            for inbound in inbounds:
                inbound.start()
            if self.book.tenure is not None:
                self.book.tenure.when_lost(self._inbox.put)
            return self._go_round()
        except KeyboardInterrupt:
            # Nobody waits for what is under way, and nobody will say how it ended.
            at_once = True
            self._pool.shutdown(wait=False, cancel_futures=True)
            if self.left is not Leave.SYSTEM:
                self._leave(HELD_EXIT_CODE)
            raise
        except LedgerConflict:
            # A fact met the line that ends the run, which another process has written: what is under way is kept still.
            if self.book.state.closed is None:
                raise
            return self._end(self.book.state.closed.exit_code)
        except LeaseLost as why:
            if self.book.tenure is not None:
                self.book.tenure.lost = why
            # What has not begun by now does not begin any more: each call asks for the lease first.
            self._pool.shutdown(wait=True)
            self._keep_results()
            raise
        finally:
            self._over.set()
            self._release_waiting()
            for inbound in inbounds:
                inbound.stop()
            self._pool.shutdown(wait=not at_once, cancel_futures=True)
            self.book.keeper.wait()
            if self._beside is not None:
                self._beside.stop()

    def _go_round(self) -> int:
        while True:
            until = self._acting.act() if self.left is None else None
            state = self.book.state
            if state.closed is not None:
                return self._end(state.closed.exit_code)
            if not self._acting.in_flight and (self.left or (until is None and state.phase is Phase.HELD)):
                return self._leave(HELD_EXIT_CODE)
            until = self._turn(until)
            # Until each way in has said whether it is open, a rehearsal's night must not pass.
            idle = not (self._acting.in_flight or self._opening or (self._beside and self._beside.busy))
            self._take(self.clock.wait(until, self._inbox, idle=idle))

    def _turn(self, until: datetime | None) -> datetime | None:
        """Let what goes round with the loop have its turn; return when the next one must come."""
        self.book.keeper.look(self.book.state)
        due = self._beside.turn(self._acting.now()) if self._beside is not None else None
        return min((at for at in (until, due) if at is not None), default=None)

    def _leave(self, exit_code: int) -> int:
        """Take leave. A process that ends by an error does not: nobody has the run in hand then."""
        closed = self.book.state.closed is not None
        if self._beside is not None and (closed or self.left is not Leave.SYSTEM):
            self._beside.leave(closed=closed)
        self.book.keeper.last(self.book.state)
        return exit_code

    def _end(self, exit_code: int) -> int:
        """Leave a run that is closed: by this process, or by another that took it over while a call was under way."""
        if self._acting.in_flight:
            self._pool.shutdown(wait=True)
        self._keep_results()
        return self._leave(exit_code)

    def _keep_results(self) -> None:
        """Record what came of the sends and switches that were under way when another process took the run over.

        A press that comes in while it is closed is answered, and not offered to anybody again.
        """
        while not self._inbox.empty():
            item = self._inbox.get_nowait()
            if isinstance(item, tuple):
                result: Result = item[0].result()
                if isinstance(result.event, SendEnded | SwitchEnded):
                    self._acting.record(result)
            elif isinstance(item, Handover):
                item.settle(recorded=self._told_closed(item.received))

    def _told_closed(self, received: PressReceived | ListeningChange) -> bool:
        if self.book.state.closed is None or not isinstance(received, PressReceived) or not received.authentic:
            return False
        tell_closed(self.drivers, self.book.plan, self.book.state, received, run_id=self.book.run_id)
        return True

    def _begin(self, effect: Callable[[], Result]) -> None:
        self._pool.submit(effect).add_done_callback(lambda future: self._inbox.put((future,)))

    def _take(self, item: Any) -> None:
        while item is not None:
            self._take_one(item)
            item = None if self._inbox.empty() else self._inbox.get_nowait()

    def _take_one(self, item: Any) -> None:
        if isinstance(item, Handover):
            self._receive(item)
        elif isinstance(item, LedgerMoved):
            self.book.catch_up()
        elif isinstance(item, tuple):
            (future,) = item
            # A driver that raises has a bug; its effect stays without an outcome, and the run stops here.
            self._acting.record(future.result())
            self._tells_what_it_waits_for()
        elif isinstance(item, Leave):
            # What has not begun by now does not begin any more; what has is waited for. It may be said several times.
            if self.left is None:
                self.left, self._acting.begins = item, False
                self._tells_what_it_waits_for()
        elif self._beside is not None and self._beside.takes(item):
            pass
        elif isinstance(item, BaseException):
            raise item

    def _receive(self, item: Handover) -> None:
        try:
            self._acting.receive(item.received)
        except LedgerConflict:
            item.settle(recorded=self._told_closed(item.received))
            raise
        if not isinstance(item.received, PressReceived):
            self._opening.discard(item.received.channel)
        item.settle(recorded=True)

    def _tells_what_it_waits_for(self) -> None:
        if self.left is not None and self._acting.in_flight:
            self._leaving.waits(sorted(self._acting.in_flight))

    def hand_over(self, received: PressReceived | ListeningChange) -> Handover:
        """Put a fact into the inbox, and return what says whether the ledger holds it."""
        handover = Handover(received)
        self._inbox.put(handover)
        return handover

    def note(self, moved: object) -> None:
        """Wake the loop: another process has added to the run, or something is for what goes round with the loop."""
        self._inbox.put(moved)

    def deliver(self, received: PressReceived | ListeningChange) -> bool:
        """Have a fact from outside recorded; return whether the ledger holds it."""
        return not self._over.is_set() and self.hand_over(received).wait()

    def _watch_ledger(self) -> None:
        """Wake the loop when another process adds to the run: an order, or a person's finding."""
        while not self._over.wait(ORDERS_EVERY_S):
            # A ledger that cannot be read now is looked at again; the loop hears of it when it has to write.
            with suppress(LedgerError):
                if self.book.ledger.head(self.book.run_id).seq > self.book.state.head.seq:
                    self.note(LedgerMoved())

    def _release_waiting(self) -> None:
        """Wake inbound threads whose facts came too late to be recorded; they leave them unconfirmed."""
        while not self._inbox.empty():
            item = self._inbox.get_nowait()
            if isinstance(item, Handover):
                item.settle(recorded=False)
