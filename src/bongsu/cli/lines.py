"""Lines on a terminal: broken between words, and gone on with under where their text begins.

A terminal breaks a long line wherever its last cell is, in the middle of a word, and goes on at the left edge, where
the next line's time or label stands. What is no terminal gets every line whole.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import click

from bongsu.cli.speech import cells

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

PIECE = re.compile(r" *[^ ]+(?: (?:%|ms|s|min|MB|KST|UTC)(?![\w]))*[^ ]*")
"""A word with the space before it; a number stays with its unit, and a time with its zone."""
NARROWEST = 20
ERASED = "\r\x1b[2K"
"""To the beginning of the line, and nothing in it any more."""


class Last:
    """The last line of a terminal: what is waited for. Whatever is put next takes its place.

    The cursor stands at its beginning, so that what anybody else writes there stands alone, too.
    """

    def __init__(self) -> None:
        self._there = False

    def show(self, text: Callable[[], str]) -> None:
        """Show what `text` returns in place of the one before, or nothing where that is empty.

        Nowhere but on a terminal that can go back to a line's beginning; `text` is not asked elsewhere.
        """
        width = None if os.environ.get("TERM") == "dumb" else width_of(sys.stderr)
        if width is None:
            return
        cut = text()
        while cells(cut) >= width:
            cut = cut[:-1]
        if not cut:
            self.away()
            return
        click.echo(f"{ERASED}{cut}\r", nl=False, err=True, color=True)
        self._there = True

    def away(self) -> None:
        """Take it away, where there is one."""
        if self._there:
            click.echo(ERASED, nl=False, err=True, color=True)
            self._there = False


last = Last()
"""A process has one terminal, and that has one last line."""


def put(text: str = "", *, hang: int = 0, err: bool = False) -> None:
    """Write text; on a terminal, what does not fit goes on in a line of its own, `hang` cells in."""
    from bongsu.cli.errors import colour

    last.away()
    width = width_of(sys.stderr if err else sys.stdout)
    shown = text if width is None else "\n".join(folded(line, width, hang) for line in text.split("\n"))
    context = click.get_current_context(silent=True)
    click.echo(shown, err=err, color=context.color if context is not None else colour())


def width_of(stream: TextIO) -> int | None:
    """Return how many cells a line of the terminal behind a stream has; None when there is no terminal."""
    try:
        width = os.get_terminal_size(stream.fileno()).columns if stream.isatty() else 0
    except (OSError, ValueError):
        return None
    return width if width >= NARROWEST else None


def folded(text: str, width: int, hang: int) -> str:
    """Return a line in lines of at most `width` cells, all but the first `hang` cells in, half the width at most.

    A word that is longer than a line stays whole, so that it can be copied.
    """
    if cells(click.unstyle(text)) <= width:
        return text
    margin = " " * min(hang, width // 2)
    lines: list[str] = []
    now, taken = "", 0
    for piece in PIECE.findall(text):
        needed = cells(click.unstyle(piece))
        if now.strip() and taken + needed > width:
            lines.append(now)
            now = margin + piece.lstrip(" ")
            taken = cells(click.unstyle(now))
        else:
            now, taken = now + piece, taken + needed
    return "\n".join([*lines, now])


def excerpt(source: str, marks: str, gutter: int, width: int) -> list[str]:
    """Return a line of a file and the carets under it, cut to `width` cells so that what is marked is seen.

    `gutter` is how many cells stand before the file's own text, in both.
    """
    room, body = width - gutter, source[gutter:]
    if cells(body) <= room:
        return [source, marks]
    at = len(marks) - len(marks[gutter:].lstrip(" ")) - gutter
    marked = min(len(marks) - gutter - at, room - 2)
    dropped = 0
    while at + marked - dropped > room - 2:
        dropped, body = dropped + cells(body[0]), body[1:]
    shown = "…" if dropped else ""
    while body and cells(shown + body[0]) < room:
        shown, body = shown + body[0], body[1:]
    under = " " * (at - dropped + (1 if dropped else 0)) + "^" * marked
    return [source[:gutter] + shown + ("…" if body else ""), marks[:gutter] + under]
