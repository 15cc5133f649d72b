"""Places by whose clock people tell a time, and the pairs of times that a log tells as one: `14:10 KST (Warsaw 07:10)`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.homes import korean
from bongsu.audit.items import groups
from bongsu.audit.passages import passages, sentences
from bongsu.audit.patterns import pattern
from bongsu.audit.seasons import CITIES, offset_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage

FIXED_MIN = {
    "Seoul": 540, "서울": 540, "Busan": 540, "부산": 540, "Tokyo": 540, "도쿄": 540, "동경": 540, "Osaka": 540, "오사카": 540,
    "Beijing": 480, "베이징": 480, "북경": 480, "Shanghai": 480, "상하이": 480, "Taipei": 480, "타이베이": 480, "Hong Kong": 480, "홍콩": 480,
    "Singapore": 480, "싱가포르": 480, "Manila": 480, "마닐라": 480, "Kuala Lumpur": 480, "쿠알라룸푸르": 480, "Perth": 480,
    "Bangkok": 420, "방콕": 420, "Jakarta": 420, "자카르타": 420, "Hanoi": 420, "하노이": 420, "호찌민": 420, "Saigon": 420,
    "Dhaka": 360, "Delhi": 330, "델리": 330, "Mumbai": 330, "뭄바이": 330, "Bangalore": 330, "벵갈루루": 330, "Chennai": 330, "Hyderabad": 330, "Pune": 330, "Colombo": 330,
    "Karachi": 300, "Tashkent": 300, "Dubai": 240, "두바이": 240, "Moscow": 180, "모스크바": 180, "Istanbul": 180, "이스탄불": 180, "Riyadh": 180, "Doha": 180, "Nairobi": 180, "나이로비": 180,
    "Johannesburg": 120, "Cape Town": 120, "Lagos": 60, "Accra": 0, "Reykjavik": 0, "Sao Paulo": -180, "São Paulo": -180, "상파울루": -180, "Buenos Aires": -180, "Montevideo": -180,
    "Lima": -300, "리마": -300, "Bogota": -300, "Bogotá": -300, "Quito": -300, "Phoenix": -420, "피닉스": -420, "Honolulu": -600, "호놀룰루": -600, "Brisbane": 600,
}  # fmt: skip
"""Places with one time all year, in minutes east of Greenwich."""
SAME_AS = {
    "런던": "London", "더블린": "Dublin", "리스본": "Lisbon", "베를린": "Berlin", "파리": "Paris", "프라하": "Prague", "마드리드": "Madrid", "로마": "Rome", "바르샤바": "Warsaw",
    "암스테르담": "Amsterdam", "스톡홀름": "Stockholm", "빈": "Vienna", "취리히": "Zurich", "뉴욕": "New York", "시카고": "Chicago", "시애틀": "Los Angeles", "Seattle": "Los Angeles",
    "Madeira": "Lisbon", "Funchal": "Lisbon", "Nicosia": "Athens", "Frankfurt": "Berlin", "프랑크푸르트": "Berlin", "Munich": "Berlin", "Hamburg": "Berlin", "Milan": "Rome", "Lyon": "Paris", "Porto": "Lisbon", "Krakow": "Warsaw", "Barcelona": "Madrid",
    "Edinburgh": "London", "Manchester": "London", "Leeds": "London", "Boston": "New York", "보스턴": "New York", "Toronto": "New York", "토론토": "New York", "Montreal": "New York", "Atlanta": "New York", "Miami": "New York",
    "Dallas": "Chicago", "Houston": "Chicago", "Austin": "Chicago", "San Francisco": "Los Angeles", "Vancouver": "Los Angeles", "로스앤젤레스": "Los Angeles",
}  # fmt: skip
"""Places that keep another's time, and other words for one."""
_ABOVE = r"KST|JST|UTC|GMT|CEST|CET|EEST|EET|WEST|WET|MSK|SGT|HKT|PHT|ICT|WIB|IST|PKT|GST|EAT|CAT|WAT|SAST|BST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|AKST|AKDT|HST|AST|ADT|NST|NDT|BRT|ART|CLT|CLST|PET|COT|AEST|AEDT|ACST|ACDT|AWST|NZST|NZDT"
ZONE = re.compile(rf"(?<![A-Za-z]){_ABOVE}(?![A-Za-z])")
_KNOWN = "|".join(sorted({*FIXED_MIN, *SAME_AS, *CITIES.split("|")}, key=len, reverse=True))
NAME = rf"(?:{_ABOVE}|{_KNOWN}|[A-Z][a-zé]{{2,12}}(?: [A-Z][a-z]{{2,10}})?)"
BEFORE = re.compile(
    rf"(?<![A-Za-z가-힣])(?P<name>{NAME})(?: (?:time|clock|시간|시각))?(?:은|는|에서는|에선|에서|으?로는?| 기준)?[:,]? ?(?:it is |it was |that is |at )?$"
)
BEHIND = re.compile(rf" ?\(?(?:in |at |for )?(?:the )?(?P<name>{NAME})(?! ?\d)(?![A-Za-z가-힣])")
NO_PLACE = re.compile(
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*|The|This|That|Then|From|Start|Started|End|Ended|Until|About|Step|Day|Night|Today|Yesterday|Tomorrow|After|Before|And|But|For|Slack|Telegram|Note|Local|Window|Also|Only|Not|First|Last|Next"
)
TIED = re.compile(
    rf"[*_`]{{0,2}}\s?(?:{NAME})?\s?(?:[\[(]\s?=?|=|/|\b(?:is|was|equals|means|that is|which is|i\.?e\.?)\b|→)\s?(?:(?:in |at )?{NAME}(?: time| 시각| 시간)?(?:은|는)?[:,]? ?)?(?:it is |it was )?"
    r"|,? (?:(?:that|which) (?:is|was) )?"
)
"""What stands between two times of which the second tells the first again."""
THERE = pattern(rf"(?:\bin (?P<a>{NAME}),? (?:it|that|this) (?:is|was)(?: then)? $|\b[Ii]t (?:is|was)(?: then)? $)")
"""Before a time that the sentence tells of a place, after the entry's own."""
TO = re.compile(r"\s?(?:-|–|—|~|to|until)\s?")
KEYED = re.compile(rf"(?:[a-z]+[_ ])?(?P<name>{_ABOVE}|현지|local)(?:[_ ](?:time|clock|시각|시간))?", re.IGNORECASE)
CHANGED = pattern(
    r"summer ?time|daylight|winter ?time|\bDST\b|\bclocks? (?:went|go|change|are put|were put)|서머 ?타임|일광 ?절약",
    re.IGNORECASE,
)
"""What says that a zone's time changed in the log."""
KNOWN = re.compile(rf"(?<![A-Za-z])(?:{_KNOWN}|{_ABOVE})(?![A-Za-z])")
HOME = pattern(
    rf"(?:\b(?:hours?|clocks?|times?|watch)\b[^.;|]{{0,40}}?\b(?:of|in|is|are|by|from)\b[^.;|]{{0,16}}?(?<![A-Za-z])(?P<a>{_KNOWN})(?![A-Za-z]))|(?<![A-Za-z])(?P<b>{_KNOWN})(?: (?:local )?(?:time|clock|시각|시간)| 기준)",
    re.IGNORECASE,
)
"""What says in a log's head by the clock of which place its times are."""
LEAD_MOST, DAY_MIN, QUARTER_MIN, HEAD_LINES, VALUE_MOST = 12, 1440, 15, 15, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two times that are told as one."""

    shown_min: float
    """Minutes after midnight on the clock that it was read from."""
    label: str
    """Whose clock: a zone's offset, a place, or nothing for the log's own."""
    text: str
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two times that are told as one instant."""

    first: Side
    second: Side

    @property
    def east_min(self) -> float:
        """Return how far the second clock is before the first, within half a day."""
        apart = (self.second.shown_min - self.first.shown_min) % DAY_MIN
        return apart - DAY_MIN if apart > 14 * 60 else apart


