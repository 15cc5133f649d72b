"""Rows under heads, in Markdown or set in columns with blanks: each cell with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.findings import Spot
from bongsu.audit.log import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

PIECE = re.compile(r"\S+(?: \S+)*")
ROWS_MOST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: heads in lower case, rows of as many cells."""

    log: Log
    start: int
    """The line of the heads."""
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def moment(self, cell: Cell) -> Moment | None:
        """Return the first time in a cell."""
        found = self.log.moments(cell.spot.line)
        return next((one for one in found if cell.spot.column <= one.column < cell.spot.end), None)


@lru_cache(maxsize=64)
def grids(log: Log) -> tuple[Grid, ...]:
    """Return the tables of a log, however they are drawn."""
    drawn = [
        Grid(log=log, start=max(1, one.rows[0][0].spot.line - 2), heads=one.heads, rows=one.rows)
        for one in log.tables
        if one.rows
    ]
    return (*drawn, *_set(log))


def _set(log: Log) -> Iterator[Grid]:
    number, last = 1, len(log.text.lines)
    while number < last:
        heads = _cells(log, number)
        if len(heads) < 2 or any(re.match(r"[\d$>|]", cell.text) for cell in heads):
            number += 1
            continue
        after = number + 1
        rows: list[tuple[Cell, ...]] = []
        if re.fullmatch(r"[\s=+-]+", log.line(after)):
            after += 1
        while (
            after <= last and len(rows) < ROWS_MOST and len(cells := _within(_cells(log, after), heads)) == len(heads)
        ):
            rows.append(cells)
            after += 1
        if rows:
            yield Grid(log=log, start=number, heads=tuple(cell.text.lower() for cell in heads), rows=tuple(rows))
        number = max(after - 1, number + 1) if len(rows) > 1 else number + 1


def _within(cells: tuple[Cell, ...], heads: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Return the cells of a row without a remark in brackets behind the last, which no head stands above."""
    return cells[:-1] if len(cells) == len(heads) + 1 and cells[-1].text.startswith("(") else cells


def _cells(log: Log, number: int) -> tuple[Cell, ...]:
    line = log.line(number)
    if len(line) > 300 or line.lstrip().startswith("|") or not re.search(r"\S(?:  +|\t+)\S", line):
        return ()
    found = PIECE.finditer(line)
    return tuple(Cell(text=one[0], spot=Spot(log.name, number, one.start() + 1, one.end() + 1)) for one in found)
