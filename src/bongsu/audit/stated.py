"""The time that a log states for something that it shows: beside it, around it in its JSON, above it in its entry or caption."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bongsu.audit.answers import caption
from bongsu.audit.claims import sent
from bongsu.audit.day_names import named_days
from bongsu.audit.events import timeline
from bongsu.audit.moments import SPAN
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import pieces
from bongsu.audit.records import records
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.payloads import Path, Payload

Stated = list[tuple[int, "Moment"]]
"""Times with their lines."""
SECONDS_MOST = 60
"""How far two clocks may be apart, a slow call between them included."""
ENTRY_MOST = 6
READ_BACK = frozenset(
    [
        "messages",
        "replies",
        "history",
        "matches",
        "thread",
        "updates",
        "events",
        "log_events",
        "logEvents",
        "Datapoints",
    ]
)
"""Lists of messages that are there already when somebody asks for them."""
ANY_DAY = pattern(
    r"20\d\d(?:[-/.]|년 ?)\d{1,2}(?:[-/.]|월 ?)\d{1,2}|\d{1,2}월 ?\d{1,2}일"
    r"|\b(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \d{1,2}\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\b"
)

CLOCKED = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\S+")
EVENING_H, MORNING_H = 20, 6
LIST_LEAST = 6
NOON_H = 12
HALF = re.compile(r"오전|오후|[AaPp][Mm]\b")

OF_ALL = re.compile(r"clos|start|end|open|creat|resolv|writ|export|generat|updat|until|due|expir", re.IGNORECASE)
NEAR_LEVELS = 1
"""From how far up a time such as `closed_at` is that of the whole, and not of a message in it."""
WORDS = re.compile(r"\s*[{,]?\s*\"(?:text|content|caption)\"\s*:")
"""The member that holds a message's own words."""
READS = re.compile(r"getUpdates|\.history|\.replies|\bread[ _]?back\b|\bextract\b|\bexport\b", re.IGNORECASE)
SERVICE = re.compile(r"slack|telegram|슬랙|텔레그램", re.IGNORECASE)


def piece_at(log: Log, number: int, column: int = 0) -> Payload | None:
    """Return the JSON text that a place of a log is in."""
    for one in _by_line(log).get(number, ()):
        if one.start < number or one.column <= column:
            return one
    return None


@lru_cache(maxsize=64)
def _by_line(log: Log) -> dict[int, list[Payload]]:
    found: dict[int, list[Payload]] = {}
    for one in pieces(log):
        for number in range(one.start, one.end + 1):
            found.setdefault(number, []).append(one)
    return found


def times_of(log: Log, number: int) -> Iterator[Stated]:
    """Yield the times that may be meant for a line, what stands nearest first."""
    yield [(number, one) for one in log.moments(number)]
    if log.line(number).lstrip().startswith("|"):
        return
    yield _entry(log, number)
    if log.fenced(number) or log.line(number).lstrip().startswith(">"):
        for place, _ in caption(log, _first(log, number)):
            yield [(place, one) for one in log.moments(place)]
    yield _recorded(log, number)


WORDS_MOST = 6
"""Words of a member that is a time with a remark."""


def times_in(log: Log, piece: Payload, path: Path) -> Iterator[Stated]:
    """Yield the times that may be meant for a member of a JSON text, what stands nearest first."""
    for above, around in piece.above(path):
        if isinstance(around, dict) and above != path[:-1] and any(_reads(one) for one in around.values()):
            return
        if isinstance(around, dict):
            members = _members(log, piece, above, around)
            far = len(path) - len(above) > NEAR_LEVELS
            yield [(number, one) for key, number, one in members if not (far and OF_ALL.search(key))]
        elif above and str(above[-1]) in READ_BACK:
            return  # What was read at that time was posted before it.
    yield [(piece.start, one) for one in log.moments(piece.start) if one.column <= piece.column]
    yield _entry(log, piece.start)
    for place, line in caption(log, piece.start, piece.column):
        # A row of a table tells of its own thing, and a quotation of what its writer spoke of.
        if (
            place < piece.start
            and not (line.lstrip().startswith(("|", ">")) or WORDS.match(line))
            and not log.fenced(place)
        ):
            yield [(place, one) for one in log.moments(place) if not SPAN.search(line)]
    yield _recorded(log, piece.start)
    yield _titled(log, piece.start)


def _reads(value: object) -> bool:
    """Return whether a value names a call that reads messages which are there already."""
    return isinstance(value, str) and len(value) < 80 and READS.search(value) is not None


