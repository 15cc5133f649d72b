"""A service's own clock beside the times that a log states: how far the two are apart, and by which zone the log's clock goes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.day_names import may_be_of
from bongsu.audit.grids import grids
from bongsu.audit.heads import of_answers
from bongsu.audit.moments import ZONES_MIN
from bongsu.audit.patterns import pattern
from bongsu.audit.stated import SECONDS_MOST, many_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.stated import Stated

DAY_S = 86_400
HALF_HOUR_S = 1_800
AGREE_LEAST = 2
"""So many messages of which the two clocks are the same half hours apart tell the log's zone."""
NAMED = pattern(
    rf"(?<![A-Za-z/])(?:{'|'.join(sorted(ZONES_MIN.keys() - {'Z'}, key=len, reverse=True))})(?![A-Za-z]|[+-]\d)"
)
OFFSET = re.compile(r"\b(?:UTC|GMT) ?([+-]) ?(\d{1,2})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A time of a service as a log shows it, with the times that are stated for it."""

    told: datetime
    text: str
    spot: Spot
    stated: Stated
    in_words: bool = False
    """Whether a line of words shows it, which may speak of a message that was sent at another time."""


def own_zone(shown: Sequence[Shown]) -> int | None:
    """Return the zone of a log's bare times, by most of the service's times that stand beside them; None if they do not tell."""
    found: Counter[int] = Counter()
    asked = 0
    for one in shown:
        bare = [moment for _, moment in one.stated if not moment.own_zone]
        offsets = {offset for moment in bare if (offset := _offset(one.told, moment)) is not None}
        asked += bool(bare)
        found.update(offsets)
    best = found.most_common(2)
    if not best or best[0][1] < AGREE_LEAST or best[0][1] * 2 <= asked:
        return None
    return best[0][0] if len(best) == 1 or best[1][1] < best[0][1] else None


def _offset(told: datetime, moment: Moment) -> int | None:
    """Return how many minutes east of Greenwich a clock goes, if it and the service's clock tell of one second."""
    local = moment.at + timedelta(minutes=moment.zone_min or 0)
    gap = fold((local - told).total_seconds() + HALF_HOUR_S / 2, DAY_S) - HALF_HOUR_S / 2
    offset = round(gap / HALF_HOUR_S) * HALF_HOUR_S
    return offset // 60 if abs(gap - offset) <= SECONDS_MOST + moment.to_s else None


def apart_s(log: Log, told: datetime, moment: Moment, zone_min: int | None = None) -> float:
    """Return how many seconds a clock's time and a stated time are certainly apart, by what the log says of the latter.

    `zone_min` is the zone of a bare time where the log's other messages show it.
    """
    gap = (told - moment.at).total_seconds()
    if zone_min is not None and not moment.own_zone:
        gap += 60 * (zone_min - (moment.zone_min or 0))
    elif moment.zone_min is None or not (moment.own_zone or log.zone_told):
        return abs(fold(gap, HALF_HOUR_S))
    gaps = [gap]
    if not moment.own_zone:
        # A log of several zones: which of them a bare time is in, its author may have said in words alone.
        own = moment.zone_min or 0 if zone_min is None else zone_min
        gaps += [gap - 60 * (one - own) * sign for one in _zones(log) for sign in (1, -1)]
    other_day = many_days(log)
    if not moment.own_date and (
        not moment.dated or (other_day and may_be_of(log, (told + timedelta(minutes=moment.zone_min or 0)).date()))
    ):
        gaps = [fold(one, DAY_S) for one in gaps]
    return min(abs(one) for one in gaps)


def fold(gap: float, every: int) -> float:
    """Return a length without whole ones of another: between minus and plus half of that."""
    return (gap + every / 2) % every - every / 2


@lru_cache(maxsize=64)
def answer_columns(log: Log) -> dict[int, list[tuple[int, int]]]:
    """Return from where to where the cells stand, by line, that hold when somebody answered."""
    found: dict[int, list[tuple[int, int]]] = {}
    for grid in grids(log):
        for place, head in enumerate(grid.heads):
            for row in grid.rows if of_answers(head) else ():
                spot = row[place].spot
                found.setdefault(spot.line, []).append((spot.column, spot.end))
    return found


@lru_cache(maxsize=64)
def _zones(log: Log) -> frozenset[int]:
    """Return the zones that a log names besides one of them, in minutes east of Greenwich."""
    named = {ZONES_MIN[match[0]] for _, line in log.numbered() for match in NAMED.finditer(line)}
    for _, line in log.numbered():
        named |= {(-60 if match[1] == "-" else 60) * int(match[2]) for match in OFFSET.finditer(line)}
    return frozenset(named if len(named) > 1 else ())
