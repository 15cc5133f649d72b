"""What a log says in one go: a sentence that goes on in the next line is read as one, each time with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from bongsu.audit.findings import Spot
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.events import Event
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

MARKED = re.compile(r"\s*(?P<mark>#(?!#)|//|--|>)?\s*")
"""What stands before the words of a line: a comment's or a quotation's mark."""
BEGINS = re.compile(
    r"[|{}\[\]<`$%❯]|#|={3}|-{3}|[*•·‣◦▪+–—-]\s|\(?\d{1,3}[.)]\s|\"\w|[\[(]?(?:20\d\d-)?\d{1,2}[:.-]\d\d|T[+-]\d|\S+@\S+[:$ ]"
    r"|(?:\*\*|__)?[^\W\d][^\s:：]{0,14}(?: [^\s:：]{1,12}){0,2}(?:\*\*|__)?\s?[:：](?:\s|$)|[^\s:]{1,24}>\s"
)
"""What begins something of its own: a table, a list's point, a field, a time, a prompt, somebody's words in a chat."""
SPANNED = re.compile(r"\d{1,2}:\d\d(?::\d\d)?\s?(?:to\b|until\b|and\b|–|-|~|부터|까지)")
LEADS_ON = pattern(
    r"\b(?:at|to|until|till|from|by|before|after|since|and|between|around|about|of|was|is)\s*$", re.IGNORECASE
)
"""The end of a line after which a time is the rest of its sentence."""
TIMED = re.compile(r"\W*\d{1,2}:\d\d")
OPEN = re.compile(r"[\w가-힣,]\s*$")
"""The end of a line whose sentence is not at its end."""
SET_APART = re.compile(r"\S(?: {2,}|\t)\S")
WRAPPED_LEAST = 44
"""How wide a line is at least when its author's editor broke it."""
LINES_MOST = 14
STOP = pattern(r"[.!?。](?:\*\*|__)?(?:\s+(?=[A-Z가-힣\"“(\[`_]|\*\*|$)|$)")
"""The end of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Lines that belong together, joined by blanks."""

    log: Log
    text: str
    parts: tuple[tuple[int, int, int], ...]
    """Of each line: where it begins in the text, its number, and how many of its letters are left out before it."""
    moments: tuple[Moment, ...]
    """Its times, with their columns in the text."""

    @property
    def number(self) -> int:
        """Return the line in which it begins."""
        return self.parts[0][1]

    @property
    def last(self) -> int:
        """Return the line in which it ends."""
        return self.parts[-1][1]

    def spot(self, start: int, end: int) -> Spot:
        """Return the place of a piece of the text; of a piece over two lines, its beginning."""
        at, number, left = next(part for part in reversed(self.parts) if part[0] <= start)
        width = len(self.log.line(number))
        return Spot(self.log.name, number, start - at + left + 1, min(end - at + left, width) + 1)

    def moment_spot(self, moment: Moment) -> Spot:
        """Return the place of one of its times."""
        return self.spot(moment.column - 1, moment.end - 1)

    def line_of(self, moment: Moment) -> int:
        """Return the line of one of its times."""
        return self.moment_spot(moment).line


@lru_cache(maxsize=64)
def passages(log: Log) -> tuple[Passage, ...]:
    """Return the passages of a log in their order; every line that is not blank is in one."""
    return tuple(_made(log, numbers) for numbers in _together(log))


@lru_cache(maxsize=64)
def beginning(log: Log) -> dict[int, Passage]:
    """Return each passage by the line in which it begins."""
    return {one.number: one for one in passages(log)}


def in_full(event: Event) -> Event:
    """Return an entry of a list with what it says on the lines below its time."""
    passage = beginning(event.log).get(event.number)
    if passage is None or event.kind != "leading" or passage.last == event.number:
        return event
    return replace(event, text=f"{event.text} {passage.text[passage.parts[1][0] :]}")


def sentences(passage: Passage) -> tuple[tuple[int, str], ...]:
    """Return the sentences of a passage, each with where it begins in its text."""
    return _sentences(passage.text)


@lru_cache(maxsize=20_000)
def _sentences(text: str) -> tuple[tuple[int, str], ...]:
    edges = [0, *(stop.end() for stop in STOP.finditer(text))]
    rest = [(edges[-1], text[edges[-1] :])] if text[edges[-1] :].strip() else []
    return (*((start, text[start:end]) for start, end in pairwise(edges)), *rest)


def _together(log: Log) -> Iterator[list[int]]:
    run: list[int] = []
    for number, line in log.numbered():
        if not line.strip():
            if run:
                yield run
            run = []
        elif run and len(run) < LINES_MOST and _goes_on(log, number, line):
            run.append(number)
        else:
            if run:
                yield run
            run = [number]
    if run:
        yield run


def _goes_on(log: Log, number: int, line: str) -> bool:
    """Return whether a line is the rest of the one above it."""
    above = log.line(number - 1)
    mark, other = MARKED.match(line), MARKED.match(above)
    if mark is None or other is None or mark["mark"] != other["mark"]:
        return False
    if (log.fenced(number) and not mark["mark"]) or above.lstrip().startswith(("|", "{", "[", "```", "~~~")):
        return False
    words = line[mark.end() :]
    # `… a freeze` on one line, `16:00 to 16:30, in which …` on the next.
    open_span = SPANNED.match(words) and OPEN.search(above)
    led_on = LEADS_ON.search(above) and TIMED.match(words)
    begins = BEGINS.match(words) and not ((open_span or led_on) and not TIMED.match(above))
    return not begins and not SET_APART.search(words) and _width(above) >= WRAPPED_LEAST


def _width(line: str) -> int:
    return len(line) + sum(east_asian_width(sign) in "WF" for sign in line)


def _made(log: Log, numbers: list[int]) -> Passage:
    text, parts, found = "", [], []
    for number in numbers:
        line = log.line(number)[:2_000]
        mark = MARKED.match(line)
        left = mark.end() if text and mark else 0
        at = len(text) + 1 if text else 0
        parts.append((at, number, left))
        text = f"{text} {line[left:].rstrip()}" if text else line.rstrip()
        for one in log.moments(number):
            shift = at - left
            found.append(replace(one, column=one.column + shift, end=one.end + shift) if shift else one)
    return Passage(log=log, text=text, parts=tuple(parts), moments=tuple(found))
