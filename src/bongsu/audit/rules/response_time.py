"""A response time is the time from the message to an answer that the log gives.

Source: arithmetic over the log's own times.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import ACK, TICK, apart_s, seconds, sent
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.records import ACKED, SENT, messages, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.records import Record

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
CLAIM = re.compile(
    r"(?:response|ack(?:nowledg\w+)?|answer)[ _]time\W{1,6}(?P<long>\d[\d.,]* ?(?:seconds?|secs?|s|minutes?|min|m|초|분)(?: ?\d+ ?(?:s|sec|seconds?|초))?)\b|응답 ?시간\W{1,6}(?P<ko>\d[\d.,]* ?(?:분|초)(?: ?\d+ ?초)?)",
    re.IGNORECASE,
)
TOOK = pattern(r"(?:response|elapsed|took|response time|time to ack|delay)|(?:응답|소요) ?시간")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield response times that no answer of the record had."""
    for log in logs:
        for record in messages(log):
            own = sent(record)
            if own is not None and record.kind == "section":
                yield from _in_section(record, own)
        for record in records(log):
            yield from _in_row(record)


def _in_section(record: Record, own: Moment) -> Iterator[Hit]:
    log = record.log
    lines = list(log.numbered(record.start + 1, record.end))
    waits: list[float] = []
    for number, line in lines:
        answer = ACK.search(line) or TICK.search(line)
        waits += [apart_s(own, one) for one in log.moments(number) if answer and one.fits(own) and one.at > own.at]
    for number, line in lines if waits else ():
        match = CLAIM.search(line)
        claimed = seconds(match["long"] or match["ko"]) if match else None
        mean = sum(waits) / len(waits)
        if match and claimed and all(abs(wait - claimed[0]) > max(claimed[1], own.to_s) for wait in [*waits, mean]):
            yield Hit(
                spot=log.spot(number, match),
                also=(log.spot(record.start or 1),),
                why=f"the answers here came {', '.join(f'{wait:.0f}' for wait in sorted(waits))} s after {own.text}",
                instead="each answer's own time, and the slowest of them",
            )


def _in_row(record: Record) -> Iterator[Hit]:
    asked, answered, one = record.moment(SENT), record.moment(ACKED), record.first(TOOK)
    claimed = seconds(one.value) if one else None
    if record.kind == "section" or asked is None or answered is None or one is None or claimed is None:
        return
    real = apart_s(asked[1], answered[1])
    if (
        asked[1].fits(answered[1])
        and real >= 0
        and abs(real - claimed[0]) > max(claimed[1], asked[1].to_s, answered[1].to_s)
    ):
        yield Hit(
            spot=one.spot,
            also=(asked[0].spot, answered[0].spot),
            why=f"from {asked[1].text} to {answered[1].text} it is {real:.0f} s",
            instead="the two recorded times; the response time follows from them",
        )
