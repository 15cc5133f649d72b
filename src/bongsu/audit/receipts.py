"""Claims that a chat message was read, seen or delivered, in a log's words, and who they say told so."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied, told
from bongsu.audit.grids import grids
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import pieces, snake, walk
from bongsu.audit.stated import piece_at
from bongsu.audit.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.payloads import Path, Payload

_IT = r"(?:(?:the|our|this|that|each|every|all|both|its|first|second|third|last|start|final|done|\w+-?\w*) ){0,3}(?:messages?|msgs?|notes?|notices?|posts?|cards?|pages?|announcements?|alerts?|notifications?|pings?|calls?|it|them)"
_ALL = r"(?:all|every\w*|both|each|the (?:whole |entire )?(?:team|group|channel|crew|room)|\d+(?: of \d+| ?/ ?\d+)?|two|three|four|five|six|seven|eight|nine|ten|on-?call|@\w+|[A-Z][a-z]+)"
READ = pattern(
    rf"\b(?i:read|seen|viewed|displayed|looked at) by:? {_ALL}|\bread receipts?\b|\b(?:read|seen|view|viewed) (?:status|count|state|marks?|confirmations?|markers?|tick|ticks)\b"
    rf"|\b(?:read|seen|viewed|opened)\b\s?[:=]?\s?\(?\d+ ?(?:/|of|out of) ?\d+|\b\d+ ?(?:/|of|out of) ?\d+ (?:have |had |has |were |phones? )?(?:read|seen|opened|viewed|displayed)\b(?! back|-only|s)"
    rf"|\b(?:have|has|had|having)(?: all| both| now| since)? (?:read|seen|opened|viewed|displayed) {_IT}\b|\b{_IT} (?:was|were|has been|have been|had been|is|are|as)(?: all| already| marked)* (?:as )?(?:read|seen|viewed|displayed|opened)\b(?!-only| only| back| from| as| late)"
    rf"|\b(?:everyone|everybody|all|both|each|\d+|two|three|four|five|six)(?: \w+){{0,3}} (?:read|saw|opened|viewed) {_IT}\b"
    r"|(?<!/)\b\d+ (?:viewers|views|impressions)\b|\bviewers\W{1,3}\d"
    r"|\b(?:blue|double|two|green|second) (?:blue |grey |gray )?(?:ticks?|checks?|check ?marks?)\b|✓✓|\bticks? turned blue|\bmarked as (?:read|seen)\b"
    r"|\b(?:phones?|devices?|screens?|handsets?|clients?)\b.{0,20}\b(?:displayed|showed|shown|rendered|received) (?:it|them|the \w+)\b|\bdisplayed (?:it|on)(?: all| every| each| \d+| their| the)? ?(?:phones?|devices?|screens?)"
    r"|\bread (?:at|on) \d|\bunread (?:count|by|0)\b|\bseen (?:at|on) \d"
    r"|(?:전원|모두|팀원?|명|명이|모든 ?\S+)\S* ?(?:이|가|은|는)? ?(?:\S+ ){0,3}?(?:읽음|열람|읽었|읽은|봤|확인한 것으로 표시)|\d+명 ?(?:중 ?\d+ ?명)?(?:이|은|도)? ?\S{0,6}\(?(?:읽음|열람)|\(읽음\)|읽음 ?(?:확인|표시|처리|상태|수|여부|카운트|으로)|(?:읽음|열람|조회)(?:률|율|수| ?\d+)|열람 ?(?:확인|완료|시각|기록)|안 ?읽음 ?0|안 ?읽은 ?사람 ?(?:0|없)|(?:메시지|메세지|공지|알림|글)\S{0,3} ?(?:\S+ ){0,3}?(?:읽었|읽음|열람|읽은)|(?:글|메시지|메세지|공지|알림)\S{0,2} ?(?:모두 ?|전부 ?)?(?:열어 ?(?:보|봤)|열람|봤)|숫자 ?1이? ?(?:사라|없어)|화면에 ?(?:표시|떴)",
)
DELIVERED = pattern(
    r"\bdelivered\b(?! late| by hand)|\bdelivery (?:confirmations?|confirmed|receipts?|reports?|success rate|acknowledge?ments?|ok)\b|\bconfirmed (?:the )?deliver(?:y|ies)|\bdeliver(?:y|ies) (?:was|were|is) confirmed"
    rf"|\b{_IT} (?:has |have |had )?(?:reached|arrived (?:on|at|in)|landed on) (?:all|every\w*|both|each|the (?:whole|entire)|\d+|their|two|three|four|five|six)\b|\barrived (?:on|at) (?:\w+['’]s|his|her|their|its|the) (?:phones?|devices?|handsets?|screens?)|\barriv(?:ed|al) (?:confirmed|receipt|report)|\b(?:confirmed|reported) (?:the )?arrival\b|\breach(?:ed)? (?:all|every|each|\d+) (?:\w+ )?(?:phones?|devices?|handsets?)"
    r"|전달 ?(?:완료|확인|됨|되었|보고|성공)|배달 ?(?:완료|확인)|도달 ?(?:확인|완료|률|율|됨|했)|도착 ?(?:확인|보고|완료|했음|됨)|수신 ?(?:확인서|보고|통지|완료)|전원 ?(?:수신|도착|도달)|단말 ?\S{0,4} ?(?:도착|표시|수신)",
    re.IGNORECASE,
)
SEEN = re.compile(
    r"(?:\b(?:members?|everyone|everybody|all|both|each|every \w+|two|three|four|five|six|seven|eight|nine|ten|team|crew|phones?|screens?|devices?)|\b\d+(?: of (?:\d+|them|us|the \w+))? (?:members|people|persons|users|phones|recipients|colleagues)|\b(?!The|This|That|It|Bot|Telegram|Slack|API)[A-Z][a-z]+) (?:\w+ ){0,3}?(?:read|seen|saw|viewed|displayed)\b(?! back|-only|y)|\b\d+ (?:of \d+ )?(?:have |had |has |were )?(?:read|seen|saw|viewed|displayed)\b(?! back|-only|y)"
    r"|[`'\"“]?\b(?:seen|read|viewed)[`'\"”]? (?:events?|callbacks?|receipts?|flags?|updates?|signals?)\b|\b(?:read|seen|viewed|opened|delivered)_(?:by|at|count|to)\b"
    r"|\bdisplayed on (?:\w+ ){0,3}(?:screens?|phones?|devices?)\b|['\"‘“]?(?:읽음|열람|봤음)['\"’”]? ?(?:콜백|이벤트|표시|신호|회신)|열람자|읽은 ?(?:사람|인원|멤버|구성원|회원|수|명)|읽음 ?(?:정보|현황|내역|건수|인원|명단|목록|기록|로그|이벤트|데이터|값|필드|[:=]|\d)|(?:조회|열람) ?(?:현황|인원|명단|내역)|(?:본|열어 ?본) 사람 ?(?:수|\d)"
    r"|\b(?i:read(?:ers?|s)?|seen|viewe?d?s?|viewers?|opens?|opened)[`'\"”]? ?(?:[:=]|is|was|count|by)? ?\(?\d+\b(?!:\d)|\b\d+ (?:readers|reads|views|opens)\b|\bopen(?:ed)? rate\b|\b(?:who|that|which of (?:us|them|you)) (?:has |have |had )?(?:read|seen|opened|viewed) (?:it|them|the)\b"
    r"|화면에 ?(?:\S+ )?(?:표시|떴|뜬)|(?:두|2) ?번째 ?체크|체크 ?(?:표시)?(?:가|이)? ?(?:두|2)",
)
SOURCE = re.compile(
    r"\bbots?\b|\bbot's\b|\bAPI\b|webhook|getUpdates|chat\.postMessage|sendMessage|callback|according to|\bTelegram (?:says|said|shows|showed|told|confirm\w*|report\w*|list\w*)|\bSlack (?:says|said|shows|showed|told|confirm\w*|report\w*|list\w*)|봇|웹훅|콜백|슬랙 ?API|텔레그램(?:이|에서)|슬랙(?:이|에서)|_by\b|_at\b|_count\b",
    re.IGNORECASE,
)
CHAT = pattern(
    r"telegram|\btg\b|\bslack\b(?! (?:in|of|time)\b)|\bbots?\b|(?:bot|telegram|slack|web|messaging) API\b|getUpdates|message_id|webhooks?|sendMessage|chat\.postMessage|\bchat\b|\bchannel\b|#[a-z]|텔레그램|슬랙|\b봇|봇(?:이|은|으로|쪽| )|웹훅|단체방|채널|단톡",
    re.IGNORECASE,
)
BY_BOT = re.compile(
    r"\b(?:bots?|API|telegram|slack|webhooks?|service|app|system|receipts?|ticks?|status|callback)\b.{0,50}\b(?:told|tells|says?|said|reports?|reported|shows?|showed|knows?|confirms?|confirmed|returned|gave|got|counts?|counted|answered|sees|saw|sent back)\b|봇|API|응답|시스템|서버|콜백",
    re.IGNORECASE,
)
PERSON = re.compile(
    r"\b(?:told (?:me|us)|by (?:phone|voice|word|mouth)|in person|on the phone|phoned|called back|said (?:so|that)|(?:he|she|they) (?:says?|said|wrote|told)|wrote back|replied|answered|pressed|asked (?:him|her|them)|I (?:saw|looked|read|asked)|we (?:saw|looked|read|asked)|on my (?:own )?(?:phone|screen)|(?:her|him|my|our|them)sel(?:f|ves)|looked (?:into|in|at)|own eyes|aloud|minutes? of|read out)\b"
    r"|전화로|직접|구두|말로|물어|본인|답글|답장|눌렀|누름",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\bSMS\b|\d texts?\b|\bLMS\b|\bMMS\b|e-?mails?|\bmails?\b|\bSNS\b|gateway|relay|carrier|operator's report|중계사|통신사|이통사|게이트웨이|문자|알림톡|친구톡|메일|우편|택배|번호\)|시험 ?발송|package|parcels?|courier|bounced|orders?\b|invoices?|goods|truck|deliveries|files?\b|rows?\b|records?\b|events? (?:were )?delivered|queue|topic|kafka|stream|packets?|log lines?|documents?|runbook|manual|(?<!bot's )(?<!bot’s )report\b|ticket",
    re.IGNORECASE,
)
WATCHED = re.compile(r"\bviewers\b|\bviews\b", re.IGNORECASE)
STREAM = pattern(
    r"\b(?:live ?)?stream(?:s|ed|ing)?\b|\bbroadcast|\bvideos?\b|\bencoders?\b|\bplayer page\b|방송|중계|영상",
    re.IGNORECASE,
)
"""What has viewers, as a message has readers."""
THING = re.compile(
    r"\b(?:logs?|outputs?|code|diffs?|scripts?|quer(?:y|ies)|figures?|values?|sensors?|counters?|plans?|meters?|settings?)(?: (?:was|were|is|are|been|has|have|all|then))* $|(?:로그|출력|코드|값)\S{0,2} ?$",
    re.IGNORECASE,
)
"""What is read and is no message."""
UNKNOWN = pattern(
    r"\bnobody can\b|\bcan(?:no|')t\b|\bcannot\b|\bno (?:read|delivery) receipts?|\bdo(?:es)? not (?:know|tell|say|report)|\bnever (?:tells?|reports?)|\bwe do not know\b|\bnot known\b|알 수 없|모른다|제공하지|없다|않는다",
    re.IGNORECASE,
)
NOBODY_LEFT = re.compile(
    r"(?:\bun(?:read|seen|opened|delivered)|\bnot (?:yet )?(?:read|seen|delivered)|\bpending|\bfail(?:ed|ures?)?|미확인|안 ?읽음|미열람|미수신|미전달|실패)\W{0,3}(?:0|none|없음)(?:명|건)?|\b(?:0|no|zero|none) (?:un\w+|failed|pending|failures?)\b",
    re.IGNORECASE,
)
"""`unread 0` denies nothing."""
CODE = pattern(r"`[^`]*`|\"[^\"]{3,160}\"|“[^”]{3,160}”|「[^」]{2,160}」")
ANSWER = pattern(
    r"sendMessage|getUpdates|chat\.postMessage|message_id|\bAPI\b|webhook|응답|\bbot\b|봇|웹훅|\bresponse\b|\banswer",
    re.IGNORECASE,
)
"""Words of a service's answer: what stands in a code mark or a block with them is not what somebody wrote to others."""
END = re.compile(r"[.!?;] +|다\. | \| ")
NOUN = re.compile(
    r"\b(?:messages?|msgs?|notes?|notices?|posts?|cards?|pages?|announcements?|alerts?|notifications?|pings?|receipts?|ticks?|checks)\b|메시지|메세지|공지|알림|글|호출",
    re.IGNORECASE,
)
FILLED = re.compile(r"\d|yes|✓|✔|✅|\b(?:all|read|seen|ok|delivered|confirmed)\b|예|완료|읽음|확인|전원", re.IGNORECASE)
STATUS = re.compile(r"status|state|result|outcome|delivery(?:_status)?|receipt")


