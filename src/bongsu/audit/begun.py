"""What a log says to have happened for the first time, or not before, and its entries, each with one clock and its sentences."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.claims import late
from bongsu.audit.patterns import pattern
from bongsu.audit.typed import typed
from bongsu.audit.units import units
from bongsu.audit.words import PLANNED, stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.units import Unit

FINAL_M = "".join(chr(code) for code in range(0xAC00, 0xD7A4) if (code - 0xAC00) % 28 in (10, 16) and chr(code) != "님")
"""Each syllable that ends as a noun made of a verb does: `켬`, `갊`."""
NEVER = (
    r"\b(?:nothing|nobody|no one|none|no \w+(?: \w+){0,2}|not (?:a|one|even|any)\b|never(?! before (?:\w+ed|built|seen|used|tried|met) \w)|neither)\b[^.;]{0,60}"
    r"\b(?:before(?! (?:the|we|you|i|he|she|they|midnight|noon|\d))|until (?:now|then|this)|till now|up to now|beforehand)\b"
    r"|\b(?:until|before|up to|till|prior to) (?:now|then|this (?:moment|point|time|second|minute)|that)\b[^.;]{0,60}\b(?:no|nothing|nobody|never|not|none|only|old)\b"
    r"|\bold (?:\w+ ){1,3}until (?:now|then|this (?:moment|point|second|minute))\b"
    r"|\bhad never (?:\w+ )?(?:been|had|run|gone|seen|worked|spoken)\b|\bfrom scratch\b|n[o'’]t exist\b[^.;]{0,20}\bbefore"
    r"|(?:이|그) ?(?:시각|때|시점|순간) ?(?:이?전)(?:까지는?|에는?)[^.]{0,40}(?:없|않|못|안 |[로만]만 )|그 ?전에는?[^.]{0,20}[로만]만 "
    r"|(?:그 ?전|이 ?전|이때|그 ?이전|지금|여지껏|여태|여태껏)(?:까지는?|에는)[^.]{0,30}(?:없|않|못|안 |몰랐|꺼져|옛|예전)"
    r"|아직 ?(?:아무도|하나도|한 ?번도)[^.]{0,20}(?:없|않|못|안 )|(?:이것|이거|그것|이 ?한 ?번) ?말고[^.]{0,30}없"
)
FIRST = (
    r"\b(?:for the|the|its|our) (?:very )?first time\b(?! (?:of|that) the| since)|\bfirst time (?:ever|tonight|today|any\w+)\b|\bfirst (?:and|or) (?:only|last)\b|\bfirst ever\b"
    r"|\bonly (?:\w+ )?time\b|\bonly once\b|\bfirst (?:we|I|anyone|anybody|they) (?:have|had|knew|know|heard|saw|hear|see)\b|\bfirst of (?:all )?(?:the|our|them)\b"
    r"|\b(?:this|it|that) (?:is|was)(?: the| our)? (?:very )?first\b|\bnot (?:\w+ )?until (?:now|this)\b|\bonly now\b"
    r"|처음으로|처음 (?:[가-힣]+ ){0,2}?[가-힣]*(?:[다요음죠]|니다|발견|시작|확인|가동|발송|실행|적용|배포|접속|연결|등록|기록|["
    + FINAL_M
    + r"])(?=[.,!\s\"'”)]|$)|처음 (?:[가-힣]+ )?[가-힣]+ (?:것|거|일|셈)(?:임|이다|입니다|이었\S*|이에요)?(?=[.,!\s\"'”)]|$)|최초로|(?:이게|이것이|오늘|오늘의|밤|이번이|보낸|돌린|켠|쓴|넣은|연) ?첫 ?번?째? ?[가-힣]+|첫 번째이자"
    r"|(?:이|딱|단) ?한 ?번뿐|유일한 ?(?:시작|실행|일|번)|(?:이것|이거) ?하나(?![^?]*\?)|이제야|비로소"
)
CLAIM = pattern(f"{NEVER}|{FIRST}", re.IGNORECASE)
"""How a log says of what it tells that there was none before."""
THEME = re.compile(r"\d\W+(?P<name>[A-Z]\w+) \w+ for the (?:very )?first time")
"""One of several who does for the first time what others have done: `Dunmere transmits for the first time`."""
NO_CLAIM = re.compile(
    r"처음 ?(?:부터|에는? |과|이라|기록|호출)|때부터|고침|고쳤|정정|잘못|적었|draft|corrected|\byet\b|(?:문제|이상|실패|오류) ?없|forgot|missed|complain|problem|error|fail|time since",
    re.IGNORECASE,
)
"""What makes of it a correction, a span, or that nothing went wrong."""
TO_COME = re.compile(
    r"\b(?:the |its |our )?next (?:\w+ )?(?:is|comes|runs?|will)\b|다음(?: ?[가-힣]+)?[은는] ", re.IGNORECASE
)
HAD_IT = re.compile(r"\bhad (?:it|them) \w+(?:ed|n)\b", re.IGNORECASE)
"""What somebody had done by another, and is no plan."""
COMMON = re.compile(
    r"부터|까지|분이|이라|분은|분에게|다시|처음|시작|완료|확인|오늘|오전|오후|이게|그것|우리|정상|지금|있음|없음|작업|전환|것은|것이|나머지|로그|시간|때문|그래서|씨가|님이|번뿐|한번|조용"
    r"|new|old|start|run|switch|work|check|look|see|say|get|go|come|take|mak|thing|night|read|first|don|pag|messag|morn|even|clock|today|that|what|kst|utc|onc|tri|on|put|last|only|ever|entri|leav|keep|tim|comment|until|minut"
)
"""Stems that any two entries may share."""
FINITE = re.compile(r"[가-힣]+(?:다|요|음|니다|는데|고|서)$")
NAME_OF = re.compile(
    r"[A-Za-z]+[-_.#]?\d[\w.-]*|\d{4,}|(?<![\w-])(?!(?:OK|AM|PM|NO|IT|UP|ON|IN|TO|ID|WE|SO|AT|BY|DO|IS|OF|OR|MY|TV|PC)\b)[A-Z]{2}(?![\w-])"
)
SPEAKER = re.compile(
    r"^\W*(?:\d[\d:.]*\W+)?(?:오전 |오후 )?[\d:]*\W*(?P<name>[^\W\d][\w.@-]{0,20}(?: [\w.-]{1,16})?)\W*[:>|▶]"
)
NAMED = re.compile(r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*)?|[가-힣]{2,4}")
LATIN_LEAST, KOREAN_LEAST = 3, 2
GAP_MOST, SAID_MOST, SHORT = 3, 4, 2


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an entry."""

    number: int
    last: int
    text: str
    about: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a log says of one time, sentence by sentence."""

    number: int
    last: int
    moment: Moment
    said: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class First:
    """An entry that says of what it tells that there was none before."""

    entry: Entry
    line: int
    about: frozenset[str]


@lru_cache(maxsize=64)
def entries(log: Log) -> tuple[Entry, ...]:
    """Return the entries of a log: each line with a time and what stands below it; a sentence with another time is one of its own."""
    found: list[Entry] = []
    goes_on: Moment | None = None
    for one in units(log):
        clock = one.under or (one.at[0] if one.at else None)
        if clock is None:
            continue
        said = (Sentence(one.number, one.last, one.text, _about(one)),)
        own = _own(one, clock)
        if own and found and found[-1].number == one.number and late(own, clock):
            own = None  # What an entry's own line tells of a later time is told at the entry's.
        before = found[-1] if found and clock == goes_on and (one.under or not one.at) else None
        if own is None and before and one.number - before.last <= GAP_MOST:
            found[-1] = Entry(before.number, one.last, before.moment, before.said + said)
        else:
            found.append(Entry(one.number, one.last, own or clock, said))
        # What stands behind a sentence is of the entry's time, though the sentence may end with another.
        goes_on = None if own else one.at[-1] if one.at else clock
    return tuple(found)


def _own(one: Unit, clock: Moment) -> Moment | None:
    """Return the time that a sentence tells of: its only one, or one before that with which it begins."""
    others = [moment for moment in one.at if moment.at != clock.at]
    if one.under is None or len(others) != 1:
        return None
    return others[0] if len(one.at) == 1 or late(clock, others[0]) else None


def _about(one: Unit) -> frozenset[str]:
    text = one.text
    for moment in one.at:
        text = text.replace(moment.text, " ")
    return frozenset(
        [
            *filter(_tells_apart, stems(text)),
            *(name.lower() for name in NAME_OF.findall(text) if len(name) == SHORT or _tells_apart(name.lower())),
        ]
    )


def telling(text: str) -> frozenset[str]:
    """Return the stems of a text that tell one thing from another."""
    return frozenset(filter(_tells_apart, stems(text)))


def _tells_apart(word: str) -> bool:
    if COMMON.fullmatch(word) or FINITE.fullmatch(word):
        return False
    return len(word) >= (LATIN_LEAST if word.isascii() else KOREAN_LEAST)


@lru_cache(maxsize=64)
def often(log: Log) -> Counter[str]:
    """Return in how many entries each stem stands."""
    return Counter(
        word for one in entries(log) for word in frozenset().union(*(sentence.about for sentence in one.said))
    )


@lru_cache(maxsize=64)
def _speakers(log: Log) -> frozenset[str]:
    begins = (SPEAKER.match(one.said[0].text.replace(one.moment.text, " ", 1)) for one in entries(log))
    names = Counter(match["name"] for match in begins if match)
    return frozenset(
        word for name, times in names.items() if times > 1 or NAMED.fullmatch(name) for word in stems(name)
    )


def firsts(log: Log) -> Iterator[First]:
    """Yield the entries that say so, with what they say it of: their own sentence and those beside it."""
    for entry in entries(log):
        for place, one in enumerate(entry.said[:SAID_MOST]):
            if one.number - entry.number > GAP_MOST:
                break
            text = HAD_IT.sub(" ", one.text)
            if (
                typed(log.line(one.number)) is None
                and CLAIM.search(text)
                and not (NO_CLAIM.search(text) or PLANNED.search(text))
            ):
                if place and TO_COME.search(entry.said[place - 1].text):
                    break  # `The next is on Monday. Before that none`: nothing is said of the entry's own time.
                near = entry.said[max(0, place - 1) : place + 2]
                about = frozenset().union(*(sentence.about for sentence in near)) - _speakers(log)
                theme = THEME.search(one.text)
                yield First(entry, one.number, about & stems(theme["name"]) if theme else about)
                break
