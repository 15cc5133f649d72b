"""Slack refuses a text object without text, and with it the whole message: nothing was posted.

Source: Slack API, Block Kit, text object: text has at least 1 character; else `invalid_blocks`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.payloads import payloads, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
TAKEN = re.compile(r"HTTP 200|\b(?:accepted|posted|delivered)\b|접수|게시", re.IGNORECASE)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the empty text objects of a Block Kit payload."""
    for log in logs:
        for first, value, lines in payloads(log):
            for path, one in walk(value):
                typed = isinstance(one, dict) and one.get("type") in ("mrkdwn", "plain_text")
                if typed and isinstance(one.get("text"), str) and not one["text"].strip():
                    yield Hit(
                        spot=log.at(lines.get((*path, "text"), first), '"text"'),
                        also=_taken(log, first),
                        why="Slack answers invalid_blocks (HTTP 400 from a webhook) to an empty text: nothing was posted",
                        instead="what Slack answered; to leave a cell blank, split the section or write a dash",
                    )


def _taken(log: Log, first: int) -> tuple[Spot, ...]:
    section = log.section(first)
    lines = log.numbered(section.start + 1, section.end)
    return tuple(log.spot(number, match) for number, line in lines if (match := TAKEN.search(line)))[-1:]
