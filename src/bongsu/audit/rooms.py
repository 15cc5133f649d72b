"""Telegram chats as a log shows them: their ids, with the words that say what chat each is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from bongsu.audit.answers import paragraph
from bongsu.audit.grids import grids
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import pieces, snake, walk
from bongsu.audit.stated import piece_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

GROUP_KEY = re.compile(r"(?:telegram_)?(?:group|supergroup|team_room|members)(?:_name|_title)?")
CHAT_HEAD = re.compile(
    r"(?:telegram |chat[ _]?|room |group )?(?:id|number|no\.?)|chat[ _]?id|(?:방 ?|채팅방 ?|대화방 ?)?(?:id|번호|아이디)"
)
ROOMS = pattern(r"\b(?:chats?|rooms?|(?:super)?groups?|channels?|telegram)\b|방|그룹|채널|텔레그램", re.IGNORECASE)
PRIVATE = re.compile(
    r"\b(?:private|direct) (?:chat|message|conversation)s?\b|\bDM\b|(?<![\d:])1:1(?![\d:])|개인 ?(?:대화|채팅|메시지)",
    re.IGNORECASE,
)
ID_OF = re.compile(
    r"\bid\b[^\w-]{0,3}(?:is |was |of )?\s*(-?\d{9,16})(?![\w.-])|(?:id|아이디|번호)(?:는|은|가)?\s*[:=]?\s*(-?\d{9,16})(?![\w.-])",
    re.IGNORECASE,
)
CHAT = pattern(
    r"(?<![A-Za-z])(?:telegram )?(?:chat|room|group|supergroup|channel|conversation)[ ._-]?(?:id|no\.?|number)?\b[`\"']?\s*(?:[:=(|]|is|was)?\s*[`\"']?(-?\d{6,16})(?![\w.]|-\d)"
    r"|(?:챗|채팅|채팅방|대화방|단체방|단톡방|방|그룹|채널|대화)[ _]?(?:id|아이디|번호|식별자)?(?:는|은|이|가)?\s*[:=(]?\s*[`\"']?(-?\d{6,16})(?![\w.]|-\d)",
    re.IGNORECASE,
)


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
            if told is None and one.get("type") in ("supergroup", "channel") and isinstance(one.get("id"), int):
                key, told = ("id",), one["id"]
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
