"""Schedules: the minutes, hours and days that a cron or rate expression names, and the times at which it was said to run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

AWS = re.compile(r"\bcron\((?P<fields>[\d*/,?\-LW#A-Za-z ]+)\)")
UNIX = re.compile(
    r"(?:^|(?<=[`\"'=:( ]))(?P<fields>(?:\*(?:/\d+)?|\d+(?:[-,/]\d+)*) (?:\*(?:/\d+)?|\d+(?:[-,/]\d+)*) (?:\*(?:/\d+)?|\d+(?:[-,/]\d+)*) (?:\*(?:/\d+)?|\d+(?:[-,/]\d+)*) (?:\*(?:/\d+)?|[\d,-]+|[A-Za-z]{3}(?:[-,][A-Za-z]{3})*))(?=$|[`\"', )]|\.$)"
)
RATE = re.compile(
    r"\brate\((?P<n>\d+) (?P<unit>minute|hour|day)s?\)|\bevery (?P<n2>\d+|two|three|five|six|ten|fifteen|twenty|thirty)?[ -]?(?P<unit2>minute|min|hour|day)s?\b|(?P<n3>\d+)(?P<unit3>분|시간)(?:마다| ?간격| ?주기)",
    re.IGNORECASE,
)
UNIT_S = {"minute": 60, "min": 60, "분": 60, "hour": 3600, "시간": 3600, "day": 86_400}
SPELLED = {"two": 2, "three": 3, "five": 5, "six": 6, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """One cron expression."""

    number: int
    text: str
    start: int
    end: int
    minutes: frozenset[int]
    hours: frozenset[int]
    utc: bool
    """Whether the service that reads it counts in UTC; a crontab counts in its host's zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One rhythm."""

    number: int
    text: str
    start: int
    end: int
    period_s: int


def crons(log: Log) -> Iterator[Cron]:
    """Yield the cron expressions of a log that can be read."""
    for number, line in log.numbered():
        for regex, utc in ((AWS, True), (UNIX, False)):
            for match in regex.finditer(line):
                fields = match["fields"].split()
                if len(fields) < 5:
                    continue
                minutes, hours = _field(fields[0], 60), _field(fields[1], 24)
                if minutes and hours and not re.search(r"Time[Zz]one", line):
                    yield Cron(
                        number=number,
                        text=match[0],
                        start=match.start(),
                        end=match.end(),
                        minutes=minutes,
                        hours=hours,
                        utc=utc,
                    )


def _field(text: str, most: int) -> frozenset[int]:
    """Return what a field of minutes or hours names; nothing when it is not one that we read."""
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?", part)
        if match is None or match[4] == "0":
            return frozenset()
        first = int(match[2] or 0)
        last = most - 1 if match[1] or (match[4] and not match[3]) else int(match[3] or first)
        found |= set(range(first, last + 1, int(match[4] or 1)))
    return frozenset(one for one in found if one < most)


def rates(log: Log) -> Iterator[Rate]:
    """Yield the rhythms of a log, in lines that speak of a schedule."""
    for number, line in log.numbered():
        if not re.search(
            r"rule|schedule|trigger|rate\(|timer|job|cron|규칙|스케줄|트리거|배치|예약|식", line, re.IGNORECASE
        ):
            continue
        for match in RATE.finditer(line):
            count = match["n"] or match["n2"] or match["n3"] or "1"
            unit = (match["unit"] or match["unit2"] or match["unit3"]).lower()
            period = (SPELLED.get(count.lower()) or int(count)) * UNIT_S[unit]
            yield Rate(number=number, text=match[0], start=match.start(), end=match.end(), period_s=period)
