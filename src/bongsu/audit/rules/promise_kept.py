"""What a paragraph calls kept, within a length that it states, lies within that length by the two times that it gives.

Source: the log's own length and times; arithmetic.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.lengths import lengths, shown
from bongsu.audit.passages import passages, sentences
from bongsu.audit.rules import limit_kept
from bongsu.audit.rules.limit_kept import LATE_MOST, MISSED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.lengths import Length
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.LOW
KEPT = re.compile(
    r"\b(?:(?:was|were|is|has been|have been|been) (?:\w+ )?(?:kept|met|honou?red|fulfilled|respected|observed|satisfied)|(?:kept|met|honou?red|made|held|beat|fulfilled|respected) (?:the|our|its|that|this)|"
    r"(?:with)?in(?:side)?(?: of)? (?:the |our |that |this |its |these |those )?(?:[\w-]+ ){0,3}?(?:minutes?|hours?|mins?|seconds?|limit|sla|target|objective|deadline|promise|ttl|rto|time)|in time|on time|in under)\b"
    r"|(?:이내|안|내)(?:에|에서|로|이(?:었|라|므로|다|며|고)|입니다|임|였)|지켰|지켜졌|지킴|준수|충족|맞췄|맞춤|기한 ?내|시간 ?내|통과",
    re.IGNORECASE,
)
LIMITING = re.compile(
    r"(?:\b(?:within|inside|in under|no (?:later|longer|more) than|at most|less than|up to|maximum(?: of)?|limit(?: is| of|:)?|sla(?: is| of|:)?|target(?: is| of|:)?|objective(?: is| of|:)?|rto(?: is| of|:)?|ttl(?: is| of|:)?|promise[ds]? (?:of|is|was)?|under|below|the|our|that|this|its|by|every|a|an)|(?:최대|늦어도|목표|기준|한도|제한|TTL|RTO|SLA)(?:은|는|이|가|인|:)?)\s*$",
    re.IGNORECASE,
)
LIMITED = re.compile(
    r"^\s?-?(?:limit|sla|obligation|promise|target|objective|window|rule|mark|bound|deadline|period|ttl|at (?:the )?(?:most|latest)|or (?:less|faster|sooner)|maximum|이내|안|내(?=[에로 ])|한도|제한|기준|목표|까지)",
    re.IGNORECASE,
)
FOR = re.compile(r"\b(?:need\w*|took|takes?|lasted|after|later|before|ago|every|each|another)\s*$", re.IGNORECASE)
ASIDE = re.compile(
    r"\b(?:would|should|could|if|unless|next time|will|not counting|apart from|counted from|from (?:when|then)|paused?|stopp?ed the clock|business hours)\b|면 |제외|빼고|영업",
    re.IGNORECASE,
)
"""What may explain why a promise was kept all the same."""
ASKS = re.compile(r"\bplease\b|주세요|바랍|십시오|달라고", re.IGNORECASE)
PROMISE = re.compile(
    r"\b(?:promise[ds]?|obligations?|objectives?|targets?|goals?|slas?|slos?|limits?|agree\w*|rto|ttl)\b|약속|목표|기준|한도|기한|TTL|SLA",
    re.IGNORECASE,
)
"""What calls a length one that was promised, and not one that was measured."""
DAY_S, LEAST_S, BACK = 86_400, 20, 2


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield promises that are called kept, where the paragraph's own two times are further apart."""
    for log in filter(written, logs):
        found = [hit for passage in passages(log) for hit in _in_passage(passage)]
        told = {hit.spot.line for hit in hits(limit_kept, log)} if found else set()
        yield from (hit for hit in found if hit.spot.line not in told)


def _in_passage(passage: Passage) -> Iterator[Hit]:
    log = passage.log
    if passage.text.lstrip().startswith((">", "|")) or len(passage.moments) < BACK or log.fenced(passage.number):
        return
    if any(withdrawn(log, number) for _, number, _ in passage.parts):
        return
    said = list(sentences(passage))
    for place, (start, text) in enumerate(said):
        match = KEPT.search(text)
        if (
            match is None
            or ASKS.search(text)
            or MISSED.search(text)
            or text.rstrip().endswith("?")
            or ASIDE.search(text)
        ):
            continue
        limit = _limit(passage, start + len(text))
        pair = _two(passage, said, place)
        if limit is None or pair is None:
            continue
        one, spot = limit
        first, last = pair
        real_s = (last.at - first.at).total_seconds() % DAY_S
        to_s = max(first.to_s, last.to_s)
        if first.fits(last) and one.length_s + max(to_s, LEAST_S) <= real_s <= LATE_MOST * one.length_s:
            yield Hit(
                spot=passage.spot(start + match.start(), start + match.end()),
                also=tuple(dict.fromkeys((passage.moment_spot(first), passage.moment_spot(last), spot))),
                why=f"from {first.text} to {last.text} it is {shown(real_s)}, more than {one.text.strip()}",
                instead="late, by how much and why",
                confidence=Confidence.MEDIUM if PROMISE.search(text) else None,
            )


def _limit(passage: Passage, end: int) -> tuple[Length, Spot] | None:
    """Return the one length up to a place of a passage that the words beside it make a limit."""
    text = passage.text
    told = [
        one
        for one in lengths(text[:end])
        if all(one.end <= other.column - 1 or other.end - 1 <= one.start for other in passage.moments)
    ]
    limits = [
        one
        for one in told
        if (LIMITING.search(text[: one.start]) or LIMITED.match(text[one.end :])) and not FOR.search(text[: one.start])
    ]
    if len({one.length_s for one in limits}) != 1 or len({one.length_s for one in told}) != 1:
        return None
    return limits[0], passage.spot(limits[0].start, limits[0].end)


def _two(passage: Passage, said: list[tuple[int, str]], place: int) -> tuple[Moment, Moment] | None:
    """Return the two times of a sentence, or of it and those before it, when there are just two."""
    end = said[place][0] + len(said[place][1])
    for back in range(BACK + 1):
        start = said[max(0, place - back)][0]
        found = [one for one in passage.moments if start < one.column <= end]
        distinct = {one.at: one for one in found}
        if len(distinct) == BACK:
            first, last = sorted(distinct.values(), key=lambda one: one.column)
            return (first, last) if first.at < last.at or not first.dated else None
        if len(distinct) > BACK:
            return None
    return None
