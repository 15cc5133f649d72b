"""`Not one`, `never` and `no … at all` do not hold where the log itself counts or shows one.

Source: the log's own counts, rows and lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.concepts import HYPOTHETIC, PLAIN, WORDS, clauses, happened
from bongsu.audit.findings import Confidence, Hit, Severity, Spot
from bongsu.audit.patterns import pattern
from bongsu.audit.rules import all_but_a_row
from bongsu.audit.words import PLANNED, stems, taken_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.concepts import Happened
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.LOW
STRONG = pattern(
    r"\b(?:not (?:one|a single|even one)|none|nobody|no one|never|at no (?:time|point)|zero|nowhere|without (?:a single|any|one)|no single|not once|free of|nothing (?=had to be|needed to be|was|got))\b|"
    r"\bno\b(?=.*\b(?:any|at all|whatsoever|whole|throughout|start to (?:end|finish)|entire|all)\b)|"
    r"(?:하나|한 ?(?:건|줄|명|번|통|대|개|곳|차례|회|사람|장)|단 한 ?\S{1,2}|1 ?(?:건|명|번|줄))도(?! ?(?:빠짐|예외|남김))[^.]{0,14}(?:없|않|못)|(?:전혀|일절|아무도|누구도|아무런)[^.]{0,16}(?:없|않|못)|전무",
    re.IGNORECASE,
)
NO = re.compile(
    r"\b[Nn]o (?P<noun>(?:[a-z-]+ ){1,3}?)(?:(?:has|have|had|was|were|is|got|ever) )?(?:been )?(?P<verb>[a-z]+ed|lost)\b"
)
"""`no pod restarted`, `no product was rejected`."""
SCOPED = re.compile(
    r"\b(?:since|after|afterwards|from then|second|third|later|this time|now|so far|yesterday|in \w+ (?:staging|tests?)|dry run|staging|rehears\w+|otherwise|else|other|besides|apart from|except)\b|"
    r"이후|다음부터|두 번째|세 번째|이번엔|지금은|현재|재실행|스테이징|연습|그 외|외에|나머지|말고|제외",
    re.IGNORECASE,
)
ANOTHER = re.compile(
    r"\b(?:second|third|later|this time|yesterday|staging|dry run|rehears\w+|otherwise|else|other|besides|apart from|except)\b|두 번째|세 번째|이번엔|재실행|스테이징|연습|그 외|외에|나머지|말고|제외",
    re.IGNORECASE,
)
GENERIC = frozenset(
    [
        "run",
        "one",
        "time",
        "hour",
        "minut",
        "result",
        "whole",
        "start",
        "end",
        "chang",
        "singl",
        "change",
        "work",
        "작업",
        "전체",
        "하나",
        "한",
        "번",
        "건",
        "줄",
        "명",
        "사람",
        "단",
    ]
)
MENDED = re.compile(r"정정|고침|고칩|바로잡|correct|erratum|mistake|wrong", re.IGNORECASE)
SINCE = re.compile(r"\bsince (?:the|that|then)\b|이후(?:로|에)?", re.IGNORECASE)
HAD = re.compile(r"\b(?:had|needed) to be ")
HEAD_LINES, NEAR, JUST_ABOVE = 25, 45, 10


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims that something never happened, with the places where the log says that it did."""
    for log in filter(written, logs):
        found = happened(log)
        told = {hit.spot.line for hit in hits(all_but_a_row, log)} if found else set()
        for number, line in log.numbered():
            if number in told or not found or len(line) > 600 or _passed_over(log, number, line):
                continue
            for start, clause in clauses(line):
                yield from _none(log, (number, start, clause), found)


def _passed_over(log: Log, number: int, line: str) -> bool:
    return (
        withdrawn(log, number) or bool(MENDED.search(log.section(number).title)) or line.lstrip().startswith(("|", "$"))
    )


def _none(log: Log, place: tuple[int, int, str], found: tuple[Happened, ...]) -> Iterator[Hit]:
    number, start, clause = place
    strong, plain = STRONG.search(clause), NO.search(clause)
    if not (strong or plain) or HYPOTHETIC.search(clause) or PLANNED.search(HAD.sub("was ", clause)):
        return
    names = [
        name for name, words in WORDS.items() if any(_governed(clause, strong, one) for one in words.finditer(clause))
    ]
    if plain and not strong:
        names = [name for name in names if WORDS[name].search(plain["verb"])]
    nouns = stems(clause) - GENERIC
    for name in names:
        own = frozenset().union(*(stems(match[0]) for match in WORDS[name].finditer(clause)))
        meant = [one for one in found if _against(log, number, one, (name, nouns - own), strong=bool(strong))]
        if name != "retry" and WORDS["retry"].search(clause):
            continue
        if ANOTHER.search(clause) and not SINCE.search(clause):
            meant = []
        elif SCOPED.search(clause):
            # What is denied for a time that the claim names is held against what stands right above it alone.
            meant = [one for one in meant if one.strong and 0 < number - one.spot.line <= JUST_ABOVE]
        if meant and not _mended(log, number, name):
            yield Hit(
                spot=Spot(log.name, number, start + 1, start + len(clause) + 1),
                also=tuple({one.spot.line: one.spot for one in meant}.values())[:6],
                why=f"line {meant[0].spot.line} tells of one",
                instead="how many there were, and which",
            )
            return


def _governed(clause: str, none: re.Match[str] | None, concept: re.Match[str]) -> bool:
    """Return whether a concept stands near what denies it, in one breath."""
    if re.search(r"\bto (?:a|an|the|any) $", clause[: concept.start()]):
        return False
    if none is None:
        return True
    if re.fullmatch(r"nobody|no one|nothing|none", none[0], re.IGNORECASE) and concept.start() < none.start():
        return False  # `The alarm mailed nobody` tells of an alarm.
    (_, end), (start, _) = sorted((none.span(), concept.span()))
    return start - end <= NEAR and not re.search(r"[:(]|  |, (?!\w+,)", clause[end:start])


def _against(log: Log, number: int, one: Happened, claim: tuple[str, frozenset[str]], *, strong: bool) -> bool:
    name, nouns = claim
    if one.concept != name or one.spot.line == number or not (one.strong or (strong and name in PLAIN)):
        return False
    if one.spot.line > number and number > HEAD_LINES and not _summary(log, number):
        return False
    shared = (nouns & one.about) - GENERIC
    keyed = strong and re.match(r"[\"']?\s*[:=]\s*[1-9]", log.line(one.spot.line)[one.spot.end - 1 :])
    return bool(shared) or (strong and not nouns) or name in PLAIN or bool(keyed)


def _summary(log: Log, number: int) -> bool:
    return bool(
        re.search(
            r"summary|result|impact|outcome|in short|요약|결과|정리|영향", log.section(number).title, re.IGNORECASE
        )
    )


def _mended(log: Log, number: int, name: str) -> bool:
    """Return whether another line takes back what is said of a concept."""
    return any(
        place != number and WORDS[name].search(line) and (taken_back(line) or MENDED.search(line))
        for place, line in log.numbered()
    )
