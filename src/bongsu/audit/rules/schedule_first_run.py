"""A rate runs for the first time within one period of being enabled.

Source: Amazon EventBridge, "Schedule pattern": a rate begins when the rule is enabled.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied, told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.rules.effect_before_cause import ENABLED, FIRST_RUN, OLD
from bongsu.audit.starts import starts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
RATE = re.compile(
    r"\brate\((\d+) (minute|hour|day)s?\)|\bevery (\d+) ?(minute|min|hour|day)s?\b|(\d+)(분|시간)(?:마다| ?간격)",
    re.IGNORECASE,
)
WAITED = re.compile(r"\b(?:wait\w*|watch\w*|look\w*|by hand|manual\w*)\b|대기|수동|손으로", re.IGNORECASE)
UNIT_S = {"minute": 60, "min": 60, "분": 60, "hour": 3600, "시간": 3600, "day": 86_400}
GRACE_S = 120


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield first runs that the stated schedule cannot have started."""
    for log in logs:
        enabled = _one(log, ENABLED)
        first = _first(log) if enabled else None
        if first is None:
            continue
        place, ran = first
        for number, line in log.numbered():
            rate = RATE.search(line)
            if rate and enabled and re.search("rule|schedule|trigger|rate|규칙|스케줄|트리거", line, re.IGNORECASE):
                count, unit = (part for part in rate.groups() if part)
                period_s = int(count) * UNIT_S[unit.lower()]
                waited_s = (ran.at - enabled[1].at).total_seconds()
                if ran.fits(enabled[1]) and waited_s > period_s + GRACE_S:
                    yield Hit(
                        spot=log.moment_spot(place, ran),
                        also=(log.spot(number, rate), log.moment_spot(*enabled)),
                        why=f"{waited_s / 60:.0f} min after the enabling; a schedule of {rate[0]} runs within its period",
                        instead="the first run's own record, and the runs before it that this leaves out",
                    )


def _first(log: Log) -> tuple[int, Moment] | None:
    """Return when the first run of a log began, where it tells so of one time."""
    found = [one.event for one in starts(log) if FIRST_RUN.search(log.line(one.event.number))]
    found = [one for one in found if not OLD.search(log.line(one.number)) and not WAITED.search(log.line(one.number))]
    return (found[0].number, found[0].moment) if len({one.moment.at for one in found}) == 1 else None


def _one(log: Log, what: re.Pattern[str]) -> tuple[int, Moment] | None:
    found = [
        (number, log.moments(number)[0])
        for number, line in told(log)
        if what.search(line)
        and log.moments(number)
        and not denied(line)
        and not OLD.search(line)
        and not WAITED.search(line)
    ]
    return found[0] if len(found) == 1 else None
