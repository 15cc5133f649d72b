"""Times without a date behind a midnight: a list that goes from 23:57 to 00:03 goes on the day after."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from bongsu.audit.moments import Moment

EVENING_H = 18
MORNING_H = 6
"""From the one hour to the other a list has come over a midnight; a longer step may be two lists or two tables."""
NOON_H = 12
LEADS = re.compile(r"[\W\d_]*(?:[A-Za-z]{1,3}[\W\d_]+)?")
"""What may stand before the time that a line is of: marks, a number, a zone's name."""


def over_midnight(
    lines: Mapping[int, str], found: Mapping[int, tuple[Moment, ...]], breaks: Container[int], dated: Container[int]
) -> dict[int, tuple[Moment, ...]]:
    """Return the moments of all lines, those behind a midnight on the day after.

    At a line of `breaks`, a heading, a list ends: what comes next is of the log's own day again. Those of `dated` stand
    below a line that gives their day.
    """
    made: dict[int, tuple[Moment, ...]] = {}
    last_h, later = None, 0
    for number, line in lines.items():
        if number in breaks:
            last_h, later = None, 0
        here = found.get(number)
        if not here:
            continue
        first = here[0]
        if LEADS.fullmatch(line[: first.column - 1]):
            if first.own_date or not first.dated:
                last_h, later = None, 0
            else:
                hour = _hour(first)
                over = last_h is not None and last_h >= EVENING_H and hour < MORNING_H
                back = last_h is not None and last_h < MORNING_H and hour >= EVENING_H
                later = max(later + over - back, 0)
                last_h = hour
        made[number] = tuple(_moved(one, later, leading=one is first) for one in here) if later else here
    return _night(made, found, dated) if any(made[number] is not found[number] for number in made) else made


def _night(
    made: dict[int, tuple[Moment, ...]], found: Mapping[int, tuple[Moment, ...]], dated: Container[int]
) -> dict[int, tuple[Moment, ...]]:
    """Return the moments of a night's log: small hours that stand in no list are of the day after as well."""
    night = {}
    for number, here in made.items():
        small = here is found[number] and number not in dated
        night[number] = tuple(
            _moved(one, 1, leading=False) if small and _hour(one) < MORNING_H else one for one in here
        )
    return night


def _hour(moment: Moment) -> int:
    return (moment.at + timedelta(minutes=moment.zone_min or 0)).hour


def _moved(moment: Moment, days: int, *, leading: bool) -> Moment:
    """Return a moment behind a midnight; an evening that such a line speaks of is the one before it."""
    if moment.own_date or not moment.dated or (_hour(moment) >= NOON_H and not leading):
        return moment
    return replace(moment, at=moment.at + timedelta(days=days))
