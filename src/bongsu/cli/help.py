"""A command's help in the chosen language, in columns of terminal cells: loaded only when it is not English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from bongsu.cli.speech import cells, pad, say, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

AS_IT_IS = "\b\n"
"""What click's own formatter takes for the beginning of lines that are not to be wrapped."""
INDENT = 2
GAP = 2
WIDEST = 30


class Formatter(click.HelpFormatter):
    """Writes what click hands over in the chosen language, and wraps by cells instead of letters."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of usage; `prefix` is click's own word for it."""
        del prefix
        self.write(f"{say('Usage:')} {prog} {args}".rstrip() + "\n")

    def write_heading(self, heading: str) -> None:
        """Write a heading in the chosen language."""
        self.write(f"{' ' * self.current_indent}{told(heading)}:\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs, each told and wrapped."""
        if text.startswith(AS_IT_IS):
            self._write_lines(text.removeprefix(AS_IT_IS))
            return
        paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
        room = max(self.width - self.current_indent, 11)
        wrapped = ["\n".join(wrap(told(part), room)) for part in paragraphs if part]
        whole = "\n\n".join(wrapped)
        self.write("\n".join(f"{' ' * self.current_indent}{line}".rstrip() for line in whole.split("\n")) + "\n")

    def _write_lines(self, text: str) -> None:
        """Write a heading told, and the lines under it as they are typed."""
        heading, *lines = text.split("\n")
        self.write("".join(f"{' ' * self.current_indent}{line}\n" for line in (told(heading), *lines)))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = WIDEST, col_spacing: int = GAP) -> None:
        """Write two columns: an option as it is typed, and what it does."""
        rows = list(rows)
        first = min(max((cells(name) for name, _ in rows), default=0), col_max) + col_spacing
        room = max(self.width - self.current_indent - first, 10)
        margin = " " * self.current_indent
        for name, text in rows:
            lines = wrap(option_help(text), room) or [""]
            if cells(name) > first - col_spacing:
                self.write(f"{margin}{name}\n")
            else:
                self.write(f"{margin}{pad(name, first)}{lines.pop(0)}".rstrip() + "\n")
            for line in lines:
                self.write(f"{margin}{' ' * first}{line}\n")


def option_help(text: str) -> str:
    """Return an option's help told: click adds `[default: …]` and `[required]` behind our own sentence."""
    found = re.fullmatch(r"(.*?)(?:  \[(.*)\])?", text, re.DOTALL)
    assert found is not None
    extra = "; ".join(told(part) for part in (found[2] or "").split("; ") if part)
    return told(found[1]) + (f"  [{extra}]" if extra else "")


def wrap(text: str, room: int) -> list[str]:
    """Return a text in lines of at most `room` cells, broken between words."""
    return list(_wrapped(text, room))


def _wrapped(text: str, room: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and cells(longer) > room:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


class Context(click.Context):
    """The context of a command whose help is not written in English."""

    formatter_class = Formatter
