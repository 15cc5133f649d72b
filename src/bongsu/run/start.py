"""Start a run, or go on with one: check, open or fold its ledger, drive to the end."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bongsu import __version__
from bongsu.core.actors import actor_of
from bongsu.core.events import OperatorAsked, Order, Outcome, Phase, RunOpened, SendEnded, SwitchEnded
from bongsu.core.kinds import RunKind
from bongsu.errors import LedgerWriteFailed, RunNotFound, UsageError, concerning
from bongsu.ledger.codec import decode
from bongsu.run import guard_client, preflight
from bongsu.run.book import Book
from bongsu.run.clock import SystemClock
from bongsu.run.guard_sight import SignOfLife
from bongsu.run.guarded import guarded_of
from bongsu.run.leaving import Unheard
from bongsu.run.loop import Runner
from bongsu.run.tenure import Tenure
from bongsu.run.wiring import Wiring, new_run_id, open_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from bongsu.core.kinds import Raised
    from bongsu.core.plan import Plan
    from bongsu.core.state import RunState
    from bongsu.ledger._port import Ledger
    from bongsu.redact import Redactor
    from bongsu.run.book import Watcher
    from bongsu.run.clock import Clock
    from bongsu.run.drivers import Drivers
    from bongsu.run.guarded import Guarded
    from bongsu.run.leaving import Leaving

FOR_A_CUTOVER = frozenset({Order.HOLD, Order.ROLL_BACK, Order.GO_ON})
LEFT = "the process that began this ended before the outcome was recorded"


class WindowPassed(UsageError):
    """The plan's window is over on the run's clock."""

    hint = "set a new window in the plan, and have it signed off again"


class NotOfACutover(UsageError):
    """An order for a cutover was given to a drill or a page."""

    hint = "`bongsu ack RUN --by NAME` answers it; `bongsu status RUN` shows where it stands"


class OfAGuard(UsageError):
    """The ledger is a guard's own; nobody drives it by hand."""

    hint = "`bongsu guard PLAN` goes on with it; orders are for the run that it guards"


class RunOver(UsageError):
    """The run is closed; nothing can be added to it."""

    hint = "`bongsu status RUN` shows how it ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A run that has ended, or was left: its name and the exit code that is documented for its end."""

    run_id: str
    exit_code: int
    closed: bool
    at_once: bool = False
    """It was left without waiting for what was under way."""
    held: bool = False
    """It waits for somebody who has it go on."""


def as_they_are(drivers: Drivers) -> Drivers:
    """Return the drivers."""
    return drivers


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a run is driven from: its plan, the folder of its `file:` references, its ledger and state folder."""

    plan: Plan
    folder: Path
    ledger: Ledger
    state: Path
    watcher: Callable[[str], Watcher]
    """Given the run's name, returns what is shown every new line."""
    through: Callable[[Drivers], Drivers] = as_they_are
    """What the run acts through, given its drivers: the drivers themselves, unless whoever made the place stands
    between them and the run."""
    leaving: Leaving = field(default_factory=Unheard)
    """Hears of it when the run is to be left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a new run is for, and on whose word it begins."""

    go_by: str
    """Who gave the word on the command line, or raised the page; empty when nobody gave a name."""
    kind: RunKind = RunKind.CUTOVER
    raised: Raised | None = None
    run_id: str | None = None
    """The run's name, where it is known beforehand; else a new one."""


