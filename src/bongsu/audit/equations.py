"""Arithmetic that is written out with more than one kind of step: `13 x 1,500 + 1,443 = 20,943`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bongsu.audit.patterns import pattern

N = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,6})?"
UNIT = r"(?: ?(?:[A-Za-z가-힣₩$€][\w가-힣/]{0,14})){0,2}"
MONEY = r"(?:KRW|USD|EUR|JPY|GBP|₩|\$|€|£) ?"
STEP = r"(?: ?[+x×*·] ?| [-−–] )"
WRITTEN_OUT = pattern(
    rf"(?<![\w.,/:-])(?P<all>(?:{MONEY})?{N}{UNIT}(?:{STEP}(?:{MONEY})?{N}{UNIT}){{2,12}}) ?= ?(?:{MONEY})?(?P<total>{N})(?![\d.,:/-]\d|\d| ?%)"
)
MORE = re.compile(rf"(?:{STEP}(?:{MONEY})?{N}{UNIT})+")
"""What goes on behind the first `=`: `41 x 400 + 19 x 320 = 16,400 + 6,080 = 22,480`."""
PIECE = re.compile(rf"(?P<step>{STEP})?(?:{MONEY})?(?P<n>{N}){UNIT}(?={STEP}|$)")


@dataclass(frozen=True, slots=True)
class Mixed:
    """An equation with steps of several kinds: letters from start to end, what its left side gives, what stands there."""

    start: int
    end: int
    value: Decimal
    total: str


@lru_cache(maxsize=20_000)
def mixed(line: str) -> tuple[Mixed, ...]:
    """Return the equations of a line whose left side takes more than one kind of step; products go first."""
    found = []
    for match in WRITTEN_OUT.finditer(line):
        value, kinds = _value(match["all"])
        if len(kinds) > 1:
            more = MORE.match(line, match.end())
            total = match["total"] if more is None else f"{_value(match['total'] + more[0])[0]}"
            found.append(Mixed(match.start(), more.end() if more else match.end(), value, total))
    return tuple(found)


def within(line: str, match: re.Match[str]) -> bool:
    """Return whether a match is a piece of such an equation, and says nothing by itself."""
    return any(one.start < match.end() and match.start() < one.end for one in mixed(line))


def _value(text: str) -> tuple[Decimal, set[str]]:
    terms: list[Decimal] = []
    kinds: set[str] = set()
    for piece in PIECE.finditer(text):
        number, step = Decimal(piece["n"].replace(",", "")), (piece["step"] or "").strip()
        kind = "" if not step else "+" if step == "+" else "-" if step in "-−–" else "x"
        kinds |= {kind} if kind else set()
        if kind == "x":
            terms[-1] *= number
        else:
            terms.append(-number if kind == "-" else number)
    return sum(terms, Decimal(0)), kinds
