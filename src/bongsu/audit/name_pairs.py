"""Names that are nearly another's, wherever a log has them: in which way the two are alike, and where each of them stands."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.patterns import pattern
from bongsu.audit.spelled import ESCAPE
from bongsu.audit.states import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

NAME = pattern(
    r"(?<![\w@$%-])(?<!\d[.:])(?=[A-Za-z가-힣\d_.-]*[A-Za-z가-힣])[A-Za-z가-힣\d]++(?>(?:[-_.][A-Za-z\d]++)+)(?![\w@%-]|:\d|\()|(?<![\w.:/-])[A-Z]{2,6}\d{1,6}(?![\w-])"
    r"|(?<![\w.:/-])v?\d{1,3}\.\d{1,3}\.\d{1,3}(?:-\w+)?(?![\w.%:])"
)
SITE = re.compile(r"\.(?:com|org|net|example|io|kr|dev|test|invalid|local)$", re.IGNORECASE)
NO_NAME = re.compile(
    r"(?:un|de|re|pre|non|co|sub|anti)-.*|(?:us|eu|ap|sa|ca|me|af|il|cn)-(?:gov-)?(?:north|south|east|west|central)\w*-\d[a-z]?|(?:19|20)\d\d[-.]\d\d?[-.]\d\d?.*|[\d.]+(?:s|ms|MB|GB|KB|h|m|k|ko|kg|km|[가-힣]+)"
    r"|(?:get|put|list|describe|create|delete|update|modify|enable|disable|start|stop|add|remove|set|tag|run|send|filter|invoke|register|resume|suspend|spec|read)[-_.].*",
    re.IGNORECASE,
)
"""A word with a prefix, a region, a day, a size, and what a program is told to do."""
VERSION = re.compile(r"v?\d+\.\d+\.\d+.*")
RANDOM = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{7,}")
OF_A_ROW = re.compile(r"v?\d+")
INFLECTED = re.compile(r"(?:ed|ing)$")
MARKS = re.compile(r"[-_./]")
NUMBER = re.compile(r"\d+")
NAMES_MOST, RARE_MOST, STEM_LEAST, SLIP_LEAST, SHORT, STRONG_PARTS, PAIR = 300, 3, 3, 4, 2, 2, 2


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names that may be meant for one thing; the usual one stands in more lines, or first."""

    usual: str
    rare: str
    how: str
    """`turned`, `order`, `slip`, `stem`, `joined`, `digit`, `next`, `mark`, `word`, `mixed`, `loose` or `longer`."""
    kin: int
    """How many other names differ from both in the same part alone."""
    alike: int
    """How many other names are nearly one of the two."""


@lru_cache(maxsize=64)
def names_of(log: Log) -> dict[str, tuple[Spot, ...]]:
    """Return whatever a log calls a thing by, in lower case, with its places."""
    found: dict[str, list[Spot]] = defaultdict(list)
    for number, line in log.numbered():
        # `\\n` of a JSON text ends no word: `Target*\\nqueue-a` names `queue-a`.
        for match in NAME.finditer(ESCAPE.sub("  ", line)):
            text = match[0]
            if SITE.search(text) or NO_NAME.fullmatch(text) or PLAIN.fullmatch(text.lower()):
                continue
            if not any(one.column - 1 <= match.start() and match.end() <= one.end - 1 for one in log.moments(number)):
                found[text.lower()].append(log.spot(number, match))
    return {name: tuple(spots) for name, spots in found.items()}


def pairs(log: Log) -> Iterator[Pair]:
    """Yield the names of a log that are nearly another's, and never stand in one line with it."""
    names = names_of(log)
    if len(names) > NAMES_MOST:
        return
    near = _near(tuple(names))
    for (one, other), how in near.items():
        ways = [{spot.line for spot in names[name]} for name in (one, other)]
        if ways[0] & ways[1]:
            continue
        swap = (len(ways[0]), -min(ways[0])) < (len(ways[1]), -min(ways[1]))
        usual, rare = (other, one) if swap else (one, other)
        if len(ways[0] if swap else ways[1]) <= RARE_MOST:
            others = {name for pair in near if {one, other} & {*pair} for name in pair} - {one, other}
            yield Pair(usual, rare, how, _kin(tuple(names), one, other), len(others))


def _near(names: tuple[str, ...]) -> dict[tuple[str, str], str]:
    of_part: dict[str, list[str]] = defaultdict(list)
    for name in names:
        for part in {*parts(name), name[:SHORT]}:
            of_part[part].append(name)
    found = {}
    for place, one in enumerate(names):
        others = {other for part in {*parts(one), one[:SHORT]} for other in of_part[part]}
        for other in names[place + 1 :]:
            if other in others and (how := likeness(one, other)):
                found[one, other] = how
    return found


