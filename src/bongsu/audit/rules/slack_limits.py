"""Slack refuses a message that is over Block Kit's limits, whole: it was not posted as it is shown.

Source: Slack API, Block Kit reference: 50 blocks, header 150, 10 fields of 2000, section 3000, 25 actions, button 75.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.payloads import payloads, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
TEXT_MOST = {"header": 150, "section": 3000, "button": 75}
ITEMS_MOST = {"fields": 10, "elements": 25, "blocks": 50}


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the parts of a Block Kit payload that are too long or too many."""
    for log in logs:
        for first, value, lines in payloads(log):
            if isinstance(value, dict) and isinstance(value.get("blocks"), list):
                for path, one in walk(value):
                    for what, has, most in _over(one) if isinstance(one, dict) else ():
                        yield Hit(
                            spot=log.spot(lines.get(path, first)),
                            why=f"{what} has {has}, and Slack takes at most {most}: it answers invalid_blocks",
                            instead="what Slack answered, and the message that it took",
                        )


def _over(one: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    kind, text = str(one.get("type")), one.get("text")
    if kind in TEXT_MOST and isinstance(text, dict) and len(str(text.get("text", ""))) > TEXT_MOST[kind]:
        yield f"the text of this {kind}", len(str(text["text"])), TEXT_MOST[kind]
    for name, most in ITEMS_MOST.items():
        items = one.get(name)
        if isinstance(items, list) and len(items) > most:
            yield f"{name} of this {kind if name != 'blocks' else 'message'}", len(items), most
