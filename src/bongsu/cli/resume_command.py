"""`bongsu resume RUN`: go on from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bongsu.cli.place import json_outcome, out_option, state_option

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.cli.place import State


@click.command("resume")
@click.argument("run")
@click.option("--go-on", is_flag=True, help="Have a held run go on.")
@click.option("--by", metavar="NAME", default="", help="Who has it go on: a contact of the plan.")
@out_option
@state_option
@json_outcome
def command(run: str, *, go_on: bool, by: str, out: Path | None, state: State) -> int:
    """Go on with RUN from its ledger, after a crash, a Ctrl-C, or (with --go-on --by NAME) after a hold.

    What had begun without an outcome is in doubt: it is looked for or read back before anything is done again.
    Exits as `start` does.
    """
    from bongsu.cli.naming import runs_at
    from bongsu.cli.orders import known
    from bongsu.cli.running import plan_of, resume_run
    from bongsu.core.events import Order
    from bongsu.errors import UsageError

    if go_on:
        if not by:
            raise UsageError("--go-on needs a name", hint="say who has it go on: --by NAME")
        with runs_at(state, run) as ledger:
            known(plan_of(ledger, run), by)
    return resume_run(run, state=state, out=out, order=Order.GO_ON if go_on else None, by=by)
