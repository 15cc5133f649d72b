"""A time that is told again in another zone, in whatever words, is the same instant there.

Source: arithmetic; zones are whole hours or half hours apart, so that a wrong conversion keeps minute and second.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.homes import ASIDE, UNKNOWN, homed, meant_otherwise
from bongsu.audit.items import groups
from bongsu.audit.moments import CONNECTED
from bongsu.audit.passages import passages
from bongsu.audit.rules import zone_slip, zones
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
_ZONE = r"kst|utc|gmt|jst|cet|cest|sgt|hkt|ist|est|edt|pst|pdt|bst|seoul|tokyo|korean?|singapore|local|standard|central european"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?|20\d\d|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*|mon\w*|tues?\w*|wed\w*|thur?s?\w*|fri\w*|sat\w*|sun\w*|next|previous|same|following|day|before|after|evening|morning|night"
TOLD_AGAIN = re.compile(
    rf"(?:\s|[()\[\]=/,:;~≈.]|(?:which|that|this|it|is|are|was|in|ie|i\.e|or|so|meaning|means|equals?|equal to|makes|made|other|words|the|of|on|at|as|time|times|clock|for us|here|there|our|your|their|my|by|to be precise|corresponds? to|{_ZONE}|{_DAY})\b"
    r"|즉|곧|은|는|이고|으?로는?|로|기준|한국|현지|시각|시간|표준시?|서울|협정|세계시?|전날|다음 ?날|익일|당일|같은 날|년|월|일|요일|환산|하면|그러니까|\d{1,2})*",
    re.IGNORECASE,
)
"""What may stand between a time and the same time in another zone."""
SAYS_SO = re.compile(
    r"[(=/]|\b(?:is|are|was|i\.?e|or|so|meaning|means|equals?|makes|words|which|that)\b|즉|곧|로는|현지|기준|이고|환산|그러니까",
    re.IGNORECASE,
)
RENDERED = re.compile(
    r"\b(?:shows?|shown|showed|has it|had it|as|reads?|stamp(?:s|ed)?|console|log(?:s|ged)?|line|event ?time|cloudtrail|cloudwatch|saw it|puts? it|gives?|record(?:s|ed)?|that is|that's|no,)\b|찍힘|찍혀|적혀|되어|나온|원문|표시|기록|콘솔|로그|나옴|환산",
    re.IGNORECASE,
)
"""What says that somebody or something shows an instant in its own zone."""
DATE = re.compile(
    rf"\b(?:\d{{1,2}}/\d{{1,2}}|20\d\d-\d\d-\d\d|{_ZONE}|{_DAY})\b|\d{{1,2}}월 ?\d{{1,2}}일|\([월화수목금토일]\)",
    re.IGNORECASE,
)
OFF = re.compile(
    r"\bhours? (?:back|earlier|before|off|ahead|later|apart)\b|back-?dated|시간 ?(?:전|앞|뒤|차이)", re.IGNORECASE
)
"""What says that two times are some hours apart."""
OPENS = re.compile(r"\b(?:opens?|opening|starts?|starting|begins?|beginning|from)(?: at)?\s*$|시작\s*$", re.IGNORECASE)
CLOSES = re.compile(r"\b(?:closes?|closing|ends?|ending|until|till|to)(?: at)?\s*$|종료\s*$|끝\s*$", re.IGNORECASE)
AGAIN = re.compile(
    r"\b(?:that is|that's|this is|so (?:it|this|that)|in (?:our|your|their|local)|which is|means|puts?|in (?:words|korea|seoul|kst|utc)|converted|translates?|reads?)\b|→|=>|환산|즉|만료|한국 ?시간|현지",
    re.IGNORECASE,
)
ANOTHER = re.compile(r"[,;] ?(?!KST|UTC|GMT|Seoul|Korea|Eastern|Central|Mountain|Pacific)[A-Z][a-z]+\s*$")
"""A place that we know no zone of, before the second time."""
ZONED = stems(
    "kst utc gmt jst cet local time the jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun"
)
HOUR_S, DAY_S, HALF_S = 3600, 86_400, 1800
SLIP_MOST_S = 15 * HOUR_S
GAP_MOST, BELOW_MOST = 110, 3
Pair = tuple["Moment", "Moment", "Spot", "Spot", bool]
"""Two times, their places, and whether the words between them leave no doubt that they are meant to be one."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield times in another zone that are not the instant that they are told to be, where no simpler rule has found them."""
    for log in filter(written, logs):
        told_again = [one for one in (*_in_passages(log), *_below(log)) if not meant_otherwise(one[0], one[1])]
        found = [one for one in told_again if _apart_s(one[0], one[1]) >= _grant(one)]
        usual = Counter(signed for signed, _ in {(_signed(one[0], one[1]), one[3]) for one in found if not one[4]})
        agreed = len(found) < len(told_again)
        kept = [one for one in found if one[4] or agreed or usual[_signed(one[0], one[1])] == 1]
        if kept or any(group.kind == "object" for group in groups(log)):
            told = {hit.spot.line for rule in (zones, zone_slip) for hit in hits(rule, log)}
            for one, other, spot, second, _ in (*kept, *_members(log)):
                if second.line not in told:
                    told.add(second.line)
                    yield Hit(
                        spot=second,
                        also=(spot,),
                        why=f"{one.text} is {one.at:%H:%M:%S} UTC, and {other.text} is {other.at:%H:%M:%S} UTC",
                        instead="one time with its zone; the other follows from it",
                    )


