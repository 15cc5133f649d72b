"""What a log denies to have happened at all, an alarm, a page or a rollback, no entry of it tells of.

Source: the log's own entries.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import by_hand, told, withdrawn
from bongsu.audit.concepts import HYPOTHETIC, NEGATED
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.words import PLANNED, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
EVENTS = {
    "alarm": (
        pattern(
            r"\bno (?:\w+ )?(?:alarms?|alerts?) (?:fired|rang|went off|was raised|were raised|triggered)\b|(?:알람|경보)(?:은|는|이|가|도)? ?(?:한 ?번도 |하나도 |전혀 )?(?:없었|없음|울리지 않|안 울)",
            re.IGNORECASE,
        ),
        pattern(
            r"\b(?:alarm|alert)\b[^.;]{0,30}\b(?:fired|rang|went (?:off|to ALARM|into ALARM)|in ALARM|triggered)\b|(?:알람|경보)\S{0,2} ?\S{0,24} ?(?:울림|울렸|발생|ALARM)",
            re.IGNORECASE,
        ),
    ),
    "page": (
        pattern(
            r"\b(?:nobody|no one|no-one) (?:was|had to be|got) (?:paged|called|woken)\b|\bno pages? (?:went out|was sent|were sent)\b|호출(?:은|된 사람은|한 사람은)? ?(?:한 ?번도 |아무도 )?없",
            re.IGNORECASE,
        ),
        pattern(
            r"\b(?:was|were|got) (?:paged|called in|woken)\b|\bpaged (?:the )?(?:on-?call|manager|[A-Z][a-z]+)|(?:당직|온콜|매니저)\S{0,3} ?호출",
            re.IGNORECASE,
        ),
    ),
    "rollback": (
        pattern(
            r"\b(?:no|without(?: an?y?)?) roll-?back\b(?! (?:plan|step))|\brollback\**\s?[:：]?\**\s?(?:was |were )?(?:not (?:needed|necessary|required|used|performed)|none\b)|\b(?:nothing|never) (?:was |had to be )?rolled back\b|롤백(?:은|는|이|:)? ?(?:불필요|없음|없었|하지 않)",
            re.IGNORECASE,
        ),
        pattern(
            r"\brolled (?:it |everything )?back to\b|\brollback (?:done|executed|performed|complete\w*)\b|롤백 ?(?:실행|수행|완료)",
            re.IGNORECASE,
        ),
    ),
}
SCOPED = re.compile(
    r"\b(?:since|after|until|before|later|yet|now|further|second|again|else|other|more|today|so far)\b|\d:\d\d|이후|까지|전에|더|추가|다른|현재|아직",
    re.IGNORECASE,
)
DRILL = re.compile(
    r"drill|exercise|rehears|test|staging|yesterday|last (?:week|time|year)|훈련|연습|시험|모의|테스트|어제|지난",
    re.IGNORECASE,
)
LONGEST = 160


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield denials of an event that an entry with a time tells of."""
    for log in filter(by_hand, logs):
        lines = [(number, plain(line)) for number, line in told(log) if len(line) <= LONGEST]
        for number, line in lines:
            for denied, happened in EVENTS.values():
                if not denied.search(line) or SCOPED.search(line) or HYPOTHETIC.search(line) or withdrawn(log, number):
                    continue
                found = [n for n, text in lines if n < number and _tells(log, n, text, happened)]
                if found:
                    yield Hit(
                        spot=log.spot(number),
                        also=(log.spot(found[0]),),
                        why=f"line {found[0]} tells of one",
                        instead="how many there were, and which",
                    )
                    break


def _tells(log: Log, number: int, text: str, happened: re.Pattern[str]) -> bool:
    """Return whether an entry tells that something happened, in earnest."""
    match = happened.search(text)
    if match is None or not log.moments(number) or withdrawn(log, number):
        return False
    above = log.section(number).title
    return not any(words.search(text) for words in (NEGATED, HYPOTHETIC, PLANNED, DRILL)) and not DRILL.search(above)
