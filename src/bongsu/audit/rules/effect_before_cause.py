"""A record has no end before its start, no answer before its question and no acknowledgement before its sending.

Source: causality.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import late
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.records import ACKED, SENT, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
STARTED = re.compile(
    r"(?:started|start|start[ _]time|starts|begins?|beginning|from|began|started[ _]at|opened|detected(?:[ _]at)?|created(?:[ _]at)?|시작(?: ?시각)?|감지 ?시각)"
)
ENDED = re.compile(
    r"(?:finished|ended|end|ends|to|until|end[ _]time|(?:finished|ended|completed|resolved|closed)(?:[ _]at)?|종료(?: ?시각)?|완료 ?시각|해결 ?시각)"
)
ASKED = re.compile(
    r"(?:asked|called|phoned|paged|notified|requested|reported|raised|발송|요청|호출|질문|접수)(?: ?(?:at|time|시각|시간))?"
)
ANSWERED = re.compile(
    r"(?:answered|answer|replied|reply|pressed|picked up|responded|acked|confirmed|resolved|closed|응답|회신|확인|답장|해결)(?: ?(?:at|time|시각|시간))?"
)
FIELDS = ((STARTED, ENDED), (SENT, ACKED), (ASKED, ANSWERED))
ENABLED = pattern(
    r"\b(?:rule|schedule|trigger|eventbridge)\b.{0,40}\benabled\b|\benabled?\b.{0,30}\b(?:rule|schedule|trigger)\b|(?:규칙|스케줄)\S* ?활성화",
    re.IGNORECASE,
)
FIRST_RUN = re.compile(
    r"\bfirst (?:\w+ )?(?:invocation|run|execution)\b|최초 ?(?:호출|실행)|첫 ?(?:호출|실행)", re.IGNORECASE
)
OLD = re.compile(r"legacy|old |previous|disable|기존|이전|비활성", re.IGNORECASE)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield effects that stand at an earlier time than what caused them."""
    for log in logs:
        yield from _in_records(log)


def _in_records(log: Log) -> Iterator[Hit]:
    for record in records(log):
        for first, second in FIELDS:
            cause, effect = record.moment(first), record.moment(second)
            if cause and effect and late(cause[1], effect[1]) and _same_night(cause[1], effect[1]):
                yield Hit(
                    spot=effect[0].spot,
                    also=(cause[0].spot,),
                    why=f"{effect[0].key} {effect[1].text} is before {cause[0].key} {cause[1].text}",
                    instead="both times from the records that they were taken from",
                )


def _same_night(cause: Moment, effect: Moment) -> bool:
    # Without dates of their own, 23:58 and 00:02 are four minutes apart, not a day.
    return (cause.own_date and effect.own_date) or abs((cause.at - effect.at).total_seconds()) < 43_200
