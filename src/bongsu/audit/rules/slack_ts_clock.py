"""A Slack `ts` is the second in which Slack took the message; one that is far from the stated time was not returned for it.

Source: Slack API, chat.postMessage: `ts` is "<Unix seconds>.<six digits>" of Slack's own clock.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from bongsu.audit.claims import sent
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.records import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
TS = re.compile(r"(?<![\d.])(1\d{9})\.(\d{6})(?!\d)")
APART_S = 120


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield every ts that is minutes or more away from the time that stands with it."""
    for log in logs:
        for number, line in log.numbered():
            for match in TS.finditer(line):
                beside = _stated(log, number)
                if beside is None or not beside[1].dated or beside[1].zone_min is None:
                    continue
                place, stated = beside
                told = datetime.fromtimestamp(int(match[1]), UTC)
                apart = abs((told - stated.at).total_seconds())
                if apart > APART_S + stated.to_s:
                    here = told.astimezone(timezone(timedelta(minutes=stated.zone_min or 0)))
                    yield Hit(
                        spot=log.spot(number, match),
                        also=(log.moment_spot(place, stated),),
                        why=f"this ts is {here:%Y-%m-%d %H:%M:%S}, {_long(apart)} away from the stated {stated.text}",
                        instead=f"the ts that Slack returned; one of that second begins with {int(stated.at.timestamp())}",
                    )


def _stated(log: Log, number: int) -> tuple[int, Moment] | None:
    dated = [moment for moment in log.moments(number) if moment.dated]
    if dated:
        return number, dated[0]
    around = [one for one in records(log) if one.start <= number <= one.end]
    for record in sorted(around, key=lambda one: one.end - one.start):
        moment = sent(record)
        if moment is not None:
            line = next(n for n in range(record.start, record.end + 1) if moment in log.moments(n))
            return line, moment
    return None


def _long(apart_s: float) -> str:
    days, rest = divmod(int(apart_s), 86_400)
    return f"{days} days {rest // 3600} h" if days else f"{rest // 3600} h {rest % 3600 // 60} min {rest % 60} s"
