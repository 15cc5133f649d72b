"""How an error is shown: place, what, causes, what to do next; then nothing more."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import click

from bongsu.cli.speech import say, told

if TYPE_CHECKING:
    from bongsu.errors import BongsuError


COMMAND = re.compile(r"(`bongsu [a-z]+) RUN\b")


def colour() -> bool | None:
    """Return False when the environment asks for none (no-color.org), or has a terminal that knows none.

    None otherwise: click then looks whether there is a terminal.
    """
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def show_error(error: BongsuError) -> None:
    """Write the error to stderr: `error:`, a nested `cause:` and a `help:` a line; colour only repeats the words."""
    lines = [click.style(say("error:") + " ", fg="red", bold=True) + error.told(told)]
    lines += [f"  {say('cause:')} {_told_cause(cause)}" for cause in (error.cause or "").splitlines()]
    word = click.style(say("help:") + " ", fg="cyan", bold=True)
    lines += [word + _of_its_run(told(hint), error.run_id) for hint in (error.hint or "").splitlines()]
    click.echo("\n".join(lines), err=True, color=colour())


def _told_cause(cause: str) -> str:
    """Return a cause in the reader's language; the system's own words begin with a capital letter, ours do not."""
    small = cause[:1].lower() + cause[1:]
    return told(cause) if told(small) == small else told(small)


def _of_its_run(hint: str, run_id: str) -> str:
    """Return the advice with its commands as they can be typed: the name of the run stands where `RUN` did."""
    return COMMAND.sub(lambda found: f"{found[1]} {run_id}", hint) if run_id else hint
