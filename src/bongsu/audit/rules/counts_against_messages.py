"""The number of messages that a summary claims is the number that the log shows.

Source: the log's own messages.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.records import messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
EACH = re.compile(r"(?<![\d.])(\d+) (Telegram|Slack)\b", re.IGNORECASE)
TOTAL = re.compile(
    r"\btotal (?:notification|message)s?(?: sent)?\W{1,6}(\d+)|(?:총|전체) ?(?:알림|메시지) ?(?:발송)?\W{0,6}(\d+)",
    re.IGNORECASE,
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield totals of messages that are not the number of messages listed under headings."""
    for log in logs:
        listed = [one for one in messages(log) if one.kind == "section" and one.service]
        for number, line in told(log) if len(listed) > 1 else ():
            for match in TOTAL.finditer(line):
                claimed = int(match[1] or match[2])
                if claimed != len(listed):
                    yield _hit(log, (number, match), claimed, [one.start for one in listed])
                for each in EACH.finditer(line):
                    of = [one for one in listed if one.service.replace("webhook", "slack") == each[2].lower()]
                    if int(each[1]) != len(of):
                        yield _hit(log, (number, each), int(each[1]), [one.start for one in of])


def _hit(log: Log, place: tuple[int, re.Match[str]], claimed: int, lines: list[int]) -> Hit:
    return Hit(
        spot=log.spot(*place),
        also=tuple(log.spot(line or 1) for line in lines),
        why=f"{claimed} are claimed, {len(lines)} are listed",
        instead="the number of messages listed, with what each service answered",
    )