def _grant(pair: Pair) -> float:
    return max(pair[0].to_s, pair[1].to_s, 1)


def _signed(one: Moment, other: Moment) -> float:
    return (other.at.replace(microsecond=0) - one.at.replace(microsecond=0)).total_seconds() % DAY_S


def _apart_s(one: Moment, other: Moment) -> float:
    apart = _signed(one, other)
    return min(apart, DAY_S - apart)


def _in_passages(log: Log) -> Iterator[Pair]:
    for passage in passages(log):
        if passage.text.lstrip().startswith(("|", "{", '"')) or any(
            withdrawn(log, number) for _, number, _ in passage.parts
        ):
            continue
        yield from _in_passage(log, passage, passage.moments)


def _in_passage(log: Log, passage: Passage, times: tuple[Moment, ...]) -> Iterator[Pair]:
    text = passage.text
    for place, (one, other) in enumerate(pairwise(times)):
        gap = text[one.end - 1 : other.column - 1]
        if not (one.own_zone or other.own_zone) or _connected(gap) or len(gap) > GAP_MOST or "|" in gap:
            continue
        if _listed(text, times, place):
            continue
        span = place > 0 and _connected(text[times[place - 1].end - 1 : one.column - 1])
        onward = place + 2 < len(times) and _connected(text[other.end - 1 : times[place + 2].column - 1])
        if span and (OPENS.search(gap) or (onward and TOLD_AGAIN.fullmatch(gap))):
            yield from _placed(log, passage, times[place - 1], other, sure=True)
        if span and onward and TOLD_AGAIN.fullmatch(gap):
            yield from _placed(log, passage, one, times[place + 2], sure=True)
        if span and place + 2 < len(times) and OPENS.search(gap) and not onward:
            behind = text[other.end - 1 : times[place + 2].column - 1]
            if CLOSES.search(behind) and len(behind) < GAP_MOST // 4:
                yield from _placed(log, passage, one, times[place + 2], sure=True)
        if (
            span
            or onward
            or ANOTHER.search(gap)
            or ASIDE.match(text[other.end - 1 :])
            or (not one.own_zone and UNKNOWN.match(gap))
            or (not other.own_zone and UNKNOWN.match(text[other.end - 1 :]))
        ):
            continue
        if TOLD_AGAIN.fullmatch(gap) and SAYS_SO.search(gap):
            yield from _placed(log, passage, one, other, sure=True)
        elif _slips(log, one, other, gap):
            yield from _placed(log, passage, one, other, sure=False)


def _listed(text: str, times: tuple[Moment, ...], place: int) -> bool:
    """Return whether a time stands in a row of three or more that are parted alike: the zone behind the last is of all."""
    near = times[max(0, place - 1) : place + 3]
    gaps = [text[one.end - 1 : other.column - 1].strip() for one, other in pairwise(near)]
    return any(one == other and one in ("/", ",", "·") for one, other in pairwise(gaps)) and not any(
        one.own_zone for one in near[:-1]
    )


def _connected(gap: str) -> bool:
    """Return whether what stands between two times makes them the two ends of a span, whatever date the second has."""
    return bool(CONNECTED.fullmatch(DATE.sub(" ", gap))) and "," not in gap


def _placed(log: Log, passage: Passage, one: Moment, other: Moment, *, sure: bool) -> Iterator[Pair]:
    first, second = homed(log, one, other)
    if not one.own_zone and ANOTHER.search(passage.text[: one.column - 1]):
        return
    if first.own_zone and second.own_zone and first.zone_min != second.zone_min:
        yield first, second, passage.moment_spot(one), passage.moment_spot(other), sure


