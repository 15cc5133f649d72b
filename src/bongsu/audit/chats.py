"""Messages as a chat, an export or a run sheet lays them out: a line with writer and time, and the words in it or below it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

Said = tuple[list[tuple[int, str]], tuple[int, "Moment"]]
"""Lines of a message with their numbers, and its time with the line that holds it."""
NAME = r"[^\W\d_][\w.@'’-]{0,23}(?: [^\W\d_][\w.'’-]{0,15}){0,2}"
BRACKETS_BEFORE = re.compile(rf"\s*\[{NAME}\]\s*\[?\s*")
BRACKETS_AFTER = re.compile(rf"\]\s*\[{NAME}\]\s*:?\s")
"""`[name] [2:05 PM] words` and `[14:05:00] [name] words`, as chat programs export them."""
NUMBERED = re.compile(r"\s*[\[#(]+\d{2,12}[\])]?\s+")
SPOKEN = re.compile(rf"\s+{NAME}\s?:\s+(?=\S)")
"""`[1210] 14:05:00 name: words`, with the message's own number in front."""
WRITER = re.compile(
    rf"[\s\[\](){{}}*_`~<>|—–↳↪└├╰→•·-]*+(?:#-?\d+\s+)?[\[<*_`]*(?P<name>{NAME})(?: ?-> ?[\w ]{{1,16}}| \(\w+\))?[\])>*_`:]*(?:\s+(?:#-?\d+|message[_ ]?id \d+))?(?:\s+\([^)]{{1,60}}\))?(?:\s+<?https?://\S{{1,160}})?"
    r"(?: (?:wrote|said|says|posted|commented|writes|replied)(?: on| at)?)?[\s,:·—–()\[\]-]*"
)
"""What a line besides its time and date may hold, when it only says who wrote what stands below it."""
NO_WRITER = re.compile(
    r"\b(?:dates?|times?|created|due|start(?:ed|s)?|end(?:ed|s)?|window|updated|printed|closed|opened|deadline|from|to|subject|run|state|total|opens|closes|finished|done|first|last|answer(?:ed)?|ack|sent|asked|reply|slowest|latest|took)\b|마지막|첫|응답|확인|합계|걸린|평균|최대|날짜|일시|시각|작성|호출|종료|시작|발송|기준|마감|완료|\.\W*$",
    re.IGNORECASE,
)
DATE = pattern(
    r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\b(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?: \d{1,2})?(?:,? \d{4})?|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\b|\b(?:KST|UTC|CEST|CET|EST|EDT|BST|GMT|JST)\b|\d{1,2}월 ?\d{1,2}일|Today|Yesterday|\bComment \d+\b)",
    re.IGNORECASE,
)
SENDING = re.compile(
    r"\b(?:notice|message|post(?:ed)?|sent|page|paged|drill|announce\w*|mail(?:ed)?|reminder|update|alert|card)\b|공지|알림|메시지|메세지|발송|게시|훈련|호출|안내|글",
    re.IGNORECASE,
)
COPIED = pattern(r"\b(?:text|wording|words|copy|verbatim|as sent|as posted)\b|원문|본문|문구|그대로", re.IGNORECASE)
COMMAND = re.compile(
    r"\s*(?:[$>❯%#|{<-]|\[[\d{\"]|\S+@\S+[:#$]|(?:\d{1,2}:\d{2})|REPORT |START |END |\w+\s*[:=]\s*\S+\s*$)"
)
STARTS = re.compile(r"[\s\-*•·>|\[(]*(?:오전 ?|오후 ?|[AP]M )?\d{1,2}:\d{2}(?!\d)|#{1,6} |```|---|===")
BULLET = re.compile(r"\s*[-*•·] ")
REPLY = re.compile(r"[>\s]*(?:[↳└↪╰⤷⮑➥]|\\_|ㄴ)")
"""An answer in the thread that hangs on a message, and none of its words."""
OF_SERVICE = re.compile(r"(?<![\d.])1\d{9}\.\d{6}(?![\d.])|message[_ ]id", re.IGNORECASE)
"""The id that a service gave a message."""
OWN_HEAD = re.compile(r"\s*(?:>\s*)+(?:\*\*|__)[^*_\d]{2,40}(?:\*\*|__)\s*[([]?\d{1,2}:\d\d")
"""`> **Ewa** 10:07:49`: what is quoted below is an answer of its own time."""
OF_A_CHAT = re.compile(r"\W{0,3}\[|.{0,24}(?:\bbot|봇|@)", re.IGNORECASE)
"""What shows of a line with a time and a name that it was said, though it stands alone."""
LONGEST_HEAD = 90
LINES_MOST = 40


