"""Where every row of a table has one time before another, a row that has it behind was copied wrongly, or its steps are.

Source: causality, and what all the other rows show.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.claims import apart_s, by_hand, late
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.grids import grids
from bongsu.audit.payloads import payloads, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

    Row = dict[str, tuple[int, Moment]]

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
NO_STEP = re.compile(
    r"plan|due|window|slot|sched|expect|target|limit|예정|계획|기한|마감|목표|kst|utc|local|ext|현지|next|다음",
    re.IGNORECASE,
)
"""What stands above times that are no step's, or are told by another clock."""
OTHERS_LEAST, ALONE_MOST, NIGHT_S = 3, 6, 43_200


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the one row of a table in which the later of two steps is before the earlier."""
    for log in filter(by_hand, logs):
        for rows in (*_grids(log), *_lists(log)):
            heads = dict.fromkeys(head for row in rows for head in row if not NO_STEP.search(head))
            for one, other in combinations(heads, 2):
                both = [(row[one], row[other]) for row in rows if one in row and other in row]
                yield from _turned(log, both, (one, other))
                yield from _turned(log, [(second, first) for first, second in both], (other, one))


def _turned(
    log: Log, both: list[tuple[tuple[int, Moment], tuple[int, Moment]]], heads: tuple[str, str]
) -> Iterator[Hit]:
    back = [(first, second) for first, second in both if late(first[1], second[1])]
    onward = sum(late(second[1], first[1]) for first, second in both)
    near = all(abs(apart_s(first[1], second[1])) < NIGHT_S for first, second in both)
    if len(back) == 1 and near and onward >= OTHERS_LEAST and onward == len(both) - 1:
        (number, first), (line, second) = back[0]
        yield Hit(
            spot=log.moment_spot(line, second),
            also=(log.moment_spot(number, first),),
            why=f"{heads[1]} {second.text} is before {heads[0]} {first.text}, and behind it in every other row",
            instead="both times from the records that they were taken from",
        )


def _grids(log: Log) -> Iterator[list[Row]]:
    for grid in grids(log):
        yield [
            {
                head: (cell.spot.line, one)
                for head, cell in zip(grid.heads, row, strict=True)
                if (one := grid.moment(cell)) and len(cell.text) - len(one.text) <= ALONE_MOST
            }
            for row in grid.rows
        ]


def _lists(log: Log) -> Iterator[list[Row]]:
    """Yield the lists of objects in JSON texts, each object with its times by their keys."""
    for _, value, lines in payloads(log):
        for path, inner in walk(value):
            objects = (
                [(n, one) for n, one in enumerate(inner) if isinstance(one, dict)] if isinstance(inner, list) else []
            )
            if len(objects) > OTHERS_LEAST:
                yield [
                    {
                        str(key): (lines[(*path, n, key)], moment)
                        for key, text in one.items()
                        if isinstance(text, str) and (*path, n, key) in lines
                        for moment in log.moments(lines[(*path, n, key)])
                        if moment.text in text and len(text) - len(moment.text) <= ALONE_MOST
                    }
                    for n, one in objects
                ]
