"""What `bongsu serve` builds from plans and a state, and what it says while it works."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, assert_never

import click

from bongsu.addresses import why_not_listening
from bongsu.cli.leaving import Asked, BySignal, heeded
from bongsu.cli.speech import chosen, say
from bongsu.errors import BongsuError, LedgerError, RunNotFound, SecretMissing, UsageError
from bongsu.intake._door import Door, Entrance
from bongsu.intake._guard import Guard
from bongsu.intake.sns import open_sns
from bongsu.ledger import open_ledger
from bongsu.planfile import load
from bongsu.run.board import Board
from bongsu.run.clock import SystemClock
from bongsu.run.served import NotServed, serve_plan
from bongsu.run.service import Service
from bongsu.run.told import Told
from bongsu.run.worker import Size
from bongsu.secrets import together

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from bongsu.addresses import ListenAt
    from bongsu.cli.place import State
    from bongsu.core.plan import Plan
    from bongsu.intake._door import Took
    from bongsu.intake._port import Alarm
    from bongsu.run.clock import Clock
    from bongsu.run.served import Served


SWITCH_S = 0.0005
"""After how long a thread that computes lets others go on."""
SELDOM = (50_000, 20, 20)
"""After how many new objects unused ones are looked for in the middle of something; mostly that is done in between."""
MANY = 5_000
AGAIN_AFTER = timedelta(minutes=1)
LINES_MOST = 100
"""Different lines about alarms that were not taken, in a minute."""


class AddressTaken(UsageError):
    """The address cannot be listened at."""

    hint = "name another with --listen, or give --no-listen where another worker takes the alarms"


class LeftAtOnce(BongsuError):
    """Somebody did not wait until what was under way had its outcome."""

    exit_code = 3
    hint = "whoever goes on with these pages holds it in doubt, and looks for it or sends it again, marked"


class Seldom:
    """Lets a line through that was not said within the last minute: whoever sends a thousand fills no log with it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said_at: dict[tuple[str, ...], datetime] = {}
        self._lock = threading.Lock()

    def lets(self, *words: str) -> bool:
        """Return whether to say it now."""
        now = self._clock.now()
        with self._lock:
            self._said_at = {line: at for line, at in self._said_at.items() if timedelta() <= now - at < AGAIN_AFTER}
            if words in self._said_at or len(self._said_at) >= LINES_MOST:
                return False
            self._said_at[words] = now
        return True


class Desk:
    """What stands behind the address: pages that are raised, and the board of what is open."""

    def __init__(self, service: Service, clock: Clock) -> None:
        self._service = service
        self._seldom = Seldom(clock)
        self._board = Board(service.ledger, service.plan_of, clock.now, name_of=service.name_of)

    def take(self, plan: str, alarm: Alarm, *, sender: str) -> Took | None:
        """Return what came of an alarm, once the ledger holds it; None when it could not take it."""
        wellness = self._service.worker.wellness
        proofs = wellness.proofs
        try:
            took = self._service.raising.take(self._service.plans[plan], alarm, sender=sender)
        except LedgerError as error:
            wellness.troubled(error, proofs)
            return None
        if took.word == "opened":
            click.echo(say("{}: opened for an alarm from {}", took.run_id, sender), err=True)
        return took

    def turned_away(self, plan: str, *, sender: str, why: str) -> None:
        """Say that an alarm was not taken, and why, once a minute: SNS tells nobody what it was answered."""
        if self._seldom.lets(plan, sender, why):
            click.echo(say("{}: an alarm from {} was not taken: {}", plan, sender, why), err=True)

    def heard(self, plan: str, *, sender: str, what: str) -> None:
        """Say what a sender says about whether its alarms come at all."""
        click.echo(say("{}: from {}: {}", plan, sender, what), err=True)

    def shown(self, plans: Sequence[str], *, before: str = "") -> Mapping[str, Any] | None:
        """Return what is open of these plans, behind that run; None when there is no such run.

        Raises:
            LedgerError: the ledger could not be read.
        """
        if not before.isprintable():
            return None  # no run is called so, and a database takes it amiss to be asked
        try:
            return self._board.shown(plans, before=before)
        except RunNotFound:
            return None

    def well(self) -> bool:
        """Return whether runs are driven and the ledger can be written."""
        return self._service.worker.well


