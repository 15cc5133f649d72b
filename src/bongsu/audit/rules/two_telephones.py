"""A person has one telephone in a log, and a telephone one person, unless the log says why there are two.

Source: the log's own numbers and names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from bongsu.audit.claims import written
from bongsu.audit.designators import PHONE
from bongsu.audit.findings import Confidence, Hit, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
PERSON = re.compile(r"(?<![A-Za-z가-힣])(?:[A-Z][a-z]+(?:-[a-z]+)? [A-Z][a-z]+|[가-힣]{3})(?=[^가-힣A-Za-z]|$|님|씨)")
SECOND = re.compile(
    r"\b(?:old|new|changed|changes|former\w*|previous\w*|instead|wrong|desk|office|mobile|second|other|another|private|home|typo|correct\w*|duty|shared|hotline|replac\w+)\b|→|->|"
    r"예전|옛|새 |바뀐|바뀌|변경|잘못|정정|업무용|개인|다른|이전|공용|당직폰|대표|핫라인|고침|고쳐|고칩",
    re.IGNORECASE,
)
"""What says that somebody's telephone is a second one, or was written wrongly."""
NOT_PEOPLE = re.compile(
    r"연락처|담당자|전화번|비상연|번호는|휴대폰|고객센|관리자|당직자|운영팀|인프라|플랫폼|네트워|데이터|서비스|보안팀|매니저|책임자|작업자|대리인|파트장|팀장님|결제팀"
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield a person's second telephone, where nothing says that it is another."""
    for log in filter(written, logs):
        yield from _second(log)


def _second(log: Log) -> Iterator[Hit]:
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
