"""Tables without rules: columns set apart by spaces or tabs, or by commas, below a line of heads."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Piece = tuple[str, int]
"""A cell's text and the column at which it begins, counted from 0."""
GAP = re.compile(r"(?: {2,}|\t+)")
HEAD_MOST = 32
LEAST_COLUMNS, LEAST_ROWS = 3, 2
NO_HEAD = re.compile(r" \d|\d\d|[{}<>$=;]|\.\s|[!?:]$|(?<!\bno)(?<!\bNo)(?<!\bnr)(?<!\bNr)\.$|^[-*#>|]")
PAD_MOST = 8
TWO_HEADS = re.compile(r"([^\W\d][\w ]{0,20}),([^\W\d][\w ]{0,20})")
COUNTED = re.compile(r"([^,{}\[\]\"]{1,40}),(\d{1,9})")
LEAST_PAIRS = 3


def plain_tables(lines: Sequence[str]) -> Iterator[tuple[list[str], list[tuple[int, list[Piece]]]]]:
    """Yield heads and rows (line number, cells) of every table that is set by spaces or commas."""
    place = 0
    while place < len(lines) - LEAST_ROWS:
        for split in (_spaced, _commas):
            heads = split(lines[place])
            rows = _below(lines, place + 1, heads, _fields if split is _commas else split) if _is_head(heads) else []
            if len(rows) >= LEAST_ROWS:
                yield [text for text, _ in heads], rows
                place = rows[-1][0] - 1
                break
        else:
            pairs = _counted(lines, place)
            if len(pairs) > LEAST_PAIRS:
                yield [text for text, _ in pairs[0][1]], pairs[1:]
                place = pairs[-1][0] - 1
        place += 1


def _counted(lines: Sequence[str], place: int) -> list[tuple[int, list[Piece]]]:
    """Return a line of two heads and the lines below it that each count one thing: `grade,asked`, `1,131`."""
    found: list[tuple[int, list[Piece]]] = []
    for number in range(place, len(lines)):
        match = (COUNTED if found else TWO_HEADS).fullmatch(lines[number])
        if match is None:
            break
        found.append((number + 1, [(match[1].strip(), match.start(1)), (match[2].strip(), match.start(2))]))
    return found


def _is_head(heads: list[Piece]) -> bool:
    texts = [text for text, _ in heads]
    return (
        len(texts) >= LEAST_COLUMNS
        and len(set(texts)) == len(texts)
        and all(
            0 < len(text) <= HEAD_MOST and re.match(r"[^\W\d]|#$", text) and not NO_HEAD.search(text) for text in texts
        )
    )


def _below(
    lines: Sequence[str], place: int, heads: list[Piece], split: Callable[[str], list[Piece]]
) -> list[tuple[int, list[Piece]]]:
    rows: list[tuple[int, list[Piece]]] = []
    while place < len(lines) and lines[place].strip():
        cells = split(lines[place])
        if re.fullmatch(r"[\s\-=+]*[-=]{2}[\s\-=+]*", lines[place]):
            place += 1
            continue
        if rows and len(cells) == len(heads) and split is _spaced and _unlike(cells, rows[-1][1]) >= 2:
            cells = [cell for cell in cells if not cell[0].startswith("(")]
            if len(cells) == len(heads):
                break
        if not rows and len(cells) == len(heads) - 1 >= LEAST_COLUMNS and split is _spaced:
            cells = _padded(lines[place : place + PAD_MOST], cells, len(heads))
        elif len(cells) != len(heads):
            cells = _placed(cells, rows[-1][1]) if split is _spaced and rows and 2 <= len(cells) < len(heads) else []
        if not cells:
            break
        rows.append((place + 1, cells))
        place += 1
    return rows


def _padded(lines: Sequence[str], cells: list[Piece], columns: int) -> list[Piece]:
    """Return a first row that leaves its last place empty; [] where no row below it has that many cells."""
    below = itertools.takewhile(str.strip, lines)
    return [*cells, ("", len(lines[0]))] if any(len(_spaced(line)) == columns for line in below) else []


def _unlike(cells: list[Piece], above: list[Piece]) -> int:
    """Return in how many columns one of two rows has a number and the other has none."""
    return sum(
        bool(re.match(r"\d", one)) != bool(re.match(r"\d", two))
        for (one, _), (two, _) in zip(cells, above, strict=True)
    )


def _spaced(line: str) -> list[Piece]:
    if "|" in line or not line.strip() or len(line) > 400:
        return []
    found, start = [], len(line) - len(line.lstrip())
    for gap in [*GAP.finditer(line.rstrip(), start), None]:
        end = gap.start() if gap else len(line.rstrip())
        if end > start:
            found.append((line[start:end], start))
        start = gap.end() if gap else end
    return found


def _commas(line: str) -> list[Piece]:
    return [] if re.search(r",\d{3}\b", line) else _fields(line)


def _fields(line: str) -> list[Piece]:
    """Return the cells of a line under heads that are set by commas: `94,412,409` are three figures, if there are as many heads."""
    if line.count(",") < LEAST_COLUMNS - 1 or re.search(r", [a-z]|[{\[(]", line) or len(line) > 400:
        return []
    found, start = [], 0
    for text in line.split(","):
        inner = text.strip().strip('"')
        found.append((inner, start + text.find(inner)))
        start += len(text) + 1
    return found


def _placed(cells: list[Piece], above: list[Piece]) -> list[Piece]:
    """Return the cells of a row with empty places, each below the cell of the row above that it overlaps; [] if none fits."""
    made: list[Piece] = [("", start) for _, start in above]
    for text, start in cells:
        overlaps = [
            n for n, (other, at) in enumerate(above) if start < at + max(1, len(other)) and at < start + len(text)
        ]
        number = re.match(r"\d", text) is not None
        if number and overlaps:
            # A number stands below a number, flush with it on one side: else it is anybody's guess whose it is.
            other, at = above[overlaps[0]]
            overlaps = overlaps if at == start or at + len(other) == start + len(text) else []
        if len(overlaps) != 1 or made[overlaps[0]][0]:
            return []
        made[overlaps[0]] = (text, start)
    return made
