"""A figure that one slip of the hand makes of the sum of the figures beside it was that sum.

Source: arithmetic; F. J. Damerau, "A technique for computer detection and correction of spelling errors" (1964): another
digit and two neighbours changed round are two of the four slips of a hand.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from bongsu.audit.amounts import NOT_COUNTED, TOTAL, counts, mistyped, slipped
from bongsu.audit.asked import hits
from bongsu.audit.claims import by_hand, withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.rules import sums, total_elsewhere
from bongsu.audit.stacks import CLOCK, stacks
from bongsu.audit.summed import misadded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.stacks import Entry

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
PAIR = re.compile(r"(?<![\w.-])(?P<key>[^\W\d][\w.-]{0,30})=(?P<n>\d{1,3}(?:,\d{3})+|\d{1,9})(?![\w.%:]|,\d)")
PAIRS = pattern(rf"{PAIR.pattern}(?:[ ,;|]{{1,3}}{PAIR.pattern.replace('?P<key>', '').replace('?P<n>', '')})+")
HEAD = re.compile(r"(?P<word>[^\W\d_]{3,})\s?:\s*$")
_NAME = r"[^\W\d][^\W\d\s]{0,20}(?: [^\W\d\s]{1,12}){0,2}"
BRACKETED = pattern(
    rf"(?<![\w.:/-])(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d{{3,9}})(?![.:]\d)[^\d()]{{1,40}}\((?P<parts>(?:{_NAME} \d[\d,]*\d|{_NAME} \d)(?:, (?:and )?{_NAME} \d[\d,]*)+)\)"
)
NO_SUM = pattern(rf"{NOT_COUNTED.pattern}|\b(?:runs?|batch|slot|round|wave|build|code)\b", re.IGNORECASE)
"""The label of a figure that names something, or measures it."""
LEAST = 100
"""Of smaller numbers too many are a slip apart."""
FEW, LONG = 3, 4
ALL = re.compile(r"\b(?:together|altogether|combined|overall|in all|sum)\b|합쳐|더하면|모두|전체", re.IGNORECASE)
"""Anywhere in a label: what stands there is all of something."""


class Told(NamedTuple):
    """A figure beside others, and the sum that it is a slip away from."""

    spot: Spot
    figure: Decimal | int
    parts: tuple[Decimal | int, ...]
    also: tuple[Spot, ...] = ()


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield figures that a slip makes of the sum of their neighbours, where that sum stands nowhere."""
    for log in filter(written, logs):
        typed = by_hand(log)
        under = [*_under_each_other(log), *_in_sentences(log)] if typed else []
        beside = list(_in_lines(log))
        if not under and not beside:
            continue
        stated = {one.count for _, line in log.numbered() for one in counts(line)}
        others = [hit for rule in (sums, total_elsewhere) for hit in hits(rule, log)]
        told = {hit.spot.line for hit in others if hit.confidence is not Confidence.LOW}
        under = [one for one in under if one.figure + sum(one.parts) not in stated]  # it is itself a part
        for one in (*under, *(each for each in beside if sum(each.parts) not in stated)):
            if one.spot.line not in told and not withdrawn(log, one.spot.line):
                told.add(one.spot.line)
                shown = " + ".join(map(str, one.parts)).replace("+ -", "- ")
                yield Hit(
                    spot=one.spot,
                    also=one.also,
                    why=f"{shown} = {sum(one.parts)}, and {one.figure} is one slip of the hand away",
                    instead="the parts and the total as they were counted, each with its source",
                )


def _slip(figure: int, parts: Sequence[int]) -> bool:
    """Return whether a figure is a slip of a sum, and near it: measures that are nearly the same have no sum."""
    near = 10 * abs(figure - sum(parts)) <= 3 * figure
    return near and max(parts) < figure and len(set(parts)) > 1 and slipped(str(figure), str(sum(parts)))


