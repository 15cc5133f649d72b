"""`bongsu evidence RUN`: write a run's evidence folder again, or lay the run beside another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bongsu.cli.place import json_option, state_option
from bongsu.cli.speech import say
from bongsu.errors import UsageError

if TYPE_CHECKING:
    from bongsu.cli.place import State


@click.command("evidence")
@click.argument("run")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Evidence folder (default: evidence/<run>)."
)
@click.option(
    "--compare",
    metavar="OTHER",
    help="Show RUN beside another run instead; --out then names a folder for comparison.html and comparison.json.",
)
@click.option(
    "--what-if",
    "supposed",
    metavar="KEY=VALUE",
    multiple=True,
    help="Replay RUN under another limit of its plan, like ack_sla=3m, and show what would have been decided; may be "
    "given again.",
)
@click.option(
    "--publish",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a copy for publication to this folder, with pseudonyms for people, numbers and ids at services.",
)
@click.option(
    "--key",
    metavar="REF",
    help="Where the key of the pseudonyms is found: env:NAME or file:PATH, of 32 characters.",
)
@state_option
@json_option
def command(run: str, out: Path | None, compare: str | None, supposed: tuple[str, ...], **where: Any) -> int:
    """Write the ledger, plan, recorded answers and reports of RUN to one folder that `verify` can check.

    The same ledger gives the same bytes. Exits with 0 for a closed run, 3 for one that is still open.

    With --compare and --what-if, a run may be one in the ledger or an evidence folder; exits with 0, and writes nothing
    unless --out names a folder of its own.

    With --publish, a copy is written of a run or of an evidence folder, and only if it verifies; exits with 0 then, and
    with 5 when it does not.
    """
    state, as_json = where["state"], where["as_json"]
    if where["publish"] is not None:
        from bongsu.cli.publishing import publish

        return publish(run, state, where["publish"], where["key"])
    if compare is not None and supposed:
        raise UsageError("--compare and --what-if are two questions", hint="ask one of them at a time")
    if supposed:
        from bongsu.cli import supposing
        from bongsu.cli.stories import stories

        with stories(state, run) as (story,):
            return supposing.show(story, supposed, out, as_json=as_json)
    if compare is not None:
        from bongsu.cli.comparing import show
        from bongsu.cli.stories import stories

        with stories(state, run, compare) as (one, other):
            return show(one, other, out, as_json=as_json)
    return _write(run, out, state)


def _write(run: str, out: Path | None, state: State) -> int:
    from bongsu.cli.naming import runs_at
    from bongsu.cli.outcome import tell
    from bongsu.cli.proving import write

    folder = out or Path("evidence") / run
    with runs_at(state, run, to_read=True) as ledger:
        story = write(ledger, run, folder)
        closed = story.state.closed
        newest = say("{} events, newest link {}", story.state.head.seq, story.state.head.short)
        code = 0 if closed is not None else 3
        tell(ledger, run, f"{folder}/report.html   {newest}", code=code, evidence=folder)
    if closed is None:
        click.echo(say("the run is not closed; this evidence ends where its ledger does"), err=True)
    return code
