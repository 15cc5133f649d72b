"""Beats: the minutes, times of day and weekdays at which a log says that something starts by itself, in cron or in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.patterns import pattern
from bongsu.audit.schedules import every_cron
from bongsu.audit.spells import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.units import Unit

_N = r"[0-5]?\d"
_AND = r"(?:,? (?:and|or|및) |, ?| ?[/·] ?|와 |과 )"
COLONS = re.compile(rf"(?<![\w:.\"')\]-]):[0-5]\d(?:{_AND}:[0-5]\d)*(?![\d:])")
LISTED = re.compile(
    rf"(?<![\d:.,/-])(?P<list>{_N}(?:분? ?(?:{_AND}|(?<=분) ){_N})+)(?![\d:/-]|\.\d|분? ?\d*초)(?P<on>,? ?(?:and so (?:on|forth)|etc|\.\.\.|…|등))?"
)
OF_MINUTES = pattern(
    r"\bminutes?\b|\bpast (?:each|every|the|any)\b|\bquarters?\b|\b(?:each|every|the) (?:full )?hour\b|\bhourly\b|매시|분|정각",
    re.IGNORECASE,
)
_SPELLED = {"five": 5, "ten": 10, "a quarter": 15, "quarter": 15, "twenty": 20, "twenty-five": 25, "half": 30}
PAST = pattern(
    rf"\b(?P<n>{_N}|{'|'.join(sorted(_SPELLED, key=len, reverse=True))})(?: minutes?)? (?:(?:past|after) (?:each|every)|(?P<side>past|after|to|before) (?:each|every|the|any|an)(?: full)? hour)\b"
    rf"|\bminute (?P<at>{_N})\b|(?:매시|[짝홀]수 ?시)(?:간)?(?:마다|에)? ?(?P<ko>{_N})분"
    rf"|\b(?:(?:each|every) (?:\w+ )?hours?|hourly|once (?:an|per|every|each) hour),? (?:(?:always|only|and) )?(?:at |on )?(?P<n2>{_N}|{'|'.join(sorted(_SPELLED, key=len, reverse=True))})(?: minutes?)? (?:past|after)\b(?! \d)",
    re.IGNORECASE,
)
ON_THE_HOUR = pattern(
    r"\b(?:on|at) (?:the|each|every)(?: full| whole)? hour\b|\btop of (?:the|each|every) hour\b|\b(?:each|every) full hour\b|\bfull hours?\b|매시 ?정각|정시(?:마다|에 ?한)|정각(?:마다|에|(?:과|와|,| 및| 하고) ?30분)",
    re.IGNORECASE,
)
ELSE_NONE = pattern(
    r"\b(?:and|on|at) no (?:other|more)\b|\b(?:never|nothing|not|none|nobody|no) (?:\w+ ){0,3}(?:else|otherwise|other)\b|\bonly (?:at|on|then)\b|\bno others?\b|그 ?(?:밖|외|이외)에?[는은]?|[에때]만 |다른 ?(?:때|시각|시간)",
    re.IGNORECASE,
)
"""What says of some times that there are no others."""
STARTS_AT = re.compile(
    r"\b(?:scheduler|timer|cron|rule|eventbridge|timetable)\b(?!['’]s)[^.;]{0,24}\b(?:starts|runs|fires|wakes|sends|calls)\b|(?:스케줄러?|타이머|크론|규칙)[이가은는][^.]{0,30}(?:띄|부른|돌린|시작|깨운)",
    re.IGNORECASE,
)
"""What starts things at the times beside it, by what it is."""
TWICE = re.compile(
    rf"\b(?P<n>{_N}|{'|'.join(sorted(_SPELLED, key=len, reverse=True))})(?: minutes?)? (?P<side>past|to)\b(?! (?:each|every|the|any|an|\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)",
    re.IGNORECASE,
)
"""Minutes beside words for every hour: `twice an hour, at ten past and at twenty to`."""
EACH_HOUR = re.compile(r"\b(?:an|each|every|the|per) hour\b|\bhourly\b", re.IGNORECASE)
HALVES = re.compile(
    r"정각(?:과|와|,| 및| 하고) ?30분|\b(?:on the )?(?:and|,) (?:on )?(?:the )?half(?:[ -]hour)?\b|\bhalf past\b|\bon the half\b",
    re.IGNORECASE,
)
QUARTERS = re.compile(
    r"\bquarters? of (?:the |an |each |every )?hours?\b|\bquarter[- ]hours?\b|\bon the quarters?\b", re.IGNORECASE
)
DAILY = pattern(
    r"(?<![\w-])(?:(?:every|each) (?:working |single )?(?:day|night|morning|evening|weekday|afternoon|\w+day)|daily|nightly|weekly|weekdays|(?:timetable|timer)(?!['’]s)|(?:once|twice|\w+ times) (?:a|each|per|every) (?:day|night|week)"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:s|(?:,| to| through| and| or) (?:mon|tues|wednes|thurs|fri|satur|sun)day)|(?:mon|tue|wed|thu|fri|sat)(?:-| to |–)(?:mon|tue|wed|thu|fri|sat|sun))(?![\w-])"
    r"|매일|매주|평일|하루 ?(?:한|두|세|네|\d) ?번|[월화수목금토일](?:요일)?(?: ?[·,~와과] ?[월화수목금토일])+",
    re.IGNORECASE,
)
"""What says that the times beside it come again."""
EVEN_HOURS = pattern(r"\beven(?:-numbered)? hours?\b|짝수 ?시", re.IGNORECASE)
ODD_HOURS = pattern(r"\bodd(?:-numbered)? hours?\b|홀수 ?시", re.IGNORECASE)
TIMERS = re.compile(
    r"\b(?:timers?|schedules?|cron(?:tab|s)?|timetables?|fires|runs at|jobs?|eventbridge)\b|예약|스케줄|시간표|일정|정기|배치",
    re.IGNORECASE,
)
"""What heads a table of what starts by itself."""
UNPHASED = pattern(
    r"\brate\(\d|(?<![\w-])(?:every|each|once (?:a|an|every|per)) (?:\d+|two|three|five|six|ten|fifteen|twenty|thirty)?[ -]?(?:min(?:ute)?s?|hours?|half[ -]hour|quarter)\b|\d+ ?(?:분|시간) ?(?:마다|간격|주기)|\d+-minute (?:schedule|beat|rule)\b|(?<![\w-])hourly\b|매 ?시간",
    re.IGNORECASE,
)
"""A rhythm that may begin at any minute."""
EXPRESSION = re.compile(
    r"\bcron\([^)]*\)?|(?<![\w:.])[\d*/,-]+ [\d*/,-]+ (?:[\d*/,-]+|\?) [\d*/,-]+ (?:[\d*/,A-Z?-]+)(?![\w:])"
)
_WHO = r"(?:schedule[rd]?|rule|cron|timer|timetable|plan|eventbridge|calendar)"
KEYED = re.compile(
    rf"(?:by|trigger(?:ed)?(?:[ _]by)?|started(?:[ _]by)?|source|cause|origin|kind|how|reason|start|시작한것|트리거|시작|기동|구분|방식|원인|누가)[\"': =]{{1,4}}(?:the |its )?(?:{_WHO}|auto\w*|scheduled|예약|스케줄|자동|규칙|정기)\b.*",
    re.IGNORECASE,
)
"""A member that names a schedule as what started something."""
RAN = re.compile(r"\b(?:ran|fired|was|were|came|started|began|went)\b|[했됐났떴았었]다|[했됐났떴]음", re.IGNORECASE)
WEEK = {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
KO_WEEK = "월화수목금토일"
_EN_DAY = r"(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:days?)?"
EN_SPAN = re.compile(rf"\b{_EN_DAY} ?(?:-|–|to|through|until) ?{_EN_DAY}\b", re.IGNORECASE)
EN_DAYS = re.compile(rf"\b{_EN_DAY}(?:(?:,| and|, and|/| &) ?{_EN_DAY})*\b", re.IGNORECASE)
KO_SPAN = re.compile(r"(?<![가-힣])([월화수목금토일])(?:요일)? ?(?:~|-|부터) ?([월화수목금토일])(?:요일)?")
KO_DAYS = re.compile(r"(?:매주 ?|(?<![가-힣]))((?>(?:[월화수목금토일](?:요일)?(?:[·,와과] ?| )?)+))(?=\d|마다|에|오)")
DAYS_TOLD = re.compile(
    rf"\b(?:every|each|on) (?:mon|tue|wed|thu|fri|sat|sun)|\b\w+days\b|\b{_EN_DAY}(?:,| and|, and|/| &) ?{_EN_DAY}\b",
    re.IGNORECASE,
)
HOUR_MIN, DAY_MIN = 60, 1_440
HOURS, HOURS_LEAST = 24, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One thing's beat."""

    number: int
    text: str
    minutes: frozenset[int]
    """The minutes of the hour; none where its words leave them open."""
    times: frozenset[int] = frozenset()
    """The minutes of the day by the log's own clock, where the words give times of day."""
    weekdays: frozenset[int] = frozenset()
    """The days of the week, 0 is Monday; none where the words name none."""


