"""`bongsu rehearse [PLAN]`: the whole run on this machine, against imitated services, with no account anywhere."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import click

from bongsu.cli.place import state_option
from bongsu.errors import UsageError
from bongsu.planfile import load


def default_plan() -> Path:
    """Return the Naver SMS plan that comes with the program."""
    return Path(__file__).parent.parent / "plans" / "naver-sms.yaml"


def changes_in(path: Path | None) -> dict[str, Any]:
    """Return what a file lays over the imitated world; UsageError when it is no JSON object."""
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"the world in {str(path)!r} cannot be read", cause=str(error)) from error
    if not isinstance(found, dict):
        raise UsageError(
            f"the world in {str(path)!r} is no JSON object", hint='for example {"workload": {"never_runs": true}}'
        )
    return found


@click.command("rehearse")
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Evidence folder (default: evidence/<run>)."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the imitated world's chances.")
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Keep the world's own record here.")
@click.option(
    "--world",
    "world_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="JSON laid over the imitated world: what goes otherwise than well.",
)
@state_option
def command(
    plan: Path | None, out: Path | None, *, seed: int, keep: Path | None, world_file: Path | None, state: Path
) -> int:
    """Run PLAN (default: the Naver SMS cutover) from baseline to the end of its watch, in about a minute.

    It is the same program as `start`; only the addresses, the people and the clock are imitated. A night passes at
    once, a request takes as long as it takes. Exits as `start` does.
    """
    from bongsu.cli.running import run_plan
    from bongsu.cli.world_plan import world_of
    from bongsu.cli.world_process import clean_environment, make_parity, world, write_plan

    source = plan or default_plan()
    original = load(source)
    changes = changes_in(world_file)
    folder = keep or state / "worlds" / f"{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    click.echo("starting the imitated services on this machine", err=True)
    made = world_of(original, folder, seed=seed, changes=changes)
    try:
        with world(made, folder) as addresses:
            os.environ.update(clean_environment(made.provision.environment))
            make_parity(folder)
            path = write_plan(source.read_bytes(), source.name, folder, addresses)
            return run_plan(load(path), path, state=state, out=out, go_by=original.captain)
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
