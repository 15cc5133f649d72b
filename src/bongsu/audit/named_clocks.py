"""What an entry's time is by the clock of somebody or some place that is named: `19:15 (Ada 20:15, Priya 13:15)`, `it is 02:28 here`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.passages import passages
from bongsu.audit.two_clocks import DAY_MIN, FARTHEST_MIN, HOUR_MIN, LEAD_MOST, MINUTE_S, shown_min

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage

_DAY = r"(?:\d{1,2}일 |\d{1,2}월 ?\d{1,2}일 |전날 |다음 ?날 |(?:the )?(?:day|evening|night|morning) before |yesterday |\w{3} )?"
OPENS = re.compile(r"[*_`\]]{0,2} ?[(=/] ?")
LABEL = re.compile(
    rf"(?P<name>[A-ZÀ-Þ][a-zà-ÿ]{{1,14}}|[가-힣]{{1,8}})(?:'s)?(?: (?:time|clock|시각|시간|현지))?(?:은|는)?[ :,]{{1,2}}{_DAY}$"
)
NO_LABEL = re.compile(
    r"(?:The|At|By|From|Until|Next|Then|Start|End|Began|Done|Plan|Planned|Due|Is|Was|To|And|Not|Now|About|Till|Since|Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|오전|오후|밤|새벽|계획|예정|원래|시작|종료|끝|어제|내일|전날|다음|부터|까지|현재|실제|기준|예상|목표|약|대략)[a-z]*"
)
NEXT = re.compile(rf"\s?[,/;·] ?(?:and )?(?:[A-ZÀ-Þ][a-zà-ÿ]{{1,14}}|[가-힣]{{1,8}})(?:은|는)?[ :]{{1,2}}{_DAY}")
SPEAKER = re.compile(r"(?:Z|UTC|KST)?[\s|\]\[<>*·,–—-]{1,6}(?P<name>[^\W\d][\w.'-]{0,23})\s*[|:>\]·–—-]")
HERE = re.compile(
    r"^ ?(?:over )?(?:here|with me|for me|my time|on my (?:clock|watch))\b|^ ?(?:에요|이에요|이에요)? ?여기"
)
HERE_BEFORE = re.compile(r"(?:여기(?:는|선|시각|는 지금)?|제 시계로|\bhere (?:it is|it's)) $")
CHANGE = re.compile(
    r"\bclocks? (?:went|go|goes|change\w*|are put|were put|back|forward)\b|(?:summer|winter|daylight)[- ](?:saving )?time (?:begins|began|starts|started|ends|ended)|(?:서머 ?타임|여름 ?시각|일광 ?절약)\S* ?(?:시작|끝|해제|바뀌)|\bflew\b|\blanded in\b|비행기",
    re.IGNORECASE,
)
_N = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_KO = ["한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두"]
COUNT = {**{one: n for n, one in enumerate(_N, 1)}, **{one: n for n, one in enumerate(_KO, 1)}}
STATED = re.compile(
    rf"(?<![\w'])(?P<a>[A-ZÀ-Þ][a-zà-ÿ]+)(?: time| clock)? (?:is|are|runs) (?:always )?(?P<n>\d{{1,2}}|an|{'|'.join(_N)}) hours? (?:before|behind|ahead|after|later|earlier)"
    rf"|(?P<b>[가-힣]{{2,8}}?)(?:은|는|이|가) (?:[^\s.;]+ ){{0,2}}[^\s.;]*보다 (?P<k>\d{{1,2}}|{'|'.join(_KO)}) ?시간 ?(?:늦|빠|느|앞|뒤|이르)"
)
"""By how many hours a clock is said to be off the writer's, whichever way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One instant by the log's clock and by that of somebody or some place."""

    label: str
    here: Moment
    there: Moment
    spot: Spot
    also: Spot

    @property
    def gap_min(self) -> int:
        """Return how far the other clock is ahead."""
        gap = (shown_min(self.there) - shown_min(self.here)) % DAY_MIN
        return gap if gap <= FARTHEST_MIN else gap - DAY_MIN


def named_clocks(log: Log) -> Iterator[Named]:
    """Yield what a log tells by its own clock and by a named one, in the order of its lines."""
    for passage in passages(log):
        found = passage.moments
        lead = found[0] if len(found) > 1 and found[0].column <= LEAD_MOST else None
        if lead and not withdrawn(log, passage.number) and not log.fenced(passage.number):
            for label, other in (*_aside(passage, lead), *_spoken(passage, lead)):
                yield Named(
                    label=label,
                    here=lead,
                    there=other,
                    spot=passage.moment_spot(other),
                    also=passage.moment_spot(lead),
                )


def stated_hours(log: Log) -> dict[str, int]:
    """Return by how many hours the clocks of names are said to be off the writer's; none of those said twice otherwise."""
    found: dict[str, set[int]] = {}
    for _, line in log.numbered():
        for match in STATED.finditer(line):
            told = match["n"] or match["k"]
            found.setdefault(match["a"] or match["b"], set()).add(int(told) if told.isdigit() else COUNT.get(told, 1))
    return {name: next(iter(hours)) for name, hours in found.items() if len(hours) == 1}


def _aside(passage: Passage, lead: Moment) -> Iterator[tuple[str, Moment]]:
    """Yield the names and times in brackets right behind an entry's time."""
    text, end = passage.text, lead.end - 1
    for place, other in enumerate(passage.moments[1:]):
        gap = text[end : other.column - 1]
        opened = OPENS.match(gap) if place == 0 else None
        label = LABEL.search(gap)
        fits = label and (
            (opened is not None and opened.end() >= label.start() - 1) if place == 0 else NEXT.fullmatch(gap)
        )
        if not fits or not label or NO_LABEL.fullmatch(label["name"]) or not _alike(lead, other):
            return
        yield label["name"], other
        end = other.end - 1


def _spoken(passage: Passage, lead: Moment) -> Iterator[tuple[str, Moment]]:
    """Yield what somebody says that their own clock shows."""
    speaker = SPEAKER.match(passage.text[lead.end - 1 :])
    for other in passage.moments[1:] if speaker else ():
        said = HERE.match(passage.text[other.end - 1 :]) or HERE_BEFORE.search(passage.text[: other.column - 1])
        if said and speaker and _alike(lead, other):
            yield speaker["name"], other


def _alike(one: Moment, other: Moment) -> bool:
    """Return whether two times show the same minute in another hour, as one instant by two clocks does."""
    apart = shown_min(one) - shown_min(other)
    return apart != 0 and apart % HOUR_MIN == 0 and max(one.to_s, other.to_s) <= MINUTE_S
