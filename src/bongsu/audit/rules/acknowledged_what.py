"""`All notifications acknowledged` needs an answer to each of them; most messages do not even ask for one.

Source: the log's own messages; Telegram and Slack know of an answer only as a press or a reply to one message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import ACK, denied, told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.records import messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
CLAIM = pattern(
    r"\backnowledged (?:all|every) (?:of the )?(?:notification|message|alert)s?|\b(?:all|every) (?:notification|message|alert)s? (?:were |was )?ack\w*"
    r"|(?:모든|전체) ?(?:알림|메시지)\S* ?(?:확인|응답)",
    re.IGNORECASE,
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the claim when messages of the log hold no answer."""
    for log in logs:
        sections = [one for one in messages(log) if one.kind == "section"]
        for number, line in told(log):
            match = CLAIM.search(line)
            if not match or denied(line) or len(sections) < 2:
                continue
            service = log.service(number)
            there = [one for one in sections if one.service == service] or sections
            mute = [one for one in there if not any(ACK.search(text) for _, text in log.numbered(one.start, one.end))]
            if mute:
                yield Hit(
                    spot=log.spot(number, match),
                    also=tuple(log.spot(one.start or 1) for one in mute),
                    why=f"{len(mute)} of {len(there)} messages here have no acknowledgement and asked for none",
                    instead="which message was acknowledged, by whom and when",
                )
