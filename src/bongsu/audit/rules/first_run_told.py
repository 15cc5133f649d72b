"""The result of the first run is told after that run began.

Source: the log's own message and the service's own line, `START RequestId`, by which an invocation begins.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.texts import Text

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
RESULT = re.compile(
    r"\bfirst (?:(?:scheduled|automatic|real|production|live) )?(?:run|invocation|execution)\b[^.?\n]{0,30}"
    r"\b(?:ok|success\w*|good|fine|passed|done|complete\w*|succeeded|clean)\b"
    r"|(?:첫|최초) ?(?:(?:자동|정기|스케줄|예약) ?)?(?:실행|호출)[^.?\n]{0,14}(?:성공|완료|정상|끝)(?!하면|되면|시|나면)",
    re.IGNORECASE,
)
COMING = re.compile(
    r"\b(?:if|when|until|after|before|once|will|should|then|expect\w*|pending|waiting|next)\b|예정|대기|되면|하면|후에|전까지|기다",
    re.IGNORECASE,
)
BEGAN = pattern(
    r"\bSTART RequestId\b|\bSTART ?(?:찍|로그|떴)|(?:첫|최초) ?(?:자동 ?)?실행(?:이|은)? ?(?:시작|들어)|\bfirst (?:scheduled )?run (?:has )?(?:started|began|begins)\b",
    re.IGNORECASE,
)
LEAST_S = 5


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield messages that tell how the first run went, sent before anything had begun to run."""
    for log in filter(written, logs):
        began = list(_began(log))
        for text in texts(log) if began else ():
            match = RESULT.search(_words(text))
            if text.sent is None or match is None or COMING.search(match[0]):
                continue
            number, sent = text.sent
            if all(one.fits(sent) and _later(one, sent) for _, one in began):
                place, first = min(began, key=lambda one: one[1].at)
                yield Hit(
                    spot=log.moment_spot(number, sent),
                    also=(log.moment_spot(place, first), *(log.spot(line) for line, _ in text.lines[:3])),
                    why=f"sent at {sent.text}, and the first run began at {first.text}",
                    instead="the message as it was sent then; the result in one of its own, behind the run",
                )


def _began(log: Log) -> Iterator[tuple[int, Moment]]:
    """Yield the times at which a run began, by the service's lines or by what somebody wrote in a chat just then."""
    for number, line in log.numbered():
        if BEGAN.search(line):
            yield from ((number, one) for one in log.moments(number)[:1])
    for text in texts(log):
        said = any(BEGAN.search(line) and not log.moments(number) for number, line in text.lines)
        if text.sent and said:
            yield text.sent


def _words(text: Text) -> str:
    return " ".join(line.strip() for _, line in text.lines)


def _later(one: Moment, sent: Moment) -> bool:
    return (one.at - sent.at).total_seconds() >= max(LEAST_S, one.to_s, sent.to_s)
