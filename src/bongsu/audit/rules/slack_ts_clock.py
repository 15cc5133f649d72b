"""A Slack `ts` or a Telegram `date` is the second in which the service took the message; far from the stated time it is not.

Source: Slack API, chat.postMessage: `ts` is "<Unix seconds>.<six digits>" of Slack's own clock, and a permalink ends in it;
Telegram Bot API, Message: `date` is Unix time.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta, timezone
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from bongsu.audit.announced import around, of_its_words
from bongsu.audit.clock_slips import likely_zone, slipped
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.grids import grids
from bongsu.audit.ids import refers
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import pieces, snake, walk
from bongsu.audit.service_clock import DAY_S, Shown, answer_columns, apart_s, fold, own_zone
from bongsu.audit.stated import SECONDS_MOST, epoch, piece_at, times_in, times_of
from bongsu.audit.texts import SENDING
from bongsu.audit.typed import typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.payloads import Path, Payload
    from bongsu.audit.stated import Stated

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
TS = pattern(r"(?<![\d.])(?<!\d:)(1\d{9})\.(\d{6})(?![\d:])")
LINK = pattern(r"/archives/\w+/p(1\d{9})(\d{6})\b")
NUMBER = pattern(
    r"\b(?:date|edit_date|unix(?: time)?|epoch|timestamp|ts)\b[`\"']?\s*(?:[:=]|is|was|of)?\s*[`\"']?(1\d{9})(?:\d{3})?(?![\d.])",
    re.IGNORECASE,
)
HOUR_S, SLACK_S = 3600, 2
KEYS = re.compile(r"(?!thread|oldest|latest|due|start|end|expir)(?:\w+_)?(?:date|ts|timestamp|permalink|unix|epoch)")
OWN_NUMBER = re.compile(r"\s#(\d{2,12})\s*$")
HEAD = re.compile(r"(?:.*\b)?(?:date|ts|timestamp|unix|epoch)(?:\b.*)?|.*(?:유닉스|에포크|타임스탬프).*")
OTHER = re.compile(
    r"thread_ts|\bedited\b|\b(?:parent|reply to|in (?:the )?thread|yesterday|earlier|previous|older|last (?:week|night|month)|(?<!\.)example|start-time|end-time)\b"
    r"|어제|지난|이전|원글|스레드|답글",
    re.IGNORECASE,
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield every time of a service that is minutes or more away from the time that stands with it."""
    for log in logs:
        shown = [*_in_lines(log), *_in_json(log), *_in_tables(log)]
        zone_min = own_zone(shown)
        right = {one.text for one in shown if _near(log, one, zone_min)}
        told: set[str] = set()
        for one in shown:
            # Where the same is shown again, beside another time, somebody speaks of it.
            again = one.in_words and one.text in right | told
            if one.stated and not again and not _near(log, one, zone_min):
                told.add(one.text)
                hit = _hit(log, one, zone_min if zone_min is not None or log.zone_told else likely_zone(log))
                yield replace(hit, confidence=Confidence.LOW) if _whole_hours(log, one, zone_min) else hit
        yield from _slips(log, [one for one in shown if not one.stated], zone_min)


def _slips(log: Log, shown: Sequence[Shown], own_min: int | None) -> Iterator[Hit]:
    """Yield the times of a service for which nothing states one, below an entry that slipped from them."""
    zone_min = likely_zone(log) if own_min is None else own_min
    for one in shown if zone_min is not None else ():
        slip = replace(one, stated=slipped(log, one.told, one.spot.line, zone_min or 0))
        if slip.stated and not _near(log, slip, zone_min):
            yield _hit(log, slip, zone_min)


def _in_lines(log: Log) -> Iterator[Shown]:
    for number, line in log.numbered():
        if typed(line) is not None:
            continue  # What somebody hands to a command is of an earlier message.
        if _agree(line):
            continue
        for regex in (TS, LINK, NUMBER):
            for match in regex.finditer(line):
                told = epoch(match[1])
                free = piece_at(log, number, match.start()) is None and not OTHER.search(line[: match.start()])
                if free and told and (regex is not NUMBER or not TS.search(line)):
                    levels = chain(
                        [of_its_words(log, number)],
                        _times_of(log, number),
                        around(log, number, match.start()),
                        [_alone(log, number, match.group(0))],
                    )
                    yield replace(_shown(told, match[1], log.spot(number, match, 1), levels), in_words=True)


def _times_of(log: Log, number: int) -> Iterator[Stated]:
    """Yield the times that may be meant for a line; of a row of a table not those at which somebody answered."""
    answered = answer_columns(log).get(number, [])
    for level in times_of(log, number):
        yield [
            one for one in level if one[0] != number or not any(start <= one[1].column < end for start, end in answered)
        ]


def _alone(log: Log, number: int, shown: str) -> Stated:
    """Return the one time that a section gives at all, for an id that stands as a field of its own below it."""
    if not any(shown.endswith(one.value.strip("`* ")) for one in log.fields_of(number, number)):
        return []
    section = log.section(number)
    found = [(n, one) for n in range(max(section.start, 1), section.end + 1) for one in log.moments(n)]
    return found if len(found) == 1 and found[0][0] < number and not OTHER.search(log.line(found[0][0])) else []


