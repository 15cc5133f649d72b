"""A time has hours below 24 and minutes below 60, a date is in the calendar, and each date has one day of the week.

Source: ISO 8601 and the Gregorian calendar.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
DATE = re.compile(r"(?<![\d.-])(20\d\d)-(\d\d)-(\d\d)(?![\d-])")
CLOCK = re.compile(r"(?:(?<=\d[T ])|(?<![\w:./+-]))(\d\d):(\d\d)(?::(\d\d))?(?= ?(?:KST|UTC|Z\b))")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KOREAN = "월화수목금토일"
DAY = r"(mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
"""A day of the week; `Sunwoo` is a name."""
BEFORE = re.compile(rf"\b{DAY},? (20\d\d)-(\d\d)-(\d\d)\b", re.IGNORECASE)
AFTER = re.compile(
    rf"\b(20\d\d)-(\d\d)-(\d\d),? ?\({DAY}\)|(20\d\d)[-./](\d\d)[-./](\d\d) ?\(([{KOREAN}])(?:요일)?\)",
    re.IGNORECASE,
)


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
            for match in [*BEFORE.finditer(line), *AFTER.finditer(line)]:
                yield from _weekday(log, number, match)


def _day(parts: Sequence[str]) -> date | None:
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(log: Log, number: int, match: re.Match[str]) -> Iterator[Hit]:
    parts = [part for part in match.groups() if part]
    named = next(part for part in parts if not part.isdigit())
    day = _day([part for part in parts if part.isdigit()])
    claimed = KOREAN.index(named) if named in KOREAN else DAYS.index(named[:3].lower())
    if day is not None and day.weekday() != claimed:
        right = DAYS[day.weekday()].title()
        yield _hit(log, number, match, f"{day} is a {right} ({KOREAN[day.weekday()]})")


def _hit(log: Log, number: int, match: re.Match[str], why: str) -> Hit:
    return Hit(spot=log.spot(number, match), why=why, instead="the recorded date and time")
