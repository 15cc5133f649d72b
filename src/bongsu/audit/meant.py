"""Which two steps of a log a length of time may be told of: by where it stands, by the words, by what the steps do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.audit.findings import Hit
from bongsu.audit.lengths import shown
from bongsu.audit.patterns import pattern
from bongsu.audit.steps import steps, weights
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from bongsu.audit.findings import Confidence
    from bongsu.audit.log import Log
    from bongsu.audit.measured import Measured
    from bongsu.audit.steps import Step

NAMED = pattern(
    r"(?:\bfrom |\bbetween )(?:the |its |we )?(?P<a>[^,;:.()]{2,50}?),? (?:to|until|till|and) (?:the |its )?(?P<b>[^,;:.()]{2,50})"
    r"|(?P<c>[가-힣A-Za-z][^,;:.]{0,24}?)(?:부터|에서) (?P<d>[^,;:.]{1,24}?)까지|^\W*(?P<e>[A-Za-z][^,;:.()]{2,40}?) (?:to|until|till) (?P<f>[^,;:.()]{2,40})",
    re.IGNORECASE,
)
"""The two ends of a length, by their names."""
WHOLE = re.compile(r"\W*(?:the )?(?:very )?(?:start|beginning|begin|first|처음|시작|첫 ?\w{0,2})\W*", re.IGNORECASE)
"""A first end that names nothing: `from start to end`."""
OWN, ONE_OWN, BOTH_OWN, NOT_OWN = 1.5, 1.0, 2.0, -1.5
ABOVE, CLOSE_ABOVE, EDGE, ENDS_NAMED, TOGETHER = 1.5, 0.5, 0.75, 1.0, 1.0
SHARED_MOST = 2.0
ABOVE_MOST = 6
DAY_S, MINUTE_S = 86_400, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A length with the steps around it."""

    claim: Measured
    here: tuple[Step, ...]
    """The steps in what is said there."""
    own: Step | None
    """The step in which it is said."""
    above: Step | None
    """The step right above, where it is told in none."""
    ends: tuple[frozenset[str], frozenset[str]] | None
    weight: dict[str, float]


def told(log: Log, claim: Measured, listed: list[Step]) -> Told:
    """Return a length with where it is told, among steps of which each may be an end of it."""
    here = tuple(one for one in steps(log) if claim.first <= one.event.number <= claim.spot.line)
    leading = [one for one in here if one.event.kind != "inline"]
    before = [one for one in listed if one.event.number < claim.first][-1:] if not leading else []
    near = [one for one in before if claim.first - one.event.number <= ABOVE_MOST]
    match = NAMED.search(claim.said)
    if match and WHOLE.fullmatch(match["a"] or match["c"] or match["e"]):
        match = None
    return Told(
        claim=claim,
        here=here,
        own=leading[-1] if leading else None,
        above=near[0] if near else None,
        ends=(stems(match["a"] or match["c"] or match["e"]), stems(match["b"] or match["d"] or match["f"]))
        if match
        else None,
        weight=weights(log),
    )


def too_late(one: Step, other: Step) -> bool:
    """Return whether a step came later than the one in which somebody tells of it."""
    later_s = (one.event.moment.at - other.event.moment.at).total_seconds()
    return one.event.moment.fits(other.event.moment) and later_s > MINUTE_S


def apart_s(first: Step, last: Step) -> float:
    """Return the seconds from one step to another, on the next day where no dates are known."""
    one, other = first.event.moment, last.event.moment
    later_s = (other.at - one.at).total_seconds()
    return later_s if one.dated else later_s % DAY_S


def likely(said: Told, first: Step, last: Step) -> float:
    """Return how likely two steps are the ones meant: by where they stand, the words that they share, and what they do."""
    a, b = (_shared(said, one) if one not in said.here else 0.0 for one in (first, last))
    together = min(_weight(said, first.about & last.about), TOGETHER)
    return a + b + together + EDGE * (first.begins + last.ends) + _place(said, first, last) + _named(said, first, last)


def _shared(said: Told, one: Step) -> float:
    return min(_weight(said, said.claim.about & one.about), SHARED_MOST)


def _weight(said: Told, words: frozenset[str]) -> float:
    return sum(said.weight.get(word, 0.0) for word in words)


def _place(said: Told, first: Step, last: Step) -> float:
    """Return what speaks for two steps by where a length is told: at the end of the second, right below it, in another."""
    score = BOTH_OWN if first in said.here and last in said.here else 0.0
    if last is said.own:
        return score + OWN
    if last in said.here:
        return score + ONE_OWN
    if last is said.above:
        return score + ABOVE + (CLOSE_ABOVE if abs(first.event.number - last.event.number) <= ABOVE_MOST else 0.0)
    return score + (NOT_OWN if said.own is not None and said.ends is None else 0.0)


def _named(said: Told, first: Step, last: Step) -> float:
    if said.ends is None:
        return 0.0
    return sum(
        ENDS_NAMED if words & one.about else -ENDS_NAMED for words, one in zip(said.ends, (first, last), strict=True)
    )


def hit(claim: Measured, first: Step, last: Step, *, confidence: Confidence | None = None) -> Hit:
    """Return what is wrong with a length that two steps are not apart."""
    return Hit(
        spot=claim.spot,
        also=(first.event.spot, last.event.spot),
        why=f"from {first.event.moment.text} to {last.event.moment.text} it is {shown(apart_s(first, last))}, not {claim.one.text.strip()}",
        instead="the two recorded times; the duration follows from them",
        confidence=confidence,
    )
