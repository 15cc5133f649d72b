"""A positive Telegram chat id is one person's private chat, a negative one a group's: a group with a positive id is neither.

Source: Telegram Bot API, Chat: private chats have the user's positive id; groups are negative, supergroups -100….
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import ACK, COMING, body, denied, told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.records import CHAT_ID, messages, records
from bongsu.audit.rooms import chats_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Field, Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
SEVERAL = pattern(
    r"\b(?:team|members|everyone|everybody|group|both|all contacts)\b|팀|전원|모두|그룹|단체", re.IGNORECASE
)
KEY_WORDS = re.compile(
    r"\"?(?:telegram )?chat[ _-]?id\"?|\bchannel\W{1,4}telegram|채팅방 ?(?:id|번호|아이디)", re.IGNORECASE
)
PRIVATE = re.compile(
    r"\bprivate\b|\bpersonal\b|(?<![\d:-])1[:-]1(?![\d:-])|one[- ](?:to|on)[- ]one|\bdirect (?:message|chat)|\bDMs?\b|\balone\b|\bonly\)|\b(?:his|her|own|individual) chat"
    r"|개인|1 ?대 ?1|본인|일대일|비공개 대화|혼자",
    re.IGNORECASE,
)
_FAR = r"\b(?:super)?groups?\b|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve) (?:members|people|persons|participants)\b|\bmembers\b|단체|그룹|단톡|참가자|멤버|구성원|인원 ?\d|참여자|팀방|\d+명"
FAR_GROUP = re.compile(_FAR, re.IGNORECASE)
NEAR_GROUP = re.compile(
    rf"{_FAR}|\b(?:group|team|ops|shared|common|everyone|everybody|whole|crew|squad|on-?call|staff|duty) (?:chat|room|channel)|\brooms?\b|\bchannels?\b|\bteam\b|\bcrew\b|\beverybody|\beveryone|상황방|당직방|운영방|공용|전체|팀|채널|공지방|모두",
    re.IGNORECASE,
)
CLOSED = re.compile(
    r"\bprivate (?:channel|group|supergroup)|\b(?:channel|group|supergroup)\b[^.]{0,30}\b(?:is|,) ?private\b|비공개 ?(?:채널|그룹)",
    re.IGNORECASE,
)
"""A group or a channel that has no public name."""
ROOM = re.compile(
    r"telegram (?:super)?(?:group|channel)|telegram (?:ops|team|on-?call|duty) (?:room|group|chat)|(?:super)?group chat|group (?:in|on) telegram|텔레그램 \S{0,12} ?(?:단체|그룹|단톡|채널)|단체방|단톡방|그룹방|그룹 ?채팅",
    re.IGNORECASE,
)
UNSIGNED = pattern(r"(?<![\w.\-\u2010-\u2015/])100\d{10}(?![\w.-]*\w)")
"""The marked id of a supergroup or a channel, which is -100 and ten digits, without its sign."""
TELEGRAM = re.compile(r"telegram|텔레그램", re.IGNORECASE)
OF_CHAT = re.compile(r"\b(?:chat|group|channel|supergroup|room)\b|chat_?id|채팅|방|그룹|채널", re.IGNORECASE)
SIGN = re.compile(r"\b(?:minus|sign|hyphen|dash|unsigned|positive)\b|부호|마이너스|양수", re.IGNORECASE)
ABOVE_MOST = 3
KINDS = ("private", "group", "supergroup", "channel")
GROUPS = KINDS[1:]


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield chat ids whose sign is not that of the kind of chat that they are called, or that several people answer in."""
    for log in logs:
        found = {hit.spot: hit for hit in [*_called_wrong(log), *_answered_by_several(log)]}
        yield from found.values()
        known = {spot.line for hit in found.values() for spot in (hit.spot, *hit.also)}
        yield from (hit for hit in _unsigned(log) if hit.spot.line not in known)


def _unsigned(log: Log) -> Iterator[Hit]:
    """Yield the first showing of each id of a supergroup or a channel that lost its sign, whatever it is called."""
    told: set[str] = set()
    of_telegram = any(TELEGRAM.search(line) for _, line in log.numbered())
    for number, line in log.numbered() if of_telegram else ():
        for match in UNSIGNED.finditer(line):
            near = " ".join(text for _, text in log.numbered(max(1, number - ABOVE_MOST), number + 1))
            if match[0] in told or not OF_CHAT.search(near) or SIGN.search(near):
                continue
            told.add(match[0])
            yield Hit(
                spot=log.spot(number, match),
                why="-100 and ten digits is a supergroup's or a channel's chat id; without its sign it is nobody's",
                instead="the id as the response has it, with its sign",
            )


def _called_wrong(log: Log) -> Iterator[Hit]:
    several = {one.id for one in chats_of(log)}
    rooms = (_kind(line, ROOM) for _, line in told(log) if ROOM.search(line) and not denied(line))
    only = next(rooms, "") if len(several) == 1 else ""
    for one in chats_of(log):
        near = KEY_WORDS.sub(" ", one.near)
        kind = one.kind if one.kind in KINDS else _kind(near, NEAR_GROUP) or _kind(one.around, FAR_GROUP)
        kind = kind or (only if one.id > 0 else "")
        if one.id > 0 and kind in GROUPS:
            yield Hit(
                spot=one.spot,
                why="a positive chat id is one person's private chat; groups, supergroups and channels have negative ones",
                instead="the negative id of the group as the response has it, or what chat it really was",
            )
        elif (
            one.id < 0
            and kind == "private"
            and (one.kind or not NEAR_GROUP.search(near))
            and not CLOSED.search(one.around)
        ):
            yield Hit(
                spot=one.spot,
                why="a negative chat id is a group's or a channel's; a private chat has its person's own positive id",
                instead="the id of the chat as the response has it, or what chat it really was",
            )


def _kind(text: str, groups: re.Pattern[str]) -> str:
    if PRIVATE.search(text):
        return "private"
    return "group" if groups.search(text) else ""


def _answered_by_several(log: Log) -> Iterator[Hit]:
    ids: dict[str, list[Field]] = {}
    for record in records(log):
        for one in record.fields:
            value = one.value.strip("`\"'")
            if CHAT_ID.fullmatch(one.key) and record.service == "telegram" and re.fullmatch(r"\d{5,13}", value):
                ids.setdefault(value, []).append(one)
    shared = _several(log)
    for places in ids.values() if shared else ():
        yield Hit(
            spot=places[0].spot,
            also=(*(one.spot for one in places[1:]), *shared[:2]),
            why="a positive chat id is one person's private chat; several people cannot have answered in it",
            instead="the group's negative id, or one private chat for each contact",
        )


def _several(log: Log) -> list[Spot]:
    for record in messages(log):
        answers = [
            (number, moment)
            for number, line in body(record)
            if record.service == "telegram" and ACK.search(line) and not denied(line) and not COMING.search(line)
            for moment in log.moments(number)
        ]
        if len({moment.at for _, moment in answers}) > 1:
            return [log.moment_spot(number, moment) for number, moment in answers]
    return [
        log.spot(number, match)
        for number, line in log.numbered()
        if (match := SEVERAL.search(line))
        and ACK.search(line)
        and log.service(number) == "telegram"
        and not denied(line)
    ]
