"""`bongsu start PLAN --go NAME`: the cutover itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bongsu.cli.place import json_outcome, plan_argument, state_option
from bongsu.errors import UsageError
from bongsu.planfile import load

if TYPE_CHECKING:
    from bongsu.cli.place import State


@click.command("start")
@plan_argument
@click.option("--go", "go_by", metavar="NAME", required=True, help="Who gives the word: a contact of the plan.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Evidence folder (default: evidence/<run>)."
)
@state_option
@json_outcome
def command(plan: Path, go_by: str, out: Path | None, state: State) -> int:
    """Run PLAN: baseline, go, announce, enable, verify, drill, watch, and leave the evidence.

    Exits as documented in `bongsu --help`.
    """
    from bongsu.cli.orders import must_cut_over
    from bongsu.cli.running import run_plan
    from bongsu.run.start import Opening

    loaded = load(plan)
    must_cut_over(loaded)
    if go_by not in loaded.contacts:
        raise UsageError(
            f"nobody in the plan is called {go_by!r}", hint=f"the contacts are {', '.join(loaded.contacts)}"
        )
    return run_plan(loaded, plan, Opening(go_by=go_by), state=state, out=out)
