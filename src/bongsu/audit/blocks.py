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
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import payloads, walk
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Cell, Log
    from bongsu.audit.payloads import Path

LABELLED = re.compile(
    r"^\W*(?P<label>[^\W\d][^|{}]{0,60}?)(?:\s*[:：=]\s*|\s{2,}|\t|(?<=\S)\s)(?P<n>\d{1,3}(?:,\d{3})+|\d{1,9})(?![.:%\d/-]\d?)"
    r"(?: ?(?P<unit>건|개|명|회|대|줄|행|편|장|통|곳|가맹점|[A-Za-z]{1,12}))?[.,;]?(?:\s{2,}[A-Za-z가-힣][\w ]{0,20})?$"
)
"""A line that is a name and one count, with at most a unit and a remark."""
LEADING = re.compile(
    r"^[\s>│┃]*[-*•·‣◦–]\s+(?P<n>\d{1,3}(?:,\d{3})+|\d{1,9}) (?!(?:of|out|to|and|or|더)\b)(?P<label>(?P<unit>[^\W\d]\w*)[^|{}]{0,120})$"
)
"""An entry that begins with its count: `- 3 on the paging tool`."""
TALLY = re.compile(r"^\s{2,}(?P<n>\d{1,3}(?:,\d{3})+|\d{1,9}) (?P<label>(?P<unit>[A-Za-z가-힣][\w./@-]{1,40}))$")
"""A line of `uniq -c` or `wc -l`: a count, set flush, and a name."""
FRAME = re.compile(r"[\s>|│┃]*(?:[-*•·‣◦–]\s+|\d{1,2}[.)]\s+)?")
CLOCK = re.compile(r"\d{1,2}:\d\d|\d{4}-\d\d-\d\d")
MEASURE = re.compile(
    r"^ ?(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|ms|s|secs?|seconds?|m|min|mins|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?|[kmgt]i?b|percent|per cent|px|초|분|시간|일|주|개월|달|년|월|시|번째|차|회차|위|배|도|℃|원(?!본)|KRW|USD|EUR|%)(?![a-z가-힣\d])",
    re.IGNORECASE,
)
KEYED = pattern(r"(?<![\w.-])\"?(?P<key>[a-z][a-z_]{2,24}|[가-힣]{2,10})\"?\s?[=:]\s?(?P<n>\d{1,9})(?![\w.:%-])")
NAMED = re.compile(
    r"(?:\b(?-i:[A-Z]{2,8})|\b(?-i:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*|"
    r"\b(?:permit|ticket|change|incident|case|room|line|page|message_id|id|ids|message|msg|port|pid|v|version|rule|run|batch|wave|step|drill|group|shard|shelf|floor|no\.?|nr\.?|number|row|week|day|rack|hall|gate|ward|lane|unit|model|release|build)) $|[#:/=-]$",
    re.IGNORECASE,
)
"""In front of a number that names something and counts nothing."""
NAME = re.compile(NAMED.pattern.removesuffix("|[#:/=-]$"), re.IGNORECASE)
EACH = re.compile(
    r" ?(?:a|per|each|every|/) ?(?:second|sec|s|minute|min|hour|day|run|batch)\b|초당|분당", re.IGNORECASE
)
"""Behind a number that is a rate."""
NOT_PART = pattern(
    r"^(?:#|no|nr|seq|n|순번|번호|id|port|pid|line|lines|줄|version|rank|age|year|attempt|try|code|status|exit code|exit|http|ttl|priority)$|"
    r"\b(?:id|seconds|ms|size|limit|max|min|avg|duration|took|s|billed|memory|cpu|port|version|code|exit|date|time|uptime|restarts?|cap|quota|per|rate|rps|tps|wave|batch|retries|threshold|window|day|hour|week|month|year|percent|pct|offset|partition|shard|step)\b|초|시각|번호|단가|시간",
    re.IGNORECASE,
)
SEPARATOR = re.compile(
    r"[^.;:?!\d()]{0,30}?(?:[,/+&·]|\band\b|\bplus\b|및|그리고|[와과]\s)[^.;:?!\d()]{0,30}", re.IGNORECASE
)
BARRED = re.compile(r"\s*\|.*\|\s*")
"""A row of a table; a line with a bar in front alone is quoted."""
ABOVE, FEW = 12, 5
WITH_UNIT = pattern(
    r"(?<![\w.,:/#$€£+-])(?P<n>\d{1,3}(?:,\d{3})+|\d{1,9}) ?(?P<unit>m3|[A-Za-z]{2,14}|건|개|명|회|대|줄|행|편|장|통|곳|세대|박스|권|척|톤|매)(?![\w/])"
)
ALIKE_MOST, LINES_MOST, BEHIND = 12, 400, 40


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
    return (*_columns(log), *_runs(log), *_sentences(log), *_keyed(log), *_alike(log), *_objects(log))


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
            if counted == list(range(counted[0], counted[0] + len(counted))) or _levels(rows, counted):
                continue
            yield Block(
                values=tuple(counted),
                spots=tuple(row[column].spot for row in rows),
                about=stems(context),
                total=whole(grid.rows[last][column].text) if last is not None else None,
                kind="column",
            )


def _levels(rows: list[tuple[Cell, ...]], values: list[int]) -> bool:
    """Return whether rows that begin with a time tell how much there was then: a stock that only falls, a count that only grows."""
    timed = sum(CLOCK.match(row[0].text) is not None for row in rows)
    return len(rows) > 2 and 2 * timed > len(rows) and values in (sorted(values), sorted(values, reverse=True))


