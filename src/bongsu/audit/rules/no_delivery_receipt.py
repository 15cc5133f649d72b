"""Neither Telegram's Bot API nor Slack reports that a message arrived: "delivered" and "delivery confirmed" have no source.

Source: Telegram Bot API, sendMessage: the answer is the stored message; Slack API, chat.postMessage: ok and ts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied, prose, told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.records import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
CLAIM = re.compile(
    r"\bdelivered\b|\bdelivery (?:confirmation|confirmed|receipt|success rate)|\bconfirmed delivery|전달 ?(?:완료|확인)|배달 ?완료|도달 ?확인",
    re.IGNORECASE,
)
STATUS = re.compile(r"status|state|result|outcome|delivery")
DELIVERED = re.compile(r"delivered_at|delivery_time|delivery_receipt")
OTHER = re.compile(r"\bSMS\b|\bLMS\b|e-?mail|\bSNS\b|gateway|문자|메일|package|parcel|bounced", re.IGNORECASE)
NOTIFIED = re.compile(r"notification|알림|메시지", re.IGNORECASE)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims that a chat message was delivered."""
    for log in logs:
        chats = any(log.service(number) for number, _ in told(log))
        for number, line in told(log):
            match = CLAIM.search(prose(line))
            if not match or denied(line) or OTHER.search(line):
                continue
            above = " ".join(log.section(number).path)
            if log.service(number) or (chats and NOTIFIED.search(line + above) and not OTHER.search(above)):
                yield _hit(log.spot(number, match))
        for record in records(log):
            for one in record.fields if record.kind == "object" and record.service else ():
                if (STATUS.fullmatch(one.key) and CLAIM.fullmatch(one.value)) or DELIVERED.fullmatch(one.key):
                    yield _hit(one.spot)


def _hit(spot: Spot) -> Hit:
    return Hit(
        spot=spot,
        why="no chat service reports delivery to its sender; what can be known is that it took the message",
        instead='"accepted by Telegram: message_id N, date D" or "accepted by Slack: ts N"',
    )
