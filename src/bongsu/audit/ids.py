"""Ids of messages that a log shows, with the time and the chat that they belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bongsu.audit.claims import prose, sent
from bongsu.audit.grids import grids
from bongsu.audit.heads import of_answers, of_asking
from bongsu.audit.midnight import LEADS
from bongsu.audit.outgoing import BEFORE, BEHIND
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import pieces, snake, walk
from bongsu.audit.records import CHAT_ID, MESSAGE_ID, SLACK_TS, messages
from bongsu.audit.rooms import CHAT, PRIVATE, chats_of
from bongsu.audit.stated import epoch, half_open, one_day, piece_at, times_in, times_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bongsu.audit.findings import Spot
    from bongsu.audit.grids import Grid
    from bongsu.audit.log import Cell, Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.payloads import Path, Payload

NAMED = pattern(
    r"\b(?:message|msg|telegram|post|reply)[ _.-]?(?:id|no\.?|number|#)\b[`\"']?\s*(?:[:=#]|is|was|of)?\s*[`\"'#]?(\d{2,12})(?![\w.:]|-\d)"
    r"|(?:메시지|메세지|글|공지|알림|전문)[ _]?(?:id|아이디|번호|식별자)\s*(?:[:=#]|는|은|가)?\s*[`\"'#]?(\d{2,12})(?![\w.:]|-\d)"
    r"|\b(?:message|msg)\s?[=#]?\s?(\d{3,12})(?![\w.%]|:\S|-\d|,\d|\s?(?:s|ms|bytes|chars|characters|rows|of)\b)"
    r"|(?:메시지|메세지)\s?#?(\d{3,12})(?![\w.:%]|-\d|,\d|\s?(?:건|개|명|통|자|초|분|시))",
    re.IGNORECASE,
)
CALLED = re.compile(r"_|[=:#]|\bid\b|아이디|식별자|번호", re.IGNORECASE)
"""How a line gives an id, and does not only speak of a message by it."""
ENDED = re.compile(r"[`\"']?(?:\s*$|[,.;:)\]—–|]|\s{2}|\s*[\"“「(—–|-])")
PART_LEVEL = 2
ID = re.compile(r"(\d{1,12})(?:\.(\d{6}))?")
CHANNEL = re.compile(r"channel|채널|to")
AT = re.compile(r"[\s(),:;=@–—-]{0,4}(?:at |sent |telegram |tg |bot |텔레그램 ?|봇 ?)?", re.IGNORECASE)
KEYED = re.compile(r"\b(?:time|at|when|kst|utc|sent)[\"']?\s*[=:]\s*", re.IGNORECASE)
THEIRS = pattern(
    r"\b(?:ids?|numbers?)\b[^.]{0,30}\b(?:telegram|message)|telegram(?:['’]s)? (?:ids?|numbers?)|(?:번호|아이디|id)\S{0,2} ?[^.]{0,16}텔레그램|텔레그램[^.]{0,16}(?:번호|아이디)",
    re.IGNORECASE,
)
"""What says of all the bare ids of a log that they are those of its messages."""
EPOCH_HEAD = re.compile(r"date|unix|epoch|timestamp|유닉스|에포크", re.IGNORECASE)
CLOCK_HEAD = re.compile(
    r"(?:.*\b)?(?:time|when|at|clock|kst|utc|local|stamp)(?: \(?\w{2,8}\)?)?|(?:.* )?(?:시각|시간|일시|때)(?: ?\(?\w{2,8}\)?)?"
)
ABOUT_ANOTHER = re.compile(
    r"thread_ts|\b(?:on|to|under|for|of|onto|at|with) (?:the )?(?:message|msg|post|page|card|ts)\b|\b(?:reply|replies|replied|repl|callback|press(?:es|ed)?|button|reaction|reacted|edit(?:ed)?|delet\w+|"
    r"pinned|unpinned|forward\w*|quot\w+|again|look\w*|check\w*|still|seen|see|was \w+ asking|count\w*|parent|update[ds]?|until|after|before|since)\b"
    r"|답글|회신|버튼|누[르름른]|눌[렀러]|수정|삭제|고정|반응|다시|이후|이전|에 대한|아래",
    re.IGNORECASE,
)
MESSAGE_KEY = re.compile(r"(?:telegram_|tg_)?(?:message|msg)_?id|(?:telegram|tg)_id")
BARE = re.compile(
    r"\b(?:id|accepted as|taken as|stored as|became)\s*[:=#]?\s*(\d{3,12})(?![\w.:%-]|,\d)|번호\S?\s*[:=#]?\s*(\d{3,12})(?![\w.:%-]|,\d)",
    re.IGNORECASE,
)
OF_ANOTHER = re.compile(
    r"\b(?!message|msg|telegram|its|the|with|and|got|as|new|is|id|ok|sent|posted|answer|tg)[A-Za-z]+[ _-]*$|(?:방|계정|요청|사용자|작업|티켓|예약|주문|전화) ?$",
    re.IGNORECASE,
)
TELEGRAM = pattern(
    r"telegram|\btg\b|텔레그램|\bbot\b|봇|message[ _-]ids?|메시지 ?(?:id|번호)|chat_id|단체방|단톡", re.IGNORECASE
)
QUEUE = pattern(r"queue|kafka|\bsqs\b|topic|offset|worker|consumer|mail|큐|대기열|문자", re.IGNORECASE)
ID_HEAD = re.compile(
    r"(?:telegram |tg )?(?:message|msg|post|메시지|메세지|글)[ _.]?(?:ids?|no\.?|number|#|번호|아이디)|(?:telegram|tg|텔레그램) (?:id|번호)"
)
REFERS = re.compile(
    r"args|arguments|params|parameters|request|query|reply_to_message|callback_query|ref|refs|reference|refers_to|original|parent|container|target|edited|pinned_message|message_ref"
)
PRESSED_KEYS = frozenset(["by", "who", "user", "pressed_by", "pressed", "person"])
ROOM_HEAD = re.compile(
    r"chat|chat[ _]id|room|to|channel|group|where|service|app|recipient|person|who|name|이름|받는 사람|수신자|방|채널|그룹|대상|받는 곳|앱|채팅방"
)
ROOM = re.compile(
    r"(#[\w-]{2,40})|(?<=\d )((?:[\w-]+ )?(?:group|room|chat|channel|private)|\w+(?:,| in| \()? ?private)\b|\b(?:to|in|into) (?:the )?[\"'`“]?([\w-]+)[\"'`”]? (?:group|room|chat|channel)\b|\b(?:to|with) ([A-Z][a-z]+)\b(?: alone| privately|'s)"
    r"|[`\"'“]([\w가-힣 -]{2,20})[`\"'”] ?(?:방|채널|그룹)|([\w가-힣-]{1,12}) ?(?:단체방|단톡방|채널|그룹)(?:에|으로)"
)
PLAIN_ROOMS = ("the", "same", "this", "our", "that", "telegram", "ops", "group", "같은", "우리", "텔레그램")
"""Words that give a room no name of its own."""


class Sure(Enum):
    """How surely it is known when a message was sent."""

    INSTANT = "instant"
    """To be compared with every other."""
    CLOCK = "clock"
    """By a clock of an unknown zone, on a known day."""
    HERE = "here"
    """By a clock on a day that the log leaves open: only what stands in the same part can be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """An id of a message as a log shows it for the message's sending."""

    chat: str
    """The chat's own id, or nothing when the log does not say."""
    number: int
    text: str
    when: datetime
    exact_s: int
    sure: Sure
    part: int
    """The line at which the section or the table begins that shows it."""
    spot: Spot
    answered: bool = False
    """Whether it is the service's own answer, with its own time."""


