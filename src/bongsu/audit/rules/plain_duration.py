"""A length that a sentence gives for its own two times, or since a step that the log tells once, is what lies between them.

Source: the log's own times; arithmetic.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import by_hand, late
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.happened import happened
from bongsu.audit.lengths import lengths, shown
from bongsu.audit.passages import passages, sentences
from bongsu.audit.words import PLANNED, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.happened import Happened
    from bongsu.audit.lengths import Length
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
LATER = re.compile(r"\s?later\b\W*$|\s?(?:뒤|후)\W*$", re.IGNORECASE)
LATE = re.compile(r"\blater\b", re.IGNORECASE)
TOOK = re.compile(r"\b(?:response time|answer time|elapsed)\W{1,3}$|(?:응답|소요) ?시간\W{1,3}$", re.IGNORECASE)
NEXT = re.compile(r"[\s,;()–—-]*(?:KST|UTC)?[\s,;()–—-]*(?:only |just |exactly )?")
ASKED = re.compile(r"\b(?:paged|sent|called|asked|posted|started|began)\b|호출|발송|시작", re.IGNORECASE)
FOR = re.compile(r"\bfor (?:exactly )?$", re.IGNORECASE)
SPAN = re.compile(r"\s?[:,(]?\s*(?:from )?$", re.IGNORECASE)
AFTER = re.compile(r"\s(?:after|behind) (?:the |we |they )?(?P<what>[^,.;:()]{4,60})", re.IGNORECASE)
UNSURE = re.compile(
    r"\b(?:of|about|nearly|almost|some|each|average|median|pause\w*|without|net|except)\b|약|정도|평균|제외|쯤",
    re.IGNORECASE,
)
INSTEAD = "the two recorded times; the duration follows from them"
LEAST_S, TIMES_MOST, DAY_S = 1, 8, 86_400


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield lengths that are not what lies between the two times that they are given for."""
    for log in filter(by_hand, logs):
        for passage in passages(log):
            if not passage.text.lstrip().startswith((">", "|", "{")) and not log.fenced(passage.number):
                yield from _own(passage)
        yield from _since(log)


def _own(passage: Passage) -> Iterator[Hit]:
    """Yield the length of a sentence with two times."""
    for start, text in sentences(passage):
        times = [one for one in passage.moments if start < one.column <= start + len(text)]
        found = lengths(text)
        if len(times) != 2 or len(found) != 1 or UNSURE.search(text) or PLANNED.search(LATE.sub(" ", text)):
            continue
        one, (first, last) = found[0], times
        before, after = text[: one.start], text[one.end :]
        asked = ASKED.search(passage.text[start : first.column - 1])
        between = passage.text[last.end - 1 : start + one.start]
        behind = start + one.start >= last.end - 1
        of_both = behind and ((LATER.match(after) and NEXT.fullmatch(between)) or (asked and TOOK.search(before)))
        ahead = start + one.end < first.column
        spanned = ahead and FOR.search(before) and SPAN.fullmatch(passage.text[start + one.end : first.column - 1])
        if (of_both or spanned) and _off(one, first, last):
            spots = (passage.moment_spot(first), passage.moment_spot(last))
            spot = passage.spot(start + one.start, start + one.end)
            yield Hit(spot=spot, also=spots, why=_why(first, last), instead=INSTEAD)


def _since(log: Log) -> Iterator[Hit]:
    """Yield the length since a step that the log tells once: `30 minutes after the rule was enabled`."""
    told = happened(log)
    for one in told:
        found = lengths(one.text)
        match = AFTER.match(one.text, found[0].end) if len(found) == 1 else None
        about = stems(match["what"]) if match and not UNSURE.search(one.text) else frozenset[str]()
        causes = [other for other in told if other is not one and about and about <= stems(other.text)]
        if len(causes) == 1 and late(one.moment, causes[0].moment) and _off(found[0], causes[0].moment, one.moment):
            yield _hit(log, one, causes[0])


def _hit(log: Log, one: Happened, cause: Happened) -> Hit:
    return Hit(
        spot=log.moment_spot(one.number, one.moment),
        also=(log.moment_spot(cause.number, cause.moment),),
        why=_why(cause.moment, one.moment),
        instead=INSTEAD,
    )


def _why(first: Moment, last: Moment) -> str:
    return f"from {first.text} to {last.text} it is {shown(_apart_s(first, last))}"


def _apart_s(first: Moment, last: Moment) -> float:
    return (last.at - first.at).total_seconds() % DAY_S


def _off(one: Length, first: Moment, last: Moment) -> bool:
    real_s = _apart_s(first, last)
    if not first.fits(last) or one.about or one.fits(real_s, max(first.to_s, last.to_s)):
        return False
    return LEAST_S < real_s <= TIMES_MOST * one.length_s and one.length_s <= TIMES_MOST * real_s
