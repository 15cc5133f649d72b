"""Whether a log itself bears out a length that it tells: two of its times are that far apart, and may be the ones meant."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.lengths import lengths
from bongsu.audit.steps import BEGINS, ENDS, weights
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from bongsu.audit.findings import Hit
    from bongsu.audit.lengths import Length
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

NAME = re.compile(r"(?=[A-Za-z가-힣]\w*?[-_]\w)[A-Za-z가-힣]\w*+(?>(?:-\w++)*)|\b[A-Za-z]{1,4}\d{1,3}\b")
ADDED = re.compile(r"\d ?(?:[+]|and|plus) ?\d[^.;]*$|\d ?[=+] ?$|합(?:계|산)? ?(?:[\d+ ]*=)? ?$", re.IGNORECASE)
"""Before a length that others have been added up to, or that is one of those."""
FROM_TO = re.compile(r"\b(?:from|between|since)\b.+\b(?:to|until|till|and)\b|부터.+까지|에서.+까지", re.IGNORECASE)
GENERIC = stems(
    "took take last total whole start end began ended minutes time duration done finish run ok window plan log 소요 총 시작 종료 끝 완료 작업 동안 걸림"
)
TIMES_MOST, DAY_S, MINUTE_S = 160, 86_400, 60


def borne_out(log: Log, hit: Hit) -> bool:
    """Return whether the length at which a finding points is that of two times which tell of the same, or is an added up one."""
    line = log.line(hit.spot.line)
    one = next((one for one in lengths(line) if one.start < hit.spot.end - 1 and hit.spot.column - 1 < one.end), None)
    if one is None:
        return False
    if ADDED.search(line[: one.start]):
        return True
    about = _about(log, hit.spot.line)
    timed = [(number, moment) for number, moment in _timed(log) if moment.to_s <= MINUTE_S]
    for (number, first), (other, last) in combinations(timed, 2) if len(timed) <= TIMES_MOST else ():
        if _fits(one, first, last) and _may_be_meant((log, one, about), (number, other), hit.spot.line):
            return True
    return False


def _may_be_meant(told: tuple[Log, Length, frozenset[str]], places: tuple[int, int], own: int) -> bool:
    """Return whether two times that fit stand in lines of what the length is told of, or in one that tells it, too."""
    log, one, about = told
    number, other = places
    if number == other:
        again = any(each.length_s == one.length_s for each in lengths(log.line(number)))
        return number != own and (again or bool(about & _about(log, number)))
    here, there = _about(log, number), _about(log, other)
    if own in places:
        return bool(about & (there if number == own else here))
    if ENDS.search(log.line(number)) and not BEGINS.search(log.line(number)):
        return False
    between = FROM_TO.search(log.line(own))
    return bool(about & here & there) or bool(between and about & here and about & there)


@lru_cache(maxsize=64)
def _timed(log: Log) -> tuple[tuple[int, Moment], ...]:
    return tuple((number, one) for number, _ in log.numbered() for one in log.moments(number))


@lru_cache(maxsize=20_000)
def _about(log: Log, number: int) -> frozenset[str]:
    """Return the words of a line that tell it from others, and the names in it."""
    line = log.line(number)
    weight = weights(log)
    words = {one for one in stems(line) - GENERIC if weight.get(one, 1.0) >= 1.0}
    return frozenset(words | {one.lower() for one in NAME.findall(line)})


def _fits(one: Length, first: Moment, last: Moment) -> bool:
    if not first.fits(last):
        return False
    apart_s = abs((last.at - first.at).total_seconds())
    to_s = max(first.to_s, last.to_s)
    return to_s <= one.exact_s and (one.fits(apart_s) or one.fits(DAY_S - apart_s))