def parts(name: str) -> tuple[str, ...]:
    """Return the parts of a name, without the marks between them."""
    return tuple(part for part in MARKS.split(name) if part)


def _kin(names: tuple[str, ...], one: str, other: str) -> int:
    place = changed(one, other)
    if place is None:
        return 0
    first = parts(one)
    rest = (*first[:place], *first[place + 1 :])
    rows = (parts(name) for name in names if name not in (one, other))
    return sum(len(row) == len(first) and (*row[:place], *row[place + 1 :]) == rest for row in rows)


def changed(one: str, other: str) -> int | None:
    """Return which part alone two names have otherwise; None when it is more than one."""
    first, second = parts(one), parts(other)
    apart = [n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b]
    return apart[0] if len(first) == len(second) and len(apart) == 1 else None


def likeness(one: str, other: str) -> str:
    """Return in which way two names are nearly one; nothing when they are not."""
    if re.sub(r"[-_.]", "", one) == re.sub(r"[-_.]", "", other):
        return "" if one.replace("_", "-") == other.replace("_", "-") else "joined"
    if _turned(one, other):
        return "turned"
    first, second = parts(one), parts(other)
    if len(first) > 1 and sorted(first) == sorted(second):
        return "order"
    if NUMBER.sub("#", one) == NUMBER.sub("#", other):
        apart = [(int(a), int(b)) for a, b in zip(NUMBER.findall(one), NUMBER.findall(other), strict=True) if a != b]
        if len(apart) != 1 or (VERSION.fullmatch(one) and abs(apart[0][0] - apart[0][1]) == 1):
            return ""
        # `db-1` and `db-2` are two of a kind as often as one that was mistaken for the other.
        return "" if max(apart[0]) <= PAIR else "next" if abs(apart[0][0] - apart[0][1]) == 1 else "digit"
    if min(len(first), len(second)) < STRONG_PARTS:
        return ""
    return _one_part(first, second) if len(first) == len(second) else _other_length(first, second)


def _one_part(first: tuple[str, ...], second: tuple[str, ...]) -> str:
    apart = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    if len(apart) == 1:
        a, b = apart[0]
        if max(len(a), len(b)) <= SHORT:
            return "" if {a, b} == {"a", "b"} else "mark"
        if INFLECTED.search(a) and INFLECTED.search(b):
            return ""  # `rolled_back`, `rolling_back`
        if not (a.isalpha() and b.isalpha()):
            return "" if RANDOM.fullmatch(a) and RANDOM.fullmatch(b) else "mixed"
        if min(len(a), len(b)) >= SLIP_LEAST and one_letter(a, b):
            return "slip"
        return "stem" if of_one_stem(a, b) else "word"
    near = all(of_one_stem(a, b) or _of_one_number(a, b) for a, b in apart)
    return "stem" if near and len(apart) == STRONG_PARTS < len(first) else ""


def _other_length(first: tuple[str, ...], second: tuple[str, ...]) -> str:
    short, long = sorted((first, second), key=len)
    if short[0] != long[0] and not of_one_stem(short[0], long[0]):
        return ""
    if short in (long[: len(short)], long[-len(short) :]):
        return "" if OF_A_ROW.fullmatch(long[-1]) else "longer"
    rest, met = list(long), 0
    for part in short:
        same = next((each for each in rest if of_one_stem(part, each) or _of_one_number(part, each)), None)
        if same is not None:
            rest.remove(same)
            met += 1
    return "loose" if met >= max(STRONG_PARTS, len(short) - 1) else ""


def _turned(one: str, other: str) -> bool:
    apart = [n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    if len(one) != len(other) or len(apart) != STRONG_PARTS:
        return False
    first, last = apart
    return one[first] == other[last] and one[last] == other[first]


def _of_one_number(one: str, other: str) -> bool:
    digits = re.sub(r"\D", "", one)
    return bool(digits) and digits == re.sub(r"\D", "", other)


def of_one_stem(one: str, other: str) -> bool:
    """Return whether two words begin alike: `remind` and `reminder`, `notify` and `notice`."""
    if one == other:
        return True
    short = min(len(one), len(other))
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), short)
    return one.isalpha() and other.isalpha() and short >= STEM_LEAST and same >= min(short, SLIP_LEAST)


def one_letter(one: str, other: str) -> bool:
    """Return whether one letter other, more or less makes two words of one."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))
