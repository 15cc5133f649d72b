"""The port of a ledger: append-only, hash-chained runs, the blobs they cite, and who may drive a run until when.

A **decision** is appended with the lease that it was made under: it is stored only while the run stands where the
decision was made and its lease has not passed on. A **fact** (a press, a result, an order) is appended without one:
it is stored wherever the run stands, whoever brings it, and makes the run due, so that whoever is free looks at it.

Times of leases and of `due_at` are the store's own: PostgreSQL's clock, or this machine's for SQLite and memory. They
are never the clock of a rehearsal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from bongsu.core.chain import Head
    from bongsu.core.events import Event
    from bongsu.ledger.batch import Draft
    from bongsu.ledger.rooms import Wanted


class Keep(Enum):
    """What a run's timer is set to when it is left alone."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP
NO_TIME: Final = timedelta(0)
CUTOVER = "cutover"
"""The kind of a run that `bongsu start` opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event on its way into the ledger, with the bytes that it cites by name."""

    at: datetime
    actor: str
    event: Event
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    """Name to bytes, e.g. `payload`, `request.0`, `response.0`; already redacted."""
    cites: Mapping[str, str] = field(default_factory=dict)
    """Name to the hash of a blob that this ledger holds already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A stored line: exactly the bytes that were written."""

    seq: int
    hash: str
    line: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """A run as the ledger's index knows it."""

    run_id: str
    opened_at: datetime
    head: Head
    closed: bool
    kind: str = CUTOVER
    due_at: datetime | None = None
    """When somebody has to look at it; None while it waits for a fact, and once it is closed or parked."""
    epoch: int = 0
    """How often it was claimed."""
    lease_owner: str = ""
    lease_until: datetime | None = None
    attempts: int = 0
    """How many claims in a row ended without a release: their owners died, or were too slow."""
    parked: str = ""
    """Why no worker takes it any more, until a person does; empty when it is not parked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The time-limited right of one owner to drive a run. `until` is by the store's clock."""

    run_id: str
    owner: str
    epoch: int
    until: datetime
    attempts: int = 0
    """How many claims before this one, in a row, ended without a release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The time-limited right of one owner to a named thing, such as a target. `until` is by the store's clock."""

    name: str
    owner: str
    epoch: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One append, when several are stored at once; the members are the arguments of `Ledger.append`."""

    run_id: str
    after: Head
    entries: Sequence[Entry]
    lease: Lease | None = None
    due_at: datetime | Keep | None = KEEP
    inbound: tuple[str, str] | None = None


class Ledger(Protocol):
    """Where runs are kept. Appends are durable when they return. One object may be used from several threads."""

    @property
    def place(self) -> str:
        """Where the runs are kept, as a person may be told: a folder, or a database without its password."""
        ...

    def now(self) -> datetime:
        """Return the time by the clock that leases are measured with."""
        ...

    def create(
        self,
        run_id: str,
        opened_at: datetime,
        *,
        kind: str = CUTOVER,
        due_at: datetime | None = None,
        owner: str = "",
        lease_for: timedelta = NO_TIME,
    ) -> Lease | None:
        """Make room for a run; LedgerConflict when it exists. With `due_at` None it sleeps until a fact comes.

        With an `owner` it is driven by that one from the start, who gets its first lease.
        """
        ...

    def draft(self, run_id: str) -> Draft:
        """Return what collects the first lines of a run that is not there yet; nothing is stored.

        Raises:
            UsageError: the name cannot be a run's.
        """
        ...

    def begin(self, draft: Draft, opened_at: datetime, *, kind: str, owner: str, lease_for: timedelta) -> Lease:
        """Make room for a run, store its first lines and return the right to drive it; it is due from now on.

        Whoever has it driven by others need not wait for three answers of the store.

        Raises:
            LedgerConflict: the run exists.
            AlreadyReceived: what the draft was made for is in the ledger already.
            LedgerWriteFailed: the first lines were not stored, though there may be room for the run.
        """
        ...

    def append(
        self,
        run_id: str,
        after: Head,
        entries: Sequence[Entry],
        *,
        lease: Lease | None = None,
        due_at: datetime | Keep | None = KEEP,
        inbound: tuple[str, str] | None = None,
    ) -> tuple[Row, ...]:
        """Store the entries after `after`, all or none, and return their rows.

        Args:
            run_id: the run they belong to.
            after: where the run stood when they were made.
            entries: what to store.
            lease: given for a decision, which is stored only while this lease is the run's newest.
            due_at: when the run is to be looked at next, None for when a fact comes. KEEP leaves it as it is for a
                decision, and makes the run due at once for a fact. A closed or parked run is never due.
            inbound: source and id of what was received, e.g. a service's own id of a press; stored with the entries.

        Raises:
            LedgerConflict: the run's head is no longer `after`; or it is closed, and this is not what a call came to
                late (`ended_late`), which alone may stand behind the line that closes a run.
            LeaseLost: somebody else has claimed the run since, or it was released.
            AlreadyReceived: that pair of source and id is in the ledger already.
            LedgerWriteFailed: nothing was stored (disk full, read-only, locked too long).
        """
        ...

    def rows(self, run_id: str, after_seq: int = 0) -> Iterator[Row]:
        """Yield the stored lines in order."""
        ...

    def head(self, run_id: str) -> Head:
        """Return the run's newest link; RunNotFound when there is no such run."""
        ...

    def blob(self, digest: str) -> bytes:
        """Return the stored blob file (salt line and content) by its hash; KeyError when absent."""
        ...

    def runs(
        self,
        *,
        most: int | None = None,
        before: RunInfo | None = None,
        closed: bool | None = None,
        kinds: Sequence[str] = (),
        ending: str = "",
    ) -> Sequence[RunInfo]:
        """Return runs, newest first: every run, unless less is asked for.

        Args:
            most: how many at most.
            before: only those that stand behind this one in that order.
            closed: only those that are closed, or that are not.
            kinds: of which kinds; empty for all.
            ending: only those whose names end so, or are just that.
        """
        ...

    def count(self, *, before: RunInfo | None = None, closed: bool | None = None, kinds: Sequence[str] = ()) -> int:
        """Return how many runs there are, in all or of those that the arguments name as for `runs`."""
        ...

    def run(self, run_id: str) -> RunInfo:
        """Return one run as `runs` has it; RunNotFound when there is no such run."""
        ...

    def claim(
        self,
        owner: str,
        *,
        lease_for: timedelta,
        limit: int = 1,
        kinds: Sequence[str] = (),
        run_id: str = "",
        dead: str = "",
    ) -> Sequence[Lease]:
        """Return leases over runs that are due and nobody's, the longest due first; each has a new epoch.

        Args:
            owner: who drives them from now on, unlike any other process.
            lease_for: for how long.
            limit: how many at most.
            kinds: of which kinds; empty for all.
            run_id: that run alone, due or not, parked or not; a parked one is taken up again.
            dead: with `run_id`: an owner that is known to have ended, whose lease need not run out.
        """
        ...

    def renew(self, lease: Lease, lease_for: timedelta) -> Lease:
        """Return the lease, running for `lease_for` from now on; LeaseLost when the run has passed on."""
        ...

    def release(self, lease: Lease, *, due_at: datetime | None, seen: Head) -> None:
        """Let the run go, to be looked at again at `due_at`, or when a fact comes (None).

        A run that no longer stands at `seen` is due at once: what came meanwhile has not been looked at. LeaseLost
        when the run has passed on.
        """
        ...

    def park(self, lease: Lease, reason: str) -> None:
        """Let the run go and have no worker take it again, for that reason; LeaseLost when it has passed on."""
        ...

    def next_due(self, *, kinds: Sequence[str] = ()) -> datetime | None:
        """Return when the next run can be claimed (which may be past), or None when all sleep."""
        ...

    def snapshot(self, run_id: str, at: Head, fold: bytes, *, program: str) -> None:
        """Keep a fold of the run up to `at`, made by a program version, in place of an older one; never evidence."""
        ...

    def latest_snapshot(self, run_id: str, *, program: str) -> tuple[Head, bytes] | None:
        """Return the fold that this program version kept, if the ledger's line at its place has the hash it says."""
        ...

    def hold(self, name: str, owner: str, lease_for: timedelta, *, dead: str = "") -> Hold | None:
        """Return the right to a named thing, or None while it is another's (and that other is not `dead`)."""
        ...

    def renew_hold(self, hold: Hold, lease_for: timedelta) -> Hold:
        """Return the right, running for `lease_for` from now on; LeaseLost when it has passed on."""
        ...

    def let_go(self, hold: Hold) -> None:
        """Give the right up; nothing changes when it has passed on already."""
        ...

    def holders(self, begins: str) -> Sequence[str]:
        """Return whose the things are at this moment whose names begin so."""
        ...

    def reserve(self, wanted: Sequence[Wanted]) -> Sequence[timedelta]:
        """Take room under limits that several processes share, and return for each how long it has to wait for it.

        Where that is longer than it would, nothing is taken for it. What is taken is not given back: it is over when
        its time is. A call whose answer was lost has taken it twice.
        """
        ...

    def tidy(self) -> None:
        """Do what an append would have to do one day, as long as it takes; called when nobody waits for an append.

        Raises:
            LedgerError: it could not be done, and nothing is lost by that.
        """
        ...

    def close(self) -> None:
        """Release the store."""
        ...
