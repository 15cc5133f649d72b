"""One instant has one time in each zone: 14:00 KST is 05:00 UTC, and the same digits in two zones are two instants.

Source: Asia/Seoul is UTC+09:00 all year; ISO 8601 `Z` is UTC.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.records import SENT, messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
BETWEEN = re.compile(r"\s*(?:\(|/|=|, i\.e\. )\s*(?:=\s*)?")
DAY_S = 86_400
HOUR_S = 3600


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield pairs of times that are said to be one and are not."""
    for log in logs:
        for number, line in log.numbered():
            found = log.moments(number)
            for one, other in itertools.pairwise(found):
                if BETWEEN.fullmatch(line[one.end - 1 : other.column - 1]) and _differ(one, other):
                    yield Hit(
                        spot=log.moment_spot(number, other),
                        also=(log.moment_spot(number, one),),
                        why=f"{one.text} is {one.at:%H:%M:%S} UTC, and {other.text} is {other.at:%H:%M:%S} UTC",
                        instead="one time with its zone; the other follows from it",
                    )
        yield from _same_digits(log)


def _differ(one: Moment, other: Moment) -> bool:
    if not (one.own_zone and other.own_zone) or one.zone_min == other.zone_min:
        return False
    apart = abs((one.at - other.at).total_seconds()) % DAY_S
    return min(apart, DAY_S - apart) >= max(one.to_s, other.to_s)


def _same_digits(log: Log) -> Iterator[Hit]:
    for record in messages(log):
        first = record.moment(SENT)
        if first is None or first[1].to_s > 1 or not first[1].own_zone:
            continue
        for number in range(max(record.start, 1), record.end + 1):
            for one in log.moments(number):
                apart = (one.at - first[1].at).total_seconds()
                shifted = one.own_zone and one.to_s == 1 and one.zone_min != first[1].zone_min
                if shifted and apart == ((first[1].zone_min or 0) - (one.zone_min or 0)) * 60:
                    yield Hit(
                        spot=log.moment_spot(number, one),
                        also=(first[0].spot,),
                        why=f"the digits of {first[1].text} with another zone: {abs(apart) / HOUR_S:.0f} h apart",
                        instead="the time as the service gave it, with the zone that it is in",
                    )
