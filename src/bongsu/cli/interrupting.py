"""A rehearsed crash: the run's process is killed between the enabling and the first run, and the run is resumed."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from queue import SimpleQueue
from typing import TYPE_CHECKING

import click

from bongsu.cli.place import asked_for_json, own_state
from bongsu.cli.running import resume_run
from bongsu.cli.speech import say
from bongsu.core.events import Phase, PhaseEntered
from bongsu.ledger import open_ledger
from bongsu.ledger.codec import decode
from bongsu.run.guard import PREFIX
from bongsu.run.wiring import open_clock

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.cli.place import State
    from bongsu.core.plan import Plan
    from bongsu.ledger._port import Ledger
    from bongsu.run.clock import Clock

LOOK_EVERY_S = 0.002
STEP = timedelta(seconds=1)
PROGRAM = (sys.executable, "-c", "from bongsu.cli.main import main; main()")


def run_killed(plan: Plan, path: Path, *, state: State, out: Path | None) -> int:
    """Run the plan in a process of its own, kill it once the target reads back as enabled, and resume the run.

    Returns the documented exit code of the resumed run, or that of the process when it ended before.
    """
    killed = _kill(plan, path, state=state, out=out)
    if killed.run_id is None:
        return killed.exit_code
    click.echo(say("killed process {} with SIGKILL; resuming {}", killed.process, killed.run_id), err=True)
    return resume_run(killed.run_id, state=state, out=out, folder=path.parent, goes_on=False)


def run_silenced(plan: Plan, path: Path, *, state: State, out: Path | None) -> int:
    """Run and kill as `run_killed` does, wait until the run's guard has acted, and only then resume the run.

    Returns the documented exit code of the resumed run, which has learned of the guard's act from the guard itself.
    """
    killed = _kill(plan, path, state=state, out=out)
    if killed.run_id is None:
        return killed.exit_code
    text = "killed process {} with SIGKILL; its guard has to notice that {} is silent"
    click.echo(say(text, killed.process, killed.run_id), err=True)
    # The dead process's place at the rehearsal's clock: the night waits no longer for it, and not for nothing either.
    with closing(open_clock(plan)) as clock:
        _until_guarded(clock, state, killed.run_id)
        click.echo(say("resuming {}", killed.run_id), err=True)
        return resume_run(killed.run_id, state=state, out=out, folder=path.parent, goes_on=False)


@dataclass(frozen=True, slots=True)
class _Killed:
    run_id: str | None
    process: int
    exit_code: int


def _kill(plan: Plan, path: Path, *, state: State, out: Path | None) -> _Killed:
    """Run the plan in a process of its own, and kill that once the target reads back as enabled."""
    ledger = open_ledger(state)
    try:
        before = {run.run_id for run in ledger.runs()}
        args = ["start", str(path), "--go", plan.captain, "--state", str(state)]
        args += ["--json"] if asked_for_json() else []
        process = subprocess.Popen([*PROGRAM, *args, *([] if out is None else ["--out", str(out)])])  # noqa: S603
        try:
            run_id = _once_enabled(ledger, before, process)
        finally:
            process.kill()
            process.wait()
    finally:
        ledger.close()
    return _Killed(run_id, process.pid, process.returncode)


def _until_guarded(clock: Clock, state: State, run_id: str) -> None:
    """Let the rehearsal's time go on, second by second, until the run's guard has closed a run of its own."""
    ledger = open_ledger(own_state(state))
    try:
        while not any(run.closed and run.run_id == f"{PREFIX}{run_id}" for run in ledger.runs()):
            clock.wait(clock.now() + STEP, SimpleQueue(), idle=True)
    finally:
        ledger.close()


def _once_enabled(ledger: Ledger, before: set[str], process: subprocess.Popen[bytes]) -> str | None:
    """Return the new run's name as soon as its ledger holds the read-back, or None when the process has ended."""
    run_id, seq = None, 0
    while _runs(process):
        if run_id is None:
            new = (run.run_id for run in ledger.runs() if run.run_id not in before)
            run_id = next((name for name in new if not name.startswith(PREFIX)), None)
        for row in ledger.rows(run_id, seq) if run_id is not None else ():
            seq = row.seq
            event = decode(row.line).event
            if isinstance(event, PhaseEntered) and event.phase is Phase.ENABLED:
                return run_id
    return None


def _runs(process: subprocess.Popen[bytes]) -> bool:
    """Return whether the process is still there a moment from now."""
    try:
        process.wait(timeout=LOOK_EVERY_S)
    except subprocess.TimeoutExpired:
        return True
    return False
