"""What a log tells of people's answers: its words for them, and the times at which a page left and an answer came."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied, prose, sent
from bongsu.audit.grids import grids
from bongsu.audit.heads import of_answers
from bongsu.audit.patterns import pattern
from bongsu.audit.records import messages
from bongsu.audit.texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.texts import Text

ANSWERED = pattern(
    r"\b(?:ack(?:['’]?d|s|ed)?|acknowledg(?:ed|es|e?ments?)|confirm(?:ed|s|ations?)|press(?:ed|es)|click(?:ed|s)|tapp?ed|taps|answer(?:ed|s)|replied|replies|respon(?:ded|ses?|ders?)|react(?:ed|ions?)|took notice|"
    r"noted|signed(?: off)?|checked in|said yes|took (?:it|the page)|picked up|seen by|read by|thumbs[- ]up|\+1|heard from|votes?|voted|got it|roger(?:ed)?|callback(?:_query)?(?: from)?|(?:first|second|third|last|next) (?:press|tap|click|answer|reply)|to (?:press|answer|tap|reply)|block_actions|(?:ok|okay|yes|in|word|thumbs) (?:from|by)|(?:['’]s|his|her|their|the) (?:button )?(?:tap|press|click|answer|reply|reaction|ack))\b"
    r"|확인|응답|답변|회신|눌렀|누름|누른|클릭|수락|체크|반응|동의|답함|답했|읽음|읽었|👍",
    re.IGNORECASE,
)
SO_FAR = pattern(
    r"\b(?:so far|until now|up to now|till now|already|as of now|to date|by now|until this moment)\b|지금까지|현재까지|이미|현재",
    re.IGNORECASE,
)
ASKING = re.compile(
    r"주세요|바랍니다|부탁|하세요|해 ?주|하십시오|눌러|여부|\bplease\b|\bpress\b|\bconfirmed for\b", re.IGNORECASE
)
SAME = re.compile(
    r"\b(?:same|very|exact|identical) (?:second|moment|instant|timestamp|time ?stamp)\b|\bthe same clock time\b|\bexactly (?:when|as) (?:the|it|we)\b|\bsimultaneous(?:ly)?\b|\bat the (?:very )?(?:second|moment|instant) (?:it|the \w+|of) |같은 ?(?:초|순간|시각)|동시에|동시 ?확인|그 순간",
    re.IGNORECASE,
)
PAGE = pattern(
    r"\b(?:sent|send|sends|sending|post(?:ed)?|pag(?:e|ed|ing)|sendMessage|postMessage|asked|question|message|notice|announcement|call(?:ed)?|alert(?:ed)?|request(?:ed)?|ping(?:ed)?|left|went out|prompt)\b"
    r"|발송|보냄|보낸|보냈|올림|올린|올렸|호출|전송|게시|공지|질문|메시지|요청",
    re.IGNORECASE,
)
SERVICE_SAID = re.compile(
    r"\bAPI\b|\bHTTP\b|\bserver\b|(?<!pressed )(?<!presses )(?<!button )(?<!clicked )(?<!tapped )\bok\b|\berror\b|message_id|message id|\b429\b|\breturned\b|\bts\b|webhook|describe|read back|status|dashboard|gateway|\bSMS\b|\baccepted\b|%|게이트웨이|문자|접수|서버|재조회|조회|응답 ?(?:ok|코드|200)",
    re.IGNORECASE,
)

ASKS = pattern(
    r"(?<![/`])\b(?:drill|exercise|page|paged|pages|pager|alarm|call-?out|call|rehearsal|acknowledge|please|answer|reply|respond|confirm|press|ack|hands up|roll[- ]call)\b|훈련|호출|확인 ?(?:바랍|부탁|해|을|요청)|답장|회신|응답|답 ?(?:주|해|부탁)|눌러|비상",
    re.IGNORECASE,
)
"""What makes a message one that people are to answer."""


SHORT = re.compile(
    r"\W*(?:ack(?:ed|nowledged)?|here|ok|okay|yes|got it|on it|in|seen|roger|present|received|confirmed|copy|noted|👍|수신|확인|네|넵|예|응답|접수|봤(?:습니다|어요)|\+1)(?:했\S*|합니다|함|이?요|완료)?(?!\w)",
    re.IGNORECASE,
)
SHORT_MOST = 60
LEFT_AT = re.compile(r"(?:발송|전송|게시|\b(?:sent|posted|issued|paged))(?: at)?\W{0,3}$", re.IGNORECASE)
"""What stands just before the time at which a message left."""
CLOSING = re.compile(
    r"\b(?:clos(?:e|ed|ing)|thanks?|thank you|all[- ]clear|results?|summary|success\w*|correction|(?:drill|exercise|page|alarm) (?:is )?(?:over|done|ended|closed|complete\w*))\b|종료 ?(?:공지|메시지|알림|안내|합니다|했)|마감(?:합니다|했|함)|감사|훈련 ?(?:끝|완료|결과)|수고|정정|완료 ?(?:공지|메시지|알림|안내)",
    re.IGNORECASE,
)
"""What makes a message the end of something: it may well leave in the second of the last answer."""


def brief(text: Text) -> bool:
    """Return whether the words of a message are an answer and no more."""
    words = " ".join(line.strip() for _, line in text.lines)
    return len(words) <= SHORT_MOST and SHORT.match(words) is not None


@lru_cache(maxsize=64)
def sendings(log: Log) -> tuple[tuple[int, Moment], ...]:
    """Return the times at which messages left, to the second, with their lines."""
    found = [one.sent for one in texts(log) if one.sent and not brief(one)]
    for record in messages(log):
        moment = sent(record)
        if moment is not None:
            places = (n for n in range(record.start, record.end + 1) if moment in log.moments(n))
            found.append((next(places), moment))
    listed = {row[0].spot.line for one in grids(log) if any(of_answers(head) for head in one.heads) for row in one.rows}
    told = (one for one in _told(log) if one[0] not in listed)
    found += [(number, one) for number, line in told for one in _leaving(log, number, line)]
    return tuple(one for one in found if one[1].to_s == 1)


def _told(log: Log) -> Iterator[tuple[int, str]]:
    for number, line in log.numbered():
        told = prose(line)
        sent = [one for one in log.moments(number) if LEFT_AT.search(told[: one.column - 1])]
        asks = PAGE.search(told) and not ANSWERED.search(told) and not denied(told)
        if not line.lstrip().startswith("|") and (sent or asks):
            yield number, told


def _leaving(log: Log, number: int, told: str) -> list[Moment]:
    """Return the first time of a line, and any other that its words `sent at` stand beside."""
    moments = log.moments(number)
    return [
        one
        for place, one in enumerate(moments)
        if place == 0 or PAGE.search(told[max(0, one.column - 14) : one.end + 8]) is not None
    ]


@lru_cache(maxsize=64)
def pages(log: Log) -> tuple[tuple[int, Moment], ...]:
    """Return the times, to the second, at which something left that people are to answer."""
    asking = {one.sent[0] for one in texts(log) if one.sent and ASKS.search(" ".join(line for _, line in one.lines))}
    named = {number for number, line in log.numbered() if ASKS.search(line)}
    return tuple(one for one in sendings(log) if one[0] in asking | named and not ends(log, one[0]))


def ends(log: Log, number: int) -> bool:
    """Return whether a line tells of a message that ends something and asks nobody, or thanks for an answer."""
    if re.search(r"\bthank|감사|수고", log.line(number), re.IGNORECASE):
        return True
    return bool(CLOSING.search(log.line(number))) and not re.search(
        r"\bplease\b|answer|reply|바랍|부탁|주세요", log.line(number), re.IGNORECASE
    )


def answers(log: Log) -> Iterator[tuple[int, Moment]]:
    """Yield the times, to the second, of lines that tell of a person's answer."""
    for number, line in log.numbered():
        told = prose(line)
        if line.lstrip().startswith(("|", "{", '"')) or not ANSWERED.search(told):
            continue
        if denied(told) or SERVICE_SAID.search(told) or (log.fenced(number) and PAGE.search(told)):
            continue
        for moment in log.moments(number)[:1]:
            if moment.to_s == 1 and not LEFT_AT.search(line[: moment.column - 1]):
                yield number, moment
