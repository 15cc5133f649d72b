"""`bongsu guard PLAN`: a second process that acts when the run's own falls silent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bongsu.cli.errors import show_error
from bongsu.cli.place import Kept, State, local_folder, own_state, plan_argument, state_option
from bongsu.cli.proving import write
from bongsu.cli.running import ENDS
from bongsu.cli.speech import say
from bongsu.errors import BongsuError, UsageError
from bongsu.planfile import load

if TYPE_CHECKING:
    from bongsu.addresses import ListenAt
    from bongsu.ledger._port import Ledger

LEFT_TO_PEOPLE = "closed: unknown"
"""How the run of a guard ended that paged and left the target as it was."""


@click.command("guard")
@plan_argument
@click.option(
    "--listen",
    metavar="HOST:PORT",
    help="Where to listen (default: the port of the plan's address, on this machine alone).",
)
@click.option(
    "--runs",
    metavar="DIR|URL",
    type=Kept(path_type=Path, file_okay=False),
    help="Where the runs are kept, to see them there as well (default: as --state has it).",
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for its evidence (default: evidence)."
)
@state_option
def command(plan: Path, *, listen: str | None, runs: State | None, out: Path | None, state: State) -> int:
    """Stand by for a run of PLAN: page, and put the target back if the plan says so, when its heartbeats stop.

    It waits until a run of the same plan is handed to it by `bongsu start`, and ends when that run is over. Its own
    ledger is a file of this machine, in the folder `guard` of the state folder, wherever the runs are kept.

    Exits with 0 when nothing had to be done; 1 when it put the target back; 3 when it paged and left the target as it
    was, or was ended while it guarded; 4 when it could not put it back.
    """
    from bongsu.cli.leaving import BySignal
    from bongsu.cli.progress import Progress
    from bongsu.ledger import open_ledger
    from bongsu.run.guard import Guard, GuardPlace
    from bongsu.run.guard_sight import Sight

    loaded, at, own = load(plan), listening_at(listen), own_state(state)
    ledger = open_ledger(own)
    # Whoever ends it by a signal, as a supervisor does, has it write down how it stands first.
    leaving = BySignal()
    place = GuardPlace(
        plan=loaded,
        plan_bytes=plan.read_bytes(),
        folder=plan.parent,
        ledger=ledger,
        state=own,
        sight=Sight(lambda: open_ledger(runs or state), local_folder(runs or state)),
        listen=at,
        watcher=lambda run_id: Progress(loaded, run_id),
        ready=_ready,
        closed=lambda run_id, code: _closed(ledger, run_id, code, out or Path("evidence")),
        leaving=leaving,
    )
    try:
        return Guard(place).serve()
    finally:
        ledger.close()


def _ready(at: ListenAt) -> None:
    click.echo(say("the guard stands by at {}, until a run of this plan is handed to it", at.shown), err=True)


def _closed(ledger: Ledger, run_id: str, code: int, out: Path) -> None:
    """Write the evidence of a guard's run; what goes wrong with that is said, and the guard stands by all the same."""
    try:
        write(ledger, run_id, out / run_id)
    except UsageError as error:
        again = f"`bongsu evidence {run_id} --out DIR` writes it again; the run itself is in the ledger"
        show_error(BongsuError(error.text, cause=error.cause, hint=again))
        return
    head = ledger.head(run_id)
    word = ENDS.get(code, LEFT_TO_PEOPLE)
    click.echo(f"{say(word)}   {out / run_id}/report.html   {say('{} events, newest link {}', head.seq, head.short)}")


def listening_at(text: str | None) -> ListenAt | None:
    """Return the address that was asked for; UsageError when it is none."""
    from bongsu.addresses import listen_at

    if text is None:
        return None
    try:
        return listen_at(text)
    except ValueError as error:
        raise UsageError(f'"{text}" is no address to listen at', hint="for example --listen 127.0.0.1:8090") from error