def _runs(log: Log) -> Iterator[Block]:
    run: list[tuple[int, re.Match[str]]] = []
    frame = ""
    for number, line in [*log.numbered(), (len(log.text.lines) + 1, "")]:
        other = CLOCK.search(line) or line.lstrip().startswith(("{", '"', "$")) or BARRED.fullmatch(line)
        match = None if other else LEADING.match(line) or TALLY.match(line) or LABELLED.match(line)
        label = match["label"] if match else ""
        if match and match.re is LABELLED and (NOT_PART.search(label) or NOT_COUNTED.search(label)):
            match = None
        head = FRAME.match(line)
        own = re.sub(r"\d+", "#", head[0]) if head else ""
        if match is None or (run and own != frame):
            yield from _run(log, run)
            run = []
        if match is not None:
            run.append((number, match))
            frame = own
    yield from _run(log, run)


def _run(log: Log, run: list[tuple[int, re.Match[str]]]) -> Iterator[Block]:
    total = next((n for n, (_, match) in enumerate(run) if TOTAL.search(match["label"])), None)
    parts = [one for n, one in enumerate(run) if n != total]
    units = {match["unit"] for _, match in parts if match["unit"]}
    leading = all(match.re is not LABELLED for _, match in parts)
    if len(parts) < 2 or (len(units) > 1 and not leading) or any(MEASURE.match(unit) for unit in units):
        return
    yield Block(
        values=tuple(int(match["n"].replace(",", "")) for _, match in parts),
        spots=tuple(Spot(log.name, n, match.start("n") + 1, match.end("n") + 1) for n, match in parts),
        about=stems(_near(log, run[0][0]) + " " + " ".join(match["label"] for _, match in parts)),
        total=int(run[total][1]["n"].replace(",", "")) if total is not None else None,
        kind="led" if leading else "lines",
    )


def _sentences(log: Log) -> Iterator[Block]:
    for number, line in log.numbered():
        if line.lstrip().startswith(("|", "{", "$")) or len(line) > 600:
            continue
        found = [
            one
            for one in counts(line)
            if not (MEASURE.match(line[one.end :]) or EACH.match(line[one.end :]) or NAME.search(line[: one.start]))
        ]
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


def _alike(log: Log) -> Iterator[Block]:
    """Yield counts of one unit in lines that tell of one thing: `Tanker load 1, 9 m3`, and half an hour below it load 2."""
    found: dict[tuple[str, str], dict[int, tuple[int, Spot]]] = defaultdict(dict)
    for number, line in log.numbered() if len(log.text.lines) <= LINES_MOST else ():
        if line.lstrip().startswith(("{", '"', "$", "|")):
            continue
        here = [one for one in WITH_UNIT.finditer(line) if not MEASURE.match(line[one.end("n") :])]
        units = [one["unit"].lower() for one in here]
        for match in (one for one in here if units.count(one["unit"].lower()) == 1 and stems(one["unit"])):
            spot = Spot(log.name, number, match.start("n") + 1, match.end("n") + 1)
            for word in stems(line[max(0, match.start() - BEHIND) : match.start()]):
                found[match["unit"].lower(), word][number] = (int(match["n"].replace(",", "")), spot)
    for (unit, word), parts in found.items():
        while len(parts) > 2 and _sums_up([value for value, _ in parts.values()]):
            del parts[max(parts)]
        # A count that stands there twice was told twice.
        if 2 <= len(parts) <= ALIKE_MOST and len({value for value, _ in parts.values()}) == len(parts):
            yield Block(
                values=tuple(value for value, _ in parts.values()),
                spots=tuple(spot for _, spot in parts.values()),
                about=frozenset([unit, word]) | stems(unit),
                total=None,
                kind="alike",
            )


def _sums_up(values: list[int]) -> bool:
    """Return whether the last of some counts is rather what the others come to than one more of them."""
    return values[-1] > max(values[:-1]) and 10 * values[-1] >= 7 * sum(values[:-1])


def _objects(log: Log) -> Iterator[Block]:
    """Yield what the objects of a list have under one key, and the members of an object that is nothing but counts."""
    for _, value, lines in payloads(log):
        for path, one in walk(value):
            if (
                isinstance(one, dict)
                and len(one) >= 2
                and all(type(each) is int for each in one.values())
                and not any(NOT_PART.search(key.replace("_", " ")) for key in one)
            ):
                yield from _counts(log, [(each, lines.get((*path, key), 0)) for key, each in one.items()], (path, one))
            rows = [each for each in one if isinstance(each, dict)] if isinstance(one, list) else []
            for key in rows[0] if 2 <= len(rows) <= ALIKE_MOST else ():
                if all(type(row.get(key)) is int for row in rows) and not NOT_PART.search(key.replace("_", " ")):
                    cells = [(row[key], lines.get((*path, n, key), 0)) for n, row in enumerate(rows)]
                    yield from _counts(log, cells, ((*path, key), rows[0]))


def _counts(log: Log, cells: list[tuple[int, int]], named: tuple[Path, dict[str, object]]) -> Iterator[Block]:
    path, keys = named
    values = tuple(value for value, _ in cells)
    if (
        all(number for _, number in cells)
        and min(values) >= 0
        and values != tuple(range(values[0], values[0] + len(values)))
    ):
        yield Block(
            values=values,
            spots=tuple(log.spot(number) for _, number in cells),
            about=stems(" ".join(str(one) for one in (*path[-3:], *keys)).replace("_", " ")),
            total=None,
            kind="objects",
        )
