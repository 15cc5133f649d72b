"""Zones that are an hour further on in summer: what `Eastern` or `Berlin` means on a day."""

from __future__ import annotations

import re
from datetime import date, timedelta

_US = {"eastern": -300, "et": -300, "new york": -300, "central": -360, "ct": -360, "chicago": -360}
_US |= {"mountain": -420, "mt": -420, "denver": -420, "pacific": -480, "pt": -480, "los angeles": -480}
_EU = {
    "london": 0,
    "dublin": 0,
    "lisbon": 0,
    "berlin": 60,
    "paris": 60,
    "brussels": 60,
    "prague": 60,
    "oslo": 60,
    "copenhagen": 60,
    "budapest": 60,
    "madrid": 60,
    "rome": 60,
    "amsterdam": 60,
}
_EU |= {"vienna": 60, "zurich": 60, "stockholm": 60, "warsaw": 60, "helsinki": 120, "athens": 120}
_SHORT = "ET|CT|MT|PT"
_WORDS = "Eastern|Central|Mountain|Pacific"
CITIES = "|".join(name.title() for name in (*_US, *_EU) if len(name) > 2 and name.title() not in _WORDS.split("|"))
"""Cities by whose clock people give times."""
SEASONAL = rf"(?:{_SHORT})(?![A-Za-z0-9_])|(?:US )?(?:{_WORDS})(?: (?:Standard|Daylight))?(?: [Tt]ime)?\b|(?:{CITIES})\b(?: [Tt]ime)?"
"""The names, as a pattern."""


def offset_on(name: str, day: date | None) -> int | None:
    """Return the minutes east of Greenwich of a zone on a day; None when it depends on a day that nobody gives."""
    words = re.sub(r"^us | time$", "", name.strip().lower())
    for said, more in ((" standard", 0), (" daylight", 60)):
        if words.endswith(said):
            return _US[words.removesuffix(said)] + more
    if day is None:
        return None
    if words in _US:
        return _US[words] + 60 * (_sunday(day.year, 3, 2) <= day < _sunday(day.year, 11, 1))
    return _EU[words] + 60 * (_last_sunday(day.year, 3) <= day < _last_sunday(day.year, 10))


def _sunday(year: int, month: int, count: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=6 - first.weekday() + 7 * (count - 1))


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)
