"""What a log calls the new one, or the old one, of its kind has one name: the new primary, the old queue.

Source: the logs' own words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.words import stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
_NAME = r"[`\"'(]?(?P<name>[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)+)(?![A-Za-z0-9_@-])(?!\.[a-z]|\()"
_NOUN = (
    r"(?P<noun>writer|primary|master|leader|cluster|host|server|database|db|queue|bucket|load ?balancer|balancer|alb|function|rule|schedule|endpoint|instance|table|topic|alarm|service|deployment|pool|edge|"
    r"로드 ?밸런서|클러스터|규칙|룰|함수|서버|호스트|큐|대기열|프라이머리|주 노드|마스터|목적지|버킷|테이블|스케줄|서비스|인스턴스|엔드포인트)"
)
CALLED = pattern(
    rf"(?<![\w-])(?P<age>new|old|새(?:로운)?|신규|기존|구|옛|예전)[ \t]+(?:[a-z가-힣]{{2,12}} ){{0,2}}?{_NOUN}(?!s)(?:[은는이가을를의]|에는|인)?(?:[ \t:=→>`\"'*|(]{{0,24}}?|\W{{1,4}}(?:is|was|now|named|called|name|이름)\W{{1,4}}){_NAME}",
    re.IGNORECASE,
)
PROMOTED = pattern(
    rf"(?:\bfail(?:ed|s|ing)? ?over to (?:DB instance:? |the )?|\bpromot(?:e|ed|ing|es) (?:the )?(?:replica |standby |node |host )?|--target-db-instance-identifier[ =]|--primary-cluster-id[ =]|\b(?:exec|ssh)(?: -\S+(?: \S+)??)?? (?=\S+ (?:-- |-c \S+ -- |'|sudo |\w+ )?[\w/ ]{{0,30}}\bpromote\b)){_NAME}",
    re.IGNORECASE,
)
MADE_PRIMARY = pattern(
    rf"{_NAME}[`\"']?(?: (?:was|is|has been|got))? (?:promoted\b|(?:is |became )?(?:now )?(?:the )?(?:new )?(?:primary|writer|leader|master)(?: now)?(?=[.,;]|$))|{_NAME.replace('<name>', '<ko>')}[`\"']?(?:을|를|로|이|가|은|는)? ?(?:승격|프라이머리로|주 노드로)",
    re.IGNORECASE,
)
NOW_PRIMARY = pattern(
    rf"\b(?:primary|writer|leader|master)(?: is|:)? now (?:is )?{_NAME.replace('<name>', '<is_now>')}|\b(?:primary|writer|leader|master)\b(?: \w+)?? (?:now|today|currently|during|throughout|at the end|since|after)\b[^:=.;]{{0,30}}[:=→] ?{_NAME}|\b(?:current|present|final) (?:primary|writer|leader|master)\b ?(?:is|[:=→])? ?{_NAME.replace('<name>', '<now>')}|(?:현재|최종|지금) ?(?:프라이머리|주 ?노드|마스터|라이터)(?:는|은)? ?[:：]? ?{_NAME.replace('<name>', '<ko>')}",
    re.IGNORECASE,
)
AGES = {"old": "old", "기존": "old", "구": "old", "옛": "old", "예전": "old"}
PRIMARY = frozenset(["writer", "primary", "master", "leader", "프라이머리", "주 노드", "마스터"])
BACK = re.compile(
    r"\b(?:back|again|rollback|rolled|second|then|later|first|rehears\w+|staging|practice|would|if|instead|both|and the|two|three)\b|되돌|복귀|두 번째|다시|리허설|연습|스테이징|각각|와 ",
    re.IGNORECASE,
)
BACKWARDS = pattern(
    r"\broll(?:ing|ed)?[- ]?back|\b(?:way|going|go|fail(?:ing|ed)?|fall(?:ing)?) ?-?back\b|되돌|롤백|원복|복귀",
    re.IGNORECASE,
)
"""A way back names the other one as the new one again."""
NAMES_MOST = 2


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the second name of what the logs call the new or the old one of a kind."""
    held: dict[tuple[str, str], dict[str, list[tuple[Log, Spot]]]] = defaultdict(lambda: defaultdict(list))
    for log in filter(written, logs):
        for number, line in log.numbered():
            if withdrawn(log, number) or BACKWARDS.search(f"{line} {' '.join(log.section(number).path)}"):
                continue
            for match in CALLED.finditer(line):
                held[AGES.get(match["age"].lower(), "new"), _kind(match["noun"])][match["name"].lower()].append(
                    (log, log.spot(number, match, "name"))
                )
            for regex in (PROMOTED, MADE_PRIMARY, NOW_PRIMARY):
                for match in regex.finditer(line):
                    group = next(name for name, text in match.groupdict().items() if text)
                    held["new", "primary"][match[group].lower()].append((log, log.spot(number, match, group)))
    for (age, kind), names in held.items():
        if len(names) == NAMES_MOST:
            yield from _two(age, kind, list(names.items()))


def _went_back(one: tuple[Log, Spot], other: tuple[Log, Spot]) -> bool:
    """Return whether a line between two places of one log tells of a way back, so that each was the new one in its turn."""
    if one[0] is not other[0]:
        return False
    first, last = sorted((one[1].line, other[1].line))
    return any(BACKWARDS.search(line) for _, line in one[0].numbered(first + 1, last - 1))


def _kind(noun: str) -> str:
    low = " ".join(noun.lower().split())
    return "primary" if low in PRIMARY else stem(low)


def _two(age: str, kind: str, names: list[tuple[str, list[tuple[Log, Spot]]]]) -> Iterator[Hit]:
    (one, first), (other, second) = names
    near = [log.line(spot.line)[max(0, spot.column - 40) : spot.end + 12] for log, spot in (*first, *second)]
    if any(BACK.search(text) for text in near):
        return
    if {(log.name, spot.line) for log, spot in first} & {(log.name, spot.line) for log, spot in second}:
        return
    if one.startswith(other) or other.startswith(one) or _went_back(first[0], second[0]):
        return
    yield Hit(
        spot=second[0][1],
        also=tuple(spot for _, spot in (*first[:4], *second[1:3])),
        why=f"the {age} {kind} is {other!r} here and {one!r} elsewhere",
        instead="the name that the service answers to, the same everywhere",
    )