@lru_cache(maxsize=64)
def numbered(log: Log) -> tuple[Numbered, ...]:
    """Return the ids of Telegram messages, each with the time of its sending, in the order of the lines.

    An id that is told of several times was sent at the first of them.
    """
    found: dict[tuple[str, int], list[Numbered]] = {}
    for one in (*_of_json(log), *_of_lines(log), *_of_rows(log), *_recorded(log)):
        found.setdefault((one.chat, one.number), []).append(one)
    kept = [one for same in found.values() for one in _first(same)]
    return tuple(sorted(kept, key=lambda one: (one.spot.line, one.spot.column)))


def _first(same: list[Numbered]) -> list[Numbered]:
    """Return which of several places that show one id tells of its sending; several, where each is the service's answer."""
    answers = [one for one in same if one.answered]
    best = next(sure for sure in Sure if any(one.sure is sure for one in same))
    return answers or [min((one for one in same if one.sure is best), key=lambda one: (one.when, one.spot.line))]


def dated(log: Log, moment: Moment) -> Sure:
    """Return how surely a time is known that is stated for a message."""
    if half_open(log, moment) or (not moment.own_date and (not moment.dated or not one_day(log))):
        return Sure.HERE
    zoned = moment.zone_min is not None and (moment.own_zone or log.zone_told)
    return Sure.INSTANT if zoned else Sure.CLOCK


