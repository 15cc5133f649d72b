"""What goes wrong in a log, by concept and in many words: where it is said not to have happened, and where that it did."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.findings import Spot
from bongsu.audit.grids import grids
from bongsu.audit.patterns import either, may_be_in, pattern
from bongsu.audit.words import PLANNED, stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

CONCEPTS = {
    "error": r"\b(?:fail(?:ed|s|ing|ures?)?|errors?|exceptions?)\b|실패|오류|에러",
    "reject": r"\b(?:reject\w*|refus(?:ed|als?|es)|declined|denied)\b|거부|반려|거절",
    "restart": r"\b(?:restart(?:s|ed|ing)?|crash(?:ed|es|loop\w*)?)\b|재시작|재기동",
    "twice": r"\b(?:twice|duplicat\w*|two times|doubles?|more than once)\b|중복|두 ?번 ?(?:받|나|보|발|수|실|처)|2[번회] ?(?:받|나|보|발|수)",
    "phone": r"\b(?:(?:tele)?phoned?|by (?:voice|phone|telephone)|phone calls?|rang up|rung up)\b|전화",
    "dlq": r"\b(?:dead[- ]?letters?(?:ed)?|dlq)\b|-dlq\b|_dlq\b|데드 ?레터",
    "timeout": r"\b(?:time-?outs?|timed out)\b|타임 ?아웃|시간 ?초과",
    "lost": r"\b(?:lost|loss(?:es)?|missing|dropped)\b|유실|누락|손실|분실",
    "retry": r"\b(?:retr(?:y|ies|ied)|re-?sent|second (?:try|attempt|ask|time)|tried again)\b|재시도|재발송|재전송|다시 ?(?:보|시도|돌)",
    "late": r"\b(?:late|overdue|too slow)\b|지각|늦(?:게|은|었|음)",
    "skip": r"\b(?:skip(?:s|ped)?|left out)\b|건너뜀|건너뛴|건너뛰|스킵",
    "bounce": r"\bbounc(?:e|es|ed)\b|반송",
    "unanswered": r"\b(?:unanswered|no (?:answer|reply|response)|did(?: not|n't) (?:answer|reply|respond))\b|미응답|무응답|응답 ?없|답 ?없",
    "alarm": r"\b(?:alarms?|alerts?) (?:fired|went|rang|raised|in)\b|\b(?:alarms?|alerts?)\b|알람|경보",
    "rollback": r"\b(?:roll(?:ed)?[ -]?backs?|back-?outs?|backed out|reverted)\b|롤백|원복|되돌",
    "manual": r"\b(?:manual(?:ly)?|by hand|hand-made)\b|수동|손으로",
    "complaint": r"\b(?:complain(?:t|ts|ed)|tickets? from customers)\b|민원|불만|문의",
    "down": r"\b(?:downtime|outages?|interrupt(?:ed|ions?)|unavailable|5xx|50[0-4]s?)\b|중단|끊김|끊겼|끊긴|끊기|끊어",
    "differ": r"\b(?:mismatch(?:es|ed)?|differ(?:s|ed|ences?)?|discrepanc(?:y|ies))\b|불일치|차이",
    "evict": r"\b(?:oom\w*|evict(?:ed|ions?)|killed)\b",
    "throttle": r"\bthrottl\w*\b|스로틀|쓰로틀",
}
PLAIN = frozenset(["dlq", "twice", "phone", "rollback", "timeout", "bounce", "throttle", "evict"])
"""Concepts that say by themselves what they are about."""
WORDS = {name: pattern(words, re.IGNORECASE) for name, words in CONCEPTS.items()}
ANY_OF_THEM = either(CONCEPTS.values(), re.IGNORECASE)
COUNT = r"(?<![\w.:/#-])(?P<n>[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,6})"
AFTER = re.compile(
    r"^(?:\W{1,10})(?:[\w가-힣]+\W{1,3}){0,3}?(?P<n>\d{1,3}(?:,\d{3})+|\d{1,7})(?![A-Za-z\d.:/-]|\.\d)(?: ?(?:건|명|통|줄|번|회|개|곳|장|대)|\b)",
    re.IGNORECASE,
)
BEFORE = re.compile(
    COUNT + r" ?(?:건|명|통|줄|번|회|개|곳|장|대)?(?:[의은는이가을를]|에서)? ?(?:[\w가-힣-]+ ){0,3}$", re.IGNORECASE
)
UNIT = re.compile(
    r"^(?: ?(?:ms|s|sec\w*|min\w*|hours?|h|d|days?|초|분|시간|일|%|percent|MB|GB))(?![a-z가-힣])", re.IGNORECASE
)
LEVEL = pattern(r"(?:^|[\s\"\[:])(?:ERROR|FATAL)[\s\]:\",]|\"level\"\s*:\s*\"(?:error|fatal)\"")
AGO = re.compile(r"^([1-9]\d{0,3})(?:\s*\((?P<ago>[^)]*)\s+ago\))?$")
NEGATED = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|zero|without|neither|nor|0|n't|cannot|un\w+)\b|없|않|못|아니|아님|(?<!\d)0 ?(?:건|명|통|줄|번|회|개|곳|장|대)|무중단|무장애",
    re.IGNORECASE,
)
HYPOTHETIC = pattern(
    r"\b(?:if|would|could|should|may|might|when|whether|unless|in case|please|must|limit|threshold|budget)\b|면 |경우|기준|[?]\s*$|주세요|바랍니다",
    re.IGNORECASE,
)
CLAUSE = pattern(r"[.;!?](?=\s|$)|, (?:and|but) |—|–(?= )|(?<=[가-힣])[,] |(?<=고) |(?<=며) |(?<=지만) |(?<=는데) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One place where a log says that something of a concept happened."""

    concept: str
    spot: Spot
    about: frozenset[str]
    strong: bool
    """Whether it is counted; else it is only told of."""


