"""Ids of messages in one chat go up with time; a later message with a smaller or the same id was not numbered by the service.

Source: Telegram Bot API, Message: message_id is unique inside the chat and grows; Slack API: ts is unique in the channel.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import late, sent
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.records import CHAT_ID, MESSAGE_ID, SLACK_TS, Record, messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NUMBER = re.compile(r"(\d{1,12})(?:\.(\d{6}))?")
Numbered = tuple["Moment", tuple[int, int], "Spot", str]


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield ids that are not above that of an earlier message of the same chat."""
    for log in logs:
        chats: dict[tuple[str, str], list[Numbered]] = {}
        for record in messages(log):
            if (made := _numbered(record)) is not None:
                chats.setdefault(_chat(record), []).append(made)
        for found in chats.values():
            for place, (when, number, spot, text) in enumerate(found):
                wrong = [one for one in found[:place] if late(when, one[0]) and number <= one[1]]
                wrong += [one for one in found[place + 1 :] if late(when, one[0]) and number <= one[1]]
                if wrong:
                    _, _, other, earlier = max(wrong, key=lambda one: one[1])
                    yield Hit(
                        spot=spot,
                        also=(other,),
                        why=f"{text} is not above {earlier} of an earlier message in the same chat",
                        instead="the id that the service returned for this message",
                    )


def _numbered(record: Record) -> Numbered | None:
    when, one = sent(record), record.first(MESSAGE_ID) or record.first(SLACK_TS)
    match = NUMBER.search(one.value) if one else None
    if when is None or one is None or match is None or not record.service:
        return None
    return when, (int(match[1]), int(match[2] or 0)), one.spot, match[0]


def _chat(record: Record) -> tuple[str, str]:
    one = record.first(CHAT_ID) or record.first(re.compile("channel|채널|to"))
    return record.service, one.value.strip("`") if one else ""