def _of_json(log: Log) -> Iterator[Numbered]:
    for piece in pieces(log):
        for path, one in walk(piece.value):
            if not isinstance(one, dict) or refers(path) or PRESSED_KEYS & one.keys():
                continue
            key = next((name for name in one if MESSAGE_KEY.fullmatch(snake(str(name)))), "message_id")
            told = one.get(key)
            chat = one["chat"].get("id") if isinstance(one.get("chat"), dict) else one.get("chat_id")
            chat = chat or _sent_to(piece, (*path, key))
            if one.get("type") == "message" and re.fullmatch(r"1\d{9}", str(one.get("date_unixtime"))):
                # As Telegram Desktop exports a chat.
                yield from _made(log, piece, (*path, "id"), (str(chat or ""), one.get("id"), int(one["date_unixtime"])))
            elif isinstance(told, int) and not isinstance(told, bool) and "callback_query" not in one:
                yield from _made(log, piece, (*path, key), (str(chat or ""), told, one.get("date")))


def refers(path: Path) -> bool:
    """Return whether a member of a JSON text names a message that is there already: what is edited, answered, pressed."""
    return any(isinstance(step, str) and REFERS.fullmatch(snake(step)) for step in path)


def _sent_to(piece: Payload, path: Path) -> str:
    """Return the name of the chat that the call around an answer was for."""
    around = (one for _, one in piece.above(path) if isinstance(one, dict))
    return next((one["to"] for one in around if isinstance(one.get("to"), str)), "")


def _recorded(log: Log) -> Iterator[Numbered]:
    """Yield the ids of messages in the records of a log, by the times at which those say that they were sent."""
    for record in messages(log):
        when, one = sent(record), record.first(MESSAGE_ID) or record.first(SLACK_TS)
        match = ID.search(one.value) if one and record.service else None
        if when is None or one is None or match is None:
            continue
        chat = record.first(CHAT_ID) or record.first(CHANNEL)
        name = chat.value.strip("`") if chat else ""
        yield Numbered(
            chat=name if record.service == "telegram" else f"{record.service} {name}",
            number=int(match[1] + (match[2] or "")),
            text=match[0],
            when=when.at,
            exact_s=when.to_s,
            sure=dated(log, when),
            part=_part(log, record.start),
            spot=one.spot,
        )


def _made(log: Log, piece: Payload, path: Path, told: tuple[str, Any, Any]) -> Iterator[Numbered]:
    chat, number, date = told
    if not isinstance(number, int):
        return
    when = epoch(str(date)) if isinstance(date, int) and len(str(date)) == 10 else None
    stated = None if when else next((one[0][1] for one in times_in(log, piece, path) if one), None)
    when = stated.at if stated else when
    if when is not None:
        yield Numbered(
            chat=chat,
            number=number,
            text=str(number),
            when=when,
            exact_s=stated.to_s if stated else 1,
            sure=dated(log, stated) if stated else Sure.INSTANT,
            part=_part(log, piece.start),
            spot=log.at(piece.lines[path], str(number)),
            answered=stated is None,
        )


def _of_lines(log: Log) -> Iterator[Numbered]:
    telegram = any(TELEGRAM.search(line) for _, line in log.numbered())
    theirs = any(THEIRS.search(line) for _, line in log.numbered())
    for number, line in log.numbered() if telegram else ():
        if line.lstrip().startswith("|") or ABOUT_ANOTHER.search(prose(line)) or QUEUE.search(line):
            continue
        regex = NAMED if NAMED.search(line) else BARE
        if regex is BARE and not (theirs or TELEGRAM.search(line)):
            continue
        matches = [one for one in regex.finditer(line) if piece_at(log, number, one.start()) is None]
        if regex is BARE:
            matches = [one for one in matches if not OF_ANOTHER.search(line[: one.start()])]
        if len(matches) > 1:
            yield from _several(log, number, matches)
        elif matches and (moment := _beside(log, number, matches[0])):
            yield _in_line(log, number, (matches[0], moment), _room(log, number, line))


def _in_line(log: Log, number: int, found: tuple[re.Match[str], Moment], chat: str) -> Numbered:
    match, moment = found
    group = _group(match)
    return Numbered(
        chat=chat,
        number=int(match[group]),
        text=match[group],
        when=moment.at,
        exact_s=moment.to_s,
        sure=dated(log, moment),
        part=_part(log, number),
        spot=log.spot(number, match, group),
    )


def _part(log: Log, number: int) -> int:
    """Return the line at which the part of a log begins, with the headings below its own."""
    section = log.section(number)
    whole = (one for one in log.sections if one.level == PART_LEVEL and one.start <= section.start <= one.last)
    return next((one.start for one in whole), section.start)


def _group(match: re.Match[str]) -> int:
    return next(n for n in range(1, 5) if n <= (match.lastindex or 1) and match[n])


