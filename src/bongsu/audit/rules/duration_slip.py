"""A length to the second that one slip of the hand makes of the time between two steps which it may be told of was that time.

Source: the log's own times; arithmetic. Whoever mistakes a minute or a ten keeps the odd seconds, as chance does once in sixty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.lengths import shown
from bongsu.audit.measured import measured
from bongsu.audit.rules import duration_of_subject, duration_start_end
from bongsu.audit.steps import steps, weights
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.measured import Measured
    from bongsu.audit.steps import Step

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
NAMED = re.compile(
    r"(?:\bfrom |\bbetween )(?:the |its |we )?(?P<a>[^,;:.()]{2,50}?),? (?:to|until|till|and) (?:the |its )?(?P<b>[^,;:.()]{2,50})"
    r"|(?P<c>[가-힣A-Za-z][^,;:.]{0,24}?)(?:부터|에서) (?P<d>[^,;:.]{1,24}?)까지|^\W*(?P<e>[A-Za-z][^,;:.()]{2,40}?) (?:to|until|till) (?P<f>[^,;:.()]{2,40})",
    re.IGNORECASE,
)
"""The two ends of a length, by their names."""
OWN, ONE_OWN, BOTH_OWN, NOT_OWN = 1.5, 1.0, 2.0, -1.5
ABOVE, CLOSE_ABOVE, EDGE, ENDS_NAMED, TOGETHER = 1.5, 0.5, 0.75, 1.0, 1.0
SHARED_MOST = 2.0
SAME_SECONDS, SAME_DIGIT, EXACT = 2.0, 1.25, 2.5
"""What it speaks for two steps that a length is off by whole minutes, by tens of seconds, or not at all."""
SURE, OVER_EXACT, SURE_OVER_EXACT = 3.75, 2.25, 5.5
"""How much must speak for two steps; and how much more than for any that fit, if there are such."""
STEPS_MOST, ABOVE_MOST = 160, 6
TIMES = 2.4
DAY_S, MINUTE_S, TEN_S = 86_400, 60, 10
TENS_S = (30, 40, 100)
"""Half a minute, and what a minute of a hundred seconds makes of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A length with the steps around it."""

    claim: Measured
    here: tuple[Step, ...]
    """The steps in what is said there."""
    own: Step | None
    """The step in which it is told."""
    above: Step | None
    """The step right above, where it is told in none."""
    ends: tuple[frozenset[str], frozenset[str]] | None
    weight: dict[str, float]


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield lengths that are one slip off the time between two steps, where no simpler rule has found them."""
    for log in filter(written, logs):
        found = list(_found(log))
        told = (
            {hit.spot.line for rule in (duration_start_end, duration_of_subject) for hit in hits(rule, log)}
            if found
            else ()
        )
        yield from (hit for hit in found if hit.spot.line not in told)


def _found(log: Log) -> Iterator[Hit]:
    listed = [one for one in steps(log) if one.event.moment.to_s == 1]
    if not 2 <= len(listed) <= STEPS_MOST:
        return
    for claim in measured(log):
        if claim.one.exact_s == 1 and claim.one.length_s % MINUTE_S:
            pair = _meant(_told(log, claim, listed), listed)
            if pair is not None:
                yield _hit(claim, *pair)


def _told(log: Log, claim: Measured, listed: list[Step]) -> Told:
    here = tuple(one for one in steps(log) if claim.first <= one.event.number <= claim.spot.line)
    leading = [one for one in here if one.event.kind != "inline"]
    before = [one for one in listed if one.event.number < claim.first][-1:] if not leading else []
    near = [one for one in before if claim.first - one.event.number <= ABOVE_MOST]
    whole = [one for one in near if all(log.line(n).strip() for n in range(one.event.number + 1, claim.first))]
    match = NAMED.search(claim.said)
    return Told(
        claim=claim,
        here=here,
        own=leading[-1] if leading else None,
        above=whole[0] if whole else None,
        ends=(stems(match["a"] or match["c"] or match["e"]), stems(match["b"] or match["d"] or match["f"]))
        if match
        else None,
        weight=weights(log),
    )


def _meant(told: Told, listed: list[Step]) -> tuple[Step, Step] | None:
    """Return the two steps that a length is a slip off, unless two that fit it may be meant as well."""
    best, most, fitting = None, 0.0, None
    for first, last in permutations(listed, 2):
        if not first.event.moment.fits(last.event.moment) or (told.own is not None and _after(last, told.own)):
            continue
        slip = _slip(told.claim.one.length_s, _apart_s(first, last))
        if slip is None:
            continue
        score = slip + _score(told, first, last)
        if slip == EXACT:
            if last is told.above or last in told.here:
                return None
            fitting = score if fitting is None else max(fitting, score)
        elif score > most:
            best, most = (first, last), score
    return best if most >= (SURE if fitting is None else max(SURE_OVER_EXACT, fitting + OVER_EXACT)) else None


def _after(one: Step, other: Step) -> bool:
    """Return whether a step came later than the one in which somebody tells of it."""
    apart_s = (one.event.moment.at - other.event.moment.at).total_seconds()
    return one.event.moment.fits(other.event.moment) and apart_s > MINUTE_S


def _apart_s(first: Step, last: Step) -> float:
    one, other = first.event.moment, last.event.moment
    apart_s = (other.at - one.at).total_seconds()
    return apart_s if one.dated else apart_s % DAY_S


def _slip(told_s: float, real_s: float) -> float | None:
    """Return what it speaks for two steps that they are so far apart; None where no slip makes the one of the other."""
    off_s = abs(told_s - real_s)
    if off_s <= 1:
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


def _score(told: Told, first: Step, last: Step) -> float:
    """Return how likely two steps are the ones meant: by where they stand, the words that they share, and what they do."""
    a, b = (_shared(told, one) if one not in told.here else 0.0 for one in (first, last))
    together = min(_weight(told, first.about & last.about), TOGETHER)
    return a + b + together + EDGE * (first.begins + last.ends) + _place(told, first, last) + _named(told, first, last)


def _shared(told: Told, one: Step) -> float:
    return min(_weight(told, told.claim.about & one.about), SHARED_MOST)


def _weight(told: Told, words: frozenset[str]) -> float:
    return sum(told.weight.get(word, 0.0) for word in words)


def _place(told: Told, first: Step, last: Step) -> float:
    """Return what speaks for two steps by where a length is told: at the end of the second, right below it, in another."""
    score = BOTH_OWN if first in told.here and last in told.here else 0.0
    if last is told.own:
        return score + OWN
    if last in told.here:
        return score + ONE_OWN
    if last is told.above:
        return score + ABOVE + (CLOSE_ABOVE if abs(first.event.number - last.event.number) <= ABOVE_MOST else 0.0)
    return score + (NOT_OWN if told.own is not None else 0.0)


def _named(told: Told, first: Step, last: Step) -> float:
    if told.ends is None:
        return 0.0
    return sum(
        ENDS_NAMED if words & one.about else -ENDS_NAMED for words, one in zip(told.ends, (first, last), strict=True)
    )


def _hit(claim: Measured, first: Step, last: Step) -> Hit:
    return Hit(
        spot=claim.spot,
        also=(first.event.spot, last.event.spot),
        why=f"from {first.event.moment.text} to {last.event.moment.text} it is {shown(_apart_s(first, last))}, not {claim.one.text.strip()}",
        instead="the two recorded times; the duration follows from them",
    )
