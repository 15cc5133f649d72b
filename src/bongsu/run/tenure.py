"""This process's right to drive a run, and to switch its target: leases in the ledger, renewed while it lives.

One process at a time has it. A decision is stored only under it, so that a process which was paused, or cut off from
the database, for longer than its lease stops at its next decision when another has taken the run over.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from contextlib import ExitStack, suppress
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from bongsu.errors import LedgerError, RunNotFound
from bongsu.run import lock
from bongsu.run.lock import Driven, TargetTaken
from bongsu.run.term import Term, Terms

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bongsu.core.kinds import RunKind
    from bongsu.core.plan import Plan
    from bongsu.ledger._port import Hold, Ledger

RENEWED_EVERY_S = 5.0
OPENED = "opened-"
"""Before the name of a target: what holds it is the run that was opened for it last."""
AS_LONG_AS_IT_IS_OPEN = timedelta(days=36_500)
"""A run that nobody drives has its target still: whether it is open is for its ledger to say, not for a time."""
LOST_BEFORE_THE_CALL = "this process lost the right to drive the run before the call was made"


class Tenure(Term):
    """What this process may drive. Used as a context: at its end everything is let go."""

    def __init__(self, ledger: Ledger, state: Path, *, terms: Terms | None = None) -> None:
        """`state` is a folder of this machine, for the locks that prove processes dead."""
        terms = terms or Terms()
        super().__init__(terms, terms.counts())
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._ledger = ledger
        self._state = state
        self._lease_for = terms.lease_for
        self._hold: Hold | None = None
        self._opened = ""
        """The name under which a new run holds its target as long as it is open; empty for a run without a target."""
        self._closed = ""
        """The run that held that name before, and is open no more."""
        self._over = threading.Event()
        self._grips = ExitStack()
        self._wanted: set[str] = set()
        """Locks that a process holds from which something was taken over: they are taken when it has ended."""
        self._thread = threading.Thread(target=self._keep, name="bongsu-lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        # Whatever cannot be let go now is over when its lease is.
        with self._grips, suppress(LedgerError, RunNotFound):
            if self.lease is not None and self.lost is None:
                self._ledger.release(self.lease, due_at=None, seen=self._ledger.head(self.lease.run_id))
            if self._hold is not None:
                self._ledger.let_go(self._hold)

    def take_target(self, plan: Plan, *, run_id: str = "") -> None:
        """Be the one run that may switch the plan's target; TargetTaken when another is, Driven when `run_id` is.

        Without a `run_id` it is for a new run, and an open one has its target also while nobody drives it.
        """
        place = "|".join(f"{name}={value}" for name, value in sorted(plan.target.facts.items()))
        endpoint = str(plan.target.options.get("endpoint_url") or "")
        name = f"target-{sha256(f'{place}|{endpoint}'.encode()).hexdigest()[:16]}"
        before = self._grip(name)
        self._hold = self._ledger.hold(name, self.owner, self._lease_for, dead=before or "")
        # A lock that is held beside a hold that nobody ever had: a process that knows no holds.
        if self._hold is None or (before is None and self._hold.epoch == 1):
            if run_id and self._ledger.run(run_id).lease_owner in self._ledger.holders(name):
                raise _driven_elsewhere(run_id)
            raise TargetTaken("another run drives the same target already")
        if not run_id:
            # A port of this machine is another rehearsal's before long, and that one has a clock of its own.
            self._opened = f"{OPENED}{name}|{plan.clock or ''}"
            self._closed = self._open_no_more()

    def _open_no_more(self) -> str:
        """Return the closed run that held the target last, "" for none; TargetTaken when it is open."""
        for run_id in self._ledger.holders(self._opened):
            # A process may end before it has stored the run's first line: then there is nothing to go on with.
            with suppress(RunNotFound):
                found = self._ledger.run(run_id)
                if found.head.seq and not found.closed:
                    raise TargetTaken(
                        f"the run {run_id!r} is open and has the same target",
                        hint=f"`bongsu resume {run_id}` goes on with it, `bongsu rollback {run_id} --by NAME` ends it",
                    )
            return run_id
        return ""

    def open_run(self, run_id: str, opened_at: datetime, kind: RunKind) -> None:
        """Make room for a new run, and drive it; LedgerConflict when it exists.

        From now until it is closed it has the target that was taken, whoever drives it.

        Raises:
            TargetTaken: this process was paused for longer than its lease, and another has opened a run meanwhile.
        """
        self._grip(f"run-{run_id}")
        if self._opened and not self._ledger.hold(self._opened, run_id, AS_LONG_AS_IT_IS_OPEN, dead=self._closed):
            raise TargetTaken("another run drives the same target already")
        self.lease = self._ledger.create(run_id, opened_at, kind=str(kind), owner=self.owner, lease_for=self._lease_for)

    def take_run(self, run_id: str) -> None:
        """Drive a run that exists; Driven while another process does, unless that is known to have ended.

        Raises:
            RunNotFound: there is no such run.
        """
        before = self._grip(f"run-{run_id}")
        # A lock that is held beside a lease that is nobody's: whoever has it is about to begin, or to end.
        if before is not None or self._ledger.run(run_id).lease_owner:
            leases = self._ledger.claim(self.owner, lease_for=self._lease_for, run_id=run_id, dead=before or "")
            self.lease = next(iter(leases), None)
        if self.lease is None and not self._ledger.run(run_id).closed:
            raise _driven_elsewhere(run_id)

    def _grip(self, name: str) -> str | None:
        before = lock.take(self._state, name, self.owner, self._grips)
        if before is None:
            self._wanted.add(name)
        return before

    def _renewed(self) -> None:
        if self.lease is not None:
            self.lease = self._ledger.renew(self.lease, self._lease_for)
        if self._hold is not None:
            self._hold = self._ledger.renew_hold(self._hold, self._lease_for)

    def _keep(self) -> None:
        while self.lost is None and not self._over.wait(RENEWED_EVERY_S):
            self._look_after()

    def _look_after(self) -> None:
        """Renew what is held, and take the locks that have become free."""
        # A ledger that cannot be reached is asked again before long.
        with suppress(LedgerError):
            self.renew()
        for name in tuple(self._wanted):
            if lock.take(self._state, name, self.owner, self._grips) is not None:
                self._wanted.discard(name)


def _driven_elsewhere(run_id: str) -> Driven:
    return Driven(
        f"another process drives the run {run_id!r} already",
        hint="`bongsu hold RUN` and `bongsu rollback RUN` reach it; `bongsu status RUN` shows where it stands",
    )
