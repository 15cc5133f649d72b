"""Schedules of every kind as one, and what a log tells of runs: each with its time, its day and what it is called."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.beats import KEYED, KO_WEEK, WEEK, beats
from bongsu.audit.begun import telling
from bongsu.audit.claims import withdrawn
from bongsu.audit.moments import CONNECTED, days
from bongsu.audit.patterns import pattern
from bongsu.audit.schedules import every_cron, rates
from bongsu.audit.spells import sentences
from bongsu.audit.starts import BY_HAND, NO_HAND
from bongsu.audit.typed import typed
from bongsu.audit.units import LEAD
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.units import Unit

ALL_DAYS = frozenset(range(7))
HOURS = 24
RAN = re.compile(
    r"\b(?:runs?|ran|fired|fires|firing|ticks?|ticked|invo(?:cations?|ked)|execut(?:ions?|ed)|swe(?:pt|eps?)|pass(?:ed|es)?|pull(?:ed|s)?|poll(?:ed|s)?|sync(?:ed|s)?|exports?(?:ed)?|print(?:s|ed)?|posts?|posted|sent|went (?:out|off)|came|started|kicked|woke|wakes?|broadcasts?|reports?|batch|jobs?|rounds?|cycles?|prob(?:es?|ed)|called|collect(?:s|ed)|trigger\w*)\b"
    r"|실행|호출|회차|돌[았림렸고음]|돎|나[갔감간]|발송|수집|기동|배치|방송|인쇄|찍[혔힘었]|올[렸라림]|집계|정기|정시|떴|뜸|작동|구동",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"\b(?:runs?|ran|ticks?|ticked|fired|firing|invocations?|executions?)\b|\b(?:START|REPORT|Start|Report) RequestId\b|실행|호출|회차|정기|정시|돌[았렸]|돎",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\b(?:next|will|would|should|must|tomorrow|if|due|late|delay\w*|early|miss\w*|skip\w*|catch\w*|retr\w+|again|test\w*|rehears\w*|trial|dry|plan\w*|expect\w*|instead|moved|until|till|old|before|after|off|disabl\w*|stopp?ed|paus\w*|suspend\w*|enabl\w*|created?|deploy\w*|window|meeting|looked|last|owner|team|desk|room|engineer)\b"
    r"|다음|예정|내일|늦|지연|밀[려린]|건너|재시도|다시|시험|리허설|연습|계획|까지|옛|기존|중지|멈|껐|끔|켰|켬|등록|생성|배포|확인|할게|하겠|[?]|따로|임시|추가|담당|출근|회의|문의|요청",
    re.IGNORECASE,
)
GENERIC = stems(
    "schedule scheduled scheduler rule cron timer time times every each day daily hour hourly run runs ran start started at by of minute minutes past only nothing else never other text note europe asia seoul london utc kst enabled state name sharp itself own clock mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday 매일 매시 매주 시간마다 스케줄 자동 규칙 정기 정시 시각 실행 아침 저녁 오전 오후 요일 그밖 정각 월요일 화요일 수요일 목요일 금요일 토요일 일요일 에만"
)
NOT_RUN = re.compile(
    r"\b(?:not|never|nobody|nothing|without|would|failed to|unknown)\b|n['’]t\b|않|못|안 ?(?:돌|나|떴|옴|왔|됨|됐)|아직|없",
    re.IGNORECASE,
)
NO_TROUBLE = re.compile(
    r"(?:차이|불일치|어긋난 ?것|오류|이상|실패|문제)[은는이가]? ?(?:없\S*|0(?: ?[건개])?)|\b(?:no|0|zero|nothing) (?:diff\w*|errors?|failed|failures?|wrong)\b|\bwithout (?:errors?|complaint)\b",
    re.IGNORECASE,
)
MESSAGE = re.compile(
    r"\bmessage[_ ]?id\b|\bts\b|\b1[5-9]\d{8}\.\d{6}\b|\b(?:chat|channel|slack|telegram|webhook|message|answer|ack)\w*\b|메시지|텔레그램|슬랙|공지|응답",
    re.IGNORECASE,
)
"""What is of a message, which somebody sends."""
EN_NAMED = pattern(r"\b(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?\b(?!['’]s)", re.IGNORECASE)
KO_NAMED = re.compile(r"(?<![가-힣])([월화수목금토일])요일|\(([월화수목금토일])\)")
WORD = re.compile(r"[^\W\d_]+")
SHORT_DATE = re.compile(
    r"(?<![\d.:-])(?P<m>0?[1-9]|1[0-2])[-/.](?P<d>[0-2]?\d|3[01])(?![\d.:-])|(?P<m2>\d{1,2})월 ?(?P<d2>\d{1,2})일"
)
LATIN, KOREAN, TOLD_LEAST, LONGER_MIN, DAY_MIN = 5, 2, 2, 5, 1_440
HOURS_LEAST, HOURS_MOST, PAIR, SHORT = 2, 16, 2, 5
HEAD_MOST, ABOVE_MOST, LATE_MIN, SHAPE, DAYS_MOST, LINE_MOST = 44, 60, 1, 12, 40, 220


@dataclass(frozen=True, slots=True)
class Run:
    """One run that a log tells of."""

    number: int
    place: int
    """The line in which its time stands."""
    at: Moment
    day: int | None
    """The day of the week, 0 is Monday; None where nothing tells it."""
    about: frozenset[str]
    shape: str
    """What it has in common with the others of its list, or whose words it is."""
    ran: bool
    """Whether its words tell of a run, and not only of what runs."""
    named: bool
    """Whether it is called a run."""
    head: str
    """The first word of what stands with its time: what ran, in a list of runs."""

    def minute(self, late_min: int, shift_h: int = 0) -> tuple[int, int, int]:
        """Return hour, minute and by how many days it moves, of a time so many minutes before it, on a clock hours away."""
        at = self.at.at + timedelta(minutes=self.at.zone_min or 0)
        shown = at - timedelta(minutes=late_min) + timedelta(hours=shift_h)
        return shown.hour, shown.minute, (shown.date() - at.date()).days


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something starts by itself."""

    number: int
    minutes: frozenset[int]
    hours: frozenset[int]
    times: frozenset[int]
    """The minutes of the day, where words name them; else hours and minutes say it."""
    weekdays: frozenset[int]
    about: frozenset[str]
    shifts: tuple[int, ...]
    """By how many hours its clock may be away from the log's."""

    def is_of(self, run: Run) -> bool:
        """Return whether it is of what ran, by a word of both."""
        return bool(self.about & run.about) or any(alike(run.head, word) for word in self.about)

    def starts(self, run: Run, shift_h: int, *, any_day: bool = False) -> bool:
        """Return whether it starts something at a time, on a clock so many hours away."""
        for late in range(LATE_MIN + 1):
            hour, minute, days_on = run.minute(late, shift_h)
            timely = hour * 60 + minute in self.times if self.times else hour in self.hours and minute in self.minutes
            if timely and (any_day or run.day is None or (run.day + days_on) % 7 in self.weekdays):
                return True
        return False

    def may_start(self, run: Run) -> bool:
        """Return whether it starts something at a time, by any clock that it may have and that no run speaks against."""
        return any(self.starts(run, shift) for shift in self.shifts)

    def left_out(self, run: Run) -> bool:
        """Return whether it has a run at that time of day, and none on that day of the week."""
        if run.day is None or self.weekdays == ALL_DAYS:
            return False
        return any(self.starts(run, shift, any_day=True) for shift in self.shifts) and not self.may_start(run)

    def other_hour(self, run: Run) -> bool:
        """Return whether it starts something at that minute of other hours alone, by a clock that is the log's."""
        hours = frozenset(each // 60 for each in self.times) or self.hours
        if self.shifts != (0,) or run.at.own_zone or len(hours) > HOURS_MOST or len(hours) < HOURS_LEAST:
            return False
        hour, minute, _ = run.minute(0)
        return minute in self.minutes and hour not in hours

    def fitting(self, group: Sequence[Run]) -> list[Run]:
        """Return the runs of a list that it starts, by the clock by which it starts most of them."""
        return max(([run for run in group if self.starts(run, shift)] for shift in self.shifts), key=len)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How far apart things start by themselves, where the log leaves open at which minute."""

    number: int
    period_min: int
    about: frozenset[str]

    def begun(self, group: Sequence[Run]) -> Schedule | None:
        """Return the schedule that it makes with the minute at which most runs of a list start; None where they do not tell."""
        places = [(run.minute(0)[0] * 60 + run.minute(0)[1]) % self.period_min for run in group]
        first, count = Counter(places).most_common(1)[0] if places else (0, 0)
        if count < TOLD_LEAST or count < len(group) - 1:
            return None
        times = frozenset(range(first, 24 * 60, self.period_min))
        return Schedule(self.number, frozenset(), frozenset(), times, ALL_DAYS, self.about, (0,))


@lru_cache(maxsize=64)
def rhythms(log: Log) -> tuple[Rhythm, ...]:
    """Return the rhythms that a log tells of."""
    return tuple(
        Rhythm(one.number, one.period_s // 60, _about(log, one.number))
        for one in rates(log)
        if one.period_s % 60 == 0 and one.period_s // 60 >= LONGER_MIN and DAY_MIN % (one.period_s // 60) == 0
    )


@lru_cache(maxsize=64)
def schedules(log: Log) -> tuple[Schedule, ...]:
    """Return the schedules of a log whose minutes are told."""
    found: list[Schedule] = []
    crons = {one.number for one in every_cron(log)}
    for cron in every_cron(log):
        shifts = (0,) if not cron.utc or cron.zone_min is not None else (0, *range(-12, 15))
        about = _about(log, cron.number)
        found.append(Schedule(cron.number, cron.minutes, cron.hours, frozenset(), cron.weekdays, about, shifts))
    for beat in beats(log):
        if beat.number not in crons and beat.minutes and not _led(log, beat.number) and not KEYED.search(beat.text):
            hours = frozenset(range(HOURS))
            found.append(
                Schedule(
                    beat.number,
                    beat.minutes,
                    hours,
                    beat.times,
                    beat.weekdays or ALL_DAYS,
                    _about(log, beat.number),
                    (0,),
                )
            )
    return tuple(found)


def _led(log: Log, number: int) -> bool:
    """Return whether the only time of a line is the one that it begins with, or its times are a span: neither is of a schedule."""
    found = log.moments(number)
    gap = log.line(number)[found[0].end - 1 : found[1].column - 1] if len(found) == PAIR else ","
    if "," not in gap and CONNECTED.fullmatch(gap):
        return True
    before = log.line(number)[: found[0].column - 1] if found else ""
    return len(found) == 1 and (len(before) <= SHORT or LEAD.fullmatch(before) is not None)


def alike(one: str, other: str) -> bool:
    """Return whether two words begin alike: `알림`, `알림봇`."""
    least = LATIN if one.isascii() else KOREAN
    return len(one) >= least and len(other) >= least and one[:least] == other[:least]


def _about(log: Log, number: int) -> frozenset[str]:
    """Return what a schedule is of: the words of its line, and of the command above that printed it."""
    above = next((n for n in range(number - 1, max(0, number - 4), -1) if typed(log.line(n)) is not None), 0)
    goes_on = number > 1 and log.line(number).lstrip()[:1] == "("  # `every two hours` above, `(10:15, 12:15)` here
    more = " ".join(log.line(n) for n in ({above, number - 1} if goes_on else {above}) if n)
    return telling(f"{log.line(number)} {more}") - GENERIC


@lru_cache(maxsize=64)
def runs(log: Log) -> tuple[Run, ...]:
    """Return what a log tells of runs, with one time each."""
    places = {one.number for one in schedules(log)}
    return tuple(run for one in sentences(log) if one.number not in places and (run := _run(log, one)) is not None)


def _run(log: Log, one: Unit) -> Run | None:
    line = log.line(one.number)
    at = one.at[0] if one.at else None
    if at is None or at.to_s > 60 or len(line) > LINE_MOST or typed(line) is not None or withdrawn(log, one.number):
        return None
    text = NO_TROUBLE.sub(" ", NO_HAND.sub(" ", one.text))
    shape = _shape(one, at)
    speaks = RAN.search(text)
    if OTHER.search(text) or NOT_RUN.search(text) or BY_HAND.search(NO_HAND.sub(" ", line)) or MESSAGE.search(line):
        return None
    if len(log.moments(one.number)) > 1 and "|" in line:
        return None  # A row of two clocks, or of a span.
    place = next((n for n in range(one.number, one.last + 1) if at in log.moments(n)), one.number)
    named = NAMED.search(text) is not None
    about = telling(one.text)
    if not speaks and not any(each.about & about for each in schedules(log)):
        return None
    return Run(one.number, place, at, day_of(log, place, at), about, shape, speaks is not None, named, _head(one, at))


def _shape(one: Unit, at: Moment) -> str:
    text = one.text.replace(at.text, "@", 1)
    return re.sub(r"\d+", "0", " ".join(text.split()))[:SHAPE]


def _head(one: Unit, at: Moment) -> str:
    """Return the first word behind a time that tells one thing from another."""
    behind = one.text.partition(at.text)[2]
    words = (word for piece in WORD.findall(behind) for word in telling(piece))
    return next(words, "")


@lru_cache(maxsize=2_000)
def day_of(log: Log, number: int, at: Moment) -> int | None:
    """Return the day of the week of a time: what its line names, its own date, or the day that stands above it alone."""
    line = log.line(number)
    named = _named(line)
    if named is not None:
        return named
    if at.own_date:
        return (at.at + timedelta(minutes=at.zone_min or 0)).weekday()
    short = _dated(log, line)
    if short is not None:
        return short.weekday()
    for place in range(number - 1, max(0, number - ABOVE_MOST), -1):
        above = log.line(place)
        if above.strip() and len(above) <= HEAD_MOST and not log.moments(place):
            head = _named(above)
            told = days(above)
            if head is not None or len(told) == 1:
                return head if head is not None else told[0].weekday()
    return None


def _named(line: str) -> int | None:
    found = {WEEK[match[1].lower()] for match in EN_NAMED.finditer(line)}
    found |= {KO_WEEK.index(match[1] or match[2]) for match in KO_NAMED.finditer(line)}
    return found.pop() if len(found) == 1 else None


def _dated(log: Log, line: str) -> date | None:
    """Return the day of a date without its year, in the year of the log."""
    match = SHORT_DATE.search(line)
    if match is None or log.day is None:
        return None
    try:
        made = date(log.day.year, int(match["m"] or match["m2"]), int(match["d"] or match["d2"]))
    except ValueError:
        return None
    return made if abs((made - log.day).days) <= DAYS_MOST else None
