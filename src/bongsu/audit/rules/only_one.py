"""What a log calls the only one of its kind has one name: no look-alike of it stands elsewhere in its place.

Source: the log's own words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from bongsu.audit.claims import by_hand, withdrawn
from bongsu.audit.findings import Confidence, Hit, Severity, Spot
from bongsu.audit.patterns import pattern
from bongsu.audit.together import in_one_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NAME = pattern(
    r"(?<![\w.@/$-])(?:/(?:[a-z0-9_-]+/)+[a-z0-9_-]+|0x[0-9A-Fa-f]{2,8}|(?=[A-Za-z가-힣\d_.-]*[A-Za-z가-힣])[A-Za-z가-힣\d]+(?:[-_.][A-Za-z\d]+)+|[A-Z]{2,6}\d{1,6}|[1-9]\d{3,5})(?![\w@/%-]|:\d|\.\w|,\d)"
)
"""Whatever somebody may call a thing by: parts with marks between them, a path, a number in hexadecimals, a port."""
ONLY = pattern(
    r"\bonly (?:this|that|one|it|file|rule|host|queue|table|bundle|certificate|cert|secret|server|cluster|group|endpoint|name|job|list|version|node|copy|key|change|thing)\b|\b(?:is|was|be|are) (?:the|our) only\b|\bthe (?:one and )?only\b|\bonly (?=[`'\"]?[\w./-]*[-_/\d])|\bno (?:other|second|further)\b|\bnothing else\b|\bnone other\b|\bnot? another\b|\bone \w+ (?:for everything|only|alone)\b|\bexactly one\b|\bsole\b|\bjust (?:the )?one\b"
    r"|하나(?:뿐|만|밖에|예요|이다|다\b|입니다|이며|고\b|를 )|한 ?(?:개|대|건|곳|장|벌|줄)(?:뿐|만|예요|이에요|이다|다\b|입니다)|유일|딱 하나|다른 ?(?:것|건|[가-힣]{1,4})(?:은|는|을|를|이|가|도)? ?(?:오늘 |더 |따로 )?(?:안|않|없|만들지|쓰지)|[`'\"”’] ?하나(?=[.,\s|]|$)|이거 ?하나",
    re.IGNORECASE,
)
"""How a log says of a thing that there is no second one."""
APART = re.compile(
    r"\b(?:old|previous\w*|legacy|former\w*|other|others|another|copy|clone|spare|standby|replica|second|backup|trial|staging|instead|unlike|versus|vs|separate|different|untouched|unchanged|remains?|stays?|stayed|left|from|replac\w+|renam\w+|typo|mistyp\w+|wrong|called|alias|first|pulled|draft|earlier|without|except|besides|next|last year|delete\w*|removed?|retired|later|tomorrow|next week|will)\b|→|->|=>"
    r"|옛|구 |기존|예비|이전|예전|각각|별도|다른|대신|나머지|둘|두 |그대로|복제|안 ?(?:건드|옮|바꿈|씀)|않|없|아니|이름|오타|잘못|다음|삭제|지움|지웠|내일",
    re.IGNORECASE,
)
"""What makes of the look-alike another thing, or of the difference one that is told."""
NEAR, FAMILY, SEEN_MOST, SHORT = 48, 3, 3, 2
PARTS = re.compile(r"[-_./]")
OPERATION = re.compile(
    r"(?:en|dis)able-|(?:describe|put|get|list|create|delete|update|remove)-(?:rule|table|target|queue|function)"
)
YEARLIKE = re.compile(r"(?:19|20)\d\d")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield look-alikes of a name that the log says to be the only one."""
    for log in filter(by_hand, logs):
        names = names_of(log)
        told: set[frozenset[str]] = set()
        for name, spots in names.items():
            said = next((spot for spot in spots if _only(log, spot)), None)
            alike = [other for other in names if said and written_for(name, other)]
            if said is None or len(alike) >= FAMILY:
                continue
            for other in alike:
                pair = frozenset((name, other))
                if pair not in told and _in_its_place(log, (name, spots), (other, names[other])):
                    told.add(pair)
                    yield _hit((name, said), (other, names[other]))


def _hit(only: tuple[str, Spot], alike: tuple[str, list[Spot]]) -> Hit:
    return Hit(
        spot=alike[1][0],
        also=(only[1], *alike[1][1:3]),
        why=f"{alike[0]!r} here, where {only[0]!r} is said to be the only one",
        instead="the name that the service answers to, the same everywhere",
    )


def names_of(log: Log) -> dict[str, list[Spot]]:
    """Return whatever somebody may call a thing by, with its places; no times, and no operations of a program."""
    found: dict[str, list[Spot]] = defaultdict(list)
    for number, line in log.numbered():
        for match in NAME.finditer(line):
            timed = (one for one in log.moments(number) if one.column - 1 <= match.start() < one.end - 1)
            # `7.14.0-r2` begins as a day does, and goes on.
            named = not YEARLIKE.fullmatch(match[0]) and not OPERATION.match(match[0])
            if named and all(one.end - 1 < match.end() for one in timed):
                found[match[0]].append(log.spot(number, match))
    return found


def _only(log: Log, spot: Spot) -> bool:
    """Return whether the words around a name, or the next short sentence, say that there is no second one."""
    line = log.line(spot.line)
    around = line[max(0, spot.column - 1 - NEAR) : spot.end - 1 + NEAR]
    if NAME.search(line[: max(0, spot.column - 1)]) and NAME.search(line[spot.end - 1 :]):
        return False
    after = log.line(spot.line + 1)[:NEAR] if spot.line < len(log.text.lines) and len(line) > spot.end else ""
    return bool(ONLY.search(around) or (ONLY.search(after) and not NAME.search(after)))


def written_for(one: str, other: str) -> bool:
    """Return whether one of two names may be written for the other: a part or a sign apart, or parts in another order."""
    first, second = PARTS.split(one.lower()), PARTS.split(other.lower())
    if one.lower() == other.lower() or one.isdigit() != other.isdigit():
        return False
    if one.isdigit() or one.startswith("0x"):
        apart = [place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]]
        swapped = sorted(one) == sorted(other)
        return len(one) == len(other) and ((swapped and len(apart) == 2) or (one.startswith("0x") and len(apart) == 1))
    if (one[0] == "/") != (other[0] == "/"):
        return False
    if len(first) > 1 and sorted(first) == sorted(second):
        return True
    if len(first) == len(second):
        changed = [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]]
        return len(changed) == 1 and len(first) > 1 and _of_a_kind(*changed[0])
    return False


def _of_a_kind(one: str, other: str) -> bool:
    """Return whether two parts of names may be written for each other: both words, both with a number, or a sign each."""
    short = max(len(one), len(other)) <= SHORT
    return short or bool(re.search(r"\d", one)) == bool(re.search(r"\d", other))


def _in_its_place(log: Log, only: tuple[str, list[Spot]], alike: tuple[str, list[Spot]]) -> bool:
    own, others = ({spot.line for spot in spots} for spots in (only[1], alike[1]))
    if own & others or len(others) > SEEN_MOST or in_one_column(log, only[0], alike[0]):
        return False
    for spot in alike[1]:
        line = log.line(spot.line)
        beside = line[max(0, spot.column - 1 - NEAR) : spot.column - 1] + " " + line[spot.end - 1 : spot.end - 1 + NEAR]
        if withdrawn(log, spot.line) or (APART.search(beside) and not ONLY.search(beside)):
            return False
    return True
