"""The time that was meant for what a service counted, where no line gives it right: one above it, of the same second, slipped."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.service_clock import DAY_S, fold

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.stated import Stated

ABOVE_MOST = 14
LEADING_MOST = 8
"""Letters that may stand in front of the time with which an entry begins: a bullet, a bracket, a quotation mark."""
CALL_S = 3
"""How far the second that a service counts may lie from the one that a person wrote."""
SLIP_LEAST_S = 50
HANGUL = re.compile("[가-힣]")
SEOUL_MIN = 540


def slipped(log: Log, told: datetime, number: int, zone_min: int) -> Stated:
    """Return the time that the nearest entry above a line begins with, if it is of the same second of another minute or hour.

    Only where no line of the log gives the service's time right; `zone_min` is the zone of bare times.
    """
    if any(abs(_apart_s(told, moment, zone_min)) <= CALL_S for _, moment in _exact(log)):
        return []
    if any(0 <= _apart_s(told, one, zone_min) < one.to_s for _, one in _just_above(log, number)):
        return []  # An entry that gives no seconds gives the minute right.
    place, moment = next(((n, one) for n, one in reversed(_exact(log)) if _leads(log, n, one, number)), (0, None))
    if moment is None:
        return []
    gap = abs(_apart_s(told, moment, zone_min))
    return [(place, moment)] if gap >= SLIP_LEAST_S and abs(fold(gap, 60)) <= CALL_S else []


def _just_above(log: Log, number: int) -> list[tuple[int, Moment]]:
    return [(n, one) for n in range(max(1, number - ABOVE_MOST), number) for one in log.moments(n)]


def _apart_s(told: datetime, moment: Moment, zone_min: int) -> float:
    """Return how far two clocks are apart, whatever the day."""
    local = moment.at + timedelta(minutes=moment.zone_min or 0)
    clock = moment.at if moment.own_zone else local - timedelta(minutes=zone_min)
    return fold((told - clock).total_seconds(), DAY_S)


def _leads(log: Log, place: int, moment: Moment, number: int) -> bool:
    return number - ABOVE_MOST <= place < number and moment.column <= LEADING_MOST and not log.fenced(place)


@lru_cache(maxsize=64)
def _exact(log: Log) -> tuple[tuple[int, Moment], ...]:
    """Return the times of a log that are written to the second, with their lines."""
    return tuple((number, one) for number, _ in log.numbered() for one in log.moments(number) if one.to_s == 1)


@lru_cache(maxsize=64)
def likely_zone(log: Log) -> int | None:
    """Return the zone of bare times that a log says, else that of its language; None if neither tells."""
    if log.zone_told:
        return next((one.zone_min for _, one in _exact(log) if not one.own_zone), None)
    return SEOUL_MIN if any(HANGUL.search(line) for line in log.text.lines[:20]) else None
