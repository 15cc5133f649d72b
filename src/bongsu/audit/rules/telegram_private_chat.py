"""A positive Telegram chat id is one person's private chat: nobody else sees, let alone answers, what is sent there.

Source: Telegram Bot API, Chat: private chats have the user's positive id; groups are negative, supergroups -100….
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import ACK, COMING, body, denied
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.records import CHAT_ID, messages, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Field, Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
SEVERAL = re.compile(
    r"\b(?:team|members|everyone|everybody|group|both|all contacts)\b|팀|전원|모두|그룹|단체", re.IGNORECASE
)
GROUP = re.compile(r"group|channel|room|team|그룹|단체|팀|채널", re.IGNORECASE)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield positive chat ids that are called a group's, or in which several people are said to have answered."""
    for log in logs:
        ids: dict[str, list[Field]] = {}
        for record in records(log):
            for one in record.fields:
                value = one.value.strip("`\"'")
                grouped = GROUP.search(one.key) and "chat" in one.key
                if ((CHAT_ID.fullmatch(one.key) and record.service == "telegram") or grouped) and re.fullmatch(
                    r"\d{5,13}", value
                ):
                    ids.setdefault(value, []).append(one)
        shared = _several(log)
        for places in ids.values():
            named = [one.spot for one in places if GROUP.search(one.key)]
            if named or shared:
                yield Hit(
                    spot=(named or [places[0].spot])[0],
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
