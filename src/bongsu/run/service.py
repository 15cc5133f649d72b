"""What `bongsu serve` is: plans, a worker for their runs, the ways in, and the pages that alarms raise."""

from __future__ import annotations

import os
import socket
import threading
from typing import TYPE_CHECKING

from bongsu.channels._port import Warmed
from bongsu.core.actors import actor_of
from bongsu.core.events import RunOpened
from bongsu.core.kinds import NOT_PAGES, Raised
from bongsu.errors import AlreadyReceived, LedgerConflict, LedgerError, RunNotFound
from bongsu.ledger.blobs import content_of
from bongsu.ledger.codec import decode
from bongsu.planfile import load_bytes
from bongsu.run.book import Book
from bongsu.run.driving import text_of
from bongsu.run.latecomers import tell_closed
from bongsu.run.perform import press_event
from bongsu.run.raising import Raising
from bongsu.run.served import Served, serve_plan
from bongsu.run.sharing import Sharing
from bongsu.run.term import Terms
from bongsu.run.tidying import Tidying
from bongsu.run.told import Told
from bongsu.run.waysin import WaysIn, as_in
from bongsu.run.wiring import letters
from bongsu.run.worker import Size, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bongsu.core.plan import Plan
    from bongsu.inbound._port import PressReceived
    from bongsu.ledger._port import Ledger
    from bongsu.run.clock import Clock

PARKED = "parked"
"""Who raises the page about a run that no worker takes any more."""


