"""Times as people write them: ISO 8601, with a zone's short name, without a date, in Korean, and spans of two."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from bongsu.audit.patterns import pattern
from bongsu.audit.seasons import CITIES, SEASONAL, offset_on

ZONES_MIN = {
    "KST": 540,
    "JST": 540,
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "CET": 60,
    "CEST": 120,
    "SGT": 480,
    "HKT": 480,
    "IST": 330,
    "EST": -300,
    "EDT": -240,
    "PST": -480,
    "PDT": -420,
    "BST": 60,
    "CDT": -300,
    "MDT": -360,
    "MST": -420,
    "WET": 0,
    "EET": 120,
    "EEST": 180,
    "MSK": 180,
    "SAST": 120,
    "EAT": 180,
    "PKT": 300,
    "WIB": 420,
    "PHT": 480,
    "AEST": 600,
    "AEDT": 660,
    "NZST": 720,
    "NZDT": 780,
    "BRT": -180,
    "Seoul": 540,
    "서울": 540,
    "Asia/Seoul": 540,
    "Asia/Tokyo": 540,
    "Tokyo": 540,
    "Singapore": 480,
}
"""Names that mean one offset in every log that we know of, in minutes east of Greenwich."""
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_SHORT = (
    "KST|UTC|JST|GMT|CEST|CET|SGT|HKT|IST|EST|EDT|PST|PDT|BST|CDT|MDT|MST|WET|EEST|EET|MSK|SAST|EAT|PKT|WIB|PHT|AEST|AEDT"
    "|NZST|NZDT|BRT"
)
_PLACE = "Asia/Seoul|Asia/Tokyo|Seoul|Tokyo|Singapore|서울"
_DATE = r"(?P<y>20\d\d)(?:-|/|\. ?|년 ?)(?P<mo>\d{1,2})(?:-|/|\. ?|월 ?)(?P<d>\d{1,2})일?"
_CLOCK = (
    r"(?P<h>\d{1,2})(?::(?=\d\d)|시 ?)(?P<m>\d{2}|(?<=[시 ])\d(?=분))(?:분 ?)?"
    r"(?:(?::(?=\d\d)|(?<=[분 ])(?=\d\d?초)|(?=\d\d))(?P<s>\d{1,2})초?(?P<f>[.,]\d+)?)?"
)
_OFFSET = (
    r"(?P<zone>Z\b|(?<=[\d초분])\+(?:0\d|1[0-4]):?(?:00|30|45)\b|(?<=:\d\d:\d\d)-(?:0\d|1[0-2]):?(?:00|30|45)\b(?!:\d)"
    rf"|(?<=[\d초분시Mm])\s?(?:{_SHORT})(?![A-Za-z0-9_])(?![+-]\d)|(?<=[\d초분시Mm])\s?\((?:{_SHORT})(?![A-Za-z0-9_])(?![+-]\d|(?:으?로는?)?:? ?\d)"
    rf"|(?<=[\d초분시Mm])\s?\(?(?:UTC|GMT)[+-]\d{{1,2}}(?::\d\d)?\b"
    rf"|(?<=[\d초분시Mm])\s(?:in )?(?:{_PLACE})\b(?: time)?|(?<=[\d초분시Mm])\s(?:in )?(?:{SEASONAL}))"
)
_HALF = r"(?:(?P<half>오전|오후) ?)?"
_AFTER = r"(?:\s?(?P<ampm>[AaPp][Mm])\b)?"
DATED = pattern(
    rf"(?<![\d.]){_DATE}(?: ?\([월화수목금토일](?:요일)?\))?(?:T|,? +(?:at )?|_){_HALF}{_CLOCK}{_AFTER}{_OFFSET}?(?!\d|:\d)"
)
ONLY_CLOCK = pattern(rf"(?<![\d:./+])(?<!T-)(?<![A-Za-z]){_HALF}{_CLOCK}{_AFTER}{_OFFSET}?(?!\d|:\d|%|\.\d)")
ONLY_HOUR = pattern(
    rf"(?<![\d:./+-])(?<![A-Za-z]){_HALF}(?P<h>\d{{1,2}})(?:(?P<hour>시)(?:(?=[\s,.()~\-–—→]|$)(?! ?\d)|(?=에|엔|부터|까지|로|이후|이전|정각|의|은|는|를|쯤|경|입니다|이다|였|이었|임\b))"
    rf"|\s?(?P<ampm>[AaPp][Mm])\b){_OFFSET}?(?!:?\d)"
)
"""An hour alone: `8 PM`, `오후 8시`."""
PRINTED = pattern(
    rf"\b(?P<mon>{_MONTHS}) {{1,2}}(?P<day>\d{{1,2}}) (?P<h>\d{{2}}):(?P<m>\d{{2}}):(?P<s>\d{{2}})(?: (?P<zone>{_SHORT}))? (?P<y>20\d\d)\b(?: (?P<zone2>{_SHORT})\b)?"
)
"""As `date` and openssl print it: `Jun  1 02:00:00 2026 GMT`."""
CLOCKS = (PRINTED, DATED, ONLY_CLOCK, ONLY_HOUR)
HAS_CLOCK = re.compile(r":|시|\d ?[AaPp][Mm]\b")
"""What each line with a time has."""
ONLY_DATE = pattern(rf"(?<![\d.]){_DATE}(?![\d])")
_SPELLED = (
    rf"(?:\b(?P<mon>{_MONTHS})[a-z]*\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|\b(?P<day2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<mon2>{_MONTHS})[a-z]*\.?)"
)
DAY_WORD = (
    r"(?:,? ?(?:전날|전일|다음 ?날|이튿날|익일|당일|같은 날|\d{1,2}/\d{1,2}(?: ?\(\w{1,3}\))?|\d{1,2}월 ?\d{1,2}일(?: ?\([월화수목금토일]\))?"
    r"|(?:on |of )?(?:the )?(?:day before|day after|(?:next|previous|same) (?:day|evening|morning)|evening before)),?(?: at)?)"
)
"""What may stand before a time that is another day's."""
ZONE_BEFORE = re.compile(
    rf"(?:(?P<zone>\b(?:{_SHORT}|{_PLACE}|{CITIES}))|(?P<korea>한국 ?(?:표준)?(?:시간?|시각)|\bKorean? time))"
    rf"(?: ?으?로)?는?(?: 기준)?(?: time)?(?: was| is)?[:,=]?{DAY_WORD}? ?\(?$"
)
KEY_BEFORE = pattern(r"(?:\b|_)(kst|utc|jst|gmt)[\"'`]?\s*[:=]\s*[\"'`]?$", re.IGNORECASE)
DAY_BEFORE = re.compile(
    rf"(?:(?P<mo>\d{{1,2}})월 ?(?P<d>\d{{1,2}})일(?: ?\(?[월화수목금토일](?:요일)?\)?)?"
    rf"|{_SPELLED}(?:,? (?P<yr>20\d\d))?),? ?(?:at )?$"
)
SPELLED_DATE = re.compile(rf"{_SPELLED},? (?P<yr>20\d\d)\b")
DECLARED = re.compile(
    rf"\b(?P<zone>{_SHORT})(?![A-Za-z0-9_])(?![+-]\d)|\b(?P<place>Asia/Seoul|Asia/Tokyo|(?:Seoul|Tokyo|Singapore)(?= (?:local )?time))|(?P<korea>한국 ?(?:표준)?시(?:간|각)?|서울 ?시간|Korean? (?:standard )?time)"
    r"|\b(?P<season>(?:Eastern|Central|Mountain|Pacific) (?:Standard|Daylight) Time)\b"
    r"|\b(?:UTC|GMT) ?(?P<off>[+-]\d{1,2}(?::?[0-5]\d)?)(?![\d:])"
)
HEADED = re.compile(rf"\b(?P<zone>{_SHORT})\b(?![+-]\d)|(?P<korea>\bSEOUL\b|한국|서울)")
CLOCKED = re.compile(
    rf"(?:\b(?:clocks?|times?|time ?stamps?|hours)\b|시각|시간|시계)(?:은|는|이)?(?:,? (?:are|is|in|shown|given|all|below|here|전부|모두|기준))*[ :]*(?:\b(?P<zone>{_SHORT})\b(?![+-]\d)|(?P<korea>한국|서울))",
    re.IGNORECASE,
)
"""What says outright in which zone the log's times are: `Shell clock is UTC`."""
DECLARES = pattern(
    r"\btimes?\b|\blocal\b|\bshows?\b|\bstamps?\b|\bhours?\b|(?<![^\W_])clocks?\b|(?<![^\W_])(?:time_?)?zone\b|시각|시간|표준시|일자|날짜|\bdate\b|20\d\d",
    re.IGNORECASE,
)
CONNECTED = re.compile(r"\s*(?:-|–|—|~|〜|→|->|to|until|till|through|and|부터|에서|,)\s*", re.IGNORECASE)
SPAN = re.compile(r"(?<![\d:])(\d{1,2}:\d{2}(?::\d{2})?) ?(?:KST|UTC)? ?(?:-|–|—|~|to|→) ?(\d{1,2}:\d{2}(?::\d{2})?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time in a log. `at` is UTC when the zone is known, else as if it were."""

    at: datetime
    column: int
    end: int
    text: str
    dated: bool
    """Whether its date is known, from its own words or from those around it."""
    zone_min: int | None
    """Minutes east of Greenwich; None when neither it nor the log says."""
    to_s: int
    """How exact it is written, in seconds."""
    own_date: bool = False
    own_zone: bool = False

    def fits(self, other: Moment) -> bool:
        """Return whether the two can be compared at all."""
        return self.dated == other.dated and (self.zone_min is None) == (other.zone_min is None)


@dataclass(frozen=True, slots=True)
class Around:
    """What the log says of times that do not say it themselves."""

    day: date | None = None
    zone_min: int | None = None


def offset_min(text: str | None, day: date | None = None) -> int | None:
    """Return the minutes east of Greenwich that a zone's words mean, on a day where that makes a difference."""
    if not text:
        return None
    text = text.strip(" (").removeprefix("in ").removesuffix(" time")
    if text in ZONES_MIN:
        return ZONES_MIN[text]
    if re.fullmatch(SEASONAL, text):
        return offset_on(text, day)
    if text[:3] in ("UTC", "GMT"):
        text = text[3:]
        text = text if len(text) > 3 else f"{text[0]}{text[1:]:0>2}00"
    digits = text[1:].replace(":", "")
    return (-1 if text[0] == "-" else 1) * (int(digits[:2]) * 60 + int(digits[2:]))


def days(line: str) -> list[date]:
    """Return the real dates that a line names."""
    found = []
    for match in ONLY_DATE.finditer(line):
        try:
            found.append(date(int(match["y"]), int(match["mo"]), int(match["d"])))
        except ValueError:
            continue
    for match in SPELLED_DATE.finditer(line):
        try:
            month = _month(match["mon"] or match["mon2"])
            found.append(date(int(match["yr"]), month, int(match["day"] or match["day2"])))
        except ValueError:
            continue
    return found


def _month(name: str) -> int:
    return _MONTHS.split("|").index(name[:3].title()) + 1


@lru_cache(maxsize=20_000)
def zones(line: str) -> tuple[int, ...]:
    """Return the offsets that a line's times name."""
    named = [offset_min(match["zone"]) for regex in CLOCKS for match in regex.finditer(line)]
    named += [ZONES_MIN[word] for word in re.findall(r"\b(KST|UTC)(?![A-Za-z0-9_])(?![+-]\d)", line)]
    return tuple(zone for zone in named if zone is not None)


def headed(head: str) -> int | None:
    """Return the one zone that the head of a column names."""
    named = {540 if match["korea"] else ZONES_MIN[match["zone"]] for match in HEADED.finditer(head.upper())}
    return named.pop() if len(named) == 1 else None


def outright(line: str) -> list[int]:
    """Return the offsets in which a line says outright that all times are."""
    return [540 if match["korea"] else ZONES_MIN[match["zone"].upper()] for match in CLOCKED.finditer(line)]


def declared(line: str) -> list[int]:
    """Return the offsets in which a line says that times are, apart from those that it gives with a clock."""
    if not DECLARES.search(line):
        return []
    for regex in CLOCKS:
        line = regex.sub(" ", line)
    return [_told(match) for match in DECLARED.finditer(line)]


def _told(match: re.Match[str]) -> int:
    if match["korea"]:
        return 540
    if match["season"]:
        return offset_on(match["season"], None) or 0
    if match["off"]:
        return offset_min("UTC" + match["off"]) or 0
    return ZONES_MIN[match["zone"] or match["place"]]


def moments(line: str, around: Around) -> tuple[Moment, ...]:
    """Return every time that a line names, in their order; what cannot be a time is left out."""
    found, taken = [], [False] * (len(line) + 1)
    for regex in CLOCKS:
        for match in regex.finditer(line):
            if any(taken[match.start() : match.end()]):
                continue
            made = _moment(match, around)
            if made is not None:
                found.append(made)
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
    return tuple(_joined(sorted(found, key=lambda moment: moment.column), line))


HALVED = re.compile(r"(?P<late>오후|[Pp][Mm]\b)|오전|[Aa][Mm]\b")
NOON_H = 12


def _halved(found: list[Moment], line: str) -> None:
    """Give the two ends of a span the half of the day that one of them names: `2:00 to 3:30 PM`, `오후 8:12~8:15`."""
    for place, (one, other) in enumerate(pairwise(found)):
        first, second = HALVED.search(one.text), HALVED.search(other.text)
        named = first or second
        if (
            named is None
            or (first and second)
            or not named["late"]
            or not CONNECTED.fullmatch(line[one.end - 1 : other.column - 1])
        ):
            continue
        bare = one if second else other
        hour = (bare.at + timedelta(minutes=bare.zone_min or 0)).hour
        if bare.own_date or hour >= NOON_H:
            continue
        later = replace(bare, at=bare.at + timedelta(hours=NOON_H))
        if second and later.at < other.at:
            found[place] = later
        elif first and later.at > one.at:
            found[place + 1] = later


def _joined(found: list[Moment], line: str) -> list[Moment]:
    """Return the moments, the two ends of a span in one zone, and what follows a date on that date."""
    _halved(found, line)
    for place in range(len(found) - 1):
        between = CONNECTED.fullmatch(line[found[place].end - 1 : found[place + 1].column - 1])
        if between and found[place + 1].own_zone and not found[place].own_zone:
            found[place] = _in_zone(found[place], found[place + 1])
    for place in range(len(found) - 1):
        one = found[place]
        between = CONNECTED.fullmatch(line[one.end - 1 : found[place + 1].column - 1])
        if between and one.own_zone and not found[place + 1].own_zone and "," not in between[0]:
            found[place + 1] = _in_zone(found[place + 1], one)
        other = found[place + 1]
        if one.own_date and not other.own_date and one.zone_min == other.zone_min:
            east = timedelta(minutes=one.zone_min or 0)
            at = datetime.combine((one.at + east).date(), (other.at + east).time(), UTC) - east
            at += timedelta(days=bool(between and at < one.at))
            found[place + 1] = replace(other, at=at, dated=True, own_date=True)
    return found


def _in_zone(one: Moment, of: Moment) -> Moment:
    return in_zone(one, of.zone_min or 0)


def in_zone(one: Moment, zone_min: int) -> Moment:
    """Return the time that shows the same digits in another zone."""
    moved = timedelta(minutes=(one.zone_min or 0) - zone_min)
    return replace(one, at=one.at + moved, zone_min=zone_min, own_zone=True)


def homed_in(one: Moment, zone_min: int) -> Moment:
    """Return a time of which nobody says the zone as one of a zone; any other as it is."""
    return one if one.zone_min is not None else replace(in_zone(one, zone_min), own_zone=False)


def _moment(match: re.Match[str], around: Around) -> Moment | None:
    parts = match.groupdict()
    day = around.day
    clock = _clock(parts)
    if clock is None:
        return None
    before = match.string[max(0, match.start() - 40) : match.start()]
    named = None if parts.get("y") else DAY_BEFORE.search(before)
    try:
        if parts.get("y"):
            month = _month(parts["mon"]) if parts.get("mon") else int(parts["mo"])
            day = date(int(parts["y"]), month, int(parts.get("day") or parts["d"]))
        elif named and (day or named["yr"]):
            day = _in_year(named, day)
        own = offset_min(parts["zone"] or parts.get("zone2"), day)
        if own is None:
            own = _zone_before(before[: named.start()] if named else before, day)
        zone = around.zone_min if own is None else own
        fraction = timedelta(seconds=float("0." + parts["f"][1:])) if parts.get("f") else timedelta()
        made = datetime.combine(day or date(2000, 1, 2), datetime.min.time(), UTC)
        made += clock + fraction - timedelta(minutes=zone or 0)
    except ValueError:
        return None
    return Moment(
        at=made,
        column=match.start() + 1,
        end=match.end() + 1,
        text=match[0].strip(),
        dated=day is not None,
        zone_min=zone,
        to_s=1 if parts.get("s") else 60 if parts.get("m") else 3600,
        own_date=bool(parts.get("y") or (named and (around.day or named["yr"]))),
        own_zone=own is not None,
    )


def _clock(parts: dict[str, str | None]) -> timedelta | None:
    """Return how long after midnight a clock is; 24:00 is the midnight at which a day ends, 24:01 is no time."""
    hour, minute, second = (int(parts.get(name) or 0) for name in "hms")
    half = parts.get("half") or (parts.get("ampm") or "").lower()
    if half in ("오후", "pm") and hour < 12:
        hour += 12
    elif half in ("오전", "am") and hour == 12:
        hour = 0
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _zone_before(before: str, day: date | None) -> int | None:
    key = KEY_BEFORE.search(before)
    if key is not None and not re.search(r"[\d초분]\s?\(?$", before[: key.start()]):
        return ZONES_MIN[key[1].upper()]
    found = ZONE_BEFORE.search(before)
    # `10:00 KST 10:05`: the zone is the earlier time's.
    if found is None or re.search(r"[\d초분]\s?\(?$", before[: found.start()]):
        return None
    return 540 if found["korea"] else offset_min(found["zone"], day)


def _in_year(named: re.Match[str], near: date | None) -> date:
    """Return the date of a month and day, in its own year or the one that is nearest to another date."""
    month = int(named["mo"]) if named["mo"] else _month(named["mon"] or named["mon2"])
    if named["yr"] or near is None:
        return date(int(named["yr"]), month, int(named["day"] or named["day2"]))
    years = [
        date(year, month, int(named["d"] or named["day"] or named["day2"]))
        for year in (near.year - 1, near.year, near.year + 1)
    ]
    return min(years, key=lambda day: abs((day - near).days))
