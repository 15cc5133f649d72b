"""What a sentence says of every row of a table holds in each: all that failed was put right, and nothing failed at all.

Source: the log's own rows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.amounts import TOTAL, whole
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.concepts import HYPOTHETIC, WORDS
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.grids import grids
from bongsu.audit.patterns import pattern
from bongsu.audit.quantified_words import EVERY, EXCEPT
from bongsu.audit.units import units
from bongsu.audit.words import PLANNED, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.grids import Grid
    from bongsu.audit.log import Log
    from bongsu.audit.units import Unit

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
_FAILED = (
    r"(?:fail\w*|errors?|refus\w*|reject\w*|bounc\w*|drop\w*|lost|missed|timed[- ]out|실패|오류|거부|반송|누락|미발송)"
)
BAD_HEAD = re.compile(rf"\b{_FAILED}\b|(?:실패|오류|거부|반송|누락|미발송)", re.IGNORECASE)
RIGHT_HEAD = re.compile(
    r"\bretr\w+|\bagain\b|\bre-?sent\b|\bput right\b|\brecovered\b|\bsecond (?:try|attempt|pass)\b|재시도|재발송|재전송|재처리|다시|복구",
    re.IGNORECASE,
)
ALL_FAILED = re.compile(
    rf"\b(?:all|every|each)\b(?: (?:of|the|our|these))*(?: [\w-]+)?? \b{_FAILED}\b|\b(?:all|every|each)\b[^.,;:]{{0,30}}\bthat (?:had )?{_FAILED}|"
    r"(?:실패|오류|거부|반송|누락|미발송)\S{0,4}(?: \S{1,8})?? (?:모두|전부|전건|빠짐없이|하나도 빠짐없이)",
    re.IGNORECASE,
)
CLEAN = pattern(
    r"\bwithout (?:an?y? |a single |one )(?:[a-z]+ )?(?P<en>[a-z-]+)|\b(?:no|zero|not a single|not one) (?P<no>[a-z-]+)|(?P<ko>[가-힣]{2,4}) ?(?:하나도 |한 건도 |전혀 )?없이",
    re.IGNORECASE,
)
AT_LAST = re.compile(r"\b(?:eventually|finally)\b", re.IGNORECASE)
"""How a retry ended, which is no exception here."""
AGAIN = re.compile(r"\bretr\w+|\bsecond\b|\bagain\b|\bafter the retry\b|재시도|다시", re.IGNORECASE)
ABOVE = 3


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield sentences about every row of a table, with the rows that say otherwise."""
    for log in filter(written, logs):
        tables = [one for one in grids(log) if len(one.rows) > 1]
        for unit in units(log) if tables else ():
            text = plain(unit.text)
            if text.lstrip()[:1] in ("|", "$", "{") or withdrawn(log, unit.number):
                continue
            meant = AT_LAST.sub(" ", text)
            if any(words.search(meant) for words in (EXCEPT, HYPOTHETIC, PLANNED)):
                continue
            rows = _not_put_right(unit, text, tables) or _not_clean(unit, text, tables)
            if rows:
                rest = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
                yield Hit(
                    spot=log.spot(unit.number),
                    also=tuple(rows[:8]),
                    why=f"line {rows[0].line}{rest} says otherwise",
                    instead="the count, and who or what is missing",
                )


def _counted(grid: Grid, bad: int, right: int | None) -> list[Spot]:
    """Return the cells of a column that count some that failed; with another column, more than were put right."""
    found = []
    for row in grid.rows:
        if TOTAL.search(row[0].text):
            continue
        failed = whole(row[bad].text)
        mended = whole(row[right].text) if right is not None else 0
        if failed is None or mended is None:
            return []
        if failed > mended:
            found.append(row[bad].spot)
    return found


def _not_put_right(unit: Unit, text: str, tables: list[Grid]) -> list[Spot]:
    """Return the rows of the only table of failures and retries in which fewer were put right than had failed."""
    if not (ALL_FAILED.search(text) and AGAIN.search(text)):
        return []
    both = []
    for grid in tables:
        bad = [n for n, head in enumerate(grid.heads) if n and BAD_HEAD.search(head) and not RIGHT_HEAD.search(head)]
        right = [n for n, head in enumerate(grid.heads) if n and RIGHT_HEAD.search(head)]
        if right and bad and right[0] > bad[0]:
            both.append((grid, bad[0], right))
    if len(both) != 1 or len(both[0][2]) != 1 or both[0][0].rows[-1][0].spot.line >= unit.number:
        return []
    grid, bad_at, right_at = both[0]
    return _counted(grid, bad_at, right_at[0])


def _not_clean(unit: Unit, text: str, tables: list[Grid]) -> list[Spot]:
    """Return the rows that count what a sentence denies of all, where the sentence leads to their table with a colon."""
    match = CLEAN.search(text)
    grid = next((one for one in tables if 0 < one.start - unit.last <= ABOVE), None)
    if match is None or grid is None or not EVERY.search(text) or not text.rstrip("*_ ").endswith((":", "：")):
        return []
    denied = match["en"] or match["no"] or match["ko"]
    names = [name for name, words in WORDS.items() if words.search(denied)]
    heads = [n for n, head in enumerate(grid.heads) if n and any(WORDS[name].search(head) for name in names)]
    rows = _counted(grid, heads[0], None) if len(heads) == 1 else []
    return rows if len(rows) < len(grid.rows) else []
