"""What was rolled out has one version: not another patch of it in one line of the log.

Source: the log's own versions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.together import in_one_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.LOW
VERSION = pattern(
    r"(?<![\w./-])(?:(?<=\d\.)|(?<![\d:]))[vV]?(?P<main>\d{1,4}\.\d{1,3})\.(?P<patch>\d{1,4})(?![\w.-]|:\d)|(?<=[a-z]:)v?(?P<tagged>\d{1,4}\.\d{1,3})\.(?P<tag>\d{1,4})(?![\w.-]|:\d)"
)
OTHER = re.compile(
    r"\b(?:old|former\w*|previous\w*|instead|wrong|second|other|upgrade\w*|downgrade\w*|rollback|roll(?:ed)? back|back|latest|not|until|typo|correct\w*|follow\w*|next|later|fixed in|fix in|came out|available|refused|last year|successor|already|still|yet|since|before|plan\w*|will|client|agent|driver|library|runtime|cli|python|node\.?js|java|openssl|helm|kubectl|terraform)\b|"
    r"예전|옛|잘못|정정|다른|이전|되돌|최신|후속|별도|다음|추후|예정|기존|구버전|롤백",
    re.IGNORECASE,
)
DONE = re.compile(
    r"\b(?:accept\w*|done|live|releas\w+|roll(?:ed|ing)? ?out|in production|running|runs?|deploy\w*|signed?|now on|all on|complete\w*|healthy|shipped|publish\w*|serving)\b|완료|배포|적용|반영|승인|운영|종료|정상",
    re.IGNORECASE,
)
OFTEN = 2


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield a version that stands in one line, where the log otherwise has another patch of it."""
    for log in filter(written, logs):
        places: dict[str, dict[str, list[Spot]]] = defaultdict(lambda: defaultdict(list))
        for number, line in log.numbered():
            for match in VERSION.finditer(line) if not withdrawn(log, number) else ():
                main = match["main"] or match["tagged"]
                places[main][match["patch"] or match["tag"]].append(log.spot(number, match))
        for main, patches in places.items():
            if len(patches) > 1:
                yield from _odd(log, main, patches)


def _odd(log: Log, main: str, patches: dict[str, list[Spot]]) -> Iterator[Hit]:
    usual = max(patches, key=lambda one: len({spot.line for spot in patches[one]}))
    lines = {spot.line for spot in patches[usual]}
    for patch, spots in patches.items():
        own = {spot.line for spot in spots}
        number = min(own)
        if patch == usual or len(own) > 1 or len(lines) < OFTEN or number <= min(lines) or number in lines:
            continue
        line = log.line(number)
        target = list(VERSION.finditer(line))[-1]
        is_target = (target["patch"] or target["tag"]) == patch
        if OTHER.search(line) or not is_target or in_one_column(log, f"{main}.{patch}", f"{main}.{usual}"):
            continue
        if len(patches) > 2 and not DONE.search(line):
            continue
        yield Hit(
            spot=spots[0],
            also=tuple(patches[usual][:4]),
            why=f"the version is {main}.{patch} here and {main}.{usual} elsewhere",
            instead="the version that the service shows",
        )
