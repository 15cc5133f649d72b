"""Events: each time that a log gives to something, with the words that stand with it.

A line that begins with a time (a list, a transcript, a chat), a row of a table with a time, an object of a JSON text with
one, and a mark `T+21s` once the log says when T was: all of them are events.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.payloads import payloads, walk
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

LEADING = re.compile(
    r"(?:\[[^\W\d][\w. @-]{0,18}\] ?(?=\[))?(?:[\s\-*•·>|(`#]|\[(?!\w{1,8}\] ?\[?\d{1,2}:\d))*(?:\d{1,2}[.)]\s+)?(?:\[[ xX]\]\s*)?(?:\*\*|__|`)?(?:\[\w{1,8}\] ?)?(?:at |T[+-]\S+ +|step \d+[:.] ?|\d{1,2}월 ?\d{1,2}일 +)?",
    re.IGNORECASE,
)
SPEAKER = re.compile(r"^\W{0,3}(?:KST|UTC)?\W{0,3}[\w.@-]{1,20}(?: [A-Z][\w.-]{0,16})?: ")
MARK = re.compile(
    r"\bT ?(?P<sign>[+-]) ?(?:(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)|(?P<n>\d{1,4}) ?(?P<unit>s|secs?|m|mins?|minutes?|h|hours?|분|초|시간)?(?: ?(?P<s>\d{1,2}) ?(?:s|secs?|초))?)(?![\w:])"
)
ZERO = re.compile(
    r"\bT(?: ?[+-]? ?0(?![\w:.])(?: ?(?:min|m|s|분|초)\b)?)? ?(?:=|is|was|at|\(|:)\s*\(?(?:at )?(?=\d{1,2}:\d{2}|20\d\d)",
    re.IGNORECASE,
)
UNIT_S = {"s": 1, "초": 1, "m": 60, "분": 60, "h": 3600, "시": 3600}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a log says of one time."""

    log: Log
    number: int
    moment: Moment
    text: str
    """The words that stand with the time, without it."""
    kind: str
    """`leading`, `row`, `object`, `mark` or `inline`."""
    spot: Spot
    head: str = ""
    """For a row: what stands above the time, in lower case."""

    @property
    def stems(self) -> frozenset[str]:
        """Return what its words are about."""
        return stems(self.text)


@lru_cache(maxsize=64)
def events(log: Log) -> tuple[Event, ...]:
    """Return the events of a log in the order of its lines."""
    found = [*_lines(log), *_said(log), *_rows(log), *_objects(log), *_marks(log)]
    return tuple(sorted(found, key=lambda one: (one.number, one.spot.column)))


def timeline(log: Log) -> list[Event]:
    """Return the events that stand one a line or row: what happened when, as a log lists it."""
    return [one for one in events(log) if one.kind != "inline"]


HEADER = re.compile(
    r"\s*(?:[A-Z가-힣][\w.'-]*(?: [A-Z가-힣][\w.'-]*){0,2}\s+\[?\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?\]?|[\w.-]{2,24}\s{2,}\d{1,2}:\d\d(?::\d\d)? ?[AP]M|\[\d{1,2}:\d\d(?::\d\d)?\] [\w.-]{2,24})\s*$"
)
"""The line above a chat message that holds its writer and its time alone."""


def _said(log: Log) -> Iterator[Event]:
    """Yield the lines of messages whose time stands in a line of its own above them."""
    header: Moment | None = None
    for number, line in log.numbered():
        found = log.moments(number)
        if HEADER.fullmatch(line) and len(found) == 1:
            header = found[0]
        elif not line.strip():
            header = None
        elif header is not None:
            yield Event(log=log, number=number, moment=header, text=line.strip(), kind="leading", spot=log.spot(number))


