"""Numbers that something hands out in turn, as a log shows them: sequence, serial, run, page and row numbers, each with its time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.events import events
from bongsu.audit.patterns import pattern
from bongsu.audit.rooms import PRIVATE, chats_of
from bongsu.audit.units import units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.units import Unit

LABELLED = pattern(
    r"(?<![A-Za-z가-힣_])(?P<label>seq(?:uence)?(?:[ _](?:no|number|id))?|offset|revision|generation|ticket(?:[ _](?:no|number|id))?|serial(?: (?:no|number))?|update|run(?:[ _](?:no|number|id))?|page|entry|journal|event[ _](?:no|number|id)|job[ _](?:no|number|id)|receipt|record[ _](?:no|number|id)|row[ _](?:no|number|id)|message[_ ]id|message|msg|note|bulletin|batch|slip|작업 ?기록|전표|배치|순번|일련 ?번호|번호|연번|접수 ?번호|전문 ?번호|시퀀스|회보|공지)"
    r"\"?[ \t]{0,2}(?:[:=#]|is|was|no\.?|nr\.?)?[ \t\"#`]{0,3}(?P<prefix>[A-Z]-)?(?P<number>\d{3,12})(?![\d.:%/,-]\d|\s?(?:ms|s|MB|KB|rows|times|건|개|명|초|분)\b|[\w-]*-)",
    re.IGNORECASE,
)
"""A number behind a word for what is numbered."""
OWN_DATE = re.compile(r"\"(?:date|edit_date)\"\s*:\s*1\d{9}")
"""An answer with a time of its own, which is read as JSON."""
SAID_FIRST = re.compile(
    r"^(?:\W*\d{1,2}:\d{2}(?::\d{2})?\W+#-?(?P<number>\d{3,12})\b|\s*[\[#]+(?P<before>\d{3,12})\]?\s+\[?\d{1,2}:\d{2})"
)
SOA = pattern(r"(?P<zone>[A-Za-z][\w-]*(?:\.[\w-]+)+)\.? +(?P<number>\d{8,10}) +\d+ +\d+ +\d+ +\d+")
"""The answer for a zone's SOA record: its third member is the serial."""
HEAD = re.compile(
    r"(?:[a-z]+[ _])?(?:id|seq|sequence|serial|run|run no\.?|run number|update|update no\.?|receipt|job id|entry|번호|순번|(?:batch|request|order|page|message)(?:[ _](?:no\.?|number|id))?|(?!전화|연락|휴대|계좌|사번)[가-힣]{1,5} ?번호)"
)
TIME_HEAD = re.compile(
    r"(?:.* )?(?:at|time|start(?:ed)?|when|created|posted|sent|logged|kst|utc|timestamp)(?: .*)?|.*(?:시각|일시|시간).*"
)
OTHERS = pattern(
    r"\b(?:reply|replied|re:|other|another|second|different|separate|renumbered|restarted|reset|rotated|wrapped|rollback to|back to|quoted?|see|refers?|edited|deleted|pinned|corrected|rewound|rewind|replay\w*|from the beginning|earliest|of message|in message|missing|not ours|left out|between)\b|답글 대상|다른|수정|삭제|초기화",
    re.IGNORECASE,
)
PART = re.compile(r"\b(?:partition|shard|topic|queue|stream|group|slot)[ =:#\"]{1,3}[\w.-]+", re.IGNORECASE)
PAGES_LEAST = 600
"""A page's number below this one is an answer of HTTP, or a page of a book."""
RESET = pattern(
    r"\b(?:rotated?|reset|renumber\w*|new file|starts? (?:again|over)|wrapped around)\b|초기화|다시 1부터",
    re.IGNORECASE,
)
HANDED = re.compile(
    r"auto[- _]?increment|only (?:ever )?go(?:es)? up|in turn|ascending|increasing|단조|증가", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One number of a row of numbers, with the time of what it was given to."""

    row: str
    """What is counted."""
    number: int
    when: Moment
    spot: Spot


@lru_cache(maxsize=64)
def counts(log: Log) -> tuple[Count, ...]:
    """Return the numbers that were handed out in turn, in the order of the lines."""
    found = {
        (one.row, one.spot.line, one.number): one
        for one in (*_said(log), *_in_tables(log), *_in_csv(log), *_in_json(log))
    }
    return tuple(sorted(found.values(), key=lambda one: (one.spot.line, one.number)))


def _said(log: Log) -> Iterator[Count]:
    rooms = len({one.id for one in chats_of(log)})
    for number, line in log.numbered():
        if (match := SAID_FIRST.match(line)) and (found := log.moments(number)):
            group = "number" if match["number"] else "before"
            yield Count(row="#", number=int(match[group]), when=found[0], spot=log.spot(number, match, group))
    for one in units(log):
        if OTHERS.search(one.text) or OWN_DATE.search(one.text):
            continue
        for match in LABELLED.finditer(one.text):
            label = re.sub(r"[ _]?(?:no|number|id)$", "", " ".join(match["label"].lower().split()))
            moment = _beside(one, match.start())
            several = label.startswith(("message", "msg")) and (
                rooms > 1
                or PRIVATE.search(one.text)
                or re.search(r"\d{3,}\W{1,4}(?:and|to|,|와|과|에서)? ?\d{3,}", one.text)
            )
            shown = label == "page" and int(match["number"]) < PAGES_LEAST
            if moment is not None and not several and not shown:
                yield Count(
                    row=label + (match["prefix"] or "") + _of_part(one.text) + " of one room" * (rooms == 1),
                    number=int(match["number"]),
                    when=moment,
                    spot=_spot(log, one, match["number"]),
                )
        if (match := SOA.search(one.text)) and (moment := _beside(one, match.start())):
            yield Count(
                row=f"serial of {match['zone']}",
                number=int(match["number"]),
                when=moment,
                spot=_spot(log, one, match["number"]),
            )


def _of_part(text: str) -> str:
    """Return which part of a queue a line names, and of which queue: each hands out numbers of its own."""
    return "".join(f" {match[0]}" for match in PART.finditer(text))


def _beside(one: Unit, place: int) -> Moment | None:
    """Return the time that stands nearest in front of a place of a sentence, else the first in it, else the one above it."""
    before = [moment for moment in one.at if 0 <= one.text.find(moment.text) <= place]
    return before[-1] if before else one.at[0] if one.at else one.under


def _spot(log: Log, one: Unit, number: str) -> Spot:
    line = next((place for place in range(one.number, one.last + 1) if number in log.line(place)), one.number)
    return log.at(line, number)


def _in_tables(log: Log) -> Iterator[Count]:
    for table in log.tables:
        place = next((n for n, head in enumerate(table.heads) if HEAD.fullmatch(head)), None)
        when = next((n for n, head in enumerate(table.heads) if n != place and TIME_HEAD.fullmatch(head)), None)
        if place is None or when is None:
            continue
        for row in table.rows:
            cell, time = row[place], row[when]
            moment = next(
                (m for m in log.moments(time.spot.line) if time.spot.column <= m.column < time.spot.end), None
            )
            if moment is not None and re.fullmatch(r"\d{3,12}", cell.text):
                yield Count(
                    row=f"{table.heads[place]} of the table", number=int(cell.text), when=moment, spot=cell.spot
                )


def _in_csv(log: Log) -> Iterator[Count]:
    heads: list[str] = []
    place = when = 0
    for number, line in log.numbered():
        fields = [one.strip() for one in line.split(",")]
        lowered = [one.lower() for one in fields]
        ids = [n for n, one in enumerate(lowered) if HEAD.fullmatch(one)]
        times = [n for n, one in enumerate(lowered) if TIME_HEAD.fullmatch(one)]
        if len(fields) > 3 and ids and times:
            heads, place, when = lowered, ids[0], times[0]
        elif heads and len(fields) == len(heads) and re.fullmatch(r"\d{3,12}", fields[place]):
            column = len(",".join(line.split(",")[:when])) + 1
            moment = next((m for m in log.moments(number) if column <= m.column <= column + 4), None)
            if moment is not None:
                yield Count(
                    row=f"{heads[place]} of the list",
                    number=int(fields[place]),
                    when=moment,
                    spot=log.at(number, fields[place]),
                )


def _in_json(log: Log) -> Iterator[Count]:
    for one in events(log):
        if one.kind == "object" and (match := SOA.search(one.text)):
            yield Count(
                row=f"serial of {match['zone']}",
                number=int(match["number"]),
                when=one.moment,
                spot=_line_of(log, one.number, match["number"]),
            )


def _line_of(log: Log, number: int, text: str) -> Spot:
    line = next((place for place, told in log.numbered(number, number + 12) if text in told), number)
    return log.at(line, text)
