"""`bongsu drill PLAN`: the plan's drill alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bongsu.cli.place import json_outcome, out_option, plan_argument, state_option

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.cli.place import State


@click.command("drill")
@plan_argument
@click.option("--by", metavar="NAME", default="", help="Who has it drilled: a contact of the plan.")
@out_option
@state_option
@json_outcome
def command(plan: Path, *, by: str, out: Path | None, state: State) -> int:
    """Page everybody whom the drill of PLAN names, marked as a drill, and time their answers; switch nothing.

    At any time, with or without a cutover: the window does not matter, and no target is asked.

    Exits with 0 when everybody acknowledged within the SLA, 1 when not, 2 when the plan cannot be used, 3 when it was
    left running.
    """
    from bongsu.cli.orders import known
    from bongsu.cli.running import run_plan
    from bongsu.core.kinds import RunKind
    from bongsu.errors import UsageError
    from bongsu.planfile import load
    from bongsu.run.start import Opening

    loaded = load(plan)
    if loaded.drill is None:
        raise UsageError("the plan has no drill", hint="add drill: {policy: …, everyone: […], ack_sla: …}")
    if by:
        known(loaded, by)
    return run_plan(loaded, plan, Opening(go_by=by, kind=RunKind.DRILL), state=state, out=out)
