"""Which list a sentence about all speaks of, and whether the log explains the one that is otherwise."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bongsu.audit.lists import lists
from bongsu.audit.quantified_words import ANSWERED, BAD, EXCEPT, UNANSWERED, WEAK, WELL
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from bongsu.audit.findings import Spot
    from bongsu.audit.lists import Entry, Listed
    from bongsu.audit.log import Log
    from bongsu.audit.quantified_claims import Claim

GENERIC = WEAK | {"all"}
SUMMARY = re.compile(r"summary|result|outcome|요약|결과|개요|결론", re.IGNORECASE)
WORD = re.compile(
    r"[A-Za-z]++[-_.]\w++(?>(?:[-.]\w++)*)|[A-Z]?[A-Za-z]{2,}|[가-힣]{2,}|[A-Za-z]+\d+|\d+(?:번|호|차)(?:기)?"
)
COMMON = frozenset(["the", "of", "and", "run", "step", "no", "on", "당직", "담당", "온콜", "책임", "운영"])
NAME = re.compile(r"\b[A-Z][a-z]{2,}\b|[A-Za-z]+-\d+")
HEAD_LINES, RIGHT_BELOW, NEAR, BACK, ROWS_MOST, BEHIND, BESIDE = 14, 4, 25, 90, 60, 40, 2
SURE, LEAST = 1.5, 1.0


def meant(log: Log, claim: Claim) -> list[tuple[float, Listed]]:
    """Return the lists that a claim may speak of, with how much ties them together; the surest and nearest first."""
    near = [one for one in lists(log) if 1 < len(one.entries) <= ROWS_MOST and claim.first - one.end <= BACK]
    if claim.first > HEAD_LINES and not SUMMARY.search(log.section(claim.first).title):
        near = [one for one in near if one.start - claim.last < RIGHT_BELOW]
    found = [(_weight(log, claim, one, near), one) for one in near]
    return sorted((each for each in found if each[0] > 0), key=lambda each: (-each[0], abs(claim.first - each[1].end)))


def _weight(log: Log, claim: Claim, one: Listed, near: list[Listed]) -> float:
    size, behind = len(one.entries), claim.first - one.end
    counted = size in claim.counts
    if (claim.first <= one.end and one.start <= claim.last) or (
        not counted and any(1 < n < size for n in claim.counts)
    ):
        return 0
    shared = (claim.about & one.about) - GENERIC
    heads = shared & stems(" ".join(one.heads))
    alike = frozenset.intersection(*(stems(entry.name) for entry in one.entries)) - GENERIC
    weight = min(2.0, len(heads) + 0.75 * len(shared - heads)) + 0.75 * bool(alike & claim.about)
    weight += 0.75 * _echoed(one, claim)
    if counted and any(size / 2 <= n < size for n in claim.counts):
        return 0  # It tells of fewer as well.
    if counted:
        weight += (1.0 if one.kind == "worded" else 2.0) - any(n < size for n in claim.counts)
    if 0 < one.start - claim.last < RIGHT_BELOW and claim.text.rstrip("*_ ").endswith((":", "：")):
        return weight + 2.0
    if behind < 0:
        strong = len(shared) > 1 or (counted and shared)
        return weight - 1.5 if one.kind in ("rows", "objects") and strong else 0
    return weight + _nearness(log, claim, one, near)


def _echoed(one: Listed, claim: Claim) -> bool:
    """Return whether a claim names a value that most entries of a list have."""
    for place in range(len(one.heads)):
        value, many = Counter(entry.values[place] for entry in one.entries).most_common(1)[0]
        if 2 * many > len(one.entries) and re.fullmatch(r"[^\W\d]{2,}", value) and value in claim.text:
            return True
    return False


def _nearness(log: Log, claim: Claim, one: Listed, near: list[Listed]) -> float:
    """Return what a list weighs more for standing right above a claim, with no other between."""
    behind = claim.first - one.end
    if behind > NEAR or log.section(one.start).start != log.section(claim.first).start:
        return 0
    between = any(one.end < other.start and other.end < claim.first for other in near)
    if behind <= RIGHT_BELOW and not between:
        return 1.5
    return 0.25 if between else 0.75


def explained(log: Log, one: Listed, claim: Claim, found: list[tuple[Entry, Spot]], *, stays: bool = False) -> bool:
    """Return whether the log speaks of an odd entry again: beside the claim, or, where it can, that it came right."""
    here = " ".join(log.line(n) for n in range(claim.first, claim.last + 1))
    for entry, _ in found:
        others = [each.name for each in one.entries if each.name != entry.name]
        names = [name for name in _names(entry) if not any(name in other for other in others)]
        if _again(one, entry):
            return True
        if not names:
            continue
        own = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, names))})(?![A-Za-z\d-])", re.IGNORECASE)
        if own.search(here) and not _enumerated(one, here):
            return True
        for n, line in log.numbered(one.end + 1, claim.last + BEHIND):
            told = 2 * len({hit.lower() for hit in own.findall(line)}) >= len(names)
            row = line.lstrip().startswith("|") and log.section(n).start != log.section(one.start).start
            if told and not row and not claim.first <= n <= claim.last and _excuses(line, n, claim, stays=stays):
                return True
    return False


def _again(one: Listed, odd: Entry) -> bool:
    """Return whether a later entry of the same list tells of the same one that it came right."""
    own = frozenset(_names(odd))
    alike = [frozenset(_names(each)) for each in one.entries]
    own -= frozenset.intersection(*alike)
    number = (odd.name, odd.values[0].split()[:1])
    later = one.entries[one.entries.index(odd) + 1 :]
    return any(
        ((each.name, each.values[0].split()[:1]) == number or own & set(_names(each)))
        and (WELL.search(each.values[0]) or ANSWERED.search(each.values[0]))
        and not BAD.search(each.values[0])
        for each in later
    )


def _excuses(line: str, number: int, claim: Claim, *, stays: bool) -> bool:
    """Return whether a line with the name of an odd entry excuses it: it came right, or the exception is told there."""
    well = (ANSWERED if "answer" in claim.facets else WELL).search(line)
    if well and not BAD.search(line) and not UNANSWERED.search(line):
        # What came later than a limit, or does not go away, is no excuse.
        return not stays and not (claim.bound is not None and number > claim.last)
    beside = min(abs(number - claim.first), abs(number - claim.last)) <= BESIDE
    return beside and bool(EXCEPT.search(line) or BAD.search(line))


def _enumerated(one: Listed, text: str) -> bool:
    """Return whether a text names several entries of a list one by one: then it leaves none out by naming one."""
    return sum(any(name.lower() in text.lower() for name in _names(entry)) for entry in one.entries) > 1


def _names(entry: Entry) -> list[str]:
    """Return what an entry is called, word by word, or the names in its other cells."""
    words = {word for word in WORD.findall(entry.name.split("(")[0]) if word.lower() not in COMMON}
    if not words:
        values = [value for value in entry.values if not (BAD.search(value) or UNANSWERED.search(value))]
        words = {word for value in values for word in NAME.findall(value)}
    return sorted(words)
