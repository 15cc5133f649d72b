"""Somebody's name is spelled one way, and a telephone rings with one person.

Source: the log's own names and numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.claims import written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.people import people
from bongsu.audit.together import in_one_column
from bongsu.audit.words import stem, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.people import Person

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
KNOWN = re.compile(
    r"\b(?:different (?:person|people|persons)|no relation|not (?:related|the same)|two (?:people|different)|brother|sister|married|maiden|name changed|née|typo|misspel\w+|spelled|not to be confused|namesake|both|same surname)\b|동명이인|다른 ?(?:사람|분)|많아|개명|오타|오기|형제|남매|두 분|헷갈",
    re.IGNORECASE,
)
SHARED = re.compile(
    r"공용|당직폰|대표|핫라인|공통|shared|duty phone|hotline|desk|switchboard|main number|call centre|교환",
    re.IGNORECASE,
)
OPPOSITES = frozenset("신구전후본부주예상하좌우동서남북대소내외입출양음원")
"""What tells two things of one kind from each other, and begins no name beside the other: `신모듈`, `구모듈`."""
KIN = re.compile(
    r"\b(?:cousin|son|daughter|nephew|niece|aunt|uncle|father|mother|wife|husband|in-law|kin|relat\w+|family|surname|namesake|there are two|not [A-Z])\b",
)
"""What tells two people of one name apart."""
NAME = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ]{2,}(?:-[A-ZÀ-Þ]?[a-zß-ÿ]+)?")
NO_PERSON = re.compile(
    r"The|This|That|From|Until|After|Before|Total|Init|Rule|State|Task|Schedule|Telegram|Slack|Crew|Team|Group|Owner|Part|Called|Told|"
    r"Server|Client|Memory|Billed|Duration|Bank|Ops|Desk|(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?|Miss|Mrs|Sister|"
    r"Brother|Doctor|Standard|Daylight|Engineering|Operations|Support"
)
TITLE = re.compile(r"\b(?:Mr|Ms|Mrs|Dr|Prof|Sr|Fr)\.? $|\bby $", re.IGNORECASE)
DOES = re.compile(r",? (?:said|says|asked|told|wrote|called|answered|confirmed|agreed|joined|who)\b")
OWNED = frozenset(["their", "our", "its", "your", "my", "the"])
PEOPLE_MOST, NEAR, APART, FEW = 150, 40, 3, 4
LAST_LEAST = 4
SYLLABLES_KEPT = 2
START = 3


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield a name that is another of the log but for a letter or a syllable, in the same role or with the same number."""
    for log in filter(written, logs):
        found = people(log)
        for one, other in combinations(found, 2) if len(found) <= PEOPLE_MOST else ():
            if not one.lines & other.lines and _same(log, one, other):
                rare, usual = sorted((one, other), key=lambda each: (len(each.lines), -each.spots[0].line))
                yield Hit(
                    spot=rare.spots[0],
                    also=tuple(usual.spots[:4]),
                    why=f"{rare.name} here, {usual.name} elsewhere",
                    instead="the name as the person writes it, the same everywhere",
                )


def _same(log: Log, one: Person, other: Person) -> bool:
    if any(NO_PERSON.fullmatch(part) for each in (one, other) for part in (each.first, each.last)):
        return False
    if in_one_column(log, one.name, other.name):
        return False
    lines = [log.line(number) for each in (one, other) for number in each.lines]
    if any(KNOWN.search(line) for line in lines):
        return False
    phones = one.phones & other.phones
    if phones and not any(SHARED.search(line) for line in lines):
        return bool(one.last) == bool(other.last) and _like(one.name, other.name)
    if one.last and other.last:
        # Two words with capitals may be anything: of one of them the log says what they do, or a number.
        known = any(each.roles - OWNED or each.phones or _titled(log, each) for each in (one, other))
        return known and (_latin(one, other) or _one_role(log, one, other))
    return _korean(one, other)


def _titled(log: Log, one: Person) -> bool:
    """Return whether a title stands before a name, or a verb of people behind it."""
    for spot in one.spots:
        line, start = log.line(spot.line), spot.column - 1
        if TITLE.search(line[:start]) or DOES.match(line[start + len(one.name) :]):
            return True
    return False


def _like(one: str, other: str) -> bool:
    """Return whether two names have a part alike; two people who share a telephone have not."""
    if one[1:].isascii():
        return bool(set(one.split()) & set(other.split())) or SequenceMatcher(None, one, other).ratio() >= 0.7
    return sum(a == b for a, b in zip(one, other, strict=False)) >= SYLLABLES_KEPT