@lru_cache(maxsize=64)
def beats(log: Log) -> tuple[Beat, ...]:
    """Return the beats that a log tells of, in the order of its lines."""
    named: dict[int, frozenset[int]] = {}
    hours: dict[int, frozenset[int]] = {}
    for cron in every_cron(log):
        hours[cron.number] = cron.hours
        named[cron.number] = named.get(cron.number, frozenset()) | cron.minutes
    rows = _timer_rows(log)
    told = [beat for one in sentences(log) if (beat := _beat(one, named, rows)) is not None]
    found = {one.number for one in told}
    hourly = {one.minutes for one in told if len(one.times) >= HOURS_LEAST * len(one.minutes)}
    # What words say of its hours, in the log's own zone, is more than the expression tells.
    left = [Beat(number=n, text=log.line(n), minutes=minutes) for n, minutes in named.items() if n not in found]
    return tuple(
        one
        for one in sorted((*told, *left), key=lambda one: one.number)
        if one.times or one.minutes not in hourly or len(hours.get(one.number, ())) != HOURS_LEAST
    )


def _timer_rows(log: Log) -> frozenset[int]:
    """Return the lines of the tables whose head says that they are of what starts by itself."""
    return frozenset(
        row[0].spot.line for table in log.tables if len(TIMERS.findall(" ".join(table.heads))) > 1 for row in table.rows
    )


