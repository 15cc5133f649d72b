"""Shares that a sentence gives to the rows of a table: `checkout 69.2 per cent, stock-sync 22.3, refunds 3.3`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.amounts import PERCENT, TOTAL, percent_fits, whole
from bongsu.audit.claims import told
from bongsu.audit.findings import Hit, Spot
from bongsu.audit.grids import grids

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Cell, Log

LEAST_ROWS = 3
REACH = 40


def shares(log: Log) -> Iterator[Hit]:
    """Yield the share of a row that is not its part of a column, where those of all the others are."""
    tables = [one for one in log.tables if len(one.rows) >= LEAST_ROWS]
    listed = {row[0].spot.line for grid in grids(log) for row in grid.rows}
    for number, line in told(log) if tables else ():
        if number in listed or line.lstrip().startswith("|") or not PERCENT.search(line):
            continue
        lines = [
            (n, text)
            for n, text in log.numbered(max(1, number - 1), number + 1)
            if n not in listed and not text.lstrip().startswith("|")
        ]
        for table in tables:
            rows = [row for row in table.rows if not TOTAL.search(row[0].text) and len(row[0].text) > 1]
            said = [(row, found) for row in rows if (found := _share(lines, row[0].text)) is not None]
            if len(said) >= LEAST_ROWS:
                yield from _odd(log, rows, said)


def _share(lines: list[tuple[int, str]], name: str) -> tuple[int, re.Match[str]] | None:
    regex = re.compile(
        rf"(?<!\w){re.escape(name)}(?![\w-])[^\d.;%]{{0,{REACH}}}?(?P<n>\d{{1,2}}(?:\.\d+)?)(?![\d:/])", re.IGNORECASE
    )
    return next(((number, match) for number, line in lines if (match := regex.search(line))), None)


def _odd(
    log: Log, rows: Sequence[tuple[Cell, ...]], said: list[tuple[tuple[Cell, ...], tuple[int, re.Match[str]]]]
) -> Iterator[Hit]:
    for column in range(1, len(rows[0])):
        values = [whole(row[column].text) for row in rows]
        if any(one is None for one in values):
            continue
        total = sum(one or 0 for one in values)
        apart = [
            (row, place) for row, place in said if not percent_fits(whole(row[column].text) or 0, total, place[1]["n"])
        ]
        if len(apart) == 1 and len(said) - 1 >= LEAST_ROWS - 1:
            row, (number, match) = apart[0]
            yield Hit(
                spot=Spot(log.name, number, match.start("n") + 1, match.end("n") + 1),
                also=(row[column].spot,),
                why=f"{row[column].text} of {total} is not {match['n']} %, and the other rows' shares are theirs",
                instead="the count as it was measured; the percentage follows from it",
            )
            return
