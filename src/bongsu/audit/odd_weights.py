"""How much speaks for it that a sentence about all and one that is otherwise are of the same: what ties them, each with its weight.

The weights were fitted to logs in which it was known what contradicts what, and measured on those that a fit had not seen.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.concepts import WORDS
from bongsu.audit.odd_classes import many, of_class
from bongsu.audit.odd_words import (
    DENIAL,
    LASTING,
    MENDED,
    NAME,
    ONE_OF,
    QUOTED,
    UNASKED,
    counts_fewer,
    deeds,
    tokens,
    undone,
)
from bongsu.audit.quantified_words import (
    ANSWERED,
    BAD,
    EXCEPT,
    LATER_TRY,
    LEFT_OUT,
    NOT_BAD,
    OLD,
    UNANSWERED,
    WELL,
)
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bongsu.audit.log import Log
    from bongsu.audit.odd_ones import Odd
    from bongsu.audit.quantified_claims import Claim

WEIGHTS: Mapping[str, float] = {
    "always": -6.01,
    "answer": 3.51,
    "new": 3.43,
    "first": 2.96,
    "denied": 2.73,
    "late": 2.21,
    "echo": 2.01,
    "undone": 1.98,
    "none counted": 1.8,
    "listed right": 1.69,
    "class named": 1.62,
    "one of": 1.51,
    "no": -1.49,
    "none": 1.39,
    "about": 1.3,
    "well": 1.25,
    "fewer": -1.18,
    "lasting": 1.09,
    "class of list": 1.07,
    "told odds": -1.07,
    "every": 1.03,
    "listed class": 0.98,
    "named": 0.95,
    "fine": -0.9,
    "far": -0.89,
    "near": 0.87,
    "later": -0.84,
    "alone": 0.81,
    "shares": 0.81,
    "long": -0.73,
    "right": 0.71,
    "listed odds": -0.69,
    "clock": -0.65,
    "wrong": 0.6,
    "count": -0.59,
    "again": -0.55,
    "other count": -0.47,
    "section": 0.44,
    "silence": -0.44,
    "loose": -0.4,
    "timed": -0.4,
    "density": -0.34,
    "short": 0.32,
    "counted": -0.3,
    "before": -0.25,
    "class": -0.25,
    "differs": 0.25,
    "title": -0.22,
    "class of every": 0.18,
    "told": 0.14,
    "bound": 0.13,
    "odds": 0.11,
    "mended": -0.07,
}
LEAST = -0.2
"""What it takes: above it, one in a hundred logs without a contradiction had a pair when they were measured unseen."""
MOST, RIGHT, NEAR, FAR, LATE, BEHIND, LATER_S = 2.5, 4, 15, 60, 0.7, 12, 60
TAIL, NAMED, LONG = 3, 2, 3.0
CLOCK = re.compile(r"\d{1,2}:\d\d")
CLOCKS = re.compile(r"\d{1,2}:\d\d(?::\d\d)?")
SHARED_MOST = 8
"""A word in so many lines, or in an eighth of them, names nothing."""


@dataclass(frozen=True, slots=True)
class Around:
    """What the weights need of a log, counted once."""

    log: Log
    rare: dict[str, float]
    """How rare each word is, from 0 in every line to nearly 1 in one."""

    def sum(self, words: frozenset[str]) -> float:
        """Return how much some words say, together."""
        return min(MOST, sum(self.rare.get(word, 1.0) for word in words))


@lru_cache(maxsize=64)
def around(log: Log) -> Around:
    """Return how rare the words of a log are."""
    lines = len(log.text.lines)
    seen = Counter(word for _, line in log.numbered() for word in tokens(line))
    return Around(
        log, {word: max(0.0, math.log((lines + 1) / (n + 1)) / math.log(lines + 2)) for word, n in seen.items()}
    )


def weight(log: Log, claim: Claim, odd: Odd) -> float:
    """Return how much speaks for a contradiction; below LEAST it is none."""
    found = _sum(features(log, claim, odd)) + WEIGHTS["always"]
    # What tells of the odd one again only takes away, and is looked for last.
    return found if found < LEAST else found + _sum(_of_more(log, claim, odd))


def features(log: Log, claim: Claim, odd: Odd) -> dict[str, float]:
    """Return what there is to weigh, each by its name, but for what tells of the odd one again."""
    return {**_of_both(log, claim, odd), **_of_place(log, claim, odd), **of_class(log, claim, odd), **many(log)}


def _sum(told: dict[str, float]) -> float:
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in told.items() if value)


def excused(log: Log, claim: Claim, odd: Odd) -> bool:
    """Return whether a claim knows of the odd one: it counts fewer beside, or names it in the same line."""
    here = " ".join(log.line(number) for number in range(claim.first, claim.last + 1))
    if counts_fewer(here, odd.size) or UNASKED.search(odd.text):
        return True
    if "first" not in claim.facets and MENDED.search(odd.text):
        return True
    if any(hit["text"].strip() in odd.text for hit in QUOTED.finditer(here)):
        return True
    if odd.kind == "differs" and odd.value not in claim.text.lower() and not _wrong(odd.text):
        return True
    rest = here.replace(claim.text.strip(), " ")
    names = _names(log, odd)
    tails = {part for name in (odd.name, *names[:1]) for part in (name, name.rpartition("-")[2]) if len(part) >= TAIL}
    tails -= {part for part in tails if not odd.name and not re.search(r"\d", part)}
    named = any(part in here for part in tails) and not _several(odd, here)
    wrong = any(words.search(rest) for words in (BAD, UNANSWERED, LEFT_OUT, EXCEPT))
    return named or (wrong and any(name in rest for name in names))


def _wrong(text: str) -> bool:
    return any(words.search(text) for words in (BAD, UNANSWERED, LEFT_OUT, LATER_TRY, OLD, DENIAL))


def _several(odd: Odd, here: str) -> bool:
    return odd.size > 1 and here.count(",") + here.count("·") >= odd.size - 1


@dataclass(frozen=True, slots=True)
class _Words:
    """What the words of an odd one say by themselves."""

    own: frozenset[str]
    about: frozenset[str]
    title: frozenset[str]
    heads: str
    bad: bool
    unanswered: bool
    repeated: bool
    old: bool
    always: dict[str, float]


@lru_cache(maxsize=2_000)
def _words(log: Log, odd: Odd) -> _Words:
    own = tokens(log.line(odd.line))
    return _Words(
        own=own,
        about=tokens(" ".join(odd.about)) - own,
        title=tokens(log.section(odd.line).title),
        heads=" ".join(odd.about),
        bad=BAD.search(odd.text) is not None,
        unanswered=UNANSWERED.search(odd.text) is not None,
        repeated=LATER_TRY.search(odd.text) is not None,
        old=OLD.search(odd.text) is not None,
        always={
            odd.kind: 1.0,
            "lasting": float(LASTING.search(odd.text) is not None),
            "fine": float(NOT_BAD.search(odd.text) is not None),
            "long": min(LONG, len(odd.text) / 100),
        },
    )


def _of_both(log: Log, claim: Claim, odd: Odd) -> dict[str, float]:
    """Return what the words of the two say."""
    text, facets, words = odd.text, claim.facets, _words(log, odd)
    said, scale = tokens(claim.text), around(log)
    denied = [facet[3:] for facet in facets if facet.startswith("no ")]
    told = {
        "denied": any(WORDS[name].search(text) or WORDS[name].search(words.heads) for name in denied),
        "wrong": bool(denied) and words.bad,
        "none": claim.none,
        "every": claim.every,
        "well": "well" in facets,
        "bound": claim.bound is not None,
        "answer": "answer" in facets and words.unanswered,
        "silence": "answer" not in facets and words.unanswered,
        "first": "first" in facets and words.repeated,
        "new": "new" in facets and words.old,
        "undone": claim.every and undone(text, deeds(claim.text)),
        "one of": any(_of_class(hit, claim) for hit in ONE_OF.finditer(log.line(odd.line))),
        "no": any(noun and noun <= stems(text) for noun in claim.nouns),
        "echo": claim.every
        and len(odd.value) > 1
        and odd.value in claim.text.lower()
        and stems(odd.value) <= claim.core,
    }
    return {
        **words.always,
        **{name: float(value) for name, value in told.items()},
        "shares": scale.sum(said & words.own),
        "about": scale.sum(said & words.about),
        "title": scale.sum(said & words.title),
    }


def _of_class(hit: re.Match[str], claim: Claim) -> bool:
    if hit["class"]:
        return bool(stems(hit["class"]) & claim.about)
    return (hit["ko"] or hit["kind"]) in claim.text and (hit["own"] or "\n") not in claim.text


def _of_place(log: Log, claim: Claim, odd: Odd) -> dict[str, float]:
    """Return what the places of the two say, and how many there are."""
    behind = claim.first - odd.end
    when, then = log.moments(odd.line), log.moments(claim.first)
    later = bool(when and then) and when[0].fits(then[0]) and (when[0].at - then[0].at).total_seconds() > LATER_S
    counted = odd.size > 1 and odd.size in claim.counts
    told = {
        "before": odd.line < claim.first,
        "right": 0 < behind <= RIGHT,
        "near": RIGHT < behind <= NEAR,
        "far": behind > FAR,
        "section": log.section(odd.line).start == log.section(claim.first).start,
        "counted": counted,
        "other count": bool(claim.counts) and not counted,
        "fewer": any(1 < n < odd.size for n in claim.counts),
        "alone": odd.size > NAMED and odd.many == 1,
        "late": claim.first > LATE * len(log.text.lines),
        "later": later,
        "timed": bool(when),
        "clock": CLOCK.search(claim.text) is not None,
    }
    return {name: float(value) for name, value in told.items()}


def _of_more(log: Log, claim: Claim, odd: Odd) -> dict[str, float]:
    """Return what other lines tell of the odd one."""
    names = _names(log, odd)
    more = {how for number in _after(log, claim, odd) for how in _tells(log.line(number), names)}
    return {"mended": float("well" in more), "again": float(bool(more) and "well" not in more)}


def _after(log: Log, claim: Claim, odd: Odd) -> Iterator[int]:
    last = min(len(log.text.lines), claim.last + BEHIND)
    return (number for number in range(odd.line + 1, last + 1) if not claim.first <= number <= claim.last)


def _tells(line: str, names: tuple[str, ...]) -> Iterator[str]:
    """Yield how a line that names an odd one tells of it."""
    if names and 2 * sum(name in line for name in names) >= len(names):
        good = (WELL.search(line) or ANSWERED.search(line)) and not (BAD.search(line) or UNANSWERED.search(line))
        yield "well" if good else "ill"


@lru_cache(maxsize=2_000)
def _names(log: Log, odd: Odd) -> tuple[str, ...]:
    """Return what an odd one is called, by what few lines have."""
    found = NAME.findall(odd.name) or [odd.name.strip()] if odd.name else NAME.findall(CLOCKS.sub(" ", odd.text))[:6]
    most = max(SHARED_MOST - 2, len(log.text.lines) // SHARED_MOST)
    return tuple(one for one in found if one and 1 <= sum(one in line for line in log.text.lines) <= most)
