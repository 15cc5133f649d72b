"""How the text of a message says of that same message that it arrived: by its subject, by a line of its own, by its kind."""

from __future__ import annotations

import re

from bongsu.audit.patterns import pattern

_NOUN = r"(?:card|note|message|msg|post|posting|notice|page|announcement|alert|update|notification|bulletin|text|mail|e-?mail|broadcast|reminder|call|ping|letter|report|heads-?up|communication|memo|SMS|line|summary|statement|bulletin|circular|brief|wrap-?up|round-?up|flash|reply|note here|dispatch|entry)"
_CAME = r"(?:arrived|received|delivered|landed|reached|displayed|read|seen|accepted|confirmed|acknowledged|visible|got (?:to|through)|gone (?:out|through)|went (?:out|through)|came through|come through|on (?:all|every|each) \w+)"
_HELP = r"(?:was|were|has|have|had|is|are|been|being|already|also|now|just|both|all|safely|successfully|duly|verifiably|demonstrably|itself|too|fully|in fact|meanwhile|by now|since)"
_NOT = r"(?! (?:automatically|via|from|as soon|when|if|once|because|in error|by mistake|back|only))"
SUBJECT = pattern(
    rf"\b(?:this|the present)\s+(?:[a-z-]+\s+){{0,2}}?{_NOUN}(?:\s+(?:here|itself|too))?[*_`\"']*\s*[:,–—-]?\s*(?:{_HELP}\s+){{0,5}}{_CAME}\b{_NOT}"
    rf"|\b(?:all|everyone|everybody|both|each|the (?:whole|entire|full) (?:team|group|room|channel|list|crew)|(?:\d+|two|three|four|five|six|seven|eight|nine|ten)(?: of (?:\d+|\w+))?(?: \w+)?) (?:\w+ ){{0,4}}(?:have|has|had) (?:\w+ )?(?:received|got|gotten|seen|read|opened) this (?:[a-z-]+ )?{_NOUN}\b"
    rf"|\b(?:confirmed|acknowledged|reported|have|has|had) (?:both |all |now |the )?(?:receipt of|delivery of|arrival of|received|seen|read) this (?:[a-z-]+ )?{_NOUN}\b"
    r"|(?<![A-Za-z])this (?:has (?:already |now )?been|was) (?:received|delivered|read|seen) (?:by|on|to) (?:all|both|every|each|the (?:whole|entire)|\d+)"
    rf"|\b(?:receipt|delivery|reception|arrival|reading) of (?:this|the present) (?:[a-z-]+ )?{_NOUN}\b[^.;!?]{{0,24}}\b(?:confirmed|acknowledged|verified|certain|checked|ok|complete[d]?|recorded)\b"
    rf"|\b(?:this|the present) (?:[a-z-]+ )?{_NOUN}(?: itself)? (?:is |being )?(?:included|counted in)\b"
    rf"|\b(?:read|seen|opened|delivered|received) (?:receipts?|count|status|confirmation)s? (?:of|for) this (?:[a-z-]+ )?{_NOUN}\b[^.;!?]{{0,20}}(?:\d|all|complete|confirmed|ok)",
    re.IGNORECASE,
)
_KO = r"(?:공지|메시지|메세지|알림|글|안내|문자|메일|카드|게시글|게시물|통지|전문|호출|보고|쪽지|연락|톡|알림톡|내용|훈련)"
_ARRIVED = r"(?:수신|전달|도착|배달|열람|읽음|도달|발송|게시|전송)"
LISTED = pattern(
    rf"\b(?:this|the present) (?:[a-z-]+ )?{_NOUN}\s?[:=–—-]++\s?(?:(?:on|in|by|to|via) )?(?:\W{{0,3}}[\w#@-]++\W{{1,3}}){{0,3}}?(?:was |is |also )?{_CAME}\b(?! (?:from|until|after|by (?!(?:all|both|every\w*|each|the (?:whole|entire|full|team|group|channel|room|crew)|\d+|#\w+|@\w+)\b)))"
    rf"|\b{_CAME}\b[^.;!?\n]{{0,40}}\(?(?:including|incl\.?|counting|as is|with) (?:this (?:very )?(?:one|{_NOUN})|the present)"
    r"|(?:수신|전달|도착|열람|읽음|게시)[^.\n]{0,24}\(?(?:이|본|현|이번) ?(?:글|공지|메시지|메세지|알림|안내|문자|건)(?:도|까지|을|를)? ?(?:포함|마찬가지|역시)"
    r"|(?:이|본|현|이번) ?(?:글|공지|메시지|메세지|알림|안내|문자|건)(?:도|까지|을|를)? ?(?:포함|마찬가지|역시)[^.\n]{0,24}(?:수신|전달|도착|열람|읽음)(?: ?(?:확인|완료)| ?됨|했|되)",
    re.IGNORECASE,
)
"""The message as one of a list of what arrived: `This message: Telegram RECEIVED`, `수신 확인됨 (이 글 포함)`."""
SUBJECT_KO = pattern(
    rf"(?:(?<![가-힣])(?:본|이|이번|해당|위|현|현재|금번|지금|이상의?) ?(?:[가-힣]{{1,6}} ?){{0,2}}?{_KO}(?:문|글|은|는|이|가|의|도|을|를|까지)?)(?![가-힣]*(?:으면|시면|후|하면))\s?(?:[^.。!?\n]{{0,40}}?[\s(])?"
    rf"(?:{_ARRIVED}(?:이|을|가|까지|도)? ?[:：]? ?(?:정상 ?|모두 ?)?(?:확인 ?)?(?:완료|됨|되었|됐|되고|되어|되었|했음|하였|하고|했습|확인(?:됨|됐|되|했|하|까지|$|[ ,.]))|(?:읽은|받은|본|열어 ?본) (?:것|상태|것까지)|받았(?:음|다|습|고)|받음|읽었(?:음|다|습|고)|읽어|봤(?:음|다|습|고))",
)
LINE = pattern(
    r"(?:^|[.!?|•·(]\s?|\\n|[-*]\s)\W*(?:the )?(?:message|post|notice|announcement|page) (?:was |has been )?(?:received|delivered|seen|read)(?: and (?:received|seen|read))?\W{1,3}\d+ ?(?:of|/|out of) ?\d+"
    r"|(?:^|[.!?|•·(]\s?|\\n|[-*]\s)\W*(?:also |both )?(?:received|delivered|arrived|seen|read|confirmed)(?: and (?:received|delivered|seen|read|confirmed))? (?:on|in|at|by|to) (?:all|both|every|each|the (?:whole|entire|full|ops|team|group|room|channel)|(?:telegram|slack)\b|#\w|@\w|\d+ of \d+|everyone|everybody)"
    r"|(?:^|[.!?|•·(]\s?|\\n|[-*]\s)\W*(?:telegram|slack)(?: ?(?:and|,|/|&) ?(?:telegram|slack))?\W{1,3}(?:both |also )?(?:have |has |had )?(?:received|delivered|arrived|confirmed receipt|read)\b"
    r"|(?:^|[.!?|•·(/,]\s?|\\n|[-*]\s)\W*(?:(?:알림|공지|메시지|통지|notification|notice)\s?[:：]\s?)?(?:텔레그램|슬랙|telegram|slack)(?: ?[,/·및]? ?(?:텔레그램|슬랙|telegram|slack))?(?:에|은|는|도|방|채널)? ?(?:모두 ?|전부 ?|정상 ?)?(?:수신|전달|도착|열람|읽음) ?(?:완료|확인|됨|되었|됐)",
    re.IGNORECASE,
)
HABIT = re.compile(r"\bis (?:first |then |also )?(?:seen|read|received|delivered) (?:by|on) ", re.IGNORECASE)
"""What always happens to such a message is told by the present: `this page is read by the on-call first`."""
KIND = re.compile(
    r"\b(start|begin|opening|closing|close|final|end|success|done|completion|drill|result|summary|rollback)\b|(시작|종료|완료|결과|훈련|마감|롤백)",
    re.IGNORECASE,
)
"""What a message is about, by its heading."""
KIND_CAME = r"\W{0,3}(?:notice|message|note|post|공지|알림|메시지)?\s?[:=]?\s?(?:was |is )?(?:also )?(?:received|delivered|seen|read|arrived|수신|전달|도착)(?![가-힣]*(?:예정|바랍))"
ASKS = re.compile(
    r"\b(?:please|should|must|will|once|when|after you|as soon as|would|reply|press|let us know|to confirm|if)\b|주세요|바랍니다|부탁|여부|경우|시면|으면|하면|하십시오|예정|즉시|는 대로|후에",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?。;])\s+|\s[/|]\s|\\n|(?<=[다요음임]) (?=[가-힣A-Z])")


def own_kind(text: str, heading: str) -> re.Match[str] | None:
    """Return where a text calls its own kind of message received: a closing notice that lists the closing as received."""
    for match in KIND.finditer(heading):
        found = re.search(rf"(?<![\w가-힣]){re.escape(match[0])}{KIND_CAME}", text, re.IGNORECASE)
        if found:
            return found
    return None


def sentence(text: str, start: int, end: int) -> str:
    """Return the sentence of a text in which a place is."""
    cuts = [match.end() for match in _SENTENCE.finditer(text)]
    first = max([0, *(cut for cut in cuts if cut <= start)])
    last = min([len(text), *(cut for cut in cuts if cut >= end)])
    return text[first:last]
