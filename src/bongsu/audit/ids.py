"""Ids that a log shows: of messages, with the time and the chat that they belong to, and of Telegram chats, with their kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from bongsu.audit.answers import paragraph
from bongsu.audit.claims import prose
from bongsu.audit.grids import grids
from bongsu.audit.payloads import pieces, snake, walk
from bongsu.audit.stated import DAY_S, HALF_HOUR_S, SECONDS_MOST, epoch, piece_at, times_in, times_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.payloads import Path, Payload

NAMED = re.compile(
    r"\b(?:message|msg|telegram|post|reply)[ _.-]?(?:id|no\.?|number|#)\b[`\"']?\s*(?:[:=#]|is|was|of)?\s*[`\"'#]?(\d{2,12})(?![\w.:]|-\d)"
    r"|(?:메시지|메세지|글|공지|알림|전문)[ _]?(?:id|아이디|번호|식별자)\s*(?:[:=#]|는|은|가)?\s*[`\"'#]?(\d{2,12})(?![\w.:]|-\d)"
    r"|\b(?:message|msg)\s?[=#]?\s?(\d{3,12})(?![\w.:%]|-\d|,\d|\s?(?:s|ms|bytes|chars|characters|rows|of)\b)"
    r"|(?:메시지|메세지)\s?#?(\d{3,12})(?![\w.:%]|-\d|,\d|\s?(?:건|개|명|통|자|초|분|시))",
    re.IGNORECASE,
)
TS = re.compile(r"(?<![\d.])(1\d{9}\.\d{6})(?!\d)")
ABOUT_ANOTHER = re.compile(
    r"thread_ts|\b(?:on|to|under|for|of|onto|at|with) (?:the )?(?:message|msg|post|page|card|ts)\b|\b(?:reply|replies|replied|repl|callback|press(?:es|ed)?|button|reaction|reacted|edit(?:ed)?|delet\w+|"
    r"pinned|unpinned|forward\w*|quot\w+|again|look\w*|check\w*|still|seen|see|was \w+ asking|count\w*|parent|update[ds]?|until|after|before|since)\b"
    r"|답글|회신|버튼|누[르름른]|눌[렀러]|수정|삭제|고정|반응|다시|이후|이전|에 대한|아래",
    re.IGNORECASE,
)
MESSAGE_KEY = re.compile(r"(?:telegram_|tg_)?(?:message|msg)_?id|(?:telegram|tg)_id")
BARE = re.compile(
    r"\b(?:ids?|accepted as|taken as|stored as|became)\s*[:=#]?\s*(\d{3,12})(?![\w.:%-]|,\d)|번호\S?\s*[:=#]?\s*(\d{3,12})(?![\w.:%-]|,\d)",
    re.IGNORECASE,
)
OF_ANOTHER = re.compile(
    r"\b(?!message|msg|telegram|its|the|with|and|got|as|new|is|id|ok|sent|posted|answer|tg)[A-Za-z]+[ _-]*$|(?:방|계정|요청|사용자|작업|티켓|예약|주문|전화) ?$",
    re.IGNORECASE,
)
TELEGRAM = re.compile(
    r"telegram|\btg\b|텔레그램|\bbot\b|봇|message[ _-]ids?|메시지 ?(?:id|번호)|chat_id|단체방|단톡", re.IGNORECASE
)
QUEUE = re.compile(r"queue|kafka|\bsqs\b|topic|offset|worker|consumer|mail|큐|대기열|문자", re.IGNORECASE)
ID_HEAD = re.compile(
    r"(?:telegram |slack |tg )?(?:message|msg|post|메시지|메세지|글)[ _.]?(?:ids?|no\.?|number|#|번호|아이디)|(?:slack )?ts|(?:telegram|tg|텔레그램) (?:id|번호)"
)
REFERS = re.compile(
    r"args|arguments|params|parameters|request|query|reply_to_message|callback_query|ref|refs|reference|refers_to|original|parent|container|target|edited|pinned_message|message_ref"
)
PRESSED_KEYS = frozenset(["by", "who", "user", "pressed_by", "pressed", "person"])
GROUP_KEY = re.compile(r"(?:telegram_)?(?:group|supergroup|team_room|members)(?:_name|_title)?")
CHAT_HEAD = re.compile(
    r"(?:telegram |chat[ _]?|room |group )?(?:id|number|no\.?)|chat[ _]?id|(?:방 ?|채팅방 ?|대화방 ?)?(?:id|번호|아이디)"
)
ROOMS = re.compile(r"\b(?:chats?|rooms?|(?:super)?groups?|channels?|telegram)\b|방|그룹|채널|텔레그램", re.IGNORECASE)
ID_OF = re.compile(
    r"\bid\b[^\w-]{0,3}(?:is |was |of )?\s*(-?\d{9,16})(?![\w.-])|(?:id|아이디|번호)(?:는|은|가)?\s*[:=]?\s*(-?\d{9,16})(?![\w.-])",
    re.IGNORECASE,
)
ROOM_HEAD = re.compile(
    r"chat|chat[ _]id|room|to|channel|group|where|service|app|recipient|person|who|name|이름|받는 사람|수신자|방|채널|그룹|대상|받는 곳|앱|채팅방"
)
CHAT = re.compile(
    r"(?<![A-Za-z])(?:telegram )?(?:chat|room|group|supergroup|channel|conversation)[ ._-]?(?:id|no\.?|number)?\b[`\"']?\s*(?:[:=(|]|is|was)?\s*[`\"']?(-?\d{6,16})(?![\w.]|-\d)"
    r"|(?:챗|채팅|채팅방|대화방|단체방|단톡방|방|그룹|채널|대화)[ _]?(?:id|아이디|번호|식별자)?(?:는|은|이|가)?\s*[:=(]?\s*[`\"']?(-?\d{6,16})(?![\w.]|-\d)",
    re.IGNORECASE,
)
ROOM = re.compile(
    r"(#[\w-]{2,40})|(?<=\d )((?:[\w-]+ )?(?:group|room|chat|channel|private)|\w+(?:,| in| \()? ?private)\b|\b(?:to|in|into) (?:the )?[\"'`“]?([\w-]+)[\"'`”]? (?:group|room|chat|channel)\b|\b(?:to|with) ([A-Z][a-z]+)\b(?: alone| privately|'s)"
    r"|[`\"'“]([\w가-힣 -]{2,20})[`\"'”] ?(?:방|채널|그룹)|([\w가-힣-]{1,12}) ?(?:단체방|단톡방|채널|그룹)(?:에|으로)"
)
PLAIN_ROOMS = ("the", "same", "this", "our", "that", "telegram", "ops", "group", "같은", "우리", "텔레그램")
"""Words that give a room no name of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """An id of a message as a log shows it for the message's sending."""

    service: str
    chat: str
    """The chat's own id, or nothing when the log does not say."""
    number: tuple[int, int]
    text: str
    when: datetime | None
    exact_s: int
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """An id of a Telegram chat with the words that say what chat it is."""

    id: int
    spot: Spot
    near: str
    """What stands with it in its line or object."""
    around: str
    """What stands in the lines around it."""
    kind: str = ""
    """The `type` of its object."""


