"""A message cannot report that it was itself sent, delivered or received: it is written before.

Source: causality; what is known of a message is known from the answer to the call that sends it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bongsu.audit.answers import caption
from bongsu.audit.claims import body, denied, sent
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.own_receipts import ASKS, HABIT, LINE, LISTED, SUBJECT, SUBJECT_KO, own_kind, sentence
from bongsu.audit.own_topic import about_itself
from bongsu.audit.patterns import pattern
from bongsu.audit.records import messages
from bongsu.audit.texts import exported, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.texts import Text

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
CLAIM = pattern(
    r"(?:^|[\"•*\-|]|\\n|[.!?。]\s)\W*(?:(?:telegram|slack) (?:alert|notification|message|post)s?(?: (?:of|for|about|with) (?:this|the present) \w{2,16})?|this (?:message|notification|alert)|"
    r"notifications?|alerts?|(?:텔레그램|슬랙)? ?(?:알림|메시지))\s*[:：]\W*(?:received|delivered|sent|posted|confirmed|수신|전송|발송|전달)",
    re.IGNORECASE,
)
_IT = r"(?:card|note|message|msg|post|posting|notice|page|announcement|alert|update|notification|bulletin|text|mail|e-?mail|broadcast|reminder|call|ping|letter|line|report)"
_CAME = r"(?:arrived|received|delivered|posted|landed|reached|displayed|shown|read|seen|accepted|confirmed|acknowledged|through|visible|got (?:to|through)|went (?:out|through)|came through|in the channel|on (?:all|every|each))"
SELF = pattern(
    rf"(?<![A-Za-z])(?:this|the present) {_IT}\b[*_`]*\W{{0,4}}(?:(?:was|has|is|been|have|already|now|just|safely|successfully|duly|itself|ok)\b\W{{1,3}}){{0,4}}{_CAME}\b(?! (?:by the (?:bot|script|job)|automatically|via|from|as soon|when))"
    rf"|\b(?:delivery|receipt|arrival|reception|posting) (?:of|for) this {_IT}\b\W{{0,4}}(?:\w+ ){{0,3}}(?:confirmed|ok|done|success\w*|complete\w*|received|100)"
    rf"|\bthis {_IT}(?:'s)? (?:delivery|receipt|status|arrival)\W{{1,4}}(?:\w+ ){{0,3}}(?:confirmed|ok|done|success\w*|complete\w*|received|delivered|arrived|posted|sent|read)"
    rf"|\bthis {_IT}\b\W{{0,4}}(?:(?:was|has|is|been|already|successfully)\b\W{{1,3}}){{0,4}}sent(?: successfully|\W*$| to (?:all|every|both|each|\w+ people)\b| and (?:received|delivered|read))"
    r"|(?:^|[.!?|•(]\s?|\\n)\W*(?:delivery|receipt|read receipt|delivery (?:status|receipt|confirmation)|reception)\W{0,4}[:：]\W{0,4}(?:confirmed|delivered|ok\b|received|complete\w*|success\w*|100|all|✓|✅)"
    r"|(?:^|[.!?|•(]\s?|\\n)\W*(?:received|delivered|receipt confirmed|delivery confirmed|reached|seen|read)(?: by| to| in|:) ?(?!the (?:bank|gateway|queue))(?:all|every|both|the (?:team|group|channel|whole)|#|@|[A-Z0-9])"
    rf"|(?:^|[.!?|•(]\s?|\\n)\W*(?:the )?{_IT}s? (?:was |has been |is |were |have been )?(?:successfully |safely )?(?:received|delivered|seen|displayed|read) (?:by|to|on|in):? ?(?!(?:the )?(?:SMS|mail|gateway|queue|call|bot|log))\w"
    rf"|\b(?:status|state) of (?:this|the present) {_IT}\W{{1,4}}(?:received|delivered|posted|sent|read|seen|confirmed)"
    r"|(?:공지|메시지|메세지|알림|글|안내) ?(?:수신|전달|열람|도착)\s*[:：].{0,20}(?:확인|완료|전원|모두)"
    rf"|\b(?:all|everyone|everybody|you|they|team|channel) (?:\w+ ){{0,2}}(?:received|got|seen|read) this {_IT}\b(?! because| as a)"
    r"|(?:공지|메시지|메세지|알림|글|안내) ?(?:전달|수신|발송|게시|열람|읽음) ?(?:상태|결과|현황)\s*[:：]\W*(?:전원|완료|정상|수신|전달|ok|확인|모두)"
    r"|(?:^|[.!?|•(]\s?|\\n)\W*(?:received|delivered|read|seen|displayed)(?: by| to)?\s*[:：]\s*\w"
    r"|(?:^|[.!?|•(]\s?|\\n)\W*(?:posted|sent|delivered) (?:to|in) (?:#\w|slack|telegram|the (?:channel|group))\W.{0,30}(?:ok|✓|✅|confirmed|success|received)"
    r"|(?<![가-힣])(?:본|이|해당|위|현재|금번) ?(?:공지|메시지|메세지|알림|글|안내|안내문|문자|카드|게시글|게시물|통지|전문|호출|보고)(?:문|글)?(?:은|는|이|가|의)? ?[^.。]{0,30}?(?:(?:수신|전달|도착|게시|발송|전송|배달|열람|읽음|도달)(?:이|을|가)? ?(?:정상 ?)?(?:확인|완료|됨|되었|됐|했|함|되어|하였|하여)|받(?:았|으셨|으신)(?:음|다|습)|받음)"
    r"|(?:^|[.!?|•(]\s?|\\n)\W*(?:수신|전달|열람|도달|읽음|도착)(?: ?확인)?(?: ?완료| ?됨)?\s*[:：]\W*\S"
    r"|(?:^|[.!?|•(]\s?|\\n)\W*(?:슬랙|텔레그램|단체방|채널)(?:에| )? ?(?:게시|수신|전달|도착|발송) ?(?:완료|확인|됨)",
    re.IGNORECASE,
)


DEIXIS = pattern(r"\b(?:this|the present) |(?<![가-힣])(?:본|이|이번|현) ?[가-힣]", re.IGNORECASE)
MEMBER = re.compile(r"[\s{\[,]*\"(?:text|message|body|content|posted|글|본문|내용|메시지)\"\s*:\s*\"")
ENDED = re.compile(r"[.!?。][\s\"'”’」)*│|]*$")
ABOVE_MOST, LEADING_MOST = 8, 4
HEARSAY = re.compile(r"[다라]고 ?(?:하|합|함|했|말|연락|문의|전화|알려|보여|답|적어|전해|이야기|얘기|회신|들)")
"""What somebody else is said to have got is no word of this message."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield lines of a message that say that it, or its own kind, arrived."""
    for log in logs:
        found: dict[int, Hit] = {}
        for record in messages(log):
            for number, line in body(record) if record.service and sent(record) else ():
                match = CLAIM.search(line)
                if match and not denied(line):
                    found.setdefault(number, _hit(log.spot(number, match), log.spot(record.start or 1)))
        for text in (*texts(log), *exported(log)):
            for number, match in _said(log, text) if not text.edited else ():
                also = log.moment_spot(*text.sent) if text.sent else log.spot(text.lines[0][0])
                found.setdefault(number, _hit(log.spot(number, match), also))
        for number, match in _of_a_message(log):
            found.setdefault(number, _hit(log.spot(number, match), log.spot(number)))
        for number, match in about_itself(log):
            hit = found.get(number) or _hit(log.spot(number, match), log.spot(number))
            goes_on = number < len(log.text.lines) and not ENDED.search(log.line(number))
            found[number] = replace(hit, also=(*hit.also, log.spot(number + 1))) if goes_on else hit
        yield from found.values()


