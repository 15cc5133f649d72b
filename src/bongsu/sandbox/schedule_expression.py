"""EventBridge's schedule expressions: `rate(20 minutes)` and `cron(0/20 9-21 ? * MON-FRI *)`, in UTC.

What the service refuses is refused: a plural for one, a zero, five or seven fields, `*` in both day fields, names out
of place. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_RATE = re.compile(r"rate\((?:1 (minute|hour|day)|([2-9]|[1-9]\d+) (minute|hour|day)s)\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_PART = re.compile(r"(?P<first>\*|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>[1-9]\d*))?")
_NTH_DAY = re.compile(r"(?P<day>\w+)#(?P<nth>[1-5])")
_NEAREST = re.compile(r"(?P<day>\d{1,2})W")
_LAST_OF_KIND = re.compile(r"(?P<day>\w+)L")
UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
# 1 is Sunday, as in Quartz and unlike Unix.
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
YEARS = range(1970, 2200)
# A 29 February on a given weekday comes again after 28 years, over a century's end after 40.
LOOK_AHEAD = timedelta(days=366 * 41)


class UnsupportedSchedule(ValueError):
    """A schedule expression that the service does not take."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Every so often, counted from when the rule was enabled."""

    period: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """At these minutes of these hours of these days; the day fields are kept as text, one of them is `?`."""

    minutes: frozenset[int]
    hours: frozenset[int]
    month_days: str
    months: frozenset[int]
    week_days: str
    years: frozenset[int]

    def next_after(self, after: datetime) -> datetime | None:
        """Return the first matching whole minute after an instant, in UTC; None if there is none in forty years."""
        begin = after.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        day = begin.date()
        while day <= (begin + LOOK_AHEAD).date():
            if day.year not in self.years or day.month not in self.months:
                day = _first_of_next_month(day)
                continue
            if self._on(day):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        when = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
                        if when >= begin:
                            return when
            day += timedelta(days=1)
        return None

    def _on(self, day: date) -> bool:
        if self.month_days != "?":
            return any(_is_month_day(day, part) for part in self.month_days.split(","))
        return any(_is_week_day(day, part) for part in self.week_days.split(","))


def parse_schedule(expression: str) -> Rate | Cron:
    """Return the schedule that an expression means, or raise UnsupportedSchedule as the service would refuse it."""
    rate = _RATE.fullmatch(expression)
    if rate is not None:
        one, count, unit = rate.groups()
        return Rate(UNITS[one or unit] * int(count or 1))
    cron = _CRON.fullmatch(expression)
    if cron is None:
        raise UnsupportedSchedule(f"schedule {expression!r} is neither rate(N minutes) nor a cron of six fields")
    minutes, hours, month_days, months, week_days, years = cron.groups()
    if (month_days == "?") is (week_days == "?"):
        raise UnsupportedSchedule(f"schedule {expression!r}: exactly one of day-of-month and day-of-week must be ?")
    made = Cron(
        minutes=_numbers(minutes, range(60)),
        hours=_numbers(hours, range(24)),
        month_days=month_days,
        months=_numbers(months, range(1, 13), MONTHS),
        week_days=week_days,
        years=_numbers(years, YEARS),
    )
    _check_days(expression, month_days, week_days)
    return made


def _numbers(field: str, within: range, names: tuple[str, ...] = ()) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise UnsupportedSchedule(f"schedule field {field!r} is not understood")
        first = within.start if match["first"] == "*" else _number(match["first"], within, names)
        open_end = match["first"] == "*" or (match["step"] and not match["last"])
        last = within.stop - 1 if open_end else _number(match["last"] or match["first"], within, names)
        if last < first:
            raise UnsupportedSchedule(f"schedule field {field!r} runs backwards")
        found.update(range(first, last + 1, int(match["step"] or 1)))
    return frozenset(found)


def _number(text: str, within: range, names: tuple[str, ...]) -> int:
    number = names.index(text.upper()) + within.start if text.upper() in names else -1
    if number < 0 and text.isascii() and text.isdigit():
        number = int(text)
    if number not in within:
        raise UnsupportedSchedule(f"{text!r} is not within {within.start}-{within.stop - 1} of a schedule's field")
    return number


def _check_days(expression: str, month_days: str, week_days: str) -> None:
    # A leap year in which every special form is met once.
    day = date(2024, 2, 1)
    if month_days != "?":
        for part in month_days.split(","):
            _is_month_day(day, part)
    else:
        for part in week_days.split(","):
            if part == "?":
                raise UnsupportedSchedule(f"schedule {expression!r}: ? stands alone in its field")
            _is_week_day(day, part)


def _is_month_day(day: date, part: str) -> bool:
    length = monthrange(day.year, day.month)[1]
    if part == "L":
        return day.day == length
    if part == "LW":
        return day == _nearest_weekday(day.replace(day=length))
    nearest = _NEAREST.fullmatch(part)
    if nearest is not None:
        wanted = _number(nearest["day"], range(1, 32), ())
        return wanted <= length and day == _nearest_weekday(day.replace(day=wanted))
    return day.day in _numbers(part, range(1, 32))


def _is_week_day(day: date, part: str) -> bool:
    number = day.isoweekday() % 7 + 1
    nth = _NTH_DAY.fullmatch(part)
    if nth is not None:
        return number == _number(nth["day"], range(1, 8), WEEKDAYS) and (day.day - 1) // 7 + 1 == int(nth["nth"])
    if part == "L":
        return number == 7
    last = _LAST_OF_KIND.fullmatch(part)
    if last is not None:
        in_last_week = day.day > monthrange(day.year, day.month)[1] - 7
        return number == _number(last["day"], range(1, 8), WEEKDAYS) and in_last_week
    return number in _numbers(part, range(1, 8), WEEKDAYS)


def _nearest_weekday(day: date) -> date:
    """Return the Monday to Friday nearest to a day within its month."""
    match day.isoweekday():
        case 6:
            return day - timedelta(days=1) if day.day > 1 else day + timedelta(days=2)
        case 7:
            last = monthrange(day.year, day.month)[1]
            return day + timedelta(days=1) if day.day < last else day - timedelta(days=2)
    return day


def _first_of_next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