@lru_cache(maxsize=64)
def numbered(log: Log) -> tuple[Numbered, ...]:
    """Return the ids of messages in the order of the lines."""
    found = [*_of_json(log), *_of_lines(log), *_of_rows(log)]
    return tuple(sorted(found, key=lambda one: (one.spot.line, one.spot.column)))


def _of_json(log: Log) -> Iterator[Numbered]:
    for piece in pieces(log):
        for path, one in walk(piece.value):
            if not isinstance(one, dict) or refers(path) or PRESSED_KEYS & one.keys():
                continue
            key = next((name for name in one if MESSAGE_KEY.fullmatch(snake(str(name)))), "message_id")
            told = one.get(key)
            chat = one["chat"].get("id") if isinstance(one.get("chat"), dict) else one.get("chat_id")
            chat = chat or _sent_to(piece, (*path, key))
            if isinstance(told, int) and not isinstance(told, bool) and "callback_query" not in one:
                yield _made(log, piece, (*path, key), ("telegram", str(chat or ""), one.get("date")))
            elif isinstance(one.get("ts"), str) and TS.fullmatch(one["ts"]) and path[-1:] != ("message",):
                yield _made(log, piece, (*path, "ts"), ("slack", str(one.get("channel", "")), None))


def refers(path: Path) -> bool:
    """Return whether a member of a JSON text names a message that is there already: what is edited, answered, pressed."""
    return any(isinstance(step, str) and REFERS.fullmatch(snake(step)) for step in path)


