"""The time at which a message was sent, where it stands away from the message's id: in the heading, in the section, in a list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.acks import ANSWERED, PAGE
from bongsu.audit.events import timeline
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.stated import Stated

MESSAGE = re.compile(
    r"\b(?:messages?|posts?|posted|announce\w*|notices?|notif\w+|card|alert|alarm|slack|telegram|sent|page)\b|메시지|공지|게시|발송|알림|슬랙|텔레그램|전송",
    re.IGNORECASE,
)
REPLY = re.compile(
    r"\b(?:answers? (?:from|by|of)|repl(?:y|ies|ied)|thread|ack\w*|press\w*|first|earlier|next)\b|응답|답글|답장|스레드|확인",
    re.IGNORECASE,
)
IDS = re.compile(r"(?<![\d.])1\d{9}\.\d{6}(?!\d)|/archives/\w+/p1\d{15}\b")
GENERIC = stems(
    "slack telegram message messages post posted permalink link ts url id channel notice text answer ok same sent the 메시지 공지 링크 게시 슬랙 발송"
)
WORDS = re.compile(r"[\"“「](?P<words>[^\"”」]{6,80} [^\"”」]{2,80}|[^\"”」\sA-Za-z]{4,40})[\"”」]")
TITLED = re.compile(r"\b(?:notice|announcement|message|post)\b|공지|메시지|게시", re.IGNORECASE)
"""What makes a section that of one message."""
INTRODUCED_MOST, LEAD_MOST = 14, 4
LABEL = re.compile(r"[\s>*•·‣-]*(?P<label>[^\W\d][^:：=`]{2,60})[:：=]")


def around(log: Log, number: int, column: int) -> Iterator[Stated]:
    """Yield the times that may be meant for an id in a line which has none of its own, what stands nearest first."""
    line = log.line(number)
    if line.lstrip().startswith("|") or log.fenced(number) or REPLY.search(line[:column]):
        return
    yield _led(log, number)
    yield _introduced(log, number)
    yield _headed(log, number)
    yield _of_section(log, number)
    yield _labelled(log, line)


def _led(log: Log, number: int) -> Stated:
    """Return the time with which the paragraph begins that an id's line goes on, where its first line tells of a message."""
    for place in range(number - 1, max(0, number - 1 - LEAD_MOST), -1):
        line = log.line(place)
        if not line.strip() or line.lstrip().startswith(("|", ">", "```", "~~~")) or IDS.search(line):
            return []
        found = log.moments(place)
        if found and not re.search(r"\w", line[: found[0].column - 1]):
            return [(place, found[0])] if MESSAGE.search(line) and not ANSWERED.search(line) else []
    return []


def _headed(log: Log, number: int) -> Stated:
    """Return the time of the section's heading, where that is the heading of the one message with this id."""
    section = log.section(number)
    found = log.moments(section.start) if section.start else ()
    ids = [n for n, text in log.numbered(section.start + 1, section.end) if IDS.search(text)]
    if len(found) == 1 and ids == [number] and MESSAGE.search(log.line(section.start)):
        return [(section.start, found[0])]
    return []


def _of_section(log: Log, number: int) -> Stated:
    """Return the one time in the section, where its line says that something was sent then."""
    section = log.section(number)
    lines = range(max(section.start, 1), section.end + 1)
    ids = [n for n in lines if IDS.search(log.line(n))]
    found: list[tuple[int, Moment]] = [(n, one) for n in lines for one in log.moments(n) if not log.fenced(n)]
    if section.start and len(found) == 1 and ids == [number]:
        line = log.line(found[0][0])
        if (PAGE.search(line) or TITLED.search(section.title)) and not ANSWERED.search(line):
            return found
    return []


def _labelled(log: Log, line: str) -> Stated:
    """Return the times of the steps that tell of what the id's label names: `Alarm message: …`."""
    label = LABEL.match(line)
    what = stems(label["label"]) - GENERIC if label else frozenset()
    if not what or len(what) > 3:
        return []
    return [(one.number, one.moment) for one in timeline(log) if what <= one.stems and MESSAGE.search(one.text)]


def _introduced(log: Log, number: int) -> Stated:
    """Return the one time of the line that introduces the quoted message below which the id stands: `Posted at 13:31:12:`."""
    quoted, place = False, number - 1
    while place > max(0, number - INTRODUCED_MOST):
        line = log.line(place)
        quote = line.lstrip().startswith((">", "```", "~~~")) or log.fenced(place) is not None
        if line.strip() and not quote:
            break
        quoted = quoted or quote
        place -= 1
    line = log.line(place) if place > 0 else ""
    found = log.moments(place) if quoted else ()
    told = line.rstrip().endswith((":", "："))
    return [(place, found[0])] if told and len(found) == 1 and MESSAGE.search(line) else []


def of_its_words(log: Log, number: int) -> Stated:
    """Return the time of the one message whose words the id's line quotes: `Start: https://… (message "failover begins")`."""
    words = [match["words"].lower() for match in WORDS.finditer(log.line(number))]
    if len(words) != 1:
        return []
    holding = [n for n, text in log.numbered() if n != number and words[0] in text.lower()]
    if len(holding) != 1:
        return []
    for place in range(holding[0], max(0, holding[0] - 3), -1):
        found = log.moments(place)
        if found and found[0].column <= LEAD_MOST:
            return [(place, found[0])]
    return []
