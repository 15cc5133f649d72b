"""Telegram numbers messages and chats: a message's id is a whole number above 0, a supergroup's chat id begins with -100.

Source: Telegram Bot API: Message (`message_id` Integer, `date` Integer), Chat (`id` Integer), User (`username` of a bot ends
in `bot`); chat ids of supergroups and channels are -100 and the channel's number, those of basic groups are not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.answers import NEVER, caption
from bongsu.audit.facts import Facts, facts
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.grids import grids
from bongsu.audit.ids import TELEGRAM
from bongsu.audit.patterns import pattern
from bongsu.audit.rules import telegram_private_chat
from bongsu.audit.stated import piece_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
ID_NAME = re.compile(
    r"(?:telegram_|tg_)?(?:message|msg)_?(?:id|no|번호)|메시지_?(?:id|번호|아이디)|reply_to_message_id"
)
OF_TELEGRAM = frozenset(
    ["chat", "chat_id", "from_id", "reply_markup", "sender_chat", "message_thread_id", "방", "채팅방"]
)
QUEUE = re.compile(
    r"\b(?:sns|sqs|ses|kafka|pub/?sub|smtp|e-?mail|queue|topic|publish\w*|MessageId|MD5\w*|slack|rabbit\w*|servicebus)\b|메일|큐|슬랙|문자",
    re.IGNORECASE,
)
SAID = pattern(
    r"\b(?:message|msg)[ _-]?(?:id|no\.?|number)\b[`\"')]{0,2}\s*(?:[:=#]|is|was|of)?\s*[`\"'(#]{0,2}(?P<id>-?[A-Za-z0-9][\w.-]*[\w])"
    r"|(?:메시지|메세지)[ _]?(?:id|아이디|번호)\S?\s*[:=#]?\s*[`\"'(#]{0,2}(?P<ko>-?[A-Za-z0-9][\w.-]*[\w])",
    re.IGNORECASE,
)
MADE = re.compile(r"(?=.*\d)[A-Za-z0-9]+(?:[-_.:][A-Za-z0-9]+)*")
WORD = re.compile(r"\d+(?:st|nd|rd|th|s|ms|개|건|번)|\d{1,6}-\d{1,6}|\d+\.")
"""`3rd`, `3300-3304`: words and spans, no ids."""
WHOLE = re.compile(r"\d{1,12}")
HASH = re.compile(r"^\W{0,3}(?:\[?\d{1,2}:\d\d(?::\d\d)?\]?)?\s*#(?P<id>-?\d{2,9})\b")
HASH_LEAST = 3
ABOVE = 5
TITLED = frozenset(["title", "username", "invite_link"])
"""Members that Telegram's chats have."""
FAR = re.compile(r"-100\d{9,11}")
NUMBER = re.compile(r"-?\d{5,16}")
BOT_FOR_CHAT = pattern(
    r"(?:\bchat[ _-]?id|\b(?:group|room|channel)(?:'s)? id|\b(?:its|the) id|아이디|(?:채팅)?방 ?(?:id|번호)|\bid)(?![A-Za-z])(?P<gap>[^\n@\d,;|]{0,30})(?P<id>@\w{2,28}bot)\b",
    re.IGNORECASE,
)
BOTS_OWN = re.compile(
    r"\b(?:bots?(?:'s)?|user(?:name)?|member)\b|봇|사용자|\b400\b|bad request|\berror|not found|refused|거부|오류|실패|틀림|틀렸|고침|바로잡|\b(?:wrong|typo|mistake)|corrected",
    re.IGNORECASE,
)
"""What says that an id is meant to be a bot's own, or that somebody saw that it is none."""
NAME_FOR_CHAT = re.compile(
    r"\bchat(?:_id|\.id| id)\b[`\"']{0,2}[^\n@]{0,40}?(?P<id>@[A-Za-z]\w{4,31})\b|(?P<first>@[A-Za-z]\w{4,31})\b[^\n@]{0,40}\bchat\.id\b"
)
ANSWERED = re.compile(
    r"getUpdates|getChat\b|\bresult\b|\banswer|\breturn|\brespon|\bcame back|\bgave back|\bupdates?\b|응답|답의|답에|답이|돌아온|돌려준|찍혀",
    re.IGNORECASE,
)
SENT_TO = re.compile(r"-\d{6,}|\bsend(?:s|ing)?\b|\bsent (?:to|with)\b|\brequest\b|보내|보낼|요청")
"""What makes a name the one that a call was sent to, or gives the id beside it."""
INSTEAD = "the member of sendMessage's answer exactly as it came"


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield ids that Telegram does not give: texts for numbers, numbers below 1, chats of another kind than their type."""
    for log in logs:
        found: dict[int, Hit] = {}
        for hit in (
            *_grouped(log),
            *_in_lines(log),
            *_listed(log),
            *_in_tables(log),
            *_named_bot(log),
            *_named_chat(log),
        ):
            found.setdefault(hit.spot.line, hit)
        yield from found.values()


def _grouped(log: Log) -> Iterator[Hit]:
    for group in facts(log):
        keys = group.of.keys()
        if any(NEVER.search(line) for _, line in caption(log, group.start)):
            continue
        names = [name for name in keys if ID_NAME.fullmatch(name)]
        if names and _of_telegram(log, group):
            for name in names:
                yield from _message(group, name)
        yield from _chat(log, group)
        yield from _bot(group)


def _of_telegram(log: Log, group: Facts) -> bool:
    said = f"{group.within} {' '.join(f'{key} {one.value}' for key, one in group.of.items() if isinstance(one.value, str))}"
    if QUEUE.search(said) and not TELEGRAM.search(said.replace("message_id", "")):
        return False
    if group.of.keys() & OF_TELEGRAM or re.search(r"sendMessage|telegram|텔레그램", said, re.IGNORECASE):
        return True
    return log.service(group.start) == "telegram" and not QUEUE.search(log.line(group.start))


def _message(group: Facts, name: str) -> Iterator[Hit]:
    one = group.of[name]
    if isinstance(one.value, bool) or one.value is None or isinstance(one.value, list | dict):
        return
    told = str(one.value).strip("`\"' ")
    if isinstance(one.value, int):
        if one.value < 1:
            yield _hit(one.spot, f"{told} is no message id: they count from 1")
    elif isinstance(one.value, float) or (_other_shape(told) and " " not in told):
        yield _hit(one.spot, f"{told!r} is no Telegram message id: it is a whole number")


def _other_shape(told: str) -> bool:
    return (
        bool(MADE.fullmatch(told) or re.fullmatch(r"-\d+", told))
        and not WHOLE.fullmatch(told)
        and not WORD.fullmatch(told)
    )


def _chat(log: Log, group: Facts) -> Iterator[Hit]:
    """Yield chats whose id is not of the form that their type has."""
    kind, one = group.text("type").lower(), group.of.get("id") or group.of.get("chat_id")
    if one is None or kind not in ("supergroup", "channel", "group") or not {"title", "id"} & group.of.keys():
        return
    told = str(one.value)
    if isinstance(one.value, str) and re.fullmatch(r"@?[A-Za-z]\w{4,31}", told):
        yield _hit(one.spot, f"{told!r} is a name; the id of a {kind} in an answer is a whole number below 0")
    if re.fullmatch(r"\d{5,16}", told) and group.of.keys() & TITLED and not _found(log, one.spot.line):
        yield _hit(one.spot, f"{told} is a person's chat id: those of groups, supergroups and channels are negative")
    if kind in ("supergroup", "channel") and re.fullmatch(r"-\d{5,16}", told) and not FAR.fullmatch(told):
        yield _hit(one.spot, f"a {kind}'s chat id begins with -100 and has ten digits more; {told} is a basic group's")
    elif kind == "group" and FAR.fullmatch(told):
        yield _hit(
            one.spot, f"{told} is a supergroup's or a channel's chat id; a basic group's does not begin with -100"
        )


def _found(log: Log, number: int) -> bool:
    return any(hit.spot.line == number for hit in telegram_private_chat.find([log]))


def _in_tables(log: Log) -> Iterator[Hit]:
    """Yield cells of a column of Telegram's message ids that are no whole number above 0."""
    for grid in grids(log):
        for place, head in enumerate(grid.heads):
            if not ID_NAME.fullmatch(head.replace(" ", "_")) or not grid.rows:
                continue
            first = grid.rows[0][place].spot.line
            above = " ".join(line for _, line in log.numbered(first - ABOVE, first - 1))
            section = " ".join(log.section(first).path)
            if QUEUE.search(above + section) or not TELEGRAM.search((above + section).replace("message_id", "")):
                continue
            for row in grid.rows:
                told = row[place].text.strip("`* ")
                if _other_shape(told) and not QUEUE.search(" ".join(cell.text for cell in row)):
                    yield _hit(row[place].spot, f"{told!r} is no Telegram message id: it is a whole number above 0")