def start(place: Place, plan_bytes: bytes, opening: Opening) -> Started:
    """Run a plan to its end on its own clock and return how it ended.

    Args:
        place: where it is driven from.
        plan_bytes: the signed-off bytes, kept as evidence.
        opening: what it is for. Only a cutover has a window and a target; a page does not wait until every service
            was asked whether it is as the plan has it.

    Raises:
        SecretMissing: a reference of the plan leads nowhere; nothing was done.
        WindowPassed: the window is over; nothing was done.
        ServicesRefuse: a channel, a contact or the target is not as the plan has it; nothing was done.
        TargetTaken: another run drives the same target, or is open and has it; nothing was done.
        LeaseLost: another process has taken the run over.
        LedgerWriteFailed: the run stopped because a line could not be stored.
    """
    plan, kind = place.plan, opening.kind
    if kind is RunKind.CUTOVER and plan.clock is None:
        # Before anything is asked for: whoever lacks five secrets as well would find them for a plan that is over.
        _in_time(plan, SystemClock().now())
    wiring = Wiring(plan, place.folder, kind)
    with Tenure(place.ledger, place.state) as tenure, ExitStack() as until:
        # Before the clock is joined: the rehearsal's clock would let go of the run that drives the target already.
        if kind is RunKind.CUTOVER:
            tenure.take_target(plan)
        clock = until.enter_context(closing(open_clock(plan)))
        if kind is RunKind.CUTOVER:
            _in_time(plan, clock.now())
        run_id = opening.run_id or new_run_id(plan, clock.now(), kind)
        runner = until.enter_context(_runner(place, wiring, clock, run_id, tenure=tenure))
        if kind is not RunKind.PAGE:
            found = [*preflight.findings(plan, runner.drivers, at=clock.at), *guard_client.preflight(plan, wiring)]
            preflight.require(found)
        opened = opened_as(plan, opening, wiring.redactor, endpoints=runner.drivers.endpoints, clock=clock.source)
        # First what can still be taken for nothing: without a first line there is no run.
        remember_folder(place.state, run_id, place.folder)
        opened_at = clock.now()
        with _or_not_at_all():
            tenure.open_run(run_id, opened_at, kind)
            runner.book.watched_by(place.watcher(run_id))
            runner.book.append(opened_at, actor_of(opened), opened, {"plan": plan_bytes})
        with concerning(run_id):
            return _drive(runner, run_id)


def _in_time(plan: Plan, now: datetime) -> None:
    """Refuse a plan whose window is over."""
    if now >= plan.window.end:
        raise WindowPassed(
            f"the window of this plan ended at {plan.window.end.astimezone(plan.timezone):%Y-%m-%d %H:%M %Z}"
        )


@contextmanager
def _or_not_at_all() -> Iterator[None]:
    """Say of a first line that could not be stored that there is no run to go on with."""
    try:
        yield
    except LedgerWriteFailed as error:
        error.hint = "no run was opened and nothing was done; free the disk or fix the folder, then start again"
        raise


def opened_as(
    plan: Plan, opening: Opening, redactor: Redactor, *, endpoints: Mapping[str, str], clock: str
) -> RunOpened:
    """Return the first line of a run; what somebody wrote of a matter stands in it without secrets and numbers."""
    raised = opening.raised
    if raised is not None:
        raised = replace(raised, summary=redactor.clean_text(raised.summary), dedup=redactor.clean_text(raised.dedup))
    return RunOpened(
        plan_sha256=plan.digest,
        cutover=plan.cutover,
        program=f"bongsu {__version__}",
        endpoints=dict(endpoints),
        clock=clock,
        go_by=opening.go_by,
        kind=opening.kind,
        raised=raised,
    )


def resume(place: Place, run_id: str, *, order: Order | None = None, by: str = "", reason: str = "") -> Started:
    """Go on with a run from its ledger, with an order if there is one, and return how it ended.

    What had begun and has no outcome is recorded as in doubt first; then it is looked for, read back, repeated or
    left to a person, as its kind allows.

    Raises:
        Driven: another process drives it.
        TargetTaken: another run has its target.
        LeaseLost: another process has taken it over from this one.
        RunOver: it is closed.
        NotOfACutover: it is a drill or a page, and the order is for a cutover.
        UsageError: it is to go on after a hold, and is not held.
    """
    kind = kind_of(place.ledger, run_id)
    with concerning(run_id), Tenure(place.ledger, place.state) as tenure, ExitStack() as until:
        refuse(run_id, kind, order)
        if kind is RunKind.CUTOVER:
            tenure.take_target(place.plan, run_id=run_id)
        tenure.take_run(run_id)
        wiring = Wiring(place.plan, place.folder, kind)
        clock = until.enter_context(closing(open_clock(place.plan)))
        runner = until.enter_context(_runner(place, wiring, clock, run_id, tenure=tenure))
        runner.book.catch_up()
        if isinstance(clock, SystemClock) and runner.book.state.at is not None:
            clock.goes_on_from(runner.book.state.at)
        if runner.book.state.closed is not None:
            raise RunOver(f"the run {run_id!r} is closed")
        if order is Order.GO_ON and runner.book.state.phase is not Phase.HELD:
            raise UsageError(f"the run {run_id!r} is not held", hint="`bongsu resume RUN` alone goes on with it")
        admit_doubt(runner.book, clock.now())
        if order is not None:
            asked = OperatorAsked(order=order, by=by, reason=reason)
            runner.book.append(clock.now(), actor_of(asked), asked)
        runner.book.watched_by(place.watcher(run_id))
        return _drive(runner, run_id)