class Service:
    """Takes alarms and presses, and drives their pages, between `start` and `stop`."""

    def __init__(
        self,
        ledger: Ledger,
        served: Sequence[Served],
        clock: Clock,
        *,
        tell: Callable[[Told, str, str], None],
        changed: Callable[[str, str, str], None] = lambda *_: None,
        terms: Terms | None = None,
        size: Size | None = None,
        between: Callable[[], object] = lambda: None,
    ) -> None:
        """Begin nothing yet.

        `changed` is told of a channel, whether presses arrive from it, and why not; `between` is called at a moment
        when nobody waits for a page.
        """
        terms = terms or Terms()
        self.ledger = ledger
        self.plans = {plan.name: plan for plan in served}
        self._clock = clock
        self._tell = tell
        self._by_digest = {plan.plan.digest: plan for plan in served}
        self._earlier = threading.Lock()
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{letters(6)}"
        self._ways = self._ways_in(terms, changed)
        self.worker = Worker(
            ledger,
            owner=self.owner,
            clock=clock,
            served=self.served_of,
            ways=self._ways.states,
            tell=self._told,
            terms=terms,
            size=size,
        )
        self.raising = Raising(ledger, self.worker, clock)
        self._tidying = self._tidied(between)
        self._sharing = Sharing(ledger, self.worker)

    def _ways_in(self, terms: Terms, changed: Callable[[str, str, str], None]) -> WaysIn:
        return WaysIn(
            self.ledger,
            list(self.plans.values()),
            owner=self.owner,
            lease_for=terms.lease_for,
            now=self._clock.now,
            press=self._press,
            unnamed=self._unnamed,
            changed=changed,
        )

    def _tidied(self, between: Callable[[], object]) -> Tidying:
        def tidy() -> None:
            between()
            self.ledger.tidy()

        tidying = Tidying(tidy, idle=lambda: self.worker.idle)
        self.worker.when_idle = tidying.hint
        return tidying

    def start(self) -> None:
        """Begin to listen and to drive."""
        for plan in self.plans.values():
            self.raising.try_out(plan)
        threading.Thread(target=self._warm, name="bongsu-warm", daemon=True).start()
        self._ways.start()
        self._sharing.start()
        self.worker.start()
        self._tidying.start()

    def _warm(self) -> None:
        """Connect to where the first messages will go: a group is told and a person is paged at the same time."""
        for plan in self.plans.values():
            for channel in plan.drivers.channels.values():
                if isinstance(channel, Warmed):
                    channel.warm()
                    channel.warm()

    def stop(self, *, waits: Callable[[Sequence[str]], None] = lambda _: None) -> None:
        """Stop listening, end what is under way, of which `waits` is told, and hand the rest back."""
        self._ways.stop()
        self.worker.stop(waits=waits)
        self._sharing.stop()
        self._tidying.stop()
        for plan in list(self._by_digest.values()):
            plan.close()

    def served_of(self, run_id: str) -> Served | None:
        """Return the plan that a run was opened with, None when it is not one of these.

        A plan that was changed since serves its earlier runs by their own bytes: what was signed off then holds.
        """
        opened, blobs = self._opened(run_id)
        digest = opened.plan_sha256
        found = self._by_digest.get(digest)
        if found is not None:
            return found
        with self._earlier:
            if digest not in self._by_digest:
                earlier = self._earlier_plan(opened, blobs)
                if earlier is None:
                    return None
                later, plan, source = earlier
                self._by_digest[digest] = serve_plan(later.name, plan, source, folder=later.folder, now=self._clock.now)
            return self._by_digest[digest]

    def plan_of(self, run_id: str) -> tuple[str, Plan] | None:
        """Return the name here and the plan of a run, None when it is of none of these; it needs no secret."""
        opened, blobs = self._opened(run_id)
        found = self._by_digest.get(opened.plan_sha256)
        if found is not None:
            return found.name, found.plan
        earlier = self._earlier_plan(opened, blobs)
        return None if earlier is None else (earlier[0].name, earlier[1])

    def name_of(self, run_id: str) -> str | None:
        """Return the name here of a run's plan, None when it is of none of these; the plan itself is not read."""
        opened, _ = self._opened(run_id)
        found = self._by_digest.get(opened.plan_sha256)
        if found is not None:
            return found.name
        return next((plan.name for plan in self.plans.values() if plan.plan.cutover == opened.cutover), None)

    def _opened(self, run_id: str) -> tuple[RunOpened, Mapping[str, str]]:
        line = decode(next(iter(self.ledger.rows(run_id))).line)
        assert isinstance(line.event, RunOpened), "a run's first line says what it is"
        return line.event, line.blobs

    def _earlier_plan(self, opened: RunOpened, blobs: Mapping[str, str]) -> tuple[Served, Plan, bytes] | None:
        """Return the plan that has followed the one of a run, that one, and its bytes."""
        later = next((plan for plan in self.plans.values() if plan.plan.cutover == opened.cutover), None)
        if later is None:
            return None
        source = content_of(self.ledger.blob(blobs["plan"]))
        return later, load_bytes(source, later.folder / f"{later.name}.yaml"), source

    def _press(self, account: str, received: PressReceived) -> bool:
        """Record a press in the run whose message it was made under; return whether the ledger holds it."""
        if not received.run_id:
            self._tell(Told.FORGED, "", f"{received.channel}: {received.service_user}")
            return True  # of no run: there is no ledger to keep it in, and to have it delivered again helps nobody
        try:
            served = self.served_of(received.run_id)
            if served is None:
                self._tell(Told.NOT_SERVED, received.run_id, "")
                return True
            press = as_in(served, account, received)
            book = Book(served.plan, self.ledger, received.run_id, served.redactor)
            book.catch_up()
            if book.state.closed is not None:
                # No press stands behind the line that ends a run; whoever pressed hears of that. Not on this thread:
                # other presses come in by it.
                how = (served.drivers, served.plan, book.state, press)
                self.worker.aside(lambda: tell_closed(*how, run_id=received.run_id))
                return True
            event, blobs = press_event(book.state, press)
            book.append(self._clock.now(), actor_of(event), event, blobs, inbound=(press.channel, press.press_id))
        except AlreadyReceived:
            return True
        except LedgerConflict:
            return False  # it was ended between the two: the next look finds it closed
        except RunNotFound:
            # Another ledger's, with the same key: it will not be here the next time either.
            self._tell(Told.NOT_SERVED, received.run_id, "")
            return True
        except LedgerError as error:
            self._tell(Told.LEDGER, received.run_id, error.text)
            return False
        except Exception as error:  # noqa: BLE001 - a press that cannot be recorded must not keep all others out
            self._tell(Told.FAULT, received.run_id, text_of(error))
            return True
        self.worker.hint(received.run_id)
        return True

    def _unnamed(self) -> Iterable[str]:
        """Return the open runs whose names are too long for a button's code: cutovers, of which there are few."""
        return [run.run_id for run in self.ledger.runs(closed=False, kinds=NOT_PAGES)]

    def _told(self, what: Told, run_id: str, text: str) -> None:
        self._tell(what, run_id, text)
        if what is Told.PARKED:
            self._page_about(run_id, text)

    def _page_about(self, run_id: str, reason: str) -> None:
        """Page people about a run that is parked, unless that run itself is such a page."""
        try:
            # By its first line and today's plan: its other lines, or its own plan's secrets, may be what parked it.
            opened, _ = self._opened(run_id)
            about, plans = opened.raised, self.plans.values()
            served = next((plan for plan in plans if plan.plan.cutover == opened.cutover), next(iter(plans)))
            policy = served.plan.policy(about.policy if about else None) or served.plan.policy()
            if policy is None or (about is not None and about.dedup.startswith(f"{PARKED} ")):
                return
            summary = f"bongsu has stopped driving {run_id} ({about.summary if about else 'a run'}): {reason}"
            matter = Raised(summary=summary[:1000], policy=policy.name, dedup=f"{PARKED} {run_id}")
            self.raising.page(served, matter)
        except Exception as error:  # noqa: BLE001 - what parked the run may be in the way here too
            self._tell(Told.FAULT, run_id, text_of(error))
