"""The start or the end of one thing is given near each other in two zones: the same minute and second, but another hour.

Source: zones are whole hours apart (Asia/Seoul is UTC+09:00 all year), so that a wrong conversion keeps minute and second.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
EDGES = (
    re.compile(r"\b(?:start\w*|began|begin\w*|invoked|from|sent|posted)\b|시작|개시|호출|발송|게시", re.IGNORECASE),
    re.compile(r"\b(?:end(?:ed|s)?|finish\w*|done|complet\w+|report|until)\b|종료|끝|완료", re.IGNORECASE),
)
NEAR = 15
HOUR_S = 3600
SLIPS_H = frozenset({1, 2, 3, 9, 18})
"""By how many hours people slip: an hour or a few, the zone not applied, the zone applied the wrong way."""
Placed = tuple[int, "Moment"]


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield times of one edge in two zones that are some whole hours apart."""
    for log in filter(written, logs):
        exact = [
            (number, one)
            for number, _ in log.numbered()
            for one in log.moments(number)
            if one.own_zone and one.to_s == 1 and not withdrawn(log, number)
        ]
        for one, other in combinations(exact, 2):
            if _slipped(log, one, other) and not (_backed(one, exact) or _backed(other, exact)):
                yield Hit(
                    spot=log.moment_spot(*other),
                    also=(log.moment_spot(*one),),
                    why=f"{one[1].text} is {one[1].at:%H:%M:%S} UTC, and {other[1].text} is {other[1].at:%H:%M:%S} UTC",
                    instead="one time with its zone; the other follows from it",
                )


def _slipped(log: Log, one: Placed, other: Placed) -> bool:
    if one[1].zone_min == other[1].zone_min or not 0 < other[0] - one[0] <= NEAR:
        return False
    apart_s = abs((other[1].at.replace(microsecond=0) - one[1].at.replace(microsecond=0)).total_seconds())
    hours, rest = divmod(apart_s % 86_400, HOUR_S)
    if rest or not {hours, 24 - hours} & SLIPS_H:
        return False
    return any(edge.search(log.line(one[0])) and edge.search(log.line(other[0])) for edge in EDGES)


def _backed(one: Placed, exact: list[Placed]) -> bool:
    """Return whether the log gives the very instant in another zone too: then the two are two things."""
    return any(
        other.zone_min != one[1].zone_min and abs((other.at - one[1].at).total_seconds()) <= 1 for _, other in exact
    )
