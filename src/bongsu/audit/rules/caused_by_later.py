"""What an entry gives as the cause of what it tells was done before it, and not at a later time of the log.

Source: causality, and the log's own times of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.blamed import Blamed, blamed, done
from bongsu.audit.claims import by_hand
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.rules import before_the_first, later_cause

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what is told as come of a deed that the log has at a later time alone."""
    for log in filter(by_hand, logs):
        found = [hit for one in blamed(log) if (hit := _of(log, one)) is not None]
        told = (
            {hit.spot.line for rule in (before_the_first, later_cause) for hit in hits(rule, log)} if found else set()
        )
        seen: set[int] = set()
        for hit in found:
            if hit.spot.line not in told | seen:
                seen.add(hit.spot.line)
                yield hit


def _of(log: Log, one: Blamed) -> Hit | None:
    cause = done(log, one)
    if cause is None:
        return None
    entry, sentence = cause
    return Hit(
        spot=log.spot(one.sentence.number),
        also=(log.spot(one.entry.number), log.spot(sentence.number)),
        why=f"an entry of {one.entry.moment.text} gives as cause what was done at {entry.moment.text}",
        instead="the recorded time of each",
    )