def _sent_to(piece: Payload, path: Path) -> str:
    """Return the name of the chat that the call around an answer was for."""
    around = (one for _, one in piece.above(path) if isinstance(one, dict))
    return next((one["to"] for one in around if isinstance(one.get("to"), str)), "")


def _made(log: Log, piece: Payload, path: Path, told: tuple[str, str, Any]) -> Numbered:
    service, chat, date = told
    value: Any = piece.value
    for step in path:
        value = value[step]
    when = epoch(str(date)) if isinstance(date, int) and len(str(date)) == 10 else None
    stated = None if when else next((one[0][1] for one in times_in(log, piece, path) if one), None)
    first, _, last = str(value).partition(".")
    if stated:
        when = _on_its_day(stated, first if last else "")
    return Numbered(
        service=service,
        chat=chat,
        number=(int(first), int(last or 0)),
        text=str(value),
        when=when,
        exact_s=stated.to_s if stated else 1,
        spot=log.at(piece.lines[path], str(value)),
    )


def _of_lines(log: Log) -> Iterator[Numbered]:
    chats = {str(one.id) for one in chats_of(log)}
    telegram = any(TELEGRAM.search(line) for _, line in log.numbered())
    for number, line in log.numbered():
        if line.lstrip().startswith("|") or ABOUT_ANOTHER.search(prose(line)) or QUEUE.search(line):
            continue
        for regex in (NAMED, TS) if NAMED.search(line) or not telegram else (BARE, TS):
            matches = [one for one in regex.finditer(line) if piece_at(log, number, one.start()) is None]
            if regex is BARE:
                matches = [one for one in matches if not OF_ANOTHER.search(line[: one.start()])]
            group = next((n for n in range(1, 5) if matches and n <= (matches[0].lastindex or 1) and matches[0][n]), 1)
            if len(matches) > 1 and regex is not TS and telegram:
                yield from _several(log, number, matches)
                continue
            if (
                len(matches) != 1
                or (regex is not TS and not telegram)
                or (stated := next((one for one in times_of(log, number) if one), None)) is None
            ):
                continue
            text = matches[0][group]
            first, _, last = text.partition(".")
            own = CHAT.search(line)
            called = _called(line) or _aside(log, line)
            chat = next((one for one in own.groups() if one), "") if own else called or "".join(chats)
            before = [one for place, one in stated if place != number or one.column <= matches[0].start()]
            moment = before[-1] if before else stated[0][1]
            yield Numbered(
                service="slack" if regex is TS else "telegram",
                chat="" if regex is TS else chat if len(chats) < 2 or own else called or _above(log, number),
                number=(int(first), int(last or 0)),
                text=text,
                when=_on_its_day(moment, first if regex is TS else ""),
                exact_s=moment.to_s,
                spot=log.spot(number, matches[0], group),
            )


def _on_its_day(moment: Moment, ts: str) -> datetime | None:
    """Return a time of day on the day that its ts is of, which a line without a date leaves open."""
    told, when = epoch(ts) if ts else None, moment.at
    if told is None:
        return when
    if moment.zone_min is None:
        # A clock of no known zone is some half hours away; one that is not is slack_ts_clock's business.
        apart = (told - when).total_seconds() + SECONDS_MOST
        return told if apart % HALF_HOUR_S <= 2 * SECONDS_MOST else None
    days = round((told - when).total_seconds() / DAY_S)
    moved = when + timedelta(days=days)
    return moved if abs((told - moved).total_seconds()) <= SECONDS_MOST else when


def _of_rows(log: Log) -> Iterator[Numbered]:
    for table in log.tables:
        place = next((n for n, head in enumerate(table.heads) if ID_HEAD.fullmatch(head)), None)
        where = next((n for n, head in enumerate(table.heads) if ROOM_HEAD.fullmatch(head)), None)
        for row in table.rows if place is not None else ():
            cell = row[place or 0]
            match = re.fullmatch(r"(\d{2,12})(?:\.(\d{6}))?", cell.text)
            times = log.moments(cell.spot.line)
            if match and times:
                yield Numbered(
                    service="slack" if match[2] else "telegram",
                    chat=row[where].text.lower() if where is not None else "",
                    number=(int(match[1]), int(match[2] or 0)),
                    text=match[0],
                    when=times[0].at,
                    exact_s=times[0].to_s,
                    spot=cell.spot,
                )


