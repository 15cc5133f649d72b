"""A figure that one slip of the hand makes of the sum of the figures beside it was that sum.

Source: arithmetic; F. J. Damerau, "A technique for computer detection and correction of spelling errors" (1964): another
digit and two neighbours changed round are two of the four slips of a hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bongsu.audit.amounts import NOT_COUNTED, TOTAL, counts, slipped, whole
from bongsu.audit.asked import hits
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.items import groups
from bongsu.audit.rules import sums, total_elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.items import Group
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
PAIR = re.compile(r"(?<![\w.-])(?P<key>[^\W\d][\w.-]{0,30})=(?P<n>\d{1,3}(?:,\d{3})+|\d{1,9})(?![\w.%:]|,\d)")
PAIRS = re.compile(rf"{PAIR.pattern}(?:[ ,;|]{{1,3}}{PAIR.pattern.replace('?P<key>', '').replace('?P<n>', '')})+")
HEAD = re.compile(r"(?P<word>[^\W\d_]{3,})\s?:\s*$")
_NAME = r"[^\W\d][^\W\d\s]{0,20}(?: [^\W\d\s]{1,12}){0,2}"
BRACKETED = re.compile(
    rf"(?<![\w.:/-])(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d{{3,9}})(?![.:]\d)[^\d()]{{1,40}}\((?P<parts>(?:{_NAME} \d[\d,]*\d|{_NAME} \d)(?:, (?:and )?{_NAME} \d[\d,]*)+)\)"
)
NO_SUM = re.compile(rf"{NOT_COUNTED.pattern}|\b(?:runs?|batch|slot|round|wave|build|code)\b", re.IGNORECASE)
"""The label of a figure that names something, or measures it."""
LEAST = 100
"""Of smaller numbers too many are a slip apart."""
FEW = 3


class Told(NamedTuple):
    """A figure beside others, and the sum that it is a slip away from."""

    spot: Spot
    figure: int
    parts: tuple[int, ...]


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield figures that a slip makes of the sum of their neighbours, where that sum stands nowhere."""
    for log in filter(written, logs):
        found = [*_beside(log), *_in_lines(log)]
        if not found:
            continue
        stated = {one.count for _, line in log.numbered() for one in counts(line)}
        told = {hit.spot.line for rule in (sums, total_elsewhere) for hit in hits(rule, log)}
        for one in found:
            if sum(one.parts) not in stated and one.spot.line not in told and not withdrawn(log, one.spot.line):
                yield Hit(
                    spot=one.spot,
                    why=f"{' + '.join(map(str, one.parts))} = {sum(one.parts)}, and {one.figure} is one slip of the hand away",
                    instead="the parts and the total as they were counted, each with its source",
                )


def _slip(figure: int, parts: Sequence[int]) -> bool:
    """Return whether a figure is a slip of a sum, and near it: measures that are nearly the same have no sum."""
    near = 10 * abs(figure - sum(parts)) <= 3 * figure
    return near and max(parts) < figure and len(set(parts)) > 1 and slipped(str(figure), str(sum(parts)))


def _beside(log: Log) -> Iterator[Told]:
    """Yield a member of an object, or an entry of a list, that all its neighbours on one side nearly add up to."""
    for group in groups(log):
        if group.kind in ("lines", "object"):
            yield from _in_group(group)


def _in_group(group: Group) -> Iterator[Told]:
    values = [whole(item.value) for item in group.items]
    for place, figure in enumerate(values):
        if figure is None or figure < LEAST or NO_SUM.search(group.items[place].label):
            continue
        runs = [run for run in (_run(values[:place][::-1]), _run(values[place + 1 :])) if len(run) >= FEW]
        starts = [run[:n] for run in runs for n in range(2, len(run) + 1)]
        if any(sum(one) == figure for one in starts):
            continue
        for run in runs:
            if sum(1 for one in run if one) >= FEW and _slip(figure, run):
                yield Told(group.items[place].spot, figure, tuple(run))


def _run(values: Sequence[int | None]) -> list[int]:
    """Return the counts from the beginning of a list up to what is none."""
    found: list[int] = []
    for one in values:
        if one is None:
            break
        found.append(one)
    return found


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
