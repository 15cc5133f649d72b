"""A length to the second that one slip of the hand makes of the time between two steps which it may be told of was that time.

Source: the log's own times; arithmetic. Whoever mistakes a minute or a ten keeps the odd seconds, as chance does once in sixty.
"""

from __future__ import annotations

import re
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import written
from bongsu.audit.findings import Confidence, Severity
from bongsu.audit.meant import apart_s, hit, likely, told, too_late
from bongsu.audit.measured import measured
from bongsu.audit.rules import duration_of_subject, duration_start_end
from bongsu.audit.steps import steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Hit
    from bongsu.audit.lengths import Length
    from bongsu.audit.log import Log
    from bongsu.audit.meant import Told
    from bongsu.audit.measured import Measured
    from bongsu.audit.steps import Step

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
SAME_SECONDS, SAME_DIGIT, EXACT = 2.0, 1.25, 2.5
"""What it speaks for two steps that a length is off by whole minutes, by tens of seconds, or not at all."""
SURE, OVER_EXACT, SURE_OVER_EXACT = 3.75, 2.25, 5.5
"""How much must speak for two steps; and how much more than for any that fit, if there are such."""
SUMMED = re.compile(
    r"\b(?:sum|together|added up|altogether|combined)\b|(?<![가-힣\"])합(?:계|쳐|하면|산)? ?(?=\d)|더하면|더한",
    re.IGNORECASE,
)
"""A length that several others make."""
ADDED = re.compile(r"더한|더하|합(?:계|산|쳐)|\b(?:sum|added|together)\b", re.IGNORECASE)
"""A length of several pieces."""
STEPS_MOST, MINUTE_S, TEN_S = 160, 60, 10
TIMES = 2.4
TENS_S = (30, 40, 100)
"""Half a minute, and what a minute of a hundred seconds makes of one."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield lengths that are one slip off the time between two steps, where no simpler rule has found them."""
    for log in filter(written, logs):
        found = list(_found(log))
        lines = (
            {one.spot.line for rule in (duration_start_end, duration_of_subject) for one in hits(rule, log)}
            if found
            else ()
        )
        yield from (one for one in found if one.spot.line not in lines)


def _found(log: Log) -> Iterator[Hit]:
    listed = [one for one in steps(log) if one.event.moment.to_s == 1]
    if not 2 <= len(listed) <= STEPS_MOST:
        return
    for claim in measured(log):
        if _beside(log, claim) or ADDED.search(claim.said) or SUMMED.search(claim.said):
            continue
        if claim.one.exact_s < MINUTE_S and claim.one.length_s % MINUTE_S and not claim.one.about:
            pair = _meant(told(log, claim, listed), listed)
            if pair is not None:
                yield hit(claim, *pair)


def _beside(log: Log, claim: Measured) -> bool:
    """Return whether two times that stand in a length's own line are that far apart."""
    times = [one for one in log.moments(claim.spot.line) if one.to_s == 1]
    return any(claim.one.fits(abs((a.at - b.at).total_seconds()), 1) for a, b in combinations(times, 2))


def _meant(said: Told, listed: list[Step]) -> tuple[Step, Step] | None:
    """Return the two steps that a length is a slip off, unless two that fit it may be meant as well."""
    best, most, fitting = None, 0.0, None
    for first, last in permutations(listed, 2):
        if not first.event.moment.fits(last.event.moment) or (said.own is not None and too_late(last, said.own)):
            continue
        slip = _slip(said.claim.one, apart_s(first, last))
        if slip is None:
            continue
        score = slip + likely(said, first, last)
        if slip == EXACT:
            if last is said.above or last in said.here:
                return None
            fitting = score if fitting is None else max(fitting, score)
        elif score > most:
            best, most = (first, last), score
    return best if most >= (SURE if fitting is None else max(SURE_OVER_EXACT, fitting + OVER_EXACT)) else None


def _slip(one: Length, real_s: float) -> float | None:
    """Return what it speaks for two steps that they are so far apart; None where no slip makes the one of the other."""
    told_s = one.length_s
    off_s = abs(told_s - real_s)
    if off_s <= one.exact_s:
        return EXACT
    if not real_s / TIMES <= told_s <= real_s * TIMES:
        return None
    if off_s % MINUTE_S == 0:
        return SAME_SECONDS
    if off_s % TEN_S:
        return None
    one_digit = told_s // MINUTE_S == real_s // MINUTE_S or _one_digit(f"{told_s:.0f}", f"{real_s:.0f}")
    return SAME_DIGIT if one_digit or off_s in TENS_S else None


def _one_digit(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1
