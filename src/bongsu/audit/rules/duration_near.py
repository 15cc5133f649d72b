"""What is told to have taken some minutes or hours took them between the two steps of the log that are plainly about it.

Source: the log's own times; arithmetic.
"""

from __future__ import annotations

import re
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import written
from bongsu.audit.findings import Confidence, Severity
from bongsu.audit.lengths import lengths
from bongsu.audit.meant import apart_s, hit, likely, told, too_late
from bongsu.audit.measured import measured
from bongsu.audit.mistimed import sure
from bongsu.audit.rules import duration_of_subject, duration_slip, duration_start_end
from bongsu.audit.steps import steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Hit
    from bongsu.audit.log import Log
    from bongsu.audit.meant import Told
    from bongsu.audit.measured import Measured
    from bongsu.audit.steps import Step

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
SURE, OVER_FITTING, UNPLAIN, LINK = 4.25, 2.0, 1.5, 1.0
STEPS_MOST, MINUTE_S, MOST_S, LEAST_S = 160, 60, 12 * 3600, 180
TIMES, TWO, DAY_S = 2.4, 2, 86_400
ANOTHER_DAY = re.compile(
    r"\W*(?:\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*|\d{1,2}월 ?\d{1,2}일|(?:in the |our |the )?rehears\w+|연습|예행)(?![^.]*\d:\d\d)"
)
"""What begins with another day tells of that one, where no time of this one stands in it."""
MORE = re.compile(r"\d분에서|더한|더하|이면 |되면|\bgap\b", re.IGNORECASE)
"""What makes a length a clock's minutes, a sum, or what somebody hopes for."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield lengths that the two steps which they are plainly told of are not apart, where no simpler rule has found them."""
    for log in filter(written, logs):
        found = list(_found(log))
        simpler = (duration_start_end, duration_of_subject, duration_slip) if found else ()
        lines = {one.spot.line for rule in simpler for one in hits(rule, log)}
        yield from (one for one in found if one.spot.line not in lines)


def _found(log: Log) -> Iterator[Hit]:
    listed = [one for one in steps(log) if one.event.moment.to_s <= MINUTE_S]
    if not 2 <= len(listed) <= STEPS_MOST:
        return
    for claim in measured(log):
        long = claim.one.exact_s >= MINUTE_S and claim.one.length_s >= LEAST_S
        line = log.line(claim.spot.line)
        alone = len(lengths(line)) <= 1 and not MORE.search(claim.said) and not ANOTHER_DAY.match(line)
        if long and alone and not _beside(log, claim):
            pair = _meant(told(log, claim, listed), listed)
            if pair is not None:
                yield hit(claim, *pair, confidence=sure(claim.one.length_s, apart_s(*pair)))


def _beside(log: Log, claim: Measured) -> bool:
    """Return whether two times that stand with a length are that far apart."""
    times = [one for number in range(claim.first, claim.spot.line + 1) for one in log.moments(number)]
    apart = [abs((one.at - other.at).total_seconds()) for one, other in combinations(times, 2)]
    return any(claim.one.fits(each, MINUTE_S) or claim.one.fits(DAY_S - each, MINUTE_S) for each in apart)


def _meant(said: Told, listed: list[Step]) -> tuple[Step, Step] | None:
    """Return the two steps that a length is plainly told of, if it is not theirs, nor that of two as likely."""
    best, most, fitting = None, 0.0, -9.0
    one = said.claim.one
    for first, last in permutations(listed, 2):
        if not first.event.moment.fits(last.event.moment) or (said.own is not None and too_late(last, said.own)):
            continue
        real_s = apart_s(first, last)
        if not 0 < real_s <= MOST_S:
            continue
        if one.fits(real_s, MINUTE_S):
            if last is said.above or last in said.here or first.event.number == last.event.number:
                return None
            fitting = max(
                fitting, likely(said, first, last) - (UNPLAIN if one.about and not _plain(said, first, last) else 0.0)
            )
        elif real_s / TIMES <= one.length_s <= real_s * TIMES and _plain(said, first, last):
            score = likely(said, first, last)
            if score > most:
                best, most = (first, last), score
    return best if most >= max(SURE, fitting + OVER_FITTING) else None


def _plain(said: Told, first: Step, last: Step) -> bool:
    """Return whether two steps begin and end something that they or the words around a length name."""
    if first in said.here and last in said.here:
        return len({one.event.moment.at for one in said.here}) == TWO
    a, b = (sum(said.weight.get(word, 0.0) for word in said.claim.about & one.about) for one in (first, last))
    return first.begins and last.ends and a >= LINK and (b >= LINK or last is said.own)
