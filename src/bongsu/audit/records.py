"""Records: what a log tells of one thing (a message, an invocation, a call), whatever form it has.

A Markdown section with fields, a row of a table and a JSON object all come out as one `Record` of fields.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bongsu.audit.findings import Spot
from bongsu.audit.log import Field
from bongsu.audit.payloads import payloads, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log, Section
    from bongsu.audit.moments import Moment

SENT = re.compile(
    r"(?:time |message |msg )?sent(?: at| time)?|posted(?: at)?|sent_at|posted_at|time posted|(?:발송|전송|게시|보낸) ?(?:시각|시간|일시)"
    r"|answer received|prepared|paged at|page sent"
)
ACKED = re.compile(
    r"(?:.*\b)?(?:ack(?:ed|nowledged)?(?:[ _]at|[ _]time)|acknowledged|acked|ack)|(?:확인|응답) ?(?:시각|시간|일시)|ack 시각"
)
MESSAGE_ID = re.compile(
    r"(?:telegram )?(?:message|msg)[ _.]?(?:id|no\.?|번호)(?:/thread)?|message_id|메시지 ?(?:id|번호|아이디)|the service's message id"
)
SLACK_TS = re.compile(
    r"(?:slack )?(?:message )?(?:ts|thread_ts|message_ts|slack_ts)|message id/thread|ts \(slack\)|slack message id"
)
CHAT_ID = re.compile(r"(?:telegram )?chat[ _]id|chat|채팅방 ?(?:id|아이디|번호)?|챗 ?id|the service's chat id")
TITLES = ("event", "type", "message", "name", "action")
JSON_LINES_MOST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The fields that belong to one thing."""

    log: Log
    kind: str
    """`section`, `row` or `object`."""
    title: str
    fields: tuple[Field, ...]
    start: int
    end: int
    service: str

    def first(self, key: re.Pattern[str]) -> Field | None:
        """Return the first field whose whole key fits."""
        return next((one for one in self.fields if key.fullmatch(one.key)), None)

    def moment(self, key: re.Pattern[str]) -> tuple[Field, Moment] | None:
        """Return the first field whose key fits and whose value begins with a time."""
        for one in self.fields:
            if key.fullmatch(one.key):
                for moment in self.log.moments(one.spot.line):
                    if one.spot.column <= moment.column < one.spot.end:
                        return one, moment
        return None


@lru_cache(maxsize=64)
def records(log: Log) -> tuple[Record, ...]:
    """Return the records of a log, in the order of the file."""
    found = [*_sections(log), *_rows(log), *_objects(log)]
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


@lru_cache(maxsize=64)
def messages(log: Log) -> tuple[Record, ...]:
    """Return the records that tell of a message: with a time at which it was sent, or an id."""
    return tuple(
        one
        for one in records(log)
        if one.moment(SENT) or one.first(MESSAGE_ID) or (one.service and one.first(SLACK_TS))
    )


def _sections(log: Log) -> Iterator[Record]:
    for section in log.sections:
        told = [
            one
            for one in [*log.fields_of(section.start, section.end), *_pairs(log, section.start, section.end)]
            if not log.fenced(one.spot.line)
        ]
        parts = list(_parts(log, section, told))
        yield from parts
        if told and not parts:
            yield Record(
                log=log,
                kind="section",
                title=section.title,
                fields=tuple(told),
                start=section.start,
                end=section.end,
                service=log.service(max(section.start, 1)) or _service_of(log, told),
            )


def _parts(log: Log, section: Section, told: list[Field]) -> Iterator[Record]:
    """Yield the paragraphs of a section that tell of several messages without headings of their own."""
    marks = [one.spot.line for one in told if SENT.fullmatch(one.key)]
    starts = []
    for mark in marks:
        first = mark
        while first > section.start + 1 and log.line(first - 1).strip() and not log.fenced(first - 1):
            first -= 1
        starts.append(first)
    if len(set(starts)) < 2:
        return
    for start, after in pairwise([*sorted(set(starts)), section.end + 1]):
        mine = tuple(one for one in told if start <= one.spot.line < after)
        service = _service_of(log, list(mine)) or log.service(start)
        yield Record(
            log=log, kind="section", title=log.line(start), fields=mine, start=start, end=after - 1, service=service
        )


