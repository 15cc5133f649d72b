"""EventBridge refuses a schedule that is not its own form: a plural for one, a singular for many, a cron of five fields.

Source: Amazon EventBridge, "Schedule pattern": rate(1 minute), rate(5 minutes); cron has six fields, one day field is `?`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.typed import refused_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
RATE = pattern(r"\brate\((\d+) (minute|hour|day)(s?)\)")
CRON = pattern(r"\bcron\(([\d*/,?\-LW# A-Z]+)\)")
REFUSED = pattern(r"ValidationException|invalid|refused|rejected|wrong|잘못", re.IGNORECASE)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield schedules that the service would have refused."""
    for log in logs:
        for number, line in log.numbered():
            if REFUSED.search(line) or number in refused_lines(log):
                continue
            for match in RATE.finditer(line):
                if (int(match[1]) == 1) == bool(match[3]) or not int(match[1]):
                    right = f"rate({match[1]} {match[2]}{'' if int(match[1]) == 1 else 's'})"
                    yield _hit(log, number, match, f"one is singular, more are plural: {right}")
            for match in CRON.finditer(line):
                fields = match[1].split()
                if len(fields) != 6:
                    yield _hit(log, number, match, f"cron has six fields, this has {len(fields)}")
                elif fields[2] != "?" and fields[4] != "?":
                    yield _hit(log, number, match, "day of month or day of week must be `?`")


def _hit(log: Log, number: int, match: re.Match[str], why: str) -> Hit:
    return Hit(
        spot=log.spot(number, match),
        why=f"EventBridge refuses {match[0]}: {why}",
        instead="the ScheduleExpression as describe-rule prints it",
    )
