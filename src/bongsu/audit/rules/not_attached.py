"""What a log says is attached to it stands in its list of attachments, and a part is not past the stated number of parts.

Source: the log's own list, and what it says of the document that it follows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.numbering import kind
from bongsu.audit.past import BEFORE
from bongsu.audit.patterns import pattern
from bongsu.audit.words import EN_NUMBER, KO_NUMBER, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
FILE = pattern(
    r"(?<![\w./-])[\w가-힣][\w가-힣.-]{1,60}\.(?:txt|pdf|csv|tsv|xlsx?|png|jpe?g|gif|log|json|md|sql|zip|gz|docx?|pptx?|hwpx?|har|ya?ml|html|eml|pcap|tar|svg)(?![\w/])",
    re.IGNORECASE,
)
LIST = re.compile(
    r"^[\s#>*_|-]*(?:list of )?(?:attach(?:ments?|ed(?: files)?)|enclos(?:ures?|ed)|첨부(?: ?(?:파일|목록|물))?|붙임|별첨)(?: ?\(\d+\))?[*_]*\s*(?:[:：|]|$)",
    re.IGNORECASE,
)
ATTACHED = re.compile(
    r"\battached\b|\bin the attachments?\b|\benclosed\b|첨부(?!할|하겠|예정)|붙임|별첨", re.IGNORECASE
)
COMING = re.compile(
    r"\b(?:will|to be|would|should|not|later|tomorrow|if|another|other (?:ticket|page|mail))\b|예정|하겠|않|다른|추후|나중",
    re.IGNORECASE,
)
LIST_MOST = 12
_N = rf"\d{{1,2}}|{EN_NUMBER}|{KO_NUMBER}"
_PART = r"steps?|items?|sections?|chapters?|parts?|단계|항목|절|장"
STATED = pattern(
    rf"(?P<doc>\b(?:runbook|plan|procedure|checklist|document|instruction|playbook|manual|sheet|script|form)\b|런북|계획서?|절차서?|체크리스트|문서|매뉴얼|지침)[^.;]{{0,40}}?(?:(?<![\w.-])(?P<n>{_N}) ?(?:개 ?)?(?P<noun>{_PART})(?![\w가-힣])|(?<![\w.-])(?P<noun2>{_PART}) 1 ?(?:to|through|-|–|~|부터) ?(?P<n2>\d{{1,2}})(?!\d))",
    re.IGNORECASE,
)
PARTLY = re.compile(
    r"\b(?:first|last|next|remaining|other|of the|extra|more|only|took|in|all but)\s*$|처음|마지막|남은|나머지",
    re.IGNORECASE,
)
CODE = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+")
FAR = 30


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield files that are called attached and are not listed, and steps past the number that a document is said to have."""
    for log in filter(written, logs):
        yield from _files(log)
        yield from _parts(log)


def _files(log: Log) -> Iterator[Hit]:
    listed: dict[str, Spot] = {}
    inside: set[int] = set()
    for place, line in log.numbered():
        if not LIST.match(line):
            continue
        for below, text in log.numbered(place, place + LIST_MOST):
            if below > place and (not text.strip() or not FILE.search(text)):
                break
            inside.add(below)
            for match in FILE.finditer(text):
                listed.setdefault(match[0].lower(), log.spot(below, match))
    for place, line in log.numbered() if listed else ():
        if place in inside or withdrawn(log, place) or not ATTACHED.search(line) or COMING.search(line):
            continue
        for match in FILE.finditer(line):
            if match[0].lower() not in listed:
                yield Hit(
                    spot=log.spot(place, match),
                    also=tuple(listed.values())[:4],
                    why=f"{match[0]} is not among what is attached: {', '.join(list(listed)[:6])}",
                    instead="the file that is there, or attach it",
                )


def _parts(log: Log) -> Iterator[Hit]:
    for place, line in log.numbered():
        for match in STATED.finditer(line):
            group = "n" if match["n"] else "n2"
            most, part = number(match[group]), kind(match["noun"] or match["noun2"])
            before = line[: match.start(group)]
            if not most or not part or PARTLY.search(before) or withdrawn(log, place):
                continue
            names = {match["doc"].lower(), *(code.lower() for code in CODE.findall(line))}
            yield from _past(log, place, (part, most), names)


def _past(log: Log, stated: int, told: tuple[str, int], names: set[str]) -> Iterator[Hit]:
    part, most = told
    for place, line in log.numbered():
        for match in BEFORE.finditer(line) if place != stated else ():
            label = match["label"].partition(".")[0]
            around = line.lower()
            if kind(match["word"]) != part or not label.isdigit() or not most < int(label) <= most + FAR:
                continue
            if any(re.search(rf"(?<![\w-]){re.escape(name)}", around) for name in names) and not withdrawn(log, place):
                yield Hit(
                    spot=log.spot(place, match),
                    also=(log.spot(stated),),
                    why=f"line {stated} gives {most} of them",
                    instead="what is meant, by a number or a name that can be found",
                )
