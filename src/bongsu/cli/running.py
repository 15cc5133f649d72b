"""What `start` and `rehearse` share: run a loaded plan, show its lines, write its evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bongsu.cli.progress import Progress
from bongsu.cli.proving import write
from bongsu.ledger import open_ledger
from bongsu.run.start import start

if TYPE_CHECKING:
    from bongsu.core.plan import Plan


ENDS = {
    0: "closed: pass",
    1: "closed: fail",
    4: "closed: rollback failed",
    6: "closed: no-go",
}


def run_plan(plan: Plan, plan_path: Path, *, state: Path, out: Path | None, go_by: str) -> int:
    """Run the plan, write its evidence folder, and return the documented exit code."""
    ledger = open_ledger(state)
    try:
        started = start(
            plan,
            plan_path.read_bytes(),
            folder=plan_path.parent,
            ledger=ledger,
            go_by=go_by,
            watcher=lambda run_id: Progress(plan, run_id),
        )
        folder = out or Path("evidence") / started.run_id
        head = ledger.head(started.run_id)
        write(ledger, started.run_id, folder)
        word = ENDS.get(started.exit_code, "ended") if started.closed else "open"
        click.echo(f"{word}   {folder}/report.md   {head.seq} events, newest link {head.short}")
        return started.exit_code
    finally:
        ledger.close()
