"""A name that stands once or twice, and is nearly one that a log has elsewhere, was written for that.

Source: the log's own names; a service answers to its exact name alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import by_hand, withdrawn
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.name_pairs import names_of, pairs
from bongsu.audit.name_weights import LEAST, weight
from bongsu.audit.rules import named_before, near_names, only_one, other_name, the_new_one, two_names
from bongsu.audit.together import in_one_column
from bongsu.audit.typed import refused_lines
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.name_pairs import Pair

OTHER = re.compile(
    r"\b(?:old|previous|former|legacy|spare|standby|second|other|another)\b|옛|(?<![가-힣])구 |기존|예비|다른",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"\b(?:separate thing|distinct|not the same|a different|another|unrelated|no relation)\b|따로 (?:있|두|둔|쓰)|별개|또 다른|다른 것",
    re.IGNORECASE,
)
"""What says of a name that it is of a thing of its own."""
BESIDE, BEHIND = 24, 40
SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the rarer of two names for the pairs of which enough speaks for one thing."""
    for log in filter(by_hand, logs):
        best: dict[str, tuple[float, Pair]] = {}
        for pair in pairs(log):
            found = weight(log, pair)
            if found >= max(LEAST, best.get(pair.rare, (LEAST, pair))[0]) and not _two_things(log, pair):
                best[pair.rare] = (found, pair)
        rules = (named_before, near_names, only_one, other_name, the_new_one, two_names) if best else ()
        told = {hit.spot.line for rule in rules for hit in hits(rule, log)}
        names = names_of(log)
        for _, pair in best.values():
            spots, usual = names[pair.rare], names[pair.usual]
            if not told & {spot.line for spot in spots}:
                yield Hit(
                    spot=spots[0],
                    also=(*usual[:4], *spots[1:]),
                    why=f"{pair.rare!r} here, {pair.usual!r} elsewhere",
                    instead="the name that the service answers to, the same everywhere",
                )


def _numbered_apart(pair: Pair) -> bool:
    """Return whether two names differ in figures alone."""
    return re.sub(r"\d", "0", pair.rare) == re.sub(r"\d", "0", pair.usual)


def _two_things(log: Log, pair: Pair) -> bool:
    """Return whether a log tells itself that two names are of two, or that one was a mistake."""
    spots = names_of(log)[pair.rare]
    lines = {spot.line for spot in spots}
    if any(OTHER.search(log.line(one.line)[max(0, one.column - BESIDE) : one.column - 1]) for one in spots):
        return True
    if any(ASIDE.search(log.line(one.line)[one.end - 1 : one.end - 1 + BEHIND]) for one in spots):
        return True
    if _numbered_apart(pair) and all(PLANNED.search(log.line(line)) for line in lines):
        return True  # The next of a series, for what is still to be done.
    mistaken = bool(lines & refused_lines(log)) or any(withdrawn(log, line) for line in lines)
    return mistaken or in_one_column(log, pair.usual, pair.rare)
