"""Neither Telegram's Bot API nor Slack reports that a message arrived: "delivered" and "delivery confirmed" have no source.

Source: Telegram Bot API, sendMessage: the answer is the stored message; Slack API, chat.postMessage: ok and ts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied, prose, told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.receipts import DELIVERED as DELIVERY
from bongsu.audit.receipts import OTHER, claims, members
from bongsu.audit.records import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
CLAIM = re.compile(r"delivered|delivery confirmed|전달 ?완료|전달됨|배달 ?완료|도달", re.IGNORECASE)
HEAD = re.compile(
    r"delivered(?: (?:at|to|time|count))?|delivery(?: (?:time|receipts?|confirm\w+|status))?|(?:전달|도달|배달|도착)(?: ?(?:시각|확인|여부|수|완료))?"
)
STATUS = re.compile(r"status|state|result|outcome|delivery")
DELIVERED = re.compile(r"delivered_at|delivery_time|delivery_receipt")
NOTIFIED = re.compile(r"notification|알림|메시지", re.IGNORECASE)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims that a chat message was delivered."""
    for log in logs:
        found = [log.spot(number, match) for number, match in claims(log, DELIVERY)]
        found += [*_notified(log), *members(log, HEAD, CLAIM)]
        for record in records(log):
            for one in record.fields if record.kind == "object" and record.service else ():
                if (STATUS.fullmatch(one.key) and CLAIM.fullmatch(one.value)) or DELIVERED.fullmatch(one.key):
                    found.append(one.spot)
        yield from ({spot.line: _hit(spot) for spot in found}).values()


def _notified(log: Log) -> Iterator[Spot]:
    """Yield claims in a log of chats about notifications that it does not call by their service."""
    chats = any(log.service(number) for number, _ in told(log))
    for number, line in told(log) if chats else ():
        match = DELIVERY.search(prose(line))
        above = " ".join(log.section(number).path)
        if match and not denied(line) and NOTIFIED.search(line + above) and not OTHER.search(line + above):
            yield log.spot(number, match)


def _hit(spot: Spot) -> Hit:
    return Hit(
        spot=spot,
        why="no chat service reports delivery to its sender; what can be known is that it took the message",
        instead='"accepted by Telegram: message_id N, date D" or "accepted by Slack: ts N"',
    )
