"""References into a part of a log: a section of a section, an entry of a list by its path, a row of the one table.

Each is held against what the log itself numbers; where nothing is numbered so, or more than one thing is, nothing is
said.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.log import HEADING
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import payloads, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

SUBSECTION = pattern(
    r"(?:\b(?:sections?|sect\.?|chapter|paragraph|para\.?|clause)\s?|§\s?)(?P<en>\d{1,2}\.\d{1,2})(?![\w%]|\.\d)"
    r"|(?<![\d.,:/-])(?:제 ?)?(?P<ko>\d{1,2}\.\d{1,2}) ?(?:절|항|장|단계)(?![가-힣]{2}\d)",
    re.IGNORECASE,
)
HEAD = re.compile(r"^[\s#*_>■□◆-]*(?P<n>\d{1,2}\.\d{1,2})\.?[)*_]*\s+[*_`]*[^\W\d]")
HEAD_MOST = 80
PATH = pattern(r"(?<![\w.$])(?P<path>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\[(?P<n>\d{1,2})\]")
KEY = re.compile(r"^(?P<indent>\s*)(?:- )?\"?(?P<key>[A-Za-z_]\w*)\"?\s*:\s*$")
CHILD = re.compile(r"^\s*(?:- |\"?\d{1,2}\"?\s*:)")
ROW = pattern(
    r"(?<![\w-])(?:row|entry|line) ?#?(?P<en>\d{1,2})(?![\w.:%/-])(?! of\b)"
    r"|(?<![\d.,:/-])(?P<ko>\d{1,2}) ?(?:번째? ?)?(?P<what>행|줄)(?![가-힣])|(?<![\d.,:/-])(?P<no>\d{1,2})번 ?(?P<head>[가-힣]{2,4})",
    re.IGNORECASE,
)
NUMBER_HEAD = re.compile(r"#|no\.?|nr\.?|n|row|step|번호|순번|연번|순서|단계", re.IGNORECASE)
ROWS_LEAST, FAR = 3, 30


@lru_cache(maxsize=64)
def subsections(log: Log) -> dict[int, frozenset[int]]:
    """Return the numbers that headings such as `6.2` give within each section."""
    found: dict[int, set[int]] = defaultdict(set)
    last = len(log.text.lines)
    for number, line in log.numbered():
        match = HEAD.match(line)
        if match is None or log.fenced(number) or len(line) > HEAD_MOST:
            continue
        alone = (number == 1 or not log.line(number - 1).strip()) or (
            number == last or not log.line(number + 1).strip()
        )
        if HEADING.fullmatch(line) or alone:
            section, part = match["n"].split(".")
            found[int(section)].add(int(part))
    return {section: frozenset(parts) for section, parts in found.items()}


def inner(log: Log, number: int, line: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield the references of a line that lead past the end of a section, a list or the table, each with why."""
    if not HEADING.fullmatch(line):
        yield from _sections(log, line)
        yield from _paths(log, line)
        yield from _rows(log, number, line)


def _sections(log: Log, line: str) -> Iterator[tuple[re.Match[str], str]]:
    for match in SUBSECTION.finditer(line):
        section, part = (int(one) for one in (match["en"] or match["ko"]).split("."))
        parts = subsections(log).get(section, frozenset())
        whole = len(parts) > 1 and parts == frozenset(range(1, len(parts) + 1))
        if whole and max(parts) < part <= max(parts) + FAR:
            yield match, f"the last section here is {section}.{max(parts)}"


def _paths(log: Log, line: str) -> Iterator[tuple[re.Match[str], str]]:
    for match in PATH.finditer(line):
        counts = _counts(log, match["path"].split("."))
        # Some count from 0 and some from 1: past the end is what is past it in both.
        if len(counts) == 1 and 0 < counts[0] < int(match["n"]):
            yield match, f"{match['path']} has {counts[0]} entries"


def _counts(log: Log, path: list[str]) -> list[int]:
    found = []
    for _, value, _ in payloads(log):
        for where, one in walk(value):
            names = [str(key) for key in where if not isinstance(key, int)]
            if isinstance(one, list) and len(one) > 1 and names[-len(path) :] == path:
                found.append(len(one))
    if found:
        return found
    for number, line in log.numbered():
        head = KEY.match(line)
        if head is None or head["key"] != path[-1]:
            continue
        children = [text for text in _below(log, number, len(head["indent"])) if CHILD.match(text)]
        least = min((_indent(text) for text in children), default=0)
        found.append(sum(_indent(text) == least for text in children))
    return found


def _below(log: Log, number: int, indent: int) -> Iterator[str]:
    for _, text in log.numbered(number + 1):
        if text.strip() and (
            _indent(text) < indent or (_indent(text) == indent and not text.lstrip().startswith("- "))
        ):
            return
        yield text


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _rows(log: Log, number: int, line: str) -> Iterator[tuple[re.Match[str], str]]:
    tables = [one for one in log.tables if one.heads and NUMBER_HEAD.fullmatch(one.heads[0].strip(" *`")) and one.rows]
    if len(tables) != 1 or len(log.tables) != 1:
        return
    table = tables[0]
    labels = [row[0].text.strip(" *`") for row in table.rows]
    count = len(labels)
    inside = any(row[0].spot.line == number for row in table.rows)
    if count < ROWS_LEAST or labels != [str(one) for one in range(1, count + 1)]:
        return
    heads = {head.strip(" *`") for head in table.heads}
    for match in ROW.finditer(line) if not inside else ():
        if match["head"] and not any(match["head"].startswith(head) for head in heads if len(head) > 1):
            continue
        label = int(match["en"] or match["ko"] or match["no"])
        if count < label <= count + FAR:
            yield match, f"the last row here is {count}"
