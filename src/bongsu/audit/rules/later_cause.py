"""An entry of a log does not tell what came of something that the log has at a later time.

Source: causality, and the log's own times of both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.ahead import AHEAD, KO_PAST, OTHER_DAY, PAST
from bongsu.audit.begun import SAID_MOST, entries, often
from bongsu.audit.claims import by_hand, late, withdrawn
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.passages import beginning
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.begun import Entry, Sentence
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
LINK = re.compile(
    r"\b(?:after|since|once|following|because|when|as soon as|thanks? (?:to|for)|now that|owing to|due to|caused by)\b[^.;]{0,70}$"
    r"|\b(?:have|had|has)(?: \w+)? (?:\w+ed|put|set|cut|built|made|done|brought|sent|taken|given|got|gone|begun|fed|lit)(?: \w+){0,2} at $"
    r"|\b(?:the|our|that) $|(?:아까|방금|조금 전|때문|덕분)[^.]{0,20}$|\b(?:earlier|just now)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
"""What stands before a time of which something has come."""
LINK_KO = re.compile(
    r"^\S{0,2} ?[^.,]{0,30}(?:고 ?나서|고 ?나니|고서|고부터|자마자|[ㄴ은한된간난] ?(?:뒤|다음|후)|이후|뒤로|후에|때문|덕|탓|더니|[켠끈친꾼긴])"
)
NEXT = re.compile(
    r"^\W{0,2}(?:\w+ )?(?:window|run|slot|meeting|call|batch starts|train|deadline)\b|^ ?(?:회차|예정|까지|마감|창)",
    re.IGNORECASE,
)
REPEATED = re.compile(
    r"\b(?:again|retried|repeated|later|then|second (?:try|attempt|time))\b|다시 ?(?:하|해|시도)|재시도|나중|두 ?번째",
    re.IGNORECASE,
)
"""An entry that somebody has gone on with: `failed on the first try, ok again after 09:12`."""
COMPARED = re.compile(
    r"\b(?:as|than|like) (?:yesterday|last \w+|the day before)\b|(?:어제|지난 ?\S+?)(?:처럼|보다|과 ?같)", re.IGNORECASE
)
ONCE = re.compile(r"\bonce\b", re.IGNORECASE)
ROUGHLY = re.compile(r"쯤|경|무렵|about|around|roughly|half|반", re.IGNORECASE)
ROUGH_S, EXACT_S, FAR_S = 420, 60, 36_000
COUNT_MOST = 6
LEADING_LEAST, LEAD_MOST = 3, 8
AT = re.compile(r"^\W*(?:at|by) ", re.IGNORECASE)
LETTERS = re.compile(r"[^\W\d_]{2}")
ENDED = re.compile(r"[가-힣]음(?![가-힣])")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield entries that tell of what a later time brought as though it had been."""
    for log in filter(by_hand, logs):
        listed = [one for one in entries(log) if _leads(log, one)]
        for one in listed if len(listed) >= LEADING_LEAST else ():
            yield from _of_entry(log, one)


def _of_entry(log: Log, one: Entry) -> Iterator[Hit]:
    last = beginning(log)[one.number].last
    for sentence in one.said[:SAID_MOST]:
        for number in range(sentence.number, min(sentence.last, last) + 1):
            for moment in log.moments(number):
                itself = number == one.number and moment.to_s == one.moment.to_s == 1
                if not itself and _told(one, sentence, moment) and not withdrawn(log, number):
                    cause = _at(log, one, sentence, moment)
                    if cause is not None:
                        yield Hit(
                            spot=log.moment_spot(number, moment),
                            also=(log.spot(one.number), log.moment_spot(cause.number, cause.moment)),
                            why=f"an entry of {one.moment.text} tells what came of {moment.text}",
                            instead="the recorded time of each",
                        )
                        return


def _leads(log: Log, one: Entry) -> bool:
    """Return whether an entry begins with its time: what a sentence says of one is written later."""
    if one.number not in beginning(log) or one.moment not in log.moments(one.number):
        return False
    before = AT.sub("", log.line(one.number)[: one.moment.column - 1])
    return len(before.strip()) <= LEAD_MOST and not LETTERS.search(before)


def _told(one: Entry, sentence: Sentence, moment: Moment) -> bool:
    """Return whether a sentence tells of a time after its entry's as past, and of something that came of it."""
    if not late(moment, one.moment) or (moment.at - one.moment.at).total_seconds() > FAR_S:
        return False
    before, found, after = sentence.text.partition(moment.text)
    rest = COMPARED.sub(" ", ONCE.sub(" ", f"{before} {after}"))
    linked = found and (LINK.search(before) or LINK_KO.search(after)) and not NEXT.search(after)
    if not linked or AHEAD.search(rest) or PLANNED.search(rest) or OTHER_DAY.search(rest) or REPEATED.search(rest):
        return False
    return bool(LINK_KO.search(after) or PAST.search(rest) or KO_PAST.search(rest) or ENDED.search(rest))


def _at(log: Log, one: Entry, sentence: Sentence, moment: Moment) -> Entry | None:
    """Return the entry of that later time which has some of the sentence's own words."""
    before, _, after = sentence.text.partition(moment.text)
    near_s = ROUGH_S if ROUGHLY.search(before[-6:] + after[:4]) else EXACT_S
    for other in entries(log):
        about = frozenset().union(*(said.about for said in other.said))
        shared = any(often(log)[word] <= COUNT_MOST for word in about & sentence.about)
        if shared and other.number != one.number and abs((other.moment.at - moment.at).total_seconds()) <= near_s:
            return other
    return None