def _latin(one: Person, other: Person) -> bool:
    firsts = one.first == other.first or (
        one.first[0] == other.first[0] and (one.first.endswith(".") or other.first.endswith("."))
    )
    if one.last == other.last:
        return (
            not one.first.endswith(".")
            and not other.first.endswith(".")
            and len(one.first) >= LAST_LEAST
            and _slip(one.first, other.first)
        )
    if firsts:
        least = LAST_LEAST if not one.roles & other.roles - {""} else START
        return min(len(one.last), len(other.last)) >= least and _slip(one.last, other.last)
    if one.first[:START] == other.first[:START] and min(len(one.last), len(other.last)) > LAST_LEAST:
        # `Marguerite Oyelaran` and `Margaret Oyelaren`: no two people of one log have both names so near.
        alike = SequenceMatcher(None, one.first, other.first).ratio() >= 0.65
        if alike and _slip(one.last, other.last):
            return True
    # `Marguerite Dallow, Contract Change Officer` and `Margaret Hallow, Contract Change Officer`.
    role = any(" " in each or len(each) > 6 for each in one.roles & other.roles)
    return role and one.first[:3] == other.first[:3] and SequenceMatcher(None, one.last, other.last).ratio() >= 0.7


def _one_role(log: Log, one: Person, other: Person) -> bool:
    """Return whether two people with one name of two in common are told of in the words of one part, far from each other."""
    names = (one.first, other.first, one.last, other.last)
    if (one.first == other.first) == (one.last == other.last) or not all(NAME.fullmatch(each) for each in names):
        return False
    if any(KIN.search(log.line(number)) for each in (one, other) for number in each.lines):
        return False
    few, many = sorted((one, other), key=lambda each: len(each.lines))
    apart = min(abs(a - b) for a in few.lines for b in many.lines)
    meant = len(few.lines) == 1 and apart > APART and bool(_around(log, few) & _around(log, many))
    # `Escalation Contact`: what a log also writes small is a word.
    return meant and not any(_words(log) & {name.lower()} for name in names)


def _around(log: Log, one: Person) -> frozenset[str]:
    """Return the words around a name that few lines of the log have."""
    found: set[str] = set()
    for spot in one.spots:
        line, start = log.line(spot.line), spot.column - 1
        found |= stems(f"{line[max(0, start - NEAR) : start]} {line[start + len(one.name) :][:NEAR]}")
    common = _common(log)
    return frozenset(word for word in found if word not in common and word not in one.name.lower())


@lru_cache(maxsize=64)
def _words(log: Log) -> frozenset[str]:
    return frozenset(word for _, line in log.numbered() for word in re.findall(r"(?<!\w)[a-z]{3,}(?!\w)", line))


@lru_cache(maxsize=64)
def _common(log: Log) -> frozenset[str]:
    seen = Counter(word for _, line in log.numbered() for word in stems(line))
    return frozenset(word for word, lines in seen.items() if lines > FEW)


def _korean(one: Person, other: Person) -> bool:
    if one.last or other.last or stem(one.first) == stem(other.first):
        return False
    if {one.first[0], other.first[0]} <= OPPOSITES and one.first[1:] == other.first[1:]:
        return False
    if one.phones and other.phones:
        return False
    if not all(each.roles or each.phones for each in (one, other)):
        return False  # Three syllables may be any word; somebody has a part, a title or a telephone.
    kept = sum(a == b for a, b in zip(one.first, other.first, strict=True))
    few, many = sorted((one, other), key=lambda each: len(each.lines))
    return (
        kept == SYLLABLES_KEPT
        and len(few.lines) == 1
        and (len(many.lines) > 1 or bool(one.roles & other.roles - {"님", "씨"}))
    )


def _slip(one: str, other: str) -> bool:
    """Return whether one letter more, less, other or changed round makes two names of one, as no plural does."""
    one, other = one.lower(), other.lower()
    if one + "s" == other or other + "s" == one:
        return False
    if sorted(one) == sorted(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 2
    changed = [code for code in SequenceMatcher(None, one, other, autojunk=False).get_opcodes() if code[0] != "equal"]
    return (
        abs(len(one) - len(other)) <= 1
        and len(changed) == 1
        and max(changed[0][2] - changed[0][1], changed[0][4] - changed[0][3]) <= 1
    )
