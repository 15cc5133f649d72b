"""Labelled values in groups, whatever the layout: `- label: value`, `label    value`, tables by row and by column, JSON.

A group holds what stands together: lines without a gap at one depth, a row of a table under its heads, a column beside
its labels, the members of one JSON object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.payloads import payloads, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log, Table
    from bongsu.audit.moments import Moment

LEADER = re.compile(r"^(?P<lead>[\s>#]*(?:[*•·‣◦▪–-]\s+|\d{1,3}[.)]\s+)?(?:\[[ xX]\]\s*)?)")
COLON = re.compile(
    r"(?P<label>[^\W\d_][^:=：|]{0,70}?)\s*+(?:(?:\*\*|`)\s*+)?(?:(?<!\d)[:：=]|[:：=](?!\d))\s*+(?:(?:\*\*|`)\s*+)?(?P<value>\S.*)$"
)
GAP = re.compile(r"(?P<label>\S.{0,60}?)(?: {2,}|\t+)(?P<value>\S.*)$")
ENDING = re.compile(
    r"(?P<label>[^\W\d][^\d:=|,;()]{0,60}?)\s(?P<value>\d{1,2}:\d\d(?::\d\d)?|\d[\d,]*(?:\.\d+)?(?: ?(?:건|개|명|회|대|줄|%|[A-Za-z]{1,12}))?(?: ?\([^()]{1,40}\))?\.?)$"
)
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
RULED = re.compile(r"\s*[-=_─]{3,}\s*")
LABEL_MOST = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One labelled value."""

    label: str
    """In lower case, without marks."""
    value: str
    spot: Spot
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items that stand together."""

    log: Log
    kind: str
    """`lines`, `row`, `column` or `object`."""
    items: tuple[Item, ...]

    def moments(self, item: Item) -> list[Moment]:
        """Return the times in the value of an item."""
        spot = item.spot
        return [
            one for one in self.log.moments(spot.line) if spot.column <= one.column < max(spot.end, spot.column + 1)
        ]


@lru_cache(maxsize=64)
def groups(log: Log) -> tuple[Group, ...]:
    """Return every group of a log."""
    return (*_lines(log), *_tables(log), *_objects(log))


def _lines(log: Log) -> Iterator[Group]:
    run: list[Item] = []
    for number, line in log.numbered():
        if RULED.fullmatch(line):
            continue
        item = item_of(log, number, line)
        if item is None or (run and item.depth != run[-1].depth):
            if len(run) > 1:
                yield Group(log=log, kind="lines", items=tuple(run))
            run = []
        if item is not None:
            run.append(item)
    if len(run) > 1:
        yield Group(log=log, kind="lines", items=tuple(run))


def item_of(log: Log, number: int, line: str) -> Item | None:
    """Return a line as a labelled value, or None when it is not one."""
    if not line.strip() or line.lstrip().startswith("|") or len(line) > 200:
        return None
    lead = LEADER.match(line)
    start = lead.end() if lead else 0
    rest = line[start:].rstrip()
    for form in (GAP, COLON, ENDING):
        match = form.match(rest)
        if match and not (form is GAP and re.match(r"\d", rest)):
            value = match["value"].rstrip("*`_ ")
            column = start + match.start("value")
            return Item(
                label=_plain(match["label"]),
                value=value,
                spot=type(log.spot(1))(log.name, number, column + 1, column + 1 + len(value)),
                depth=len(line) - len(line.lstrip()),
            )
    return None


def _plain(label: str) -> str:
    return " ".join(re.sub(r"[*`_\"“”]+", " ", label).lower().split())[:LABEL_MOST]


def _tables(log: Log) -> Iterator[Group]:
    for table in log.tables:
        yield from _rows(log, table)
        for place in range(1, len(table.heads)):
            found = [
                Item(label=_plain(row[0].text), value=row[place].text, spot=row[place].spot)
                for row in table.rows
                if row[0].text and row[place].text
            ]
            if len(found) > 1:
                yield Group(log=log, kind="column", items=tuple(found))


def _rows(log: Log, table: Table) -> Iterator[Group]:
    for row in table.rows:
        found = [
            Item(label=_plain(head), value=cell.text, spot=cell.spot)
            for head, cell in zip(table.heads, row, strict=True)
            if cell.text
        ]
        if len(found) > 1:
            yield Group(log=log, kind="row", items=tuple(found))


def _objects(log: Log) -> Iterator[Group]:
    for _, value, lines in payloads(log):
        for path, one in walk(value):
            if not isinstance(one, dict) or "blocks" in path:
                continue
            found = []
            for key, inner in one.items():
                place = (*path, key)
                if isinstance(inner, str | int | float) and not isinstance(inner, bool) and place in lines:
                    shown = str(inner)
                    found.append(
                        Item(
                            label=_plain(CAMEL.sub(" ", str(key))),
                            value=shown,
                            spot=_member(log, lines[place], str(key), shown),
                        )
                    )
            if len(found) > 1:
                yield Group(log=log, kind="object", items=tuple(found))


def _member(log: Log, number: int, key: str, shown: str) -> Spot:
    line = log.line(number)
    place = max(line.find(f'"{key}"'), 0)
    column = line.find(shown, place + len(key) + 2)
    spot = log.spot(number)
    return spot if column < 0 else type(spot)(log.name, number, column + 1, column + 1 + len(shown))
