"""What a log tells, sentence by sentence or entry by entry, each with the time that it stands under."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.chats import said
from bongsu.audit.patterns import pattern
from bongsu.audit.typed import typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

LEAD = re.compile(
    r"[\s\-*•·>|\[(`#*_=]*(?:\d{1,2}[.)]\s+)?(?:\[[ xX-]\]\s*)?(?:\w{1,3}\d* |(?i:step|item|phase|stage|action|task|단계)\s{0,3}\d{1,2}[.:)]?\s+|\d{1,2}\s{1,3})?(?:At |at |on )?[\[(*_`]*"
)
MARKED = re.compile(r"\s*(?:[-*•·>|#\[{$❯}\"=~]|\d{1,2}[.)]\s|\d{1,2}:\d\d|\*\*|```|[A-Za-z가-힣 _-]{1,24}\s?[:：=]\s)")
POINT = re.compile(r"\s+[-*•·‣◦] ")
SENTENCE = pattern(r"(?<=[.!?;])\s+(?=[^\s\d,;])|(?<=다\.)\s*|(?<=요)\s+(?=[가-힣])")
DATE_PRINTED = re.compile(r"\s*(?:\w{3} \w{3} +\d{1,2} \d\d:\d\d:\d\d \w{2,5} \d{4}|Script started on .*)\s*")
PROMPTED = pattern(r"\s*(?:#|\[[^\]]{1,40}\]|\S+@\S+[:~ ]|[\d:TZ-]{5,24} \S+@)")
SAYS = re.compile(r"\b(?:notice|message|drill|page|step)\b|공지|메시지|훈련", re.IGNORECASE)
GOES_ON = re.compile(r"[^\W\d]{2}[.!] +[^\W\d]")
"""What makes of the line above a message an entry of its own."""
CSV = re.compile(r"[^,\s][^,]*(?:,[^,\s][^,]*){3,}")
BACK = re.compile(
    r"roll ?-?back|rolling back|going back|go(?:es)? back|back-?out|way back|if it has to|to go back|in case|fallback|returning|롤백|되돌|복귀|원복|복구 ?절차|비상 ?절차",
    re.IGNORECASE,
)
"""A heading under which stands what would be done, and was not."""
SHELL_LEAST = 4
"""Commands of a log that make it a transcript: each line of it is an entry, and `# ` begins a remark."""
TITLE_MOST = 60
JOINED_MOST = 12
GAP_MOST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One sentence, entry, row or line."""

    number: int
    """The line that it begins in."""
    last: int
    text: str
    at: tuple[Moment, ...]
    """The times that it names."""
    under: Moment | None
    """The time that it stands under, when it names none."""


@lru_cache(maxsize=64)
def units(log: Log) -> tuple[Unit, ...]:
    """Return what a log tells, in the order of its lines; what stands under a way back is left out."""
    return tuple(_units(log))


def _units(log: Log) -> Iterator[Unit]:
    heads = {when[0]: when[1] for _, when in said(log)}
    bare = _bare(log)
    under: Moment | None = None
    under_at, number, last = 0, 1, len(log.text.lines)
    shell = sum(typed(line) is not None for _, line in log.numbered()) >= SHELL_LEAST
    alone = {row[0].spot.line for table in log.tables for row in table.rows}
    back = {n for one in log.sections if not shell and BACK.search(one.title) for n in range(one.start, one.end + 1)}
    titled = False
    while number <= last:
        line = log.line(number)
        if not line.strip():
            number += 1
            continue
        if (
            not shell
            and len(line) < TITLE_MOST
            and not log.moments(number)
            and (line.rstrip().endswith(":") or line.isupper() or _numbered(line))
        ):
            titled = bool(BACK.search(line))
        found = log.moments(number)
        leading = found and (DATE_PRINTED.fullmatch(line) or LEAD.fullmatch(line[: found[0].column - 1])) is not None
        leading = leading or (len(found) == 1 and line.isupper() and len(line) < TITLE_MOST and line[:1].isalpha())
        if number in heads or leading:
            under, under_at = heads.get(number, found[0] if found else None), number
        elif under is not None and (
            number - under_at > GAP_MOST or (not shell and log.section(number).start > under_at)
        ):
            under = _of_heading(log, number)
            under_at = number if under else under_at
        elif under is None and not shell:
            under = _of_heading(log, number)
        end = number if shell or number in bare or number in alone else _end(log, number)
        end = max(end, _continued(log, number))
        if number not in back and number not in bare and not titled:
            yield from _sentences(log, number, end, under)
        number = end + 1


def _bare(log: Log) -> set[int]:
    """Return the lines that only say when somebody wrote what stands below them."""
    heads = {when[0]: log.line(when[0]) for lines, when in said(log) if lines[0][0] > when[0]}
    return {number for number, line in heads.items() if not SAYS.search(line) and not GOES_ON.search(line)}


def _numbered(line: str) -> bool:
    return re.match(r"\s*(?:\d{1,2}[.)]|[A-Z][.)]|#{1,6}|■|【)\s", line) is not None


def _of_heading(log: Log, number: int) -> Moment | None:
    start = log.section(number).start
    return next(iter(log.moments(start)), None) if start else None


def _end(log: Log, number: int) -> int:
    """Return the last line of the paragraph that begins at a line; a row, a command and what it printed stand alone."""
    line = log.line(number)
    if (
        log.fenced(number)
        or typed(line) is not None
        or PROMPTED.match(line)
        or line.lstrip()[:1] in ("|", "{", "}", "[", '"', "$")
        or CSV.match(line)
    ):
        return number
    place = number
    while place < min(len(log.text.lines), number + JOINED_MOST):
        below = log.line(place + 1)
        if not below.strip() or MARKED.match(below) or log.fenced(place + 1) or re.search(r"\S {3,}\S", below):
            break
        if POINT.match(line) and len(below) - len(below.lstrip()) < len(line) - len(line.lstrip()):
            break  # What stands to the left of a point of a list is none of it.
        if (found := log.moments(place + 1)) and LEAD.fullmatch(below[: found[0].column - 1]):
            break
        place += 1
    return place


def _continued(log: Log, number: int) -> int:
    """Return the last line of a command that goes on below."""
    while log.line(number).rstrip().endswith("\\") and number < len(log.text.lines):
        number += 1
    return number


def _sentences(log: Log, start: int, end: int, under: Moment | None) -> Iterator[Unit]:
    whole, places = "", []
    for number in range(start, end + 1):
        line = log.line(number)[:600]
        places.append((len(whole), number))
        whole += (line if number == start else " " + line.strip()) if whole or number == start else line
    cuts = [] if typed(log.line(start)) is not None else [match.end() for match in SENTENCE.finditer(whole)]
    cuts = [0, *cuts, len(whole)]
    current = under
    for first, stop in pairwise(cuts):
        text = whole[first:stop]
        if not text.strip():
            continue
        begins = max(number for at, number in places if at <= first)
        ends = max(number for at, number in places if at < max(stop, first + 1))
        at = tuple(
            one for number in range(begins, ends + 1) for one in log.moments(number) if _within(log, number, one, text)
        )
        yield Unit(number=begins, last=ends, text=text, at=at, under=current)
        later = [one for one in at if current is None or (one.fits(current) and one.at >= current.at)]
        current = later[-1] if later else current or (at[0] if at else None)


def _within(log: Log, number: int, one: Moment, text: str) -> bool:
    around = log.line(number)[max(0, one.column - 6) : one.end + 3].strip()
    return around in text or one.text in text
