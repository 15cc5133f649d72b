"""Lengths of time as people write them: `27 minutes 30 seconds`, `2m30s`, `half an hour`, `1시간 36분`; and the units in labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bongsu.audit.patterns import pattern
from bongsu.audit.words import EN_NUMBER, KO_NUMBER, NUMBER_WORDS

_N = rf"(?:\d[\d,]*(?:\.\d+)?|\b(?:{EN_NUMBER}|half an|an?)\b|(?:{KO_NUMBER}|반)(?= ?시간))"
_H = rf"(?P<h>{_N})[ -]?(?:hours?\b|hrs?\b|(?-i:h)(?![a-z])|시간)(?P<half> and a half| ?반)?"
_M = rf"(?P<m>{_N})(?P<mid> and a half)?[ -]?(?:minutes?\b|mins?\b|(?-i:m)(?![a-z²³]|\d(?![\d.]* ?s))|분(?!기|류|석|할|야|당|포))(?P<halfmin> and a half)?"
_S = rf"(?P<s>{_N})[ -]?(?:seconds?\b|secs?\b|(?-i:s)(?![a-z])|초(?!과|기|안))"
_AND = r"(?:,? ?(?:and )?)"
LENGTH = pattern(
    rf"(?<![\w.:,+$-])(?:(?P<quarter>(?:three )?quarters? of an hour)|(?:{_H}(?:{_AND}(?=\d|[a-z])){{0,1}})(?:{_M.replace('<m>', '<hm>').replace('<halfmin>', '<hhalf>').replace('<mid>', '<hmid>')})?"
    rf"(?:{_AND}{_S.replace('<s>', '<hs>')})?|{_M}(?:{_AND}{_S.replace('<s>', '<ms>')})?|{_S})",
    re.IGNORECASE,
)
_SINO = "[일이삼사오육칠팔구]"
SPELLED = pattern(
    rf"(?<![\w.:,+$-])(?:(?P<n>{_N}|{EN_NUMBER}) (?P<long>hours?|minutes?) and (?P<part>a quarter|three quarters?)"
    rf"|(?P<n2>\d{{1,3}}|{EN_NUMBER}|an?) and (?P<part2>a half|a quarter|three quarters?) (?P<long2>hour|minute)s?"
    rf"|(?:full |whole |good )?(?P<bare>hour) and a (?P<part3>half|quarter)"
    rf"|(?:(?P<ko>\d{{1,2}}|{KO_NUMBER}) ?시간 ?)?(?P<min>(?:{_SINO}십{_SINO}?|십{_SINO}|십(?= 분)|(?<=시간)(?:\s?){_SINO})) ?분(?![가-힣]*(?:기|류|석|할|야|당|포)))(?![A-Za-z])",
    re.IGNORECASE,
)
"""Lengths in words that are more than a number and its unit: `two hours and a quarter`, `한 시간 오 분`."""
HAS_SPELLED = pattern(r"quarter|and a half|십[일이삼사오육칠팔구]? ?분|시간 ?[일이삼사오육칠팔구] ?분", re.IGNORECASE)
PARTS = {"half": 0.5, "a half": 0.5, "quarter": 0.25, "a quarter": 0.25, "three quarter": 0.75, "three quarters": 0.75}
SINO = {sign: number for number, sign in enumerate("일이삼사오육칠팔구", 1)}
DAYS = re.compile(r"(?<![\w.])(?<!월 )(?P<n>\d{1,3}) ?(?:d|days?|일)(?: and|,)? ?$", re.IGNORECASE)
"""Days in front of hours: `2 d 20 h 26 min`."""
ABOUT = re.compile(
    r"(?:\b(?:about|approx\w*\.?|around|roughly|nearly|almost|some|circa|ca\.?|just (?:over|under)|a (?:little|bit) (?:over|under)|not quite|a good)|약|대략|거의|~|≈)\s*$",
    re.IGNORECASE,
)
ABOUT_AFTER = re.compile(r"\s?(?:가량|정도|쯤|남짓|or so\b|\?|\(?(?:rounded|about|approx))", re.IGNORECASE)
BOUND = re.compile(
    r"(?:\b(?:within|less than|more than|under|over|at (?:most|least)|up to|max(?:imum)?|min(?:imum)?|below|above|no (?:more|longer|less) than|every|each|per|"
    r"limit(?: is| of)?|timeout(?: of)?|ttl|sla(?: of| is)?|target(?: of)?|after|wait(?:ed|ing)?(?: another| for another)?|first|last|next|another|extra|further|retention|for up to|in under|"
    r"the|those|these|that|of the)|[<>≤≥]=?|최대|최소|매|여유|목표|제한|한도|처음|마지막|다음|길면|길어야|길게는|짧으면|짧게는|늦어도|보통|평소|usually|normally|typically)\s*(?:of |: ?)?$",
    re.IGNORECASE,
)
BOUND_AFTER = re.compile(
    r"\s?-?(?:later|ago|earl(?:y|ier)|late|before|after|limit|timeout|intervals?|apart|budget|grace|window|cadence|left\b|to spare|spare|(?:longer|shorter|slower|faster|quicker|sooner|more|less)\b|over (?:plan|the)\b|남기고|남았|remaining|of the \w+ (?:left|remaining)|allowed|given|granted|to (?:answer|reply|respond|acknowledge|press)|each|per\b|past|or (?:less|more|longer)|이내|마다|안에|미만|(?:도|이|을)? ?(?:채 ?)?(?:안 ?[걸됐되넘]|못 ?[걸미되]|걸리지 ?않)|전에?|뒤|후|간격|제한|한도|일찍|늦|빨리|동안 ?(?:대기|관찰))",
    re.IGNORECASE,
)
UNIT_S = (
    (re.compile(r"(?:^|[_ (])(?:ms|millis|milliseconds)\)?$|밀리초"), 0.001),
    (re.compile(r"(?:^|[_ (])(?:s|secs?|seconds)\)?$|\(초\)|초$"), 1.0),
    (re.compile(r"(?:^|[_ (])(?:min|mins|minutes|m)\)?$|\(분\)|분$"), 60.0),
    (re.compile(r"(?:^|[_ (])(?:h|hrs?|hours)\)?$|\(시간\)"), 3600.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A length of time in a line."""

    start: int
    end: int
    text: str
    length_s: float
    exact_s: float
    """How exact it is written."""
    about: bool
    bound: bool
    """Whether it is a limit, a rhythm or a distance rather than how long something took."""

    def fits(self, real_s: float, to_s: float = 1.0) -> bool:
        """Return whether a measured length, itself exact to some seconds, may be called so."""
        grant = max(self.exact_s, to_s)
        if self.about:
            grant = max(grant, self.length_s * 0.2, self.exact_s * 1.5)
        return abs(real_s - self.length_s) <= grant


