"""Of what a sentence about all speaks, and whether a line that tells of one tells of one of those: `all nine strings`, `N8's string`."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.odd_ones import odd_ones
from bongsu.audit.words import EN_NUMBER, KO_NUMBER, stems

if TYPE_CHECKING:
    from bongsu.audit.log import Log
    from bongsu.audit.odd_ones import Odd
    from bongsu.audit.quantified_claims import Claim

_N = rf"(?:\d+|{EN_NUMBER})"
ALL = re.compile(
    rf"\b(?:all|every(?: one)?|each|both|none|not (?:one|a single)|no|any)(?: of)?(?: the| our| its| their| these| those)?(?: {_N})?(?P<behind>(?: [a-z][a-z-]+){{1,3}})"
    rf"|\bthe {_N}(?P<nouns>(?: [a-z][a-z-]+){{1,2}}) (?:all|each|both)\b",
    re.IGNORECASE,
)
ALL_KO = re.compile(
    rf"(?P<noun>[가-힣A-Za-z]{{1,8}}) ?(?:\d+|{KO_NUMBER})? ?(?:명|분|곳|대|개|건|군데|가지|사람|팀|지점|종|척|통|장|자리|동|반|칸|줄|집)?(?:이|은|는|을|를|의|에서)? ?(?:모두|전부|전원|다 |하나도|한 ?\S{{1,2}}도|빠짐없이|전체)"
)
IDENT = re.compile(r"\b[A-Z]{1,3}-?\d{1,3}\b|\b[a-z]+[-_]\d+\b|\b\d{1,3}(?=번|호|반|동|층|학년|병동)")
"""One of a row: `N8`, `shard-3`, `7병동`."""
GENERAL = frozenset(["time", "way", "run", "line", "thing", "one"])
TOLD = ("told", "loose")
RIGHT, WORD_LEAST = 4, 3


@lru_cache(maxsize=2_000)
def nouns(text: str) -> frozenset[str]:
    """Return of what a sentence says that it was so with all, or with none."""
    found: set[str] = set()
    for match in ALL.finditer(text):
        for word in (match["behind"] or match["nouns"]).lower().split():
            found |= stems(word) if len(word) >= WORD_LEAST else set()
    for match in ALL_KO.finditer(text):
        found |= {match["noun"][:2], match["noun"][-2:]}
    return frozenset(found - GENERAL)


@lru_cache(maxsize=64)
def many(log: Log) -> dict[str, float]:
    """Return how much a log tells of trouble: the more it does, the less each place says."""
    told = sum(odd.kind in TOLD for odd in odd_ones(log))
    listed = len(odd_ones(log)) - told
    return {
        "odds": math.log(1 + told + listed),
        "told odds": math.log(1 + told),
        "listed odds": math.log(1 + listed),
        "density": 10 * (told + listed) / max(20, len(log.text.lines)),
    }


def of_class(log: Log, claim: Claim, odd: Odd) -> dict[str, float]:
    """Return whether an odd one is one of those of which a claim speaks, by its words, its list and its name."""
    line, what = log.line(odd.line), nouns(claim.text)
    own = stems(line)
    meant = any(noun in (own if noun.isascii() else line) for noun in what)
    headed = bool(odd.size) and any(
        noun in odd.about if noun.isascii() else any(noun in head for head in odd.about) for noun in what
    )
    names = {*IDENT.findall(line)}
    named, listed = bool(names) and not names & {*IDENT.findall(claim.text)}, odd.kind not in TOLD
    told = {
        "class": meant,
        "class of list": headed,
        "named": named,
        "class named": meant and named,
        "class of every": meant and claim.every,
        "listed": listed,
        "listed class": listed and (meant or headed),
        "listed right": listed and 0 < claim.first - odd.end <= RIGHT,
        "none counted": claim.none and odd.kind == "count",
    }
    return {name: float(value) for name, value in told.items()}
