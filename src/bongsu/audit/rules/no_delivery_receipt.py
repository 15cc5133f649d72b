"""Neither Telegram's Bot API nor Slack reports that a message arrived: "delivered" and "delivery confirmed" have no source.

Source: Telegram Bot API, sendMessage: the answer is the stored message; Slack API, chat.postMessage: ok and ts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied, prose, told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.receipts import DELIVERED as DELIVERY
from bongsu.audit.receipts import OTHER, SOURCE, claims, members
from bongsu.audit.records import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Field, Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
CLAIM = re.compile(r"delivered|delivery confirmed|전달 ?완료|전달됨|배달 ?완료|도달", re.IGNORECASE)
HEAD = re.compile(
    r"delivered(?: (?:at|to|time|count))?|delivery(?: (?:time|receipts?|confirm\w+|status))?|(?:전달|도달|배달|도착)(?: ?(?:시각|확인|여부|수|완료))?"
)
STATUS = re.compile(r"status|state|result|outcome|delivery")
DELIVERED = re.compile(r"delivered_at|delivery_time|delivery_receipt")
LOW = Confidence.LOW
BY_SERVICE = re.compile(
    rf"{SOURCE.pattern}|\breceipts?\b|\bAPI\b|[\"'`]\s*:|\bthis (?:message|notice|post)|(?:이|본) ?(?:공지|메시지|글)",
    re.IGNORECASE,
)
"""What says that a service told so: without it somebody may have looked at a screen."""
NOTIFIED = re.compile(r"notification|알림|메시지", re.IGNORECASE)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims that a chat message was delivered."""
    for log in logs:
        told_of = [log.spot(number, match) for number, match in claims(log, DELIVERY)] + [*_notified(log)]
        found = [*members(log, HEAD, CLAIM)]
        for record in records(log):
            fields = record.fields if record.kind == "object" and record.service else ()
            found += [one.spot for one in fields if _status(one)]
        hits = {spot.line: _hit(spot, None if BY_SERVICE.search(log.line(spot.line)) else LOW) for spot in told_of}
        yield from (hits | {spot.line: _hit(spot, None) for spot in found}).values()


def _status(one: Field) -> bool:
    """Return whether a member of a service's answer says that the message was delivered."""
    return bool((STATUS.fullmatch(one.key) and CLAIM.fullmatch(one.value)) or DELIVERED.fullmatch(one.key))


def _notified(log: Log) -> Iterator[Spot]:
    """Yield claims in a log of chats about notifications that it does not call by their service."""
    chats = any(log.service(number) for number, _ in told(log))
    for number, line in told(log) if chats else ():
        match = DELIVERY.search(prose(line))
        above = " ".join(log.section(number).path)
        if match and not denied(line) and NOTIFIED.search(line + above) and not OTHER.search(line + above):
            yield log.spot(number, match)


def _hit(spot: Spot, confidence: Confidence | None) -> Hit:
    return Hit(
        spot=spot,
        confidence=confidence,
        why="no chat service reports delivery to its sender; what can be known is that it took the message",
        instead='"accepted by Telegram: message_id N, date D" or "accepted by Slack: ts N"',
    )
