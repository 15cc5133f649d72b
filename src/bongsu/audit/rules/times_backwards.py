"""A list in order of time goes forwards; one entry that is earlier than the one above it was put in by hand.

Source: causality, and the list's own order.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.payloads import payloads, walk
from bongsu.audit.records import records
from bongsu.audit.typed import typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.payloads import Path

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.LOW
LEADING = re.compile(r"[\s\-*•>|\[(`]*(?:\d{1,2}[.)]\s+)?")
ROW = re.compile(r"\s*\|")
KEY = re.compile(r"time(?:stamp)?|when|at|ts|date|logged_at|@timestamp|시각|시간|일시|kst|utc")
STAMP = re.compile(r"(?<!\d)1[5-9]\d{8}\.\d{6}(?!\d)")
LEAST = 4
LEAST_BACK_S = 5
HALF_HOUR_S, HALF_DAY_S = 1_800, 43_200
GROUPS_MOST = 3
Entry = tuple[int, "Moment"]


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the entries of a time-ordered list that go back in time."""
    for log in logs:
        for entries in [*_lists(log), *_tables(log)]:
            yield from _back(log, entries, sure=True)
        for entries in _diary(log):
            yield from (hit for hit in _back(log, entries, sure=True) if hit.confidence is not None)
        for entries in _objects(log):
            yield from _back(log, entries, sure=False)


def _back(log: Log, entries: list[Entry], *, sure: bool) -> Iterator[Hit]:
    """Yield the entries that are earlier than the one above; `sure` where a list is in the order of its lines."""
    spans = {number for number, _ in entries if len(log.moments(number)) > 1 and not ROW.match(log.line(number))}
    back = [
        (above, below)
        for above, below in itertools.pairwise(entries)
        if above[1].fits(below[1])
        and -HALF_DAY_S < _step_s(above, below) < 0
        # Of two that were at work side by side each tells its own from begin to end.
        and not {above[0], below[0]} <= spans
        and not _stamped_forwards(log.line(above[0]), log.line(below[0]))
    ]
    if len(entries) < LEAST or len(back) > max(1, len(entries) // 5):
        return
    for above, below in back:
        # To the second, and minutes back: a hand that slipped, not what was noted down later.
        slip = sure and len(back) == 1 and _slipped(above, below)
        yield Hit(
            spot=log.moment_spot(*below),
            also=(log.moment_spot(*above),),
            why=f"{below[1].text} stands below {above[1].text}, in a list that otherwise goes forwards",
            instead="the recorded time, in its place",
            confidence=Confidence.MEDIUM if slip else None,
        )


def _stamped_forwards(above: str, below: str) -> bool:
    """Return whether two lines carry stamps of a service that go forwards: then another day has begun between them."""
    one, other = STAMP.search(above), STAMP.search(below)
    return one is not None and other is not None and other[0] > one[0]


def _step_s(above: Entry, below: Entry) -> float:
    # 14:02 after 14:02:31 is the same minute, written less exactly.
    step = (below[1].at - above[1].at).total_seconds()
    return 0.0 if abs(step) < max(LEAST_BACK_S, above[1].to_s, below[1].to_s) else step


def _slipped(above: Entry, below: Entry) -> bool:
    return above[1].to_s == below[1].to_s == 1 and -_step_s(above, below) < HALF_HOUR_S


def _lists(log: Log) -> Iterator[list[Entry]]:
    # Commands at a prompt and the lines that they print have clocks of two machines, often in two zones.
    runs: dict[tuple[bool, ...], list[Entry]] = {}
    indent = 0
    for number, line in log.numbered():
        found = log.moments(number)
        leading = LEADING.match(line)
        if found and leading and found[0].column - 1 == leading.end() and not line.lstrip().startswith("|"):
            form = (found[0].own_date, found[0].own_zone, typed(line) is not None)
            runs.setdefault(form, []).append((number, found[0]))
        elif not line.strip() or re.match(r"#{1,6} |```|---", line) or (_indent(line) < indent and not found):
            yield from runs.values()
            runs = {}
        indent = _indent(line) if found and leading else indent
    yield from runs.values()


def _diary(log: Log) -> Iterator[list[Entry]]:
    """Yield the entries of each section whose every paragraph begins with its time: `10:00:00 — wave one`."""
    found: dict[int, list[Entry]] = {}
    for number, line in log.numbered():
        begins = line.strip() and (number == 1 or not log.line(number - 1).strip()) and not line.startswith("#")
        first = next(iter(log.moments(number)), None) if begins else None
        if first is not None and first.column == 1:
            found.setdefault(log.section(number).start, []).append((number, first))
    yield from found.values()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _tables(log: Log) -> Iterator[list[Entry]]:
    for table in log.tables:
        place = next((n for n, head in enumerate(table.heads[:2]) if KEY.fullmatch(head.partition(" ")[0])), None)
        if place is not None:
            cells = [row[place] for row in table.rows]
            yield [
                (cell.spot.line, m)
                for cell in cells
                for m in log.moments(cell.spot.line)
                if m.column == cell.spot.column
            ]


def _objects(log: Log) -> Iterator[list[Entry]]:
    """Yield the times of each list of objects, in its order: two lists of one text are two orders."""
    nested = payloads(log)
    for _, value, lines in nested:
        for path, inner in walk(value):
            if isinstance(inner, list) and not _other_order(inner) and not _grouped(inner):
                entries = [_entry(log, (*path, n), one, lines) for n, one in enumerate(inner) if isinstance(one, dict)]
                yield [entry for entry in entries if entry]
    if not nested:
        found = [(one, one.moment(KEY)) for one in records(log) if one.kind == "object"]
        yield [(one.start, moment[1]) for one, moment in found if moment]


def _grouped(listed: list[Any]) -> bool:
    """Return whether the entries stand in two or three groups of a form each, one behind the other: lists of their own."""
    forms = [frozenset(one) for one in listed if isinstance(one, dict)]
    runs = [form for place, form in enumerate(forms) if not place or forms[place - 1] != form]
    return 1 < len(runs) == len(set(runs)) <= GROUPS_MOST and min(forms.count(form) for form in runs) > 1


def _other_order(listed: list[Any]) -> bool:
    """Return whether the entries are numbered, and do not stand in the order of their numbers."""
    told = [one.get("seq") for one in listed if isinstance(one, dict)]
    numbers = [number for number in told if isinstance(number, int)]
    return numbers != sorted(numbers)


def _entry(log: Log, path: Path, one: dict[str, Any], lines: dict[Path, int]) -> Entry | None:
    for key, value in one.items():
        number = lines.get((*path, key))
        if number and isinstance(value, str) and KEY.fullmatch(str(key).lower()):
            return next(((number, m) for m in log.moments(number) if m.text in value), None)
    return None