def said(log: Log) -> Iterator[Said]:
    """Yield the messages that stand behind, or below, a line with their writer and time."""
    heads: dict[int, Moment] = {}
    alone: set[int] = set()
    for number, line in log.numbered():
        found = log.moments(number)
        if not found or (log.fenced(number) is not None and line.lstrip()[:1] in "{$"):
            continue
        one = found[0]
        before, after = line[: one.column - 1], line[one.end - 1 :]
        if (skipped := _behind(before, after)) is not None:
            alone.add(number)
            start = one.end - 1 + skipped
            yield [(number, " " * start + line[start:])], (number, one)
        elif (
            len(found) == 1 and len(line) <= LONGEST_HEAD and _writes(before, after) and not _one_of_a_list(log, number)
        ):
            heads[number] = one
    last = len(log.text.lines)
    for number, one in heads.items() if len(heads) + len(alone) > 1 else ():
        if lines := _below(log, number, alone | set(heads), last):
            yield lines, (number, one)
    yield from _sheets(log, alone | set(heads))


def _one_of_a_list(log: Log, number: int) -> bool:
    """Return whether the line below goes on with the list that a line is an entry of: it tells what it tells, and heads nothing."""
    bullet = BULLET.match(log.line(number))
    return bullet is not None and number < len(log.text.lines) and log.line(number + 1).startswith(bullet[0])


def _behind(before: str, after: str) -> int | None:
    """Return how far behind a time the words of a message begin, where they stand in the line of their writer."""
    if BRACKETS_BEFORE.fullmatch(before) and after.lstrip("] ").strip():
        return len(after) - len(after.lstrip("] "))
    match = None if before.strip(" [(*") else BRACKETS_AFTER.match(after)
    match = match or (SPOKEN.match(after) if NUMBERED.fullmatch(before) else None)
    return match.end() if match else None


def _writes(before: str, after: str) -> bool:
    """Return whether a line says nothing besides its time but who wrote what stands below it."""
    if before.rstrip().endswith((":", "：", "=")):
        return False
    match = WRITER.fullmatch(DATE.sub(" ", before + " " + after))
    return match is not None and not NO_WRITER.search(match["name"])


def _below(log: Log, number: int, heads: set[int], last: int) -> list[tuple[int, str]]:
    """Return the lines of a message: what is indented below its head, or all up to a blank line or the next head."""
    start = number + 1
    if start <= last and not log.line(start).strip():
        start += 1
    depth, found = _depth(log.line(number)), []
    deeper = start <= last and _depth(log.line(start)) > depth
    if start > number + 1 and not deeper:
        return []
    for place in range(start, min(start + LINES_MOST, last + 1)):
        line = log.line(place)
        if (
            place in heads
            or REPLY.match(line)
            or (not deeper and STARTS.match(line))
            or (line.strip() and deeper and _depth(line) <= depth)
            or (not line.strip() and not deeper)
        ):
            break
        if line.strip():
            found.append((place, line))
    return found


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _sheets(log: Log, heads: set[int]) -> Iterator[Said]:
    """Yield the words that stand indented below an entry which begins with a time and tells of a sending."""
    last = len(log.text.lines)
    for number, line in log.numbered():
        found = log.moments(number)
        leading = found and (not line[: found[0].column - 1].strip(" [(*") or COPIED.search(line))
        if not leading or number in heads or not SENDING.search(line) or log.fenced(number) is not None:
            continue
        lines = _paragraph(_below(log, number, heads, last))
        deep = all(_depth(text) > _depth(line) for _, text in lines)
        # Answers with their times below the entry of a page are the sheet's, not words of the page.
        if lines and deep and not any(COMMAND.match(text) or log.moments(place) for place, text in lines):
            yield lines, (number, found[0])


def _paragraph(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the first lines that stand below each other, without what only draws a frame."""
    joined = [one for place, one in enumerate(lines) if one[0] - lines[0][0] == place]
    return [one for one in joined if not re.fullmatch(r"\W*", one[1])]
