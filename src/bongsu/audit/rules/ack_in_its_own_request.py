"""A message cannot hold what happened after it was sent: an answer to it, the time that the answer took, its own result.

Source: causality; Telegram Bot API editMessageText and Slack chat.update have times of their own, which a log must name.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bongsu.audit.acks import ANSWERED, ASKING, SO_FAR
from bongsu.audit.ahead import OTHER_DAY, PLACE
from bongsu.audit.claims import ACK, COMING, DENIED, TICK, body, denied, late, sent
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.moments import in_zone
from bongsu.audit.records import messages
from bongsu.audit.texts import exported, texts
from bongsu.audit.turnout import listed
from bongsu.audit.worded import worded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.records import Record
    from bongsu.audit.texts import Text

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
DONE = re.compile(
    r"\b(?:received|responded|confirmed|resolved|completed|finished|recovered|answered)\b|완료|수신|응답|복구",
    re.IGNORECASE,
)
RESULT = re.compile(
    r"response time\W{0,6}\d+|(?:\b|\\n)(?:drill|test) complete|응답 ?시간\W{0,4}\d+|훈련 ?완료", re.IGNORECASE
)


PERSON_BEFORE = re.compile(
    r"(?:\b[A-Z][a-zà-ÿ]+|[가-힣]{2,4})(?: (?:at|pressed|tapped|said|answered|confirmed|\w+ed)){0,2}\W{0,4}(?:[/:]?\w{2,12}\W{1,4})?$"
)
PERSON_AFTER = re.compile(r"\W{1,4}(?:[A-Z][a-zà-ÿ]+\b|[가-힣]{2,4}(?=\W|$))")
EARLIER = re.compile(
    r"\b(?:yesterday|last (?:week|night)|previous|window|deadline|until|by then)\b|어제|지난|마감|까지", re.IGNORECASE
)
CAME = re.compile(r"\b(?:received|in|heard|got|came|have|here|present)\b|들어온|수신|받은|도착", re.IGNORECASE)
HEAD_MOST = 8
CLAUSE = re.compile(r"[;.!]\s|[,，、·](?=\s*[^\W\d])|\s[-–—]\s|\|")
SPANNED = re.compile(
    r"\s*(?:-|–|—|~|〜|to|until|부터|에서)\s*$|\b(?:by|until|before|till|from|between)\s*$", re.IGNORECASE
)
ON = re.compile(r",| and ")
DONE_AT = re.compile(
    r"\b(?:success\w*|succeeded|passed|completed?|finished|done)\b\W{0,3}(?:at |@ )?$|(?:성공|완료)\W{0,3}$",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[.!?]\s+")
BY = re.compile(r"\b(\w+ed|seen|read) by\b", re.IGNORECASE)
WINDOW = re.compile(
    r"\b(?:window|slot|maintenance|start(?:s|ing)?|begin(?:s|ning)?|deadline|limit|next|update|agreed|approved|to[- ]?do|plan|steps?|agenda)\b|할 ?일|순서|작업|창구|점검 ?시간|시작|마감|제한|기한|다음",
    re.IGNORECASE,
)
NAMES = re.compile(r"\b[A-Z][a-zà-ÿ]+\b|[가-힣]{2,4}(?=[,\s(·、]|$)")
NO_NAMES = re.compile(
    r"(?:Confirmed|Pressed|Answered|Acknowledged|Already|Please|So|Until|Now|Acks?|Replies|Responses|Yes|No|The|Team|Slack|Telegram|현재|확인|응답|지금까지|답변|완료|이미|없음|명|까지)$"
)

ANSWERS = re.compile(
    r"\s*(?:[-*•·] )?(?:회신|응답|답신|답장|답|replies|reply|answers|responses|acks)(?:\s|[:：])", re.IGNORECASE
)
"""What follows a time as a part of its own beside it, and no message: `sent 09:15`, and below it `replies Ada 09:16`."""
QUOTED = re.compile(r"\s*(?:\"[^\"]+\"|“[^”]+”)(?=\s)")
OWN_ANSWER = re.compile(r"\W*ack(?:ed|nowledged)\b(?! ?(?:by|:)|\W*\d)", re.IGNORECASE)
"""The beginning of somebody's own answer, who says where and when they gave another one."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the lines of a message that tell of a later time than its own."""
    for log in logs:
        found = {hit.spot: hit for hit in (*_in_sections(log), *_in_texts(log), *_named(log))}
        yield from found.values()