def _service_of(log: Log, told: list[Field]) -> str:
    named = [one for one in told if one.key in ("channel", "채널", "via", "service", "sent to", "발송 채널")]
    services = {_named(log, one) for one in named}
    return services.pop() if len(services) == 1 else ""


def _named(log: Log, one: Field) -> str:
    value = one.value.lower()
    if "webhook" in value or "웹훅" in value:
        return "webhook"
    return log.service(one.spot.line) if re.search("telegram|slack|텔레그램|슬랙", value) else ""


def _pairs(log: Log, start: int, end: int) -> Iterator[Field]:
    """Yield the rows of two-column tables: the first cell is a key."""
    for table in log.tables:
        if len(table.heads) == 2:
            for key, value in table.rows:
                if start <= key.spot.line <= end and value.text:
                    yield Field(key=key.text.lower(), value=value.text, spot=value.spot)


def _rows(log: Log) -> Iterator[Record]:
    for table in log.tables:
        if len(table.heads) < 3:
            continue
        for row in table.rows:
            told = [
                Field(key=head, value=cell.text, spot=cell.spot)
                for head, cell in zip(table.heads, row, strict=True)
                if cell.text
            ]
            number = row[0].spot.line
            service = _service_of(log, told) or log.service(number)
            yield Record(
                log=log, kind="row", title=row[0].text, fields=tuple(told), start=number, end=number, service=service
            )


def _objects(log: Log) -> Iterator[Record]:
    yield from _nested(log)
    for number, line in enumerate(log.text.lines[:JSON_LINES_MOST], 1):
        text = line.strip().rstrip(",")
        if text.startswith("{") and text.endswith("}"):
            try:
                made = json.loads(text)
            except ValueError:
                continue
            if isinstance(made, dict):
                yield _object(log, number, made)


def _nested(log: Log) -> Iterator[Record]:
    """Yield the objects of a JSON text that stands over several lines, messages' own blocks left out."""
    for _, value, lines in payloads(log):
        for path, one in walk(value):
            if not isinstance(one, dict) or "blocks" in path or "blocks" in one or "elements" in path:
                continue
            told = []
            for key, inner in one.items():
                if isinstance(inner, str | int | float) and not isinstance(inner, bool) and (*path, key) in lines:
                    shown = str(inner)
                    told.append(Field(key=key.lower(), value=shown, spot=log.at(lines[(*path, key)], shown)))
            numbers = {field.spot.line for field in told}
            if len(numbers) > 1:
                service = _service_of(log, told) or log.service(min(numbers))
                title = next((field.value for field in told if field.key in TITLES), "")
                yield Record(
                    log=log,
                    kind="object",
                    title=title,
                    fields=tuple(told),
                    start=min(numbers),
                    end=max(numbers),
                    service=service,
                )


def _object(log: Log, number: int, made: dict[str, Any]) -> Record:
    told, line, column = [], log.line(number), 0
    for key, value in _flat(made):
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        name = key.rpartition(".")[2]
        place = line.find(f'"{name}"', column)
        place = line.find(f'"{name}"') if place < 0 else place
        start = line.find(json.dumps(value, ensure_ascii=False).strip('"'), place + len(name) + 2)
        column = max(column, place)
        spot = Spot(log.name, number, start + 1, start + 1 + len(shown)) if start >= 0 else Spot(log.name, number)
        told.append(Field(key=name.lower(), value=shown, spot=spot))
    service = _service_of(log, told) or log.service(number)
    title = next((one.value for one in told if one.key in TITLES), "")
    return Record(log=log, kind="object", title=title, fields=tuple(told), start=number, end=number, service=service)


def _flat(value: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{above}.{key}" if above else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(inner, above)
    elif value is not None and not isinstance(value, bool):
        yield above, value
