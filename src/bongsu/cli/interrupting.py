"""A rehearsed crash: the run's process is killed between the enabling and the first run, and the run is resumed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click

from bongsu.cli.running import resume_run
from bongsu.cli.speech import say
from bongsu.core.events import Phase, PhaseEntered
from bongsu.ledger import open_ledger
from bongsu.ledger.codec import decode

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.cli.place import State
    from bongsu.core.plan import Plan
    from bongsu.ledger._port import Ledger

LOOK_EVERY_S = 0.002
PROGRAM = (sys.executable, "-c", "from bongsu.cli.main import main; main()")


def run_killed(plan: Plan, path: Path, *, state: State, out: Path | None) -> int:
    """Run the plan in a process of its own, kill it once the target reads back as enabled, and resume the run.

    Returns the documented exit code of the resumed run, or that of the process when it ended before.
    """
    ledger = open_ledger(state)
    try:
        before = {run.run_id for run in ledger.runs()}
        args = ["start", str(path), "--go", plan.captain, "--state", str(state)]
        process = subprocess.Popen([*PROGRAM, *args, *([] if out is None else ["--out", str(out)])])  # noqa: S603
        try:
            run_id = _once_enabled(ledger, before, process)
        finally:
            process.kill()
            process.wait()
    finally:
        ledger.close()
    if run_id is None:
        return process.returncode
    click.echo(say("killed process {} with SIGKILL; resuming {}", process.pid, run_id), err=True)
    return resume_run(run_id, state=state, out=out, folder=path.parent)


def _once_enabled(ledger: Ledger, before: set[str], process: subprocess.Popen[bytes]) -> str | None:
    """Return the new run's name as soon as its ledger holds the read-back, or None when the process has ended."""
    run_id, seq = None, 0
    while _runs(process):
        if run_id is None:
            run_id = next((run.run_id for run in ledger.runs() if run.run_id not in before), None)
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
