"""A message cannot report that it was itself sent, delivered or received: it is written before.

Source: causality; what is known of a message is known from the answer to the call that sends it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import body, denied, sent
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.records import messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
CLAIM = re.compile(
    r"(?:^|[\"•*\-|]|\\n)\W*(?:(?:telegram|slack) (?:alert|notification|message|post)s?|this (?:message|notification|alert)|"
    r"notifications?|alerts?|(?:텔레그램|슬랙)? ?(?:알림|메시지))\s*[:：]\W*(?:received|delivered|sent|posted|confirmed|수신|전송|발송|전달)",
    re.IGNORECASE,
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield lines of a message that say that it, or its own kind, arrived."""
    for log in logs:
        for record in messages(log):
            if not record.service or sent(record) is None:
                continue
            for number, line in body(record):
                match = CLAIM.search(line)
                if match and not denied(line):
                    yield Hit(
                        spot=log.spot(number, match),
                        also=(log.spot(record.start or 1),),
                        why="this stands in the message itself, which was written before anything could be known of it",
                        instead="leave it out, or name an earlier message and what its service answered",
                    )
