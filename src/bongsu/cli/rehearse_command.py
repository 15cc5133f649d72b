"""`bongsu rehearse [PLAN]`: the whole run on this machine, against imitated services, with no account anywhere."""

from __future__ import annotations

import json
import os
import shutil
import threading
from contextlib import contextmanager, suppress
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bongsu.cli.leaving import BySignal
from bongsu.cli.orders import must_cut_over
from bongsu.cli.place import json_option, local_folder, state_option
from bongsu.cli.scenarios import Scenario, as_values, scenario_of, table
from bongsu.cli.sitting import Sitting, page_options, sitting_of
from bongsu.cli.speech import say
from bongsu.cli.world_plan import laid_over, played_by_nothing, world_of
from bongsu.cli.world_process import WorldNotReady
from bongsu.errors import UsageError
from bongsu.planfile import load
from bongsu.run.start import Opening

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bongsu.cli.place import State
    from bongsu.core.plan import Plan

LEFT_OPEN = 3
"""The exit code of a run that was left: whoever pressed Ctrl-C wants to be gone."""


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
        why = error.strerror if isinstance(error, OSError) else None
        raise UsageError(
            f"the world in {str(path)!r} cannot be read",
            cause=why or str(error),
            hint='for example {"workload": {"never_runs": true}}',
        ) from error
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
@click.option(
    "--seed", metavar="N", type=int, default=1, show_default=True, help="Seed of the imitated world's chances."
)
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Keep the world's own record here.")
@click.option(
    "--world",
    "world_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="JSON laid over the imitated world: what goes otherwise than well.",
)
@click.option(
    "--scenario", "name", metavar="NAME", help="A story that goes otherwise than well; --list-scenarios has them."
)
@click.option(
    "--list-scenarios", "listed", is_flag=True, help="List the scenarios with the exit codes that they must end with."
)
@page_options
@json_option
@state_option
def command(  # noqa: PLR0913 - one for each option
    plan: Path | None,
    out: Path | None,
    *,
    seed: int,
    keep: Path | None,
    world_file: Path | None,
    name: str | None,
    listed: bool,
    interactive: bool,
    play: tuple[str, ...],
    pace: str | None,
    as_json: bool,
    state: State,
) -> int:
    """Run PLAN (default: the Naver SMS cutover) from baseline to the end of its watch, in about a minute.

    With --interactive you answer for the people in it, at a page that shows the chats, the services and the clock.

    It is the same program as `start`; only the addresses, the people and the clock are imitated. A night passes at
    once, a request takes as long as it takes. Exits as `start` does, in every scenario.
    """
    if listed:
        click.echo(json.dumps(as_values(), ensure_ascii=False, indent=1) if as_json else table())
        return 0
    source = plan or default_plan()
    scenario = scenario_of(name or "happy")
    original = load(source)
    must_cut_over(original)
    scenario = scenario.fitted(original)
    sitting = sitting_of(original, interactive=interactive, play=play, pace=pace)
    changes = laid_over({**scenario.world}, changes_in(world_file))
    asked = _Asked(original, scenario, seed=seed, changes=changes, sitting=sitting, state=state, out=out)
    with _folder_of_world(keep, state) as folder:
        code = _rehearse(source, folder, asked)
    if name is not None:
        click.echo(scenario.told(code), err=True)
    return code


@contextmanager
def _folder_of_world(keep: Path | None, state: State) -> Iterator[Path]:
    """Give the world a folder that goes with it, unless it is to be kept or holds the log that an error names."""
    folder = keep or local_folder(state) / "worlds" / f"{os.getpid()}"
    kept = keep is not None
    try:
        yield folder
    except WorldNotReady:
        kept = True
        raise
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Asked:
    original: Plan
    scenario: Scenario
    _: KW_ONLY
    seed: int
    changes: Mapping[str, Any]
    sitting: Sitting | None
    state: State
    out: Path | None


def _rehearse(source: Path, folder: Path, asked: _Asked) -> int:
    from bongsu.cli.interrupting import run_killed, run_silenced
    from bongsu.cli.running import must_be_writable, run_plan
    from bongsu.cli.world_guard import guard_of, provided
    from bongsu.cli.world_process import clean_environment, make_parity, need_means, world, write_plan

    need_means()
    must_be_writable(asked.out or Path("evidence"))
    scenario = asked.scenario
    folder.mkdir(parents=True, exist_ok=True)
    click.echo(say("starting the imitated services on this machine"), err=True)
    idle = played_by_nothing(asked.original, asked.changes)
    if idle:
        click.echo(say("{} is played by a function that does nothing; `--world` may describe another", idle), err=True)
    made = world_of(
        asked.original,
        folder,
        seed=asked.seed,
        changes=asked.changes,
        answers=scenario.answers,
        sitting=asked.sitting,
    )
    with world(provided(made, scenario.plan), folder) as addresses:
        os.environ.update(clean_environment(made.provision.environment))
        make_parity(folder)
        path = write_plan(source, folder, addresses, **scenario.plan)
        if asked.sitting is not None:
            click.echo(asked.sitting.invitation(addresses["page"]), err=True)
        with guard_of(path, state=asked.state, out=asked.out) as standby:
            if scenario.killed:
                drive = run_silenced if scenario.guarded else run_killed
                code = drive(load(path), path, state=asked.state, out=asked.out)
            else:
                opening = Opening(go_by=asked.original.captain)
                code = run_plan(load(path), path, opening, state=asked.state, out=asked.out, goes_on=False)
            if code == LEFT_OPEN:
                standby.dismiss()
        if asked.sitting is not None and code != LEFT_OPEN:
            _stay()
    return code


def _stay() -> None:
    """Keep the world and its page until Ctrl-C: whoever sat there wants to look at how it ended.

    SIGTERM ends it too, and so does SIGINT where a shell has it ignored for what it starts in the background.
    """
    over = threading.Event()
    with suppress(KeyboardInterrupt), BySignal().hears(lambda _who: over.set()):
        click.echo(say("the run is over; the page stays open until Ctrl-C"), err=True)
        over.wait()
