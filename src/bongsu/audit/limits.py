"""Limits for answers, as a log states them: how long somebody who was asked may take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.lengths import lengths
from bongsu.audit.log import ROW
from bongsu.audit.passages import passages, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

LIMIT = re.compile(
    r"\b(?:sla|slo|limits?|target|deadline|within|inside|in under|no later than|at most|had|have|allowed|given|must|budget|time ?out|grace|due in|due within|to (?:answer|reply|respond|press|acknowledge))\b|이내|안에|안으로|내에|기준|기한|한도|제한|목표|시한",
    re.IGNORECASE,
)
ASKED = re.compile(
    r"\b(?:sla|ack\w*|answer\w*|respon\w*|repl(?:y|ies)|confirm\w*|page[ds]?|paging|drill|exercise|on.?call|reach\w*|pick up|press\w*|call\w*)\b|응답|확인|답|수신|회신|호출|훈련|당직|연락|비상",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\b(?:lag|latency|disk|cpu|memory|retr\w+|ttl|lambda|function|query|job|task|run|window|cron|rate|every|interval|downtime|outage|rto|rpo|error|batch|deploy\w*|restore|dns|freeze|timeout)\b|지연|메모리|함수|실행|배치|주기|간격|작업 ?시간|중단",
    re.IGNORECASE,
)
MEASURED = re.compile(
    r"\b(?:slowest|fastest|quickest|longest|last|latest|worst|best|average|median|mean|took|came|answered|after)\b[^.;]{0,24}$|\b(?:was|were)(?: \w+){0,2} (?:in|within|inside)(?: \w+){0,2} ?$|(?:가장|최장|최단|평균|제일)[^.;]{0,24}$",
    re.IGNORECASE,
)
"""What makes a length that of an answer, though a limit is spoken of in the same sentence."""
TOOK = re.compile(r" ?(?:걸린|걸렸|걸림|소요|later|late\b|after)", re.IGNORECASE)
"""What makes a length that of an answer, behind it."""
OR_LESS = re.compile(
    r"\s?,?(?:or (?:less|faster|sooner|quicker)|at (?:the )?(?:most|latest)|maximum|max\b|tops)", re.IGNORECASE
)
EACH = re.compile(
    r"^(?: for)?[^.;\d]{0,30}[,;/]\s?(?:and |or )?\d{1,3}(?: ?\w+)? (?:for|to) |^[^.;\d]{0,20}[,;/] ?[^\d,;.]{2,24}\d{1,3} ?(?:분|min)",
    re.IGNORECASE,
)
"""A second number that is the limit of somebody else: `10 minutes for the first, 15 for the second`."""
LEAST_S, MOST_S = 30, 3 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One stated limit."""

    most_s: float
    spot: Spot


@lru_cache(maxsize=64)
def limits(log: Log) -> tuple[Limit, ...]:
    """Return the limits for answers that a log states, in the order of its lines."""
    return tuple(_limits(log))


def _limits(log: Log) -> Iterator[Limit]:
    for passage in passages(log):
        if ROW.fullmatch(log.line(passage.number)):
            continue
        for start, text in sentences(passage):
            found = lengths(text)
            if not found or not (LIMIT.search(text) or OR_LESS.match(text[found[0].end :])) or OTHER.search(text):
                continue
            about = f"{log.section(passage.number).title} {passage.text}"
            if EACH.search(text[found[0].end :]):
                continue
            if ASKED.search(about) and len({one.length_s for one in found}) == 1 and not passage.moments[2:]:
                one = found[0]
                if LEAST_S <= one.length_s <= MOST_S and _limiting(text, one.start, one.end):
                    yield Limit(most_s=one.length_s, spot=passage.spot(start + one.start, start + one.end))


def _limiting(text: str, start: int, end: int) -> bool:
    """Return whether the words right around a length make it a limit."""
    before, after = text[max(0, start - 36) : start], text[end : end + 30]
    if MEASURED.search(before) or TOOK.match(after):
        return False
    return bool(LIMIT.search(before) or LIMIT.search(after) or OR_LESS.match(after))