def _rate(line: str, match: re.Match[str]) -> bool:
    """Return whether a length is none: that of a rate as `118 a minute`, or the second of something: `a second rsync`."""
    if re.fullmatch("a second", match[0], re.IGNORECASE) and re.match(
        r" (?!of |and |or |in |at |for |to )\w|$", line[match.end() :]
    ):
        return True
    return bool(re.match(r"an? ", match[0], re.IGNORECASE) and re.search(r"\d(?: [a-z]+)? $", line[: match.start()]))


@lru_cache(maxsize=20_000)
def lengths(line: str) -> tuple[Length, ...]:
    """Return the lengths of time that a line names."""
    found, rest = [], line
    for match in SPELLED.finditer(line) if HAS_SPELLED.search(line) else ():
        found.append(_spelled(match))
        rest = rest[: match.start()] + "\x00" * (match.end() - match.start()) + rest[match.end() :]
    for match in LENGTH.finditer(rest):
        made = None if _rate(rest, match) else _length(match)
        if made is not None:
            found.append(made)
    return tuple(sorted(found, key=lambda one: one.start))


def _spelled(match: re.Match[str]) -> Length:
    parts = match.groupdict()
    if parts["min"]:
        whole_s = _value(parts["ko"]) * 3600 + _sino(parts["min"].strip()) * 60
        return _built(match, whole_s, 60.0, about=False)
    number = 1.0 if parts["bare"] else _value(parts["n"] or parts["n2"])
    unit_s = 60 if (parts["long"] or parts["long2"] or "").lower().startswith("minute") else 3600
    part = PARTS[(parts["part"] or parts["part2"] or parts["part3"]).lower()]
    return _built(match, (number + part) * unit_s, unit_s / 12, about=bool(parts["bare"]))


def _sino(text: str) -> int:
    tens, ten, ones = text.rpartition("십")
    return (SINO.get(tens, 1) * 10 if ten else 0) + SINO.get(ones, 0)


def _value(text: str | None) -> float:
    if not text:
        return 0.0
    text = text.lower()
    if text in ("a", "an"):
        return 1.0
    if text in ("half an", "반"):
        return 0.5
    return float(NUMBER_WORDS[text]) if text in NUMBER_WORDS else float(text.replace(",", ""))


def _length(match: re.Match[str]) -> Length | None:
    parts = match.groupdict()
    hours = _value(parts["h"]) + (0.5 if parts["half"] else 0)
    minutes = _value(parts["hm"] or parts["m"]) + (0.5 if parts["halfmin"] or parts["mid"] else 0)
    rest = _value(parts["hs"] or parts["ms"] or parts["s"])
    if parts["quarter"]:
        minutes = 45 if parts["quarter"].lower().startswith("three") else 15
    whole_s = hours * 3600 + minutes * 60 + rest
    if not whole_s or (re.fullmatch(r"\d+m", match[0]) and minutes > 180):
        return None
    exact = 1.0 if rest else 300.0 if hours == 0.5 and not minutes else 60.0 if minutes or parts["half"] else 1800.0
    days = DAYS.search(match.string[max(0, match.start() - 30) : match.start()])
    whole_s += int(days["n"]) * 86_400 if days else 0
    spelled = not re.match(r"\d", match[0]) or "half" in match[0]
    exact = 60.0 if exact == 1800.0 and "." in match[0] else exact
    return _built(match, whole_s, exact, about=(spelled and exact >= 1800.0) or bool(parts["half"]))


def _built(match: re.Match[str], whole_s: float, exact_s: float, *, about: bool) -> Length:
    before = match.string[max(0, match.start() - 30) : match.start()]
    after = match.string[match.end() : match.end() + 24]
    return Length(
        start=match.start(),
        end=match.end(),
        text=match[0],
        length_s=whole_s,
        exact_s=exact_s,
        about=about or bool(ABOUT.search(before) or ABOUT_AFTER.match(after)),
        bound=bool(BOUND.search(before) or BOUND_AFTER.match(after)),
    )


def unit_s(label: str) -> float | None:
    """Return the seconds of the unit that a label ends with, `length_minutes` or `중단 (초)`."""
    return next((seconds for regex, seconds in UNIT_S if regex.search(label.strip().lower())), None)


def shown(length_s: float) -> str:
    """Return a length for people."""
    hours, rest = divmod(round(length_s), 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{seconds} s" if seconds else ""]
    return " ".join(part for part in parts if part) or "0 s"
