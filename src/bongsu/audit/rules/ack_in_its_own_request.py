"""A message cannot hold what happened after it was sent: an answer to it, the time that the answer took, its own result.

Source: causality; Telegram Bot API editMessageText and Slack chat.update have times of their own, which a log must name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import ACK, COMING, TICK, body, denied, late, sent
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.records import messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.records import Record

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
DONE = re.compile(
    r"\b(?:received|responded|confirmed|resolved|completed|finished|recovered|answered)\b|완료|수신|응답|복구",
    re.IGNORECASE,
)
RESULT = re.compile(
    r"response time\W{0,6}\d+|(?:\b|\\n)(?:drill|test) complete|응답 ?시간\W{0,4}\d+|훈련 ?완료", re.IGNORECASE
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the lines of a message that tell of a later time than its own."""
    for log in logs:
        for record in messages(log):
            own = sent(record)
            if own is None or re.search(r"\bedit", record.title, re.IGNORECASE):
                continue
            spot = _place(record, own)
            found = list(_later(record, own))
            for number, moment in found:
                yield Hit(
                    spot=log.moment_spot(number, moment),
                    also=(spot,),
                    why=f"the message was sent at {own.text} and tells of {moment.text}",
                    instead="three records: the message as it was sent, each answer with its time, the result as a new message",
                )
            for number, line in body(record) if found else ():
                if match := RESULT.search(line):
                    yield Hit(
                        spot=log.spot(number, match),
                        also=(spot, log.spot(found[0][0])),
                        why=f"nobody had answered yet when the message was sent at {own.text}, so it cannot hold its result",
                        instead="the result as a message of its own, sent after the last answer",
                    )


def _place(record: Record, own: Moment) -> Spot:
    numbers = range(record.start, record.end + 1)
    return record.log.moment_spot(next(n for n in numbers if own in record.log.moments(n)), own)


def _later(record: Record, own: Moment) -> Iterator[tuple[int, Moment]]:
    answered = -100
    for number, line in body(record):
        if ACK.search(line):
            answered = number
        told = DONE.search(line) or ACK.search(line) or (TICK.search(line) and number - answered < 20)
        if told and not denied(line) and not COMING.search(line):
            for moment in record.log.moments(number):
                if late(moment, own):
                    yield number, moment
