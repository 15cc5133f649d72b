"""When a message left whose text stands apart from its sending: by its id, or by the one entry that tells of such a message."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied
from bongsu.audit.events import events
from bongsu.audit.grids import grids
from bongsu.audit.patterns import pattern
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.events import Event
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

Place = tuple[int, "Moment"]
KINDS = {
    "drill": r"\b(?:drills?|exercise|call-?out test|test (?:page|alarm|call))\b|훈련|모의|비상 ?연락|연락망 ?점검",
    "back": r"\b(?:roll(?:ing|ed)?[ -]?back|back-?out|reverted)\b|롤백|원복|되돌",
    "done": r"\b(?:success\w*|complet\w*|done|finish\w*|closing|closed?|end(?:ed)?|all[- ]clear|result|over)\b|완료|성공|종료|마감|결과|끝",
    "start": r"\b(?:start\w*|begin\w*|opening|commenc\w*|kick-?off)\b|시작|착수|개시",
    "mid": r"\b(?:interim|progress|status|halfway|midway|first look)\b|중간|경과|진행 ?상황|현황",
    "before": r"\b(?:advance|heads-?up|pre-?notice|reminder|tomorrow)\b|사전|예고|예정 ?안내",
}
WORDS = {name: pattern(words, re.IGNORECASE) for name, words in KINDS.items()}
SENDING = re.compile(
    r"\b(?:sent|posted|went out|goes out|published|issued|paged|pages|announced|broadcast|mailed|notice|message|msg|note|post|page|mail|announcement|telegram|slack)\b|발송|게시|공지|올림|올렸|보냄|보냈|전송|메시지|메세지|안내|텔레그램|슬랙|호출|알림",
    re.IGNORECASE,
)
ANSWER = re.compile(
    r"\b(?:ack\w*|answer\w*|repl(?:y|ies|ied)|press(?:ed|es)?|confirm\w*|result of|slowest)\b|응답|확인|회신|답|눌렀|누름",
    re.IGNORECASE,
)
ID = re.compile(r"(?<![\w.:/-])(?:\d{10}\.\d{6}|\d{3,12})(?![\w.:/-]|,\d)")
NAMED = re.compile(
    r"message|msg|post|telegram|slack|\bts\b|\bid\b|text of|메시지|글|공지|텔레그램|슬랙|번호", re.IGNORECASE
)
MESSAGES = re.compile(r"message.*|msg.*|text.*|post.*|notice.*|ts|slack ts|.*(?:메시지|메세지|공지|글|본문|내용).*")
BEFORE = re.compile(
    r"\b(?:sent|posted|issued|published|paged|left|went out|goes out)(?: out)?(?: at| on)?\W{0,3}$", re.IGNORECASE
)
BEHIND = re.compile(r"^ ?(?:KST|UTC|에|쯤|경)? ?(?:에)? ?(?:발송|게시|전송|보냄|보냈|올림|올렸|나갔|나감)")
"""What stands beside the time at which something left, in a sentence."""
TITLE_MOST = 90
TOGETHER_S = 180
"""One message goes to two channels within this time."""


def left(log: Log, heads: list[tuple[int, str]], first: str, own: range) -> Place | None:
    """Return when the message left whose text stands below some lines that introduce it, and begins with another."""
    for _, text in heads[:2]:
        if NAMED.search(text):
            for one in ID.finditer(text):
                place = _with_id(log, one[0], own)
                if place:
                    return place
    named = (kinds(text) for _, text in heads if len(text) <= TITLE_MOST)
    kind = next((one for one in named if one), kinds(first))
    return _only(log, kind, own) if kind else None


def kinds(text: str) -> frozenset[str]:
    """Return what a message is about, by the words of its title."""
    return frozenset(name for name, words in WORDS.items() if words.search(text))


def _with_id(log: Log, text: str, own: range) -> Place | None:
    """Return the time of the one line, besides those that introduce a text, that gives an id with a time in front of it."""
    if not 3 <= len(text) <= 17 or re.fullmatch(r"20[0-4]\d", text):
        return None
    found = []
    shown = re.compile(rf"(?<![\w.:/-]){re.escape(text)}(?![\w.:/-]|,\d)")
    for number, line in log.numbered():
        match = None if number in own else shown.search(line)
        before = [one for one in log.moments(number) if match and one.end <= match.start() + 1]
        if before and not ANSWER.search(line):
            found.append((number, before[-1]))
    return found[0] if len(found) == 1 else None


def _only(log: Log, kind: frozenset[str], own: range) -> Place | None:
    """Return the last of the times, all within some minutes, at which the log tells that messages of a kind were sent."""
    found = [(number, one) for number, one, told in _sendings(log) if told == kind and number not in own]
    if not found:
        return None
    first = min(found, key=lambda one: one[1].at)
    last = max(found, key=lambda one: one[1].at)
    return last if (last[1].at - first[1].at).total_seconds() <= TOGETHER_S else None


@lru_cache(maxsize=64)
def _sendings(log: Log) -> tuple[tuple[int, Moment, frozenset[str]], ...]:
    return tuple(
        (one.number, one.moment, kinds(re.split(r"[.;] ", one.text[:TITLE_MOST])[0]))
        for one in (*(one for one in events(log) if _sends(one)), *_rows(log))
    )


def _sends(one: Event) -> bool:
    text = one.text[:TITLE_MOST]
    line = one.log.line(one.number)
    if one.kind == "inline":
        # A sentence may go on with what came of it: the time is still that of the sending.
        beside = BEFORE.search(line[: one.moment.column - 1]) or BEHIND.match(line[one.moment.end - 1 :])
        return beside is not None and not PLANNED.search(text) and not ANSWER.search(line[: one.moment.column - 1])
    return (
        one.kind in ("leading", "mark")
        and SENDING.search(text) is not None
        and not ANSWER.search(text)
        and not PLANNED.search(text)
        and not denied(text)
    )


def _rows(log: Log) -> Iterator[Event]:
    """Yield the events of rows that are one message each: their table has a head for its id, its text or its name."""
    rows = {
        row[0].spot.line
        for one in grids(log)
        if any(MESSAGES.fullmatch(head) for head in one.heads) and not any(ANSWER.search(head) for head in one.heads)
        for row in one.rows
    }
    steps = {row[0].spot.line for one in grids(log) for row in one.rows} - rows
    seen: set[int] = set()
    for one in events(log):
        if one.kind == "row" and one.number not in seen and not ANSWER.search(one.text.partition(",")[0]):
            seen.add(one.number)
            if one.number in rows or (one.number in steps and SENDING.search(one.text)):
                yield one
