"""The run's own book: its ledger, its folded state, and the one way to add a line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bongsu.core.chain import START
from bongsu.core.events import EndedLate, Method, SendEnded, SendIntended, SwitchEnded
from bongsu.core.fold import Fold
from bongsu.errors import LedgerConflict
from bongsu.ledger import snapshots
from bongsu.ledger._port import KEEP, Entry, Keep
from bongsu.ledger.codec import decode
from bongsu.run.keeper import Keeper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from bongsu.core.events import Event, Recorded
    from bongsu.core.plan import Plan
    from bongsu.core.state import RunState
    from bongsu.ledger._port import Lease, Ledger, Row
    from bongsu.ledger.batch import Draft
    from bongsu.run.drivers import Cleaner
    from bongsu.run.perform import Result
    from bongsu.run.term import Term

    Watcher = Callable[[Recorded, RunState], None]


class Book:
    """Appends events and keeps the state that follows from them; one writer, one run."""

    def __init__(
        self,
        plan: Plan,
        ledger: Ledger,
        run_id: str,
        cleaner: Cleaner,
        *,
        tenure: Term | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        """`tenure` is what decisions are stored under; without one no other process may drive the run.

        `keeper` keeps snapshots of the state, for whoever drives the run.
        """
        self.plan = plan
        self.tenure = tenure
        self.ledger = ledger
        self.run_id = run_id
        self._told = Fold(plan)
        self._cleaner = cleaner
        self.keeper = keeper or Keeper(ledger, run_id)
        self._draft: Draft | None = None
        self.lets_pass: Callable[[], None] = lambda: None
        """Called before the store is asked for anything that others may be in more of a hurry for."""
        self._watchers: list[Watcher] = []
        self._payloads: dict[str, str] = {}

    @property
    def state(self) -> RunState:
        """The state after the newest line; the next line changes it in place, on the thread that adds it."""
        return self._told.state

    def watched_by(self, watcher: Watcher) -> None:
        """Have every new line shown to `watcher`, with the state after it; what a snapshot holds is not shown."""
        self._watchers.append(watcher)

    def drafts(self, draft: Draft, entries: Sequence[Entry]) -> None:
        """Begin a run that no ledger holds with these lines; they and what follows are kept back in the draft."""
        self._draft = draft
        for entry in entries:
            self._fold(decode(draft.add(entry).line))

    def stored(self) -> None:
        """Go on in the ledger: it holds the draft."""
        self._draft = None

    def catch_up(self) -> int:
        """Fold every line that another process added since; return how many there were.

        A book that holds nothing yet begins with the run's snapshot, where there is one.
        """
        before = self.state.head.seq
        for row in self._added() if before else self._beginning():
            self._fold(decode(row.line))
        return self.state.head.seq - before

    def _added(self) -> Iterable[Row]:
        return self.ledger.rows(self.run_id, self.state.head.seq)

    def _beginning(self) -> Iterable[Row]:
        begun, rows = snapshots.begin(self.ledger, self.run_id, worth=self.keeper.worth)
        if begun is not None:
            self._told = Fold(self.plan, begun)
            self.keeper.seq = begun.head.seq
        return rows

    def payload_of(self, key: str) -> str:
        """Return the blob that holds what was rendered for a message posted."""
        if key not in self._payloads:
            # It was posted before the snapshot that this book began with: its line says it.
            row = next(iter(self.ledger.rows(self.run_id, self.state.sends[key].seq - 1)))
            self._payloads[key] = decode(row.line).blobs["payload"]
        return self._payloads[key]

    def decide(
        self,
        now: datetime,
        event: Event,
        blobs: Mapping[str, bytes] | None = None,
        *,
        due_at: datetime | Keep | None = KEEP,
    ) -> Recorded | None:
        """Store what was decided on the present state, or return None when the ledger has moved on meanwhile.

        Then the new lines are folded and the caller decides again: a decision is never stored on a state that it
        was not made from.

        Raises:
            LeaseLost: another process drives the run now.
            LedgerWriteFailed: the line could not be stored; the run must stop.
        """
        try:
            lease = self.tenure.lease if self.tenure else None
            return self._append(now, "bongsu", event, blobs, lease=lease, due_at=due_at)
        except LedgerConflict:
            self.catch_up()
            return None

    def append(
        self,
        now: datetime,
        actor: str,
        event: Event,
        blobs: Mapping[str, bytes] | None = None,
        *,
        inbound: tuple[str, str] | None = None,
    ) -> Recorded:
        """Store a fact and return it as recorded; facts are stored on whatever state the ledger has come to.

        `inbound` is the source and the id of what was received, where the service repeats what it delivers.

        Raises:
            AlreadyReceived: that was stored before.
            LedgerWriteFailed: the line could not be stored; the run must stop.
        """
        while True:
            try:
                return self._append(now, actor, event, blobs, inbound=inbound)
            except LedgerConflict:
                # Nothing stands behind the line that ends a run.
                if self.catch_up() == 0 or self.state.closed is not None:
                    raise

    def keep(self, now: datetime, result: Result) -> Recorded | None:
        """Store what an effect came to, and return it as recorded.

        When another process has taken the run over since it began and holds it in doubt, it is stored as a late end.
        What a reading came to is then left out, and None returned: the newer process asks for itself. Behind the line
        that closes the run, a late end is all that is stored.

        Raises:
            LedgerWriteFailed: the line could not be stored; the run must stop.
        """
        while True:
            event = told_now(self.state, result.event)
            if self.state.closed is not None and not isinstance(event, EndedLate):
                return None
            try:
                return self._append(now, result.actor, event, result.blobs)
            except LedgerConflict:
                if self.catch_up() == 0:
                    raise
            if not isinstance(event, SendEnded | SwitchEnded | EndedLate) and not self._is_ours():
                return None

    def _is_ours(self) -> bool:
        lease = self.tenure.lease if self.tenure else None
        if lease is None:
            return True
        found = self.ledger.run(self.run_id)
        return (found.epoch, found.lease_owner) == (lease.epoch, lease.owner)

    def _append(
        self,
        now: datetime,
        actor: str,
        event: Event,
        blobs: Mapping[str, bytes] | None,
        *,
        lease: Lease | None = None,
        due_at: datetime | Keep | None = KEEP,
        inbound: tuple[str, str] | None = None,
    ) -> Recorded:
        at = now if self.state.at is None else max(now, self.state.at)
        # The outer wall: drivers have cleaned what they recorded, and whatever they missed ends here.
        cleaned = {name: self._cleaner.clean(data) for name, data in (blobs or {}).items()}
        entry = Entry(at=at, actor=actor, event=event, blobs=cleaned)
        if self._draft is not None:
            row = self._draft.add(entry)
        else:
            self.lets_pass()
            head = self.state.head if self.state.opened is not None else START
            (row,) = self.ledger.append(self.run_id, head, [entry], lease=lease, due_at=due_at, inbound=inbound)
        recorded = decode(row.line)
        self._fold(recorded)
        return recorded

    def _fold(self, recorded: Recorded) -> None:
        event = recorded.event
        self._told.add(recorded)
        if isinstance(event, SendIntended) and event.method is Method.POST:
            self._payloads[event.key] = recorded.blobs["payload"]
        for watcher in self._watchers:
            watcher(recorded, self.state)


def told_now(state: RunState, event: Event) -> Event:
    """Return how the end of an effect is told on this state: as learned late, where it has an end already."""
    if not isinstance(event, SendEnded | SwitchEnded):
        return event
    begun = state.sends.get(event.key) or state.switches.get(event.key)
    if begun is None or (begun.outcome, begun.attempt) == (None, event.attempt):
        return event
    told = EndedLate(
        key=event.key,
        outcome=event.outcome,
        attempt=event.attempt,
        reason=event.reason,
        exchanges=event.exchanges,
    )
    return replace(told, ref=event.ref, service_at=event.service_at) if isinstance(event, SendEnded) else told
