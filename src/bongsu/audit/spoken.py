"""Messages of a log by their layout alone: who wrote, when, and every line that belongs to it.

Besides the texts that a log calls so: the lines of a room in which the same writers come again, what a text says of its own
sending in its first or right below its last line, and the member of a JSON object beside the time at which it left.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.chats import said
from bongsu.audit.grids import grids
from bongsu.audit.log import HEADING, ROW
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import pieces, walk
from bongsu.audit.sent_below import sent_below
from bongsu.audit.stated import piece_at
from bongsu.audit.texts import Text, exported, texts
from bongsu.audit.typed import typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.payloads import Payload

NAME = r"[^\W\d_][\w.@'’-]{0,23}(?: [^\W\d_][\w.'’-]{0,15}){0,2}"
BEFORE = re.compile(rf"[\s\[(<*_#>|·•-]*(?:[\[#]?\d{{1,6}}[\])]?\s+)?[\[(<*_]*(?P<name>{NAME})?[\s\])>*_:,|·-]*[\[(]?")
AFTER = re.compile(
    rf"[\s\])*_,:|·—–-]*(?:[\[#]?\d{{1,12}}[\]:]?\s+)?[\[(<*_]*(?P<name>{NAME})(?:\s+#\d{{2,8}})?(?P<end>\s?[:：>\])|]|\s{{2,}}|\s*$|\s*\[[\d.]+\]\s*$)"
)
"""What a line of a room has around its time: the writer before it, or the writer behind it with a mark, a gap or nothing."""
HEADS_LEAST, WRITERS_LEAST, AGAIN_LEAST, ROOM_LEAST = 4, 2, 0.6, 0.5
NO_WRITER = re.compile(
    r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|kst|utc|start\w*|end\w*|began|from|to|at|until|sent|posted",
    re.IGNORECASE,
)
EARLY_MOST = 44
LINES_MOST = 30
FRAME = re.compile(r"\s*(?:[-=─━_*~#+]{3,}.*|```.*|~~~.*)")
PROMPT = re.compile(r"\s*(?:[$%❯] ?\w|\[?[^\s@]+@\S+[^$#\]]{0,20}\]?[#$:]|[\w.@-]+:[\w~/.-]+[>$#%] ?\w)")
ENTRY = re.compile(r"[\s>|│*•·-]*[\[(]?(?:20\d\d-\d\d-\d\d[T ])?\d{1,2}:\d\d(?!\d)")
MARKED = re.compile(r"\s*(?:[*•·-]|--|#|//|\d{1,2}[.)])\s")
KEYED = re.compile(r"\s*\*\*[^*:]{2,40}:\*\*\s")
QUOTED = re.compile(r"\s*(?:>|\||│|┃)")
OWN_TIME = re.compile(
    r"(?:\b(?:sent|issued|posted|published|dated?|released|written|time)\b|보낸 ?때|보낸 ?시각|발송|게시|작성|일시|날짜)[^.!?]{0,40}$",
    re.IGNORECASE,
)
SIGNED = re.compile(
    r"\W*(?:sent|posted|issued|went out|published|발송|보냄|게시|올림|전송)[^\d]{0,24}",
    re.IGNORECASE,
)
ID_BEHIND = re.compile(
    r"[ .Z)]*(?:(?:\b(?:ts|id|message[_ ]?id|msg|번호)\b\W{0,2})?[\d.]{3,18}[ .)]*)?",
    re.IGNORECASE,
)
SLACK_ID = re.compile(r"\W?1\d{9}\.\d{6}\W?")
LABEL = re.compile(
    r"\s+(?:text|words|wording|message|body|content|says|said|글|본문|내용|문구|원문)(?:\s?[:：]\s*|\s{2,})",
    re.IGNORECASE,
)
HEAD_MOST, MINUTE_S = 6, 60
DATED = re.compile(
    r"[\s>|│*_]*(?:sent|date|issued|posted|보낸 ?때|보낸 ?날|보낸 ?시각|발송(?: ?시각)?|일시|날짜)[\s*_]*[:：]",
    re.IGNORECASE,
)
ADDRESSED = re.compile(
    r"[\s>|│*_]*(?:subject|to|from|re|cc|제목|받는 ?(?:이|사람|곳)|보낸 ?(?:이|사람|곳)|보내는 ?이|수신|발신|참조)[\s*_]*[:：]",
    re.IGNORECASE,
)
OWN_MOST, LEFT_MOST = 4, 32
WORDS_KEY = pattern(
    r"text|message|body|content|words|wording|post|mail|said|sms|note sent|글|본문|내용|문구|메시지|알림|안내|말",
    re.IGNORECASE,
)
LEFT_KEY = re.compile(r"sent|posted|left|published|issued|보낸|발송|게시|올린|보냄|나간", re.IGNORECASE)


@lru_cache(maxsize=64)
def spoken(log: Log) -> tuple[Text, ...]:
    """Return the messages of a log that have a time, whatever shows them, each with all of its lines."""
    wider = [
        *_room(log),
        *_signed(log),
        *_letters(log),
        *_members(log),
        *_labelled(log),
        *_posts(log),
        *sent_below(log),
    ]
    held = [frozenset(number for number, _ in one.lines) for one in wider]
    found: list[Text] = []
    loose = {tuple(number for number, _ in lines) for lines, _ in said(log)}
    for one in (*texts(log), *exported(log)):
        numbers = tuple(number for number, _ in one.lines)
        if numbers not in loose and not any(set(numbers) <= lines for lines in held) and _holds(one):
            found.append(_dated(one))
    # Under a command stands what it printed, and beside that what its author remarked later.
    return tuple(one for one in (*found, *wider) if one.sent is not None and typed(log.line(one.sent[0])) is None)


def _holds(one: Text) -> bool:
    """Return whether a text is one by more than its place: no row, no command, no entry of the list that tells of its sending."""
    log, first = one.log, one.lines[0][0]
    line = log.line(first)
    if ROW.fullmatch(line) or PROMPT.match(line):
        return False
    if one.sent is None or one.sent[0] == first:
        return True
    head = log.line(one.sent[0])
    mark, other = MARKED.match(head), MARKED.match(line)
    return not ROW.fullmatch(head) and not (mark and other and mark[0] == other[0])


def _room(log: Log) -> Iterator[Text]:
    """Yield what is written in a room: lines that begin with writer and time, and what stands below each."""
    every: dict[int, tuple[str, int, Moment]] = {}
    shapes: dict[int, str] = {}
    timed = 0
    for number, line in log.numbered():
        found = log.moments(number)
        if not found or found[0].column > EARLY_MOST or piece_at(log, number) is not None or ROW.fullmatch(line):
            continue
        timed += 1
        head = _head(line, found[0])
        if head and not NO_WRITER.fullmatch(head[0].split()[-1]):
            every[number] = (head[0], head[1], found[0])
            shapes[number] = head[2]
    usual = Counter(shapes.values()).most_common(1)
    heads = {number: one for number, one in every.items() if usual and shapes[number] == usual[0][0]}
    names = Counter(name for name, _, _ in heads.values())
    again = sum(count for count in names.values() if count > 1)
    few = len(heads) < HEADS_LEAST or len(names) < WRITERS_LEAST or len(heads) < ROOM_LEAST * timed
    if few or again < AGAIN_LEAST * len(heads):
        return
    for number, (_, start, one) in heads.items():
        line = log.line(number)
        body = [(number, " " * start + line[start:])] if line[start:].strip() else []
        body += _below(log, number, heads)
        if body:
            yield Text(log=log, lines=tuple(body), sent=(number, one), edited=False)


def _head(line: str, one: Moment) -> tuple[str, int, str] | None:
    """Return a line's writer, how far in the words begin, and how writer and time stand to each other."""
    lead = line[: one.column - 1]
    before = BEFORE.fullmatch(lead)
    if before is None:
        return None
    shape = f"{len(line) - len(line.lstrip())}{line.lstrip()[:1] if not line.lstrip()[:1].isalnum() else ''}"
    if before["name"]:
        after = line[one.end - 1 :]
        return (
            before["name"].lower(),
            one.end - 1 + len(after) - len(after.lstrip("]) :,*_-")),
            f"{shape} before",
        )
    behind = AFTER.match(line[one.end - 1 :])
    return (behind["name"].lower(), one.end - 1 + behind.end(), f"{shape} behind") if behind else None


