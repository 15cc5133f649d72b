"""A webhook's message without a button that its app hears of cannot be acknowledged in a way that its sender can record.

Source: Slack API: only interactive elements (buttons without url, menus) call the app; a webhook cannot read replies.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bongsu.audit.claims import ACK, denied
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.payloads import payloads, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
HEARD = {"static_select", "users_select", "overflow", "datepicker", "checkboxes", "radio_buttons", "timepicker"}
RECEIVED = re.compile(r"receiv|\bACK\b|\d\d:\d\d", re.IGNORECASE)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield acknowledgements of a webhook's message that has nothing to press."""
    for log in logs:
        for first, value, _ in payloads(log):
            built = isinstance(value, dict) and isinstance(value.get("blocks"), list)
            if not built or log.service(first) != "webhook" or any(_heard(one) for _, one in walk(value)):
                continue
            section = log.section(first)
            for number, line in log.numbered(section.start + 1, section.end):
                match = ACK.search(line)
                if match and RECEIVED.search(line) and not denied(line):
                    yield Hit(
                        spot=log.spot(number, match),
                        also=(log.spot(first),),
                        why="the message has no button that an app hears of, and a webhook cannot read replies",
                        instead="the press or the reply as it was recorded: user id, ts, and which app received it",
                    )
                    break


def _heard(one: Any) -> bool:
    return isinstance(one, dict) and (one.get("type") in HEARD or (one.get("type") == "button" and "url" not in one))
