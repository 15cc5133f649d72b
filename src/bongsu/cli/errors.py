"""How an error is shown: place, what, cause, what to do next; then nothing more."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bongsu.errors import BongsuError


def show_error(error: BongsuError) -> None:
    """Write the error to stderr: `error:`, nested `cause:`, `help:`; colour only repeats the words."""
    colour = sys.stderr.isatty()
    lines = [click.style("error: ", fg="red", bold=True) + error.text]
    if error.cause:
        lines.append(f"  cause: {error.cause}")
    if error.hint:
        lines.append(click.style("help: ", fg="cyan", bold=True) + error.hint)
    click.echo("\n".join(lines), err=True, color=colour)
