"""What rules read in a line: denials, acknowledgements, durations, the lines of a message's own text."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.patterns import pattern
from bongsu.audit.records import SENT
from bongsu.audit.words import taken_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.records import Record

DENIED = pattern(
    r"\b(?:not|no|never|nobody|none|cannot|can't|without|nothing|neither|nor|un\w+ed|fail(?:ed|s|ure)?|missing|unknown|if|"
    r"unless|whether|would|n't|pending|awaiting|todo|tbd|expect(?:ed)?)\b|없|않|못|실패|미확인|미수신|불가|대기|예정|아님|여부",
    re.IGNORECASE,
)
COMING = pattern(
    r"\b(?:by|until|next|will|window|deadline|at most|within|due|expires?|scheduled for|planned|before|starts? at|eta|to-?do|agenda|plan)\b|할 ?일|계획|예정|까지|이전|다음|기한|마감",
    re.IGNORECASE,
)
ACK = pattern(
    r"\b(?:ack(?:['’]?d|s|ed)?|acknowledg(?:e?ments?|ed|es))\b|확인 ?(?:완료|함|했)|응답 ?(?:완료|함|했)", re.IGNORECASE
)
TICK = re.compile("[✅☑✔✓]")
QUOTED = pattern(r"`[^`]*`|\"[^\"]{3,80}\"|“[^”]{3,80}”")
DURATION = re.compile(
    r"(?<![\d.:])(?:(?P<h>\d+) ?(?:h|hrs?|hours?|시간)\b ?)?(?:(?P<m>\d+(?:\.\d+)?) ?(?:m|min|mins|minutes?|분)(?![a-z]) ?)?"
    r"(?:(?P<s>\d[\d,]*(?:\.\d+)?) ?(?:s|secs?|seconds?|초)(?![a-z]))?(?:(?P<ms>\d[\d,]*(?:\.\d+)?) ?(?:ms|milliseconds?)\b)?"
)


WRITTEN_LINES_MOST = 5_000
"""Lines of a log that people wrote: a longer one is a machine's, and each of its lines is not held against every other."""


def written(log: Log) -> bool:
    """Return whether a log is short enough to hold its lines against each other."""
    return len(log.text.lines) <= WRITTEN_LINES_MOST


BY_HAND_MOST, DOCUMENT_MOST = 600, 300
"""Lines of a log, and of a JSON document, that somebody may have typed."""
TOLD_AGAIN_MOST, SENTENCE = 40, 25
"""Lines of as many letters that say what another says: of 1,075 logs by hand, none has more than 34."""


@lru_cache(maxsize=64)
def by_hand(log: Log) -> bool:
    """Return whether a log is what people type: a longer one, or one that says its sentences over again, is a program's."""
    lines = len(log.text.lines)
    document = next((line.lstrip()[:1] for line in log.text.lines if line.strip()), "") in ("{", "[")
    return lines <= (DOCUMENT_MOST if document else BY_HAND_MOST) and _told_again(log) <= TOLD_AGAIN_MOST


def _told_again(log: Log) -> int:
    """Return how many lines say, but for their figures, what another says too."""
    sentences = Counter(re.sub(r"[\d\W_]+", " ", line).strip().lower() for line in log.text.lines)
    return sum(times for sentence, times in sentences.items() if times > 1 and len(sentence) >= SENTENCE)


@lru_cache(maxsize=20_000)
def prose(line: str) -> str:
    """Return a line with what it quotes, as code or as words, blanked; every letter stays in its place."""
    return QUOTED.sub(lambda found: " " * len(found[0]), line)


def denied(line: str) -> bool:
    """Return whether a line may say that something did not happen, or has not yet."""
    return bool(DENIED.search(line))


def seconds(text: str) -> tuple[float, float] | None:
    """Return the first duration in a text and how exact it is written, both in seconds."""
    for found in DURATION.finditer(text):
        parts = {name: float(value.replace(",", "")) for name, value in found.groupdict().items() if value}
        if parts:
            unit = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
            exact = min(unit[name] for name in parts)
            return sum(unit[name] * value for name, value in parts.items()), exact
    return None


def body(record: Record) -> Iterator[tuple[int, str]]:
    """Yield the lines of the message's own text: what is fenced or quoted in its section."""
    if record.kind == "section":
        for number, line in record.log.numbered(record.start + 1, record.end):
            if record.log.fenced(number) or line.lstrip().startswith(">"):
                yield number, line


@lru_cache(maxsize=64)
def told(log: Log) -> tuple[tuple[int, str], ...]:
    """Return the lines in which the log's author speaks: neither fenced nor quoted, nor blank."""
    return tuple(
        (number, line)
        for number, line in log.numbered()
        if line.strip() and not log.fenced(number) and not line.lstrip().startswith(">")
    )


def withdrawn(log: Log, number: int) -> bool:
    """Return whether a line is corrected: by itself, or where it is a quotation by what stands below it."""
    return number in _withdrawn(log)


@lru_cache(maxsize=64)
def _withdrawn(log: Log) -> frozenset[int]:
    back = {number for number, line in enumerate(log.text.lines, 1) if taken_back(line)}
    # Few logs take anything back, and none of their lines has to be asked what stands below it.
    above = {number - below for number, line in log.numbered() if taken_back(line) for below in (1, 2, 3)}
    return frozenset(back | {number for number in above if number > 0 and _quoted(log.line(number))})


def _quoted(line: str) -> bool:
    return line.lstrip().startswith(">") or line.strip()[:1] in '"“「'


def sent(record: Record) -> Moment | None:
    """Return when a message was sent, by its record."""
    found = record.moment(SENT)
    return found[1] if found else None


def late(moment: Moment, than: Moment) -> bool:
    """Return whether a time is certainly after another, as exactly as both are written."""
    return moment.fits(than) and (moment.at - than.at).total_seconds() >= max(moment.to_s, than.to_s)


def apart_s(one: Moment, other: Moment) -> float:
    """Return the seconds from one time to the other."""
    return (other.at - one.at).total_seconds()
