"""A rate that a line names by itself is that of the outcomes counted right above it.

Source: arithmetic; rounding up or down in the last digit written is granted.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from bongsu.audit.amounts import PERCENT, TOTAL, TRIED, counts, percent_fits, whole
from bongsu.audit.asked import hits
from bongsu.audit.blocks import MEASURE
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity, Spot
from bongsu.audit.grids import grids
from bongsu.audit.items import item_of
from bongsu.audit.patterns import pattern
from bongsu.audit.rules import percent_of_count
from bongsu.audit.rules.parts_of_whole import AGAIN, BADLY, WELL
from bongsu.audit.rules.percent_of_count import OTHER_RATE, PAIR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
RATE = pattern(
    r"\b(?:success|delivery|completion|confirmation|answer|response|acceptance|arrival|pass)(?: |-)(?:rate|ratio|share)\b|(?:성공|도달|응답|완료|수신|확인|처리|전달|발송)[율률]",
    re.IGNORECASE,
)
THAT = re.compile(r"\s*(?:that|this|which) (?:is|was|makes|gives)\b", re.IGNORECASE)
BACK, POINTS, LONGEST = 12, 5, 300
Count = tuple[int, Spot]


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield rates that are near that of the outcomes above them, and not it."""
    for log in filter(written, logs):
        known = {hit.spot.line for hit in hits(percent_of_count, log)}
        for number, line in log.numbered():
            percents = list(PERCENT.finditer(line)) if len(line) <= LONGEST and RATE.search(line) else []
            if len(percents) != 1 or number in known or "|" in line or withdrawn(log, number):
                continue
            if not OTHER_RATE.search(line) and not PAIR.search(line):
                yield from _against(log, number, percents[0])


def _against(log: Log, number: int, percent: re.Match[str]) -> Iterator[Hit]:
    said = percent["percent"]
    found = _outcomes(log, number) or _before(log, number)
    if found is None or _own(log, number):
        return
    (part, spot), (all_, other) = found
    beside = {one.count for _, line in log.numbered(max(1, number - BACK), number) for one in counts(line)}
    if not 0 < part < all_ or any(percent_fits(a, b, said) for a in beside for b in beside if 0 < a <= b):
        return
    exact = (Decimal(part) * 100 / Decimal(all_)).quantize(Decimal("0.01"))
    if abs(exact - Decimal(said)) <= POINTS:
        yield Hit(
            spot=log.spot(number, percent),
            also=(spot, other),
            why=f"{part} of {all_} is {exact} %, not {said} %",
            instead="the count as it was measured; the percentage follows from it",
        )


def _own(log: Log, number: int) -> bool:
    """Return whether a line has counts of its own, from which its rate may be."""
    found = [
        one
        for one in counts(PERCENT.sub(" ", log.line(number)))
        if not MEASURE.match(PERCENT.sub(" ", log.line(number))[one.end :])
    ]
    return len(found) > 1


def _outcomes(log: Log, number: int) -> tuple[Count, Count] | None:
    """Return what went well and what was tried, where the lines or rows above name each of them once."""
    named = [*_labelled(log, number), *_rows(log, number)]
    tried = [one for label, one in named if TRIED.search(label) and not WELL.search(label) and not BADLY.search(label)]
    well = [one for label, one in named if WELL.search(label) and not BADLY.search(label) and not AGAIN.search(label)]
    return (well[0], tried[0]) if len(tried) == len(well) == 1 else None


def _labelled(log: Log, number: int) -> Iterator[tuple[str, Count]]:
    for place in range(max(1, number - BACK), number):
        item = item_of(log, place, log.line(place))
        count = whole(item.value) if item is not None and log.section(place) == log.section(number) else None
        if item is not None and count is not None:
            yield item.label, (count, item.spot)


def _rows(log: Log, number: int) -> Iterator[tuple[str, Count]]:
    above = [one for one in grids(log) if 0 < number - one.rows[-1][0].spot.line <= BACK]
    for grid in [one for one in above if log.section(one.start) == log.section(number)][:1]:
        for row in grid.rows if len(grid.heads) == 2 else ():
            count = whole(row[1].text)
            if count is not None:
                yield row[0].text, (count, row[1].spot)
        last = grid.rows[-1]
        if len(grid.heads) > 2 and TOTAL.search(last[0].text):
            for head, cell in zip(grid.heads[1:], last[1:], strict=True):
                count = whole(cell.text)
                if count is not None:
                    yield head, (count, cell.spot)


def _before(log: Log, number: int) -> tuple[Count, Count] | None:
    """Return the two counts of the line above, where a sentence begins with `that is a rate of`."""
    line = log.line(number - 1) if number > 1 else ""
    if not THAT.match(log.line(number)) or len(line) > LONGEST:
        return None
    found = [one for one in counts(line) if not MEASURE.match(line[one.end :])]
    if len(found) != 2 or found[0].count <= found[1].count:
        return None
    all_, part = ((one.count, Spot(log.name, number - 1, one.start + 1, one.end + 1)) for one in found)
    return part, all_