def _of_a_message(log: Log) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield what says "this message arrived" in a JSON text's member or below a line that begins with a time.

    There it is the message that speaks, whoever wrote it down.
    """
    for number, line in log.numbered():
        match = (SELF.search(line) or SUBJECT_KO.search(line)) if DEIXIS.search(line) else None
        if match is None or not DEIXIS.search(match[0]):
            continue
        told = sentence(line, match.start(), match.end())
        if denied(told) or ASKS.search(told) or HABIT.search(told) or HEARSAY.search(told):
            continue
        if MEMBER.match(line) or _below_a_time(log, number) or _in_quotes(log, number):
            yield number, match


def _in_quotes(log: Log, number: int) -> bool:
    """Return whether a line begins inside a quotation that a line above it has opened."""
    first = number
    while first > max(1, number - ABOVE_MOST) and log.line(first - 1).strip():
        first -= 1
    before = "\n".join(text for _, text in log.numbered(first, number - 1)) if first < number else ""
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _below_a_time(log: Log, number: int) -> bool:
    """Return whether a line stands indented below one that begins with a time."""
    depth = len(log.line(number)) - len(log.line(number).lstrip())
    for place in range(number - 1, max(0, number - ABOVE_MOST), -1):
        above = log.line(place)
        if not above.strip():
            return False
        if len(above) - len(above.lstrip()) < depth:
            found = log.moments(place)
            return bool(found) and found[0].column <= LEADING_MOST
    return False


def _said(log: Log, text: Text) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield the places of a text that say that it arrived; a sentence may go on in the next line."""
    first = text.lines[0][0]
    heading = " ".join([log.section(first).title, *(line for _, line in caption(log, first)[:1])])
    for place, (number, line) in enumerate(text.lines):
        below = text.lines[place + 1][1].strip() if place + 1 < len(text.lines) else ""
        match = SELF.search(line) or CLAIM.search(line) or LINE.search(line) or own_kind(line, heading)
        if match is None:
            whole = f"{line} {below}"
            match = SUBJECT.search(whole) or SUBJECT_KO.search(whole) or LISTED.search(whole)
            match = match if match and match.start() < len(line) else None
        # A line that begins with a capital begins a sentence of its own, whether or not the one above has its stop.
        more = "" if match and match.end() <= len(line) and below[:1].isupper() else f" {below}"
        told = sentence(f"{line}{more}", match.start(), match.end()) if match else ""
        if match and not denied(told) and not ASKS.search(told) and not HABIT.search(told) and not HEARSAY.search(told):
            yield number, match


def _hit(spot: Spot, also: Spot) -> Hit:
    return Hit(
        spot=spot,
        also=(also,),
        why="this stands in the message itself, which was written before anything could be known of it",
        instead="leave it out, or name an earlier message and what its service answered",
    )
