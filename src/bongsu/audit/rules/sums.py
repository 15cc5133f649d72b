"""A total is the sum of its parts.

Source: arithmetic.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Field, Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
BRACKETED = re.compile(r"(?<![\d./:#-])(\d[\d,]*)(?![\d./:%-])[^\d()=+]{0,30}\(([^()]*?\d[^()]*\+[^()]*?\d[^()]*)\)")
EQUATION = re.compile(
    r"(?<![\w.+*/=-])(\d[\d,]*(?: ?[^\W\d]{0,14}){0,2}(?: ?\+ ?\d[\d,]*(?: ?[^\W\d]{0,14}){0,2})+) ?= ?(\d[\d,]*)(?![\d.])"
)
WHOLE = re.compile(
    r"(\d{1,3}(?:,\d{3})+|\d+) ?(?:SMS|LMS|건|개|명|회|messages?|bookings?|items?|rows?|records?|orders?)?\W*",
    re.IGNORECASE,
)
TOTAL = re.compile(r"\btotals?\b|합계|총계|총 |전체", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{2,}")
PARTS_MOST = 8


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield totals that their parts do not add up to: in brackets, in an equation, in a list, in a table."""
    for log in logs:
        yield from _in_a_line(log)
        yield from _in_lists(log)
        yield from _in_tables(log)


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _numbers(text: str) -> list[int] | None:
    pieces = [re.findall(r"(?<![\w.])\d[\d,]*(?![\d.%:])", piece) for piece in text.split("+")]
    return [_number(piece[0]) for piece in pieces] if all(len(piece) == 1 for piece in pieces) else None


def _in_a_line(log: Log) -> Iterator[Hit]:
    for number, line in log.numbered():
        for match in BRACKETED.finditer(line):
            parts = _numbers(match[2])
            if parts and sum(parts) != _number(match[1]):
                yield _hit(log, number, match, (_number(match[1]), parts))
        for match in EQUATION.finditer(line):
            parts = _numbers(match[1])
            if parts and sum(parts) != _number(match[2]):
                yield _hit(log, number, match, (_number(match[2]), parts))


def _hit(log: Log, number: int, match: re.Match[str], sums: tuple[int, list[int]]) -> Hit:
    return Hit(spot=log.spot(number, match), why=_why(*sums), instead="figures that were counted, each with its source")


def _why(total: int, parts: Sequence[int]) -> str:
    return f"{' + '.join(map(str, parts))} = {sum(parts)}, not {total}"


def _in_lists(log: Log) -> Iterator[Hit]:
    fields = [one for one in log.fields if WHOLE.fullmatch(one.value)]
    for place, one in enumerate(fields):
        if not TOTAL.search(one.key):
            continue
        parts = _beside(fields, place, -1) or _beside(fields, place, 1)
        values = [_value(part) for part in parts]
        total = _value(one)
        if len(parts) >= 2 and _belongs(one, parts, values) and not _reached(total, values):
            yield Hit(
                spot=one.spot,
                also=tuple(part.spot for part in parts),
                why=_why(total, values),
                instead="the parts and the total as they were counted, each with its source",
            )


def _value(one: Field) -> int:
    match = WHOLE.fullmatch(one.value)
    return _number(match[1]) if match else 0


def _beside(fields: list[Field], place: int, step: int) -> list[Field]:
    found: list[Field] = []
    line, at = fields[place].spot.line + step, place + step
    while 0 <= at < len(fields) and fields[at].spot.line == line and not TOTAL.search(fields[at].key):
        found.append(fields[at])
        line, at = line + step, at + step
    return found


def _belongs(total: Field, parts: list[Field], values: list[int]) -> bool:
    # A list under one heading may hold counts of other things: parts name what the total names, and weigh enough.
    names = {word.rstrip("s") for word in WORD.findall(TOTAL.sub(" ", total.key).lower())}
    named = not names or any(names & {word.rstrip("s") for word in WORD.findall(part.key)} for part in parts)
    return len(parts) <= PARTS_MOST and named and 2 * sum(values) >= _value(total)


def _reached(total: int, values: list[int]) -> bool:
    return total in values or any(
        sum(some) == total for size in range(2, len(values) + 1) for some in combinations(values, size)
    )


def _in_tables(log: Log) -> Iterator[Hit]:
    for table in log.tables:
        if len(table.rows) < 3 or not TOTAL.search(table.rows[-1][0].text) or TOTAL.search(table.rows[-2][0].text):
            continue
        for place in range(1, len(table.heads)):
            cells = [row[place] for row in table.rows]
            if all(WHOLE.fullmatch(cell.text) for cell in cells):
                *values, total = (_number(re.sub(r"[^\d]", "", cell.text)) for cell in cells)
                if sum(values) != total:
                    yield Hit(
                        spot=cells[-1].spot,
                        also=tuple(cell.spot for cell in cells[:-1]),
                        why=_why(total, values),
                        instead="the column as it was counted",
                    )
