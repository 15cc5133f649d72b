"""What a log says of all of something, or denies of any, no row, entry or line of theirs has otherwise.

Source: the log's own rows and lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.quantified_claims import claims
from bongsu.audit.quantified_links import LEAST, SURE, explained, meant
from bongsu.audit.quantified_rows import otherwise
from bongsu.audit.quantified_told import SINCE, STRONG, told_otherwise
from bongsu.audit.quantified_words import BAD, LEFT_OUT, NONE, NOT_BAD, UNANSWERED
from bongsu.audit.rules import all_but_a_row, all_of_some
from bongsu.audit.units import SENTENCE
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.lists import Listed
    from bongsu.audit.log import Log
    from bongsu.audit.quantified_claims import Claim

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
STEP = 0.75
CLOCK = re.compile(r"(?<![\d:])\d{1,2}:\d\d(?!\d)")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims about all, or none, with the entries that are otherwise."""
    for log in filter(written, logs):
        found = {claim.first: hit for claim in reversed(claims(log)) if (hit := _hit(log, claim)) is not None}
        told = {hit.spot.line for rule in (all_but_a_row, all_of_some) for hit in hits(rule, log)} if found else set()
        yield from (found[line] for line in sorted(found.keys() - told))


def _hit(log: Log, claim: Claim) -> Hit | None:
    weight, spots = _against(log, claim)
    if weight < LEAST:
        return None
    return Hit(
        spot=log.spot(claim.first),
        also=tuple({spot.line: spot for spot in spots}.values())[:6],
        why=f"line {spots[0].line} says of one that it was not so",
        instead="the count, and who or what is missing",
        confidence=None if weight >= SURE else Confidence.LOW,
    )


def _against(log: Log, claim: Claim) -> tuple[float, list[Spot]]:
    """Return the places that are against a claim, with how sure it is that they are of what it speaks of."""
    lists = meant(log, claim)
    for weight, one in lists:
        if weight < lists[0][0] - STEP:
            break
        if _of_one_entry(one, claim):
            continue
        head, stays, found = otherwise(one, claim)
        if found and not explained(log, one, claim, found, stays=stays):
            named = 0.5 * min(2, len(stems(head) & claim.core))
            return weight + named - _loose(log, claim, counted=stays), [spot for _, spot in found]
    told = told_otherwise(log, claim)
    return max((weight for weight, _ in told), default=0), [log.spot(unit.number) for _, unit in told]


def _of_one_entry(one: Listed, claim: Claim) -> bool:
    """Return whether a claim counts as many as one entry of a list does, and is of those: `all 38`, of a row of 38."""
    figures = [value for entry in one.entries for value in entry.values if value.isdigit()]
    return len(one.entries) not in claim.counts and sum(int(value) in claim.counts for value in figures) == 1


def _loose(log: Log, claim: Claim, *, counted: bool) -> float:
    """Return what a claim weighs less: its line tells of one that was not so, or denies something for a while alone."""
    less = 1.0 * _one_beside(log, claim) + 1.0 * (len(CLOCK.findall(claim.text)) > 1)
    if claim.none:
        less += 0.75 * ((counted or not claim.every) and not STRONG.search(claim.text)) + 0.75 * bool(
            SINCE.search(claim.text)
        )
    return less


def _one_beside(log: Log, claim: Claim) -> bool:
    """Return whether another sentence of the same line tells of one that was not so: its writer knew of it."""
    rest = log.line(claim.first).replace(claim.text.strip(), " ")
    return any(
        any(words.search(one) for words in (BAD, UNANSWERED, LEFT_OUT))
        and not any(words.search(one) for words in (NOT_BAD, NONE))
        for one in SENTENCE.split(rest)
    )
