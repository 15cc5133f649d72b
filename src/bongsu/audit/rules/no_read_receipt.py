"""A bot is never told who read its message: "read by" and "seen by" have no source.

Source: Telegram Bot API and Slack API have no method and no event for a bot that says who read a message.
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
CONFIDENCE = Confidence.MEDIUM
CLAIM = re.compile(
    r"\b(?i:read|seen|viewed|opened) by (?:all|every|(?:the )?(?:whole |entire )?(?:team|group|channel)|both|\d|on-?call|@|[A-Z])|\bread receipts?\b|\b(?i:read|seen) (?:at|:)"
    r"|(?:전원|모두|팀원?)\S* ?(?:읽음|열람|읽었)|읽음 ?확인",
)

KEY = re.compile(r"(?:read|seen|viewed|opened)[_ ](?:by|at|receipt)|읽음(?: 시각)?")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims that somebody read a chat message."""
    for log in logs:
        for number, line in told(log):
            match = CLAIM.search(prose(line))
            if match and log.service(number) and not denied(line):
                yield _hit(log.spot(number, match))
        for record in records(log):
            for one in record.fields if record.kind != "section" and record.service else ():
                if KEY.fullmatch(one.key) and not denied(one.value) and re.search(r"\w", one.value):
                    yield _hit(one.spot)


def _hit(spot: Spot) -> Hit:
    return Hit(
        spot=spot,
        why="neither Telegram nor Slack tells a bot who read a message",
        instead="who answered, how and when: a press or a reply with the user's id and time",
    )
