"""A host, a mailbox and a site have one name: not `bills.` for `billing.` of the same domain.

Source: the log's own names; a resolver answers to the exact name alone.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.rules.near_names import REFUSED
from bongsu.audit.spelled import VARIED, alike_words
from bongsu.audit.together import in_one_column
from bongsu.audit.typed import refused_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
HOST = pattern(
    r"(?<![\w.-])(?:(?P<user>[a-z][\w.+-]{2,30})@)?(?P<host>(?:[a-z0-9][a-z0-9-]{0,40}\.){1,5}(?:example|test|internal|intranet|local|lan|corp|com|net|org|io|dev|app|cloud|shop|kr|jp|eu|de|uk|info|biz|co))(?![\w-]|\.[a-z])",
    re.IGNORECASE,
)
CONTRAST = re.compile(
    r"\b(?:old|new|previous\w*|legacy|former\w*|redirect\w*|cname|alias|also|both|other|instead|staging|test|mirror|moved?|second|sister|wrong|failed)\b|→|->|옛|구 |기존|예비|이전|예전|별도|다른|대신|또|함께",
    re.IGNORECASE,
)
HOSTS_MOST, RARE = 100, 2


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield a host or a mailbox that stands once or twice, and is another one of the log but for a part of one word."""
    for log in filter(written, logs):
        held: dict[str, list[Spot]] = {}
        for number, line in log.numbered():
            for match in HOST.finditer(line) if not withdrawn(log, number) and number not in refused_lines(log) else ():
                held.setdefault(match["host"].lower(), []).append(log.spot(number, match, "host"))
                if match["user"]:
                    held.setdefault(match[0].lower(), []).append(log.spot(number, match))
        for one, other in combinations(held, 2) if len(held) <= HOSTS_MOST else ():
            if _alike(one, other):
                yield from _hit(log, (one, held[one]), (other, held[other]))


def _alike(one: str, other: str) -> bool:
    first, second = re.split(r"[@.]", one), re.split(r"[@.]", other)
    if len(first) != len(second) or ("@" in one) != ("@" in other):
        return False
    apart = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    if len(apart) != 1 or first[-1] != second[-1]:
        return False
    (a, b) = apart[0]
    return not {a, b} & VARIED and (alike_words(a, b) or a.replace("-", "") == b.replace("-", ""))


def _hit(log: Log, one: tuple[str, list[Spot]], other: tuple[str, list[Spot]]) -> Iterator[Hit]:
    rare, usual = sorted((one, other), key=lambda each: (len({spot.line for spot in each[1]}), -each[1][0].line))
    own, others = ({spot.line for spot in each[1]} for each in (rare, usual))
    near = [text for number in own for _, text in log.numbered(number, number + 1)]
    said = [log.line(number) for number in own]
    if len(own) > RARE or own & others or len(others) < len(own) or in_one_column(log, one[0], other[0]):
        return
    if any(REFUSED.search(line) for line in near) or any(CONTRAST.search(line) for line in said):
        return
    yield Hit(
        spot=rare[1][0],
        also=tuple(usual[1][:4]),
        why=f"{rare[0]!r} here, {usual[0]!r} elsewhere",
        instead="the name that the service answers to, the same everywhere",
    )