def _below(log: Log, head: int, heads: dict[int, tuple[str, int, Moment]]) -> Iterator[tuple[int, str]]:
    for number, line in log.numbered(head + 1, head + LINES_MOST):
        ended = not line.strip() or number in heads or HEADING.fullmatch(line) or ENTRY.match(line)
        if ended or FRAME.fullmatch(line) or PROMPT.match(line) or piece_at(log, number) is not None:
            return
        yield number, line


def _dated(one: Text) -> Text:
    """Return a text with the time that it gives itself as its own in its first lines, where nothing beside it gives one."""
    for number, line in one.lines[:OWN_MOST]:
        for moment in one.log.moments(number)[:1]:
            if OWN_TIME.search(line[: moment.column - 1]) and one.sent is None:
                return Text(
                    log=one.log,
                    lines=one.lines,
                    sent=(number, moment),
                    edited=one.edited,
                )
    return one


def _signed(log: Log) -> Iterator[Text]:
    """Yield the lines right above, or indented below, one that says when they were sent, and at most their id."""
    for number, line in log.numbered():
        found = log.moments(number)
        if len(found) != 1 or not SIGNED.fullmatch(line[: found[0].column - 1]):
            continue
        if not ID_BEHIND.fullmatch(line[found[0].end - 1 :]) or piece_at(log, number) is not None:
            continue
        below = _until(log, range(number + 1, min(len(log.text.lines), number + LINES_MOST) + 1))
        deeper = [one for one in below if _depth(one[1]) > _depth(line)]
        above = _until(log, range(number - 1, max(0, number - LINES_MOST), -1))
        body = deeper or sorted(above) or below
        fields = KEYED.match(line) and all(KEYED.match(text) for _, text in body)
        if body and not fields:
            yield Text(log=log, lines=tuple(body), sent=(number, found[0]), edited=False)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _labelled(log: Log) -> Iterator[Text]:
    """Yield what stands behind the word for a text, below and deeper than the line with the time at which it left."""
    for number, line in log.numbered():
        label = LABEL.match(line)
        if label is None or piece_at(log, number) is not None:
            continue
        depth = _depth(line)
        head = next(
            (n for n in range(number - 1, max(0, number - HEAD_MOST), -1) if _depth(log.line(n)) < depth),
            0,
        )
        if not head or not log.moments(head) or log.moments(head)[0].to_s > MINUTE_S:
            continue
        body = [(number, " " * label.end() + line[label.end() :])]
        for place, below in log.numbered(number + 1, number + LINES_MOST):
            if not below.strip() or _depth(below) <= depth:
                break
            body.append((place, below))
        yield Text(log=log, lines=tuple(body), sent=(head, log.moments(head)[0]), edited=False)


