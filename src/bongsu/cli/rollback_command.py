"""`bongsu rollback RUN`: undo the cutover, at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bongsu.cli.place import json_outcome, out_option, state_option

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.cli.place import State


@click.command("rollback")
@click.argument("run")
@click.option("--by", metavar="NAME", required=True, help="Who gives the order: a contact of the plan.")
@click.option("--reason", default="", help="Why, for the ledger.")
@out_option
@state_option
@json_outcome
def command(run: str, *, by: str, reason: str, out: Path | None, state: State) -> int:
    """Disable the target of RUN, read it back, put the legacy back if the plan says so, and say so.

    Works whether or not a process drives the run. Before the switch it is a no-go: there is nothing to undo.
    Exits with 1 when rolled back, 4 when it could not be, 6 for a no-go, 3 when handed to a running process.
    """
    from bongsu.cli.naming import runs_at
    from bongsu.cli.orders import give, known
    from bongsu.cli.running import plan_of
    from bongsu.core.events import Order

    with runs_at(state, run) as ledger:
        known(plan_of(ledger, run), by)
    return give(run, Order.ROLL_BACK, by=by, reason=reason, state=state, out=out)
