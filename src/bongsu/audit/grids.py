"""Rows under heads, in Markdown or set in columns with blanks: each cell with its place."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bongsu.audit.findings import Spot
from bongsu.audit.log import Cell
from bongsu.audit.payloads import pieces, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.payloads import Path, Payload

PIECE = re.compile(r"\S+(?: \S+)*")
ROWS_LEAST, ROWS_MOST = 2, 400


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


@lru_cache(maxsize=64)
def listed(log: Log) -> tuple[Grid, ...]:
    """Return the lists of JSON objects with the same members, as tables: what they hold are figures, and hardly messages."""
    return tuple(_listed(log))


def _listed(log: Log) -> Iterator[Grid]:
    """Yield lists of JSON objects with the same members, which are rows under their names."""
    for piece in pieces(log):
        for path, value in walk(piece.value):
            if isinstance(value, list) and ROWS_LEAST <= len(value) <= ROWS_MOST and (names := _members(value)):
                rows = tuple(_row(log, piece, (*path, place), names) for place in range(len(value)))
                if all(cell.spot.column for row in rows for cell in row):
                    heads = tuple(name.lower().replace("_", " ") for name in names)
                    yield Grid(log=log, start=piece.lines[path], heads=heads, rows=rows)


def _members(rows: list[Any]) -> tuple[str, ...]:
    """Return the members that each row has, which are texts and figures alone; none where one has others."""
    if not all(isinstance(row, dict) and row.keys() == rows[0].keys() for row in rows):
        return ()
    plain = all(isinstance(one, str | int | float) and one != "" for row in rows for one in row.values())
    return tuple(rows[0]) if plain and len(rows[0]) > 1 else ()


def _row(log: Log, piece: Payload, path: Path, names: tuple[str, ...]) -> tuple[Cell, ...]:
    value = piece.value
    for step in path:
        value = value[step]
    return tuple(_cell(log, piece.lines[(*path, name)], name, value[name]) for name in names)


def _cell(log: Log, number: int, name: str, value: object) -> Cell:
    """Return the value of a member with its place, which is found behind its name."""
    text = json.dumps(value, ensure_ascii=False).strip('"')
    line = log.line(number)
    column = line.find(text, max(0, line.find(f'"{name}"'))) + 1
    return Cell(text=text, spot=Spot(log.name, number, column, column + len(text) if column else 0))


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
