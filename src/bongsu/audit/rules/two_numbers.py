"""One ticket, telephone, address, account or version has one number: two digits changed round make another's.

Source: the log's own numbers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity, Spot
from bongsu.audit.words import stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
KINDS = (
    (
        "ticket",
        re.compile(r"(?<![\w-])(?P<head>[A-Z][A-Z0-9]{0,7}-)(?P<digits>\d{2,7}(?:-\d{1,5}){0,2})(?![A-Za-z0-9_-])"),
    ),
    (
        "account",
        re.compile(r"(?<![\w./-])(?P<head>)(?P<digits>\d{12})(?![A-Za-z0-9_.-])"),
    ),
    ("address", re.compile(r"(?<![\w.])(?P<head>\d{1,3}\.\d{1,3}\.\d{1,3}\.)(?P<digits>\d{2,3})(?![\w.]\d|\w)")),
)
PHONE = re.compile(
    r"(?<![\w-])(?P<digits>0\d{1,2}-\d{3,4}-\d{4}|\+\d{1,3}[ -]\d{1,4}[ -]\d{3,4}[ -]\d{4})(?![A-Za-z0-9_-])"
)
PERSON = re.compile(r"(?<![A-Za-z가-힣])(?:[A-Z][a-z]+(?:-[a-z]+)? [A-Z][a-z]+|[가-힣]{3})(?=[^가-힣A-Za-z]|$|님|씨)")
VERSION = re.compile(r"(?<![\w.:/-])v?(?P<main>\d{1,3}\.\d{1,3})\.(?P<patch>\d{1,4})(?![\w.-]|:\d)")
CHANGED = re.compile(
    r"\b(?:old|new|changed|changes|was|former\w*|previous\w*|instead|wrong|desk|office|mobile|second|other|private|home|from|to|upgrade\w*|rollback|roll(?:ed)? back|back|latest|not|until|typo|correct\w*|moved|follow\w*|opened|created|next|see also|related|refused|last year|successor|split)\b|→|->|"
    r"예전|옛|새 |바뀐|바뀌|변경|잘못|정정|업무용|개인|다른|이전|되돌|최신|후속|별도|등록|다음|관련|따로",
    re.IGNORECASE,
)
SECOND = re.compile(
    r"\b(?:old|new|changed|changes|former\w*|previous\w*|instead|wrong|desk|office|mobile|second|other|another|private|home|typo|correct\w*|duty|shared|hotline|replac\w+)\b|→|->|"
    r"예전|옛|새 |바뀐|바뀌|변경|잘못|정정|업무용|개인|다른|이전|공용|당직폰|대표|핫라인|고침|고쳐|고칩",
    re.IGNORECASE,
)
"""What says that somebody's telephone is a second one, or was written wrongly."""
NOT_PEOPLE = re.compile(
    r"연락처|담당자|전화번|비상연|번호는|휴대폰|고객센|관리자|당직자|운영팀|인프라|플랫폼|네트워|데이터|서비스|보안팀|매니저|책임자|작업자|대리인|파트장|팀장님|결제팀"
)
LEAST_TICKET = 3


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield numbers that are another of the log with two digits changed round, and a person's second telephone."""
    for log in filter(written, logs):
        for kind, regex in KINDS:
            yield from _round(log, kind, regex)
        yield from _telephones(log)
        yield from _versions(log)


def _round(log: Log, kind: str, regex: re.Pattern[str]) -> Iterator[Hit]:
    places: dict[tuple[str, str], list[Spot]] = defaultdict(list)
    for number, line in log.numbered():
        for match in regex.finditer(line):
            digits = match["digits"]
            if not withdrawn(log, number) and digits != digits[::-1]:
                places[match["head"] or "", digits].append(log.spot(number, match))
    for one, other in combinations(places, 2) if len(places) <= 200 else ():
        if one[0] != other[0] or len(one[1]) != len(other[1]) or one[1] == other[1]:
            continue
        spots = (places[one], places[other])
        if _turned(one[1], other[1], kind) or (kind == "ticket" and _one_role(log, spots, places, one[0])):
            yield from _hit(kind, (one[0] + one[1], other[0] + other[1]), spots)


