"""An acknowledgement in the very second of an announcement is that announcement's time, copied: nobody had answered.

Source: a person answers a message after it arrived; Telegram and Slack give the press or the reply a time of its own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.acks import (
    ANSWERED,
    PAGE,
    SAME,
    SERVICE_SAID,
    answers,
    ends,
    pages,
    sendings,
)
from bongsu.audit.at_once import at_once, took
from bongsu.audit.claims import denied, late, prose, sent, told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.grids import grids
from bongsu.audit.heads import of_answers, of_asking, of_length
from bongsu.audit.payloads import pieces, snake, walk
from bongsu.audit.records import ACKED, messages, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bongsu.audit.findings import Spot
    from bongsu.audit.grids import Grid
    from bongsu.audit.log import Cell, Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.payloads import Path, Payload
    from bongsu.audit.records import Record

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NAME_AND_TIME = re.compile(
    r"^\s*(?:[-*•]|\d+[.)])?\s*(?:(?:[A-Z][\w.'-]+(?: [A-Z][\w.'-]*)?|[가-힣]{2,4})\W{1,20}\d\d:\d\d:\d\d|\d\d:\d\d:\d\d\W{1,6}(?:[A-Z][\w.'-]+(?: [A-Z][\w.'-]*)?|[가-힣]{2,4})\s*$)(?!.*\d\d:\d\d)"
)
ANSWERS = re.compile(
    rf"{ANSWERED.pattern}|\b(?:taps?|press(?:es)?|clicks?|answers?|acks?|replies|who)\b", re.IGNORECASE
)
LABEL_AND_TIME = re.compile(
    r"\s*(?:[-*•]\s+)?[A-Z가-힣][^\d\n:|]{1,40}?(?: {2,}|\t+)\d\d:\d\d:\d\d(?:(?: {2,}|\t+)\D{1,40})?\s*"
)
"""A row of two or three columns: who, when, how."""
UNTIL = re.compile(r"\b(?:before|until|till|up to|no later than)\W{0,2}$", re.IGNORECASE)
BEFORE = re.compile(r"\)? ?(?:전에|전까지|이전|까지(?! ?답))")
NEAR = 10
"""Lines from a message to an answer: one that is further up was another's, and a bot may thank in the same second."""
ABOVE = 4
ASKED = re.compile(r"\b(?:acknowledge|answer|reply|respond|drill)\b|훈련|호출", re.IGNORECASE)
ZERO = re.compile(
    r"(?:0+(?:\.0+)? ?(?:s|sec|secs|seconds?|초)|0?0:00(?::00)?|0 ?(?:min|분) ?0+ ?(?:s|초))", re.IGNORECASE
)
SENT_KEY = re.compile(
    r"(?:.*_)?(?:sent|posted|paged|asked|called|left|published|issued|pinged|page|sent_at|posted_at|paged_at|asked_at|called_at|발송|호출|보냄|보낸|게시|전송|올림|요청)(?:_at|_time|_시각)?"
)
ACK_KEY = re.compile(
    r"(?:.*_)?(?:ack(?:ed|nowledged)?|answered|confirmed|pressed|tapped|clicked|replied|responded|reacted|seen|확인|응답|답|답변|회신|답장)(?:_at|_time|_시각)?"
)
ACK_LIST = re.compile(
    r"acks?|taps|clicks|acknowledg\w+|answers|presses|confirmations?|responses|replies|reactions|확인|응답|답|답변|회신|답장"
)


UNANSWERED = re.compile(r"\bno (?:answer|reply|response)\b|(?:응답|답) ?없", re.IGNORECASE)
"""Beside a time among answers: it is when somebody was asked."""
ELAPSED = re.compile(
    r"(?<![\d:.])(?!0+(?:\.0+)? ?(?:s|초|m|분|h)[a-z]*(?!\s?\d))(?:\d+ ?h(?:ours?)? ?)?(?:\d+ ?(?:m|min|minutes?|분)\.? ?)?\d+ ?(?:s|sec|secs|seconds?|초|m|min|minutes?|분)(?![A-Za-z가-힣])|(?<![\d:])\d{1,2}:[0-5]\d(?![\d:])(?=\W*$)",
    re.IGNORECASE,
)
"""How long an answer took, where its line gives it."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield acknowledgements that are at the second at which a message was sent."""
    for log in logs:
        found: dict[Spot, Hit] = {}
        for hit in (*_recorded(log), *_in_tables(log), *_in_json(log), *_in_lines(log), *_at_once(log)):
            if not _is_bound(log, hit.spot):
                found.setdefault(hit.spot, hit)
        yield from found.values()


def _is_bound(log: Log, spot: Spot) -> bool:
    """Return whether a time is one until which, or before which, answers count."""
    line = log.line(spot.line)
    return bool(spot.column and (UNTIL.search(line[: spot.column - 1]) or BEFORE.match(line[spot.end - 1 :])))


