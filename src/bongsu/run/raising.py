"""Pages that alarms raise: one while it is open, however often the alarm comes, and whichever worker hears it."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from bongsu.core.actors import IS_OVER, actor_of
from bongsu.core.chain import START
from bongsu.core.events import ListeningChanged, OperatorAsked, Order, RunOpened
from bongsu.core.kinds import Raised, RunKind
from bongsu.errors import AlreadyReceived, LeaseLost, LedgerConflict, LedgerError
from bongsu.ledger._port import Entry
from bongsu.run.book import Book
from bongsu.run.pages import Standing, found_page, stem_of, summary_of
from bongsu.run.start import Opening, opened_as

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bongsu.intake._port import Alarm
    from bongsu.ledger._port import Ledger
    from bongsu.ledger.batch import Draft
    from bongsu.run.clock import Clock
    from bongsu.run.driving import Driving
    from bongsu.run.served import Served
    from bongsu.run.worker import Worker

REMEMBERED = 10_000
"""Alarms whose newest page's number is remembered, to spare a search; any other is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of an alarm: its page, and what was done with it."""

    run_id: str
    """Empty when there is none."""
    word: str
    """`opened`, `open already`, `taken before`, `cleared`, `left open`, `nothing open`."""


@dataclass(frozen=True, slots=True)
class _New:
    """What a page is opened for: its matter, the line that opens it, and the delivery that asked for it."""

    raised: Raised
    opened: RunOpened
    received: tuple[str, str] | None


