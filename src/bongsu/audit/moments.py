"""Times as people write them: ISO 8601, with a zone's short name, without a date, in Korean, and spans of two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

ZONES_MIN = {"KST": 540, "JST": 540, "UTC": 0, "GMT": 0, "Z": 0, "CET": 60, "CEST": 120, "SGT": 480, "IST": 330}
"""Short names that mean one offset in every log that we know of, in minutes east of Greenwich."""
_DATE = r"(?P<y>20\d\d)(?:-|/|\.|년 ?)(?P<mo>\d{1,2})(?:-|/|\.|월 ?)(?P<d>\d{1,2})일?"
_CLOCK = r"(?P<h>\d{1,2})(?::|시 ?)(?P<m>\d{2})(?:분 ?)?(?:(?::)?(?P<s>\d{2})초?(?P<f>[.,]\d+)?)?"
_OFFSET = (
    r"(?P<zone>Z\b|(?<=[\d초분])\+(?:0\d|1[0-4]):?(?:00|30|45)\b|(?<=:\d\d:\d\d)-(?:0\d|1[0-2]):?(?:00|30|45)\b(?!:\d)"
    r"|(?<=[\d초분])\s?\(?(?:KST|UTC|JST|GMT|CEST|CET|SGT|IST)\b)"
)
_HALF = r"(?:(?P<half>오전|오후) ?)?"
_AFTER = r"(?:\s?(?P<ampm>[AaPp][Mm])\b)?"
DATED = re.compile(rf"(?<![\d.]){_DATE}(?:T|,? +(?:at )?|_){_HALF}{_CLOCK}{_AFTER}{_OFFSET}?(?!\d|:\d)")
ONLY_CLOCK = re.compile(rf"(?<![\d:./+])(?<!T-)(?<![A-Za-z]){_HALF}{_CLOCK}{_AFTER}{_OFFSET}?(?!\d|:\d|%|\.\d)")
ONLY_DATE = re.compile(rf"(?<![\d.]){_DATE}(?![\d])")
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


def offset_min(text: str | None) -> int | None:
    """Return the minutes east of Greenwich that a zone's words mean."""
    if not text:
        return None
    text = text.strip(" (")
    if text in ZONES_MIN:
        return ZONES_MIN[text]
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
    return found


def zones(line: str) -> list[int]:
    """Return the offsets that a line's times name."""
    named = [offset_min(match["zone"]) for regex in (DATED, ONLY_CLOCK) for match in regex.finditer(line)]
    named += [ZONES_MIN[word] for word in re.findall(r"\b(KST|UTC)\b", line)]
    return [zone for zone in named if zone is not None]


def moments(line: str, around: Around) -> tuple[Moment, ...]:
    """Return every time that a line names, in their order; what cannot be a time is left out."""
    found, taken = [], [False] * (len(line) + 1)
    for regex in (DATED, ONLY_CLOCK):
        for match in regex.finditer(line):
            if any(taken[match.start() : match.end()]):
                continue
            made = _moment(match, around)
            if made is not None:
                found.append(made)
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
    return tuple(sorted(found, key=lambda moment: moment.column))


def _moment(match: re.Match[str], around: Around) -> Moment | None:
    parts = match.groupdict()
    day = around.day
    hour, minute, second = int(parts["h"]), int(parts["m"]), int(parts["s"] or 0)
    half = parts["half"] or (parts["ampm"] or "").lower()
    if half in ("오후", "pm") and hour < 12:
        hour += 12
    elif half in ("오전", "am") and hour == 12:
        hour = 0
    own = offset_min(parts["zone"])
    zone = around.zone_min if own is None else own
    try:
        if parts.get("y"):
            day = date(int(parts["y"]), int(parts["mo"]), int(parts["d"]))
        fraction = timedelta(seconds=float("0." + parts["f"][1:])) if parts["f"] else timedelta()
        made = datetime.combine(day or date(2000, 1, 2), datetime.min.time(), UTC)
        made = made.replace(hour=hour, minute=minute, second=second) + fraction - timedelta(minutes=zone or 0)
    except ValueError:
        return None
    return Moment(
        at=made,
        column=match.start() + 1,
        end=match.end() + 1,
        text=match[0].strip(),
        dated=day is not None,
        zone_min=zone,
        to_s=1 if parts["s"] else 60,
        own_date=bool(parts.get("y")),
        own_zone=own is not None,
    )