def _several(log: Log, number: int, matches: list[re.Match[str]]) -> Iterator[Numbered]:
    """Yield the ids of a sentence that gives each its own time in front of it."""
    moments = log.moments(number)
    before = [[one for one in moments if one.column <= match.start()][-1:] for match in matches]
    if not all(before) or len({one[0].column for one in before}) < len(matches):
        return
    for match, (moment,) in zip(matches, before, strict=True):
        group = next(n for n in range(1, 5) if n <= (match.lastindex or 1) and match[n])
        yield Numbered(
            service="telegram",
            chat="",
            number=(int(match[group]), 0),
            text=match[group],
            when=moment.at,
            exact_s=moment.to_s,
            spot=log.spot(number, match, group),
        )


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


@lru_cache(maxsize=64)
def chats_of(log: Log) -> tuple[Chat, ...]:
    """Return the ids of Telegram chats in the order of the lines."""
    found = {one.spot: one for one in (*_chats_of_lines(log), *_chats_of_tables(log), *_chats_of_json(log))}
    return tuple(sorted(found.values(), key=lambda one: (one.spot.line, one.spot.column)))


def _chats_of_json(log: Log) -> Iterator[Chat]:
    for piece in pieces(log):
        before = log.line(piece.start)[: piece.column]
        for path, one in walk(piece.value):
            if not isinstance(one, dict):
                continue
            inner = one.get("chat")
            key = ("chat", "id") if isinstance(inner, dict) else ("chat_id",)
            told = inner.get("id") if isinstance(inner, dict) else one.get("chat_id")
            if not isinstance(told, int | str) or not re.fullmatch(r"-?\d{5,16}", str(told)):
                continue
            known = inner if isinstance(inner, dict) else one
            notes = [
                before,
                *(str(around.get("note", "")) for _, around in piece.above((*path, *key)) if isinstance(around, dict)),
            ]
            said = [
                str(one.get(name, ""))
                for name in ("chat_name", "room", "title", "target", "audience", "kind", "chat_kind")
            ]
            kind = str(known.get("type") or one.get("chat_type") or "")
            said += ["group"] if any(GROUP_KEY.fullmatch(snake(str(name))) for name in one) else []
            titled = "group" if "title" in known and inner else "private" if inner and "first_name" in known else ""
            yield Chat(
                id=int(told),
                spot=log.at(piece.lines[(*path, *key)], str(told)),
                near=" ".join([*said, *notes[:4], kind]),
                around="",
                kind=kind.lower() or titled,
            )


def _chats_of_tables(log: Log) -> Iterator[Chat]:
    for grid in grids(log):
        place = next((n for n, head in enumerate(grid.heads) if CHAT_HEAD.fullmatch(head)), None)
        about = f"{' '.join(grid.heads)} {log.section(grid.start).title}"
        for row in grid.rows if place is not None and ROOMS.search(about) else ():
            if re.fullmatch(r"-?\d{6,16}", row[place or 0].text):
                near = " ".join(cell.text for cell in row)
                yield Chat(id=int(row[place or 0].text), spot=row[place or 0].spot, near=near, around="")


def _chats_of_lines(log: Log) -> Iterator[Chat]:
    for number, line in log.numbered():
        named = list(CHAT.finditer(line)) or (list(ID_OF.finditer(line)) if ROOMS.search(line) else [])
        for match in named:
            group = 1 if match[1] else 2
            if piece_at(log, number, match.start()) is not None:
                continue
            row = line.lstrip().startswith("|")
            around = _pairs(log, number) if row else " ".join(text for _, text in islice(_near(log, number), 8))
            head = log.section(number).title
            yield Chat(id=int(match[group]), spot=log.spot(number, match, group), near=line, around=f"{head} {around}")


def _pairs(log: Log, number: int) -> str:
    """Return the text of a table of names and values; nothing for a table of another width."""
    for table in log.tables:
        if len(table.heads) == 2 and any(row[0].spot.line == number for row in table.rows):
            return " ".join(cell.text for row in table.rows for cell in row)
    return ""


def _near(log: Log, number: int) -> Iterator[tuple[int, str]]:
    return ((place, text) for place, text in paragraph(log, number) if abs(place - number) <= 4)
