"""The texts of messages that a log quotes, with the time at which each was sent, whatever shows them.

A fenced or quoted block under a line that says that it was sent, the texts of a JSON payload, indented lines under a bot's
line, and words in quotes behind a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.answers import caption, following
from bongsu.audit.chats import OF_A_CHAT, OF_SERVICE, OWN_HEAD, REPLY, said
from bongsu.audit.claims import sent
from bongsu.audit.grids import grids
from bongsu.audit.heads import of_answers
from bongsu.audit.log import ROW
from bongsu.audit.moments import homed_in as _homed
from bongsu.audit.originals import in_quotes, mails, titled
from bongsu.audit.outgoing import left
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import SENT_WITH, in_another, pieces, walk
from bongsu.audit.records import messages
from bongsu.audit.stated import piece_at, times_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.payloads import Path, Payload

SENT = re.compile(
    r"\b(?:sent|send|sends|posted?|posts|posting|went out|goes out|wrote|writes|published|announced|broadcast|paged?|pages|message|msg|note|notice|announcement|card|call(?:ed)?|text|asked?|asks|"
    r"said|says|told|tells|bot|chat\.postMessage|sendMessage|webhook|slack|telegram|as sent|follows|alert(?:ed)?|request(?:ed)?|question)\b"
    r"|보낸|보냄|보냈|발송|전송|게시|올린|올렸|올림|공지|알림|안내|글|메시지|메세지|본문|문구|호출|요청|봇|슬랙|텔레그램",
    re.IGNORECASE,
)
SENDING = re.compile(r"\b(?:sent|posted|went out|published|issued)\b|발송|게시|올렸|올림|보냈|보냄|전송", re.IGNORECASE)
DRILL = re.compile(r"\b(?:drill|exercise)\b|훈련", re.IGNORECASE)
ABOVE_MOST, SPEAKING = 10, 2
TRANSCRIPT = re.compile(r"\s*(?:\d\d:\d\d(?::\d\d)? )?(?:[$>❯%] ?\w|REPORT |START |END |\S+@\S+[:#$])")
LOGGED = re.compile(
    r"\s*\[?(?:20\d\d-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?Z?\]?\s+\[?(?:INFO|WARN|ERROR|DEBUG|NOTICE|[a-z][\w.-]*[:\[=])"
)
"""A line that a program wrote, with its time in front."""
EDITED = re.compile(
    r"(?<!not )(?<!never )(?<!nor )\bedited\b(?! (?:afterwards|later)? ?(?:never|not))|chat\.update|editMessage|\bupdated (?:at|to|with)\b|as (?:it )?(?:stands|looks|is) now|final version|수정(?:한|했|하여|됨|본)|갱신",
    re.IGNORECASE,
)
UNEDITED = pattern(
    r"\b(?:not|never|nor|un)[- ]?(?:been )?(?:edited|changed|touched)|\b(?:nobody|no one|none)\b[^.;]{0,24}\bedit\w*|\b(?:no|without) (?:an? )?[\"“'`(]?edit\w*|(?:편집|수정)됨?[\"”'’)]? ?(?:표시|흔적|기록|이력)\S* ?없|수정하지 ?않|수정 ?없|(?:수정|편집|고친|고치|변경)\S{0,2} ?적\S? ?(?:은|이|도)? ?없|바뀌지 ?않|고치지 ?않|편집하지 ?않|not edited",
    re.IGNORECASE,
)
LABELLED = re.compile(
    r"^\W{0,4}(?:[A-Za-z]{1,8} )?\d\d:\d\d(?::\d\d)?[^:=]{0,60}?\b(?:text|body|wording|본문|내용)\s*[:=]\s*(?P<text>.+)$",
    re.IGNORECASE,
)
TEXT_HEAD = re.compile(
    r"(?:(?:message |post |page )?(?:text|wording|body|content|words)|message|post|card)(?: (?:of|as) .*)?|(?:글|공지|메시지|알림)? ?(?:본문|내용|문구|원문)"
)
AFTERWARDS = re.compile(
    r"^\W*(?:(?:this |that |it )?(?:was|is) (?:what|the text|how)|(?:so|as) (?:sent|posted)|sent at|posted at|위(?:와)? ?(?:글|같이)|이 ?글)",
    re.IGNORECASE,
)
WORDS = re.compile(
    r"\b(?:text|body|wording|words|content|reads?|said|says|wrote|follows|page|message|post|posted|note|notice|card|announcement|sent|call)\b|본문|내용|문구|원문|글|공지|메시지|보냄|올림",
    re.IGNORECASE,
)
LISTS = re.compile(
    r"\b(?:answers|answered|presses|pressed|taps|tapped|acks|replies|replied|confirmations|confirmed|reactions|who|times|list|results?|numbers|messages|posts|pages|notes|steps|by)\b|응답|확인|누른|답|목록|결과|순서|사람",
    re.IGNORECASE,
)
HEADS = re.compile(r"[:：]\s*$|\b(?:sent|posted)(?: at)? \d|message[_ ]id|\bts \d|발송|보냄", re.IGNORECASE)
"""How a line goes on, or ends, that words in quotes belong to."""
BEHIND_MOST, FIRST_MOST = 24, 12
"""How far in a line the time begins that it is the entry of."""
PIPE = re.compile(r"^(\s+)(?:\||>|│|:)\s?(?P<text>.*)$")
QUOTE = re.compile(r"[\"“「](?P<text>[^\"”」]{4,400})[\"”」]")
TEXT_KEYS = ("text", "fallback", "title", "message", "body", "content", "caption")
VALUE = re.compile(r'"(?:text|fallback|title|message|body|content|caption)"\s*:\s*"((?:[^"\\]|\\.)*)"')
CHAT = re.compile(
    r"^\W{0,4}(?:[A-Za-z]{1,8} )?\d\d:\d\d(?::\d\d)?\W{1,4}(?:\[\w+\] )?(?:[\w.@-]{1,20}(?: [A-Z][\w.-]{0,16})?\s?[:>]|bot|봇|<[\w.@-]{2,20}>)\s+(?P<text>.+)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The text of one message."""

    log: Log
    lines: tuple[tuple[int, str], ...]
    """Its lines with their numbers; every letter in its column, what is not of the text blanked."""
    sent: tuple[int, Moment] | None
    edited: bool

    def moments(self, number: int) -> list[Moment]:
        """Return the times that one of its lines names, in the zone of its sending where the log names none for them."""
        line = dict(self.lines)[number]
        found = [one for one in self.log.moments(number) if line[one.column - 1 : one.end - 1].strip()]
        zone_min = self.sent[1].zone_min if self.sent else None
        return found if zone_min is None else [_homed(one, zone_min) for one in found]