def _beat(one: Unit, named: dict[int, frozenset[int]], rows: frozenset[int]) -> Beat | None:
    text = EXPRESSION.sub(lambda found: " " * len(found[0]), one.text)
    told = frozenset(_told(text))
    crons = named.get(one.number, frozenset())
    times: frozenset[int] = frozenset()
    listed = len(one.at) > 1 and (ELSE_NONE.search(text) or STARTS_AT.search(text))
    recurs = DAILY.search(text) is not None or bool(listed)
    weekly = one.number in rows or (recurs and (bool(told) or not RAN.search(text)))
    if weekly and one.at and not crons and not told:
        # With its own date it is the time of a day, and no daily one.
        times = frozenset(_of_day(when) for when in one.at if not when.own_date)
    first = 0 if EVEN_HOURS.search(text) else 1 if ODD_HOURS.search(text) else None
    if told and first is not None:
        times = frozenset(hour * HOUR_MIN + minute for hour in range(first, HOURS, 2) for minute in told)
    if "rate(" in text and not crons:  # Its minutes are those of the second at which it was made.
        return Beat(number=one.number, text=one.text, minutes=frozenset())
    minutes = told | crons | {each % HOUR_MIN for each in times}
    if not minutes and not UNPHASED.search(text):
        return None
    days = weekdays(text) if (times or told) and not crons else frozenset()
    return Beat(number=one.number, text=one.text, minutes=minutes, times=times, weekdays=days)


def _of_day(when: Moment) -> int:
    return (when.at.hour * HOUR_MIN + when.at.minute + (when.zone_min or 0)) % DAY_MIN


def _told(text: str) -> Iterator[int]:
    """Yield the minutes of the hour that words name."""
    for match in COLONS.finditer(text):
        yield from _on(text[match.end() :], [int(one) for one in re.findall(r"\d+", match[0])])
    for match in LISTED.finditer(text) if OF_MINUTES.search(text) else ():
        found = [int(one) for one in re.findall(r"\d+", match["list"])]
        near = text[max(0, match.start() - 24) : match.end() + 24]
        if found == sorted(set(found)) and OF_MINUTES.search(near):
            yield from _on(text[match.end("list") :], found)
    for match in PAST.finditer(text):
        name = match["n"] or match["at"] or match["ko"] or match["n2"]
        minute = int(name) if name.isdigit() else _SPELLED[name.lower()]
        yield (-minute if (match["side"] or "").lower() in ("to", "before") else minute) % HOUR_MIN
    text = PAST.sub(" ", text)
    for match in TWICE.finditer(text) if EACH_HOUR.search(text) else ():
        minute = int(match["n"]) if match["n"].isdigit() else _SPELLED[match["n"].lower()]
        yield (-minute if match["side"].lower() == "to" else minute) % HOUR_MIN
    if QUARTERS.search(text):
        yield from (0, 15, 30, 45)
    if ON_THE_HOUR.search(text):
        yield 0
        if HALVES.search(text):
            yield 30


def _on(behind: str, found: list[int]) -> list[int]:
    """Return the minutes of a list, and those that it leaves to the reader: `:00, :05 and so on`."""
    if len(found) > 1 and re.match(r",? ?(?:and so (?:on|forth)|etc|\.\.\.|…| ?등)", behind):
        step = found[-1] - found[-2]
        return list(range(found[0], HOUR_MIN, step)) if step > 0 else found
    return found


def weekdays(text: str) -> frozenset[int]:
    """Return the days of the week that words name for something that comes again; none if they name none."""
    found: set[int] = set()
    for match in EN_SPAN.finditer(text):
        found |= _span(WEEK[match[1].lower()], WEEK[match[2].lower()])
    for match in KO_SPAN.finditer(text):
        found |= _span(KO_WEEK.index(match[1]), KO_WEEK.index(match[2]))
    if re.search(r"\bweekdays?\b|평일|\bworking days?\b", text, re.IGNORECASE):
        found |= set(range(5))
    if not found and re.search(r"매주|요일[^.]{0,20}(?:에만|마다)|[월화수목금토일]요일(?:과|와|,|·)", text):
        found |= {
            KO_WEEK.index(one)
            for match in KO_DAYS.finditer(text)
            for one in match[1].replace("요일", "")
            if one in KO_WEEK
        }
    if not found and DAYS_TOLD.search(text):
        found |= {
            WEEK[name.lower()]
            for match in EN_DAYS.finditer(text)
            for name in re.findall(_EN_DAY, match[0], re.IGNORECASE)
        }
    return frozenset(found)


def _span(first: int, last: int) -> set[int]:
    return {one % 7 for one in range(first, last + (8 if last < first else 1))}