def _under_each_other(log: Log) -> Iterator[Told]:
    """Yield a number of a stack that all above it, or all below, nearly add up to, or that the two above differ by."""
    for stack in stacks(log):
        for place, figure in enumerate(stack):
            if (figure.value < LEAST and len(figure.digits) < FEW) or NO_SUM.search(figure.label):
                continue
            above, below = stack[:place][::-1], stack[place + 1 :]
            total = (TOTAL.search(figure.label) or ALL.search(figure.label)) is not None
            if not _fits(figure, above) and not _fits(figure, below):
                yield from _summed(figure, above, 2 if total else FEW, every=total)
                yield from _summed(figure, below, FEW, every=False)
            if place > 1:
                yield from _taken_off(figure, above[1], above[0])


def _fits(figure: Entry, run: Sequence[Entry]) -> bool:
    return any(figure.value == sum(one.value for one in run[:n]) for n in range(2, len(run) + 1))


def _summed(figure: Entry, run: Sequence[Entry], least: int, *, every: bool) -> Iterator[Told]:
    """Yield a figure that a slip makes of what is beside it: of the whole of it, or of what stands next to it."""
    if least == FEW and CLOCK.search(figure.label):
        return
    for many in range(2 if every else len(run), len(run) + 1):
        parts = [one.value for one in run[:many]]
        exact = {-one.value.as_tuple().exponent for one in (figure, *run[:many])}  # type: ignore[operator]
        if many < least or len(exact) > 1 or max(parts) >= figure.value or len(set(parts)) < 2:
            continue
        if _mistyped(figure, sum(parts, Decimal(0))):
            yield Told(figure.spot, figure.value, tuple(parts[::-1]), tuple(one.spot for one in run[:many]))


def _mistyped(figure: Entry, sum_: Decimal) -> bool:
    return 10 * abs(figure.value - sum_) <= 3 * figure.value and mistyped(figure.text, str(sum_))


def _taken_off(figure: Entry, whole: Entry, part: Entry) -> Iterator[Told]:
    """Yield a rest with two digits changed round: `4,120,500`, less `18,240`, and below them `4,102,620`."""
    rest = whole.value - part.value
    swapped = sorted(figure.text) == sorted(f"{rest:,}") or sorted(figure.text) == sorted(str(rest))
    if 0 < part.value < figure.value and len(figure.digits) >= LONG and swapped and _mistyped(figure, rest):
        yield Told(figure.spot, figure.value, (whole.value, -part.value), (whole.spot, part.spot))


def _in_sentences(log: Log) -> Iterator[Told]:
    for spot, figure, parts in misadded(log):
        yield Told(spot, figure, parts)


def _in_lines(log: Log) -> Iterator[Told]:
    for number, line in log.numbered():
        for match in PAIRS.finditer(line):
            pairs = [(one["key"], int(one["n"].replace(",", ""))) for one in PAIR.finditer(match[0])]
            parts = tuple(n for key, n in pairs if not TOTAL.search(key))
            total = [n for key, n in pairs if TOTAL.search(key)]
            if len(total) == 1 and len(parts) > 1 and total[0] >= LEAST and _slip(total[0], parts):
                yield Told(log.spot(number, match), total[0], parts)
            head = HEAD.search(line[: match.start()])
            if head and not total:
                yield from _named(log, number, head["word"], parts)
        for match in BRACKETED.finditer(line):
            figure = int(match["n"].replace(",", ""))
            parts = tuple(int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", match["parts"]))
            if figure >= LEAST and _slip(figure, parts):
                yield Told(log.spot(number, match, "n"), figure, parts)


def _named(log: Log, number: int, word: str, parts: tuple[int, ...]) -> Iterator[Told]:
    """Yield the figure that another line gives for the word at the head of some parts: `refreshed: a=7 b=5`, `refreshed 21`."""
    for place, line in log.numbered():
        for match in re.finditer(rf"\b{word} (?P<n>\d[\d,]*)(?![\w.:%]|,\d)", line) if place != number else ():
            figure = int(match["n"].replace(",", ""))
            if figure >= LEAST and _slip(figure, parts):
                yield Told(log.spot(place, match, "n"), figure, parts)
