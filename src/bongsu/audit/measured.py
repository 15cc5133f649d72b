"""Lengths of time that read as measured, wherever they stand: not a limit, a plan, a rhythm, an answer or another day's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.lengths import Length, lengths, unit_s
from bongsu.audit.passages import passages, sentences
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import payloads, walk
from bongsu.audit.steps import tokens
from bongsu.audit.typed import typed
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.passages import Passage

NOT_HERE = pattern(
    r"\b(?:slas?|slos?|rtos?|rpos?|deadlines?|allowances?|grace|limits?|time.?outs?|targets?|goals?|intervals?|delays?|ttl|retention|every|periods?|max\w*|minimum|lags?|lagged|p\d\d|latency|retr\w+|budgets?|cadence|poll\w*|ping|avg|averag\w+|mean|median|expect\w*|estimat\w*|ago|"
    r"thought|guess\w*|tried|trial|if|would|should|will|may|might|must|enough|allow\w*|reserve\w*|plan(?:s|ned)?|next|tomorrow|up to|aim\w*|answers?|respon\w*|ack\w*|press\w*|tapped|fewer|both|together|combined|"
    r"watch(?:ed|ing)?|wait(?:s|ed|ing)?|sleep\w*|slept|observ\w*|billed|init|self-?test|per|each|usual\w*|normal\w*|typical\w*|another|longest|shortest|slowest|fastest|promised|announced|rate|schedule\w*|cron|remain\w*|spare|age|uptime|"
    r"late|against|too (?:much|little|long|short)|wrong\w*|corrections?|misread|looks?|seems?|twice|missed|shows?|comparison|scale|compare\w*|skew|drift|apart|break|coffee|idle|cache\w*|keep\w*|kept|rehears\w*|practi[cs]e\w*|staging|dry.?run|last (?:time|week|month|year|night)|yesterday|in tests?|used to|history|reminder|phone)\b"
    r"|제한|주기|간격|지연|보관|한도|기준|응답|예상|예정|계획|평균|이내|관찰|대기|평소|보통|보다|목표|최대|최장|가장|마다|씩|해야|다음|눌|늦|합쳐|각각|둘 ?다|남|예행|연습|리허설|스테이징|지난|어제|시험|넘|초과|여유|쉬|전에|뒤에|후에|이후|설정|회답|답|초기화",
    re.IGNORECASE,
)
"""What says beside a length that no two steps of this log show it."""
OF_ANOTHER = re.compile(
    r"\b(?:in|last|of|since) (?:January|February|March|April|May|June|July|August|September|October|November|December|spring|summer|autumn|winter|20\d\d)\b"
    r"|\b(?:previous\w*|spring|summer|autumn|winter|a year)\b|\bon (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|작년|\d월 ?\d{1,2}일",
    re.IGNORECASE,
)
BEFORE = re.compile(r";(?=.)|\((?=[^)]*[^) ][^)]*$)|[.!?](?=\s)|\"(?=[,}\]])")
"""What a length's own words do not reach over, before it."""
BEHIND = re.compile(
    r"[,;)(\"]|[.!?](?=\s|$)| [–—-] |\b(?:but|because|which|while|since|and)\b|(?<=[고며지네]) ", re.IGNORECASE
)
BRACKET = re.compile(r"[^.;]*?\((?P<inside>[^)]*)\)")
SET_APART = re.compile(r"(?<=\S)(?: {2,}|\t)(?=\S)")
CLOCK = re.compile(r"\d{1,2}:\d\d")
PART = re.compile(r"\d[.,]\d|\d, [a-z]", re.IGNORECASE)
"""A length to a part of a second, as programs print it; or two words that are none."""
MARK = re.compile(r"\s*[(\[]?T ?[+-]|.*\b(?:rate|T ?[+-])\(? ?$")
"""Before a length that is a distance from T, or a schedule's."""
SPLIT = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
GENERIC = stems(
    "took take last lasted total whole all minutes seconds sec min work job text duration 총 소요 전체 시간 작업 걸린 동안 결과 합계"
)
LEAST_S, MOST_S = 20, 12 * 3600
COLUMNS, OF_SENTENCE, AROUND = 3, 2, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A length that something is said to have taken."""

    spot: Spot
    first: int
    """The line in which what is said there begins."""
    one: Length
    said: str
    """The words around it."""
    about: frozenset[str]


def measured(log: Log) -> Iterator[Measured]:
    """Yield the lengths of a log that read as measured, each once."""
    seen = set()
    for one in (*_told(log), *_members(log)):
        if (one.spot.line, one.spot.column) not in seen:
            seen.add((one.spot.line, one.spot.column))
            yield one


def _told(log: Log) -> Iterator[Measured]:
    for passage in passages(log):
        if any(withdrawn(log, number) for _, number, _ in passage.parts):
            continue
        for start, text in sentences(passage):
            found = lengths(text)
            if not found or len(found) > OF_SENTENCE or (text.lstrip().startswith("|") and len(found) > 1):
                continue
            for place, one in enumerate(found):
                before = text[found[place - 1].end if place else 0 : one.start]
                behind = text[one.end : found[place + 1].start if place + 1 < len(found) else None]
                if _plain(one) and not MARK.match(text[: one.start]) and _of_people(passage, start, one):
                    yield from _made(passage, start, one, (before, behind))


def _plain(one: Length) -> bool:
    return not (one.bound or PART.search(one.text)) and LEAST_S <= one.length_s <= MOST_S


def _of_people(passage: Passage, start: int, one: Length) -> bool:
    """Return whether a length stands in words: not in a command, a listing of columns, or a time."""
    begin, end = start + one.start, start + one.end
    line = passage.log.line(passage.spot(begin, end).line)
    shell = typed(line)
    listing = not CLOCK.search(line) and len(SET_APART.findall(line)) >= COLUMNS
    in_time = any(moment.column - 1 < end and begin < moment.end - 1 for moment in passage.moments)
    return not (listing or in_time or (shell is not None and not line[shell:].startswith("#")))


def _made(passage: Passage, start: int, one: Length, around: tuple[str, str]) -> Iterator[Measured]:
    before, behind = around
    cuts = [found.end() for found in BEFORE.finditer(before)]
    near = before[cuts[-1] :] if cuts else before
    edge = BEHIND.search(behind)
    tail = behind[: edge.start()] if edge else behind
    own = SPLIT.sub(" ", f"{near} | {tail}")
    if NOT_HERE.search(own) or OF_ANOTHER.search(own):
        return
    bracket = BRACKET.match(behind)
    said = f"{before} {tail} {bracket['inside'] if bracket else ''}"
    yield Measured(
        spot=passage.spot(start + one.start, start + one.end),
        first=passage.number,
        one=one,
        said=said,
        about=tokens(SPLIT.sub(" ", said)) - GENERIC,
    )


def _members(log: Log) -> Iterator[Measured]:
    """Yield the numbers of JSON objects whose names end in a unit: `"seconds": 122`."""
    for _, value, lines in payloads(log):
        for path, one in walk(value):
            for key, inner in one.items() if isinstance(one, dict) else ():
                number, label = lines.get((*path, key)), SPLIT.sub(" ", str(key))
                cites = path[-1:] == ("figures",) and "." in str(key)  # bongsu's own report: where a figure stands
                unit = unit_s(label) if isinstance(inner, int) and number and not cites else None
                if unit is None or number is None or unit < 1 or not LEAST_S <= inner * unit <= MOST_S:
                    continue
                if not NOT_HERE.search(f"{label} {SPLIT.sub(' ', log.line(number))}"):
                    inside = {at for place, at in lines.items() if place[: len(path)] == path and at <= number}
                    yield Measured(
                        spot=log.at(number, str(inner)),
                        first=max(min(inside), number - AROUND),
                        one=Length(
                            start=0,
                            end=0,
                            text=str(inner),
                            length_s=inner * unit,
                            exact_s=unit,
                            about=False,
                            bound=False,
                        ),
                        said=label,
                        about=tokens(label) - GENERIC,
                    )