def serve(paths: Sequence[Path], *, at: ListenAt | None, turns: int, state: State) -> int:
    """Serve the plans until a signal says to stop, and return 0."""
    clock = SystemClock()
    with ExitStack() as closing:
        stops = closing.enter_context(_asked_to_stop_later())
        plans = _taking(_distinct({path: load(path) for path in _told_apart(paths)}), at)
        served = _all_served(plans, at, clock)
        ledger = open_ledger(state)
        closing.callback(ledger.close)
        service = Service(ledger, served, clock, tell=tell, changed=_changed, size=Size(turns=turns), between=_collect)
        door = _door(service, served, at, clock) if at is not None else None
        if door is not None:
            # Before anything is driven: an address that cannot be had leaves nothing begun.
            _opened(door, at)
        service.start()
        closing.callback(_stop, service, door)
        # A message waits for two or three threads in turn: Python's own five milliseconds for each would be most of it.
        sys.setswitchinterval(SWITCH_S)
        # What is there now stays: looking through it for what nobody uses took longer than many pages.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*SELDOM)
        names = ", ".join(plan.name for plan in served)
        click.echo(say("serving {} (process {}); Ctrl-C or SIGTERM stops", names, os.getpid()), err=True)
        stops.wait()
        click.echo(say("stopping: what is under way is ended, the rest is left to others"), err=True)
        stops.let_through()
    return 0


def _stop(service: Service, door: Door | None) -> None:
    """Let nobody new in, and then end what is under way; LeftAtOnce when somebody does not wait for that."""
    try:
        if door is not None:
            door.close()
        service.stop(waits=BySignal().waits)
    except KeyboardInterrupt:
        raise LeftAtOnce("this worker was left at once: what was under way has no outcome") from None


def _collect() -> None:
    """Look for unused objects, if there may be many."""
    if gc.get_count()[0] > MANY:
        gc.collect()


class _Stops:
    """Whoever asks this process to stop: waited for, and from then on let through to ask again."""

    def __init__(self) -> None:
        self.signals = heeded()
        self._asked = Asked()

    def wait(self) -> None:
        """Wait until somebody asks."""
        self._asked.again(signal.sigwait(self.signals))

    @property
    def at_once(self) -> bool:
        """Whether somebody asked again."""
        return self._asked.at_once

    def let_through(self) -> None:
        """Have whoever asks again from here on be a KeyboardInterrupt."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, self.signals)

    def heard(self, number: int, _frame: object) -> None:
        """Hear of a signal that was let through."""
        if self._asked.again(number):
            raise KeyboardInterrupt


@contextmanager
def _asked_to_stop_later() -> Iterator[_Stops]:
    """Keep whoever asks this process to stop waiting until `wait` hears of it.

    A handler would not do: a signal that comes in the moment before a thread begins to wait does not wake it.
    """
    stops = _Stops()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, stops.signals)
    handlers = {number: signal.signal(number, stops.heard) for number in stops.signals}
    try:
        yield stops
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, stops.signals)
        # Asked once more when all is done is not asked for anything.
        while signal.sigtimedwait(stops.signals, 0) is not None:
            pass
        # Left at once, it has yet to say so, and goes on hearing.
        for number, handler in () if stops.at_once else handlers.items():
            signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def tell(what: Told, run_id: str, text: str) -> None:
    """Say on standard error what the ledger does not."""
    click.echo(_sentence(what, run_id, text), err=True)


def _sentence(what: Told, run_id: str, text: str) -> str:
    match what:
        case Told.CLOSED:
            return say("{}: closed, {}", run_id, say(text.replace("_", " ")))
        case Told.PARKED:
            return say("{}: parked, no worker takes it any more: {}", run_id, text)
        case Told.PASSED_ON:
            return say("{}: another worker has taken it over", run_id)
        case Told.NOT_SERVED:
            return say("{}: of a plan that is not served here, left to others", run_id)
        case Told.FAULT:
            return say("{}: bongsu itself failed: {}", run_id, text)
        case Told.LEDGER:
            return say("the ledger could not be used: {}", text)
        case Told.LEDGER_BACK:
            return say("the ledger can be used again")
        case Told.FORGED:
            return say("a press with a code that is not ours was left out: {}", text)
        case _ as unreachable:
            assert_never(unreachable)


def _changed(channel: str, state: str, reason: str) -> None:
    text = (
        say("{}: answers come in", channel) if state == "open" else say("{}: no answers come in: {}", channel, reason)
    )
    click.echo(text, err=True)


def _told_apart(paths: Sequence[Path]) -> Sequence[Path]:
    names = [path.stem for path in paths]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise NotServed(f"two plans are called {twice!r}, and alarms are addressed by that name")
    return paths


def _distinct(plans: Mapping[Path, Plan]) -> Mapping[Path, Plan]:
    """Return the plans; NotServed when two have one title: an alarm of one would be taken for the other's."""
    titles = [plan.cutover for plan in plans.values()]
    twice = next((title for title in titles if titles.count(title) > 1), None)
    if twice is not None:
        raise NotServed(
            f"two plans have the title {twice!r}, by which their pages are told apart",
            hint="give each plan a `cutover` of its own",
        )
    return plans


