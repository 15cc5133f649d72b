"""The steps of a log between which something may have taken its time: each time with its words, a bare time with its output's."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.events import events
from bongsu.audit.passages import in_full
from bongsu.audit.patterns import pattern
from bongsu.audit.typed import typed
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from bongsu.audit.events import Event
    from bongsu.audit.log import Log

BEGINS = pattern(
    r"\b(?:start(?:s|ed|ing)?|beg[iau]n(?:s|ning)?|open(?:s|ed)?|kick(?:s|ed)? off|launch(?:ed|es)|down|stop(?:s|ped)?|paus(?:ed|es)|went (?:off|down|away|dark)|(?:switched|turned|taken|took|shut|put|pulled|going|goes|go) (?:\w+ )?(?:off|down|out)|"
    r"shut|clos(?:ed|es)|refus(?:ed|es|ing)|block(?:ed|s)|frozen|froze|freez\w+|disabl(?:ed|es)|read-?only|held|hold|cordon(?:ed|s)?|isolat(?:ed|es)|drain|drain(?:ing|s)|lost|fail(?:s|ed|ing)|broke|breaks|giving|gives|"
    r"issued|submitted|entered|first|from|kubectl|created|applied|patched|updated|requested|asked for)\b|시작|개시|착수|중단|중지|정지|내림|내렸|차단|막음|막았|끔|껐|멈|닫|잠금|잠갔|동결|제외|뺌|뺐|읽기 ?전용|요청|장애|끊",
    re.IGNORECASE,
)
ENDS = pattern(
    r"\b(?:end(?:s|ed|ing)?|finish(?:ed|es)?|done|complet\w+|clos(?:es|ed|ing)|over|back|up|again|restored?|resum(?:ed|es)|recover(?:ed|s)|resolv(?:ed|es|ing)|ready|healthy|healed|switched on|lifted|released|accept(?:ed|s|ing)|open(?:s|ed)?|"
    r"drained|empty|emptied|through|out|last|read-?write|successful(?:ly)?|succeeded|rejoin(?:s|ed)|good|normal|flowing|caught up|in sync|insync|unfrozen|reopen(?:s|ed)|re-?enabled|uncordon\w*|stood down|all[- ]clear|mended|fixed|zero|clear(?:ed|s)?|reached|landed|promoted|off|came|comes|green|gone|deleted|stopped)\b|"
    r"종료|끝|완료|마침|마쳤|복구|재개|다시|올림|해제|풀|켰|켬|열|정상|비었|비워|소진|도착|마지막|쓰기 ?가능|합류|성공|0 ?확인|원복",
    re.IGNORECASE,
)
BARE = re.compile(
    r"[\s\[(]*(?:20\d\d-\d\d-\d\d[T ]|[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} )?\d{1,2}:\d\d(?::\d\d)?[\s\])]*(?:[A-Z]{3,4}|[+-]\d\d:?\d\d|Z)?(?: 20\d\d)?\s*"
)
"""A line that is a time and no more: what `date` printed."""
LETTER = re.compile(r"(?<=[a-z] )[B-Z](?![\w:.])|(?<=[a-z] #)\d{1,2}(?![\w:.])|(?<=[a-z] )\d{1,2}(?=[,.;)]|$)")
AROUND, LEAD_MOST = 4, 6
COMMON = 0.34
"""The share of steps from which on a word says nothing of one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One time of a log and what is told with it."""

    event: Event
    about: frozenset[str]
    begins: bool
    ends: bool


@lru_cache(maxsize=64)
def steps(log: Log) -> tuple[Step, ...]:
    """Return the steps of a log in the order of its lines."""
    found = []
    for one in events(log):
        if one.kind == "inline" and len(log.moments(one.number)) > 2:
            continue
        full = in_full(_printed(log, _opening(log, one)))
        words = f"{full.head} {full.text}" if full.kind == "row" else full.text
        found.append(
            Step(
                event=full,
                about=tokens(words),
                begins=bool(BEGINS.search(words)) or typed(words) is not None,
                ends=bool(ENDS.search(words)),
            )
        )
    return tuple(found)


def _opening(log: Log, one: Event) -> Event:
    """Return an entry whose time stands behind a word, `저녁 9시 5분. 복사 끝.`, with what it says."""
    if one.kind != "inline" or one.moment.column > LEAD_MOST or len(log.moments(one.number)) > 1:
        return one
    rest = log.line(one.number)[one.moment.end - 1 :].strip(" .,:—-")
    return replace(one, kind="leading", text=rest) if rest else one


def tokens(text: str) -> frozenset[str]:
    """Return the stems of some words, and the letters and numbers that tell one of several from another: `link B`, `node 2`."""
    return stems(text) | frozenset(match[0] for match in LETTER.finditer(text))


def _printed(log: Log, one: Event) -> Event:
    """Return the step of a time that a command printed, with the command and what it printed."""
    if not BARE.fullmatch(log.line(one.number)):
        return one
    words = []
    for number in range(one.number - 1, max(0, one.number - 1 - AROUND), -1):
        line = log.line(number)
        if not line.strip() or BARE.fullmatch(line):
            break
        words.append(line)
    for number, line in log.numbered(one.number + 1, one.number + AROUND):
        if not line.strip() or log.moments(number):
            break
        words.append(line)
    return replace(one, text=" ".join(words))


@lru_cache(maxsize=64)
def weights(log: Log) -> dict[str, float]:
    """Return how much each word of a log's steps tells them apart: 1 for one that is rare among them, 0 for one that is not."""
    found = steps(log)
    count = Counter(word for one in found for word in one.about)
    most = max(3.0, COMMON * len(found))
    return {word: 1.0 if number <= most else 0.25 for word, number in count.items()}
