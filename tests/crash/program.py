"""A run's process as bongsu drives it, with a trap round its ledger and its drivers: the one that is killed.

It is a program of its own, so that the one which is used can be told nothing that would kill it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bongsu.cli.place import local_folder
from bongsu.cli.running import plan_of
from bongsu.ledger import is_database, open_ledger
from bongsu.planfile import load
from bongsu.run.start import Opening, Place, resume, start
from tests.crash.points import Trap, TrappedLedger, trapped

if TYPE_CHECKING:
    from bongsu.cli.place import State
    from bongsu.core.plan import Plan
    from bongsu.ledger._port import Ledger


def where(state: str) -> State:
    """Return what the command line makes of `--state`."""
    return state if is_database(state) else Path(state)


def begin(plan: Path, state: str, trap: Trap) -> int:
    """Start a run and return its exit code, unless it comes to the point at which it dies."""
    ledger = open_ledger(where(state))
    try:
        place = _place(load(plan), plan.parent, state, trap, ledger)
        return start(place, plan.read_bytes(), Opening(go_by="james")).exit_code
    finally:
        ledger.close()


def go_on(run_id: str, folder: Path, state: str, trap: Trap) -> int:
    """Go on with a run and return its exit code, unless it comes to the point at which it dies."""
    ledger = open_ledger(where(state))
    try:
        return resume(_place(plan_of(ledger, run_id), folder, state, trap, ledger), run_id).exit_code
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
