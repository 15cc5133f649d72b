"""What a log tells of lies inside the time that it gives itself.

Source: the log's own header.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.audit.claims import sent
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.moments import SPAN
from bongsu.audit.records import messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Field, Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
PERIOD = re.compile(r"timestamp|period|time range|log period|covers|기간|기록 ?(?:시간|기간)")
Limits = tuple["Moment", "Moment", "Spot"]


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield messages outside the log's own period."""
    for log in logs:
        for one in log.fields:
            limits = _limits(log, one)
            if limits and PERIOD.fullmatch(one.key) and one.spot.line < 15:
                for moment in _told_of(log):
                    if _outside(moment, limits):
                        yield _hit(log, moment, limits, "the log says of itself that it covers")


def _told_of(log: Log) -> Iterator[Moment]:
    yield from (moment for record in messages(log) if (moment := sent(record)))
    for one in log.fields:
        found = log.moments(one.spot.line)
        if (
            one.key in ("timestamp", "recorded at", "closed", "기록 시각")
            and len(found) == 1
            and not log.fenced(one.spot.line)
        ):
            yield found[0]


def _limits(log: Log, one: Field) -> Limits | None:
    found = [m for m in log.moments(one.spot.line) if m.column >= one.spot.column]
    if not SPAN.search(log.line(one.spot.line)) or len(found) != 2:
        return None
    start, end = found
    return start, end, one.spot


def _outside(moment: Moment, limits: Limits) -> bool:
    start, end, _ = limits
    if not (moment.fits(start) and moment.fits(end)) or end.at < start.at:
        return False
    return moment.at < start.at or moment.at > end.at + timedelta(seconds=end.to_s - 1)


def _hit(log: Log, moment: Moment, limits: Limits, says: str) -> Hit:
    start, end, spot = limits
    number = next(n for n, _ in log.numbered() if any(one is moment for one in log.moments(n)))
    return Hit(
        spot=log.moment_spot(number, moment),
        also=(spot,),
        why=f"{moment.text} is outside: {says} {start.text} to {end.text}",
        instead="the period that the log covers, or the recorded time",
    )
