"""`bongsu serve PLAN…`: a worker that takes alarms and presses, and drives their pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bongsu.cli.place import state_option

if TYPE_CHECKING:
    from bongsu.addresses import ListenAt
    from bongsu.cli.place import State

DEFAULT = "127.0.0.1:8700"


@click.command("serve")
@click.argument("plans", metavar="PLAN…", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--listen", metavar="ADDRESS", default=DEFAULT, show_default=True, help="Where alarms are posted to.")
@click.option("--no-listen", is_flag=True, help="Only drive pages: another worker takes the alarms.")
@click.option(
    "--workers", metavar="N", type=click.IntRange(1, 64), default=8, show_default=True, help="Runs decided on at once."
)
@state_option
def command(plans: tuple[Path, ...], *, listen: str, no_listen: bool, workers: int, state: State) -> int:
    """Take alarms for PLAN… by HTTP, page their people, and take their answers, until Ctrl-C or SIGTERM.

    Any number of these may share a state: each takes pages that are due, and those of one that died.

    POST /alarms/PLAN takes a JSON object, /alarms/PLAN/alertmanager and /alarms/PLAN/sns what those send; PLAN is the
    file's name without its ending. GET / shows what is open, /runs the same as JSON, /healthz whether it works.

    Exits with 0 when it was told to stop, 2 when a plan or the address cannot be used, 3 when the ledger cannot.
    """
    from bongsu.cli.serving import serve

    return serve(plans, at=None if no_listen else _address(listen), turns=workers, state=state)


def _address(text: str) -> ListenAt:
    from bongsu.addresses import listen_at
    from bongsu.errors import UsageError

    try:
        at = listen_at(text)
    except ValueError:
        raise UsageError(f"{text!r} is no address to listen at", hint="write it like 127.0.0.1:8700") from None
    if at.path != "/":
        raise UsageError(f"{text!r} names a path, and the paths are given", hint="write it like 127.0.0.1:8700")
    return at
