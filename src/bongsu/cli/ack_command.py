"""`bongsu ack REF`: acknowledge a page or a drill from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bongsu.cli.place import json_outcome, out_option, state_option

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.cli.place import State


@click.command("ack")
@click.argument("reference", metavar="REF")
@click.option("--by", metavar="NAME", required=True, help="Who acknowledges: a contact whom it asks.")
@click.option("--reason", default="", help="A word for the ledger.")
@out_option
@state_option
@json_outcome
def command(reference: str, *, by: str, reason: str, out: Path | None, state: State) -> int:
    """Acknowledge REF, the run that stands in every page (or its last letters), as if NAME had pressed the button.

    Whoever drives the run takes it up; a page or a drill that nobody drives is ended from here.

    Exits with 0 when the answer counts, 2 when it cannot: somebody else took it, NAME is not asked, or it is over.
    """
    from bongsu.cli.paging import acknowledge

    return acknowledge(reference, by=by, reason=reason, state=state, out=out)
