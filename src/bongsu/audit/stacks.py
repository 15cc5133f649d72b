"""Numbers under each other, however they are set: a table's column, labelled lines, members of objects, output.

A stack is read by nothing but the place of its numbers: neighbouring lines that have as many, each counted from the right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.findings import Spot
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import payloads, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

NUMBER = pattern(
    r"(?<![\w.,:/#@$€£₩+-])-?(?P<n>(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,3})?)"
    r"(?P<unit> ?(?:건|개|명|회|대|줄|행|편|장|통|곳|가구|세대|박스|권|톤|매|원|MB|GB|TB|KB|MW|kW|kWh|m3|l|kg|t)(?![\w]))?(?![\w:/%]| ?%|[.,-]\d)"
)
RULE = re.compile(r"[\s|+:=─_-]*[-=─_]{3,}[\s|+:=─_-]*")
CLOCK = re.compile(r"\b\d{1,2} \d\d\b|\b\d{4} \d\d \d\d\b")
"""A time or a day in a label, whose marks are gone."""
LINE_MOST, NUMBERS_MOST, LEAST, ROWS_MOST = 160, 8, 3, 40
WORDS_MOST = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of a stack."""

    value: Decimal
    text: str
    label: str
    """What stands in its line besides numbers."""
    spot: Spot

    @property
    def digits(self) -> str:
        """Return the number as it is typed, without its marks."""
        return re.sub(r"\D", "", self.text)


@lru_cache(maxsize=64)
def stacks(log: Log) -> tuple[tuple[Entry, ...], ...]:
    """Return the stacks of a log, from the top down; the last may have lost a number on the left, as a total does."""
    return (*_in_lines(log), *_in_objects(log))


def _numbers(log: Log, number: int, line: str) -> list[Entry]:
    if len(line) > LINE_MOST:
        return []
    found = list(NUMBER.finditer(line))
    label = re.sub(r"[^\w가-힣%]+|_", " ", NUMBER.sub(" ", line)).strip().lower()
    if len(found) > NUMBERS_MOST or len(label) > WORDS_MOST:
        return []
    return [
        Entry(
            Decimal(one["n"].replace(",", "")),
            one["n"],
            label,
            Spot(log.name, number, one.start("n") + 1, one.end("n") + 1),
        )
        for one in found
    ]


def _in_lines(log: Log) -> Iterator[tuple[Entry, ...]]:
    run: list[list[Entry]] = []
    for number, line in [*log.numbered(), (len(log.text.lines) + 1, "")]:
        if run and RULE.fullmatch(line):
            continue
        here = _numbers(log, number, line)
        if run and here and len(here) == len(run[-1]) and len(run) < ROWS_MOST:
            run.append(here)
            continue
        if len(run) > 1 and here and len(here) == len(run[-1]) - 1:
            yield from _columns([*run, here])
        elif len(run) > 2:
            yield from _columns(run)
        run = [here] if here else []


def _columns(rows: list[list[Entry]]) -> Iterator[tuple[Entry, ...]]:
    for place in range(1, min(map(len, rows)) + 1):
        yield tuple(row[-place] for row in rows)


def _in_objects(log: Log) -> Iterator[tuple[Entry, ...]]:
    """Yield what the objects of a list have under one key, and the members of an object that is written in one line."""
    for _, value, lines in payloads(log):
        for path, one in walk(value):
            if isinstance(one, dict) and len({lines.get((*path, key), 0) for key in one}) == 1:
                members = [_entry(log, lines.get((*path, key), 0), each, str(key)) for key, each in one.items()]
                yield from _whole(members)
            rows = [each for each in one if isinstance(each, dict)] if isinstance(one, list) else []
            for key in rows[0] if LEAST <= len(rows) <= ROWS_MOST else ():
                cells = [
                    _entry(log, lines.get((*path, n, key), 0), row.get(key), _words(row)) for n, row in enumerate(rows)
                ]
                yield from _whole(cells)


def _whole(entries: list[Entry | None]) -> Iterator[tuple[Entry, ...]]:
    found = tuple(one for one in entries if one is not None)
    if LEAST <= len(found) == len(entries):
        yield found


def _words(row: dict[str, object]) -> str:
    return " ".join(str(one) for one in row.values() if isinstance(one, str)).lower()[:WORDS_MOST]


def _entry(log: Log, number: int, value: object, label: str) -> Entry | None:
    if not number or type(value) not in (int, float):
        return None
    return Entry(Decimal(str(value)), str(value), label.replace("_", " ").lower(), log.spot(number))
