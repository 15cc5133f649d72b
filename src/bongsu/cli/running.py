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
        if started.closed:
            write(ledger, started.run_id, folder)
            verdict = {0: "pass", 1: "fail", 3: "held", 6: "no-go"}.get(started.exit_code, "ended")
            click.echo(f"closed: {verdict}   {folder}/report.md   {head.seq} events, newest link {head.short}")
        else:
            click.echo(f"left running: {started.run_id}   {head.seq} events; nothing more happens until it goes on")
        return started.exit_code
    finally:
        ledger.close()
