"""Messages whose words stand below the entry that tells of their sending, though those words name other times."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.acks import ANSWERED
from bongsu.audit.chats import LINES_MOST, SENDING
from bongsu.audit.payloads import pieces, walk
from bongsu.audit.stated import piece_at
from bongsu.audit.texts import UNEDITED, Text
from bongsu.audit.typed import typed
from bongsu.audit.units import LEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SENT = re.compile(
    r"\b(?:wrote|writes|told|status|summary|report|room|channel)\b|메일|문자|올[림렸린]|보[냄냈낸]|방에|보고|현황|알[림렸린]|적[음었]",
    re.IGNORECASE,
)
ID_ALONE = re.compile(
    r"\W*(?:\d{1,2}[.)]\W*)?(?:message[_ ]?id|msg|id|ts|번호|#)\W{0,2}[\d.]+\W*(?:at )?", re.IGNORECASE
)
"""What a head may have before its time: the message's own id."""
MARK = re.compile(r"\s*#\s")
ENTRY = re.compile(r"[\s\-*•·>|\[(#]*(?:오전 ?|오후 ?)?\d{1,2}:\d{2}(?!\d)")
STOP = re.compile(r"\s*(?:[$❯%] ?\w|={3,}|-{3,}|#{2,} |\*\*)")
ANSWERS = re.compile(
    r"[\s\-*•·]*(?:answers?|acks?|repl(?:y|ies)|responses?|seen by|read by|reactions?|응답|답장?|회신|확인|읽음|반응)\s*[:：(]|[\s\-*•·]*[↳└↪╰⤷]",
    re.IGNORECASE,
)
"""What came back, and is none of the message's words."""
TIME_KEY = re.compile(r"t|at|time|ts|when|clock|sent_at|시각|때|시간", re.IGNORECASE)
TEXT_KEY = re.compile(
    r"sent|posted|mailed|written|message|mail|post|sms|notice|보낸 ?글|보냄|글|메일|공지|알림|올린 ?글|내용|본문|문자",
    re.IGNORECASE,
)
VIA_KEY = re.compile(r"via|channel|to|chat|room|how|by_mail|방|채널|어디로|받는 ?사람|길|수단|어디에", re.IGNORECASE)
MINUTE_S = 60
HEAD_MOST, TIME_MOST, LETTER = 140, 32, re.compile(r"[^\W\d_]")


def sent_below(log: Log) -> Iterator[Text]:
    """Yield the messages of a log that stand below the entry of their sending, or in one object with its time."""
    yield from _members(log)
    last = len(log.text.lines)
    for number, line in log.numbered():
        found = log.moments(number)
        if (
            not found
            or line.lstrip()[:1] == "|"
            or len(line) > HEAD_MOST
            or typed(line) is not None
            or piece_at(log, number) is not None
        ):
            continue
        if log.fenced(number) is None and _heads(line, found) and number < last:
            body = _below(log, number)
            if body:
                yield Text(
                    log=log, lines=tuple(body), sent=(number, found[-1] if _own(found) else found[0]), edited=False
                )


def _own(found: tuple[Moment, ...]) -> bool:
    """Return whether an entry gives its message's time to the second behind its own minute: `00:02 … sent 00:02:30`."""
    return len(found) > 1 and found[-1].to_s == 1 and abs((found[-1].at - found[0].at).total_seconds()) < MINUTE_S


def _heads(line: str, found: tuple[Moment, ...]) -> bool:
    """Return whether a line begins with a time, or with a message's id and time, and tells that something was sent."""
    before, after = line[: found[0].column - 1], line[found[0].end - 1 :]
    if ID_ALONE.fullmatch(before):
        return not LETTER.search(after)
    if LEAD.fullmatch(before) is None and LETTER.search(before):
        return False
    closed = line.rstrip().endswith((":", "：")) or UNEDITED.search(line) or _own(found)
    return bool(
        (SENDING.search(after) or SENT.search(after) or UNEDITED.search(after))
        and closed
        and not ANSWERED.search(after)
    )


def _below(log: Log, number: int) -> list[tuple[int, str]]:
    """Return the lines of a message below its head: deeper than it, fenced, quoted, or a remark's under a mark."""
    depth, found = _depth(log.line(number)), []
    start = number + 1
    if not log.line(start).strip() and start < len(log.text.lines):
        start += 1
    fence = log.fenced(start + 1) if log.line(start).lstrip().startswith(("```", "~~~")) else None
    if fence is not None:
        return [(n, log.line(n)) for n in range(fence.start, fence.end + 1) if log.line(n).strip()]
    marked = MARK.match(log.line(start)) is not None
    for place, line in log.numbered(start, start + LINES_MOST):
        if not line.strip() or STOP.match(line) or ANSWERS.match(line):
            break
        quoted = line.lstrip()[:1] in (">", "|", '"', "“", "「")
        if marked != (MARK.match(line) is not None) or not (marked or quoted or _depth(line) > depth):
            break
        found.append((place, line))
    return found


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _members(log: Log) -> Iterator[Text]:
    """Yield the words of an object that has one time, and says by its keys that they were sent somewhere."""
    for piece in pieces(log):
        for path, one in walk(piece.value):
            if not isinstance(one, dict) or not any(VIA_KEY.fullmatch(str(key)) for key in one):
                continue
            when = [
                (piece.lines[(*path, key)], moment)
                for key, value in one.items()
                if isinstance(value, str) and TIME_KEY.fullmatch(str(key)) and len(value) <= TIME_MOST
                for moment in log.moments(piece.lines[(*path, key)])
                if moment.text in value
            ]
            for key, value in one.items() if len(when) == 1 else ():
                number = piece.lines.get((*path, key), 0)
                if (
                    number
                    and isinstance(value, str)
                    and TEXT_KEY.fullmatch(str(key))
                    and len(value) > TIME_MOST
                    and number != when[0][0]
                ):
                    yield Text(log=log, lines=((number, log.line(number)),), sent=when[0], edited=False)
