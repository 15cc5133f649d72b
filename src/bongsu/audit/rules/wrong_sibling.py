"""One of a row is not named once, late, where the log told of its neighbour all along: node 17 for 07, key 2026d for 2026b.

Source: the log's own names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity, Spot
from bongsu.audit.patterns import pattern
from bongsu.audit.together import in_one_column
from bongsu.audit.typed import refused_lines, typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.LOW
NAME = pattern(
    r"(?<![\w.@-])(?P<stem>[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*?[-_](?:[A-Za-z]{0,6}|(?:19|20)\d\d|\d(?=[a-z])))(?P<mark>\d{1,2}|[a-z]|[A-Z])(?![\w-]|\.\w|:\d)"
)
CONTRAST = re.compile(
    r"\b(?:old|new|previous\w*|legacy|former\w*|next|last year|second|third|other|others|another|both|copy|clone|spare|standby|replica|readers?|secondary|reserve|rollback|roll(?:ed)? back|backup|trial|staging|also|too|besides|instead|unlike|versus|vs|separate|different|two|three|kept|moved?|from|follow-?up|later|will|then|neither|except|but|gone|retired|source)\b|→|->|"
    r"옛|구 |기존|예비|이전|예전|각각|별도|다른|대신|다음|나머지|둘|두 |모두|또|함께|남겨|남은|롤백|예정|복제|대기",
    re.IGNORECASE,
)
"""What tells of a second thing of the row."""
OFTEN = 3
HEX = re.compile(r"[-_][0-9a-f]{6,}[-_]?$")
IN_TURN = re.compile(
    r"(?:step|run|wave|row|job|batch|item|task|phase|part|msg|message|attempt|try|test|check|shot|fig|issue|pr|sprint|day|week|q|v|rev|version|page)[-_]?$",
    re.IGNORECASE,
)
"""What is numbered in turn: the next one is another one."""
Places = dict[str, list[Spot]]


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield a name that stands in one line alone, with nothing that tells it from the one that stands in many."""
    for log in filter(written, logs):
        rows: dict[tuple[str, bool], Places] = defaultdict(lambda: defaultdict(list))
        for number, line in log.numbered():
            if withdrawn(log, number) or number in refused_lines(log):
                continue
            for match in NAME.finditer(line):
                if not HEX.search(match["stem"]) and not IN_TURN.search(match["stem"]):
                    rows[match["stem"].lower(), match["mark"].isdigit()][match["mark"].lower()].append(
                        log.spot(number, match)
                    )
        for (stem, _), row in rows.items():
            if len(row) == 2:
                yield from _odd(log, stem, row)


def _beside(one: str, other: str) -> bool:
    """Return whether two marks follow each other: `node-1` and `node-2` are a pair, each of which may be told of once."""
    values = [int(mark) if mark.isdigit() else ord(mark) for mark in (one, other)]
    return abs(values[0] - values[1]) == 1


def _odd(log: Log, stem: str, row: Places) -> Iterator[Hit]:
    rare, usual = sorted(row, key=lambda mark: len({spot.line for spot in row[mark]}))
    own, others = ({spot.line for spot in row[mark]} for mark in (rare, usual))
    (number,) = own if len(own) == 1 else (0,)
    if not number or len(others) < OFTEN or number in others or _beside(rare, usual):
        return
    line = log.line(number)
    thread = not line.startswith(">") and all(log.line(other).startswith(">") for other in others)
    if (number < min(others) and not thread) or any(
        stem + rare in log.line(n).lower() for n, _ in log.numbered() if n != number
    ):
        return
    if typed(line) is not None or CONTRAST.search(line):
        return
    if in_one_column(log, stem + rare, stem + usual) or len(NAME.findall(line)) > 2:
        return
    yield Hit(
        spot=row[rare][0],
        also=tuple(row[usual][:4]),
        why=f"{stem + rare!r} here alone, {stem + usual!r} elsewhere",
        instead="the name that the service answers to, the same everywhere, or what the other one is",
    )
