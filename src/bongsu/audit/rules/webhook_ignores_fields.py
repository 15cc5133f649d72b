"""An app's webhook posts to its one channel under its own name: `channel`, `username` and icons in the payload do nothing.

Source: Slack API, "Sending messages using incoming webhooks": channel, name and icon cannot be overridden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.payloads import payloads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.NOTE
CONFIDENCE = Confidence.MEDIUM
IGNORED = ("channel", "username", "icon_emoji", "icon_url")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield webhook payloads that try to choose channel, name or icon."""
    for log in logs:
        for first, value, lines in payloads(log):
            named = [key for key in IGNORED if isinstance(value, dict) and key in value]
            if named and ("blocks" in value or "text" in value) and log.service(first) == "webhook":
                yield Hit(
                    spot=log.at(lines[(named[0],)], f'"{named[0]}"'),
                    why=f"an app's webhook ignores {', '.join(named)}: the message cannot have appeared so",
                    instead="leave them out, or post with chat.postMessage and the scope chat:write.customize",
                )
