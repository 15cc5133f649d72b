"""A number that is handed out in turn is not below one that was handed out before: seq, serial, run, page, row.

Source: what counts counts upwards (RFC 1035 and 1912 for a zone's serial); the log's own numbers and times.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import by_hand, late, written
from bongsu.audit.counters import HANDED, RESET, Count, counts
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.id_columns import backwards
from bongsu.audit.ids import Sure, dated
from bongsu.audit.rules import ids_go_up
from bongsu.audit.serials import falls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
STRONG = (
    "serial of",
    "message of one room",
    "msg of one room",
    "seq",
    "sequence",
    "page",
    "update",
    "시퀀스",
    "순번",
    "일련 번호",
    "일련번호",
)
"""Rows of which two numbers are enough."""
LEAST = 3
AROUND_LEAST = 4
NIGHT_S = 43_200


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the one number of a row that is below earlier ones, where the others go up."""
    for log in filter(written, logs):
        if any(RESET.search(line) for _, line in log.numbered()):
            continue
        told = {hit.spot.line for hit in hits(ids_go_up, log)}
        rows: dict[str, list[Count]] = {}
        shown: set[int] = set()
        for one in counts(log):
            rows.setdefault(one.row, []).append(one)
        for row, found in rows.items():
            for hit in _of(log, row, found):
                if hit.spot.line not in told:
                    shown |= {hit.spot.line, *(spot.line for spot in hit.also)}
                    yield hit
        yield from _in_columns(log, told | shown)


def _in_columns(log: Log, told: set[int]) -> Iterator[Hit]:
    """Yield what no row of counts has shown: an entry of a table in the order of its times, a fall in any row of numbers."""
    for back in backwards(log):
        if not back.of_messages and told.isdisjoint({back.cell.spot.line, back.before.spot.line}):
            told |= {back.cell.spot.line}
            yield ids_go_up.of_a_row(back)
    for fall in falls(log) if by_hand(log) else ():
        before, after = fall.before, fall.after
        if told.isdisjoint({before.line, after.line}):
            told |= {before.line, after.line}
            yield Hit(
                spot=log.at(after.line, str(after.number)),
                also=(log.at(before.line, str(before.number)),),
                why=f"{after.number} at {after.when.text} is below {before.number} at {before.when.text}, in numbers that go up",
                instead="the number and the time as the system gave them",
            )


def _of(log: Log, row: str, found: list[Count]) -> Iterator[Hit]:
    ordered = sorted(found, key=lambda one: one.when.at)
    least = 2 if row.startswith(STRONG) or _handed(log) else LEAST
    if len({one.number for one in ordered}) < least:
        return
    wrong = [one for one in ordered if _out_of_turn(log, one, ordered)] or _fallen(log, row, ordered)
    # Where either of two neighbours may be the wrong one, the numbers around them must show that they go up.
    if not wrong or (len(wrong) > 1 and len({one.number for one in ordered}) < AROUND_LEAST and least == LEAST):
        return
    one = wrong[-1]
    above = [other for other in ordered if _after(log, one, other) and other.number > one.number]
    below = [other for other in ordered if _after(log, other, one) and other.number < one.number]
    also = (above or below)[-2:]
    yield Hit(
        spot=one.spot,
        also=tuple(other.spot for other in also),
        why=f"{one.number} at {one.when.text} is below {also[-1].number} at {also[-1].when.text}, in numbers that go up"
        if above
        else f"{one.number} at {one.when.text} is above {also[-1].number} at {also[-1].when.text}, in numbers that go up",
        instead="the number and the time as the system gave them",
    )


def _fallen(log: Log, row: str, ordered: list[Count]) -> list[Count]:
    """Return the first number of some that go up by themselves, and all of which are between those before them."""
    if not row.startswith(STRONG) or len(ordered) < AROUND_LEAST:
        return []
    falls = [n for n, (one, other) in enumerate(pairwise(ordered), 1) if other.number <= one.number]
    if len(falls) != 1 or not _after(log, ordered[falls[0]], ordered[falls[0] - 1]):
        return []
    before, after = ordered[: falls[0]], ordered[falls[0] :]
    return after[:1] if after[0].number > before[0].number and after[-1].number < before[-1].number else []


def _out_of_turn(log: Log, one: Count, ordered: list[Count]) -> bool:
    """Return whether a number alone breaks the order: all others go up without it."""
    others = [other for other in ordered if other is not one]
    broken = any(_after(log, one, other) and other.number > one.number for other in others)
    return broken and not any(
        _after(log, later, other) and other.number > later.number for later in others for other in others
    )


def _after(log: Log, one: Count, other: Count) -> bool:
    """Return whether a number is of a later time of the same night; where a day is left open, it stands further down too."""
    known = Sure.HERE not in (dated(log, one.when), dated(log, other.when))
    return (
        late(one.when, other.when)
        and (one.when.at - other.when.at).total_seconds() < NIGHT_S
        and (known or one.spot.line > other.spot.line)
    )


def _handed(log: Log) -> bool:
    return any(HANDED.search(line) for _, line in log.numbered())
