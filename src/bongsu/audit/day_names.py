"""The days that a log names in any way: whether something of a day can be told of in it at all."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from datetime import date

    from bongsu.audit.log import Log

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = rf"(?:{'|'.join(MONTHS)})[a-z]*"
NUMBERED = re.compile(r"(?<!\d)(\d{1,2})(?:[-/.]|\. ?|월 ?)(\d{1,2})(?!\d)")
SPELLED = pattern(rf"\b({_MONTH})\.? {{1,2}}(\d{{1,2}})\b")
SPELLED_LATE = pattern(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})\b")
DATED = re.compile(r"(?<!\d)20\d\d(?:[-/.]|\. |년 ?)(\d{1,2})(?:[-/.]|\. |월 ?)(\d{1,2})(?!\d)")
KOREAN_DATE = re.compile(r"(?<!\d)(\d{1,2})월 ?(\d{1,2})일")
OTHER_DAY = re.compile(
    r"\b(?:yesterday|the day before|previous (?:day|evening|night)|next (?:day|morning)|tomorrow|evening before|last night|days? (?:ago|earlier|later))\b|어제|전날|전일|다음 ?날|이튿날|익일|내일",
    re.IGNORECASE,
)
KOREAN = "월화수목금토일"
EVENING_H = 20


@lru_cache(maxsize=512)
def may_be_of(log: Log, day: date) -> bool:
    """Return whether a log has anything of a day: its date, its weekday, a word for a day before or after, or a night to it."""
    text = "\n".join(line for _, line in log.numbered())
    named = _named(text)
    korean = KOREAN[day.weekday()]
    weekday = re.search(rf"\b{day:%A}s?\b|\b{day:%a}\b|{korean}요일|\({korean}\)", text, re.IGNORECASE)
    if not named or weekday or OTHER_DAY.search(text) or (day.month, day.day) in named:
        return True
    beside = {(one.month, one.day) for one in (day - timedelta(days=1), day + timedelta(days=1))}
    return bool(beside & named) and any(
        (one.at + timedelta(minutes=one.zone_min or 0)).hour >= EVENING_H
        for number, _ in log.numbered()
        for one in log.moments(number)
    )


def _named(text: str) -> set[tuple[int, int]]:
    found = {(int(one[1]), int(one[2])) for one in NUMBERED.finditer(text)}
    found |= {(MONTHS.index(one[1][:3]) + 1, int(one[2])) for one in SPELLED.finditer(text)}
    return found | {(MONTHS.index(one[2][:3]) + 1, int(one[1])) for one in SPELLED_LATE.finditer(text)}


def named_days(line: str) -> set[tuple[int, int]]:
    """Return month and day of each date that a line certainly names: with its year, or with the month's name."""
    found = {(int(one[1]), int(one[2])) for one in DATED.finditer(line)}
    found |= {(int(one[1]), int(one[2])) for one in KOREAN_DATE.finditer(line)}
    found |= {(MONTHS.index(one[1][:3]) + 1, int(one[2])) for one in SPELLED.finditer(line)}
    return found | {(MONTHS.index(one[2][:3]) + 1, int(one[1])) for one in SPELLED_LATE.finditer(line)}
