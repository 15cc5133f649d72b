"""A time has hours below 24 and minutes below 60, a date is in the calendar, and each date has one day of the week.

Source: ISO 8601 and the Gregorian calendar.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import either, may_be_in, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
DATE = pattern(r"(?<![\d.-])(20\d\d)-(\d\d)-(\d\d)(?![\d-])")
CLOCK = pattern(r"(?:(?<=\d[T ])|(?<![\w:./+-]))(\d\d):(\d\d)(?::(\d\d))?(?= ?(?:KST|UTC|Z\b))")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KOREAN = "월화수목금토일"
DAY = r"(mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
"""A day of the week; `Sunwoo` is a name."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<mon>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
_NUMBERS = r"(?<![\d./-])(?P<y>20\d\d)(?:[-/]|\. ?|년 ?)(?P<m>\d{1,2})(?:[-/]|\. ?|월 ?)(?P<d>\d{1,2})(?:일|\.(?= ?\())?(?![\d-])"
_SHORT = r"(?<![\d./-])(?P<m>\d{1,2})(?:월 ?(?P<d>\d{1,2})일|/(?P<d2>\d{1,2})(?![\d/]))"
_WORDS = (
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? (?P<y>(?:19|20)\d\d)\b)?",
    rf"\b{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,? (?P<y>(?:19|20)\d\d)\b)?",
)
_KO = rf"(?:\s?\(\s?(?P<ko>[{KOREAN}])(?:요일)?\s?\)|,? ?(?P<ko2>[{KOREAN}])요일)"
_EN = rf"(?:,? ?\((?:a )?(?P<en>{DAY[1:-1]})\b(?! ?(?:to|and|into|/|-|–|~|,|&|\||·) ?(?:{DAY[1:-1]}))[^)\d]{{0,12}}\)|,? (?:a )?(?P<en2>{DAY[1:-1]})(?=[\s]*(?:$|[).,;:|]|at\b|\d)))"
_DATED = (
    *(f"{one}(?:{_KO}|{_EN})" for one in (_NUMBERS, _SHORT)),
    *(f"{one}{_EN}" for one in _WORDS),
    *(rf"\b(?P<en>{DAY[1:-1]}),? (?:the )?\(?{one}" for one in (_NUMBERS, *_WORDS)),
    rf"\b(?P<en>{DAY[1:-1]}) {_MONTH} +(?P<d>\d{{1,2}}) \d\d:\d\d:\d\d(?: [AP]M)?(?: \w{{2,5}})? (?P<y>20\d\d)\b",
)
DATED = tuple(pattern(one, re.IGNORECASE) for one in _DATED)
"""A date with its day of the week behind or before it."""
ANY_DATED = either(_DATED, re.IGNORECASE)


PUT_RIGHT = re.compile(r"(?:--|[-–—,.]) ?(?:no|sorry|wait|I mean)\b|\brather\b|아니", re.IGNORECASE)
"""What takes back, in one breath, what somebody has just written."""
QUOTED = re.compile(r"\"[^\"]{3,80}\"|“[^”]{3,80}”|'[^']{3,80}'|‘[^’]{3,80}’|「[^」]{2,80}」")
CORRECTED = pattern(
    r"\bcorrect(?:s|ed|ing|ion)?\b|\bwrong(?:ly)?\b|\bmis(?:taken?|print\w*|typed)\b|\btypo\b|\bshould (?:be|say|read|have)\b|정정|오기|오타|잘못|틀[렸린]|고[쳤친침]|바로잡",
    re.IGNORECASE,
)
"""What is said of somebody's words that are quoted for what is wrong in them."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield dates, times and days of the week that there are not."""
    for log in logs:
        for number, line in log.numbered():
            for match in DATE.finditer(line):
                if _day(match.groups()) is None:
                    yield _hit(log, number, match, f"{match[0]} is not in the calendar")
            for match in CLOCK.finditer(line):
                hour, minute, second = (int(part or 0) for part in match.groups())
                if hour > 24 or minute > 59 or second > 60:
                    yield _hit(log, number, match, f"there is no {match[0]}")
            dated = DATED if may_be_in(ANY_DATED, line) else ()
            found = [match for regex in dated for match in regex.finditer(line)]
            if any(one["y"] if "y" in one.groupdict() else None for one in found):
                # `Wed May 20 11:06:31 KST 2026` names the year behind the clock.
                found = [one for one in found if one.groupdict().get("y")]
            for match in found if not withdrawn(log, number) else ():
                yield from _weekday(log, number, match)


def _day(parts: Sequence[str]) -> date | None:
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(log: Log, number: int, match: re.Match[str]) -> Iterator[Hit]:
    parts = match.groupdict()
    month = _MONTHS.index(parts["mon"][:3].lower()) + 1 if parts.get("mon") else int(parts["m"])
    years = {one[1] for one in DATE.finditer(log.line(number))}
    year = parts.get("y") or (years.pop() if len(years) == 1 else None)
    day = _near(log, year, month, int(parts["d"] or parts["d2"]))
    korean = parts.get("ko") or parts.get("ko2")
    english = parts.get("en") or parts.get("en2") or ""
    claimed = KOREAN.index(korean) if korean else DAYS.index(english[:3].lower())
    if day is not None and day.weekday() != claimed:
        if _quoted_as_wrong(log, number, match):
            return
        right = DAYS[day.weekday()].title()
        if PUT_RIGHT.search(log.line(number)) and right.lower() in log.line(number).lower():
            return
        yield _hit(log, number, match, f"{day} is a {right} ({KOREAN[day.weekday()]})")


def _quoted_as_wrong(log: Log, number: int, match: re.Match[str]) -> bool:
    line = log.line(number)
    quoted = any(one.start() < match.start() and match.end() < one.end() for one in QUOTED.finditer(line))
    rest = line.replace(match[0], " ")
    after = log.line(number + 1) if number < len(log.text.lines) else ""
    return quoted and bool(CORRECTED.search(rest) or CORRECTED.search(after))


def _near(log: Log, year: str | None, month: int, day: int) -> date | None:
    """Return the date of a month and day, in the year nearest to the day of the log where none is named."""
    if year:
        return _day((year, str(month), str(day)))
    if log.day is None:
        return None
    around = [_day((str(log.day.year + more), str(month), str(day))) for more in (-1, 0, 1)]
    own = log.day
    return min((one for one in around if one), key=lambda one: abs((one - own).days), default=None)


def _hit(log: Log, number: int, match: re.Match[str], why: str) -> Hit:
    return Hit(spot=log.spot(number, match), why=why, instead="the recorded date and time")
