"""Counts that stand together as parts of something: a column, a run of lines, a list in a sentence, a key of log lines."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.amounts import NOT_COUNTED, SUBTOTAL, TOTAL, counts, whole
from bongsu.audit.findings import Spot
from bongsu.audit.grids import grids
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

LABELLED = re.compile(
    r"^\W*(?P<label>[^\W\d][^|{}]{0,60}?)(?:\s*[:：=]\s*|\s{2,}|\t|(?<=\S)\s)(?P<n>\d{1,3}(?:,\d{3})+|\d{1,9})(?![.:%\d/-]\d?)"
    r"(?: ?(?P<unit>건|개|명|회|대|줄|행|편|장|통|곳|가맹점|[A-Za-z]{1,12}))?[.,;]?(?:\s{2,}[A-Za-z가-힣][\w ]{0,20})?$"
)
"""A line that is a name and one count, with at most a unit and a remark."""
CLOCK = re.compile(r"\d{1,2}:\d\d|\d{4}-\d\d-\d\d")
MEASURE = re.compile(
    r"^ ?(?:ms|s|secs?|seconds?|m|min|mins|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?|[kmgt]i?b|percent|per cent|px|초|분|시간|일|주|개월|달|년|월|시|번째|차|회차|위|배|도|℃|원(?!본)|KRW|USD|EUR|%)(?![a-z가-힣])",
    re.IGNORECASE,
)
KEYED = re.compile(r"(?<![\w.-])\"?(?P<key>[a-z][a-z_]{2,24})\"?\s?[=:]\s?(?P<n>\d{1,9})(?![\w.:%-])")
NOT_PART = re.compile(
    r"^(?:#|no|nr|seq|n|순번|번호|id|port|pid|line|lines|줄|version|rank|age|year|attempt|try|code|status|exit code|exit|http|ttl|priority)$|"
    r"\b(?:id|seconds|ms|size|limit|max|min|avg|duration|billed|memory|cpu|port|version|code|exit|date|time|uptime|restarts?)\b|초|시각|번호|단가|시간",
    re.IGNORECASE,
)
SEPARATOR = re.compile(
    r"[^.;:?!\d()]{0,30}?(?:[,/+&·]|\band\b|\bplus\b|및|그리고|[와과]\s)[^.;:?!\d()]{0,30}", re.IGNORECASE
)
ABOVE, FEW = 12, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Parts that may be summed, and what they are about."""

    values: tuple[int, ...]
    spots: tuple[Spot, ...]
    about: frozenset[str]
    total: int | None
    """The total that stands with them, if one does."""
    kind: str

    @property
    def sum(self) -> int:
        """Return what the parts add up to."""
        return sum(self.values)

    @property
    def lines(self) -> frozenset[int]:
        """Return the lines of the parts."""
        return frozenset(spot.line for spot in self.spots)


@lru_cache(maxsize=64)
def blocks(log: Log) -> tuple[Block, ...]:
    """Return every group of counts of a log."""
    return (*_columns(log), *_runs(log), *_sentences(log), *_keyed(log))


def _near(log: Log, number: int) -> str:
    """Return what stands around the first of some lines: its section's title and the last lines before it."""
    above = [text for _, text in log.numbered(max(1, number - ABOVE), number - 1) if text.strip()]
    return " ".join([log.section(number).title, *above[-FEW:]])


def _columns(log: Log) -> Iterator[Block]:
    seen: set[tuple[int, int]] = set()
    for grid in grids(log):
        place = (grid.rows[0][0].spot.line, grid.rows[-1][0].spot.line)
        if place in seen or len(grid.rows) < 2:
            continue
        seen.add(place)
        last = next(
            (n for n, row in enumerate(grid.rows) if TOTAL.search(row[0].text) or SUBTOTAL.search(row[0].text)), None
        )
        rows = [row for n, row in enumerate(grid.rows) if n != last]
        context = f"{_near(log, grid.start)} {' '.join(grid.heads)} {' '.join(row[0].text for row in rows)}"
        for column in range(1, len(grid.heads)):
            values = [whole(row[column].text) for row in rows]
            head = grid.heads[column]
            if any(one is None for one in values) or NOT_COUNTED.search(head) or NOT_PART.search(head):
                continue
            counted = [one or 0 for one in values]
            if counted == list(range(counted[0], counted[0] + len(counted))):
                continue
            yield Block(
                values=tuple(counted),
                spots=tuple(row[column].spot for row in rows),
                about=stems(context),
                total=whole(grid.rows[last][column].text) if last is not None else None,
                kind="column",
            )


def _runs(log: Log) -> Iterator[Block]:
    run: list[tuple[int, re.Match[str]]] = []
    depth = -1
    for number, line in [*log.numbered(), (len(log.text.lines) + 1, "")]:
        match = None if CLOCK.search(line) or line.lstrip().startswith(("|", "{", '"', "$")) else LABELLED.match(line)
        match = None if match and (NOT_PART.search(match["label"]) or NOT_COUNTED.search(match["label"])) else match
        own = len(line) - len(line.lstrip())
        if match is None or (run and own != depth):
            yield from _run(log, run)
            run = []
        if match is not None:
            run.append((number, match))
            depth = own
    yield from _run(log, run)


def _run(log: Log, run: list[tuple[int, re.Match[str]]]) -> Iterator[Block]:
    total = next((n for n, (_, match) in enumerate(run) if TOTAL.search(match["label"])), None)
    parts = [one for n, one in enumerate(run) if n != total]
    units = {match["unit"] for _, match in parts if match["unit"]}
    if len(parts) < 2 or len(units) > 1 or any(MEASURE.match(unit) for unit in units):
        return
    yield Block(
        values=tuple(int(match["n"].replace(",", "")) for _, match in parts),
        spots=tuple(Spot(log.name, n, match.start("n") + 1, match.end("n") + 1) for n, match in parts),
        about=stems(_near(log, run[0][0]) + " " + " ".join(match["label"] for _, match in parts)),
        total=int(run[total][1]["n"].replace(",", "")) if total is not None else None,
        kind="lines",
    )


def _sentences(log: Log) -> Iterator[Block]:
    for number, line in log.numbered():
        if line.lstrip().startswith(("|", "{", "$")) or len(line) > 600:
            continue
        found = [one for one in counts(line) if not MEASURE.match(line[one.end :])]
        at = 0
        while at < len(found):
            run = [found[at]]
            while at + 1 < len(found) and SEPARATOR.fullmatch(line[run[-1].end : found[at + 1].start]):
                at += 1
                run.append(found[at])
            at += 1
            if len(run) >= 3:
                yield Block(
                    values=tuple(one.count for one in run),
                    spots=tuple(Spot(log.name, number, one.start + 1, one.end + 1) for one in run),
                    about=stems(line),
                    total=None,
                    kind="sentence",
                )


def _keyed(log: Log) -> Iterator[Block]:
    found: dict[str, list[tuple[int, int, Spot]]] = defaultdict(list)
    for number, line in log.numbered():
        for match in KEYED.finditer(line) if CLOCK.search(line) or line.lstrip().startswith("{") else ():
            if not NOT_PART.search(match["key"].replace("_", " ")):
                spot = Spot(log.name, number, match.start("n") + 1, match.end("n") + 1)
                found[match["key"]].append((number, int(match["n"]), spot))
    for key, parts in found.items():
        if 2 <= len(parts) <= 12 and len({number for number, _, _ in parts}) == len(parts):
            yield Block(
                values=tuple(value for _, value, _ in parts),
                spots=tuple(spot for _, _, spot in parts),
                about=stems(key.replace("_", " ")),
                total=None,
                kind="keys",
            )
