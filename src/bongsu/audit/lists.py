"""Lists of several of a kind, each with its values: rows of a table, lines that are alike, members of a sentence, objects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.amounts import TOTAL
from bongsu.audit.findings import Spot
from bongsu.audit.grids import grids
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import payloads, walk
from bongsu.audit.typed import typed
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.grids import Grid
    from bongsu.audit.log import Log

MARKER = re.compile(
    r"\s*(?:[-*•·‣◦–]\s+|\(?\d{1,2}[.)]\s+)?(?:\[?\d{1,2}:\d\d(?::\d\d)?Z?\]?\s+)?(?:[\w.]{2,16}: (?=[a-z]))?"
)
PAIRED = re.compile(
    r"(?P<name>(?:\d{1,3}(?:번|호|차) ?|\d{1,3}(?=[A-Za-z가-힣]{2}))?[^\W\d][^:=|{}]{0,40}?)(?:\s*[:=]\s+|\s{2,}|\t+)(?P<rest>\S.{0,120})"
)
WORDED = re.compile(r"(?P<name>[^\W\d][\w./-]*(?: [\w./-]+){0,2}?) (?P<rest>\S.{0,120})")
BOX = pattern(r"\s*[-*+]?\s*\[(?P<mark>[ xX✓✔])\]\s+(?P<name>\S.{0,160})")
NUMBERED = re.compile(r"(?P<name>[A-Za-z가-힣]+ \d{1,3}) (?P<rest>[a-z가-힣].{0,120})", re.IGNORECASE)
ITEM = re.compile(
    r"(?P<name>[^\W\d][\w./-]*(?: [A-Za-z0-9./-]+)?)(?: (?:is|was|at|on|in|took|done in|has|had|with|gave|=)(?: in| at)?)? \(?(?P<rest>\S[^()]{0,24})\)?"
)
SEPARATOR = pattern(r", (?:and )?| and |; | / |, 그리고 ")
FIELD = re.compile(r"what|field|key|item|property|parameter|setting|항목|무엇|필드|속성|설정", re.IGNORECASE)
LONGEST, LEAST = 260, 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One of a list."""

    name: str
    values: tuple[str, ...]
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Several of a kind."""

    kind: str
    """`rows`, `lines`, `worded` for lines that no mark parts into name and value, `sentence` or `objects`."""
    heads: tuple[str, ...]
    """What stands above the values; a single empty one where nothing does."""
    entries: tuple[Entry, ...]
    about: frozenset[str]
    """What the heads, the title and the line above say that it is of."""
    start: int
    end: int


@lru_cache(maxsize=64)
def lists(log: Log) -> tuple[Listed, ...]:
    """Return every list of a log."""
    return (*_rows(log), *_lines(log), *_boxes(log), *_sentences(log), *_objects(log))


def _about(log: Log, start: int, *texts: str) -> frozenset[str]:
    above = [text for _, text in log.numbered(max(1, start - 3), start - 1) if text.strip()]
    return stems(" ".join([*texts, log.section(start).title, *above[-1:]]).replace("_", " "))


def _rows(log: Log) -> Iterator[Listed]:
    longest: dict[int, Grid] = {}
    for grid in grids(log):
        first = grid.rows[0][0].spot.line
        if len(grid.rows) > 1 and (first not in longest or len(grid.rows) > len(longest[first].rows)):
            longest[first] = grid
    for grid in longest.values():
        last = grid.rows[-1][0].spot.line
        if len(grid.heads) == 2 and FIELD.fullmatch(grid.heads[0].strip()):
            continue  # What is told of one thing, name by name, is no list of several.
        rows = [row for row in grid.rows if not TOTAL.search(row[0].text)]
        yield Listed(
            kind="rows",
            heads=grid.heads[1:],
            entries=tuple(
                Entry(
                    row[0].text, tuple(cell.text.strip("*` ") for cell in row[1:]), tuple(cell.spot for cell in row[1:])
                )
                for row in rows
            ),
            about=_about(log, grid.start, *grid.heads),
            start=grid.start,
            end=last,
        )


def _lines(log: Log) -> Iterator[Listed]:
    rows = {row[0].spot.line for grid in grids(log) if len(grid.rows) > 1 for row in grid.rows}
    run: list[tuple[int, re.Match[str]]] = []
    frame = None
    for number, line in [*log.numbered(), (len(log.text.lines) + 1, "")]:
        lead = MARKER.match(line)
        start = lead.end() if lead else 0
        own = re.sub(r"\d+", "0", lead[0]) if lead else ""
        other = number in rows or len(line) > LONGEST or line.lstrip()[:1] in ("{", "|", "$", "#", '"', "}")
        match = None if other or typed(line) is not None else PAIRED.fullmatch(line, start, len(line.rstrip()))
        worded = WORDED if own.strip() else NUMBERED
        match = match or (None if other else worded.fullmatch(line, start, len(line.rstrip())))
        if run and (match is None or own != frame):
            yield from _run(log, run)
            run = []
        if match is not None:
            run.append((number, match))
            frame = own


def _run(log: Log, run: list[tuple[int, re.Match[str]]]) -> Iterator[Listed]:
    if len(run) < 2:
        return
    entries = tuple(
        Entry(match["name"], (match["rest"],), (Spot(log.name, n, match.start("rest") + 1, match.end("rest") + 1),))
        for n, match in run
    )
    shared = frozenset.intersection(*(stems(one.name) for one in entries))
    kind = "lines" if all(match.re is PAIRED for _, match in run) else "worded"
    yield Listed(kind, ("",), entries, _about(log, run[0][0]) | shared, run[0][0], run[-1][0])


def _boxes(log: Log) -> Iterator[Listed]:
    """Yield lists of which each entry is ticked, or is not, and that are of one thing by their own words."""
    run: list[tuple[int, re.Match[str]]] = []
    for number, line in [*log.numbered(), (len(log.text.lines) + 1, "")]:
        match = BOX.fullmatch(line)
        if match is not None:
            run.append((number, match))
            continue
        if len(run) > 1:
            entries = tuple(
                Entry(one["name"], ("open" if one["mark"] == " " else "done",), (log.spot(n),)) for n, one in run
            )
            shared = frozenset.intersection(*(stems(one.name) for one in entries))
            yield Listed("lines", ("",), entries, shared, run[0][0], run[-1][0])
        run = []


def _sentences(log: Log) -> Iterator[Listed]:
    for number, line in log.numbered():
        if len(line) > LONGEST or line.lstrip()[:1] in ("{", "|", "$", "#", '"', "}") or typed(line) is not None:
            continue
        start = 0
        for end in [*(one.end() for one in re.finditer(r"[.;!?](?=\s|$)", line)), len(line)]:
            yield from _members(log, number, (start, end))
            start = end


def _members(log: Log, number: int, span: tuple[int, int]) -> Iterator[Listed]:
    line = log.line(number)
    start, end = span
    text = line[start:end].rstrip(" .;")
    head = re.match(r"(?:[^:]|\d:\d){0,60}?: (?=\S)", text)
    at = head.end() if head else 0
    cuts = [at, *(place for one in SEPARATOR.finditer(text, at) for place in one.span()), len(text)]
    pieces = list(pairwise(cuts))[::2]
    found = [(first, ITEM.fullmatch(text, first, last)) for first, last in pieces]
    if len(found) < LEAST or not all(match for _, match in found):
        return
    entries = tuple(
        Entry(
            match["name"],
            (match["rest"],),
            (Spot(log.name, number, start + match.start("rest") + 1, start + match.end("rest") + 1),),
        )
        for _, match in found
        if match
    )
    yield Listed("sentence", ("",), entries, stems(text[:at]), number, number)


def _objects(log: Log) -> Iterator[Listed]:
    for _, value, lines in payloads(log):
        for path, one in walk(value):
            rows = [each for each in one if isinstance(each, dict)] if isinstance(one, list) else []
            if len(rows) < 2 or len(rows) != len(one):
                continue
            keys = [key for key in rows[0] if all(key in row for row in rows)][1:]
            at = [lines.get((*path, n)) or lines.get((*path, n, next(iter(row)))) for n, row in enumerate(rows)]
            if not keys or not all(at):
                continue
            entries = tuple(
                Entry(
                    str(next(iter(row.values()))),
                    tuple("" if row[key] is None else str(row[key]) for key in keys),
                    tuple(log.spot(lines.get((*path, n, key)) or at[n] or 1) for key in keys),
                )
                for n, row in enumerate(rows)
            )
            about = stems(" ".join(str(each) for each in (*path[-2:], *rows[0])).replace("_", " "))
            places = [spot.line for entry in entries for spot in entry.spots]
            yield Listed("objects", tuple(str(key) for key in keys), entries, about, min(places), max(places))