def _said(log: Log) -> Iterator[Text]:
    for lines, when in said(log):
        if piece_at(log, lines[0][0], len(lines[0][1])) is None:
            yield Text(log=log, lines=tuple(lines), sent=when, edited=False)


@lru_cache(maxsize=64)
def texts(log: Log) -> tuple[Text, ...]:
    """Return the texts of a log's messages in the order of its lines."""
    found = [
        *_blocks(log),
        *_json(log),
        *_pipes(log),
        *_quotes(log),
        *_chat(log),
        *_indented(log),
        *_cells(log),
        *_quoted(log),
        *_said(log),
    ]
    kept = [one for one in _kept(log) if not _inside(one, found)]
    found = [one for one in found if not _inside(one, kept)] + kept
    return tuple(sorted((_dated(one) for one in found), key=lambda one: one.lines[0][0]))


def _kept(log: Log) -> Iterator[Text]:
    """Yield texts that stand in an appendix or as mails."""
    for lines in titled(log):
        yield _made(log, lines, None)
    for lines, when in mails(log):
        yield _made(log, lines, when)


def _inside(one: Text, others: list[Text]) -> bool:
    """Return whether the lines of a text are some of another's."""
    own = {number for number, _ in one.lines}
    return any(own <= {number for number, _ in other.lines} for other in others)


