"""A log as its parts: headings, fields, tables, code blocks, JSON objects; each with its place in the file."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from bongsu.audit.columns import plain_tables
from bongsu.audit.day_lines import day_of_line
from bongsu.audit.dotted import as_written, with_colons
from bongsu.audit.findings import Spot
from bongsu.audit.midnight import over_midnight
from bongsu.audit.moments import HAS_CLOCK, Around, Moment, days, declared, headed, in_zone, moments, outright, zones
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from bongsu.audit.reading import Text

HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
FENCE = pattern(r"\s*(?:```|~~~)\s*(\w*)\s*$")
FIELD = pattern(
    r"^[\s>*•·‣◦+-]*(?:\[[ xX]\]\s*)?[^\w\s\"'(<\[{|]*\s*(?:\*\*|__|`)?(?P<key>[^\W\d_][\w /().#'’-]{0,48}?)(?:\*\*|__|`)?"
    r"\s*(?:[:：=]|\*\*:|:\*\*)\s*(?:\*\*|__)?\s*(?P<value>\S.*?)\s*$"
)
ROW = re.compile(r"\s*\|.*\|\s*$")
RULER = re.compile(r"\s*+[|+]?\s*+:?-++:?\s*+(?>([|+]\s*+:?-++:?\s*+)*)[|+]?\s*$")
WIKI_HEADS = re.compile(r"\s*\|\|.*\|\|\s*$")
"""The heads of a table in the markup of a ticket system, which has no ruler below them."""
DAY_KEY = re.compile(r"date|day|timestamp|when|started|일자|날짜|일시")
ANOTHER_DAY = pattern(
    r"\b(?:until|till|before|since|expir(?:es|y|ing)|due|valid (?:to|from)|not ?after|not ?before)\W{1,3}(?:on |the |date )?\S{0,12}20\d\d-\d\d-\d\d"
    r"|20\d\d-\d\d-\d\d\S{0,8}(?: ?\([월화수목금토일]\))? ?(?:까지|이전|만료|부터)",
    re.IGNORECASE,
)
"""A date that something runs to or is from, and that is no day of the log's own."""
HEAD_LINES = 20
LONGEST = 2_000
"""Letters of a line that rules look at: people write shorter ones, and no pattern may take minutes."""
STAMPED = re.compile(r"\s*20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\s")
TAILED = re.compile(r"\s*20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\s+(?:START|END|REPORT|INIT_START)\b")
"""A line of CloudWatch Logs as the AWS CLI prints it: in UTC, without saying so."""
TITLE_MOST = 60
PARAGRAPH_MOST = 12
CHANNEL_KEY = re.compile(r"(?:channel|via|service|sent to|to|채널|발송 채널)")
CHANNELS = (
    ("telegram", re.compile(r"telegram|텔레그램", re.IGNORECASE)),
    ("slack", re.compile(r"slack|슬랙", re.IGNORECASE)),
)
WEBHOOK = pattern(r"hooks\.slack\.com|(?<![a-z])webhooks?(?![a-z])|incoming_?webhook|웹훅", re.IGNORECASE)
POSTED = re.compile(r"chat\.postMessage|xoxb|bot token", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it, up to the next heading of any level."""

    level: int
    title: str
    start: int
    """The heading's own line; 0 for what stands before the first."""
    end: int
    """The last line before the next heading of any level."""
    path: tuple[str, ...]
    """Its title behind those of the headings above it."""
    last: int
    """The last line of everything below it, deeper headings included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """`Key: value`, however it is marked up; the key in lower case."""

    key: str
    value: str
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table."""

    text: str
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A Markdown table: heads in lower case, rows of as many cells."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced piece; the lines between its fences."""

    language: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Log:
    """One file of what is audited."""

    text: Text
    folder: bool = False
    """Whether it lies in a folder in which the files that it cites were looked for."""
    known: frozenset[str] = field(default_factory=frozenset)
    """Its citations of files and lines that are there."""

    @property
    def name(self) -> str:
        """Return the file's name as it was given."""
        return self.text.name

    def line(self, number: int) -> str:
        """Return a line by its number."""
        return self.text.lines[number - 1]

    def spot(self, number: int, found: re.Match[str] | None = None, group: int | str = 0) -> Spot:
        """Return the place of a match in a line, or of the line."""
        if found is None or found.start(group) < 0:
            return Spot(self.name, number)
        return Spot(self.name, number, found.start(group) + 1, found.end(group) + 1)

    def at(self, number: int, text: str) -> Spot:
        """Return the place of a piece of a line."""
        column = self.line(number).find(text) + 1
        return Spot(self.name, number, column, column + len(text) if column else 0)

    def numbered(self, start: int = 1, end: int | None = None) -> Iterator[tuple[int, str]]:
        """Return number and text of the lines from start to end, both included; of a very long line its beginning."""
        return iter(self._numbered if start <= 1 and end is None else self._numbered[max(start, 1) - 1 : end])

    @cached_property
    def _numbered(self) -> tuple[tuple[int, str], ...]:
        return tuple((number, line[:LONGEST]) for number, line in enumerate(self.text.lines, 1))

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Return the fenced blocks."""
        found, start, language = [], 0, ""
        for number, line in self.numbered():
            fence = FENCE.fullmatch(line)
            if fence and not start:
                start, language = number + 1, fence[1].lower()
            elif fence:
                found.append(Block(language=language, start=start, end=number - 1))
                start = 0
        return tuple(found)

    def fenced(self, number: int) -> Block | None:
        """Return the block that a line stands in."""
        return self._fences.get(number)

    @cached_property
    def _fences(self) -> dict[int, Block]:
        return {number: block for block in self.blocks for number in range(block.start, block.end + 1)}

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Return the sections in their order; the first holds what stands before any heading."""
        inside = {number for block in self.blocks for number in range(block.start, block.end + 1)}
        heads = [(0, 0, "")]
        for number, line in self.numbered():
            match = None if number in inside else HEADING.fullmatch(line)
            if match:
                heads.append((number, len(match[1]), match[2]))
        total = len(self.text.lines)
        made: list[Section] = []
        stack: list[tuple[int, str]] = []
        for place, (start, level, title) in enumerate(heads):
            stack = [one for one in stack if one[0] < level] + ([(level, title)] if level else [])
            later = [line for line, depth, _ in heads[place + 1 :] if depth <= level]
            end = heads[place + 1][0] - 1 if place + 1 < len(heads) else total
            last = later[0] - 1 if later and level else (end if not level else total)
            path = tuple(one[1] for one in stack)
            made.append(Section(level=level, title=title, start=start, end=end, path=path, last=last))
        return tuple(made)

    def section(self, number: int) -> Section:
        """Return the section that a line stands in."""
        return self.sections[bisect_right(self._starts, number) - 1]

    @cached_property
    def _starts(self) -> list[int]:
        return [one.start for one in self.sections]

    @cached_property
    def _said_zones(self) -> frozenset[int]:
        said = {zone for line in self.text.lines[:HEAD_LINES] for zone in outright(line[:LONGEST])}
        if len(said) != 1:
            said = {zone for line in self.text.lines[:HEAD_LINES] for zone in declared(line[:LONGEST])}
        return frozenset(said)

    @property
    def zone_told(self) -> bool:
        """Return whether the log says in which zone its bare times are; where it only names UTC, machines may go by that alone."""
        return len(self._said_zones) == 1 or bool(self._around.zone_min)

    @cached_property
    def _around(self) -> Around:
        everywhere = {zone for line in self.text.lines for zone in zones(line)}
        head = {zone for line in self.text.lines[:HEAD_LINES] for zone in zones(line)}
        said = self._said_zones
        named = said if len(said) == 1 else everywhere if len(everywhere) == 1 else head
        return Around(zone_min=next(iter(named)) if len(named) == 1 else None)

    @cached_property
    def _days(self) -> list[tuple[int, date]]:
        return [(number, day) for number, line in self.numbered() for day in days(ANOTHER_DAY.sub(" ", line))]

    @cached_property
    def _moments(self) -> dict[int, tuple[Moment, ...]]:
        found = {}
        heads = {section.start for section in self.sections if section.level > 1}
        breaks = {section.start for section in self.sections}
        dated = set[int]()
        day, tailed = self.day, False
        clocks = with_colons(self.text.lines)
        for number, line in self.numbered():
            # What the function itself prints stands between the service's lines, by the same clock.
            tailed = TAILED.match(line) is not None or (tailed and STAMPED.match(line) is not None)
            if number in heads and len(days(line)) == 1:
                day = days(line)[0]
            elif (of := day_of_line(line, self.day.year if self.day else None)) is not None:
                day = of
                breaks.add(number)
            if day is not self.day:
                dated.add(number)
            if HAS_CLOCK.search(clocks[number - 1]):
                around = Around(day=self._day_lines.get(number, day), zone_min=0 if tailed else self._around.zone_min)
                found[number] = moments(clocks[number - 1], around)
                found[number] = found[number] if clocks is self.text.lines else as_written(found[number], line)
        for cell, zone_min in self._headed():
            found[cell.spot.line] = tuple(
                in_zone(one, zone_min) if not one.own_zone and cell.spot.column <= one.column < cell.spot.end else one
                for one in found.get(cell.spot.line, ())
            )
        return over_midnight(dict(self.numbered()), found, breaks, dated)

    def _headed(self) -> Iterator[tuple[Cell, int]]:
        """Yield the cells under heads that name a zone."""
        for table in self.tables:
            for place, head in enumerate(table.heads):
                zone_min = headed(head)
                if zone_min is not None:
                    yield from ((row[place], zone_min) for row in table.rows)

    @cached_property
    def _day_lines(self) -> dict[int, date]:
        """Return the lines that stand indented below a line with one date and no time: they are of that date."""
        found: dict[int, date] = {}
        day, depth = None, 0
        for number, line in self.numbered():
            indent = len(line) - len(line.lstrip())
            if day is not None and line.strip() and indent > depth:
                found[number] = day
            elif line.strip():
                named = [] if ":" in line else days(line)
                day, depth = (named[0] if len(named) == 1 else None), indent
        return found

    @cached_property
    def day(self) -> date | None:
        """Return the day that the log is of: what its head says, else the first that it names."""
        for one in self.fields:
            named = days(one.value)
            if one.spot.line <= HEAD_LINES and DAY_KEY.fullmatch(one.key) and named:
                return named[0]
        return self._days[0][1] if self._days else None

    def moments(self, number: int) -> tuple[Moment, ...]:
        """Return the times in a line."""
        return self._moments.get(number, ())

    def moment_spot(self, number: int, moment: Moment) -> Spot:
        """Return the place of a time."""
        return Spot(self.name, number, moment.column, moment.end)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Return every `Key: value` that stands alone in its line."""
        found = []
        for number, line in self.numbered():
            match = None if ROW.fullmatch(line) else FIELD.match(line)
            if match:
                value = match["value"].rstrip("*_` ")
                spot = Spot(self.name, number, match.start("value") + 1, match.start("value") + 1 + len(value))
                found.append(Field(key=" ".join(match["key"].lower().split()), value=value, spot=spot))
        return tuple(found)

    def fields_of(self, start: int, end: int) -> list[Field]:
        """Return the fields of the lines from start to end."""
        first = bisect_left(self._field_lines, start)
        return list(self.fields[first : bisect_right(self._field_lines, end)])

    @cached_property
    def _field_lines(self) -> list[int]:
        return [one.spot.line for one in self.fields]

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Return the tables: Markdown's, and those that are set by spaces or commas under a line of heads."""
        made, number = [], 1
        while number < len(self.text.lines):
            ruled = ROW.fullmatch(self.line(number)) and RULER.fullmatch(self.line(number + 1))
            if ruled or (WIKI_HEADS.fullmatch(self.line(number)) and ROW.fullmatch(self.line(number + 1))):
                heads = tuple(cell.text.lower() for cell in self._cells(number, "|" if ruled else "||"))
                first = end = number + (2 if ruled else 1)
                while end <= len(self.text.lines) and ROW.fullmatch(self.line(end)):
                    end += 1
                rows = [self._cells(row) for row in range(first, end)]
                made.append(Table(heads=heads, rows=tuple(row for row in rows if len(row) == len(heads))))
                number = end
            else:
                number += 1
        return (*made, *self._plain_tables())

    def _plain_tables(self) -> Iterator[Table]:
        for heads, rows in plain_tables([line[:LONGEST] for line in self.text.lines]):
            cells = [
                tuple(Cell(text=text, spot=Spot(self.name, row, at + 1, at + 1 + len(text))) for text, at in one)
                for row, one in rows
            ]
            yield Table(heads=tuple(head.lower() for head in heads), rows=tuple(cells))

    def _cells(self, number: int, mark: str = "|") -> tuple[Cell, ...]:
        line = self.line(number)
        found, column = [], line.index("|") + len(mark)
        for piece in line.strip().strip("|").split(mark):
            text = piece.strip().strip("*`").strip()
            start = line.find(text, column) + 1 if text else column + 1
            found.append(Cell(text=text, spot=Spot(self.name, number, start, start + len(text))))
            column += len(piece) + len(mark)
        return tuple(found)

    def service(self, number: int) -> str:
        """Return `telegram`, `webhook`, `slack` or nothing: the service that a line speaks of, by the line or above it."""
        if number not in self._services:
            self._services[number] = self._service(number)
        return self._services[number]

    @cached_property
    def _services(self) -> dict[int, str]:
        return {}

    def _service(self, number: int) -> str:
        line = self.line(number)
        named = [name for name, regex in CHANNELS if regex.search(line)]
        section = self.section(number)
        if len(named) != 1:
            for title in reversed(section.path):
                named = [name for name, regex in CHANNELS if regex.search(title)]
                if named:
                    break
        if len(named) != 1:
            return self._above(number)
        return "webhook" if named[0] == "slack" and self._by_webhook(section) else named[0]

    def _above(self, number: int) -> str:
        """Return the service that the paragraph names in its first line or as its channel."""
        first = number
        while first > max(1, number - PARAGRAPH_MOST) and self.line(first - 1).strip() and not self.fenced(first):
            first -= 1
        channels = [one.value for one in self.fields_of(first, number) if CHANNEL_KEY.fullmatch(one.key)]
        title = self.line(first)
        for text in [*channels, title if len(title) <= TITLE_MOST else ""]:
            named = [name for name, regex in CHANNELS if regex.search(text)]
            if len(named) == 1:
                return "webhook" if named[0] == "slack" and WEBHOOK.search(text) else named[0]
        return ""

    def _by_webhook(self, section: Section) -> bool:
        whole = [one for one in self._of_slack if one.start <= section.start <= one.last]
        return bool(whole) and self._of_slack[whole[0]]

    @cached_property
    def _of_slack(self) -> dict[Section, bool]:
        """Return the sections about Slack, with whether each tells of a webhook and of no other way."""
        found = {}
        for one in self.sections:
            if one.level and _of_slack(one.title):
                told = "\n".join(self.text.lines[one.start - 1 : one.last])
                found[one] = bool(WEBHOOK.search(told)) and not POSTED.search(told)
        return found


def _of_slack(title: str) -> bool:
    return bool(CHANNELS[1][1].search(title)) and not CHANNELS[0][1].search(title)
