"""What a line declares, a role with who has it or a thing with its name, is so where the log comes back to it.

Source: the log's own declarations; a service answers to its exact name alone.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bongsu.audit.claims import by_hand, withdrawn
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
NAME = r"(?:[A-Z][a-z]{1,14}(?: [A-Z][a-z]{1,14}){0,2}|[가-힣]{2,4})"
ROLE = r"(?:release (?:captain|manager)|on-?call(?: engineer)?|(?:operations?|ops|duty|shift|incident) (?:manager|commander|lead)|approver|reviewer|scribe|db ?a|릴리스 ?(?:캡틴|매니저)|온콜|당직(?:자)?|운영 ?(?:매니저|팀장)|승인자|검토자|배포 ?책임자)"
HELD = pattern(rf"\W*(?P<role>{ROLE})\**\s?[:：]\**\s*(?P<who>(?-i:{NAME}))\W*", re.IGNORECASE)
SIGNED = pattern(
    rf"(?<![\w가-힣])(?P<who>(?-i:{NAME}))(?:, | ?\((?:the )?)(?P<role>{ROLE})(?=\)|\W*$|[.,;])", re.IGNORECASE
)
CHANGED = re.compile(
    r"\b(?:act(?:ing|s|ed) (?:as|for)|deput\w+|stand(?:s|ing)?[- ]in|stood in|cover(?:s|ed|ing)?|instead|swap\w*|on behalf|hand(?:ed|s)? (?:\w+ )?over|hand-?over|took over|takes over|substitut\w+|relie\w+|second|next|was|former)\b|대행|대리|대신|겸|교대|교체|인수|인계|다음|전임",
    re.IGNORECASE,
)
THING = re.compile(
    r"\W*(?:(?:lambda|target|slack|dynamodb|sqs|sns|aws|eventbridge) )?(?:function|rule|table|channel|region|queue|topic|bucket|alarm|image|함수|규칙|테이블|채널|리전|큐|토픽|버킷|알람|이미지)(?: name| to deploy|명| 이름)?\**\s?[:：]\**\s*`?(?P<name>[#A-Za-z][\w.:/#-]{4,80}?)`?\W*",
    re.IGNORECASE,
)
MARKED = re.compile(
    r"\b(?:function|rule|table|channel|queue|topic|bucket|alarm)s? `(?P<name>[#A-Za-z][\w.-]{4,80})`|(?:함수|규칙|테이블|채널|큐|토픽|버킷|알람) `(?P<ko>[#A-Za-z][\w.-]{4,80})`",
    re.IGNORECASE,
)
TOKEN = re.compile(r"#?[A-Za-z][A-Za-z\d]*(?:[-_.][A-Za-z\d]+)+(?::\d+(?:\.\d+)+)?")
TWO = re.compile(
    r"\b(?:old|new|previous|legacy|current|copy|backup|standby|replica|both|second|other|former|not|instead|next|upgrade\w*|renam\w+|staging|test|dev)\b|\bfrom \S+ to\b|->|→|기존|신규|이전|새|다른|예전|구|시험",
    re.IGNORECASE,
)
LINES_MOST, LEAST = 120, 8


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield who is given a role that is somebody else's, and names that are nearly the declared one."""
    for log in filter(by_hand, logs):
        yield from _roles(log)
        if len(log.text.lines) <= LINES_MOST:
            yield from _names(log)


def _holders(log: Log) -> Iterator[tuple[str, str, Spot]]:
    """Yield each role with who has it, by a line of its own or by a row of a table of contacts."""
    for number, line in log.numbered():
        if match := HELD.fullmatch(line):
            yield _role(match["role"]), match["who"], log.spot(number, match, "who")
    for table in log.tables:
        for row in table.rows if len(table.heads) <= 3 else ():
            for role, who in ((row[0], row[1]), (row[1], row[0])) if len(row) > 1 else ():
                if re.fullmatch(ROLE, role.text, re.IGNORECASE) and re.fullmatch(NAME, who.text):
                    yield _role(role.text), who.text, who.spot


def _role(text: str) -> str:
    return re.sub(r"[\s-]|engineer", "", text.lower())


def _roles(log: Log) -> Iterator[Hit]:
    held = list(_holders(log))
    once = Counter(role for role, _, _ in held)
    people = {who for _, who, _ in held}
    known = {role: (who, spot) for role, who, spot in held if once[role] == 1}
    if len(people) < 2 or any(
        CHANGED.search(line) and any(who in line for who in people) for _, line in log.numbered()
    ):
        return
    for number, line in log.numbered():
        for match in SIGNED.finditer(line) if not withdrawn(log, number) else ():
            who, spot = known.get(_role(match["role"]), ("", None))
            given = match["who"]
            other = given in people and spot is not None and not (given in who or who in given)
            if other and spot is not None and spot.line != number:
                yield Hit(
                    spot=log.spot(number, match),
                    also=(spot,),
                    why=f"{match['role']} is {given} here, and {who} in line {spot.line}",
                    instead="one role, the same everywhere",
                )


def _names(log: Log) -> Iterator[Hit]:
    lines = [(number, line, [one[0] for one in TOKEN.finditer(line)]) for number, line in log.numbered()]
    where = {token: [n for n, _, tokens in lines if token in tokens] for _, _, tokens in lines for token in tokens}
    for number, line in log.numbered():
        field = THING.fullmatch(line)
        match = field or MARKED.search(line)
        name = next((text for text in match.groups() if text), "").rstrip(".:") if match else ""
        if len(name) < LEAST or len(where.get(name, ())) != 1:
            continue
        near = [token for token in where if token != name and _slip(token, name)]
        # Two of a numbered family may both be meant, but for where one is declared as the thing that all is about.
        near = [token for token in near if field or re.sub(r"\d", "", token) != re.sub(r"\d", "", name)]
        if len(near) != 1 or TWO.search(line) or len(where[near[0]]) > 2:
            continue
        other = where[near[0]][0]
        if other > number and not TWO.search(log.line(other)) and not withdrawn(log, other):
            yield Hit(
                spot=log.at(other, near[0]),
                also=(log.spot(number),),
                why=f"{near[0]!r} is nearly {name!r}, which line {number} declares",
                instead="the name that the service answers to, the same everywhere",
            )


def _slip(one: str, name: str) -> bool:
    """Return whether one letter or figure more, less or other makes one name of the other, or another mark between its words."""
    if re.sub(r"[-_.]", "-", one) == re.sub(r"[-_.]", "-", name):
        return True
    if abs(len(one) - len(name)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, name, strict=False)) if a != b), min(len(one), len(name)))
    a, b = one[start:], name[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
