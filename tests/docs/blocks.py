"""The blocks of README.md that show what a command prints, and when two of them have the same shape.

A block is a fenced one behind a comment `<!-- shown: NAME -->`. Its first line is the command behind `$ `. Lines that
were left out stand as `…`.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
LEFT_OUT = "…"
_BLOCK = re.compile(r"(<!-- shown: (\w+) -->\n```\w*\n)(.*?)(\n```)", re.DOTALL)

# What differs from run to run, and what stands for it where shapes are compared; the order matters.
_VARIES = (
    (re.compile(r"[a-z]+(?:-[a-z]+)*-\d{8}-[a-z0-9]{5}\b"), "<run>"),
    (re.compile(r"\b(?:drill|page)-[a-z0-9]{7}(?:-\d+)?\b"), "<run>"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<hash>"),
    (re.compile(r"\blink [0-9a-f]{10,16}\b"), "link <hash>"),
    (re.compile(r"(127\.0\.0\.1:)\d+"), r"\1<port>"),
    (re.compile(r"\(process \d+\)"), "(process <id>)"),
    (re.compile(r"T[+-]\d\d:\d\d:\d\d"), "T<time>"),
    (re.compile(r" +#\d+"), " #<line>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"), "<time>"),
    (re.compile(r"\b\d[\d,.]*\b"), "<n>"),
)


def blocks(text: str) -> dict[str, str]:
    """Return every block of a document by its name, without the fence."""
    return {found[2]: found[3] for found in _BLOCK.finditer(text)}


def with_blocks(text: str, fresh: dict[str, str]) -> str:
    """Return the document with the blocks that are given put in place of its own."""
    return _BLOCK.sub(lambda found: found[1] + fresh.get(found[2], found[3]) + found[4], text)


def shape(text: str) -> list[str]:
    """Return a block's lines with ids, hashes, ports, times, ledger lines and numbers made alike.

    The two chats and the checks answer at the same time and in any order, so lines between two marks of omission are
    sorted, and a line that names one chat stands for either.
    """
    lines = []
    for line in text.splitlines():
        for pattern, same in _VARIES:
            line = pattern.sub(same, line)  # noqa: PLW2901 - one line, step by step
        lines.append(re.sub(r"\b(?:alerts|ops_chat) accepted", "<chat> accepted", line))
    parts, part = [], []
    for line in lines:
        if line == LEFT_OUT:
            parts += [*sorted(part), line]
            part = []
        else:
            part.append(line)
    return [*parts, *sorted(part)]


def excerpt(lines: list[str], keep: str) -> list[str]:
    """Return the lines that match, with one mark for each stretch of those that do not."""
    shown: list[str] = []
    for line in lines:
        if re.search(keep, line):
            shown.append(line)
        elif shown[-1:] != [LEFT_OUT]:
            shown.append(LEFT_OUT)
    return shown