def _at_once(log: Log) -> Iterator[Hit]:
    for spot, page, text in at_once(log):
        key = re.match(r'\s*"(\w+)":', log.line(spot.line))
        if key and SENT_KEY.fullmatch(snake(key[1])):
            continue  # when somebody was asked, who may not have answered at all
        yield _hit(spot, (page,), text)


def _hit(spot: Spot, also: tuple[Spot, ...], text: str) -> Hit:
    return Hit(
        spot=spot,
        also=also[:2],
        why=f"{text} is the second in which a message was sent; nobody can have answered it yet",
        instead='the time of the press or reply, or "no acknowledgement was asked for"',
    )


def _equal(one: Moment, other: Moment) -> bool:
    return one.to_s == other.to_s == 1 and one.fits(other) and one.at == other.at


def _recorded(log: Log) -> Iterator[Hit]:
    left: dict[datetime, list[tuple[Moment, Spot]]] = {}
    for record in messages(log):
        moment = sent(record)
        if moment is not None:
            left.setdefault(moment.at, []).append((moment, _spot(record, moment)))
    for record in records(log):
        answer = record.moment(ACKED)
        if answer is None or answer[1].to_s > 1 or (record.kind == "row" and _took(log, record.start)):
            continue
        beside = log.moments(record.start) if record.kind == "row" else ()
        if any(late(answer[1], one) for one in beside) or answer[1].at in _asked_before(log):
            # It was asked before, by its own row; another message may leave in the second of the answer.
            continue
        same = tuple(spot for one, spot in left.get(answer[1].at, []) if _equal(one, answer[1]))
        if same:
            yield _hit(answer[0].spot, same, answer[1].text)


def _spot(record: Record, moment: Moment) -> Spot:
    lines = range(record.start, record.end + 1)
    return record.log.moment_spot(next(n for n in lines if moment in record.log.moments(n)), moment)


def _in_tables(log: Log) -> Iterator[Hit]:
    for grid in grids(log):
        answer = [n for n, head in enumerate(grid.heads) if n and of_answers(head)]
        asked = [n for n, head in enumerate(grid.heads) if n and n not in answer and of_asking(head)]
        asked = asked or [n for n in range(1, min(answer, default=0)) if _one_time(grid, n)]
        took = [n for n, head in enumerate(grid.heads) if n and n not in answer and of_length(head)]
        for row in grid.rows if answer else ():
            yield from _in_row(grid, row, (answer, asked, took))


def _one_time(grid: Grid, place: int) -> bool:
    """Return whether a column has one and the same second in all rows: it is when all were asked, whatever stands above it."""
    times = [grid.moment(row[place]) for row in grid.rows]
    return len(times) > 1 and all(one and times[0] and _equal(one, times[0]) for one in times)


def _in_row(grid: Grid, row: tuple[Cell, ...], places: tuple[list[int], list[int], list[int]]) -> Iterator[Hit]:
    answer, asked, took = places
    log, number = grid.log, row[0].spot.line
    left = [(number, one) for n in asked if (one := grid.moment(row[n]))]
    for cell in (row[n] for n in answer):
        moment = grid.moment(cell)
        if moment is None or UNANSWERED.search(cell.text):
            continue
        own = [one for _, one in left]
        same = left if own else [] if _took(log, number) else [*_near(log, number, moment), *_paged(log, moment)]
        if not own and (any(late(moment, one) for one in log.moments(number)) or moment.at in _asked_before(log)):
            continue
        spots = tuple(log.moment_spot(n, one) for n, one in same if _equal(one, moment))
        text = " ".join(one.text for one in row)
        if spots or (SAME.search(text) and not denied(text)):
            yield _hit(log.moment_spot(number, moment), spots, moment.text)
        for zero in (row[n] for n in took if ZERO.fullmatch(row[n].text)):
            yield _hit(zero.spot, (cell.spot,), f"{moment.text}, after {zero.text},")


@lru_cache(maxsize=64)
def _asked_before(log: Log) -> frozenset[datetime]:
    """Return the answers that a row of the log gives behind the time at which they were asked for.

    Whoever tells the result at once has it in the second of the last answer, and may list that answer elsewhere too.
    """
    return frozenset(
        moment.at
        for grid in grids(log)
        for n in (n for n, head in enumerate(grid.heads) if n and of_answers(head))
        for row in grid.rows
        if (moment := grid.moment(row[n])) and any(late(moment, one) for one in log.moments(row[0].spot.line))
    )


def _took(log: Log, number: int) -> bool:
    """Return whether a line says that an answer took some time: then it is none to what left in its second."""
    line = log.line(number)
    for one in log.moments(number):
        line = line[: one.column - 1] + " " * (one.end - one.column) + line[one.end - 1 :]
    found = ELAPSED.search(line)
    return found is not None and not re.fullmatch(r"[0:.]+ ?\D*", found[0])


def _paged(log: Log, moment: Moment) -> list[tuple[int, Moment]]:
    """Return the sendings of a time, anywhere in the log, that asked people for an answer."""
    return [one for one in pages(log) if _equal(one[1], moment)]


