"""How an error is shown: place, what, causes, what to do next; then nothing more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from bongsu.cli.speech import say, told

if TYPE_CHECKING:
    from bongsu.errors import BongsuError


def colour() -> bool | None:
    """Return False when the environment asks for none (no-color.org), else None: click then looks at the terminal."""
    return False if os.environ.get("NO_COLOR") else None


def show_error(error: BongsuError) -> None:
    """Write the error to stderr: `error:`, a nested `cause:` and a `help:` a line; colour only repeats the words."""
    lines = [click.style(say("error:") + " ", fg="red", bold=True) + error.told(told)]
    lines += [f"  {say('cause:')} {told(cause)}" for cause in (error.cause or "").splitlines()]
    word = click.style(say("help:") + " ", fg="cyan", bold=True)
    lines += [word + told(hint) for hint in (error.hint or "").splitlines()]
    click.echo("\n".join(lines), err=True, color=colour())
