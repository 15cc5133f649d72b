"""A Slack `ts` is ten digits, a dot and six digits; anything else was not returned by Slack.

Source: Slack API, chat.postMessage and "Retrieving messages": `ts` as "1761109230.000100", without a prefix.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.records import SLACK_TS, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
LIKE = re.compile(r"(?P<prefix>[A-Za-z]+[-_:])?\d{8,13}(?:\.\d+)?")
RIGHT = re.compile(r"\d{10}\.\d{6}")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield ids of Slack messages that have another shape."""
    for log in logs:
        for record in records(log):
            for one in record.fields:
                value = one.value.strip("`\"'")
                about = record.service in ("slack", "webhook") and SLACK_TS.fullmatch(one.key)
                if about and LIKE.fullmatch(value) and not RIGHT.fullmatch(value):
                    yield Hit(
                        spot=one.spot,
                        why=f"Slack's ts has ten digits, a dot and six digits; {value!r} has not",
                        instead="the ts exactly as the response has it",
                    )