def _beside(log: Log, number: int, match: re.Match[str]) -> Moment | None:
    """Return the time at which a message was sent whose id a line shows: it leads the line, or its words or the id stand at it.

    What a line says of a message goes on behind its id: there it is not the line of its sending.
    """
    line = log.line(number)
    if not (CALLED.search(match[0]) or ENDED.match(line, match.end())):
        return None
    stated = next((one for one in times_of(log, number) if one), [])
    if stated and stated[0][0] != number:
        return stated[0][1]
    mine = [one for _, one in stated]
    sent = [one for one in mine if BEFORE.search(line[: one.column - 1]) or BEHIND.match(line[one.end - 1 :])]
    near = [
        one
        for one in mine
        if (one.column > match.end() and AT.fullmatch(line[match.end() : one.column - 1]))
        or (one.end <= match.start() + 1 and AT.fullmatch(line[one.end - 1 : match.start()]))
    ]
    leads = [one for one in mine[:1] if LEADS.fullmatch(KEYED.sub("", line[: one.column - 1]))]
    return next(iter([*sent, *near, *leads]), None)


def _room(log: Log, number: int, line: str) -> str:
    """Return the chat that a line's message went to, as the log calls it."""
    chats = {str(one.id) for one in chats_of(log)}
    own = CHAT.search(line)
    if own:
        return next((one for one in own.groups() if one), "")
    if PRIVATE.search(line):
        return "private"
    called = _called(line) or _aside(log, line)
    if called:
        return called
    return "".join(chats) if len(chats) < 2 else _above(log, number)


def _of_rows(log: Log) -> Iterator[Numbered]:
    for grid in grids(log):
        place = next((n for n, head in enumerate(grid.heads) if ID_HEAD.fullmatch(head)), None)
        where = next((n for n, head in enumerate(grid.heads) if ROOM_HEAD.fullmatch(head)), None)
        for row in grid.rows if place is not None else ():
            cell = row[place or 0]
            found = _row_time(log, grid, row) if re.fullmatch(r"\d{2,12}", cell.text) else None
            if found:
                yield Numbered(
                    chat=row[where].text.lower() if where is not None else "",
                    number=int(cell.text),
                    text=cell.text,
                    when=found[0],
                    exact_s=found[1],
                    sure=found[2],
                    part=grid.start,
                    spot=cell.spot,
                )


def _row_time(log: Log, grid: Grid, row: tuple[Cell, ...]) -> tuple[datetime, int, Sure] | None:
    """Return the time at which a row's message was sent: the service's own, else what stands under a head for it."""
    for n, head in enumerate(grid.heads):
        when = epoch(row[n].text) if re.fullmatch(r"1\d{9}", row[n].text) and EPOCH_HEAD.search(head) else None
        if when:
            return when, 1, Sure.INSTANT
    for told in (of_asking, CLOCK_HEAD.fullmatch):
        for n, head in enumerate(grid.heads):
            moment = grid.moment(row[n]) if told(head) and not of_answers(head) else None
            if moment:
                return moment.at, moment.to_s, dated(log, moment)
    return None


def _several(log: Log, number: int, matches: list[re.Match[str]]) -> Iterator[Numbered]:
    """Yield the ids of a sentence that gives each its own time in front of it."""
    moments = log.moments(number)
    before = [[one for one in moments if one.column <= match.start()][-1:] for match in matches]
    if not all(before) or len({one[0].column for one in before}) < len(matches):
        return
    for match, (moment,) in zip(matches, before, strict=True):
        yield _in_line(log, number, (match, moment), "")


def _aside(log: Log, line: str) -> str:
    """Return what stands in brackets at the end of a line if the log calls a room so."""
    match = re.search(r"\(([\w가-힣-]{2,20})\)\W*$", line)
    if match is None:
        return ""
    room = re.compile(rf"\b{re.escape(match[1])}(?:['’]s?|s)? ?(?:group|room|chat|channel|방|그룹|채널)", re.IGNORECASE)
    return match[1].lower() if any(room.search(text) for _, text in log.numbered()) else ""


def _called(line: str) -> str:
    """Return the name that a line gives to the room or the person that it wrote to, if any."""
    match = ROOM.search(line)
    name = next((one for one in match.groups() if one), "").lower() if match else ""
    return "" if name in PLAIN_ROOMS else name


def _above(log: Log, number: int) -> str:
    """Return the chat that is named last above a line in its section; a name of its own for each section without one."""
    start = log.section(number).start
    near = [one for one in chats_of(log) if start <= one.spot.line <= number]
    return str(near[-1].id) if near else f"section {start}"
