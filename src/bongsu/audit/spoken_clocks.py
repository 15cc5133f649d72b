"""Clock times in words: `half past eight`, `nine in the morning`, `밤 열 시 반`, in the places that make them limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HOURS = ("twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
HOURS_KO = ("열두", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한")
MINUTES = {"half past": 30, "quarter past": 15, "quarter to": -15, "ten past": 10, "twenty past": 20, "ten to": -10}
_MINUTE = "|".join(MINUTES)
_WORD = "|".join(HOURS)
_WORD_KO = "|".join(sorted(HOURS_KO, key=len, reverse=True))
_PART = r"in the (?:morning|afternoon|evening)|at night|[ap]\.?m\.?(?![a-z])"
_PART_KO = "오전|오후|아침|저녁|밤|새벽|낮"


def _clock(name: str) -> str:
    return rf"(?:a )?(?:(?P<m{name}>{_MINUTE}) )?(?P<h{name}>{_WORD})(?: o['’]clock| sharp)?(?: (?P<p{name}>{_PART}))?(?! (?:of|minutes?|hours?|seconds?|times?|people|days?|weeks?|more|others?|other)\b)"


def _clock_ko(name: str) -> str:
    return rf"(?:(?P<kp{name}>{_PART_KO}) ?)?(?<![가-힣])(?P<kh{name}>{_WORD_KO}|\d{{1,2}}) ?시(?: ?(?P<km{name}>반|\d{{1,2}}분))?"


SPAN = re.compile(
    rf"\b(?:between|from|in) (?:the hours? (?:of|from) )?{_clock('a')} (?:and|to|until|till) {_clock('b')}\b|\b(?:hours?|is|are|window|slot) {_clock('c')} to {_clock('d')}\b",
    re.IGNORECASE,
)
SPAN_KO = re.compile(rf"{_clock_ko('a')} ?(?:부터|에서|~|-) ?{_clock_ko('b')} ?(?:까지|사이)?")
END = re.compile(
    rf"\b(?:by|before|until|till|no later than|not later than|not after|nothing after|latest(?: at)?|ahead of|locks up at|(?:opens?|closes?|shuts?|starts?) at) {_clock('b')}\b",
    re.IGNORECASE,
)
END_KO = re.compile(rf"{_clock_ko('b')} ?(?:까지|전까지|전에|이전에|안에)(?!는 ?아)")
NONE_AFTER = re.compile(
    rf"\b(?:after|(?<!half )(?<!quarter )(?<!ten )(?<!twenty )past|later than) {_clock('b')}\b", re.IGNORECASE
)
NONE_AFTER_KO = re.compile(rf"{_clock_ko('b')} ?(?:이후|뒤|넘어서?|지나서?|후)(?:에|로)?(?:는|도)?")
HALF_S, DAY_S = 43_200, 86_400


@dataclass(frozen=True, slots=True)
class Limit:
    """A span, or an end alone, that words give: seconds of the day."""

    start_s: int
    end_s: int
    halves: bool
    """Whether nothing says of which half of the day it is."""
    start: int
    end: int
    """Where it stands in the text."""


def spans(text: str) -> Iterator[Limit]:
    """Yield the spans between two clock times that a text gives in words."""
    for match in SPAN.finditer(text):
        first, last = ("a", "b") if match["ha"] else ("c", "d")
        yield _limit(match, first, last)
    for match in SPAN_KO.finditer(text):
        if match["kha"] in HOURS_KO or match["khb"] in HOURS_KO:
            yield _limit(match, "a", "b")


def ends(text: str) -> Iterator[Limit]:
    """Yield the ends that a text sets in words."""
    for match in END.finditer(text):
        yield _limit(match, "b", "b")
    for match in END_KO.finditer(text):
        if match["khb"] in HOURS_KO:
            yield _limit(match, "b", "b")


def afters(text: str) -> Iterator[Limit]:
    """Yield the times after which a text says that there was nothing."""
    for words in (NONE_AFTER, NONE_AFTER_KO):
        for match in words.finditer(text):
            if words is NONE_AFTER or match["khb"] in HOURS_KO:
                yield _limit(match, "b", "b")


def _limit(match: re.Match[str], first: str, last: str) -> Limit:
    ends_s = [_seconds(match, name) for name in (first, last)]
    parts = [match.groupdict().get(f"p{name}") or match.groupdict().get(f"kp{name}") for name in (first, last)]
    if parts[1] and not parts[0] and (ends_s[1] - ends_s[0]) % DAY_S > HALF_S:
        ends_s[0] = (ends_s[0] + HALF_S) % DAY_S  # `between six and nine in the evening`
    return Limit(ends_s[0], ends_s[1], not any(parts), match.start(), match.end())


def _seconds(match: re.Match[str], name: str) -> int:
    told = match.groupdict()
    word, part = (
        told.get(f"h{name}") or told.get(f"kh{name}") or "",
        told.get(f"p{name}") or told.get(f"kp{name}") or "",
    )
    hour = (
        int(word) % 12 if word.isdigit() else (HOURS_KO.index(word) if word in HOURS_KO else HOURS.index(word.lower()))
    )
    minute = MINUTES.get((told.get(f"m{name}") or "").lower(), 0)
    ko = told.get(f"km{name}")
    minute = 30 if ko == "반" else int(ko.removesuffix("분")) if ko else minute
    later = re.search(r"afternoon|evening|night|p\.?m|오후|저녁|밤|낮", part, re.IGNORECASE)
    return (hour * 3600 + minute * 60 + (HALF_S if later else 0)) % DAY_S
