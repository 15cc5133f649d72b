"""Where runs are kept: `--state`, `BONGSU_STATE`, or the platform's folder for such things."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import platformdirs

from bongsu.errors import UsageError
from bongsu.ledger import is_database

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

State = Path | str
"""Where runs are kept: a folder, or the address of a database."""


def default_state() -> Path:
    """Return the platform's state folder for bongsu."""
    return Path(platformdirs.user_state_path("bongsu", appauthor=False))


def state_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option `--state`."""
    return click.option(
        "--state",
        envvar="BONGSU_STATE",
        type=Kept(path_type=Path, file_okay=False),
        metavar="DIR|URL",
        default=default_state,
        show_default="the platform's state folder, or BONGSU_STATE",
        help="Folder that holds the ledger, or postgresql://USER@HOST/DATABASE.",
    )(command)


class Kept(click.Path):
    """A folder, or the address of a database."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the address as it is, or the folder's path; UsageError for an address of anything else."""
        scheme, is_address, _ = str(value).partition("://")
        if is_address and not is_database(value):
            raise UsageError(
                f"runs are kept in a folder or in PostgreSQL, and '{scheme}://' is neither",
                hint="name a folder, or postgresql://USER@HOST/DATABASE, with `--state` or BONGSU_STATE",
            )
        return value if is_database(value) else super().convert(value, param, ctx)


def local_folder(state: State) -> Path:
    """Return the folder of this machine for what is not in the ledger: locks, and where a plan's files lie."""
    return state if isinstance(state, Path) else default_state()


def own_state(state: State) -> Path:
    """Return where a guard keeps its own ledger: on this machine, in a folder beside what it keeps of the runs.

    Not in the runs' own file: a process that was stopped in the middle of a write keeps that locked, and everybody else
    out of it. And in no database: when that is away the run stops, and then its guard is needed.
    """
    return local_folder(state) / "guard"


out_option = click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Evidence folder (default: evidence/<run>)."
)
plan_argument = click.argument("plan", type=click.Path(path_type=Path, dir_okay=False))
JSON = "bongsu.json"


def _noted(context: click.Context, _option: click.Parameter, value: bool) -> bool:
    context.meta[JSON] = value
    return value


json_option = click.option("--json", "as_json", is_flag=True, callback=_noted, help="Report as JSON.")
json_outcome = click.option(
    "--json", is_flag=True, callback=_noted, expose_value=False, help="Report where the run stands as JSON."
)
"""The option of a command that acts on a run; what it came to is told where it ends, by `outcome.tell`."""


def asked_for_json() -> bool:
    """Return whether the command that is being carried out was asked for JSON."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(JSON))
