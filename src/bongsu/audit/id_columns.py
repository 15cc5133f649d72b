"""Columns of ids beside a column of times: in a table that goes on in time, one row that goes back in the count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.grids import grids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.grids import Grid
    from bongsu.audit.log import Cell, Log

COUNTED = re.compile(
    r"(?:.*\b|.*_)?(?:ids?|no|num|number|seq|sequence|entry|serial|message|msg|revision|build|#)(?:\.|\b.*|_.*)?|.*(?:번호|아이디|메시지|순번).*"
)
"""The head of a column in which each row has the next number of one count."""
SEVERAL = re.compile(
    r"\b(?:chat|room|channel|service|partition|shard|topic)s?\b|\bslack\b.*\btelegram\b|채널|방\b|대화방"
)
"""A head that tells that the rows are of several counts."""
MESSAGES = re.compile(r"message|\bmsg|메시지|메세지", re.IGNORECASE)
NUMBER = re.compile(r"[#`\"]?(\d{2,12})[`\"]?")
LEAST = 4


@dataclass(frozen=True, slots=True)
class Back:
    """A row whose number is below that of the row before it, although all others go up."""

    cell: Cell
    number: int
    before: Cell
    number_before: int
    head: str
    """What stands above its column."""

    @property
    def of_messages(self) -> bool:
        """Return whether it is a message's id, which the service gives."""
        return MESSAGES.search(self.head) is not None


def backwards(log: Log) -> Iterator[Back]:
    """Yield the rows that alone break a count which goes up with the times of its table."""
    for grid in grids(log):
        if any(SEVERAL.search(head) for head in grid.heads):
            continue
        timed = next((n for n in range(len(grid.heads)) if _in_time(grid, n)), None)
        for n, head in enumerate(grid.heads):
            if timed is not None and n != timed and COUNTED.fullmatch(head):
                yield from _broken(grid, n, head)


def _in_time(grid: Grid, column: int) -> bool:
    """Return whether nearly every row has a time in a column, none before the one above it and some after it."""
    found = [one.at for row in grid.rows if (one := grid.moment(row[column]))]
    return len(found) >= max(LEAST, len(grid.rows) - 1) and found == sorted(found) and found[0] < found[-1]


def _broken(grid: Grid, column: int, head: str) -> Iterator[Back]:
    rows = [(row[column], int(match[1])) for row in grid.rows if (match := NUMBER.fullmatch(row[column].text.strip()))]
    back = [n for n, (one, other) in enumerate(pairwise(rows)) if other[1] < one[1]]
    if len(rows) < LEAST or len(back) != 1 or len({number for _, number in rows}) < len(rows):
        return
    at = back[0]
    for left_out in (at + 1, at):
        rest = [number for n, (_, number) in enumerate(rows) if n != left_out]
        if 0 < left_out < len(rows) - 1 and rest == sorted(rest):
            (before, number_before), (cell, number) = rows[at], rows[at + 1]
            yield Back(cell, number, before, number_before, head)
            return
