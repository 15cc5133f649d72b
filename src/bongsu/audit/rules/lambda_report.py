"""Lambda bills by the millisecond, rounded up, and a function cannot use more memory than it has.

Source: AWS Lambda pricing since December 2020 (1 ms) and the REPORT line: billed = ceil(duration), plus init where billed;
since 1 August 2025 the init phase is billed for every function.
"""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bongsu.audit.answers import paragraph
from bongsu.audit.claims import denied, told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.grids import grids
from bongsu.audit.moments import days
from bongsu.audit.payloads import pieces, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
_END = r"[ :=]+(\d+(?:\.\d+)?) ?"
DURATION = re.compile(rf"(?<!Billed )(?<!Init )(?<!Restore )\bDuration{_END}ms")
BILLED = re.compile(rf"\bBilled Duration{_END}ms")
INIT = re.compile(rf"\bInit Duration{_END}ms")
SIZE = re.compile(rf"\bMemory Size{_END}MB")
USED = re.compile(rf"\bMax Memory Used{_END}MB")
ALWAYS_BILLED = date(2025, 8, 1)
"""Since when the init phase counts for every kind of function."""
KEYS = {
    "billed": re.compile(r"billed_?(?:duration)?_?(?:ms)?"),
    "init": re.compile(r"init_?(?:duration)?_?(?:ms)?"),
    "lasted": re.compile(r"duration_?(?:ms)?"),
    "size": re.compile(r"memory_?size_?(?:mb)?|memory_?mb"),
    "used": re.compile(r"max_?memory_?used_?(?:mb)?|memory_?used_?(?:mb)?"),
}
HEADS = {
    "billed": re.compile(r"billed.*|청구.*|과금.*"),
    "init": re.compile(r"init.*|cold start.*|초기화.*"),
    "lasted": re.compile(r"(?:duration|ran|run time|runtime|took|실행 ?시간|소요|수행 ?시간)(?: ?\(?ms\)?)?"),
}
MS = re.compile(r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?) ?(?:ms|밀리초)(?![A-Za-z])")
BILL = re.compile(r"\bbilled\b|\bbilling\b|청구|과금", re.IGNORECASE)
MANY = re.compile(
    r"\b(?:total|sum|together|in all|average|mean|median|p\d\d|each|per|steps?|rounds?|GB-s\w*|month|price|before 20\d\d)\b|합계|평균|총|단위",
    re.IGNORECASE,
)
WITH_INIT = re.compile(
    r"(?:\b(?:with|incl\w*|init\w*|plus|cold start)\b|초기화|포함)\W{0,3}(?:init\w*|cold start|초기화)?\W{0,3}(\d[\d,]*(?:\.\d+)?)",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield reports whose figures no invocation can have had, as lines, JSON, tables or prose."""
    for log in logs:
        found: dict[Spot, Hit] = {}
        for hit in (*_lines(log), *_objects(log), *_tables(log), *_prose(log)):
            found.setdefault(hit.spot, hit)
        yield from found.values()


def _billed(log: Log, figures: tuple[str, str, str], spot: Spot, also: tuple[Spot, ...]) -> Iterator[Hit]:
    lasted, billed, init = (Decimal(one.replace(",", "") or 0) for one in figures)
    whole = math.ceil(lasted + init)
    fit = {whole} if _init_counts(log) else {math.ceil(lasted), whole}
    if billed not in fit:
        yield Hit(
            spot=spot,
            also=also,
            why=f"Lambda bills whole milliseconds, rounded up: {' or '.join(map(str, sorted(fit)))} ms",
            instead="the REPORT line as CloudWatch Logs holds it",
        )


@lru_cache(maxsize=64)
def _init_counts(log: Log) -> bool:
    named = [day for _, line in log.numbered() for day in days(line)]
    return bool(named) and min(named) >= ALWAYS_BILLED


def _memory(size: str, used: str, spot: Spot, also: tuple[Spot, ...]) -> Iterator[Hit]:
    if Decimal(used) > Decimal(size):
        yield Hit(
            spot=spot,
            also=also,
            why=f"{used} MB cannot be used of {size} MB: the function would have been killed",
            instead="the REPORT line as CloudWatch Logs holds it",
        )


def _lines(log: Log) -> Iterator[Hit]:
    for number, line in log.numbered():
        billed = BILLED.search(line)
        lasted, init = _beside(log, number, DURATION), _beside(log, number, INIT)
        if lasted and billed:
            figures = (lasted[1][1], billed[1], init[1][1] if init else "")
            yield from _billed(log, figures, log.spot(number, billed), (log.spot(*lasted),))
        size, used = SIZE.search(line), USED.search(line)
        if size and used:
            yield from _memory(size[1], used[1], log.spot(number, used), (log.spot(number, size),))


def _beside(log: Log, number: int, regex: re.Pattern[str]) -> tuple[int, re.Match[str]] | None:
    """Return a figure of a report's line, or of its paragraph when that writes one figure a line."""
    line = log.line(number)
    if "Billed" not in line or (match := regex.search(line)):
        return (number, match) if "Billed" in line and match else None
    if DURATION.search(line):
        return None
    found = [(n, match) for n, text in paragraph(log, number) if (match := regex.search(text)) and abs(n - number) < 6]
    return found[0] if len(found) == 1 else None


def _objects(log: Log) -> Iterator[Hit]:
    for piece in pieces(log):
        for path, one in walk(piece.value):
            if not isinstance(one, dict):
                continue
            places = {name: key for name, regex in KEYS.items() for key in one if regex.fullmatch(_snake(key))}
            figures = {name: str(one[key]) for name, key in places.items() if _number(one[key])}
            spots = {name: log.spot(piece.lines[(*path, places[name])]) for name in figures}
            if {"billed", "lasted"} <= figures.keys():
                told_ms = (figures["lasted"], figures["billed"], figures.get("init", ""))
                yield from _billed(log, told_ms, spots["billed"], (spots["lasted"],))
            if {"size", "used"} <= figures.keys():
                yield from _memory(figures["size"], figures["used"], spots["used"], (spots["size"],))


def _snake(key: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _tables(log: Log) -> Iterator[Hit]:
    for grid in grids(log):
        places = {
            name: n for name, regex in HEADS.items() for n, head in enumerate(grid.heads) if regex.fullmatch(head)
        }
        if not {"billed", "lasted"} <= places.keys():
            continue
        for row in grid.rows:
            figures = {name: NUMBER.match(row[n].text) for name, n in places.items()}
            lasted, billed, init = figures["lasted"], figures["billed"], figures.get("init")
            if lasted and billed and "." in lasted[0] and not MANY.search(row[0].text):
                inside = WITH_INIT.search(row[places["billed"]].text)
                told_ms = (lasted[0], billed[0], inside[1] if inside else init[0] if init else "")
                yield from _billed(log, told_ms, row[places["billed"]].spot, (row[places["lasted"]].spot,))


def _prose(log: Log) -> Iterator[Hit]:
    for number, line in told(log):
        bill = BILL.search(line)
        if bill is None or "REPORT" in line or MANY.search(line) or denied(line) or line.lstrip().startswith("|"):
            continue
        found = list(MS.finditer(line))
        if len(found) == 2 and not re.search(r"\binit|cold|restore|초기화", line, re.IGNORECASE):
            billed, lasted = sorted(
                found, key=lambda one: min(abs(one.start() - bill.end()), abs(one.end() - bill.start()))
            )
            if "." not in billed[1]:
                yield from _billed(
                    log, (lasted[1], billed[1], ""), log.spot(number, billed), (log.spot(number, lasted),)
                )