def _posts(log: Log) -> Iterator[Text]:
    """Yield the words in rows that are one message each, as the id that a service gave it shows."""
    for grid in grids(log):
        for row in grid.rows:
            ids = [cell for cell in row if SLACK_ID.fullmatch(cell.text)]
            words = max(row, key=lambda cell: len(cell.text))
            times = [one for cell in row if cell not in (words, *ids) and (one := grid.moment(cell))]
            if ids and times and words not in ids:
                line = " " * (words.spot.column - 1) + words.text
                yield Text(
                    log=log,
                    lines=((words.spot.line, line),),
                    sent=(words.spot.line, times[0]),
                    edited=False,
                )


def _until(log: Log, places: range) -> list[tuple[int, str]]:
    """Return the lines of a text from one on, up to a blank one, a frame or a heading; a command at its beginning printed it."""
    found: list[tuple[int, str]] = []
    for place in places:
        line = log.line(place)
        if PROMPT.match(line) and not found and places.step > 0:
            continue
        if not line.strip() or PROMPT.match(line) or FRAME.fullmatch(line) or HEADING.fullmatch(line):
            break
        found.append((place, line))
    return found


def _letters(log: Log) -> Iterator[Text]:
    """Yield letters: lines below a time of their own and a subject, a sender or a reader; what is indented as they are goes on."""
    last = len(log.text.lines)
    for number, line in log.numbered():
        found = log.moments(number)
        if not found or not DATED.match(line):
            continue
        beside = (
            place for place in range(max(1, number - OWN_MOST), min(last, number + OWN_MOST) + 1) if place != number
        )
        if not any(ADDRESSED.match(log.line(place)) for place in beside):
            continue
        depth = len(line) - len(line.lstrip())
        body: list[tuple[int, str]] = []
        for place, text in log.numbered(number + 1, number + LINES_MOST):
            over = not depth and any(not ADDRESSED.match(one) for _, one in body)
            if text.strip() and (
                len(text) - len(text.lstrip()) < depth or HEADING.fullmatch(text) or FRAME.fullmatch(text)
            ):
                break
            if not text.strip() and over:
                break
            if text.strip():
                body.append((place, text))
        if body:
            yield Text(log=log, lines=tuple(body), sent=(number, found[0]), edited=False)


def _members(log: Log) -> Iterator[Text]:
    """Yield the words that an object of a JSON text holds beside the time at which they left."""
    for piece in pieces(log):
        for path, one in walk(piece.value):
            if not isinstance(one, dict):
                continue
            told = [key for key, value in one.items() if isinstance(value, str | list) and WORDS_KEY.search(str(key))]
            left = [
                (piece.lines[(*path, key)], moment)
                for key, value in one.items()
                if isinstance(value, str) and LEFT_KEY.search(str(key))
                for moment in log.moments(piece.lines[(*path, key)])
                if moment.text in value and len(value) <= LEFT_MOST
            ]
            for key in told if len(left) == 1 else ():
                number = piece.lines[(*path, key)]
                if isinstance(one[key], list):
                    lines = sorted(
                        {piece.lines[(*path, key, n)] for n, told in enumerate(one[key]) if isinstance(told, str)}
                    )
                    if len(lines) > 1:
                        yield Text(log=log, lines=tuple((n, log.line(n)) for n in lines), sent=left[0], edited=False)
                elif len(str(one[key])) > LEFT_MOST:
                    words = _only(log, number, piece, str(key))
                    yield Text(log=log, lines=((number, words),), sent=left[0], edited=False)


def _only(log: Log, number: int, piece: Payload, key: str) -> str:
    """Return the line of a member with all but the member's value blanked."""
    line = log.line(number)
    start = line.find(f'"{key}"', piece.column if number == piece.start else 0)
    start = start + len(key) + 3 if start >= 0 else 0
    match = re.compile(r'"((?:[^"\\]|\\.)*)"').search(line, start)
    if match is None:
        return " " * len(line)
    return " " * match.start(1) + match[1] + " " * (len(line) - match.end(1))