def _in_texts(log: Log) -> Iterator[Hit]:
    for text in (*texts(log), *exported(log), *worded(log)):
        if text.sent and not text.edited and not ANSWERS.match(log.line(text.lines[0][0])):
            yield from (_told(log, later, text.sent) for later in listed(text))
    for text in (*texts(log), *exported(log)):
        if text.sent is None or text.edited or ANSWERS.match(log.line(text.lines[0][0])):
            continue
        place, own = text.sent
        before = any(OTHER_DAY.search(line) for _, line in text.lines)
        for number, moment in _answers(text):
            if (before and not moment.own_date) or not _one_zone(log, moment, text.sent):
                continue
            if number != place or moment.column != own.column:
                yield _told(log, (number, moment), (place, own))


def _one_zone(log: Log, moment: Moment, sent: tuple[int, Moment]) -> bool:
    """Return whether a time in a message goes by the clock of the message's own: not by another than the writer's."""
    own = sent[1]
    if own.own_zone and not moment.own_zone:
        return moment.zone_min == own.zone_min or log.zone_told
    return moment.own_zone or not PLACE.match(log.line(sent[0])[own.end - 1 :])


def _answers(text: Text) -> Iterator[tuple[int, Moment]]:
    head, headed = "", -100
    if len(text.lines) == 1 and OWN_ANSWER.match(text.lines[0][1]):
        return
    for number, line in text.lines:
        above = head if number - headed <= HEAD_MOST else ""
        if ANSWERED.search(line) and (
            line.rstrip().endswith((":", "：")) or re.fullmatch(r"\s*>?\s*\|[^\d]*\|\s*", line) or SO_FAR.search(line)
        ):
            head, headed = SENTENCE.split(line)[-1], number
        for moment in (_meant(one, text) for one in text.moments(number)):
            if (words := QUOTED.match(line)) and moment.column > words.end():
                continue  # Behind the quoted message somebody goes on to tell of it.
            if (
                text.sent
                and late(moment, text.sent[1])
                and (_exact(line, moment) or _done(line, moment) or _answered(line, moment, above))
            ):
                yield number, moment


def _meant(moment: Moment, text: Text) -> Moment:
    """Return a time of a message; one without a zone, in a log that names several, is in that of the message's own."""
    first = text.lines[0][0]
    quoted = text.log.fenced(first) is not None or text.log.line(first).lstrip().startswith(">")
    own = text.sent[1].zone_min if quoted and text.sent and text.sent[1].own_zone else None
    return moment if own is None or moment.zone_min is not None else replace(in_zone(moment, own), own_zone=False)


def _exact(line: str, moment: Moment) -> bool:
    """Return whether a time is told to a second that nobody plans, beside a name: it is when somebody did something."""
    beside = line[max(0, moment.column - 26) : moment.column - 1]
    after = line[moment.end - 1 : moment.end + 20]
    named = PERSON_BEFORE.search(beside) or PERSON_AFTER.match(after)
    return bool(
        moment.to_s == 1 and moment.at.second and named and not DENIED.search(beside) and not EARLIER.search(line)
    )


def _done(line: str, moment: Moment) -> bool:
    """Return whether a time told to a second that nobody plans is that at which something succeeded."""
    planned = any(regex.search(line) for regex in (EARLIER, DENIED, COMING, WINDOW))
    return bool(moment.to_s == 1 and moment.at.second and not planned and DONE_AT.search(line[: moment.column - 1]))


