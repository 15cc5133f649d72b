"""Schedules: the minutes, hours and days that a cron or rate expression names, and the times at which it was said to run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.audit.passages import STOP, passages
from bongsu.audit.patterns import pattern
from bongsu.audit.seasons import CITIES, offset_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

AWS = pattern(r"\bcron\((?P<fields>[\d*/,?\-LW#A-Za-z ]+)\)")
UNIX = re.compile(
    r"(?:^|(?<=[`\"'=:( ]))(?P<fields>(?:\*(?:/\d+)?|\d+(?:[-,/]\d+)*) (?:\*(?:/\d+)?|\d+(?:[-,/]\d+)*) (?:\*(?:/\d+)?|\d+(?:[-,/]\d+)*) (?:\*(?:/\d+)?|\d+(?:[-,/]\d+)*) (?:\*(?:/\d+)?|[\d,-]+|[A-Za-z]{3}(?:[-,][A-Za-z]{3})*))(?=$|[`\"', )]|\.$)"
)
RATE = pattern(
    r"\brate\((?P<n>\d+) (?P<unit>minute|hour|day)s?\)|\bevery (?P<n2>\d+|two|three|five|six|ten|fifteen|twenty|thirty)?[ -]?(?P<unit2>minute|min|hour|day)s?\b|(?P<n3>\d+)(?P<unit3>분|시간)(?:마다| ?간격| ?주기)",
    re.IGNORECASE,
)
OF_SCHEDULES = pattern(r"rule|schedule|trigger|rate\(|timer|job|cron|규칙|스케줄|트리거|배치|예약|식", re.IGNORECASE)
UNIT_S = {"minute": 60, "min": 60, "분": 60, "hour": 3600, "시간": 3600, "day": 86_400}
OLD = re.compile(
    r"\b(?:old|legacy|former|previous|until now|replaced|retired)\b|기존|구 |예전|이전에|옛", re.IGNORECASE
)
ZONED = pattern(
    r"(?:time ?zone|시간대|\bTZ\b)[^\n]{0,24}?(?:(?P<east>Asia/(?:Seoul|Tokyo)|KST)|\b(?:UTC|Etc))|(?P<korea>Asia/Seoul)",
    re.IGNORECASE,
)
PLACES = pattern(r"\b(?:Europe|America|Asia|Australia|Africa|Pacific)/(?P<city>[A-Z][A-Za-z_]+)")
SCHEDULER = pattern(
    r"\bscheduler\b|ScheduleExpressionTimezone|FlexibleTimeWindow|\btime ?zone\b|\bTz\b|스케줄러|시간대|타임 ?존",
    re.IGNORECASE,
)
"""What tells that schedules here may have a zone of their own."""
FLEXIBLE = re.compile(
    r"MaximumWindowInMinutes\W{1,5}(\d{1,4})|flexible (?:time )?window\D{0,20}(\d{1,4}) ?min", re.IGNORECASE
)
IN_UTC = re.compile(r"\bUTC\b")
NOWHERE = -99_999
"""A zone whose offset is not known to us."""
NAMED = {"SUN": 0, "MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6}
"""As crontab(5) counts them; EventBridge counts from 1."""
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
    zone_min: int | None = None
    """The zone that stands beside it, in minutes east of Greenwich."""
    anywhere: bool = False
    """Whether its service may count in another zone than UTC, which the log does not say: EventBridge Scheduler does."""
    weekdays: frozenset[int] = frozenset(range(7))
    """The days of the week, 0 is Monday; all where another field says the days."""
    days: frozenset[int] = frozenset(range(1, 32))

    def runs_at(self, moment: Moment, *, dated: bool, late_min: int) -> bool:
        """Return whether something that was started at a time may be its run: at most so many minutes late, never early."""
        return any(self._runs(moment, late, dated=dated) for late in range(late_min + 1))

    def _runs(self, moment: Moment, late_min: int, *, dated: bool) -> bool:
        at = moment.at - timedelta(minutes=late_min)
        shown = at + timedelta(minutes=moment.zone_min or 0)
        if self.zone_min == NOWHERE:
            return at.minute in self.minutes
        if self.zone_min is not None and moment.zone_min is not None:
            clocks = [at + timedelta(minutes=self.zone_min)]
        elif self.utc and moment.zone_min is not None:
            clocks = [at, shown] if self.anywhere else [at]
        elif self.zone_min is not None and at.hour in self.hours:
            # The same hour: the log gives its times in the zone that stands beside the expression.
            clocks = [at]
        elif self.utc or self.zone_min is not None:
            # The zone of the run is not known: its minute alone can be held against the expression.
            return at.minute in self.minutes
        else:
            clocks = [at, shown]
        return any(
            one.minute in self.minutes
            and one.hour in self.hours
            and (not dated or (one.weekday() in self.weekdays and one.day in self.days))
            for one in clocks
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One rhythm."""

    number: int
    text: str
    start: int
    end: int
    period_s: int


