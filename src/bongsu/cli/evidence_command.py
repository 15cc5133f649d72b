"""`bongsu evidence RUN`: write a run's evidence folder again."""

from __future__ import annotations

from pathlib import Path

import click

from bongsu.cli.place import state_option
from bongsu.cli.speech import say


@click.command("evidence")
@click.argument("run")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Evidence folder (default: evidence/<run>)."
)
@state_option
def command(run: str, out: Path | None, state: Path) -> int:
    """Write the ledger, plan, recorded answers and reports of RUN to one folder that `verify` can check.

    The same ledger gives the same bytes. Exits with 0 for a closed run, 3 for one that is still open.
    """
    from bongsu.cli.proving import write
    from bongsu.ledger import open_ledger

    folder = out or Path("evidence") / run
    ledger = open_ledger(state)
    try:
        story = write(ledger, run, folder)
    finally:
        ledger.close()
    closed = story.state.closed
    newest = say("{} events, newest link {}", story.state.head.seq, story.state.head.short)
    click.echo(f"{folder}/report.html   {newest}")
    if closed is None:
        click.echo(say("the run is not closed; this evidence ends where its ledger does"), err=True)
    return 0 if closed is not None else 3