def kind_of(ledger: Ledger, run_id: str) -> RunKind:
    """Return what a run is for, as its first line says; RunNotFound when there is no such run."""
    first = next(iter(ledger.rows(run_id)), None)
    if first is None:
        raise RunNotFound(f'there is no run "{run_id}" in "{ledger.place}"')
    event = decode(first.line).event
    return event.kind if isinstance(event, RunOpened) else RunKind.CUTOVER


def refuse(run_id: str, kind: RunKind, order: Order | None) -> None:
    """Refuse an order that means nothing for such a run, and to drive a guard's; None is to go on with it."""
    if kind is RunKind.GUARD and order is not Order.ACKNOWLEDGE:
        raise OfAGuard(f"{run_id!r} is the ledger of a guard")
    if kind is not RunKind.CUTOVER and order in FOR_A_CUTOVER:
        raise NotOfACutover(f"the run {run_id!r} is a {kind}: it switches nothing that could be held or undone")


def admit_doubt(book: Book, now: datetime) -> None:
    """Record every intention without outcome as in doubt: nobody knows how far it came.

    Each is decided anew on the newest line: the process that began it may be writing its outcome at this moment.
    """
    while (left := _left(book.state)) is not None:
        book.decide(now, left)


def _left(state: RunState) -> SendEnded | SwitchEnded | None:
    for send in state.sends.values():
        if send.outcome is None:
            return SendEnded(key=send.key, attempt=send.attempt, outcome=Outcome.IN_DOUBT, reason=LEFT)
    for switch in state.switches.values():
        if switch.outcome is None:
            return SwitchEnded(key=switch.key, attempt=switch.attempt, outcome=Outcome.IN_DOUBT, reason=LEFT)
    return None


@contextmanager
def _runner(place: Place, wiring: Wiring, clock: Clock, run_id: str, *, tenure: Tenure) -> Iterator[Runner]:
    drivers = place.through(wiring.drivers(run_id, clock.now, anew=clock.read))
    try:
        book = Book(place.plan, place.ledger, run_id, wiring.redactor, tenure=tenure)
        sign = SignOfLife(place.state, run_id)

        def guarded(put: Callable[[object], None]) -> Guarded | None:
            return guarded_of(wiring, book, clock, sign=sign, put=put)

        yield Runner(book, drivers, clock, beside=guarded, leaving=place.leaving)
    finally:
        drivers.close()


def _drive(runner: Runner, run_id: str) -> Started:
    try:
        exit_code = runner.run()
    except KeyboardInterrupt:
        return Started(run_id=run_id, exit_code=3, closed=False, at_once=True)
    state = runner.book.state
    held = state.phase is Phase.HELD
    return Started(run_id=run_id, exit_code=exit_code, closed=state.closed is not None, held=held)


def remember_folder(state: Path, run_id: str, folder: Path) -> None:
    """Keep, beside the ledger and not in the evidence, what the plan's `file:` references are relative to."""
    place = state / "runs"
    try:
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{run_id}.json").write_text(json.dumps({"folder": str(folder.resolve())}), "utf-8")
    except OSError as error:
        raise LedgerWriteFailed(
            f"the state folder {str(state)!r} cannot be used",
            cause=error.strerror,
            hint="name a folder that you may write with `--state`, or set BONGSU_STATE",
        ) from error


def folder_of(state: Path, run_id: str) -> Path | None:
    """Return the folder that was kept for a run, or None when it was not."""
    from pathlib import Path as Folder

    try:
        return Folder(json.loads((state / "runs" / f"{run_id}.json").read_text("utf-8"))["folder"])
    except (OSError, ValueError, KeyError):
        return None