def place_min(name: str, day: date | None) -> int | None:
    """Return the minutes east of Greenwich of a place on a day; None for a place that we do not know."""
    if name in FIXED_MIN:
        return FIXED_MIN[name]
    name = SAME_AS.get(name, name)
    return offset_on(name, day) if name in CITIES.split("|") else None


def pairs(log: Log) -> Iterator[Pair]:
    """Yield the times of a log that are told again by another clock."""
    for passage in passages(log):
        if passage.text.lstrip().startswith(("{", '"')) or any(
            withdrawn(log, number) for _, number, _ in passage.parts
        ):
            continue
        for one, other in pairwise(passage.moments):
            gap = passage.text[one.end - 1 : other.column - 1]
            if TIED.fullmatch(gap) and not _spanned(passage, one):
                yield from _made(log, passage, one, other)
        yield from _there(log, passage)
    yield from _members(log)


def _spanned(passage: Passage, one: Moment) -> bool:
    """Return whether a time is the end of a span, whose start and end are told again behind it."""
    return any(TO.fullmatch(passage.text[each.end - 1 : one.column - 1]) for each in passage.moments if each is not one)


def _there(log: Log, passage: Passage) -> Iterator[Pair]:
    """Yield an entry's own time, and what its words say that it is in a place."""
    own = passage.moments[0] if passage.moments else None
    if own is None or own.column > LEAD_MOST:
        return
    for start, text in sentences(passage):
        for other in passage.moments[1:]:
            if start < other.column <= start + len(text):
                before = THERE.search(text[: other.column - 1 - start])
                place = KNOWN.search(other.text) or BEHIND.match(text[other.end - 1 - start :])
                if before and (before["a"] or place):
                    yield from _made(log, passage, own, other)


