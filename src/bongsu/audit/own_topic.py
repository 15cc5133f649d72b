"""Sentences whose subject is the message that they stand in, and which say that it arrived or was read, however it is framed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.own_receipts import HABIT
from bongsu.audit.patterns import pattern
from bongsu.audit.spoken import spoken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

_NOUN = r"(?:card|note|message|msg|post|posting|notice|page|announcement|alert|update|notification|bulletin|text|mail|e-?mail|broadcast|reminder|call|ping|letter|heads-?up|memo|sms|circular|flyer|poster|dispatch|sign|banner|line|report|summary|communication)"
_CAME = r"(?:received|delivered|read|seen|opened|shown|displayed|arrived|reached|landed|acknowledged|confirmed|understood|noted|got (?:to|through)|(?:come|came|gone|went) (?:through|out)|heard)"
_NOT = r"(?!(?:if|when|once|until|will|should|please|not|may|can|must|because|as|before|after|nobody|no|never|would|whoever)\b|who\b(?! (?:is|are) reading))"
TOPIC = pattern(
    rf"(?<!of )(?<!to )(?<!in )\b(?:this|the present) (?:[a-z-]+ ){{0,2}}?{_NOUN}\b[\"”*]?[ ,:–—-]{{1,3}}(?:{_NOT}[\w',’-]+ ){{0,12}}?(?:has|have|had|was|were|is|are|been) (?:[a-z-]+ ){{0,4}}?{_CAME}\b(?! (?:from|automatically|only|back|as))"
    rf"|(?<!of )(?<!to )(?<!in )\b(?:this|the present) (?:[a-z-]+ )?{_NOUN} (?:{_NOT}[\w',-]+ ){{0,3}}?(?:reached|arrived|landed|got to|got through|went through|came through)\b"
    rf"|\b(?:have|has|had) (?:\w+ ){{0,3}}(?:received|got|seen|read|opened|understood|heard) this {_NOUN}\b(?! because)",
    re.IGNORECASE,
)
SUPPOSED = re.compile(
    r"\b(?:if|when|once|until|unless|whether|as soon as|should|please|confirm|say|tell\w*)\b[^.;:]{0,24}$",
    re.IGNORECASE,
)
DENIED = re.compile(r"n['’]t\b|\bnot\b", re.IGNORECASE)
_NOUN_KO = r"(?:공지|메시지|메세지|알림|글|안내|문자|메일|카드|게시글|게시물|통지|전문|호출|쪽지|연락|톡|알림톡|방송|벽보|안내판|편지|보고|말씀|푸시|팝업|공고)"
_CAME_KO = r"(?:(?:수신|도착|도달|전달|열람|확인|배달|읽음|게시)(?:이|을|가|까지)? ?(?:모두 |다 |전부 )?(?:했|하였|하셨|됐|되었|되어|완료|끝|된|한|함|됨|마쳤|마치)|받(?:았|으셨|아 ?보|은|으신|음)|읽(?:었|으셨|은|으신|혔|힌|음)|보(?:셨|았|신)|봤|떴|뜬|들어갔|열(?:었|린|어 ?보|어 ?봤)|닿(?:았|은)|들으셨|들었)"
TOPIC_KO = re.compile(
    rf"(?<![가-힣])(?:본|이|이번|해당|현재|금번|지금)(?: (?:[가-힣A-Za-z]{{1,8}} ){{0,2}}?| ?){_NOUN_KO}(?:문|글|사항|말)?(?:은|는|이|가|을|를|도) ?(?P<mid>[^.!?\n\"”」]{{0,60}}?){_CAME_KO}[^.!?\n\"”」]{{0,14}}"
)
OPEN = re.compile(
    r"없|않|못|안 |아직|면 |시면|으면|하면|예정|주세요|바랍|부탁|여부|경우|즉시|(?:받|읽|확인하|수신하)는 ?대로|후에|[을ㄹ] ?때|전에|누가|(?:받은|받으신|읽은|읽으신|본|보신) ?(?:분|사람|쪽|곳|직원|뒤|후)|받는|해야|려면|기 ?위|어제|지난|다고 ?(?:하|합|함|했|말|연락|문의|전화|알)|대요|답했|회신"
)
"""What is denied, asked for, or told by somebody else."""
WITHOUT = re.compile(r"빠짐 ?없이|남김 ?없이|예외 ?없이|틀림 ?없이")
MARKS = ">|│┃"
BEGINS = re.compile(r"[\s>|│┃*_\"“「(\[`-]*")
TAIL = 20


@lru_cache(maxsize=64)
def _lines(log: Log) -> frozenset[int]:
    return frozenset(number for one in spoken(log) for number, _ in one.lines)


def about_itself(log: Log) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield the lines in which a message says of itself that it arrived; the sentence may go on in the next line."""
    for number, line in log.numbered():
        if "his " not in line and "present" not in line and not any(one in line for one in "이본해현금지"):
            continue
        below = log.line(number + 1).strip(" \t>|│┃") if number < len(log.text.lines) else ""
        whole = f"{line} {below}"
        match = _told(whole)
        if match is not None and match.start() < len(line) and _framed(log, number, match.start()):
            yield number, match


def _told(whole: str) -> re.Match[str] | None:
    match = TOPIC.search(whole)
    if match is not None:
        open_yet = DENIED.search(match[0]) or HABIT.search(match[0] + " by ") or SUPPOSED.search(whole[: match.start()])
        return None if open_yet else match
    match = TOPIC_KO.search(whole)
    return None if match is None or OPEN.search(WITHOUT.sub(" ", match["mid"] + match[0][-TAIL:])) else match


def _framed(log: Log, number: int, start: int) -> bool:
    """Return whether a place is inside a message, by what shows it, or begins its line."""
    line = log.line(number)
    before = line[:start]
    quoted = (
        before.count('"') % 2 == 1 or before.count("“") > before.count("”") or before.count("「") > before.count("」")
    )
    marked = line.lstrip()[:1] in MARKS and bool(line.strip())
    shown = quoted or marked or line[:1].isspace() or log.fenced(number) is not None
    return shown or number in _lines(log) or (BEGINS.fullmatch(before) is not None and not log.moments(number))
