"""What one entry tells by two clocks is as far apart as the two are, and as elsewhere in the log.

Source: the log's own pairs of times, its zones and those of places.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import by_hand
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.named_clocks import CHANGE, named_clocks, stated_hours
from bongsu.audit.places import CHANGED
from bongsu.audit.rules import zone_by_place, zone_in_words, zone_slip, zones
from bongsu.audit.two_clocks import DAY_MIN, HOUR_MIN, both, home_min

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.named_clocks import Named
    from bongsu.audit.two_clocks import Both

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
SLIP_MOST_MIN, AGREE_LEAST = 180, 2
NO_CHANGE = re.compile(r"\b(?:no|without) (?:summer|winter|daylight)\S* ?\w*", re.IGNORECASE)
INSTEAD = "one time with its zone; the other follows from it"


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield times by two clocks that are not as far apart as the clocks are."""
    for log in filter(by_hand, logs):
        pairs = list(both(log))
        found = [*(_known(log, pairs) if pairs else ()), *(_unlike(log, pairs) if pairs else ()), *_by_name(log)]
        told = {
            hit.spot.line
            for rule in ((zones, zone_in_words, zone_slip, zone_by_place) if found else ())
            for hit in hits(rule, log)
        }
        for hit in found:
            if hit.spot.line not in told:
                told.add(hit.spot.line)
                yield hit


def _known(log: Log, pairs: list[Both]) -> Iterator[Hit]:
    """Yield the pairs of which both zones are known."""
    agreed = Counter(one.other_min - one.gap_min for one in pairs if one.other_min is not None).most_common(1)
    home = agreed[0][0] if agreed and agreed[0][1] >= AGREE_LEAST else home_min(log)
    for one in pairs:
        if home is None or one.other_min is None or one.other_min == home:
            continue  # Of its own zone nobody tells a time twice.
        off = (one.gap_min - (one.other_min - home)) % DAY_MIN
        off = min(off, DAY_MIN - off)
        if off and off % HOUR_MIN == 0 and off <= SLIP_MOST_MIN:
            yield _hit(
                one,
                f"{one.here.text} and {one.there.text} are not {abs(one.other_min - home) / HOUR_MIN:g} h apart, as the two clocks are",
                None,
            )


def _unlike(log: Log, pairs: list[Both]) -> Iterator[Hit]:
    """Yield the pair that is another number of hours apart than the others."""
    bare = [one for one in pairs if not one.there.own_zone]
    gaps = [one.gap_min for one in bare]
    if len(set(gaps)) != 2 or len({one.place for one in bare if one.place}) > 1:
        return
    if any(CHANGED.search(NO_CHANGE.sub(" ", line)) for _, line in log.numbered()):
        return
    usual = max(gaps, key=lambda gap: (gaps.count(gap), -gaps.index(gap)))
    odd = [one for one in bare if one.gap_min != usual]
    like = next(one for one in bare if one.gap_min == usual)
    mine, other = odd[0].names if odd else frozenset(), like.names
    if mine and other and not mine & other and not (odd[0].ours and like.ours):
        return  # Two people, or places, each with a clock.
    if len(odd) == 1 and abs(odd[0].gap_min - usual) <= SLIP_MOST_MIN:
        yield _hit(
            odd[0],
            f"{odd[0].here.text} is {odd[0].there.text} here, and {like.here.text} is {like.there.text} elsewhere: not as far apart",
            like,
        )


def _by_name(log: Log) -> Iterator[Hit]:
    """Yield the times by somebody's clock that are not as far off as their others, or as the log says."""
    told: dict[str, list[Named]] = {}
    for one in named_clocks(log):
        told.setdefault(one.label, []).append(one)
    if not told or any(CHANGE.search(line) for _, line in log.numbered()):
        return
    stated = stated_hours(log)
    for label, listed in told.items():
        gaps = [one.gap_min for one in listed]
        hours = stated.get(label)
        usual = max(gaps, key=lambda gap: (abs(gap) == (hours or 0) * HOUR_MIN, gaps.count(gap), -gaps.index(gap)))
        odd = [one for one in listed if one.gap_min != usual]
        like = next(one for one in listed if one.gap_min == usual)
        if len(odd) == 1 and abs(odd[0].gap_min - usual) <= SLIP_MOST_MIN:
            yield _hit(
                odd[0],
                f"{odd[0].here.text} is {odd[0].there.text} here, and {like.here.text} is {like.there.text} elsewhere: not as far apart",
                like,
            )
        elif hours and not odd and abs(usual) != hours * HOUR_MIN:
            yield _hit(
                like,
                f"{like.here.text} and {like.there.text} are not {hours:g} h apart, as the two clocks are",
                None,
            )


def _hit(one: Both | Named, why: str, like: Both | Named | None) -> Hit:
    also = (one.also, *((like.spot, like.also) if like else ()))
    return Hit(spot=one.spot, also=also, why=why, instead=INSTEAD)
