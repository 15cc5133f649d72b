"""A bot is never told who read its message: "read by", "seen by" and "displayed on" have no source.

Source: Telegram Bot API and Slack API have no method and no event for a bot that says who read a message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.receipts import READ, claims, members
from bongsu.audit.records import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
KEY = re.compile(r"(?:read|seen|viewed|opened)[_ ](?:by|at|receipt)|읽음(?: 시각)?")
HEAD = re.compile(
    r"(?:message |page )?(?:read|seen|viewed|opened|displayed)(?: (?:by|at|on|time|receipts?|count|status|of \d+))?|read receipts?|(?:read|seen|view)[ _](?:count|by|at|receipts?)|views|읽음(?: ?(?:시각|확인|수|여부))?|읽은 ?(?:시각|사람|수)|열람(?: ?(?:시각|확인|수))?|조회 ?수"
)
UNTOLD = re.compile(
    r"\b(?:does not|do not|cannot|can't|doesn't|never|no) tells?\b|\b(?:has|have|gives?|with|are|is) no (?:read |delivery )?receipts?\b|알 수 없|알림으로 (?:봤|보았|확인)|읽었는지는 모",
    re.IGNORECASE,
)
VALUE = re.compile(r"read(?: by .*)?|seen(?: by .*)?|viewed|displayed|opened|읽음|열람", re.IGNORECASE)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims that somebody read a chat message."""
    for log in logs:
        found = [
            log.spot(number, match)
            for number, match in claims(log, READ)
            if not UNTOLD.search(f"{log.line(number - 1) if number > 1 else ''} {log.line(number)}"[-200:])
        ]
        found += members(log, HEAD, VALUE)
        for record in records(log):
            for one in record.fields if record.kind != "section" and record.service else ():
                if KEY.fullmatch(one.key) and not denied(one.value) and re.search(r"\w", one.value):
                    found.append(one.spot)
        yield from ({spot.line: _hit(spot) for spot in found}).values()


def _hit(spot: Spot) -> Hit:
    return Hit(
        spot=spot,
        why="neither Telegram nor Slack tells a bot who read a message",
        instead="who answered, how and when: a press or a reply with the user's id and time",
    )
