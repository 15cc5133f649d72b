"""How an error is shown: place, what, causes, what to do next; then nothing more."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import click

from bongsu.cli.lines import excerpt, put, width_of
from bongsu.cli.speech import say, told

if TYPE_CHECKING:
    from bongsu.errors import BongsuError


SOURCE, CARETS = re.compile(r" *\d+ \| "), re.compile(r" +\| *\^+")
"""A line of a file as an error shows it, and what stands under the place in it."""
COMMAND = re.compile(r"(`bongsu [a-z]+) RUN\b")


def colour() -> bool | None:
    """Return False when the environment asks for none (no-color.org), or has a terminal that knows none.

    None otherwise: click then looks whether there is a terminal.
    """
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def show_error(error: BongsuError) -> None:
    """Write the error to stderr: `error:`, a nested `cause:` and a `help:` a line; colour only repeats the words."""
    lines = _dressed(f"{say('error:')} {error.told(told)}")
    lines += [f"  {say('cause:')} {_told_cause(cause)}" for cause in (error.cause or "").splitlines()]
    hints = (error.hint or "").splitlines()
    lines += [f"{_styled(say('help:'))} {_of_its_run(told(hint), error.run_id)}" for hint in hints]
    put("\n".join(lines), hang=2, err=True)


def _dressed(text: str) -> list[str]:
    """Return an error's lines, of a plan those of many: each first word coloured, a file's line cut with its carets."""
    lines, dressed = text.split("\n"), list[str]()
    width = width_of(sys.stderr)
    for number, line in enumerate(lines):
        source = SOURCE.match(lines[number - 1]) if number and CARETS.fullmatch(line) else None
        if source is not None and width is not None:
            dressed[-1:] = excerpt(lines[number - 1], line, source.end(), width)
            continue
        word, space, rest = line.partition(" ")
        dressed.append(f"{_styled(word)}{space}{rest}")
    return dressed


def _styled(word: str) -> str:
    colours = {say("error:"): "red", say("help:"): "cyan"}
    return click.style(word, fg=colours[word], bold=True) if word in colours else word


def _told_cause(cause: str) -> str:
    """Return a cause in the reader's language; the system's own words begin with a capital letter, ours do not."""
    small = cause[:1].lower() + cause[1:]
    return told(cause) if told(small) == small else told(small)


def _of_its_run(hint: str, run_id: str) -> str:
    """Return the advice with its commands as they can be typed: the name of the run stands where `RUN` did."""
    return COMMAND.sub(lambda found: f"{found[1]} {run_id}", hint) if run_id else hint