class Raising:
    """Opens pages and closes them, for any thread."""

    def __init__(self, ledger: Ledger, worker: Worker, clock: Clock) -> None:
        """`worker` drives what is opened."""
        self._ledger = ledger
        self._worker = worker
        self._clock = clock
        self._lock = threading.Lock()
        self._newest: OrderedDict[str, int] = OrderedDict()
        self._plans: dict[str, str] = {}
        """Digest of a plan to the blob that holds its bytes: a page cites what an earlier one has stored."""

    def take(self, served: Served, alarm: Alarm, *, sender: str) -> Taken:
        """Return what came of an alarm, once the ledger holds it.

        Raises:
            LedgerError: the ledger could not take it: the sender must try again.
        """
        key = f"{sender} {alarm.key or alarm.delivery or secrets.token_hex(16)}"
        received = _delivery(served, key, alarm)
        try:
            return self._take(served, alarm, key, sender=sender, received=received)
        except AlreadyReceived as before:
            return Taken(run_id=before.run_id, word="taken before")

    def _take(self, served: Served, alarm: Alarm, key: str, *, sender: str, received: tuple[str, str] | None) -> Taken:
        if alarm.over:
            return self._clear(served, key, sender, received)
        named = served.plan.policy(alarm.severity) if alarm.severity else None
        policy = named or served.plan.policy()
        assert policy is not None, "a plan without a policy is not served"
        return self.page(served, Raised(summary=summary_of(alarm.summary), policy=policy.name, dedup=key), received)

    def page(self, served: Served, raised: Raised, received: tuple[str, str] | None = None) -> Taken:
        """Return the open page of a matter, or a new one once the ledger holds its first line.

        Raises:
            AlreadyReceived: a page was opened for `received` before, and has ended.
        """
        with self._worker.precedence.taken():
            return self._page(served, _New(raised, self._opened(served, raised), received))

    def _page(self, served: Served, new: _New) -> Taken:
        raised = new.raised
        run_id, standing = self._first_guess(served, raised.dedup) or self._page_of(served, raised.dedup)
        while standing is not Standing.OPEN and not self._open(served, run_id, new):
            run_id, standing = self._page_of(served, raised.dedup)
        self._remember(run_id)
        return Taken(run_id=run_id, word="open already" if standing is Standing.OPEN else "opened")

    def _first_guess(self, served: Served, dedup: str) -> tuple[str, Standing] | None:
        """Return the first page of an alarm that was never heard of here: the ledger will say if it has one."""
        stem = stem_of(served.plan, dedup)
        with self._lock:
            return None if stem in self._newest else (f"{stem}-1", Standing.NEXT)

    def try_out(self, served: Served) -> None:
        """Go the way of an alarm once without storing or sending anything, so that the first one finds it trodden."""
        policy = served.plan.policy()
        assert policy is not None, "a plan without a policy is not served"
        opened = self._opened(served, Raised(summary="-", policy=policy.name, dedup="-"))
        lines = self._first_lines(served, opened, self._clock.now())
        driving, _, _ = self._drafted(served, stem_of(served.plan, "-"), lines)
        driving.undo()

    def _opened(self, served: Served, raised: Raised) -> RunOpened:
        return opened_as(
            served.plan,
            Opening(go_by="", kind=RunKind.PAGE, raised=raised),
            served.redactor,
            endpoints=served.drivers.endpoints,
            clock=self._clock.source,
        )

    def _open(self, served: Served, run_id: str, new: _New) -> bool:
        """Open a run and have it driven; return False when somebody else was first."""
        now, worker = self._clock.now(), self._worker
        lines = self._first_lines(served, new.opened, now)
        driving, draft, until = self._drafted(served, run_id, lines)
        draft.inbound = new.received
        try:
            lease = self._ledger.begin(
                draft, now, kind=RunKind.PAGE, owner=worker.owner, lease_for=worker.terms.lease_for
            )
        except LedgerError as why:
            driving.undo()
            if not isinstance(why, LedgerConflict):
                raise
            return self._taken_up(served, run_id, lines, new.received)
        if "plan" in lines[0].blobs:
            self._plans[served.plan.digest] = draft.batch.blobs[0][0]
        worker.adopt(driving, lease, until)
        return True

    def _first_lines(self, served: Served, opened: RunOpened, now: datetime) -> list[Entry]:
        kept = self._plans.get(served.plan.digest)
        first = Entry(
            at=now,
            actor=actor_of(opened),
            event=opened,
            blobs={} if kept else {"plan": served.source},
            cites={"plan": kept} if kept else {},
        )
        lines = [first]
        for channel, (state, reason) in self._worker.ways(served).items():
            way = ListeningChanged(channel=channel, state=state, reason=reason)
            lines.append(Entry(at=now, actor=actor_of(way), event=way))
        return lines

    def _drafted(self, served: Served, run_id: str, lines: Sequence[Entry]) -> tuple[Driving, Draft, datetime | None]:
        """Return a run with its first lines and what they lead to at once, to be stored in one go."""
        driving, draft = self._worker.unborn(run_id, served), self._ledger.draft(run_id)
        driving.draft(draft, lines)
        try:
            return driving, draft, driving.decide()
        except Exception:  # noqa: BLE001 - the alarm is kept all the same; the worker comes upon the bug and parks the run
            driving.undo()
        driving, draft = self._worker.unborn(run_id, served), self._ledger.draft(run_id)
        driving.draft(draft, lines)
        return driving, draft, None

    def _taken_up(self, served: Served, run_id: str, lines: Sequence[Entry], received: tuple[str, str] | None) -> bool:
        """Write the first lines of a run that has none yet: whoever made room for it is just doing so, or has died."""
        if self._ledger.head(run_id).seq > 0:
            return False
        asked = self._worker.terms.counts()
        leases = self._ledger.claim(self._worker.owner, lease_for=self._worker.terms.lease_for, run_id=run_id)
        if not leases:
            return False
        try:
            # Due from its first line on: should this process die, another goes on with it.
            due_at = self._ledger.now()
            self._ledger.append(run_id, START, lines, lease=leases[0], due_at=due_at, inbound=received)
        except (LedgerConflict, LeaseLost):
            return False
        self._worker.drive(self._worker.made(leases[0], served, asked=asked))
        return True

    def _clear(self, served: Served, dedup: str, sender: str, received: tuple[str, str] | None) -> Taken:
        run_id, standing = self._page_of(served, dedup)
        if standing is not Standing.OPEN:
            return Taken(run_id="", word="nothing open")
        if served.plan.intake is None or served.plan.intake.on_resolved != "close":
            return Taken(run_id=run_id, word="left open")
        book = Book(served.plan, self._ledger, run_id, served.redactor)
        book.catch_up()
        if book.state.closed is None:
            over = OperatorAsked(order=Order.CLEAR, by="", reason=f"{sender}{IS_OVER}")
            book.append(self._clock.now(), actor_of(over), over, inbound=received)
            self._worker.hint(run_id)
        return Taken(run_id=run_id, word="cleared")

    def _page_of(self, served: Served, dedup: str) -> tuple[str, Standing]:
        stem = stem_of(served.plan, dedup)
        with self._lock:
            known = self._newest.get(stem, 0)
        kept = served.redactor.clean_text(dedup)
        return found_page(self._ledger, served.plan, stem=stem, kept=kept, known=known)

    def _remember(self, run_id: str) -> None:
        stem, _, number = run_id.rpartition("-")
        with self._lock:
            self._newest[stem] = int(number)
            self._newest.move_to_end(stem)
            if len(self._newest) > REMEMBERED:
                self._newest.popitem(last=False)


def _delivery(served: Served, key: str, alarm: Alarm) -> tuple[str, str] | None:
    """Return the source and the id under which a delivery is stored; None where it has no id of its own.

    The id is one of this matter alone: two senders may number theirs alike.
    """
    if not alarm.delivery:
        return None
    said = f"{served.plan.cutover}\x1f{key}\x1f{alarm.over:d}\x1f{alarm.delivery}"
    return "alarm", sha256(said.encode()).hexdigest()
