"""Lines that say nothing but a day, as exports of a chat and diaries have them between the entries of two days."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<{{}}>{'|'.join(_MONTHS)})[a-z]{{{{0,6}}}}\.?"
_FRAME = r"[\s#*_=~<>\[\]()─━—–·•.,:-]*"
WEEKDAY = re.compile(
    r"\b(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\b\.?|[월화수목금토일]요일|\([월화수목금토일]\)",
    re.IGNORECASE,
)
DAY = re.compile(
    rf"{_FRAME}(?:(?P<y>20\d\d)(?:[-/.]|\. |년 ?)(?P<m>\d{{1,2}})(?:[-/.]|\. |월 ?)(?P<d>\d{{1,2}})일?\.?"
    rf"|(?P<km>\d{{1,2}})월 ?(?P<kd>\d{{1,2}})일"
    rf"|{_MONTH.format('em')} (?P<ed>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<ey>20\d\d))?"
    rf"|(?P<bd>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH.format('bm')}(?:,? (?P<by>20\d\d))?){_FRAME}",
    re.IGNORECASE,
)
LONGEST = 80


@lru_cache(maxsize=20_000)
def day_of_line(line: str, year: int | None) -> date | None:
    """Return the day that a line is of, which says nothing else; of the given year where it has none of its own."""
    if len(line) > LONGEST or not any(letter.isdigit() for letter in line):
        return None
    match = DAY.fullmatch(WEEKDAY.sub(" ", line))
    if match is None:
        return None
    named = match["y"] or match["ey"] or match["by"]
    month = match["m"] or match["km"] or match["em"] or match["bm"]
    day = match["d"] or match["kd"] or match["ed"] or match["bd"]
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    try:
        return date(int(named) if named else year or 0, number, int(day))
    except ValueError:
        return None
