"""`bongsu page PLAN --summary TEXT`: page people about one matter until somebody takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bongsu.cli.place import json_outcome, out_option, plan_argument, state_option

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.cli.place import State


@click.command("page")
@plan_argument
@click.option("--summary", metavar="TEXT", default="", help="What it is about: the first thing that people read.")
@click.option("--policy", metavar="NAME", default=None, help="Escalation policy (default: critical, or the first).")
@click.option("--dedup", metavar="NAME", default="", help="The alarm's own name: again while open, it is one page.")
@click.option("--clear", is_flag=True, help="The matter of --dedup NAME is over: page nobody any more.")
@click.option("--by", metavar="NAME", default="", help="Who raises it: a contact of the plan.")
@out_option
@state_option
@json_outcome
def command(
    plan: Path,
    *,
    summary: str,
    policy: str | None,
    dedup: str,
    clear: bool,
    by: str,
    out: Path | None,
    state: State,
) -> int:
    """Page the people of PLAN about one matter: level after level, round after round, until somebody acknowledges.

    The text is kept and sent without phone numbers and the shapes of secrets. Who took it stands under every message.

    Exits with 0 when it was acknowledged or cleared, 1 when nobody answered, 2 when the plan cannot be used, 3 when
    nobody could be asked, or when another process has the page in hand.
    """
    from bongsu.cli.paging import Asked, clear_page, raise_page
    from bongsu.planfile import load

    asked = Asked(plan=load(plan), path=plan, dedup=dedup, by=by, state=state, out=out)
    return clear_page(asked) if clear else raise_page(asked, summary=summary, policy=policy)
