"""A limit is met when what was measured is within it.

Source: the log's own figures.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import seconds
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.lengths import lengths
from bongsu.audit.passages import passages, sentences
from bongsu.audit.patterns import pattern
from bongsu.audit.records import records
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
LIMIT = re.compile(r"(?:ack |response )?(?:sla|limit|target|budget|slo)(?: time)?|기준|한도|목표")
TOOK = pattern(
    r"(?:response|elapsed|took|actual|measured|duration|response time|result)|(?:응답|소요|측정|실제) ?(?:시간|값)?"
)
MET = pattern(r"\b(?:met|within|pass(?:ed)?|ok|yes)\b|✅|준수|충족|통과|이내", re.IGNORECASE)
MISSED = re.compile(r"\b(?:missed|exceeded|over|breach\w*|fail(?:ed)?|no|not)\b|❌|초과|위반|미달|실패", re.IGNORECASE)
NOUN = pattern(
    r"\b(?:objective|target|goal|budget|allowance|limit|rto|rpo|sla|slo)\b|목표|한도|기준|허용", re.IGNORECASE
)
KEPT = pattern(
    r"\b(?:with)?in(?:side)? (?:of )?(?:the |our |its )?(?:\w+[ -]){0,3}?(?P<noun>objective|target|goal|budget|allowance|limit|rto|rpo|sla|slo)\b|(?P<ko>목표|한도|기준|허용) ?(?:시간 ?)?(?:안|내|이내|충족|준수)",
    re.IGNORECASE,
)
MOST = 5
LONG = r"\d[\d.,]* ?(?:hours?|h|minutes?|mins?|m|seconds?|secs?|s|시간|분|초)(?: ?\d+ ?(?:s|sec|초))?"
INLINE = pattern(
    rf"(?P<took>{LONG})\b[^.|;]{{0,24}}\(?(?P<met>SLA (?:met|ok)|within (?:the )?(?:SLA|limit)|SLA 준수)\b[^.|;\d]{{0,12}}(?P<limit>{LONG})",
    re.IGNORECASE,
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield limits that are called met and are not."""
    for log in logs:
        for record in records(log):
            took, limit = record.first(TOOK), record.first(LIMIT)
            measured, most = (seconds(one.value) if one else None for one in (took, limit))
            verdict = [
                one
                for one in record.fields
                if MET.search(one.value) and not MISSED.search(one.value) and one not in (took, limit)
            ]
            if record.kind == "row" and took and measured and most and verdict and measured[0] > most[0]:
                assert limit is not None
                yield Hit(
                    spot=verdict[-1].spot,
                    also=(took.spot, limit.spot),
                    why=f"{took.value} is more than {limit.value}",
                    instead="missed, by how much and why",
                )
        yield from _named(log)
        for number, line in log.numbered():
            if match := INLINE.search(line):
                measured, most = seconds(match["took"]), seconds(match["limit"])
                if measured and most and measured[0] > most[0] and not MISSED.search(line):
                    yield Hit(
                        spot=log.spot(number, match, "met"),
                        why=f"{match['took']} is more than {match['limit']}",
                        instead="missed, by how much and why",
                    )


def _named(log: Log) -> Iterator[Hit]:
    """Yield sentences that call a length within what the log elsewhere gives another length for, by the same name."""
    said = [(passage, start, text) for passage in passages(log) for start, text in sentences(passage)]
    stated = []
    for passage, start, text in said:
        named, found = {one[0].lower() for one in NOUN.finditer(text)}, lengths(text)
        if named and len(found) == 1 and not KEPT.search(text) and not MISSED.search(text):
            stated.append((named, found[0], passage.spot(start + found[0].start, start + found[0].end)))
    for passage, start, text in said:
        kept, found = KEPT.search(text), lengths(text)
        if (
            kept is None
            or len(found) != 1
            or MISSED.search(text)
            or PLANNED.search(text)
            or text.lstrip().startswith(">")
        ):
            continue
        limits = [one for one in stated if (kept["noun"] or kept["ko"]).lower() in one[0]]
        one = found[0]
        if len({limit.length_s for _, limit, _ in limits}) == 1 and one.end <= kept.start() and not one.bound:
            _, limit, spot = limits[0]
            if limit.length_s + max(1.0, limit.exact_s / 60) <= one.length_s <= MOST * limit.length_s:
                yield Hit(
                    spot=passage.spot(start + one.start, start + one.end),
                    also=(spot,),
                    why=f"{one.text} is more than {limit.text}",
                    instead="missed, by how much and why",
                )
