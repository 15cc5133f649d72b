"""What a person sees of work that takes longer than a second: how much of it is done, on a terminal alone."""

from __future__ import annotations

import os
import sys
from time import monotonic
from typing import TYPE_CHECKING

import click

from bongsu.cli.speech import cells

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

QUIET_S = 1.0
"""Work that is done sooner says nothing."""
EVERY_S = 0.1


class Busy:
    """One line on standard error that is written over as work goes on, and gone when it is done.

    Where standard error is no terminal nothing is written: a file or a program that reads along wants facts alone.
    """

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = monotonic) -> None:
        """Begin; `stream` is standard error unless told otherwise, `clock` counts seconds."""
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._next = clock() + QUIET_S
        # A dumb terminal cannot go back to the line's beginning: each word would stand behind the one before.
        self._shown = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._width = 0

    def say(self, text: str) -> None:
        """Show how far the work is, not oftener than anybody can read."""
        if not self._shown or (now := self._clock()) < self._next:
            return
        self._next = now + EVERY_S
        self._write(text)

    def done(self) -> None:
        """Take the line away, so that the answer stands alone."""
        if self._width:
            self._write("")

    def _write(self, text: str) -> None:
        width = cells(text)
        line = "\r" + text + " " * max(0, self._width - width) + ("" if text else "\r")
        self._width = width
        click.echo(line, nl=False, file=self._stream)
