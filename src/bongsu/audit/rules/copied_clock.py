"""The sender's clock and the service's clock are two: equal to the second every time, one was copied from the other.

Source: Telegram Bot API, Message.date, and Slack's ts are the service's own time, a network's way behind the sender's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import sent
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.records import messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.NOTE
CONFIDENCE = Confidence.MEDIUM
SERVICE = re.compile(
    r"(?:chat|telegram|slack|server|service)[ _](?:timestamp|time|date)|(?:채팅|서버|텔레그램|슬랙) ?(?:시각|시간)"
)
ENOUGH = 3


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the service's times of a log in which all of them equal the sender's to the second."""
    for log in logs:
        pairs = [(sent(record), record.moment(SERVICE)) for record in messages(log)]
        both = [(own, theirs) for own, theirs in pairs if own and theirs and own.to_s == 1]
        if len(both) >= ENOUGH and all(own.at == theirs[1].at for own, theirs in both):
            for own, (one, _) in both:
                yield Hit(
                    spot=one.spot,
                    why=f"equal to the sender's {own.text} to the second, as in all {len(both)} messages here",
                    instead="both as recorded: when the answer came, and the date or ts in it",
                )
