"""A place's clock is as far from the log's own each time that the log tells both, and as far as that place is.

Source: the log's own pairs of times; the places' zones.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.moments import ZONES_MIN
from bongsu.audit.places import CHANGED, pairs, place_min
from bongsu.audit.rules import zone_in_words, zone_slip, zones

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.places import Pair

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
SURE = {"KST", "JST", "UTC", "GMT", "CET", "CEST", "EDT", "PDT", "SGT"}
"""Short names of zones that mean one each."""
HOUR_MIN, SLIP_MOST_MIN, DAY_MIN = 60, 12 * 60, 1440


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield times that are not as far from their like by a place's clock as the log's others are, or as the place is."""
    for log in filter(written, logs):
        found = [*_unlike(log), *_elsewhere(log)]
        told = (
            {hit.spot.line for rule in (zones, zone_in_words, zone_slip) for hit in hits(rule, log)} if found else set()
        )
        for hit in found:
            if hit.spot.line not in told:
                told.add(hit.spot.line)
                yield hit


def _by_labels(log: Log) -> dict[tuple[str, str], list[Pair]]:
    """Return the pairs of a log by the two clocks, in the order of their names."""
    made: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs(log):
        ordered = pair if pair.first.label <= pair.second.label else type(pair)(first=pair.second, second=pair.first)
        made[ordered.first.label, ordered.second.label].append(ordered)
    return made


def _unlike(log: Log) -> Iterator[Hit]:
    """Yield the pairs that are another number of hours apart than the others of the same two clocks."""
    if any(CHANGED.search(line) for _, line in log.numbered()):
        return
    for listed in _by_labels(log).values():
        apart = [round(one.east_min) for one in listed]
        usual = max(apart, key=lambda one: (apart.count(one), -apart.index(one)))
        odd = [one for one, east in zip(listed, apart, strict=True) if east != usual]
        like = next(one for one, east in zip(listed, apart, strict=True) if east == usual)
        if (
            not usual
            or len(odd) != 1
            or _real_min(log, like) is not None
            or abs(round(odd[0].east_min) - usual) > SLIP_MOST_MIN
        ):
            continue
        yield _hit(
            odd[0],
            f"{odd[0].first.text} is {odd[0].second.text} here, and {like.first.text} is {like.second.text} elsewhere: not as far apart",
            like,
        )


def _elsewhere(log: Log) -> Iterator[Hit]:
    """Yield the pairs of clocks that are both known, and are not so far apart."""
    for pair in pairs(log):
        real = _real_min(log, pair)
        if real is not None and (real - pair.east_min) % DAY_MIN:
            first, second = pair.first, pair.second
            why = f"{first.text} and {second.text} are not {abs(real) / HOUR_MIN:g} h apart, as {first.label} and {second.label} are"
            yield _hit(pair, why, None)


def _real_min(log: Log, pair: Pair) -> int | None:
    """Return how far the second of two clocks is before the first; None where one is not known for sure."""
    known = [_zone_min(log, side.label) for side in (pair.first, pair.second)]
    return None if None in known else (known[1] or 0) - (known[0] or 0)


def _zone_min(log: Log, label: str) -> int | None:
    return ZONES_MIN[label] if label in SURE else place_min(label, log.day)


def _hit(pair: Pair, why: str, like: Pair | None) -> Hit:
    also = [pair.first.spot] + ([like.first.spot, like.second.spot] if like else [])
    return Hit(
        spot=pair.second.spot,
        also=tuple(also),
        why=why,
        instead="one time with its zone; the other follows from it",
    )
