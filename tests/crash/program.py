"""A run's process as bongsu drives it, a guard's and a worker's, with a trap round ledger and drivers: what is killed.

It is a program of its own, so that the one which is used can be told nothing that would kill it.
"""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bongsu.addresses import listen_at
from bongsu.cli.leaving import heeded
from bongsu.cli.main import exit_code_of
from bongsu.cli.place import local_folder, own_state
from bongsu.cli.running import plan_of
from bongsu.cli.serving import Desk, tell
from bongsu.intake._door import Door, Entrance
from bongsu.intake._guard import Guard as Doorkeeper
from bongsu.ledger import is_database, open_ledger
from bongsu.planfile import load
from bongsu.run.clock import SystemClock
from bongsu.run.guard import Guard, GuardPlace
from bongsu.run.guard_sight import Sight
from bongsu.run.served import serve_plan
from bongsu.run.service import Service
from bongsu.run.start import Opening, Place, resume, start
from tests.crash.points import Trap, TrappedLedger, trapped

if TYPE_CHECKING:
    from bongsu.cli.place import State
    from bongsu.core.plan import Plan
    from bongsu.ledger._port import Ledger
    from bongsu.run.drivers import Drivers
    from bongsu.run.wiring import Wiring


def where(state: str) -> State:
    """Return what the command line makes of `--state`."""
    return state if is_database(state) else Path(state)


def begin(plan: Path, state: str, trap: Trap) -> int:
    """Start a run and return its exit code, unless it comes to the point at which it dies."""
    ledger = open_ledger(where(state))
    try:
        place = _place(load(plan), plan.parent, state, trap, ledger)
        return exit_code_of(lambda: start(place, plan.read_bytes(), Opening(go_by="james")).exit_code)
    finally:
        ledger.close()


def go_on(run_id: str, folder: Path, state: str, trap: Trap) -> int:
    """Go on with a run and return its exit code, unless it comes to the point at which it dies."""
    ledger = open_ledger(where(state))
    try:
        place = _place(plan_of(ledger, run_id), folder, state, trap, ledger)
        return exit_code_of(lambda: resume(place, run_id).exit_code)
    finally:
        ledger.close()


def _place(plan: Plan, folder: Path, state: str, trap: Trap, ledger: Ledger) -> Place:
    return Place(
        plan=plan,
        folder=folder,
        ledger=TrappedLedger(ledger, trap),
        state=local_folder(where(state)),
        watcher=lambda run_id: lambda line, after: None,
        through=lambda drivers: trapped(drivers, trap),
    )


class TrappedWiring:
    """A wiring whose drivers can die on either side of their calls."""

    def __init__(self, wiring: Wiring, trap: Trap) -> None:
        self._wiring = wiring
        self._trap = trap

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wiring, name)

    def drivers(self, *args: Any, **more: Any) -> Drivers:
        return trapped(self._wiring.drivers(*args, **more), self._trap)


def guard(path: Path, state: str, trap: Trap) -> int:
    """Stand by for a run until the guard comes to the point at which it dies, or the run is over."""
    plan, own = load(path), own_state(where(state))
    place = GuardPlace(
        plan=plan,
        plan_bytes=path.read_bytes(),
        folder=path.parent,
        ledger=TrappedLedger(open_ledger(own), trap),
        state=own,
        sight=Sight(lambda: open_ledger(where(state)), local_folder(where(state))),
        listen=None,
        watcher=lambda run_id: lambda line, after: None,
        ready=lambda at: print("stands by", flush=True),  # noqa: T201 - read by whoever waits for it
        closed=lambda run_id, code: None,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    made = Guard(place)
    made.wiring = TrappedWiring(made.wiring, trap)  # type: ignore[assignment]
    return made.serve()


def serve(path: Path, state: str, trap: Trap, at: str) -> int:
    """Serve a plan until it comes to the point at which it dies, or a signal says to stop."""
    clock = SystemClock()
    plan = serve_plan(path.stem, load(path), path.read_bytes(), folder=path.parent, now=clock.now)
    plan = replace(plan, drivers=trapped(plan.drivers, trap))
    service = Service(TrappedLedger(open_ledger(where(state)), trap), [plan], clock, tell=tell)
    intake = plan.plan.intake
    assert intake is not None
    entrance = Entrance(
        guard=Doorkeeper(bearer=plan.secret(intake.bearer, "intake.bearer"), signed=None, now=clock.now),
        sns=None,
        reader=None,
    )
    door = Door(listen_at(at), {plan.name: entrance}, Desk(service, clock), language="en")
    signal.pthread_sigmask(signal.SIG_BLOCK, heeded())
    service.start()
    door.open()
    signal.sigwait(heeded())
    door.close()
    service.stop()
    return 0