def _answered(line: str, moment: Moment, head: str) -> bool:
    """Return whether a time in a line of a message is that of an answer which had come."""
    before = line[: moment.column - 1]
    title, colon, _ = before.partition(":")
    start = max([0, *(match.end() for match in CLAUSE.finditer(before))])
    clause = SO_FAR.sub(" ", before[start:] + ON.split(line[moment.column - 1 :], maxsplit=1)[0])
    titled = bool(colon) and not re.search(r"\d$", title)
    title = SENTENCE.split(title)[-1]
    lead = SO_FAR.sub(" ", title if titled else head)
    listed = SO_FAR.search(title + head) and ANSWERED.search(title + head)
    came = SO_FAR.search(title) and CAME.search(title)
    said = came or ANSWERED.search(clause) or ANSWERED.search(lead) or (listed and head)
    if not said or SPANNED.search(before) or re.match(r"\s*(?:-|–|—|~)\s*\d", line[moment.end - 1 :]):
        return False
    return not any(
        regex.search(part)
        for regex in (DENIED, COMING, ASKING, WINDOW)
        for part in (BY.sub(r"\1", clause), BY.sub(r"\1", lead))
    )


def _named(log: Log) -> Iterator[Hit]:
    """Yield lists of names in a message whose answers the log dates after it."""
    for text in texts(log):
        if text.sent is None or text.edited or text.sent[1].to_s > 1:
            continue
        for number, line in text.lines:
            if text.moments(number) or not SO_FAR.search(line) or not ANSWERED.search(line) or ":" not in line:
                continue
            names = [one[0] for one in NAMES.finditer(line.partition(":")[2]) if not NO_NAMES.match(one[0])]
            came = [_first_answer(text, name) for name in names]
            known = [one for one in came if one]
            if names and len(known) == len(names) and all(late(one[1], text.sent[1]) for one in known):
                yield _told(log, known[0], text.sent, number)


def _first_answer(text: Text, name: str) -> tuple[int, Moment] | None:
    own = {number for number, _ in text.lines}
    log = text.log
    found = []
    for number, line in log.numbered():
        if number not in own and name in line and log.moments(number):
            about = f"{line} {log.section(number).title} "
            heads = next(
                (" ".join(one.heads) for one in log.tables if any(row[0].spot.line == number for row in one.rows)), ""
            )
            if ANSWERED.search(about + heads) and not denied(line):
                found.append((number, log.moments(number)[-1]))
    return min(found, key=lambda one: one[1].at, default=None)


def _told(log: Log, later: tuple[int, Moment], own: tuple[int, Moment], at: int = 0) -> Hit:
    number, moment = later
    return Hit(
        spot=log.spot(at) if at else log.moment_spot(number, moment),
        also=(log.moment_spot(*own), *((log.moment_spot(number, moment),) if at else ())),
        why=f"the message was sent at {own[1].text} and tells of {moment.text}",
        instead="three records: the message as it was sent, each answer with its time, the result as a new message",
    )


def _in_sections(log: Log) -> Iterator[Hit]:
    for record in messages(log):
        own = sent(record)
        if own is not None and not re.search(r"\bedit", record.title, re.IGNORECASE):
            yield from _in_section(log, record, own)


def _in_section(log: Log, record: Record, own: Moment) -> Iterator[Hit]:
    spot = _place(record, own)
    found = list(_later(record, own))
    for number, moment in found:
        yield Hit(
            spot=log.moment_spot(number, moment),
            also=(spot,),
            why=f"the message was sent at {own.text} and tells of {moment.text}",
            instead="three records: the message as it was sent, each answer with its time, the result as a new message",
        )
    for number, line in body(record) if found else ():
        if match := RESULT.search(line):
            yield Hit(
                spot=log.spot(number, match),
                also=(spot, log.spot(found[0][0])),
                why=f"nobody had answered yet when the message was sent at {own.text}, so it cannot hold its result",
                instead="the result as a message of its own, sent after the last answer",
            )


def _place(record: Record, own: Moment) -> Spot:
    numbers = range(record.start, record.end + 1)
    return record.log.moment_spot(next(n for n in numbers if own in record.log.moments(n)), own)


def _later(record: Record, own: Moment) -> Iterator[tuple[int, Moment]]:
    answered = -100
    for number, line in body(record):
        if ACK.search(line):
            answered = number
        told = DONE.search(line) or ACK.search(line) or (TICK.search(line) and number - answered < 20)
        if told and not denied(line) and not COMING.search(line):
            for moment in record.log.moments(number):
                if late(moment, own):
                    yield number, moment
