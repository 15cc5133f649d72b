"""What a log says of all, or denies of any, holds of the one of which another of its lines tells.

Source: the log's own rows and lines.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import by_hand
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.odd_ones import odd_ones
from bongsu.audit.odd_weights import LEAST, excused, weight
from bongsu.audit.quantified_claims import claims
from bongsu.audit.quantified_told import CAME_RIGHT, TO_THE_END
from bongsu.audit.rules import all_but_a_row, all_of_some, every_one, none_but_some
from bongsu.audit.windows import stated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.odd_ones import Odd
    from bongsu.audit.quantified_claims import Claim
    from bongsu.audit.windows import Window

WITHIN = re.compile(
    r"\b(?:inside|within|in) (?:the |our |its |that |an? )?(?:\w+ ){0,2}(?:window|slot|hours)\b|(?:창|시간|시간대|구간|윈도우) ?(?:안|내)(?=[에서 으])",
    re.IGNORECASE,
)
"""What is said of all is that it was inside a window."""
ONE = re.compile(r"(?<![\d.,])1 ?(?:of|/) ?1(?![\d.,])")
"""Of one there is none that was otherwise."""
SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims about all, or none, with the line that most speaks against them."""
    for log in filter(by_hand, logs):
        found: dict[int, Odd] = {}
        for claim in claims(log):
            odd = None if ONE.search(claim.text) else _against(log, claim)
            if odd is not None:
                found.setdefault(claim.first, odd)
        rules = (all_but_a_row, all_of_some, every_one, none_but_some) if found else ()
        told = {
            line
            for rule in rules
            for hit in hits(rule, log)
            if hit.confidence is not Confidence.LOW
            for line in (hit.spot.line, *(one.line for one in hit.also))
        }
        for line, odd in sorted(found.items()):
            if line not in told:
                yield Hit(
                    spot=log.spot(line),
                    also=(log.spot(odd.line),),
                    why=f"line {odd.line} says of one that it was not so",
                    instead="the count, and who or what is missing",
                )


def _came_right(log: Log, claim: Claim, odd: Odd) -> bool:
    """Return whether a line between says that it came right, of what is said to be so in the end; of a window, whether no time is outside it."""
    if TO_THE_END.search(claim.text):
        return any(CAME_RIGHT.search(line) for _, line in log.numbered(odd.line, claim.first - 1))
    spans = stated(log) if WITHIN.search(claim.text) else ()
    return bool(spans) and all(any(_inside(one, span) for span in spans) for one in log.moments(odd.line))


def _inside(moment: Moment, span: Window) -> bool:
    """Return whether a time is in a window, by clocks that may leave open which half of the day they mean."""
    return any(not span.after_s(replace(moment, at=moment.at + timedelta(hours=hours))) for hours in (0, 12))


def _against(log: Log, claim: Claim) -> Odd | None:
    """Return the line that speaks most against a claim, if it is enough."""
    odds = odd_ones(log)
    # What stands below a claim is told after it, and mostly of something else.
    others = [odd for odd in odds if odd.line < claim.first]
    weights = [(weight(log, claim, odd), place) for place, odd in enumerate(others)]
    for found, place in sorted(weights, reverse=True):
        if found < LEAST:
            break
        if not excused(log, claim, others[place]) and not _came_right(log, claim, others[place]):
            return others[place]
    return None
