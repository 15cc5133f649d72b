"""Where runs are kept: `--state`, `BONGSU_STATE`, or the platform's folder for such things."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import platformdirs

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def default_state() -> Path:
    """Return the platform's state folder for bongsu."""
    return Path(platformdirs.user_state_path("bongsu", appauthor=False))


def state_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option `--state`."""
    return click.option(
        "--state",
        envvar="BONGSU_STATE",
        type=click.Path(path_type=Path, file_okay=False),
        default=default_state,
        show_default="the platform's state folder, or BONGSU_STATE",
        help="Folder that holds the ledger.",
    )(command)


out_option = click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Evidence folder (default: evidence/<run>)."
)
plan_argument = click.argument("plan", type=click.Path(path_type=Path, dir_okay=False))
json_option = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
