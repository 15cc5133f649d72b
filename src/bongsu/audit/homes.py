"""The zone of times that say none, where they stand beside their like in another zone: `03:25 (12:25 KST)`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.moments import ZONES_MIN
from bongsu.audit.passages import passages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

ASIDE = re.compile(
    r" (?:did|was|had|has|is|failed|ran|came|went|here|there|local|my|your|his|her|their|our)\b| ?(?:여기|현지)",
    re.IGNORECASE,
)
"""Behind a time in brackets that is of something else, or of a zone that has no name."""
UNKNOWN = re.compile(r" ?[A-Z]{3,4}\b(?! ?(?:\d|[a-z]))")
"""The name of a zone that we do not know."""
EQUAL = re.compile(r"[(=]|즉|곧|\bi\.?e\b|\bthat is\b|\bwhich is\b", re.IGNORECASE)
"""What says between two times that they are one."""
BRACKETED = re.compile(r"\s*(?:\(=?|=)\s*(?:[A-Za-z가-힣 ]{2,12}[:,]? ?)?")
NAMED = re.compile(
    rf"(?<![A-Za-z/])(?:{'|'.join(sorted(ZONES_MIN.keys() - {'Z'}, key=len, reverse=True))})(?![A-Za-z]|[+-]\d)|한국 ?시[간각]"
)
MEANINGS_MIN = {
    "IST": (60, 120, 180, 330),
    "BST": (60, 360),
    "CST": (-360, -300, 480),
    "AST": (-240, 180),
    "EST": (-300, 600),
}
"""Short names of zones that mean more than one: Irish, Israel's or India's, Britain's or Bangladesh's."""
SHORT = re.compile(rf"\b(?:{'|'.join(MEANINGS_MIN)})\b")
LEAST = 2
DAY_MIN = 1440


def homed(log: Log, one: Moment, other: Moment) -> tuple[Moment, Moment]:
    """Return two times that are said to be one, a bare one of them in the zone that the log's bare times are in."""
    if one.own_zone == other.own_zone:
        return one, other
    bare, zoned = (other, one) if one.own_zone else (one, other)
    home = _home(log, zoned.zone_min or 0)
    if home is None or _clock_min(bare) == _clock_min(zoned):
        return one, other
    moved = timedelta(minutes=(bare.zone_min or 0) - home)
    bare = replace(bare, at=bare.at + moved, zone_min=home, own_zone=True)
    return (zoned, bare) if one.own_zone else (bare, zoned)


def meant_otherwise(one: Moment, other: Moment) -> bool:
    """Return whether two times are one instant once a zone's short name is taken in another of its meanings."""
    for named, beside in ((one, other), (other, one)):
        name = SHORT.search(named.text)
        east = (_clock_min(named) - _clock_min(beside) + (beside.zone_min or 0)) % DAY_MIN
        if name and any((east - meaning) % DAY_MIN == 0 for meaning in MEANINGS_MIN[name[0]]):
            return True
    return False


def _clock_min(one: Moment) -> int:
    return (one.at.hour * 60 + one.at.minute + (one.zone_min or 0)) % DAY_MIN


@lru_cache(maxsize=256)
def _home(log: Log, zone_min: int) -> int | None:
    """Return the zone of the log's bare times, given the other one; None when the log leaves it open."""
    votes = Counter(_votes(log, zone_min)).most_common(2)
    if votes and votes[0][1] >= LEAST and (len(votes) == 1 or votes[0][1] > votes[1][1]):
        return votes[0][0]
    known = {one.zone_min for number, _ in log.numbered() for one in log.moments(number) if not one.own_zone}
    if len(known) == 1 and None not in known and known != {zone_min}:
        return known.pop()
    named = {
        540 if "한국" in found[0] else ZONES_MIN[found[0]]
        for _, line in log.numbered()
        for found in NAMED.finditer(line)
    }
    left = named - {zone_min}
    if len(left) == 1:
        return left.pop()
    return 540 if zone_min == 0 and not left and korean(log) else None


def _votes(log: Log, zone_min: int) -> Iterator[int]:
    for passage in passages(log):
        for one, other in pairwise(passage.moments):
            if one.own_zone or not other.own_zone or other.zone_min != zone_min:
                continue
            if BRACKETED.fullmatch(passage.text[one.end - 1 : other.column - 1]):
                east = (_clock_min(one) - _clock_min(other) + zone_min) % DAY_MIN
                yield east - DAY_MIN if east > 14 * 60 else east


def korean(log: Log) -> bool:
    """Return whether most lines of a log are Korean."""
    lines = [line for _, line in log.numbered() if line.strip()]
    return sum(bool(re.search("[가-힣]", line)) for line in lines) * 2 > len(lines)
