"""What a log tells of one of several: that it did not answer, not at the first try, or was left out; by cell, entry, member."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.amounts import TOTAL
from bongsu.audit.claims import withdrawn
from bongsu.audit.concepts import HYPOTHETIC
from bongsu.audit.grids import Grid, grids
from bongsu.audit.payloads import payloads, walk
from bongsu.audit.units import units
from bongsu.audit.words import PLANNED, plain, stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

NONE = re.compile(
    r"\b(?:no|none|nobody|no one|nothing|never|not (?:one|a single|even one)|neither|nowhere|without (?:a|an|any|one))\b|"
    r"(?:하나|한 ?(?:건|줄|명|번|통|대|개|곳|차례|회|사람|장)|누구|아무|어느 \S{1,6})도|전혀|일절|없(?:이|었|음|다|습니)",
    re.IGNORECASE,
)
_ASK = r"(?:answer|reply|response|ack\w*|acknowledge?ment|confirmation|return call|call ?back|sign(?:al|ature)|show)"
UNANSWERED = re.compile(
    rf"\bno {_ASK}\b|\b(?:not|never|n't)(?: yet| been| be| get)* (?:answer\w*|repl\w+|respon\w+|ack\w*|reach\w*|confirm\w*|pick(?:ed)? up|call(?:ed)? back|sign\w*|there)\b"
    r"|\bun(?:answered|reached|reachable|acknowledged|confirmed|signed)\b|\bvoice ?mail\b|\bmissed\b|\bsilent\b|\bstill (?:waiting|out|open|nothing)\b|\bnothing (?:from|heard)\b|\brang out\b|\bnobody (?:picked|answered)\b"
    r"|무응답|미응답|미확인|미회신|미수신|부재|불통|(?:응답|회신|답|답장|답변|연락|확인|수신)(?:이|은|을|도|는)? ?(?:아직|없|못|안 |오지)|(?:전화|연락)\S{0,2} ?안 ?(?:받|됨|됐|되|닿)|(?:받지|닿지|오지|(?:응답|회신|답|확인|연락)하지) ?(?:않|못)|연락 ?(?:두절|안)|아직이[네에다]",
    re.IGNORECASE,
)
BLANK = re.compile(r"[-–—✗✘xX/]?|n/?a|none|없음|해당 ?없음", re.IGNORECASE)
LATER = re.compile(
    r"\b(?:2nd|3rd|[4-9]th|second|third|fourth) (?:try|attempt|go|call|poll|reload|time|ask|request|ring|run|pass)\b|\b(?:\w{3,}ed|tried|ran|run|called|asked|sent) again\b|\bretried\b|\bafter (?:a|one|two|three|\d) (?:retr\w+|tries|attempts)\b"
    r"|\b(?:twice|two tries|two attempts|three tries|three attempts)\b|[2-9] ?(?:번째|회째|번 ?만에|회 ?만에)(?: ?시도)?|[2-9]차 ?시도|[두세네] ?번(?:째|만에)| 재시도(?! ?(?:없|0|간격|횟수|정책|설정|불필요|안|하지|건수))| 다시 ?(?:시도|실행|걸|보|호출)",
    re.IGNORECASE,
)
ORDINAL = re.compile(r"(?:[2-9](?:nd|rd|th)|[2-9]|second|third|[2-9] ?(?:회|번|차|번째))(?: \w+)?", re.IGNORECASE)
TRY_HEAD = re.compile(
    r"\b(?:attempts?|tries|try|calls?|polls?|on poll|retries|runs?)\b|시도|횟수|회차|차수", re.IGNORECASE
)
LEFT_OUT = re.compile(
    r"\b(?:left (?:out|behind|over|off)|skipped|omitted|dropped|excluded|taken out|passed over|postponed|put off|deferred|discarded|thrown away|held back)\b|빠짐|빠진|누락|제외|생략|보류|미뤄|미룸|폐기|건너뛴|건너뜀|빼놓",
    re.IGNORECASE,
)
ACKED = re.compile(r"ack\w*|answer\w*|repl\w+|respon\w+|confirm\w*", re.IGNORECASE)


ALL = re.compile(r"\b(?:all|every|everyone|everybody|each|both)\b|전원|모두|모든|전부|빠짐없이", re.IGNORECASE)
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Told:
    """A place that tells of one that it was not so."""

    facet: str
    spot: Spot
    about: frozenset[str]
    name: str = ""
    grid: Grid | None = None


@lru_cache(maxsize=64)
def told_of_one(log: Log) -> tuple[Told, ...]:
    """Return every place of a log that tells of one that it was not so."""
    return (*_cells(log), *_entries(log), *_members(log))


def _cells(log: Log) -> Iterator[Told]:
    """Yield the cells that tell of one that it did not answer, or not at the first try."""
    for grid in grids(log):
        above = " ".join(text for _, text in log.numbered(max(1, grid.start - 3), grid.start - 1))
        about = stems(" ".join([*grid.heads, log.section(grid.start).title, above]))
        for row in grid.rows:
            if TOTAL.search(row[0].text):
                continue
            own = about | stems(row[0].text)
            for place, cell in enumerate(row[1:], 1):
                if UNANSWERED.search(cell.text) or (_times(grid, place) and BLANK.fullmatch(cell.text.strip())):
                    yield Told("answer", cell.spot, own, row[0].text, grid)
                if (TRY_HEAD.search(grid.heads[place]) and ORDINAL.fullmatch(cell.text.strip())) or LATER.search(
                    cell.text
                ):
                    yield Told("first", cell.spot, own, row[0].text, grid)
                if LEFT_OUT.search(cell.text) and not NONE.search(cell.text):
                    yield Told("left out", cell.spot, own, row[0].text, grid)


def _times(grid: Grid, place: int) -> bool:
    """Return whether most cells of a column of answers are times."""
    head = re.search(
        r"\b(?:ack\w*|answer\w*|repl\w+|respon\w+|confirmed|reached|signed)\b|응답|회신|확인|답", grid.heads[place]
    )
    timed = sum(grid.moment(row[place]) is not None for row in grid.rows)
    return bool(head) and 2 * timed >= len(grid.rows)


def _entries(log: Log) -> Iterator[Told]:
    """Yield the sentences that tell the same of one."""
    rows = {row[0].spot.line for grid in grids(log) for row in grid.rows}
    for unit in units(log):
        text = plain(unit.text)
        if (
            unit.number in rows
            or unit.text.lstrip().startswith("|")
            or len(text) > LONGEST
            or HYPOTHETIC.search(text)
            or PLANNED.search(text)
            or withdrawn(log, unit.number)
        ):
            continue
        if ALL.search(text) and not re.search(r"아직|not yet", text):
            continue
        about = stems(text) | stems(log.section(unit.number).title)
        spot = log.spot(unit.last if unit.last - unit.number == 1 and len(log.line(unit.number)) < 4 else unit.number)
        if UNANSWERED.search(text):
            yield Told("answer", spot, about, _subject(unit.text))
        if LATER.search(text) and not NONE.search(text):
            yield Told("first", spot, about)
        if LEFT_OUT.search(text) and not NONE.search(text):
            yield Told("left out", spot, about)


def _subject(text: str) -> str:
    words = re.findall(r"[A-Z][\w-]+|[가-힣]{2,}", re.sub(r"^\W*\[[^\]]*\]\s*(?:\[[^\]]*\])?", "", text))
    return words[0] if words else ""


def _members(log: Log) -> Iterator[Told]:
    """Yield the members of a list of objects that have no answer where others have one."""
    for _, value, lines in payloads(log):
        for path, one in walk(value):
            rows = [each for each in one if isinstance(each, dict)] if isinstance(one, list) else []
            for key in rows[0] if len(rows) >= 2 else ():
                if not ACKED.search(str(key)):
                    continue
                some = [row for row in rows if isinstance(row.get(key), str) and not UNANSWERED.search(row[key])]
                for n, row in enumerate(rows):
                    lacks = row.get(key) in (None, "", False) or bool(UNANSWERED.search(str(row.get(key))))
                    if some and lacks and (*path, n) in lines:
                        about = stems(" ".join(str(each) for each in (*path, *row)).replace("_", " ")) | {
                            "contact",
                            "person",
                            "acknowledg",
                            "answer",
                        }
                        spot = log.spot(lines.get((*path, n, key), lines[*path, n]))
                        yield Told("answer", spot, about)
