"""How a service answered what a log shows: taken, refused, or never sent at all; read from the lines around it."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import pieces, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.payloads import Path, Payload

TAKEN = re.compile(
    r"HTTP(?:/[\d.]+)? ?:?20[0-4]\b|\b(?:accepted|posted|delivered|succeeded|went (?:out|through))\b|\"?\bok\"?\s*[:=]?\s*true|\b(?:answer(?:ed|s)?|said|returned|replied|response|result|status|body)\W{1,4}(?:was |is )?[`\"']?ok\b"
    r"|접수|게시|응답\S{0,3}\s*[`\"']?ok|ok ?(?:응답|를|로|가)|올렸|올림|발송 ?완료|성공",
    re.IGNORECASE,
)
REFUSED = re.compile(
    r"invalid_(?:blocks|payload|arguments|attachments)|\bno_text\b|\"?\bok\"?\s*[:=]?\s*false|HTTP(?:/[\d.]+)? ?:?[45]\d\d\b|\b4\d\d (?:Bad|Too)|\berror\"?\s*[:=]|\b(?:refus|reject|bounc)\w*|\bnot (?:accepted|posted|taken)\b|message text is empty|거부|거절|반려|실패|오류",
    re.IGNORECASE,
)
NEVER = pattern(
    r"\b(?:draft|never sent|not sent|unsent|template|mock-?up|would have|would be|do not send|don't send|wrong example|bad example|counter-?example|hypothetical|as it should not)\b|초안|보내지 ?않|미발송|예시|견본|양식",
    re.IGNORECASE,
)
AFTER_MOST = 15


def refused(log: Log, piece: Payload, path: Path = ()) -> bool:
    """Return whether a payload is said to have been refused, or not to have been sent."""
    for _, around in piece.above((*path, "")):
        answer = _answer_in(around)
        if answer is not None:
            return not answer
    if any(REFUSED.search(line) or NEVER.search(line) for _, line in caption(log, piece.start, piece.column)):
        return True
    for line in following(log, piece.end):
        if REFUSED.search(line[1]) or NEVER.search(line[1]):
            return True
        if TAKEN.search(line[1]):
            return False
    return False


def _answer_in(value: Any) -> bool | None:
    answers = [one["ok"] for _, one in walk(value) if isinstance(one, dict) and isinstance(one.get("ok"), bool)]
    return None if not answers else all(answers)


def taken(log: Log, piece: Payload) -> tuple[Spot, ...]:
    """Return the place where a payload is said to have been taken."""
    for number, line in (*following(log, piece.end), *caption(log, piece.start, piece.column)):
        if match := TAKEN.search(line):
            return (log.spot(number, match),)
    return ()


def caption(log: Log, start: int, column: int = 0) -> list[tuple[int, str]]:
    """Return the lines that introduce what begins at a line, the nearest first; the section's heading is the last."""
    found = [(start, log.line(start)[:column])] if log.line(start)[:column].strip() else []
    block = log.fenced(start)
    inside = block.start if block else 0
    number, head = start - 1, log.section(start).start
    while number > max(head, 0) and len(found) < 3:
        line = log.line(number)
        if number >= inside and not line.strip() and found and number < start - 2:
            break
        if line.strip() and not line.lstrip().startswith(("```", "~~~")):
            found.append((number, line))
        number -= 1
    if head and all(one != head for one, _ in found):
        found.append((head, log.line(head)))
    return found


def following(log: Log, end: int) -> list[tuple[int, str]]:
    """Return the lines behind what ends at a line, up to the next payload or the end of the section."""
    starts = _starts(log)
    place = bisect_right(starts, end)
    stop = min([log.section(end).end, end + AFTER_MOST, *starts[place : place + 1]])
    lines = ((number, line) for number, line in log.numbered(end + 1, stop) if line.strip())
    return list(islice(lines, AFTER_MOST))


@lru_cache(maxsize=64)
def _starts(log: Log) -> list[int]:
    return [one.start for one in pieces(log) if _whole(one)]


def _whole(piece: Payload) -> bool:
    return isinstance(piece.value, dict) and ("blocks" in piece.value or "chat_id" in piece.value)


def paragraph(log: Log, number: int) -> Iterator[tuple[int, str]]:
    """Yield the lines of the paragraph that a line stands in."""
    first = last = number
    while first > 1 and log.line(first - 1).strip():
        first -= 1
    while last < len(log.text.lines) and log.line(last + 1).strip():
        last += 1
    yield from log.numbered(first, last)