@lru_cache(maxsize=64)
def _left(log: Log) -> dict[datetime, list[tuple[int, Moment]]]:
    """Return the sendings of a log by their time."""
    found: dict[datetime, list[tuple[int, Moment]]] = {}
    for one in sendings(log):
        found.setdefault(one[1].at, []).append(one)
    return found


def _near(log: Log, number: int, moment: Moment) -> list[tuple[int, Moment]]:
    """Return the sendings of a time that the section of a line tells of; in a log without headings all."""
    section = log.section(number)
    return [
        one
        for one in _left(log).get(moment.at, [])
        if (max(section.start, 1) <= one[0] <= section.end or section.level == 0) and not ends(log, one[0])
    ]


def _in_json(log: Log) -> Iterator[Hit]:
    for piece in pieces(log):
        for path, one in walk(piece.value):
            if not isinstance(one, dict) or took(one):
                continue
            listed = any(isinstance(step, str) and ACK_LIST.fullmatch(step) for step in path)
            for key, inner in one.items():
                said = snake(key)
                told = (
                    ACK_KEY.fullmatch(said) or (listed and len(inner) < 32 and not SENT_KEY.fullmatch(said))
                    if isinstance(inner, str)
                    else None
                )
                if told:
                    yield from _member(log, piece, (*path, key))


def _member(log: Log, piece: Payload, path: Path) -> Iterator[Hit]:
    answered = _moment(log, piece, path)
    for above, around in piece.above(path):
        for left in _sent_members(piece) if isinstance(around, dict) and answered else ():
            near = len(above) < len(left) < len(above) + 3 and left[: len(above)] == above
            asked = _moment(log, piece, left) if near else None
            if asked and answered and _equal(asked, answered):
                places = (log.spot(piece.lines[left]),)
                yield _hit(log.at(piece.lines[path], answered.text), places, answered.text)
                return


@lru_cache(maxsize=64)
def _sent_members(piece: Payload) -> tuple[Path, ...]:
    """Return the members that say when something was sent, in their order."""
    return tuple(
        path
        for path, value in walk(piece.value)
        if path and isinstance(value, str) and SENT_KEY.fullmatch(snake(str(path[-1])))
    )


def _moment(log: Log, piece: Payload, path: Path) -> Moment | None:
    value = piece.value
    for step in path:
        value = value[step]
    return next((one for one in log.moments(piece.lines[path]) if one.text in str(value)), None)


def _named(log: Log) -> Iterator[tuple[int, Moment]]:
    """Yield the lines of a list of names and times that is said to be one of answers."""
    run: list[int] = []
    for number, line in [*log.numbered(), (len(log.text.lines) + 2, "")]:
        if run and number != run[-1] + 1:
            yield from _answered(log, run)
            run = []
        row = NAME_AND_TIME.match(line) or LABEL_AND_TIME.fullmatch(line)
        if row and len(log.moments(number)) == 1:
            run.append(number)


def _answered(log: Log, run: list[int]) -> Iterator[tuple[int, Moment]]:
    first, last = run[0], run[-1]
    around = [log.section(first).title, *(line for _, line in log.numbered(first - ABOVE, first - 1) if first > 1)]
    around += [line for _, line in log.numbered(last + 1, last + 2)]
    if len(run) > 1 and any(ANSWERS.search(line) or ASKED.search(line) for line in around):
        yield from ((number, log.moments(number)[0]) for number in run)


def _in_lines(log: Log) -> Iterator[Hit]:
    lines = {number for number, _ in sendings(log)}
    for number, moment in answers(log):
        same = tuple(
            log.moment_spot(n, one)
            for n, one in dict.fromkeys([*_paged(log, moment), *_left(log).get(moment.at, [])])
            if (0 < number - n <= NEAR or (n, one) in pages(log)) and n != number and _equal(one, moment)
        )
        if same and number not in lines and not _took(log, number):
            yield _hit(log.moment_spot(number, moment), same, moment.text)
    for number, moment in _named(log):
        same = tuple(
            log.moment_spot(n, one)
            for n, one in [*_near(log, number, moment), *_paged(log, moment)]
            if n != number and _equal(one, moment)
        )
        if same and not _took(log, number):
            yield _hit(log.moment_spot(number, moment), same, moment.text)
    for number, line in told(log):
        words = prose(line)
        if line.lstrip().startswith("|") or not ANSWERED.search(words) or not PAGE.search(words) or denied(words):
            continue
        if SERVICE_SAID.search(words):
            continue
        moments = log.moments(number)
        twice = [
            two
            for place, two in enumerate(moments)
            if any(_equal(one, two) and one.zone_min == two.zone_min for one in moments[:place])
        ]
        if twice:
            yield _hit(log.moment_spot(number, twice[0]), (), twice[0].text)
        elif re.search(r"(?<![\d.:])0(?:\.0+)? ?(?:s|sec|seconds?|초)(?![a-z])", words) and moments:
            yield _hit(log.moment_spot(number, moments[0]), (), moments[0].text)
        elif (alike := SAME.search(words)) and moments:
            yield _hit(log.spot(number, alike), (), moments[0].text)
