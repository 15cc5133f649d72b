"""Where each of a list is said to have had at least one, no row of it has 0.

Source: the log's own rows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import by_hand, withdrawn
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.lists import lists
from bongsu.audit.odd_words import SUPPOSED, tokens
from bongsu.audit.units import units
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.lists import Listed
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
SOME = re.compile(
    r"\bat least (?:one|once|a|1)\b|\b(?:one|1) or more\b|(?:한|1|하나) ?(?:통|건|명|번|대|개|장|회|곳|줄|가지|사람)? ?이상|적어도 (?:한|하나)|최소 ?(?:한|1)",
    re.IGNORECASE,
)
EACH = re.compile(r"\b(?:each|every|all|both)\b|모든|모두|전부|마다|빠짐 ?없이", re.IGNORECASE)
EXCEPT = re.compile(
    r"\bexcept|\bapart from\b|\bother than\b|\bbut\b|\bnot (?:all|every|each)\b|제외|빼고|말고|외에는", re.IGNORECASE
)
NOT_WITHOUT = re.compile(
    r"\b(?:no|not (?:one|a single)) \w+ (?:was |were |is |came |went |stayed )?(?:without|with no|with zero)\b|(?:없는|없었던|안 ?\S{1,3}) \S{1,8} ?(?:하나도 )?없(?:었|다|음|습)",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
ZERO, LEAST, BACK, RIGHT = "0", 3, 60, 4
TOTAL = re.compile(r"\W*(?:total|sum|all|together|rest|합계|계|총계|나머지)\W*", re.IGNORECASE)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what is said of each, and the rows in which there was none."""
    for log in filter(by_hand, logs):
        for unit in units(log):
            text = unit.text
            if not ((SOME.search(text) and EACH.search(text)) or NOT_WITHOUT.search(text)):
                continue
            if (
                EXCEPT.search(text)
                or SUPPOSED.search(text)
                or PLANNED.search(SOME.sub(" ", text))
                or withdrawn(log, unit.number)
            ):
                continue
            spots = _without(log, unit.number, text)
            if spots:
                yield Hit(
                    spot=log.spot(unit.number),
                    also=tuple(spots),
                    why=f"line {spots[0].line} has 0",
                    instead="the count, and who or what is missing",
                )


def _without(log: Log, number: int, text: str) -> list[Spot]:
    """Return the rows with 0 of the nearest list that a sentence can be about."""
    said = tokens(text)
    found = [one for one in lists(log) if one.end < number <= one.end + BACK and len(one.entries) >= LEAST]
    for one in sorted(found, key=lambda one: number - one.end):
        for place in _columns(one, said):
            rows = [entry for entry in one.entries if not TOTAL.fullmatch(entry.name)]
            values = [entry.values[place].strip(" *`") for entry in rows]
            zeros = [entry.spots[place] for entry, value in zip(rows, values, strict=True) if value == ZERO]
            some = sum(value != ZERO for value in values)
            tied = number - one.end <= RIGHT or said & tokens(f"{' '.join(one.about)} {' '.join(one.heads)}")
            if zeros and tied and len(zeros) <= some:
                return zeros
    return []


def _columns(one: Listed, said: frozenset[str]) -> list[int]:
    """Return the columns of whole numbers, those first of which the sentence names the head."""
    numbers = [
        place
        for place in range(len(one.heads))
        if all(NUMBER.fullmatch(entry.values[place].strip(" *`")) for entry in one.entries)
    ]
    return sorted(numbers, key=lambda place: -len(said & tokens(one.heads[place])))
