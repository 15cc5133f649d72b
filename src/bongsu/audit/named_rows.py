"""What a message says came of a row of a table which, by the table's own times, began only after the message was sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.ahead import AHEAD, CLAUSE, FIGURED, KO_PAST, PAST, SENTENCE
from bongsu.audit.claims import late
from bongsu.audit.grids import grids
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.grids import Grid
    from bongsu.audit.log import Cell, Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.texts import Text

LABEL = re.compile(r"(?=.*[^\W\d_]{2})[\w가-힣#.-]+(?: [\w가-힣#.-]+){1,4}|\d{1,2}(?:차|회차|단계|호기) ?[가-힣]{1,6}")
"""What a row is called, in words that nothing else of a log is called by."""
BEGINS = re.compile(
    r"\b(?:start(?:s|ed|ing)?|begin(?:s|ning)?|beg[au]n|now|next|then|ready|to do|go(?:es|ing)?)\b|시작|착수|이제|다음|이어서|들어가|앞두|전에|준비|남",
    re.IGNORECASE,
)
NOT_YET = re.compile(r"\b(?:not|no|yet|nobody|pending|without)\b|n['’]t\b|아직|않|안 |못|없|미정|대기", re.IGNORECASE)
SAID_NOW = re.compile(r"\d\S{0,3} ?(?:입니다|이에요|예요|임)(?![가-힣])")
FITS = re.compile(r"\b(?:fits|matches|agrees|passes|holds|works)\b", re.IGNORECASE)
NEAR = 3
"""Lines between a message and its time: one that is further up may be another's."""
APART_S, FAR_S = 60, 43_200


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A row by what it is called, and when it began."""

    label: str
    line: int
    began: Moment


@lru_cache(maxsize=64)
def named_rows(log: Log) -> tuple[Named, ...]:
    """Return the rows of tables that have a name of their own and a time."""
    return tuple(one for grid in grids(log) for one in _of(grid))


def _of(grid: Grid) -> Iterator[Named]:
    labels = [_label(row) for row in grid.rows]
    for row, label in zip(grid.rows, labels, strict=True):
        times = [one for cell in row if (one := grid.moment(cell))]
        if label and times and labels.count(label) == 1:
            yield Named(label=label, line=row[0].spot.line, began=min(times, key=lambda one: one.at))


def _label(row: tuple[Cell, ...]) -> str:
    """Return what a row is called: its first cell, or the second behind a number or a time."""
    return next((cell.text for cell in row[:2] if LABEL.fullmatch(cell.text.strip("`* "))), "").strip("`* ")


def told_of_rows(text: Text) -> Iterator[tuple[int, Named]]:
    """Yield the lines of a message that give the outcome of a row which began after it was sent."""
    if text.sent is None or abs(text.lines[0][0] - text.sent[0]) > NEAR:
        return
    own, sent = {number for number, _ in text.lines}, text.sent[1]
    later = [one for one in named_rows(text.log) if one.line not in own and _ahead(one.began, sent)]
    for number, line in text.lines if later else ():
        for sentence in SENTENCE.split(line):
            for clause in CLAUSE.split(sentence):
                for one in later:
                    if _names(clause, one.label) and _gives_outcome(clause.replace(one.label, " ")):
                        yield number, one


def _ahead(began: Moment, sent: Moment) -> bool:
    return late(began, sent) and APART_S <= (began.at - sent.at).total_seconds() < FAR_S


def _names(clause: str, label: str) -> bool:
    return re.search(rf"(?<![\w가-힣]){re.escape(label)}(?![A-Za-z0-9])", clause, re.IGNORECASE) is not None


def _gives_outcome(clause: str) -> bool:
    if AHEAD.search(clause) or PLANNED.search(clause) or BEGINS.search(clause) or NOT_YET.search(clause):
        return False
    return any(regex.search(clause) for regex in (PAST, KO_PAST, FIGURED, SAID_NOW, FITS))
