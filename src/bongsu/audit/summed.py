"""Totals in a sentence with the counts before them: `국내 318개, 국제 704개, 더해서 1,022개`, over a break of its lines too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.audit.amounts import Amount, counts, mistyped, reached
from bongsu.audit.findings import Spot
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

BEFORE = re.compile(
    r"(?:\b(?:together|altogether|in all|in total|total(?:s|ling)?(?: of)?|all told|overall|sum(?: of)?|makes?|made|comes? to|came to|adds? up to)|(?<!\w)=|더해서|더하면|더해|모두|총|합쳐서?|합해서?|합하면|합계|도합|통틀어|전부|전체|합이?|합은)"
    r"[\s:,*]{0,3}(?:[^\W\d]{1,8} ?){0,2}(?:\d{1,3} ?[가-힣]{1,3} )?$",
    re.IGNORECASE,
)
BEHIND = pattern(r" ?(?:[^\W\d.;]+ ){0,6}(?:together|altogether|in all|in total|all told)\b", re.IGNORECASE)
UNIT = re.compile(r" ?([가-힣])")
BEGINS = re.compile(r"\s*(?:[-*•|#>{\[\"]|\d{1,2}:\d\d|$)")
"""A line that goes on from none: an entry of a list, a row, one with a time of its own."""
OTHER_STEP = re.compile(r"\d ?[x×*/−] ?\d|[x×*] ?\d|\d - \d|%")
"""What makes more than a sum of what stands there."""
NEAR, FAR, LONGEST = 40, 60, 400
LEAST, PARTS_MOST, SMALLEST = 20, 16, 2


@dataclass(frozen=True, slots=True)
class Passage:
    """A line with what it goes on from, and how many letters that is."""

    text: str
    before: int


def misadded(log: Log) -> Iterator[tuple[Spot, int, tuple[int, ...]]]:
    """Yield totals that a slip makes of the sum of the counts before them, where none of these add up to it."""
    for number, line in log.numbered():
        if len(line) > LONGEST or line.lstrip()[:1] in ("|", "{") or OTHER_STEP.search(line):
            continue
        passage: Passage | None = None
        for total in counts(line):
            if total.count < LEAST or not _is_told(line, total):
                continue
            passage = passage or _passage(log, number, line)
            parts = _parts(passage, total)
            exact = any(total.count == sum(parts[:many]) for many in range(1, len(parts) + 1))
            found = None if exact or reached(total.count, parts) else _near(total.count, parts)
            if found:
                yield Spot(log.name, number, total.start + 1, total.end + 1), total.count, found


def _is_told(line: str, total: Amount) -> bool:
    before, behind = line[max(0, total.start - NEAR) : total.start], line[total.end : total.end + FAR]
    return bool(BEFORE.search(before) or BEHIND.match(behind))


def _passage(log: Log, number: int, line: str) -> Passage:
    lines = [line]
    while number > 1 and len(lines) < 3 and not BEGINS.match(lines[0]) and log.line(number - 1).strip():
        number -= 1
        lines.insert(0, log.line(number))
    text = " ".join(lines)
    return Passage(text, len(text) - len(line))


def _parts(passage: Passage, total: Amount) -> list[int]:
    """Return the counts before a total, the next first; in Korean those with its unit."""
    at = passage.before + total.start
    unit = UNIT.match(passage.text[passage.before + total.end :])
    found = []
    for one in reversed([each for each in counts(passage.text) if each.end <= at]):
        own = UNIT.match(passage.text[one.end :])
        if unit is None or (own and own[1] == unit[1]):
            found.append(one.count)
    return found[:PARTS_MOST]


def _near(total: int, parts: Sequence[int]) -> tuple[int, ...] | None:
    for many in range(2, len(parts) + 1):
        some = parts[:many]
        if max(some) >= total or min(some) < SMALLEST:
            return None
        if mistyped(str(total), str(sum(some))) and 10 * abs(total - sum(some)) <= 3 * total:
            return tuple(reversed(some))
    return None