def _turned(one: str, other: str, kind: str) -> bool:
    """Return whether two digits changed round make one number of another."""
    apart = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    least = LEAST_TICKET if kind == "ticket" else 2
    return len(apart) == 2 and sorted(one) == sorted(other) and len(re.sub(r"\D", "", one)) >= least


def _one_role(
    log: Log, spots: tuple[list[Spot], list[Spot]], places: dict[tuple[str, str], list[Spot]], head: str
) -> bool:
    """Return whether two numbers are called by the same word, in a log that has no third of their kind."""
    if len([one for one in places if one[0] == head]) != 2:
        return False
    lines = [log.line(spot.line) for group in spots for spot in group]
    if any(CHANGED.search(line) for line in lines):
        return False
    words = [{_word(log, spot) for spot in group} - {""} for group in spots]
    return bool(words[0] & words[1])


def _word(log: Log, spot: Spot) -> str:
    before = re.findall(r"[A-Za-z가-힣]{2,}", log.line(spot.line)[: spot.column - 1])
    return stem(before[-1]) if before else ""


def _hit(kind: str, names: tuple[str, str], spots: tuple[list[Spot], list[Spot]]) -> Iterator[Hit]:
    lines = [{spot.line for spot in group} for group in spots]
    if lines[0] & lines[1] or min(abs(a - b) for a in lines[0] for b in lines[1]) <= 1:
        return
    rare, usual = (1, 0) if len(spots[1]) <= len(spots[0]) else (0, 1)
    yield Hit(
        spot=spots[rare][0],
        also=tuple(spots[usual][:4]),
        why=f"the {kind} is {names[rare]} here and {names[usual]} elsewhere",
        instead="the number as it is where it was given, the same everywhere",
    )


def _telephones(log: Log) -> Iterator[Hit]:
    """Yield a person's second telephone, where nothing says that it is another."""
    held: dict[str, dict[str, Spot]] = defaultdict(dict)
    for number, line in log.numbered():
        before = 0
        for match in PHONE.finditer(line):
            people = [one[0] for one in PERSON.finditer(line, before, match.start()) if not NOT_PEOPLE.search(one[0])]
            before = match.end()
            if people and not SECOND.search(line):
                held[people[-1]].setdefault(match["digits"], log.spot(number, match))
    for person, phones in held.items():
        if len(phones) == 2:
            (one, first), (other, second) = phones.items()
            if first.line != second.line and not _explained(log, (one, other)):
                yield Hit(
                    spot=second,
                    also=(first,),
                    why=f"{person} has {other} here and {one} in line {first.line}",
                    instead="the number that was rung, the same everywhere, or why there are two",
                )


def _explained(log: Log, numbers: tuple[str, str]) -> bool:
    """Return whether a line tells of one of two numbers that it is old, new, wrong or another's."""
    return any(SECOND.search(line) and any(one[-4:] in line for one in numbers) for _, line in log.numbered())


def _versions(log: Log) -> Iterator[Hit]:
    """Yield a version that stands once in a summary, where everything else shows another patch of it."""
    places: dict[str, dict[str, list[Spot]]] = defaultdict(lambda: defaultdict(list))
    for number, line in log.numbered():
        for match in VERSION.finditer(line):
            places[match["main"]][match["patch"]].append(log.spot(number, match))
    for main, patches in places.items():
        if len(patches) != 2:
            continue
        (one, first), (other, second) = sorted(patches.items(), key=lambda each: len(each[1]))
        lines = {spot.line for spot in second}
        told = log.line(first[0].line)
        once = len(first) == 1 and len(lines) >= 2 and first[0].line > min(lines) and first[0].line not in lines
        if once and not any(CHANGED.search(text) for text in (told, *(log.line(number) for number in lines))):
            yield Hit(
                spot=first[0],
                also=tuple(second[:4]),
                why=f"the version is {main}.{one} here and {main}.{other} elsewhere",
                instead="the version that the service shows",
            )
