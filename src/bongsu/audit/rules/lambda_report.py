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
from bongsu.audit.facts import facts
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.grids import grids
from bongsu.audit.moments import days
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
_START = r"(?:\b|(?<=\\t))"
"""A JSON text writes the gaps of a report as `\\t`."""
_END = r"[ :=]+(\d+(?:\.\d+)?) ?"
DURATION = re.compile(rf"(?<!Billed )(?<!Init )(?<!Restore ){_START}Duration{_END}ms")
BILLED = pattern(rf"{_START}Billed Duration{_END}ms")
INIT = re.compile(rf"{_START}Init Duration{_END}ms")
SIZE = pattern(rf"{_START}Memory Size{_END}MB")
USED = pattern(rf"{_START}Max Memory Used{_END}MB")
ALWAYS_BILLED = date(2025, 8, 1)
"""Since when the init phase counts for every kind of function."""
KEYS = {
    "billed": re.compile(r"billed_?(?:duration)?_?(?:ms)?|청구_?(?:시간|된_시간)?|과금_?(?:시간)?"),
    "init": re.compile(r"init_?(?:duration)?_?(?:ms)?|cold_start_?(?:ms)?|초기화_?(?:시간)?"),
    "lasted": re.compile(r"duration_?(?:ms)?|실행_?시간|수행_?시간"),
    "size": re.compile(
        r"memory_?size_?(?:mb)?|memory_?mb|memory|configured_memory|memory_limit|메모리_?(?:크기|할당|설정)?"
    ),
    "used": re.compile(
        r"max_?memory_?used_?(?:mb)?|memory_?used_?(?:mb)?|(?:max|peak)_?memory_?(?:mb)?|used|최대_?(?:메모리_?)?사용(?:량|_메모리)?|메모리_?사용량"
    ),
}
HEADS = {
    "billed": re.compile(r"billed.*|청구.*|과금.*"),
    "init": re.compile(r"init.*|cold start.*|초기화.*"),
    "lasted": re.compile(r"(?:duration|ran|run time|runtime|took|실행 ?시간|소요|수행 ?시간)(?: ?\(?ms\)?)?"),
}
MEMORY_HEADS = {
    "size": re.compile(
        r"(?:memory|mem|mb|메모리)(?: ?(?:size|limit|configured|allocated|크기|설정|할당))?(?: ?\(?m(?:i)?b\)?)?"
    ),
    "used": re.compile(
        r"(?:max|peak|최대)(?:\.|imum)?(?: ?(?:memory|mem|메모리))?(?: ?(?:used|usage|사용량?))?(?: ?\(?m(?:i)?b\)?)?|(?:memory|mem|메모리) ?(?:used|usage|사용량?|max|peak)(?: ?\(?m(?:i)?b\)?)?"
    ),
}
_MB = r"(\d[\d,]*+)(?!\.\d) ?(?:MB|MiB|M)?"
_PEAK = r"(?:\b(?:peak\w*|max(?:imum)?|used|usage|most)\b|최대|사용)"
MEMORY = (
    (
        pattern(
            rf"{_PEAK}[^\d.;|]{{0,20}}{_MB} ?(?:of|out of|/)(?: (?:the|its))? ?(\d[\d,]*) ?M(?:i)?B\b", re.IGNORECASE
        ),
        1,
        2,
    ),
    (pattern(rf"(?<![\d.])(\d[\d,]*) ?M(?:i)?B ?(?:중|가운데|에서)[^\d.;|]{{0,12}}{_MB}", re.IGNORECASE), 2, 1),
    (
        pattern(
            rf"(?:\b(?:memory|mem)\b|메모리)(?: ?(?:size|limit|크기|설정))?[^\d.;|]{{0,6}}(\d[\d,]*) ?M(?:i)?B\b[^\d;|]{{0,12}}{_PEAK}[^\d;|]{{0,14}}(\d[\d,]*) ?M(?:i)?B\b",
            re.IGNORECASE,
        ),
        2,
        1,
    ),
    (
        pattern(
            rf"{_PEAK}[^\d.;|]{{0,14}}(\d[\d,]*) ?M(?:i)?B\b[^\d;|]{{0,24}}(?:memory size|size|limit|configured|메모리(?: ?크기)?)[^\d;|]{{0,8}}(\d[\d,]*) ?M(?:i)?B\b",
            re.IGNORECASE,
        ),
        1,
        2,
    ),
)
"""Sentences that tell of memory used and of its size, each with the groups of both."""
RESIZED = pattern(
    r"\b(?:rais\w+|increas\w+|resiz\w+|bump\w*|doubl\w+|from|then|killed|out of memory|oom\w*|exceed\w*|was not enough)\b|→|->|늘[렸려]|올[렸려]|증설|초과|부족",
    re.IGNORECASE,
)
OF_LAMBDA = pattern(r"lambda|\bbilled\b|\bfunctions?\b|함수|람다|\bREPORT\b", re.IGNORECASE)
MS = re.compile(r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?) ?(?:ms|밀리초)(?![A-Za-z])")
BILL = pattern(r"\bbilled\b|\bbilling\b|청구|과금", re.IGNORECASE)
MANY = re.compile(
    r"\b(?:total|sum|together|in all|average|mean|median|p\d\d|each|per|steps?|rounds?|GB-s\w*|month|price|before 20\d\d)\b|합계|평균|총|단위",
    re.IGNORECASE,
)
WITH_INIT = re.compile(
    r"(?:\b(?:with|incl\w*|init\w*|plus|cold start)\b|초기화|포함)\W{0,3}(?:init\w*|cold start|초기화)?\W{0,3}(\d[\d,]*(?:\.\d+)?)",
    re.IGNORECASE,
)
MEASURE = re.compile(r"\d[\d,]*(?:\.\d+)? ?(?:ms|MB|MiB|밀리초|메가바이트)?", re.IGNORECASE)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield reports whose figures no invocation can have had, as lines, JSON, tables or prose."""
    for log in logs:
        found: dict[Spot, Hit] = {}
        for hit in (*_lines(log), *_objects(log), *_tables(log), *_memories(log), *_prose(log)):
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
    if Decimal(used.replace(",", "")) > Decimal(size.replace(",", "")):
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
    for group in facts(log):
        if any(
            isinstance(one.value, str) and len(one.value) < 40 and MANY.search(one.value) for one in group.of.values()
        ):
            continue
        places = {name: key for name, regex in KEYS.items() for key in group.of if regex.fullmatch(key)}
        told = {name: (one, one.value) for name, key in places.items() if _number((one := group.of[key]).value)}
        figures = {name: _plain(value) for name, (_, value) in told.items()}
        spots = {name: one.spot for name, (one, _) in told.items()}
        if {"billed", "lasted"} <= figures.keys():
            told_ms = (figures["lasted"], figures["billed"], figures.get("init", ""))
            yield from _billed(log, told_ms, spots["billed"], (spots["lasted"],))
        if {"size", "used"} <= figures.keys():
            yield from _memory(figures["size"], figures["used"], spots["used"], (spots["size"],))


def _plain(value: Any) -> str:
    match = NUMBER.match(str(value))
    return match[0] if match else ""


def _number(value: Any) -> bool:
    """Return whether a value is one number, with its unit or without."""
    return not isinstance(value, bool) and bool(MEASURE.fullmatch(str(value)))


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


def _memories(log: Log) -> Iterator[Hit]:
    """Yield memory used above its size, in tables and sentences of a log about functions."""
    if not any(OF_LAMBDA.search(line) for _, line in log.numbered()):
        return
    for grid in grids(log):
        places = {
            name: n
            for name, regex in MEMORY_HEADS.items()
            for n, head in enumerate(grid.heads)
            if regex.fullmatch(head)
        }
        for row in grid.rows if len(places) == len(MEMORY_HEADS) else ():
            told = {name: row[n] for name, n in places.items()}
            if all(MEASURE.fullmatch(cell.text) for cell in told.values()):
                figures = {name: _plain(cell.text) for name, cell in told.items()}
                yield from _memory(figures["size"], figures["used"], told["used"].spot, (told["size"].spot,))
    for number, line in log.numbered():
        for regex, used, size in MEMORY if not RESIZED.search(line) else ():
            for match in regex.finditer(line):
                yield from _memory(match[size], match[used], log.spot(number, match, used), ())


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