def _dated(one: Text) -> Text:
    """Return a text that has no time beside it with that of the entry which tells that it was sent."""
    # A program's lines, each with its time, are no message of that time.
    if one.sent is not None or sum(bool(one.log.moments(number)) for number, _ in one.lines) > len(one.lines) // 2:
        return one
    first, last = one.lines[0][0], one.lines[-1][0]
    if piece_at(one.log, first) is not None:
        return one
    heads = [(number, text) for number, text in caption(one.log, first) if not first <= number <= last]
    own = range(min([first, *(number for number, _ in heads[:1])]), last + 1)
    return replace(one, sent=left(one.log, heads, one.lines[0][1], own))


def _made(log: Log, lines: list[tuple[int, str]], when: tuple[int, Moment] | None) -> Text:
    first, last = lines[0][0], lines[-1][0]
    around = [*caption(log, first), *following(log, last)[:4]]
    told = " ".join(text for number, text in around if not first <= number <= last)
    edited = bool(EDITED.search(UNEDITED.sub(" ", told)))
    return Text(log=log, lines=tuple(lines), sent=when, edited=edited)


def _blocks(log: Log) -> Iterator[Text]:
    """Yield fenced blocks and quotations that a line above calls a message."""
    for start, end in _runs(log):
        lines = [(number, line) for number, line in log.numbered(start, end) if line.strip()]
        commands = log.fenced(start) and any(TRANSCRIPT.match(line) for _, line in lines)
        printed = log.fenced(start) and all(LOGGED.match(line) for _, line in lines)
        if not lines or commands or printed or piece_at(log, lines[0][0], len(lines[0][1])):
            continue
        heads = [(number, text) for number, text in caption(log, start) if not start <= number <= end]
        if OWN_HEAD.match(lines[0][1]) and (own := log.moments(lines[0][0])):
            yield _made(log, lines[1:] or lines, (lines[0][0], own[0]))
            continue
        said = [(number, text) for number, text in heads if any(one.search(text) for one in (SENT, DRILL, OF_SERVICE))]
        when = next(((number, one) for number, text in said for one in log.moments(number)), None)
        if when is None:
            when = _recorded(log, start)
        if when is None and not said:
            heads = [one for one in following(log, end + bool(log.fenced(start)))[:1] if AFTERWARDS.search(one[1])]
            when = next(((number, one) for number, _ in heads for one in log.moments(number)), None)
        if when is None and not said and not commands:
            when = _told_above(log, start)
        if said or when:
            yield _made(log, lines, when)


def _told_above(log: Log, start: int) -> tuple[int, Moment] | None:
    """Return the time of the line that tells of a sending, further up in the section of what is quoted."""
    first = max(log.section(start).start, start - ABOVE_MOST, 1)
    for number in range(start - 1, first - 1, -1):
        if SENDING.search(log.line(number)) and (found := log.moments(number)):
            return number, found[0]
    return None


def _runs(log: Log) -> Iterator[tuple[int, int]]:
    for block in log.blocks:
        if block.end >= block.start:
            yield block.start, block.end
    start = 0
    for number, line in log.numbered():
        if line.strip().lower() in ("{quote}", "{noformat}", "[quote]", "[/quote]"):
            if start:
                yield start, number - 1
            start = 0 if start else number + 1
    start = 0
    for number, line in log.numbered():
        inside = line.lstrip().startswith(">") and log.fenced(number) is None
        if start and (not inside or REPLY.match(line) or OWN_HEAD.match(line)):
            yield start, number - 1
            start = 0
        if inside and not start and not REPLY.match(line):
            start = number
    if start:
        yield start, len(log.text.lines)


def _recorded(log: Log, number: int) -> tuple[int, Moment] | None:
    for record in sorted(messages(log), key=lambda one: one.end - one.start):
        moment = sent(record) if record.kind == "section" and record.start <= number <= record.end else None
        if moment is not None:
            places = (n for n in range(record.start, record.end + 1) if moment in log.moments(n))
            return next(places), moment
    return None


