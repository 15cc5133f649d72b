"""`bongsu resolve RUN KEY --as …`: record what a person found out about an effect in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bongsu.cli.place import json_outcome, state_option
from bongsu.cli.speech import say

if TYPE_CHECKING:
    from bongsu.cli.place import State

WORDS = {
    "accepted": "accepted",
    "not-sent": "not_sent",
    "done": "done",
    "not-done": "not_done",
}


@click.command("resolve")
@click.argument("run")
@click.argument("key")
@click.option("--as", "found", type=click.Choice(sorted(WORDS)), required=True, help="What you found.")
@click.option("--by", metavar="NAME", required=True, help="Who looked: a contact of the plan.")
@click.option("--reason", default="", help="Where you looked and what you saw, for the ledger.")
@state_option
@json_outcome
def command(run: str, key: str, *, found: str, by: str, reason: str, state: State) -> int:
    """Record in RUN what became of the message or switch KEY, whose outcome nobody could read.

    `bongsu status RUN` lists what is in doubt. Only what is in doubt can be resolved; a person's finding stands in
    the evidence under their name.

    Exits with 0 when it was recorded, 2 when nothing of that name is in doubt.
    """
    from bongsu.cli.naming import runs_at
    from bongsu.cli.orders import add, without_persons
    from bongsu.cli.outcome import tell_at
    from bongsu.cli.status_command import describe
    from bongsu.core.events import Found, Resolved
    from bongsu.errors import UsageError

    with runs_at(state, run) as ledger:
        doubtful = [entry["key"] for entry in describe(ledger, run)["in_doubt"]]
    if key not in doubtful:
        raise UsageError(
            f"nothing called {key!r} is in doubt", hint=f"in doubt: {', '.join(doubtful) if doubtful else 'nothing'}"
        )
    add(run, Resolved(key=key, found=Found(WORDS[found]), by=by, reason=without_persons(reason)), by=by, state=state)
    return tell_at(state, run, say("{}: {}, by {}", key, say(found), by), code=0)
