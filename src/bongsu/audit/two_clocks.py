"""One instant by two clocks in one entry, in any words: `09:00 here, 06:00 there`, `it is 15:34 with him`, `| 14:20 | … 05:20Z`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.clock_slips import likely_zone
from bongsu.audit.passages import passages, sentences
from bongsu.audit.places import KNOWN, place_min

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage

THERE = re.compile(
    r"(?i:\b(?:over )?there\b|\btheirs\b|\b(?:his|her|their|s?he|they)\b[^.;]{0,16}\b(?:clock|time|watch|wall|side|end|evening|morning)\b|\b(?:with|for|at|by) (?:him|her|them)\b|\bon (?:his|her|their)\b|\bhis (?:own )?(?:clock )?(?=\d))"
    r"|\bin [A-Z][a-z]{2,}|(?:저기|저쪽|그쪽|거기|현지)(?:는|은|에선|에서는)?"
)
"""What tells that a time beside it is by the clock of somebody elsewhere."""
OURS = re.compile(r"\b(?:here|ours?|mine|my|us|me)\b|여기|우리|이쪽", re.IGNORECASE)
SPANNED = re.compile(r"\d(?: ?(?:[A-Z]{1,4}|local))? ?(?:~|–|—|-|to|until|till|부터) ?$")
SPAN = re.compile(r"[~–—→]|->|\b(?:to|until|till|and)\b|부터|까지", re.IGNORECASE)
ON_OTHER = re.compile(
    r"\b(?:tomorrow|next|will|until|till|before|after|due|expire\w*|meet\w*|call (?:is )?at|yesterday|later|ago)\b|내일|다음|까지|예정|전에|이후|모레",
    re.IGNORECASE,
)
NAME = re.compile(r"(?<![.!?:] )(?<=[ (])[A-Z][a-z]{2,}")
OFFSET = re.compile(r"\b(?:UTC|GMT) ?(?P<sign>[+-])(?P<h>\d{1,2})(?::?(?P<m>[0-5]\d))?(?![\d:])")
HOME = re.compile(
    r"(?:zone|clock|time|place|all times|local|시각|시간)[^\n]{0,48}?(?:\b(?:UTC|GMT) ?|\()(?P<sign>[+-])(?P<h>\d{1,2})(?::?(?P<m>[0-5]\d))?(?!\d)",
    re.IGNORECASE,
)
SEASONS = re.compile(
    r"(?:(?P<summer>summer|여름)|winter|겨울)(?: ?(?:time|시간))?:? ?\(?(?:UTC|GMT)? ?(?P<sign>[+-])(?P<h>\d{1,2})(?::?(?P<m>[0-5]\d))?(?!\d)",
    re.IGNORECASE,
)
"""A place's offset in one half of the year: `summer UTC+2, winter UTC+1`."""
SUMMER, WINTER = frozenset(range(4, 10)), frozenset([11, 12, 1, 2])
IN_UTC = re.compile(
    r"\b(?:stamps?|times?|clocks?)\b[^\n.;]{0,16}\bUTC\b(?! ?[+-]\d)|시각[^\n.;]{0,12}\bUTC\b", re.IGNORECASE
)
HOUR_MIN, DAY_MIN, FARTHEST_MIN = 60, 1_440, 840
HEAD_LINES, LEAD_MOST, REACH, BETWEEN_MOST, MINUTE_S = 20, 14, 22, 30, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """One instant as two clocks show it."""

    number: int
    here: Moment
    there: Moment
    spot: Spot
    also: Spot
    ours: bool
    """Whether it says which of the two is the log's own: `here`, `my clock`."""
    names: frozenset[str]
    """What the entry calls by name."""
    place: str
    """The place that is named beside the other clock."""
    other_min: int | None
    """The other clock's zone, where it is told."""

    @property
    def gap_min(self) -> int:
        """Return how far the other clock is ahead."""
        gap = (shown_min(self.there) - shown_min(self.here)) % DAY_MIN
        return gap if gap <= FARTHEST_MIN else gap - DAY_MIN


def shown_min(moment: Moment) -> int:
    """Return the minute of the day that a clock showed."""
    return (moment.at.hour * HOUR_MIN + moment.at.minute + (moment.zone_min or 0)) % DAY_MIN