def _taking(plans: Mapping[Path, Plan], at: ListenAt | None) -> Mapping[Path, Plan]:
    """Return the plans; UsageError when none takes alarms and alarms are listened for. No secret is looked for yet."""
    if at is not None and all(plan.intake is None for plan in plans.values()):
        raise UsageError(
            "none of the plans takes alarms",
            hint="add intake: {bearer: env:…} to a plan, or give --no-listen",
        )
    return plans


def _all_served(plans: Mapping[Path, Plan], at: ListenAt | None, clock: Clock) -> list[Served]:
    """Return the plans with their channels open; SecretMissing names the secrets of all of them that lead nowhere."""
    served: list[Served] = []
    lacking: list[SecretMissing] = []
    for path, plan in plans.items():
        more = _asked_by_alarms(plan) if at is not None else ()
        try:
            one = serve_plan(path.stem, plan, path.read_bytes(), folder=path.parent, now=clock.now, more=more)
        except SecretMissing as error:
            lacking.append(error)
        else:
            served.append(one)
    if lacking:
        raise together(lacking)
    return served


def _asked_by_alarms(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield the secrets by which alarms are taken and the live page is shown, as (plan key, reference)."""
    if plan.intake is not None:
        for name in ("bearer", "signed", "reader"):
            reference = getattr(plan.intake, name)
            if reference is not None:
                yield f"intake.{name}", reference


def _door(service: Service, served: Sequence[Served], at: ListenAt, clock: Clock) -> Door:
    entrances = {plan.name: _entrance(plan, at, clock) for plan in served if plan.plan.intake is not None}
    return Door(at, entrances, Desk(service, clock), language=chosen())


def _entrance(plan: Served, at: ListenAt, clock: Clock) -> Entrance:
    intake = plan.plan.intake
    assert intake is not None
    if intake.reader is None and not at.on_loopback:
        raise UsageError(
            f"the plan {plan.name!r} has no password for the live page, which {at.shown} shows beyond this machine",
            hint="add intake.reader to the plan, or listen on 127.0.0.1",
        )
    if intake.reader is None and intake.sns_topics:
        raise UsageError(
            f"the plan {plan.name!r} has no password for the live page, and whatever SNS reaches others reach too",
            hint="add intake.reader to the plan",
        )
    bearer = plan.secret(intake.bearer, "intake.bearer")
    signed = plan.secret(intake.signed, "intake.signed")
    return Entrance(
        guard=Guard(bearer=bearer, signed=signed, now=clock.now),
        sns=open_sns(intake.sns_topics, clock.now) if intake.sns_topics else None,
        reader=plan.secret(intake.reader, "intake.reader"),
    )


def _opened(door: Door, at: ListenAt | None) -> None:
    assert at is not None
    try:
        door.open()
    except OSError as error:
        raise AddressTaken(f"cannot listen at {at.shown}", cause=why_not_listening(error)) from error
    click.echo(say("alarms: POST http://{}/alarms/PLAN   live page: http://{}/", at.shown, at.shown), err=True)
