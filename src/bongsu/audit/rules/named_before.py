"""What a sentence refers back to, as made or used before, goes by the name that it had there.

Source: the log's own words; a name that stands for the first time where something of before is meant is another's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import by_hand, withdrawn
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.rules import only_one, other_name
from bongsu.audit.together import in_one_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
BACK = re.compile(
    r"\b(?:this is|that is|that's|it is|was|is) the one (?:that|which|we|i|they|made|rolled|used|sent)\b|\bsame name\b"
    r"|\b(?:created|made|promoted|rolled|moved|switched|bought|enabled|loaded|built|opened|deployed|installed|set up|put in|announced|agreed|chosen|ordered|registered|sealed|printed|started|drained)\b"
    r"[^.;]{0,24}\b(?:above|earlier|ago|before|at \d{1,2}[:.]\d\d|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|this morning|today|yesterday|last night|in step \d+)\b"
    r"|(?:위에서|앞에서|앞서|아까|아침에|방금|오늘|어제|조금 전|\d{1,2}[:시]\d{0,2}(?:분)?에) ?[^.;\d]{0,10}(?:만든|올린|켠|넣은|띄운|산|승격|정한|말한|적은|쓴|배포한|등록한|바꾼|고른|받은)|바로 그|그때 그|(?:이름이 )?같은 (?:이름|규칙|서버|큐|표|테이블|함수)",
    re.IGNORECASE,
)
"""How a sentence says of a thing that it is the one of before."""
APART = re.compile(
    r"\b(?:old|previous\w*|legacy|other|another|second|backup|copy|clone|spare|staging|rehears\w+|test|instead|renam\w+|typo|not)\b|→|->|옛|기존|다른|예비|연습|이전|아니|오타|잘못",
    re.IGNORECASE,
)
STATES = re.compile(
    r"[`\"'*_]{0,3} (?:was |were |is |has been |got )?(?:created|made|promoted|rolled|moved|switched|enabled|loaded|built|opened|deployed|installed|set up|registered|printed|started|drained)\b"
)
"""What stands behind a name of which an entry tells what was done with it, and refers to nothing of before."""
MARKS = re.compile(r"^\s*(?:[-*•·]\s*)?(?:\[[ xX]\]\s*)?(?:\d{1,2}[.)]\s)?(?:\d{1,2}:\d\d(?::\d\d)?)?")
ASIDE = frozenset(["old", "new", "legacy", "prev", "previous", "next", "test", "backup"])
PARTS = re.compile(r"[-_./]")
NEAR, BESIDE, SEEN_MOST, FAMILY = 60, 24, 2, 3


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield names that stand for the first time where a thing of before is told of, which had a look-alike name."""
    for log in filter(by_hand, logs):
        names = only_one.names_of(log)
        for name, spots in names.items():
            if name.isdigit() or len({one.line for one in spots}) > SEEN_MOST or not _refers_back(log, name, spots[0]):
                continue
            before = [other for other, there in names.items() if _stood_before(log, (name, spots), (other, there))]
            if 0 < len(before) < FAMILY:
                usual = max(before, key=lambda other: len(names[other]))
                yield Hit(
                    spot=spots[0],
                    also=tuple(names[usual][:3]),
                    why=f"{name!r} here, {usual!r} elsewhere",
                    instead="the name that the service answers to, the same everywhere",
                )


def _refers_back(log: Log, name: str, spot: Spot) -> bool:
    line = log.line(spot.line)
    start, end = spot.column - 1, spot.end - 1
    around = line[max(0, start - NEAR) : start] + "#" + line[end : end + NEAR]
    beside = line[max(0, start - BESIDE) : start] + "#" + line[end : end + BESIDE]
    if STATES.match(line[end:]) and not re.search(r"[^\W_]", MARKS.sub("", line[:start])):
        return False
    return bool(BACK.search(around.replace(name, "#"))) and not (APART.search(beside) or withdrawn(log, spot.line))


def _stood_before(log: Log, name: tuple[str, list[Spot]], other: tuple[str, list[Spot]]) -> bool:
    """Return whether another name, which may be written for the one, stood in the log before it, and never beside it."""
    own, there = ({spot.line for spot in spots} for spots in (name[1], other[1]))
    if other[0] == name[0] or other[0].isdigit() or min(there) >= min(own) or own & there:
        return False
    if ASIDE & {*PARTS.split(name[0].lower())} ^ ASIDE & {*PARTS.split(other[0].lower())}:
        return False
    alike = only_one.written_for(name[0], other[0]) or other_name.alike(name[0], other[0])
    return alike and not in_one_column(log, name[0], other[0])
