"""Two codes of one kind whose digits are the same but for two neighbours changed round are one code, typed wrong once.

Source: F. J. Damerau, "A technique for computer detection and correction of spelling errors" (1964): two neighbours changed
round are one of four slips that make up 80 of 100 misspellings; two numbers that are handed out seldom differ so.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.rules import near_hosts, near_names, two_numbers
from bongsu.audit.rules.two_numbers import CHANGED, RENAMED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
CODE = pattern(
    r"(?<![\w-])(?P<kind>[A-Za-z][A-Za-z_]{1,15}[-_]?)(?P<n>\d{3,6})(?![\w-])"
    r"|(?<![\d.])(?P<net>(?:\d{1,3}\.){3})(?P<host>\d{2,3})(?![\d.]\d)"
)
"""`INFRA-3391`, and an address by its last number."""
KINDS_MOST = 12
"""Codes of one kind, of which two may differ so by chance."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the rarer of two such codes."""
    for log in filter(written, logs):
        found = [
            _hit(kind, {one: codes[one], other: codes[other]})
            for kind, codes in _codes(log).items()
            for one, other in (combinations(codes, 2) if len(codes) <= KINDS_MOST else ())
            if _swapped(one, other)
        ]
        told = (
            {hit.spot.line for rule in (near_names, near_hosts, two_numbers) for hit in hits(rule, log)}
            if found
            else ()
        )
        for hit in found:
            line = log.line(hit.spot.line)
            if hit.spot.line not in told and not CHANGED.search(line) and not RENAMED.search(line):
                yield hit


def _codes(log: Log) -> dict[str, dict[str, list[Spot]]]:
    found: dict[str, dict[str, list[Spot]]] = defaultdict(lambda: defaultdict(list))
    for number, line in log.numbered():
        for match in () if withdrawn(log, number) else CODE.finditer(line):
            kind, digits = (match["kind"], match["n"]) if match["kind"] else (match["net"], match["host"])
            found[kind][digits].append(log.spot(number, match))
    return found


def _swapped(one: str, other: str) -> bool:
    apart = [n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    if len(one) != len(other) or len(apart) != 2:
        return False
    first, second = apart
    return second == first + 1 and one[first : second + 1] == other[first : second + 1][::-1]


def _hit(kind: str, codes: dict[str, list[Spot]]) -> Hit:
    rare, usual = sorted(codes, key=lambda digits: (len(codes[digits]), -codes[digits][0].line))
    return Hit(
        spot=codes[rare][0],
        also=(*codes[usual][:4], *codes[rare][1:3]),
        why=f"{kind}{rare} here, {kind}{usual} in line {codes[usual][0].line}: two digits have changed places",
        instead="the one that is right, the same everywhere; if there are two, what each of them is",
    )
