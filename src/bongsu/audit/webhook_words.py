"""What a log says in words that an incoming webhook gave back: a ts, a link, who read, a receipt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import by_hand
from bongsu.audit.log import POSTED, WEBHOOK
from bongsu.audit.passages import passages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.passages import Passage

CLAUSE = re.compile(r"[.!?;](?:\*\*|__)?\s+|다\. |음\. |함\. |\", ")
GAVE = re.compile(
    r"\b(?:gave|gives?|given|hand(?:s|ed)?|furnish\w*|return(?:s|ed)?|answer(?:s|ed)?|repl(?:y|ies|ied)|respon(?:se|ses|ds|ded)|sent back|sends back|came back|comes back|comes with|came with|told (?:us|me)|tells (?:us|me)|listed|lists|included|includes|contain(?:s|ed)|carri(?:es|ed)|provided|supplied|delivered back|got back|received back|yielded)\b"
    r"|돌려|돌아[온왔와]|응답에|응답으로|답에|답으로|회신에|되돌|내려 ?줬|내줬|알려 ?[주줬왔]|함께 ?[왔옴온]|받아 ?[왔옴온둠]",
    re.IGNORECASE,
)
HELD = re.compile(
    r"\b(?:message'?s? )?(?:ts|time ?stamp|message[_ ]id|permalink)\b(?! ?(?:[:=]|is|was)? ?[\"'`]?(?:is )?(?:not|no|none|null|n/a))|\blink to (?:the|our|its) (?:message|post)|\b(?:delivery|read|seen) (?:receipts?|counts?|confirmations?|lists?)\b"
    r"|\b(?:seen|read|viewed|opened)[ _](?:by|count)\b|\b(?:had|has|have|were|was|been) (?:\w+ )?(?:read|seen|shown|viewed|opened|displayed)\b|\bwho (?:read|saw|opened)\b|\b(?:viewers|readers)\b"
    r"|타임스탬프|메시지 ?(?:번호|id|아이디|식별자)|글 ?(?:번호|주소|링크)|(?:읽은|본|열어 ?본|열람한) ?(?:사람|인원|수|명)|읽었|읽음|열람|열어 ?봤|수신 ?확인|전달 ?확인|도달",
    re.IGNORECASE,
)
NOT_SO = re.compile(
    r"\b(?:no|not|never|nothing|none|neither|nor|cannot|can't|only|just|without|unknown|instead|unlike|would|should|if|wish\w*|doesn't|didn't|don't|as expected|wrong(?:ly)?|mistake\w*|corrected|does not)\b|n't\b|없|않|안 ?(?:주|줌|돌|옴|나|해)|모르|모른|못|뿐|만 ?(?:돌|답|옴|왔|줌|주|준|받|응|나)|아니|아님|잘못|정정|대신",
    re.IGNORECASE,
)
OTHER_WAY = re.compile(
    rf"{POSTED.pattern}|\bbots?\b|\bWeb API\b|\bapp'?s? token\b|telegram|conversations\.|봇|텔레그램|메일|\be?-?mails?\b|\bSMS\b|\btexts? to\b|gateway|문자|전화로|by phone|phoned|GitHub|\?wait=(?:true|1)\b|webhook-?(?:receiver|endpoint|secret|server|handler)|payment|결제|주문",
    re.IGNORECASE,
)
"""Other ways, that do say more, and webhooks of other kinds than a chat's."""
BACK_MOST = 3


def told_back(log: Log) -> Iterator[tuple[Spot, Spot]]:
    """Yield each clause that has a webhook give back more than `ok`, with the line that names the webhook."""
    if not by_hand(log) or not any(WEBHOOK.search(line) for _, line in log.numbered()):
        return
    before: list[tuple[Passage, int, str]] = []
    for passage in passages(log):
        for start, clause in _clauses(passage.text):
            before = [*before[-BACK_MOST:], (passage, start, clause)]
            held = HELD.search(clause)
            if held and GAVE.search(clause) and not NOT_SO.search(clause):
                named = _named(before)
                if named:
                    yield passage.spot(start + held.start(), start + held.end()), named


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for stop in CLAUSE.finditer(text):
        yield start, text[start : stop.end()]
        start = stop.end()
    if text[start:].strip():
        yield start, text[start:]


def _named(clauses: list[tuple[Passage, int, str]]) -> Spot | None:
    """Return where the nearest of some clauses, from the last upwards, names a webhook before any other way."""
    own = clauses[-1][0]
    for passage, start, clause in reversed(clauses):
        if OTHER_WAY.search(clause) or own.number - passage.last > BACK_MOST:
            return None
        if match := WEBHOOK.search(clause):
            return passage.spot(start + match.start(), start + match.end())
    return None
