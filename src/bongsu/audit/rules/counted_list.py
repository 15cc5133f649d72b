"""A number in front of a list is the number of its entries: five hosts are five names, and a count of calls is that of the calls.

Source: the log's own lists.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.amounts import TOTAL
from bongsu.audit.claims import told, withdrawn
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import payloads, walk
from bongsu.audit.words import EN_NUMBER, number, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.payloads import Path

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
_N = rf"(?P<n>\d{{1,2}}|\b(?:{EN_NUMBER})\b)"
HEAD = re.compile(
    rf"^(?:[^.;:|]{{0,60}}? )?(?:the |these |those |following |all )*{_N} (?P<noun>(?!of\b|out\b|minutes?|hours?|seconds?|days?|times?|percent|am\b|pm\b|more\b)[a-z][a-z -]{{2,30}}s|(?:[a-z-]+ )?(?:people|staff|men|women))(?: [a-z ]{{0,40}})?:\s*$",
    re.IGNORECASE,
)
KO_HEAD = re.compile(
    r"^[^.;|]{0,50}?(?<![\d:.,/-])(?P<n>\d{1,2}) ?(?P<noun>명|대|개|곳|건|가지|종|개소)(?:[은는이가을를의]|에)?[^.;|\d]{0,20}[:：]\s*$"
)
INLINE = pattern(
    rf"(?<![\d:.,/-])(?:\b{_N} (?P<noun>(?:hosts?|people|persons?|engineers?|servers?|nodes?|services?|queues?|tables?|alarms?|rules?|contacts?|teams?|members?|functions?|regions?|brokers?|shards?|replicas?|workers?|stores?|depots?|topics?|names?|rotas?))|(?P<k>\d{{1,2}}) ?(?P<knoun>명|대|곳))\s?[:：]\s?(?P<list>[^.;:()|\n]{{3,160}})$",
    re.IGNORECASE,
)
BULLET = re.compile(r"^(?P<lead>\s*)(?:[-*•·‣◦]|\d{1,2}[.)]|[a-z][.)])\s+\S")
ENTRY = re.compile(r"[^\W\d_][\w .'()/#@`-]{0,30}")
OPEN = pattern(
    r"\b(?:etc|among|such as|e\.g|including|at least|about|others?|more|for example|mainly)\b|등(?:$|\s|\))|외 |예:|…|\.\.\.",
    re.IGNORECASE,
)
MOST, LEAST, TABLE_BELOW = 20, 2, 4
COUNTS = frozenset(["counts", "count", "stats", "totals", "total", "summary", "numbers"])


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield numbers in front of lists of another length."""
    for log in logs:
        for place, line in told(log):
            if OPEN.search(line) or withdrawn(log, place) or line.lstrip().startswith("|"):
                continue
            head = HEAD.match(line) or KO_HEAD.match(line)
            if head:
                yield from _below(log, place, head)
            elif match := INLINE.search(line.rstrip(" *_")):
                yield from _inline(log, place, match)
        yield from _lengths(log)


def _below(log: Log, place: int, head: re.Match[str]) -> Iterator[Hit]:
    said, entries, lead = number(head["n"]), _rows_below(log, place, head["noun"]), -1
    for at, line in log.numbered(place + 1, place + 60) if not entries else ():
        match = BULLET.match(line)
        if match and lead < 0:
            lead = len(match["lead"])
        if match and len(match["lead"]) == lead:
            entries += 1
        elif (line.strip() and not (lead >= 0 and len(line) - len(line.lstrip()) > lead)) or (
            not line.strip() and entries and not BULLET.match(log.line(min(at + 1, len(log.text.lines))))
        ):
            break
    if said is not None and LEAST <= entries <= MOST and said != entries and abs(said - entries) <= max(1, said // 3):
        yield _hit(log, (place, head), said, entries)


def _rows_below(log: Log, place: int, noun: str) -> int:
    """Return the rows of the table right below, where its first head is what is counted: runs, under Run."""
    below = (one for one in log.tables if one.rows and 0 < one.rows[0][0].spot.line - place <= TABLE_BELOW)
    table = next(below, None)
    if table is None or not stems(noun) & stems(table.heads[0]):
        return 0
    return sum(not TOTAL.search(row[0].text) for row in table.rows)


def _inline(log: Log, place: int, match: re.Match[str]) -> Iterator[Hit]:
    text = re.sub(r"(?:,? and |,? plus | 및 |그리고 )", ", ", match["list"].strip())
    entries = [one.strip() for one in re.split(r"\s*[,、·]\s*", text) if one.strip()]
    said = number(match["n"] or match["k"])
    if said is None or not LEAST <= len(entries) <= MOST or not all(ENTRY.fullmatch(one) for one in entries):
        return
    if said != len(entries) and abs(said - len(entries)) <= max(1, said // 3) and len(set(entries)) == len(entries):
        yield _hit(log, (place, match), said, len(entries))


def _lengths(log: Log) -> Iterator[Hit]:
    """Yield `"counts": {"calls": 14}` beside a list `calls` of another length, and `stats.messages`."""
    for _, value, lines in payloads(log):
        if not isinstance(value, dict):
            continue
        sizes = {str(key): len(one) for key, one in value.items() if isinstance(one, list) and len(one) >= LEAST}
        for path, one in walk(value):
            if not path or not _is_count(path) or type(one) is not int or path not in lines:
                continue
            key = str(path[-1]).removeprefix("number_of_").removesuffix("_count")
            size = next((size for name, size in sizes.items() if name in (key, key + "s")), None)
            if size is not None and 0 < abs(size - one) <= max(1, size // 3):
                yield Hit(
                    spot=log.spot(lines[path]),
                    also=(log.spot(lines[(key if key in sizes else key + "s",)]),),
                    why=f"{one} are told, {size} are listed",
                    instead="the number of entries, or which are left out",
                )


def _is_count(path: Path) -> bool:
    key = str(path[-1])
    above = str(path[-2]).lower() if len(path) > 1 else ""
    return (len(path) == 2 and above in COUNTS) or key.endswith("_count") or key.startswith("number_of_")


def _hit(log: Log, place: tuple[int, re.Match[str]], said: int, entries: int) -> Hit:
    return Hit(
        spot=log.spot(*place),
        why=f"{said} are told, {entries} are listed",
        instead="the number of entries, or which are left out",
    )
