"""One run while a worker drives it: from a claim to the moment at which nothing is left to do for now."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from bongsu.errors import BongsuError, LedgerConflict
from bongsu.inbound._port import ListeningChange
from bongsu.run.acting import Acting
from bongsu.run.book import Book
from bongsu.run.pacer import Pacer
from bongsu.run.precedence import Precedence
from bongsu.run.start import admit_doubt
from bongsu.run.term import Claim

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor, Future
    from datetime import datetime

    from bongsu.core.actions import Action
    from bongsu.ledger._port import Entry, Lease, Ledger
    from bongsu.ledger.batch import Draft
    from bongsu.run.clock import Clock
    from bongsu.run.pacer import RunPacer
    from bongsu.run.perform import Result
    from bongsu.run.served import Served
    from bongsu.run.term import Counts, Terms


BEGINS_WITHIN_S = 0.001
"""How long whoever has an effect begun makes room for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What every run of a worker is driven with."""

    ledger: Ledger
    clock: Clock
    pool: Executor
    terms: Terms
    pacer: Pacer = field(default_factory=Pacer)
    precedence: Precedence = field(default_factory=Precedence)


class Driving:
    """One claimed run. Its methods are called by one thread at a time, except `inbox.append`."""

    def __init__(
        self,
        means: Means,
        served: Served,
        run_id: str,
        *,
        lease: Lease | None,
        asked: Counts,
        done: Callable[[Driving, Future[Result]], None],
    ) -> None:
        """Take over a run that was claimed, or is being made.

        Args:
            means: what it is driven with.
            served: its plan.
            run_id: which.
            lease: the claim; None for a run that no ledger holds yet.
            asked: the counts of `means.terms` from before it was claimed.
            done: called by the thread of an effect that has ended; its future is then given to `take`.
        """
        self.served = served
        self.run_id = run_id
        self.inbox: deque[Future[Result]] = deque()
        self.queued = False
        """A thread has it in hand, or will."""
        self.again = False
        """Somebody wanted a turn for it meanwhile."""
        self.over = False
        """It is no longer this worker's."""
        self.wake: datetime | None = None
        """When to look again at a run that is kept."""
        self.right = Claim(means.ledger, lease, means.terms, asked)
        self.book = Book(served.plan, means.ledger, run_id, served.redactor, tenure=self.right)
        self.book.lets_pass = means.precedence.let_pass
        self._means = means
        self._done = done
        self._pacer: RunPacer = means.pacer.of_run(run_id, served.outlets)
        self._acting = Acting(
            self.book, served.drivers, means.clock, self._begin, gate=self._pacer, admits=self._admits
        )
        self._fresh = True
        self._held: list[Callable[[], Result]] | None = None
        """Effects that wait until the lines that intend them are stored."""
        self._begun = threading.Event()

    @property
    def lease(self) -> Lease:
        """The right by which it is driven."""
        assert self.right.lease is not None, "it is driven"
        return self.right.lease

    def turn(self, ways: Mapping[str, tuple[str, str]]) -> datetime | None:
        """Do what is to be done now and return when to look again; None when only something from outside can tell.

        Args:
            ways: channel to whether presses arrive from there, and why not, as far as this process knows.

        Raises:
            LeaseLost: another process drives the run now.
            LedgerError: the ledger could not be read or written.
        """
        try:
            return self._turn(ways)
        except LedgerConflict:
            # A fact met the line that ends the run, which another process has written: there is nothing left to do.
            if self.book.state.closed is None:
                raise
            return None

    def _turn(self, ways: Mapping[str, tuple[str, str]]) -> datetime | None:
        self.book.catch_up()
        if self._fresh:
            # What an earlier owner began and did not see the end of; a decision, so that only the owner takes it.
            admit_doubt(self.book, self._acting.now())
            self._fresh = False
        self._listens(ways)
        return self._acting.act()

    def draft(self, draft: Draft, lines: Sequence[Entry]) -> None:
        """Begin a run with its first lines; nothing is stored, and nothing that it asks for begins before `start`."""
        self._held = []
        self._fresh = False
        self._pacer.urgent = True
        self.book.drafts(draft, lines)

    def decide(self) -> datetime | None:
        """Draft what is to be done at once, and return when to look again."""
        return self._acting.act()

    def start(self, lease: Lease) -> None:
        """Go on under the lease of the ledger that holds the draft, and begin what waited for that."""
        self.right.lease = lease
        self.book.stored()
        self._pacer.urgent = False
        held, self._held = self._held or [], None
        for effect in held:
            self._submit(partial(_begun, self._begun, effect))
        # Who sends waits for this thread to stop computing, and what this one does next can wait for that.
        self._begun.wait(BEGINS_WITHIN_S if held else 0)

    def undo(self) -> None:
        """Take note that the draft was not stored: what it intended has not left."""
        self._pacer.undone()

    @property
    def in_flight(self) -> bool:
        """Whether an effect is under way."""
        return bool(self._acting.in_flight)

    @property
    def under_way(self) -> Sequence[str]:
        """The effects that have begun and have no outcome yet, by run and key."""
        return [f"{self.run_id} {key}" for key in tuple(self._acting.in_flight)]

    def leave(self) -> None:
        """Have nothing begin any more that waits for its turn."""
        self._acting.begins = False

    def take(self, future: Future[Result]) -> None:
        """Store what an effect came to; it stays an effect under way when the ledger cannot take it."""
        result = future.result()
        self._acting.record(result)
        self._pacer.ended(result.event, self._means.clock.now())

    def take_late(self, future: Future[Result]) -> None:
        """Store what an effect came to after the run had passed on: what another process holds in doubt ended late."""
        self.book.catch_up()
        self.take(future)

    def break_off(self) -> None:
        """Give up on what is under way: a bug has come to light, and nobody will say how it ended."""
        self.inbox.clear()
        self._pacer.broken_off(self._means.clock.now())

    def keep_anew(self) -> None:
        """Keep a snapshot of what the ledger holds, folded anew: a bug may have left the state here half a line ahead.

        Whatever brought that bug to light may raise once more.
        """
        book = Book(self.served.plan, self._means.ledger, self.run_id, self.served.redactor)
        book.catch_up()
        book.keeper.last(book.state)

    def let_go(self, until: datetime | None) -> None:
        """Let the run sleep until then, or until a fact comes."""
        self._means.ledger.release(self.lease, due_at=until, seen=self.book.state.head)
        self.book.keeper.last(self.book.state)

    def _admits(self, _: Action) -> bool:
        """Let alarms pass before each action, unless this is one."""
        if self._held is None:
            self._means.precedence.let_pass()
        return True

    def _begin(self, effect: Callable[[], Result]) -> None:
        if self._held is None:
            self._submit(effect)
        else:
            self._held.append(effect)

    def _submit(self, effect: Callable[[], Result]) -> None:
        self._means.pool.submit(effect).add_done_callback(lambda future: self._done(self, future))

    def _listens(self, ways: Mapping[str, tuple[str, str]]) -> None:
        """Record what this process knows of the ways in: a page that nobody could answer was not left unanswered."""
        for channel, (state, reason) in ways.items():
            if self.book.state.listening.get(channel) != state:
                self._acting.receive(ListeningChange(channel=channel, state=state, reason=reason))


def _begun(told: threading.Event, effect: Callable[[], Result]) -> Result:
    told.set()
    return effect()


def text_of(error: Exception) -> str:
    """Return what an error says, with its cause; of a bug also its class."""
    if not isinstance(error, BongsuError):
        return f"{type(error).__name__}: {error}"
    return error.text if error.cause is None else f"{error.text}: {error.cause}"