def _posted(log: Log, number: int) -> Stated:
    """Return the one time that a section gives at all, where its line says that something was sent then."""
    section = log.section(number)
    found = [(n, one) for n in range(max(section.start, 1), section.end + 1) for one in log.moments(n)]
    return found if len(found) == 1 and SENDING.search(log.line(found[0][0])) else []


def _agree(line: str) -> bool:
    """Return whether a line gives one message's time by two services' clocks: another time in it is of something else."""
    told = [epoch(found[1]) for regex in (TS, NUMBER) if (found := regex.search(line))]
    if len(told) != 2 or told[0] is None or told[1] is None:
        return False
    return abs((told[0] - told[1]).total_seconds()) <= SECONDS_MOST


def _in_json(log: Log) -> Iterator[Shown]:
    for piece in pieces(log):
        for path, value in walk(piece.value):
            if not path or refers(path) or not KEYS.fullmatch(snake(str(path[-1]))) or isinstance(value, bool):
                continue
            shown = str(value)
            if len(shown) == 13 and path[-1] == "timestamp":
                continue  # CloudWatch Logs count in milliseconds; no chat does.
            match = TS.fullmatch(shown) or LINK.search(shown) or re.fullmatch(r"(1\d{9})(?:\d{3})?", shown)
            told = epoch(match[1]) if match else None
            if match and told:
                yield _shown(
                    told,
                    match[1],
                    log.at(piece.lines[path], shown),
                    chain([_of_its_id(log, piece, path)], times_in(log, piece, path), [_posted(log, piece.start)]),
                )


def _of_its_id(log: Log, piece: Payload, path: Path) -> Stated:
    """Return the time of the line that has an answer's message id as its own: `[23:15:58] bot #55129`."""
    around: Any = piece.value
    for step in path[:-1]:
        around = around[step]
    number = around.get("message_id") if isinstance(around, dict) else None
    return _numbered(log).get(str(number), [])


@lru_cache(maxsize=64)
def _numbered(log: Log) -> dict[str, Stated]:
    """Return the time of each message by the number that the line of its writer gives it."""
    found: dict[str, Stated] = {}
    for place, line in log.numbered():
        moments = log.moments(place)
        match = OWN_NUMBER.search(line)
        if match and len(moments) == 1 and moments[0].end <= match.start():
            found.setdefault(match[1], [(place, moments[0])])
    return found


def _in_tables(log: Log) -> Iterator[Shown]:
    for grid in grids(log):
        for place, head in enumerate(grid.heads):
            for row in grid.rows if HEAD.fullmatch(head) else ():
                match = re.fullmatch(r"(1\d{9})(?:\d{3})?", row[place].text)
                told = epoch(match[1]) if match else None
                if match and told:
                    yield _shown(told, match[1], row[place].spot, _times_of(log, row[place].spot.line))


def _shown(told: datetime, text: str, spot: Spot, levels: Iterator[Stated]) -> Shown:
    return Shown(told=told, text=text, spot=spot, stated=next((one for one in levels if one), []))


def _near(log: Log, one: Shown, zone_min: int | None) -> bool:
    least = min((_gap_s(log, one, moment, zone_min) - moment.to_s for _, moment in one.stated), default=DAY_S)
    return least <= SECONDS_MOST


def _gap_s(log: Log, one: Shown, moment: Moment, zone_min: int | None) -> float:
    """Return how far a stated time is certainly off; in a Korean log that names no zone, whole hours may be another's clock."""
    gap = apart_s(log, one.told, moment, zone_min)
    if zone_min is None and not log.zone_told and (likely := likely_zone(log)) is not None:
        return max(gap, abs(fold(apart_s(log, one.told, moment, likely), HOUR_S)))
    return gap


def _whole_hours(log: Log, one: Shown, zone_min: int | None) -> bool:
    """Return whether all that is between two clocks is hours, where nothing says by which clock the stated one goes."""
    if zone_min is not None:
        return False
    gaps = [apart_s(log, one.told, moment, None) for _, moment in one.stated if not moment.own_zone]
    return bool(gaps) and min(abs(fold(gap, HOUR_S)) for gap in gaps) <= SLACK_S


def _hit(log: Log, one: Shown, zone_min: int | None) -> Hit:
    gaps = [(apart_s(log, one.told, moment, zone_min), place, moment) for place, moment in one.stated]
    gap, place, moment = min(gaps, key=lambda found: (found[1] != one.spot.line, found[0]))
    here = one.told.astimezone(timezone(timedelta(minutes=moment.zone_min or 0)))
    return Hit(
        spot=one.spot,
        also=(log.moment_spot(place, moment),),
        why=f"this is {here:%Y-%m-%d %H:%M:%S}{_zone(moment)}, {_long(gap)} away from the stated {moment.text}",
        instead=f"what the service returned; of that second it begins with {int(moment.at.timestamp())}"
        if moment.dated and moment.zone_min is not None
        else "what the service returned, and the time at which it was",
    )


def _zone(moment: Moment) -> str:
    return " UTC" if not moment.zone_min else ""


def _long(apart: float) -> str:
    days, rest = divmod(int(apart), 86_400)
    return f"{days} days {rest // 3600} h" if days else f"{rest // 3600} h {rest % 3600 // 60} min {rest % 60} s"
