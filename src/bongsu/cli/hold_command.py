"""`bongsu hold RUN`: leave everything as it is until somebody has it go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bongsu.cli.place import json_outcome, out_option, state_option

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.cli.place import State


@click.command("hold")
@click.argument("run")
@click.option("--by", metavar="NAME", required=True, help="Who gives the order: a contact of the plan.")
@click.option("--reason", default="", help="Why, for the ledger.")
@out_option
@state_option
@json_outcome
def command(run: str, *, by: str, reason: str, out: Path | None, state: State) -> int:
    """Hold RUN where it stands: nothing is switched or announced until `resume RUN --go-on` or `rollback RUN`.

    Exits with 3: the run is open.
    """
    from bongsu.cli.naming import runs_at
    from bongsu.cli.orders import give, known
    from bongsu.cli.running import plan_of
    from bongsu.core.events import Order

    with runs_at(state, run) as ledger:
        known(plan_of(ledger, run), by)
    return give(run, Order.HOLD, by=by, reason=reason, state=state, out=out)