def claims(log: Log, regex: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield the lines in which a log says that a chat message was read, or that it was delivered, and not by a person."""
    chatting = any(CHAT.search(line) for _, line in log.numbered())
    spoken = {number for number, _ in told(log)} if chatting else set()
    for number, line in log.numbered() if chatting else ():
        if number not in spoken and (not ANSWER.search(line) or piece_at(log, number, len(line)) is not None):
            continue
        words = plain(line)
        if "`" in line:
            code = CODE.sub(lambda found: found[0] if ANSWER.search(found[0]) else " " * len(found[0]), line)
            words = code if "`" in code else words
        found = list(regex.finditer(words))
        if regex is READ:
            found += [one for one in SEEN.finditer(line) if SOURCE.search(_sentence(line, one))]
        for match in found:
            if WATCHED.search(match[0]) and any(STREAM.search(one) for _, one in log.numbered()):
                continue
            if _claimed(log, number, line if match.re is SEEN else words, match):
                yield number, match
                break


def _claimed(log: Log, number: int, words: str, match: re.Match[str]) -> bool:
    """Return whether a line's sentence says it of a chat message, and nobody told it who can know."""
    said = _sentence(words, match)
    said = NOBODY_LEFT.sub(" ", said)
    if (
        UNKNOWN.search(said)
        or denied(said)
        or OTHER.search(said.replace(match[0], " "))
        or THING.search(words[: match.start()])
        or (PERSON.search(said) and not BY_BOT.search(said))
    ):
        return False
    if CHAT.search(said):
        return True
    alone = len(said.strip()) >= len(words.strip()) - 2
    named = NOUN.search(said) or alone
    return bool(named and (log.service(number) or CHAT.search(words) or _about_chat(log, number)))


def _sentence(words: str, match: re.Match[str]) -> str:
    before = [one.end() for one in END.finditer(words, 0, match.start())]
    after = END.search(words, match.end())
    return words[before[-1] if before else 0 : after.start() if after else len(words)]


def _about_chat(log: Log, number: int) -> bool:
    """Return whether the lines just above, or the heading, speak of a chat."""
    section = log.section(number)
    above = [line for _, line in log.numbered(max(section.start, number - 4, 1), number - 1)]
    return any(CHAT.search(line) for line in [*section.path, *above])


LOOKED = re.compile(r"\b(?:saw|looked at|opened) (?:it|them)\b|\b(?:says|told us)\b|봤다고|보았다고|봤음|본인이")
"""Somebody looked, and tells of it: no service did."""


def members(log: Log, heads: re.Pattern[str], values: re.Pattern[str]) -> Iterator[Spot]:
    """Yield cells and JSON members that say of a chat message that it was read, or that it was delivered."""
    for grid in grids(log):
        places = [n for n, head in enumerate(grid.heads) if heads.fullmatch(head)]
        about = " ".join([*grid.heads, log.section(grid.start).title])
        chatting = CHAT.search(about) or _about_chat(log, grid.start)
        # Below a heading of its own a table may go on with what the log is of: `# Sending of the autumn mails`.
        whole_path = " ".join(log.section(grid.start).path)
        for row in grid.rows if places and chatting and not OTHER.search(f"{about} {whole_path}") else ():
            whole = " ".join(cell.text for cell in row)
            for cell in (row[n] for n in places):
                if FILLED.search(cell.text) and not denied(cell.text) and not OTHER.search(whole):
                    yield cell.spot
    for piece in pieces(log):
        for path, one in walk(piece.value):
            if not path or not isinstance(path[-1], str) or isinstance(one, dict) or one in (None, "", [], False, 0):
                continue
            shown = str(one)
            wrong = heads.fullmatch(snake(path[-1]).replace("_", " ")) or (
                STATUS.fullmatch(snake(path[-1])) and values.fullmatch(shown)
            )
            if wrong and not denied(shown) and not LOOKED.search(shown) and _in_chat(piece, path):
                yield log.at(piece.lines[path], shown if isinstance(one, str) else f'"{path[-1]}"')


def _in_chat(piece: Payload, path: Path) -> bool:
    for _, around in islice(piece.above(path), 3):
        if isinstance(around, dict):
            said = "; ".join(f"{key} {value}" for key, value in around.items() if isinstance(value, str | int))
            if OTHER.search(said):
                return False
            if CHAT.search(said) or re.search(r"message_id|chat_id|\bts\b", said):
                return True
    return any(isinstance(step, str) and CHAT.search(step) for step in path)