@lru_cache(maxsize=64)
def exported(log: Log) -> tuple[Text, ...]:
    """Return what people and bots wrote in a chat that stands in a log as Telegram Desktop exports it."""
    return tuple(
        _made(log, [(number, _strings(log, number, piece))], _when(log, piece, path))
        for piece in pieces(log)
        for path, one in walk(piece.value)
        if isinstance(one, dict) and one.get("type") == "message" and "date" in one and isinstance(one.get("text"), str)
        for number in (piece.lines[(*path, "text")],)
    )


def _json(log: Log) -> Iterator[Text]:
    for piece in pieces(log):
        for path, one in walk(piece.value):
            if isinstance(one, dict) and _is_message(path, one):
                told = (
                    inner
                    for inner, value in walk(one)
                    if inner and inner[-1] in TEXT_KEYS and isinstance(value, str) and not in_another(one, inner)
                )
                numbers = sorted({piece.lines[(*path, *inner)] for inner in told})
                if numbers:
                    lines = [(number, _strings(log, number, piece)) for number in numbers]
                    yield _made(log, lines, _when(log, piece, path) or _captioned(log, piece))


def _captioned(log: Log, piece: Payload) -> tuple[int, Moment] | None:
    """Return the time of the line just above a payload which says that it was sent."""
    heads = [(number, text) for number, text in caption(log, piece.start)[:1] if SENT.search(text)]
    return next(((number, one) for number, _ in heads for one in log.moments(number)), None)


def _is_message(path: Path, one: dict[str, object]) -> bool:
    if "blocks" in path or "attachments" in path or "message" in path[:-1]:
        return False
    if path[-1:] == ("message",):
        return isinstance(one.get("text"), str)
    blocks = isinstance(one.get("blocks"), list)
    texted = isinstance(one.get("text"), str) and bool(SENT_WITH & set(one))
    return blocks or texted


def _strings(log: Log, number: int, piece: Payload) -> str:
    """Return a line with all but the values of its texts blanked, every letter in its column."""
    line = log.line(number)
    kept = [" "] * len(line)
    start = piece.column if number == piece.start else 0
    for match in VALUE.finditer(line[start:]):
        for place in range(start + match.start(1), start + match.end(1)):
            kept[place] = line[place]
    return "".join(kept)


def _when(log: Log, piece: Payload, path: Path) -> tuple[int, Moment] | None:
    for found in times_in(log, piece, (*path, "")):
        if found:
            return found[0]
    return None


def _pipes(log: Log) -> Iterator[Text]:
    """Yield lines under a mark that stand indented below a line with a time."""
    run: list[tuple[int, str]] = []
    head = 0
    for number, line in [*log.numbered(), (len(log.text.lines) + 1, "")]:
        match = None if log.fenced(number) or ROW.fullmatch(line) else PIPE.match(line)
        above = next((n for n in range(number - 1, max(0, number - 4), -1) if re.search(r"\w", log.line(n))), 0)
        if match and (run or (above > 0 and log.moments(above))):
            head = head or above
            start = match.start("text")
            run.append((number, " " * start + line[start:]))
            continue
        if run:
            moments = log.moments(head)
            yield _made(log, run, (head, moments[0]) if moments else None)
        run, head = [], 0


def _cells(log: Log) -> Iterator[Text]:
    """Yield the words of messages that stand in a column of a table, with the time of their row."""
    for grid in grids(log):
        place = next((n for n, head in enumerate(grid.heads) if TEXT_HEAD.fullmatch(head)), None)
        answers = any(of_answers(head) for head in grid.heads)
        for row in grid.rows if place is not None and not answers else ():
            cell = row[place or 0]
            times = [one for other in row if other is not cell and (one := grid.moment(other))]
            if times and cell.text:
                text = " " * (cell.spot.column - 1) + cell.text
                yield Text(log=log, lines=((cell.spot.line, text),), sent=(cell.spot.line, times[0]), edited=False)