def _made(log: Log, passage: Passage, one: Moment, other: Moment) -> Iterator[Pair]:
    bare = passage.text[one.end - 1 : other.column - 1].strip() in ("", ",")
    first, second = (_side(passage.text, each, passage.moment_spot(each)) for each in (one, other))
    if not bare or (first.label and second.label):
        yield from _pair(log, (first, one), (second, other))


def _pair(log: Log, one: tuple[Side, Moment], other: tuple[Side, Moment]) -> Iterator[Pair]:
    (first, a), (second, b) = one, other
    grain = max(a.to_s, b.to_s) / 60
    apart = first.shown_min // grain - second.shown_min // grain if grain >= 1 else first.shown_min - second.shown_min
    if first.label != second.label and apart % QUARTER_MIN == 0 and grain <= 1 and (first.label or second.label):
        yield Pair(first=_homed(log, first), second=_homed(log, second))


def _homed(log: Log, side: Side) -> Side:
    return side if side.label else replace(side, label=home(log))


@lru_cache(maxsize=64)
def home(log: Log) -> str:
    """Return the place of which a log's head says that its times are; nothing if it says so of none, or of two."""
    if log.zone_told:
        return ""
    named = {found[found.lastgroup or 0] for _, line in log.numbered(1, HEAD_LINES) for found in HOME.finditer(line)}
    if len(named) == 1:
        return named.pop()
    return "KST" if not named and not ZONE.search("\n".join(log.text.lines)) and korean(log) else ""


def _side(text: str, one: Moment, spot: Spot) -> Side:
    return Side(shown_min=_shown_min(one), label=_label(text, one), text=one.text, spot=spot)


def _shown_min(one: Moment) -> float:
    return (one.at.hour * 60 + one.at.minute + one.at.second / 60 + (one.zone_min or 0)) % DAY_MIN


def _label(text: str, one: Moment) -> str:
    within = KNOWN.search(one.text)
    if within:
        return within[0]
    behind = BEHIND.match(text[one.end - 1 :])
    before = BEFORE.search(text[: one.column - 1])
    for found in (behind, before):
        if found and not NO_PLACE.fullmatch(found["name"].split()[0]):
            return found["name"]
    return f"{one.zone_min:+d}" if one.own_zone and one.zone_min is not None else ""


def _members(log: Log) -> Iterator[Pair]:
    """Yield the members of JSON objects that are named by two zones, or of which one names a place."""
    for group in groups(log):
        found = []
        for item in group.items if group.kind == "object" else ():
            moments = group.moments(item)
            if len(moments) == 1 and len(item.value) <= VALUE_MOST:
                named = KEYED.fullmatch(item.label)
                side = _side(log.line(item.spot.line), moments[0], item.spot)
                label = side.label or (named["name"].upper() if named else "")
                if named or side.label:
                    found.append((replace(side, label=label), moments[0]))
        for one, other in combinations(found, 2):
            if len(found) == len({each[0].label for each in found}):
                yield from _pair(log, one, other)
