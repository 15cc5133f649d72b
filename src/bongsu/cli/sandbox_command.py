"""`bongsu sandbox`: the imitated services alone, with a plan and an environment that use them."""

from __future__ import annotations

import os
import shlex
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bongsu.cli.sitting import page_options, sitting_of
from bongsu.cli.speech import say
from bongsu.planfile import load

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.command("sandbox")
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("sandbox"),
    show_default=True,
    help="Gets plan.yaml, env.sh and the world's own record.",
)
@click.option(
    "--seed", metavar="N", type=int, default=1, show_default=True, help="Seed of the imitated world's chances."
)
@click.option(
    "--world",
    "world_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="JSON laid over the imitated world: what goes otherwise than well.",
)
@click.option("--scenario", "name", metavar="NAME", help="The world, plan and people of a story of `rehearse`.")
@page_options
def command(
    plan: Path | None,
    *,
    folder: Path,
    seed: int,
    world_file: Path | None,
    name: str | None,
    interactive: bool,
    play: tuple[str, ...],
    pace: str | None,
) -> int:
    """Start the services that PLAN (default: the Naver SMS cutover) talks to, on this machine, until Ctrl-C.

    Then, in another terminal: `. DIR/env.sh && bongsu start DIR/plan.yaml --go NAME`. The page at the printed address
    shows the chats and the services; without --interactive or --play the people press by themselves.

    Exits with 0 after Ctrl-C, 2 when the plan or the world cannot be used.
    """
    from bongsu.cli.rehearse_command import changes_in, default_plan
    from bongsu.cli.scenarios import scenario_of
    from bongsu.cli.world_guard import provided
    from bongsu.cli.world_plan import laid_over, world_of
    from bongsu.cli.world_process import clean_environment, make_parity, need_means, world, write_plan

    need_means()
    source = plan or default_plan()
    loaded = load(source)
    scenario = scenario_of(name or "happy").fitted(loaded)
    changes = laid_over({**scenario.world}, changes_in(world_file))
    folder.mkdir(parents=True, exist_ok=True)
    sitting = sitting_of(loaded, interactive=interactive, play=play, pace=pace, served=True)
    made = world_of(loaded, folder, seed=seed, changes=changes, answers=scenario.answers, sitting=sitting)
    ended = _asked_to_end()
    with world(provided(made, scenario.plan), folder) as addresses:
        make_parity(folder)
        path = write_plan(source, folder, addresses, **scenario.plan)
        environment = folder / "env.sh"
        _write_environment(environment, clean_environment(made.provision.environment))
        for service, url in addresses.items():
            click.echo(f"{service:<10} {url}")
        begin = f". {environment} && bongsu start {path} --go {loaded.captain}"
        if not loaded.cuts_over:
            begin = f'. {environment} && bongsu page {path} --summary "…"'
        click.echo(say("ready: {}   (process {})", begin, os.getpid()))
        _wait_for(ended)
    return 0


def _asked_to_end() -> threading.Event:
    """Return what is set by Ctrl-C and SIGTERM from now on."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended


def _wait_for(ended: threading.Event) -> None:
    """Wait in pieces: a signal that comes in the moment before a wait begins does not end it."""
    while not ended.wait(0.5):
        pass


def _write_environment(path: Path, variables: Mapping[str, str]) -> None:
    path.touch(mode=0o600)
    lines = (f"export {key}={shlex.quote(value)}\n" for key, value in sorted(variables.items()))
    path.write_text("".join(lines), "utf-8")