def _indented(log: Log) -> Iterator[Text]:
    """Yield what stands indented below a line that ends in a colon and calls it a message's words."""
    number, last = 1, len(log.text.lines)
    while number < last:
        line = log.line(number)
        start = number + 1 if log.line(number + 1).strip() else min(number + 2, last)
        end = start
        while end <= last and _deeper(log, end, line):
            end += 1
        if end > start and _introduces(log, number) and not log.fenced(number):
            when = next(((number, one) for one in log.moments(number)), None)
            heads = (place for place, text in caption(log, number) if SENT.search(text))
            when = when or next(((place, one) for place in heads for one in log.moments(place)), None)
            yield _made(log, [(n, text) for n, text in log.numbered(start, end - 1)], when)
        number = max(end, number + 1)


def _deeper(log: Log, number: int, head: str) -> bool:
    line = log.line(number)
    depth = len(line) - len(line.lstrip())
    bare = line.lstrip(" \t-*•")
    return (
        bool(line.strip()) and depth >= len(head) - len(head.lstrip()) + 2 and not re.match(r"\d\d:\d\d|[{\[|>$]", bare)
    )


def _introduces(log: Log, number: int) -> bool:
    line = log.line(number).rstrip()
    listed = LISTS.search(re.sub(r"\bby (?:e-?mail|mail|sms|text|phone|the bot|bot)\b", "", line))
    return line.endswith((":", "：")) and bool(WORDS.search(line)) and not listed


def _quotes(log: Log) -> Iterator[Text]:
    """Yield words in quotes in a line that says that they were sent."""
    for number, line in log.numbered():
        if log.fenced(number) or line.lstrip().startswith((">", '"', "{")):
            continue
        for match in QUOTE.finditer(line):
            before = line[: match.start()]
            if SENT.search(before) and line[match.start() - 1 : match.start()] != "{":
                text = " " * match.start("text") + match["text"]
                after = match.end() + BEHIND_MOST  # Well behind it stands something else: a correction, an answer.
                places = (*range(match.start() + 1), *range(match.end() + 1, after + 1))
                moments = [one for one in log.moments(number) if one.column in places]
                own = any(TEXT_HEAD.fullmatch(one.key) for one in log.fields_of(number, number))
                when = (number, moments[0]) if moments else _recorded(log, number) if own else None
                yield _made(log, [(number, text)], when)


def _quoted(log: Log) -> Iterator[Text]:
    """Yield lines that are nothing but words in quotes, under a line that says that they were sent."""
    for lines in in_quotes(log):
        number = lines[0][0]
        if log.fenced(number) or piece_at(log, number) is not None:
            continue
        heads = caption(log, number)
        told = any(SENT.search(text) for _, text in heads) or any(HEADS.search(text) for _, text in heads[:1])
        timed = told and any(one.column <= FIRST_MOST for place, _ in heads[:1] for one in log.moments(place))
        if heads and (timed or (SENT.search(heads[0][1]) and HEADS.search(heads[0][1]))):
            yield _made(log, lines, next(((heads[0][0], one) for one in log.moments(heads[0][0])), None))


def _chat(log: Log) -> Iterator[Text]:
    """Yield what is said in the lines of a chat, each at the time in front of it."""
    lines = [(number, CHAT.match(line) or LABELLED.match(line)) for number, line in log.numbered()]
    speaking = sum(match is not None for _, match in lines)
    for number, match in lines:
        if match is None or (match.re is CHAT and speaking < SPEAKING and not OF_A_CHAT.match(match[0])):
            continue
        moments, start = log.moments(number), match.start("text")
        if any(one.column - 1 == start for one in moments):
            continue  # `- 02:00 batch: 02:00:03 begun` names a batch.
        if moments and moments[0].end <= start + 1 and piece_at(log, number, len(log.line(number))) is None:
            # What somebody quotes ends with the quote; what stands behind it is the writer's.
            quote = QUOTE.match(match["text"])
            text = " " * start + (quote[0] if quote else match["text"])
            yield Text(log=log, lines=((number, text),), sent=(number, moments[0]), edited=False)
