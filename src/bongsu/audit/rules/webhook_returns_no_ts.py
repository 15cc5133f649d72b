"""An incoming webhook answers `ok` and nothing else, so a message posted through it has no id that could be quoted.

Source: Slack API, "Sending messages using incoming webhooks": HTTP 200 with the text `ok`; no `ts`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.log import WEBHOOK
from bongsu.audit.records import MESSAGE_ID, SLACK_TS, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NAMED = re.compile(r"\d{6,}")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield ids of messages that are said to have gone through a webhook."""
    for log in logs:
        for record in records(log):
            for one in record.fields if record.service == "webhook" else ():
                if (MESSAGE_ID.fullmatch(one.key) or SLACK_TS.fullmatch(one.key)) and NAMED.search(one.value):
                    yield Hit(
                        spot=one.spot,
                        also=_webhook(log, one.spot.line),
                        why="an incoming webhook answers `ok` without a ts, so this id came from somewhere else",
                        instead='"webhook accepted (HTTP 200, ok); no message id available", or post with '
                        "chat.postMessage and quote its ts",
                    )


def _webhook(log: Log, before: int) -> tuple[Spot, ...]:
    named = [number for number, line in log.numbered() if WEBHOOK.search(line)]
    above = [number for number in named if number <= before] or named
    return (log.spot(above[-1]),) if above else ()