def clauses(line: str) -> Iterator[tuple[int, str]]:
    """Yield the clauses of a line with the places at which they begin."""
    start = 0
    for end in [*(one.end() for one in CLAUSE.finditer(line)), len(line)]:
        if line[start:end].strip():
            yield start, line[start:end]
        start = end


@lru_cache(maxsize=64)
def happened(log: Log) -> tuple[Happened, ...]:
    """Return all that a log counts or shows as having gone wrong."""
    return (*_cells(log), *_lines(log))


def _context(log: Log, number: int) -> str:
    above = [text for _, text in log.numbered(max(1, number - 8), number - 1) if text.strip()]
    return " ".join([log.section(number).title, *above[-3:]])


def _cells(log: Log) -> Iterator[Happened]:
    for grid in grids(log):
        for place, head in enumerate(grid.heads):
            names = [name for name, words in WORDS.items() if words.search(head)]
            if len(names) != 1:
                continue
            for row in grid.rows:
                match = AGO.fullmatch(row[place].text.strip("*` ").replace(",", ""))
                old = bool(match and match["ago"] and re.search(r"\d[hdwy]", match["ago"]))
                if (
                    match
                    and not old
                    and place
                    and not re.fullmatch(r"\W*(?:total|sum|all|합계|계|총계)\W*", row[0].text, re.IGNORECASE)
                ):
                    about = stems(" ".join([*grid.heads, row[0].text, _context(log, grid.start)]))
                    about |= {"pod", "파드"} if names[0] == "restart" and "ready" in grid.heads else frozenset()
                    yield Happened(concept=names[0], spot=row[place].spot, about=about, strong=True)


def _lines(log: Log) -> Iterator[Happened]:
    for number, line in log.numbered():
        if len(line) > 500 or withdrawn(log, number):
            continue
        if LEVEL.search(line) and log.moments(number):
            about = stems(line) | {"log", "line", "로그", "줄", "error"}
            yield Happened(concept="error", spot=log.spot(number), about=about, strong=True)
            continue
        for start, clause in clauses(line):
            if not may_be_in(ANY_OF_THEM, clause) or HYPOTHETIC.search(clause) or PLANNED.search(clause):
                continue
            for name, words in WORDS.items():
                yield from _said(log, (number, start, clause), name, words)


def _said(log: Log, place: tuple[int, int, str], name: str, words: re.Pattern[str]) -> Iterator[Happened]:
    number, start, clause = place
    for match in words.finditer(clause):
        behind, before = AFTER.match(clause[match.end() :]), BEFORE.search(clause[: match.start()])
        counted = (
            behind
            if behind and behind["n"].strip("0,") and not UNIT.match(clause[match.end() + behind.end("n") :])
            else before
        )
        if behind and not behind["n"].strip("0,"):
            continue
        if counted is before and NEGATED.search(clause[: match.end() + 12]):
            continue
        strong = counted is not None
        if strong or not NEGATED.search(clause):
            spot = Spot(log.name, number, start + match.start() + 1, start + match.end() + 1)
            about = stems(clause) | (stems(_context(log, number)) if log.fenced(number) else frozenset())
            yield Happened(concept=name, spot=spot, about=about, strong=strong)
            return
