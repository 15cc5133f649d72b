"""What a log plainly says to have happened when: one deed and one time, whatever the line's form.

An entry behind its time, a row or member with one time, `Rule enabled: 14:00`, and each clause of a sentence that has a
time of its own come out alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.claims import prose, withdrawn
from bongsu.audit.events import LEADING, SPEAKER
from bongsu.audit.passages import STOP
from bongsu.audit.payloads import payloads, walk
from bongsu.audit.starts import SENT_STAMP
from bongsu.audit.typed import typed
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

FORTH = re.compile(r"\(?\s*(?:KST|UTC|Z|GMT)?\)?\s*(?:[,;·]|\band\b|\.(?=\s)|$)|그리고", re.IGNORECASE)
"""What ends a clause behind its time: the next has a time of its own."""
QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|「[^」]*」")
LABEL = re.compile(r"[^\W\d_]{2}")
UNSURE = re.compile(
    r"\b(?:by (?=\W*$|\d)|until|next|will|window|deadline|due|expires?|scheduled|planned|before|eta|todo|should|must|not|no|never|nobody|if|unless|whether|would|pending|expected|un\w+ed)\b|n't\b|없|않|못|미확인|대기|예정|여부|까지|마감|기한|\?",
    re.IGNORECASE,
)
WORDS_MOST = 16


@dataclass(frozen=True, slots=True)
class Happened:
    """One deed with its time."""

    number: int
    moment: Moment
    text: str


@lru_cache(maxsize=64)
def happened(log: Log) -> tuple[Happened, ...]:
    """Return what a log plainly says to have happened, in the order of its lines."""
    found = [*_lines(log), *_rows(log), *_members(log)]
    return tuple(sorted(found, key=lambda one: (one.number, one.moment.column)))


def _lines(log: Log) -> Iterator[Happened]:
    tables = {row[0].spot.line for table in log.tables for row in table.rows}
    for number, line in log.numbered():
        found = log.moments(number)
        if not found or number in tables or line.lstrip().startswith((">", "{", "[{", '"', "#")):
            continue
        if line.lstrip().startswith("|") and len(found) > 1:
            continue
        if log.fenced(number) or typed(line) is not None or withdrawn(log, number):
            continue
        said = QUOTED.sub(lambda quote: " " * len(quote[0]), line)  # What a message says is told by it, not here.
        own = tuple(one for one in found if said[one.column - 1 : one.end - 1].strip())
        for one, text in _clauses(said, own) if own else ():
            yield from _plain(number, one, text)


def _clauses(line: str, found: tuple[Moment, ...]) -> Iterator[tuple[Moment, str]]:
    """Yield each time of a line with its clause: what leads up to it, or what stands behind where nothing does."""
    lead = LEADING.match(line)
    if lead and found[0].column - 1 <= lead.end():
        if len(found) == 1:
            yield found[0], SPEAKER.sub("", line[found[0].end - 1 :], count=1)
        return
    start = 0
    for place, one in enumerate(found):
        before = line[start : one.column - 1]
        stops = [stop.end() for stop in STOP.finditer(before)]
        before = before[stops[-1] :] if stops else before
        end = found[place + 1].column - 1 if place + 1 < len(found) else len(line)
        after = line[one.end - 1 : end]
        forth = FORTH.search(after)
        tail = after[: forth.start()] if forth else after
        start = one.end - 1 + (forth.end() if forth else 0)
        yield one, f"{before} {tail}" if LABEL.search(before) else tail


def _plain(number: int, moment: Moment, text: str) -> Iterator[Happened]:
    said = prose(text).strip(" ]):|*-–—`\t.,;")
    if said and len(said.split()) <= WORDS_MOST and not (UNSURE.search(said) or PLANNED.search(said)):
        yield Happened(number, moment, said)


def _rows(log: Log) -> Iterator[Happened]:
    """Yield the rows with one time that are not a message's: its words may tell of what is to come."""
    for table in log.tables:
        for row in table.rows:
            number = row[0].spot.line
            found = log.moments(number)
            if len(found) == 1 and not SENT_STAMP.search(log.line(number)):
                told = [cell.text.replace(found[0].text, " ") for cell in row]
                yield from _plain(number, found[0], " ".join(told))


def _members(log: Log) -> Iterator[Happened]:
    """Yield the members of JSON texts that hold a time, by their keys."""
    for _, value, lines in payloads(log):
        for path, inner in walk(value):
            for key, one in inner.items() if isinstance(inner, dict) else ():
                number = lines.get((*path, key))
                if number is None or not isinstance(one, str):
                    continue
                moment = next((at for at in log.moments(number) if at.text in one), None)
                if moment is not None and len(one) - len(moment.text) <= 1:
                    yield from _plain(number, moment, re.sub(r"_(?:at|time|utc|kst)$", "", str(key)).replace("_", " "))