def _titled(log: Log, number: int) -> Stated:
    """Return the time of the one step that tells of the message which a section is of, by its title: `Start, Slack`."""
    section = log.section(number)
    what = stems(section.title)
    shown = [one for one in pieces(log) if section.start < one.start <= section.end]
    if not section.start or len(what) not in (2, 3) or not SERVICE.search(section.title) or len(shown) != 1:
        return []
    found = [one for one in timeline(log) if what <= one.stems and not section.start <= one.number <= section.end]
    return [(found[0].number, found[0].moment)] if len(found) == 1 else []


def _members(log: Log, piece: Payload, above: Path, around: dict[str, Any]) -> Iterator[tuple[str, int, Moment]]:
    for key, inner in around.items():
        number = piece.lines.get((*above, key))
        # A sentence tells of other things, whatever its member is called.
        if not isinstance(inner, str) or key in ("text", "blocks", "zone") or len(inner.split()) > WORDS_MOST:
            continue
        if number is not None:
            for one in log.moments(number):
                if one.text in inner:
                    yield str(key), number, one


def _entry(log: Log, number: int) -> Stated:
    """Return the times of the less indented line above, to which a line belongs."""
    depth = _depth(log.line(number))
    for place in range(number - 1, max(number - 1 - ENTRY_MOST, 0), -1):
        line = log.line(place)
        if not line.strip():
            return []
        if WORDS.match(line):
            return []  # What a message says is of what it tells, and not of itself.
        if _depth(line) < depth:
            found = [(place, one) for one in log.moments(place)]
            if found:
                return found
            depth = _depth(line)
    return []


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _first(log: Log, number: int) -> int:
    block = log.fenced(number)
    if block is not None:
        return block.start
    while number > 1 and log.line(number - 1).lstrip().startswith(">"):
        number -= 1
    return number


def _recorded(log: Log, number: int) -> Stated:
    around = [one for one in records(log) if one.start <= number <= one.end]
    for record in sorted(around, key=lambda one: one.end - one.start):
        moment = sent(record)
        if moment is not None:
            lines = range(record.start, record.end + 1)
            return [(next(n for n in lines if moment in log.moments(n)), moment)]
    return []


@lru_cache(maxsize=64)
def many_days(log: Log) -> bool:
    """Return whether a time without a date may be of another day than the log's head gives."""
    days = {match[0] for _, line in log.numbered() for match in ANY_DAY.finditer(line)}
    found = [one for number, _ in log.numbered() for one in log.moments(number)]
    hours = {(one.at.hour + (one.zone_min or 0) // 60) % 24 for one in found}
    zones = {one.zone_min for one in found}
    return len(days) > 1 or len(zones) > 1 or (max(hours, default=0) >= 20 and min(hours, default=23) <= 6)


@lru_cache(maxsize=64)
def one_day(log: Log) -> bool:
    """Return whether all that a log tells is of one day, by its own clock.

    It names no other day and its times make no night; or it is one list that goes forwards from its first line to its last.
    """
    leads = [one.moment.at for one in timeline(log) if one.kind == "leading" and not one.moment.own_date]
    if len(leads) >= LIST_LEAST and leads == sorted(leads):
        return True
    found = [one for number, _ in log.numbered() for one in log.moments(number)]
    east = timedelta(minutes=next((one.zone_min or 0 for one in found if not one.own_zone), 0))
    days = {(one.at + east).date() for one in found if one.own_date} | ({log.day} if log.day else set())
    hours = {(one.at + east).hour for one in found if not one.own_zone}
    named = {one for _, line in log.numbered() for one in named_days(CLOCKED.sub(" ", line))}
    return len({(one.month, one.day) for one in days} | named) == 1 and not (
        max(hours, default=0) >= EVENING_H and min(hours, default=23) <= MORNING_H
    )


@lru_cache(maxsize=64)
def _halves(log: Log) -> bool:
    return any(HALF.search(one.text) for number, _ in log.numbered() for one in log.moments(number))


def half_open(log: Log, moment: Moment) -> bool:
    """Return whether a time leaves open which half of the day it is of, in a log that names the afternoon elsewhere."""
    hour = (moment.at + timedelta(minutes=moment.zone_min or 0)).hour
    return hour < NOON_H and not moment.own_date and not HALF.search(moment.text) and _halves(log)


def epoch(text: str) -> datetime | None:
    """Return the time of seconds or milliseconds since 1970; None unless it is one of this century's logs."""
    number = int(text) / (1000 if len(text) == 13 else 1)
    return datetime.fromtimestamp(number, UTC) if 1_300_000_000 < number < 2_500_000_000 else None
