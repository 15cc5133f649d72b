"""A webhook's post stands at the top of the channel and nobody reports how it looks or who answers it.

Source: Slack API, "Sending messages using incoming webhooks": no `ts` comes back, so no thread can be known or read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied, prose, told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
CLAIM = pattern(
    r"(?:in|via|to) (?:the )?(?:slack )?thread\b|\bthread (?:visible|shows?|created|updated)|스레드(?:에서|에)",
    re.IGNORECASE,
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims about a thread under a message that went through a webhook."""
    for log in logs:
        for number, line in told(log):
            match = CLAIM.search(prose(line))
            if match and log.service(number) == "webhook" and not denied(line):
                yield Hit(
                    spot=log.spot(number, match),
                    why="a webhook's post is top-level and returns no ts: there is no thread that its sender could see",
                    instead='"accepted by the webhook (HTTP 200)"; or read the replies with a bot token and list user and ts',
                )
