"""What a log lists with an outcome each: a column of a table, entries below each other, boxes to tick, objects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.findings import Spot
from bongsu.audit.lists import Entry, Listed, lists
from bongsu.audit.quantified_rows import REMARK, is_bad
from bongsu.audit.quantified_words import ANSWERED, WELL, YES
from bongsu.audit.typed import typed
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

ITEM = re.compile(
    r"(?P<lead>\s*(?:[-*•·]|\d{1,2}[.)])\s+)(?:\*\*)?(?P<name>[^\s:|{}`\[][^:|{}]{0,48}?)(?:\*\*)?\s?(?:[:：]|→|->|—|–)(?:\*\*)?\s+(?P<value>\S.{0,90})"
)
LEAST, ROWS_MOST = 2, 60


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Several of a kind, some of which went well and some not."""

    listed: Listed
    """With one value each."""
    bad: tuple[tuple[Entry, Spot], ...]
    good: tuple[str, ...]

    @property
    def head(self) -> str:
        """Return what stands above the outcomes."""
        return self.listed.heads[0]


@lru_cache(maxsize=64)
def outcomes(log: Log) -> tuple[Outcomes, ...]:
    """Return every list of which at least one entry went well or wrong, and of which each entry did either."""
    found = []
    for one in (*lists(log), *_items(log)):
        if one.kind not in ("rows", "objects", "lines") or not LEAST <= len(one.entries) <= ROWS_MOST:
            continue
        for place, head in enumerate(one.heads):
            if not REMARK.search(head) and (made := _outcomes(one, place)) is not None:
                found.append(made)
    return tuple({(each.listed.start, each.head): each for each in found}.values())


def _outcomes(one: Listed, place: int) -> Outcomes | None:
    head = one.heads[place]
    entries = [Entry(each.name, (each.values[place],), (each.spots[place],)) for each in one.entries]
    bad = [(each, each.spots[0]) for each in entries if is_bad(each.values[0], head)]
    rest = [each.values[0] for each in entries if all(each is not other for other, _ in bad)]
    if not all(_well(value) for value in rest) or not (bad or rest):
        return None
    return Outcomes(Listed(one.kind, (head,), tuple(entries), one.about, one.start, one.end), tuple(bad), tuple(rest))


def _well(value: str) -> bool:
    return bool(YES.search(value) or WELL.search(value) or ANSWERED.search(value))


def _items(log: Log) -> Iterator[Listed]:
    """Yield the runs of marked lines that name one thing each and what came of it."""
    run: list[tuple[int, re.Match[str]]] = []
    for number, line in [*log.numbered(), (len(log.text.lines) + 1, "")]:
        match = None if typed(line) is not None else ITEM.fullmatch(line.rstrip())
        if run and (match is None or len(match["lead"]) != len(run[0][1]["lead"])):
            if len(run) >= LEAST:
                yield _listed(log, run)
            run = []
        if match is not None:
            run.append((number, match))


def _listed(log: Log, run: list[tuple[int, re.Match[str]]]) -> Listed:
    entries = tuple(
        Entry(one["name"], (one["value"],), (Spot(log.name, n, one.start("value") + 1, one.end("value") + 1),))
        for n, one in run
    )
    first = run[0][0]
    above = [text for _, text in log.numbered(max(1, first - 3), first - 1) if text.strip()]
    about = stems(" ".join([log.section(first).title, *above[-1:], *(one.name for one in entries)]))
    return Listed("lines", ("",), entries, about, first, run[-1][0])
