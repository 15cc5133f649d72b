"""Ids of messages in one chat go up with time; a later message with a smaller or the same id was not numbered by the service.

Source: Telegram Bot API, Message: message_id is unique inside the chat and grows; Slack API: ts is unique in the channel.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import prose, sent, told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.ids import Numbered, numbered
from bongsu.audit.records import CHAT_ID, MESSAGE_ID, SLACK_TS, Record, messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NUMBER = re.compile(r"(\d{1,12})(?:\.(\d{6}))?")
LISTED = re.compile(
    r"(?:\bids?\b|message(?:s| ids?| numbers?)?|번호|메시지|아이디)\W{0,3}(?:were |are |came back as |은 |는 )?(?P<all>\d{2,12}(?:(?:, ?| and |, and | then |, then | ?-> ?| ?→ ?|와 |과 |, 그리고 )\d{2,12}){2,})",
    re.IGNORECASE,
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield ids that are not above that of an earlier message of the same chat."""
    for log in logs:
        chats: dict[tuple[str, str], dict[tuple[int, str], Numbered]] = {}
        for one in [*_recorded(log), *numbered(log)]:
            chats.setdefault((one.service, one.chat), {}).setdefault((one.spot.line, one.text), one)
        for found in chats.values():
            yield from _by_time(list(found.values()))
        yield from _listed(log)


def _by_time(found: list[Numbered]) -> Iterator[Hit]:
    for exact_s in {one.exact_s for one in found}:
        mine = [one for one in found if one.exact_s == exact_s]
        for other_s in {one.exact_s for one in found}:
            yield from _against(mine, [one for one in found if one.exact_s == other_s], max(exact_s, other_s))


def _against(mine: list[Numbered], others: list[Numbered], apart_s: int) -> Iterator[Hit]:
    """Yield each of some ids that an earlier one of others is not below; each list is gone through once."""
    before = sorted((one for one in others if one.when), key=_when)
    place, highest = 0, None
    seen: dict[tuple[int, int], Numbered] = {}
    for one in sorted((one for one in mine if one.when), key=_when):
        while place < len(before) and _when(one) - _when(before[place]) >= apart_s:
            other = before[place]
            highest = other if highest is None or other.number > highest.number else highest
            seen[other.number] = other
            place += 1
        again = seen.get(one.number)
        earlier = (
            highest if highest and highest.number > one.number else again if again and _fresh(one, again) else None
        )
        if earlier:
            yield Hit(
                spot=one.spot,
                also=(earlier.spot,),
                why=f"{one.text} is not above {earlier.text} of an earlier message in the same chat",
                instead="the id that the service returned for this message",
            )


def _when(one: Numbered) -> float:
    return one.when.timestamp() if one.when else 0.0


def _fresh(one: Numbered, other: Numbered) -> bool:
    """Return whether both tell of a sending: the same id may be told of twice, not returned twice."""
    return one.exact_s == other.exact_s == 1 and one.spot.line != other.spot.line


def _recorded(log: Log) -> Iterator[Numbered]:
    for record in messages(log):
        made = _numbered(record)
        if made is not None:
            yield made


def _numbered(record: Record) -> Numbered | None:
    when, one = sent(record), record.first(MESSAGE_ID) or record.first(SLACK_TS)
    match = NUMBER.search(one.value) if one else None
    if when is None or one is None or match is None or not record.service:
        return None
    chat = record.first(CHAT_ID) or record.first(re.compile("channel|채널|to"))
    return Numbered(
        service=record.service,
        chat=chat.value.strip("`") if chat else "",
        number=(int(match[1]), int(match[2] or 0)),
        text=match[0],
        when=when.at,
        exact_s=when.to_s,
        spot=one.spot,
    )


def _listed(log: Log) -> Iterator[Hit]:
    for number, line in told(log):
        match = LISTED.search(prose(line))
        if not match or not re.search(r"telegram|텔레그램|\bbot\b|봇|message|메시지", line, re.IGNORECASE):
            continue
        ids = [int(one) for one in re.findall(r"\d+", match["all"])]
        if ids not in (sorted(ids), sorted(ids, reverse=True)):
            yield Hit(
                spot=log.spot(number, match, "all"),
                why="ids of one chat go up with each message; in the order of this list they do not",
                instead="the ids as the service returned them, each with its message",
            )
