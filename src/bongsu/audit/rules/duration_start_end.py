"""A duration is the time from start to end.

Source: arithmetic; each time is taken as exact as it is written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import apart_s, seconds
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.moments import SPAN
from bongsu.audit.records import records
from bongsu.audit.rules.effect_before_cause import ENDED, STARTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Field, Log
    from bongsu.audit.records import Record

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
LASTED = re.compile(
    r"(?:total |overall |execution )?(?:duration|elapsed|took|downtime|outage)|duration_(?:s|sec|seconds|ms)|(?:소요|경과|중단) ?시간"
)
INLINE = re.compile(
    rf"{SPAN.pattern}(?: ?[A-Z]{{3}})?,? ?[(=:]? ?(?:about |approx\.? |~|약 ?)?(?P<long>\d+(?:\.\d+)? ?(?:h|hours?|min(?:utes)?|m|seconds?|s|시간|분|초)\b(?: ?\d+ ?(?:min|m|s|sec|분|초)\b)?)\)?"
)
TOOK = re.compile(
    r"\b(?:took|lasted|in) (?:about |only |~)?(?P<long>\d+(?:\.\d+)? ?(?:h|hours?|min(?:utes)?|m|seconds?|s)\b(?: ?\d+ ?(?:min|m|s|sec)\b)?)"
)
BOTH = re.compile(r"\b(?:started|began|from)\b.*\b(?:ended|finished|completed|until|done)\b", re.IGNORECASE)
UNITS_S = {"duration_ms": 0.001, "duration_s": 1.0, "duration_sec": 1.0, "duration_seconds": 1.0}


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield durations that are not those between the start and the end beside them."""
    for log in logs:
        for record in records(log):
            yield from _in_record(record)
        for number, line in log.numbered():
            match = INLINE.search(line)
            found = [one for one in log.moments(number) if match and match.start() < one.end <= match.end() + 1]
            if match is None and BOTH.search(line):
                match, found = TOOK.search(line), list(log.moments(number))
            lasted = seconds(match["long"]) if match else None
            if match and lasted and len(found) == 2:
                real_s = apart_s(found[0], found[1]) % 86_400
                if abs(real_s - lasted[0]) > max(lasted[1], found[0].to_s):
                    yield Hit(
                        spot=log.spot(number, match, "long"),
                        also=(),
                        why=f"from {found[0].text} to {found[1].text} it is {_shown(real_s)}, not {match['long']}",
                        instead="the two recorded times; the duration follows from them",
                    )


def _in_record(record: Record) -> Iterator[Hit]:
    start, end = record.moment(STARTED), record.moment(ENDED)
    one = record.first(LASTED)
    if start is None or end is None or one is None or not start[1].fits(end[1]):
        return
    lasted = _lasted(one)
    real_s = apart_s(start[1], end[1])
    real_s += 86_400 if real_s < 0 and not end[1].own_date else 0
    if lasted and real_s >= 0 and abs(real_s - lasted[0]) > max(lasted[1], start[1].to_s, end[1].to_s):
        yield Hit(
            spot=one.spot,
            also=(start[0].spot, end[0].spot),
            why=f"from {start[1].text} to {end[1].text} it is {_shown(real_s)}",
            instead="the two recorded times; the duration follows from them",
        )


def _lasted(one: Field) -> tuple[float, float] | None:
    if one.key in UNITS_S and re.fullmatch(r"\d+(?:\.\d+)?", one.value):
        return float(one.value) * UNITS_S[one.key], UNITS_S[one.key]
    return seconds(one.value)


def _shown(length_s: float) -> str:
    minutes, rest = divmod(int(length_s), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
