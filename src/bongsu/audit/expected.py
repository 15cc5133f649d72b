"""The day that a log names for something to come: with month and day, or by the name of a weekday."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from bongsu.audit.day_names import KOREAN, MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.moments import Moment

_MONTH = "|".join(MONTHS)
DAY = re.compile(
    r"(?<!\d)(?P<y>20\d\d)(?:[-./]|\. )(?P<m>\d{1,2})(?:[-./]|\. )(?P<d>\d{1,2})(?!\d)"
    r"|(?P<km>\d{1,2})월 ?(?P<kd>\d{1,2})일|(?<![\d:./])(?P<sm>\d{1,2})/(?P<sd>\d{1,2})(?![\d/:])"
    rf"|\b(?P<em>{_MONTH})[a-z]*\.? (?P<ed>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<ey>20\d\d))?"
    rf"|\b(?P<ld>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<lm>{_MONTH})[a-z]*\b(?:,? (?P<ly>20\d\d))?",
    re.IGNORECASE,
)
WEEKDAY = re.compile(
    r"\b(?P<en>Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b|(?P<ko>[월화수목금토일])요일|\((?P<in>[월화수목금토일])\)",
    re.IGNORECASE,
)
ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = 8
"""Days from a log's own, itself and the one a week later included, of which a weekday may be meant."""


@dataclass(frozen=True, slots=True)
class Told:
    """A day as it is named."""

    day: date | None
    weekday: int | None
    """0 is Monday."""

    def possible(self, near: date) -> list[date]:
        """Return the days that may be meant in a log of a day; none when nothing is named."""
        if self.day is not None:
            return [self.day]
        return [one for n in range(WEEK) if (one := near + timedelta(days=n)).weekday() == self.weekday]


def told(text: str, near: date) -> Told:
    """Return the first day that a text names, in its own year or the one in which it is nearest to another day."""
    named = next((day for match in DAY.finditer(text) if (day := _day(match, near)) is not None), None)
    weekday = WEEKDAY.search(text)
    return Told(named, None if weekday is None else _weekday(weekday))


def of_day(moment: Moment, days: list[date]) -> Iterator[Moment]:
    """Yield a time as it is on each of some days of its own zone."""
    east = timedelta(minutes=moment.zone_min or 0)
    for day in days:
        at = datetime.combine(day, (moment.at + east).time(), UTC) - east
        yield replace(moment, at=at, dated=True, own_date=True)


def _day(match: re.Match[str], near: date) -> date | None:
    year = match["y"] or match["ey"] or match["ly"]
    name = match["em"] or match["lm"]
    month = MONTHS.index(name[:3].title()) + 1 if name else int(match["m"] or match["km"] or match["sm"])
    day = int(match["d"] or match["kd"] or match["sd"] or match["ed"] or match["ld"])
    years = [int(year)] if year else [near.year - 1, near.year, near.year + 1]
    try:
        found = [date(one, month, day) for one in years]
    except ValueError:
        return None
    return min(found, key=lambda one: abs((one - near).days))


def _weekday(match: re.Match[str]) -> int:
    return ENGLISH.index(match["en"][:3].lower()) if match["en"] else KOREAN.index(match["ko"] or match["in"])
