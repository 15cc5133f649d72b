"""A bare time and one in UTC beside each other in a line, of the same minute: one instant twice, as far apart as the log's zone."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.clock_slips import likely_zone
from bongsu.audit.patterns import pattern
from bongsu.audit.seasons import CITIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

DAY_MIN, HOUR_MIN = 1_440, 60
FARTHEST_MIN = 14 * HOUR_MIN
BETWEEN_MOST, BEHIND_MOST = 24, 8
AGREE_LEAST = 2
ELSEWHERE = pattern(
    rf"(?<![A-Za-z])(?:{CITIES}|Phoenix|Denver|Sydney|Dubai|Mumbai|Delhi|Hanoi)(?![a-z])|베를린|파리|런던|뉴욕|도쿄|싱가포르|하노이|시애틀|현지",
    re.IGNORECASE,
)
"""A third clock."""
ANOTHER = re.compile(
    r"[;→|]|->|\b(?:then|until|till|to|and|after|before|from|next|ago|later)\b|까지|부터|이후|이전|다음|뒤|후에|[^,]\s{3,}\S",
    re.IGNORECASE,
)
"""What stands between the times of two things."""

Pair = tuple[int, "Moment", "Moment"]


def apart(log: Log) -> Iterator[tuple[int, Moment, Moment, int]]:
    """Yield lines with a bare time and one in UTC that are not as far apart as the log's zone, and how far that is in minutes.

    The zone is what most such lines agree on, else what the log says, else that of its language.
    """
    pairs = list(_pairs(log))
    offsets = Counter(_offset_min(one, other) for _, one, other in pairs)
    best = offsets.most_common(2)
    agreed = best and best[0][1] >= AGREE_LEAST and (len(best) == 1 or best[1][1] < best[0][1])
    home = (best[0][0] if agreed else likely_zone(log)) or 0
    for number, one, other in pairs if home else ():
        if _offset_min(one, other) != home:
            yield number, one, other, home


def _pairs(log: Log) -> Iterator[Pair]:
    for number, line in log.numbered():
        found = log.moments(number)
        for one, other in pairwise(found) if len(found) <= 3 and not ELSEWHERE.search(line) else ():
            bare, zoned = (one, other) if other.own_zone else (other, one)
            between = line[one.end - 1 : other.column - 1]
            if bare.own_zone or not zoned.own_zone or zoned.zone_min != 0 or bare.to_s != zoned.to_s:
                continue
            most = BETWEEN_MOST if bare is one else BEHIND_MOST
            if _minute(bare) == _minute(zoned) and len(between) <= most and not ANOTHER.search(between):
                yield number, bare, zoned


def _minute(moment: Moment) -> tuple[int, int]:
    return (moment.at.minute + (moment.zone_min or 0)) % HOUR_MIN, moment.at.second


def _offset_min(bare: Moment, zoned: Moment) -> int:
    """Return how many minutes a clock goes ahead of UTC, from half a day behind to fourteen hours ahead."""
    shown = bare.at.hour * HOUR_MIN + bare.at.minute + (bare.zone_min or 0)
    gap = (shown - zoned.at.hour * HOUR_MIN - zoned.at.minute) % DAY_MIN
    return gap if gap <= FARTHEST_MIN else gap - DAY_MIN