def _bot(group: Facts) -> Iterator[Hit]:
    bot, name, own = group.of.get("is_bot"), group.of.get("username"), group.of.get("id")
    if bot and bot.value is True and name and name.typed and not str(name.value).lower().endswith("bot"):
        yield _hit(name.spot, f"{name.value!r} cannot be a bot's username: it ends in `bot`")
    if bot and own and isinstance(own.value, int) and own.value < 0:
        yield _hit(own.spot, f"{own.value} is no user's id: they are positive")


def _named_bot(log: Log) -> Iterator[Hit]:
    """Yield names of bots that are given for the id of a chat, in whatever words."""
    for number, line in log.numbered():
        match = BOT_FOR_CHAT.search(line)
        if match and not BOTS_OWN.search(line[: match.start("id")] + line[match.end() :]):
            yield _hit(
                log.spot(number, match, "id"),
                f"{match['id']!r} is a bot; a chat that it writes to is known by the chat's own id",
            )


def _named_chat(log: Log) -> Iterator[Hit]:
    """Yield names of chats that are said to have come in the `chat.id` of an answer: a call may be sent to a name."""
    for number, line in log.numbered():
        match = NAME_FOR_CHAT.search(line) if "@" in line else None
        if not match or not ANSWERED.search(line) or BOTS_OWN.search(line) or SENT_TO.search(line):
            continue
        if piece_at(log, number, match.start()) is None:
            told = match["id"] or match["first"]
            yield _hit(log.at(number, told), f"{told!r} is a name; the id of a chat in an answer is a whole number")


def _in_lines(log: Log) -> Iterator[Hit]:
    for number, line in log.numbered():
        for match in SAID.finditer(line):
            told = match["id"] or match["ko"]
            if piece_at(log, number, match.start()) is not None or not _other_shape(told) or QUEUE.search(line):
                continue
            if log.service(number) == "telegram" or re.search(
                r"telegram|텔레그램|sendMessage|\btg\b", line, re.IGNORECASE
            ):
                group = "id" if match["id"] else "ko"
                yield _hit(
                    log.spot(number, match, group), f"{told!r} is no Telegram message id: it is a whole number above 0"
                )


def _listed(log: Log) -> Iterator[Hit]:
    """Yield a number below 0 among the numbers in front of a chat's lines."""
    found = [(number, match) for number, line in log.numbered() if (match := HASH.match(line))]
    below = [(number, match) for number, match in found if match["id"].startswith("-")]
    if len(found) - len(below) >= HASH_LEAST > len(below):
        for number, match in below:
            yield _hit(log.spot(number, match, "id"), f"{match['id']} is no message id: they count from 1")


def _hit(spot: Spot, why: str) -> Hit:
    return Hit(spot=spot, why=why, instead=INSTEAD)
