"""Rows of numbers by their place alone: behind one word, under one head or one key; one of them that falls while the clock goes on.

Whatever is numbered: a docket, a job, a call, a message. The numbers must be close to each other, as those are that one
hand gives out in turn, and go up with their times but for one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.claims import late
from bongsu.audit.counters import OTHERS
from bongsu.audit.grids import grids
from bongsu.audit.log import ROW
from bongsu.audit.payloads import payloads, walk
from bongsu.audit.stated import piece_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

    Row = tuple[str, str, int]

NUMBERED = re.compile(
    r"(?P<label>(?:[A-Za-z가-힣][A-Za-z가-힣_]*)?(?:[ ]?(?:no\.?|nr\.?|number|번호))?[ _=:#\"-]{0,3})(?<![\d.,:/+])(?<!\d-)(?P<n>\d{3,12})"
    r"(?![\d]|[.,:/]\d|[-–]\d|%|[A-Za-z]| ?(?:ms|s|sec|min|MB|KB|GB|rows?|times|lines?|of|건|개|명|초|분|시|원|통|줄|회|대|곳|장|kg|km|%|번|호|월|일|년|층|도)\b)"
)
VALUE = re.compile(r"(?P<prefix>[A-Za-z가-힣#]*[-_ #]?)(?P<n>\d{3,12})")
LABEL_ID = re.compile(
    r"(?:.*[^a-z]|)(?:ids?|no|nr|num|number|seq|sequence|serial|entry|docket|ticket|run|job|call|order|receipt|journal|revision|msg|message|post|wo|#)\W*"
    r"|.*[-#]|.*(?:번호|순번|연번|접수|전표|일련)\W*|start",
    re.IGNORECASE,
)
"""What stands at numbers that are names."""
IN_TURN = re.compile(
    r".*message[ _]?id.*|.*메시지 ?(?:id|번호).*|seq|sequence|.*순번.*|.*일련 ?번호.*|\d+ (?:msg|message)",
    re.IGNORECASE,
)
"""What stands at numbers that are certainly given in turn, so that two are enough."""
HANDED = re.compile(
    r"auto[- _]?increment|\bincrement\w*|\bonly (?:ever )?(?:go(?:es)?|grows?|rises?|counts?) ?(?:up)?\b|\bin (?:turn|sequence|order)\b|\bone by one\b|\bsequential\w*|\bascending|\bincreasing|\bcounts? (?:itself )?up|단조|증가|차례(?:대로|로)|순서대로|순차|하나씩 (?:늘|올|커)",
    re.IGNORECASE,
)
"""What says that something gives out its numbers in turn."""
HEAD = re.compile(r"\W*\x00+[\])]?\W{0,3}(?:[^\W\d]{1,16}[ .]{1,2}){1,3}\W{0,2}[#№](?P<n>\d{2,9})[\])]?(?:\W|$)")
"""How a message begins, whoever wrote it: its time, a name, its number."""
STARTS = re.compile(r"\W*#?-?(?P<n>\d{3,8})\W*[\])]?\W*\x00")
EARLY_MOST = 30
IN_TURN_LEAST, ID_LEAST, LEAST = 2, 3, 6
CLOSE = 0.1
"""The share of the highest number that lies between the highest and the lowest."""
HALF_DAY_S, NEAR_S = 43_200, 7_200


@dataclass(frozen=True, slots=True)
class Serial:
    """One number of a row, with the time of what has it."""

    when: Moment
    line: int
    number: int


@dataclass(frozen=True, slots=True)
class Fall:
    """Two neighbours in time of which the later has the lower number."""

    before: Serial
    after: Serial


def falls(log: Log) -> Iterator[Fall]:
    """Yield the one fall of each row of numbers that goes up with its times but for it."""
    rows: dict[Row, dict[int, Serial]] = defaultdict(dict)
    for row, serial in (*_in_grids(log), *_in_objects(log), *_in_lines(log)):
        rows[row].setdefault(serial.line, serial)
    handed = [line.lower() for _, line in log.numbered() if HANDED.search(line)]
    for (kind, label, _), found in rows.items():
        told = any(len(label) > 1 and label in line for line in handed)
        fall = _fall(
            kind, f"{label} #" if told else label, sorted(found.values(), key=lambda one: (one.when.at, one.line))
        )
        if fall is not None:
            yield fall


def _fall(kind: str, label: str, row: list[Serial]) -> Fall | None:
    numbers = [one.number for one in row]
    named = bool(LABEL_ID.fullmatch(label) or IN_TURN.fullmatch(label))
    least = IN_TURN_LEAST if IN_TURN.fullmatch(label) else ID_LEAST if named else LEAST
    if len(row) < least or len(set(numbers)) < len(numbers) or len({len(str(one)) for one in numbers}) > 1:
        return None
    back = [place for place, (one, other) in enumerate(pairwise(numbers)) if other < one]
    if len(back) != 1 or max(numbers) - min(numbers) > CLOSE * max(numbers):
        return None
    place = back[0]
    rest = [numbers[:out] + numbers[out + 1 :] for out in (place, place + 1)]
    if all(one != sorted(one) for one in rest):
        return None
    before, after = row[place], row[place + 1]
    apart_s = (after.when.at - before.when.at).total_seconds()
    dated = before.when.own_date and after.when.own_date
    if not late(after.when, before.when) or (apart_s > HALF_DAY_S and not dated):
        return None
    # Where the log has the later one further up, the numbers are the order, and a clock that crosses no midnight is wrong.
    turned = len(row) > ID_LEAST and named and kind != "line" and (dated or apart_s < NEAR_S)
    return Fall(before, after) if after.line > before.line or turned else None


def _in_grids(log: Log) -> Iterator[tuple[Row, Serial]]:
    for grid in grids(log):
        for row in grid.rows:
            times = [one for cell in row if (one := grid.moment(cell))]
            for column, cell in enumerate(row) if times else ():
                match = VALUE.fullmatch(cell.text.strip("`#* "))
                if match:
                    label = f"{grid.heads[column]} {match['prefix']}".strip()
                    yield ("column", label, grid.start), Serial(times[0], cell.spot.line, int(match["n"]))


def _in_objects(log: Log) -> Iterator[tuple[Row, Serial]]:
    for piece, (_, value, lines) in enumerate(payloads(log)):
        for path, one in walk(value):
            if not isinstance(one, dict):
                continue
            members = [(str(key), inner, lines[(*path, key)]) for key, inner in one.items() if (*path, key) in lines]
            times = [m for _, v, n in members if isinstance(v, str) for m in log.moments(n) if m.text in v][:1]
            for key, inner, number in members if times else ():
                match = VALUE.fullmatch(str(inner)) if isinstance(inner, int | str) else None
                if match:
                    label = f"{key} {match['prefix']}".strip()
                    yield ("object", label, hash((piece, path[:-1]))), Serial(times[0], number, int(match["n"]))


def _in_lines(log: Log) -> Iterator[tuple[Row, Serial]]:
    drawn = {cell.spot.line for grid in grids(log) for row in grid.rows for cell in row}
    above: tuple[Moment, ...] = ()
    for number, line in log.numbered():
        own = log.moments(number)
        # What stands right below a line that begins with a time is told at that time.
        above = own or (above if line.strip() else ())
        found = own or above[:1]
        if not found or found[0].column > EARLY_MOST or ROW.fullmatch(line) or piece_at(log, number) is not None:
            continue
        text = line
        for one in own:
            text = text[: one.column - 1] + "\x00" * (one.end - one.column) + text[one.end - 1 :]
        if match := HEAD.match(text):
            yield ("head", "", 0), Serial(found[0], number, int(match["n"]))
        if number in drawn or OTHERS.search(line):
            continue
        if match := STARTS.match(text):
            yield ("start", "start", 0), Serial(found[0], number, int(match["n"]))
        for match in NUMBERED.finditer(text):
            label = match["label"].strip().lower()
            if not label and text[: match.start()].rstrip(" ])#[|*-\t")[-1:] != "\x00":
                continue
            yield ("line", label, 0), Serial(found[0], number, int(match["n"]))
