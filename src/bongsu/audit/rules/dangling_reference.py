"""What a log refers to is in it, or beside it: a numbered notification or step, a heading, the cited lines of a file.

Source: the log itself, and the folder that it lies in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.log import HEADING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.LOW
NUMBERED = re.compile(
    r"\b(notification|message|step|section|phase|check|incident|알림|메시지|단계) ?#?(\d{1,2})\b", re.IGNORECASE
)
REFERS = re.compile(
    r"\b(?:see|per|from|in|of|as in|after|cf\.?|refer to|under) (?:the )?(?P<noun>notification|message|step|section|phase|check) ?#?(?P<n>\d{1,2})\b|(?P<ko>알림|메시지|단계) ?#?(?P<k>\d{1,2}) ?(?:참조|참고)",
    re.IGNORECASE,
)
ANCHOR = re.compile(r"\[[^\]]+\]\(#([^)\s]+)\)")
CITED = re.compile(r"(?<![\w/:.])((?:[\w.-]+/)*[\w-]+\.(?:md|txt|ya?ml|json|py|sh|log|ts|js|tf)):(\d+)(?:-(\d+))?\b")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield references to what is not there."""
    for log in logs:
        heads = _numbers(log)
        slugs = {_slug(section.title) for section in log.sections}
        for number, line in log.numbered():
            if not HEADING.fullmatch(line):
                for match in REFERS.finditer(line):
                    noun, count = (match["noun"] or match["ko"]).lower(), int(match["n"] or match["k"])
                    there = heads.get(noun, set())
                    if len(there) > 1 and count not in there:
                        yield _hit(log, number, match, f"the log's {noun}s are {', '.join(map(str, sorted(there)))}")
            for match in ANCHOR.finditer(line):
                if match[1].lower() not in slugs and f'id="{match[1]}"' not in "\n".join(log.text.lines):
                    yield _hit(log, number, match, f"no heading here is #{match[1]}")
            for match in CITED.finditer("" if log.fenced(number) else line):
                if log.folder and match[0] not in log.known:
                    yield _hit(log, number, match, f"no {match[1]} with those lines is beside the log or above it")


def _numbers(log: Log) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for section in log.sections:
        for match in NUMBERED.finditer(section.title):
            found.setdefault(match[1].lower(), set()).add(int(match[2]))
    return found


def _slug(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")


def _hit(log: Log, number: int, match: re.Match[str], why: str) -> Hit:
    return Hit(
        spot=log.spot(number, match),
        why=why,
        instead="what is meant, by a name that can be found, or with the cited lines",
    )