def _lines(log: Log) -> Iterator[Event]:
    for number, line in log.numbered():
        found = log.moments(number)
        if not found or line.lstrip().startswith("|") or line.lstrip().startswith(("{", '"')):
            continue
        lead = LEADING.match(line)
        first = bool(lead and found[0].column - 1 <= lead.end()) and not _spanned(line, found)
        for place, moment in enumerate(found):
            leading = first and place == 0
            text = line[moment.end - 1 :] if leading else _sentence(line, moment)
            text = SPEAKER.sub("", text, count=1) if leading else text
            yield Event(
                log=log,
                number=number,
                moment=moment,
                text=text.strip(" ]):|*-–—`\t"),
                kind="leading" if leading else "inline",
                spot=log.moment_spot(number, moment),
            )


def _sentence(line: str, moment: Moment) -> str:
    """Return the sentence that a time stands in, without the time."""
    before = re.split(r"[.!?] (?=[A-Z가-힣])", line[: moment.column - 1])[-1]
    return before + " " + re.split(r"[.!?] (?=[A-Z가-힣])", line[moment.end - 1 :])[0]


def _spanned(line: str, found: tuple[Moment, ...]) -> bool:
    """Return whether a line begins with a span of two times."""
    return len(found) > 1 and bool(
        re.fullmatch(r"\s*(?:-|–|—|~|→|to|until)\s*", line[found[0].end - 1 : found[1].column - 1])
    )


def _rows(log: Log) -> Iterator[Event]:
    for table in log.tables:
        for row in table.rows:
            number = row[0].spot.line
            for moment in log.moments(number):
                place = next(
                    (n for n, cell in enumerate(row) if cell.spot.column <= moment.column < cell.spot.end), None
                )
                if place is None:
                    continue
                others = [cell.text for n, cell in enumerate(row) if n != place]
                yield Event(
                    log=log,
                    number=number,
                    moment=moment,
                    text=" ".join([row[place].text.replace(moment.text, ""), *others]).strip(),
                    kind="row",
                    spot=log.moment_spot(number, moment),
                    head=table.heads[place],
                )


def _objects(log: Log) -> Iterator[Event]:
    for _, value, lines in payloads(log):
        for path, one in walk(value):
            if not isinstance(one, dict):
                continue
            for key, inner in one.items():
                number = lines.get((*path, key))
                if not isinstance(inner, str) or number is None:
                    continue
                moment = next((m for m in log.moments(number) if m.text in inner and len(inner) < 40), None)
                if moment is not None:
                    others = [str(v) for k, v in one.items() if k != key and isinstance(v, str | int)]
                    yield Event(
                        log=log,
                        number=number,
                        moment=moment,
                        text=" ".join(others),
                        kind="object",
                        spot=log.moment_spot(number, moment),
                        head=str(key).lower(),
                    )


def zero(log: Log) -> tuple[int, Moment] | None:
    """Return the instant that the log calls T, if it says one."""
    for number, line in log.numbered():
        match = ZERO.search(line)
        if match:
            for moment in log.moments(number):
                if moment.column - 1 == match.end():
                    return number, moment
    return None


def _marks(log: Log) -> Iterator[Event]:
    start = zero(log)
    if start is None:
        return
    for number, line in log.numbered():
        match = MARK.search(line)
        if match is None or log.moments(number) or number == start[0]:
            continue
        offset_s, exact_s = offset(match)
        made = replace(
            start[1],
            at=start[1].at + timedelta(seconds=offset_s),
            text=match[0],
            column=match.start() + 1,
            end=match.end() + 1,
            to_s=max(exact_s, start[1].to_s) if offset_s else start[1].to_s,
        )
        text = (line[: match.start()] + " " + line[match.end() :]).strip()
        yield Event(log=log, number=number, moment=made, text=text, kind="mark", spot=log.spot(number, match))


def offset(match: re.Match[str]) -> tuple[int, int]:
    """Return how far a mark is from T, in seconds, and how exact it is written."""
    sign = -1 if match["sign"] == "-" else 1
    if match["clock"]:
        parts = [int(one) for one in match["clock"].split(":")]
        return sign * (parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)), 1 if len(
            parts
        ) > 2 else 60
    unit = UNIT_S[(match["unit"] or "m")[0]]
    return sign * (int(match["n"]) * unit + int(match["s"] or 0)), 1 if match["s"] else unit