def _slips(log: Log, one: Moment, other: Moment, gap: str) -> bool:
    """Return whether two times show the same minute and second, as hardly two do that are not one; in another zone's hour."""
    first, second = homed(log, one, other)
    if not (first.own_zone and second.own_zone) or first.zone_min == second.zone_min:
        return False
    exact = first.to_s == second.to_s == 1
    apart_s = _apart_s(first, second)
    every = HALF_S if ((first.zone_min or 0) - (second.zone_min or 0)) % 60 else HOUR_S
    same = apart_s % every == 0 if exact else first.at.minute % (every // 60) == second.at.minute % (every // 60)
    if first.to_s > 60 or second.to_s > 60 or not same or not every <= apart_s + 60 or apart_s > SLIP_MOST_S:
        return False
    minute, second_s = first.at.minute, first.at.second
    odd = (exact and (minute or second_s)) or minute % 5
    return bool(odd) or (bool(minute) and bool(RENDERED.search(gap)))


def _below(log: Log) -> Iterator[Pair]:
    """Yield a time to the second and, on one of the next lines, the same minute and second in another zone."""
    exact = [(n, one) for n, _ in log.numbered() for one in log.moments(n) if one.to_s == 1 and not withdrawn(log, n)]
    backed = _backed(exact)
    for (number, one), (place, other) in _near(exact):
        if place == number or not (one.own_zone or other.own_zone):
            continue
        first, second = homed(log, one, other)
        if not (first.own_zone and second.own_zone) or first.zone_min == second.zone_min:
            continue
        apart_s = _apart_s(first, second)
        if len(log.moments(number)) > 1 or len(log.moments(place)) > 1 or OFF.search(log.line(place)):
            continue
        if apart_s % HOUR_S or apart_s > SLIP_MOST_S or {(number, one.column), (place, other.column)} & backed:
            continue
        again = AGAIN.search(log.line(place)[: other.column - 1])
        odd = first.at.second not in (0, 59) or first.at.minute % 5
        if again or (odd and (_deeper(log, number, place) or stems(log.line(number)) & stems(log.line(place)) - ZONED)):
            yield first, second, log.moment_spot(number, one), log.moment_spot(place, other), False


def _backed(exact: list[tuple[int, Moment]]) -> set[tuple[int, int]]:
    """Return the places of the times that the log tells in another zone too, anywhere, within a second."""
    zoned = [(number, one) for number, one in exact if one.own_zone]
    at: dict[int, set[int | None]] = {}
    for _, one in zoned:
        at.setdefault(_second(one), set()).add(one.zone_min)
    return {
        (number, one.column)
        for number, one in zoned
        if any(at.get((_second(one) + by) % DAY_S, set()) - {one.zone_min} for by in (-1, 0, 1))
    }


def _second(one: Moment) -> int:
    return one.at.hour * HOUR_S + one.at.minute * 60 + one.at.second


def _near(exact: list[tuple[int, Moment]]) -> Iterator[tuple[tuple[int, Moment], tuple[int, Moment]]]:
    """Yield the pairs of times that stand at most so many lines from each other."""
    for place, first in enumerate(exact):
        for second in exact[place + 1 :]:
            if second[0] - first[0] > BELOW_MOST:
                break
            yield first, second


def _deeper(log: Log, number: int, place: int) -> bool:
    head, line = log.line(number), log.line(place)
    return len(line) - len(line.lstrip()) > len(head) - len(head.lstrip())


def _members(log: Log) -> Iterator[Pair]:
    """Yield members of one object that give one time under names that differ by their zone alone: `at_local`, `at_utc`."""
    for group in groups(log):
        found = [
            (item, moments[0])
            for item in group.items
            if group.kind == "object" and len(moments := group.moments(item)) == 1 and moments[0].own_zone
        ]
        for (item, one), (beside, other) in combinations(found, 2):
            named = NAMES.sub(" ", item.label).split(), NAMES.sub(" ", beside.label).split()
            if (
                named[0] == named[1]
                and one.zone_min != other.zone_min
                and _apart_s(one, other) >= max(one.to_s, other.to_s)
            ):
                yield one, other, item.spot, beside.spot, True


NAMES = re.compile(r"[_\W]|\b(?:local|utc|kst|gmt|jst|cet|seoul|korea|zulu|time|at)\b", re.IGNORECASE)