def home_min(log: Log) -> int | None:
    """Return the zone of a log's own clock, where its head tells one."""
    seasons = [match for _, line in log.numbered(1, HEAD_LINES) for match in SEASONS.finditer(line)]
    if seasons:
        return _of_season(log, seasons)
    head = [match for _, line in log.numbered(1, HEAD_LINES) for match in HOME.finditer(line)]
    told = {_offset(match) for match in head[:1]}
    if not told and any(IN_UTC.search(line) for _, line in log.numbered(1, HEAD_LINES)):
        told = {0}
    return told.pop() if told else likely_zone(log)


def _of_season(log: Log, told: list[re.Match[str]]) -> int | None:
    """Return the one of a place's two offsets that its clock shows on the day of a log; None where the day leaves it open."""
    offsets = {bool(match["summer"]): _offset(match) for match in told}
    month = log.day.month if log.day else 0
    summer = True if month in SUMMER else False if month in WINTER else None
    return offsets.get(summer) if summer is not None else None


def both(log: Log) -> Iterator[Both]:
    """Yield what a log tells by two clocks, in the order of its lines."""
    for passage in passages(log):
        found = passage.moments
        if len(found) < 2 or withdrawn(log, passage.number) or log.fenced(passage.number):
            continue
        lead = found[0] if found[0].column <= LEAD_MOST else None
        for start, text in sentences(passage):
            inside = [one for one in found if start < one.column <= start + len(text)]
            told = _told(passage, start, text, inside, lead=lead)
            if told is not None:
                yield told


def _told(passage: Passage, start: int, text: str, inside: list[Moment], *, lead: Moment | None) -> Both | None:
    here = [one for one in inside if not one.own_zone] + ([lead] if lead and lead not in inside else [])
    for one, other in product(here, inside):
        if other is one or other is lead or one.own_zone or not _one_instant(one, other):
            continue
        if not _beside(passage, (start, text), (one, other), led=one is lead):
            continue
        near = _around(text, start, other)
        offsets = {_offset(match) for match in OFFSET.finditer(text)}
        named = KNOWN.search(near)
        place = named[0] if named else ""
        other_min = (
            other.zone_min
            if other.own_zone
            else offsets.pop()
            if len(offsets) == 1
            else place_min(place, passage.log.day)
        )
        return Both(
            number=passage.number, here=one, there=other, spot=passage.moment_spot(other), also=passage.moment_spot(one),
            place=place, other_min=other_min, ours=OURS.search(text) is not None, names=frozenset(NAME.findall(passage.text)),
        )  # fmt: skip
    return None


def _beside(passage: Passage, said: tuple[int, str], pair: tuple[Moment, Moment], *, led: bool) -> bool:
    """Return whether the words around two times of one minute make them two clocks'."""
    (start, text), (one, other) = said, pair
    zoned = other.own_zone
    if not (zoned or THERE.search(_around(text, start, other))) or ON_OTHER.search(text):
        return False
    if shown_min(one) == shown_min(other) and not zoned:
        return False
    if _ends_span(passage, one) != _ends_span(passage, other):
        return False
    if led:
        return True
    around = _around(text, start, one)
    between = passage.text[one.end - 1 : other.column - 1]
    if OURS.search(around):
        return True
    apart = THERE.search(around) or KNOWN.search(around) or SPAN.search(between)
    return 0 < len(between) <= BETWEEN_MOST and not apart


def _ends_span(passage: Passage, one: Moment) -> bool:
    return SPANNED.search(passage.text[: one.column - 1]) is not None


def _around(text: str, start: int, one: Moment) -> str:
    """Return the words right around a time, without it."""
    at, end = max(0, one.column - 1 - start), max(0, one.end - 1 - start)
    before, after = text[max(0, at - REACH) : at], text[end : end + REACH]
    cut = re.search(r".*\d:\d\d", before)
    later = re.search(r"\d{1,2}:\d\d", after)
    return before[cut.end() if cut else 0 :] + " \0 " + after[: later.start() if later else None]


def _one_instant(one: Moment, other: Moment) -> bool:
    """Return whether two times may be one instant by two clocks: the same minute, and second where both tell it."""
    if one.to_s == other.to_s == 1 and one.at.second != other.at.second:
        return False
    apart = (shown_min(one) - shown_min(other)) % HOUR_MIN
    return apart == 0 and max(one.to_s, other.to_s) <= MINUTE_S


def _offset(match: re.Match[str]) -> int:
    return (-1 if match["sign"] == "-" else 1) * (int(match["h"]) * HOUR_MIN + int(match["m"] or 0))