def crons(log: Log) -> list[Cron]:
    """Return the cron expressions of a log that can be read, without those that it calls old where it has others."""
    found = list(every_cron(log))
    new = [one for one in found if not OLD.search(_sentence(log, one))]
    return new or found


def _sentence(log: Log, one: Cron) -> str:
    """Return the sentence in which an expression stands: the next one may speak of another schedule."""
    line = log.line(one.number)
    start = max((match.end() for match in STOP.finditer(line, 0, one.start)), default=0)
    stop = STOP.search(line, one.end)
    return line[start : stop.start() if stop else len(line)]


def every_cron(log: Log) -> Iterator[Cron]:
    """Yield every cron expression of a log that can be read, those that are no longer used too."""
    anywhere = any(SCHEDULER.search(line) for _, line in log.numbered())
    for passage in passages(log):
        for regex, utc in ((AWS, True), (UNIX, False)):
            for match in regex.finditer(passage.text):
                fields = match["fields"].split()
                minutes, hours = (_field(fields[0], 60), _field(fields[1], 24)) if len(fields) >= 5 else ((), ())
                if minutes and hours:
                    spot = passage.spot(match.start(), match.end())
                    zone_min = _zone(log, spot.line, passage.text)
                    yield Cron(
                        number=spot.line,
                        text=match[0],
                        start=spot.column - 1,
                        end=spot.end - 1,
                        minutes=frozenset(minutes),
                        hours=frozenset(hours),
                        utc=utc,
                        zone_min=zone_min,
                        anywhere=zone_min is None and anywhere and not IN_UTC.search(passage.text),
                        weekdays=_weekdays(fields[4], first=1 if utc else 0),
                        days=_field(fields[2], 32) or frozenset(range(1, 32)),
                    )


def flexible_min(log: Log) -> int:
    """Return by how many minutes a schedule may start something later, as EventBridge Scheduler's flexible window lets it."""
    found = [match for _, line in log.numbered() for match in FLEXIBLE.finditer(line)]
    return max((int(match[1] or match[2]) for match in found), default=0)


def _zone(log: Log, number: int, text: str) -> int | None:
    """Return the zone that stands beside an expression, or in the members around it."""
    near = " ".join([text, *(line for _, line in log.numbered(number - 2, number + 2) if ZONED.search(line))])
    beside = " ".join([text, *(line for _, line in log.numbered(number - 3, number + 3))])
    elsewhere = next((one for one in PLACES.finditer(beside) if one["city"] not in ("Seoul", "Tokyo")), None)
    if elsewhere is not None:
        day = log.day
        city = elsewhere["city"].replace("_", " ")
        east = offset_on(city, day) if re.fullmatch(CITIES, city) else None
        return NOWHERE if east is None else east
    named = ZONED.search(near)
    return None if named is None else 540 if named["east"] or named["korea"] else 0


def _weekdays(text: str, first: int) -> frozenset[int]:
    """Return the days of the week of a field, 0 is Monday; all of them when it is not one that we read."""
    numbered = re.sub(r"[A-Za-z]+", lambda name: str(NAMED.get(name[0].upper(), "?")), text)
    if numbered != text:
        first = 0
    found: set[int] = set()
    for part in numbered.split(","):
        match = re.fullmatch(r"(\d)(?:-(\d))?(?:#\d|L)?", part)
        if match is None:
            return frozenset(range(7))
        begin, end = int(match[1]) - first, int(match[2] or match[1]) - first
        # `FRI-MON` goes over the week's end, and cron's 7 is Sunday as 0 is.
        found |= {(one - 1) % 7 for one in range(begin, end + (8 if end < begin else 1))}
    return frozenset(found)


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
        if not OF_SCHEDULES.search(line):
            continue
        for match in RATE.finditer(line):
            count = match["n"] or match["n2"] or match["n3"] or "1"
            unit = (match["unit"] or match["unit2"] or match["unit3"]).lower()
            period = (SPELLED.get(count.lower()) or int(count)) * UNIT_S[unit]
            yield Rate(number=number, text=match[0], start=match.start(), end=match.end(), period_s=period)
