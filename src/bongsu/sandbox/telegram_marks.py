"""What Telegram marks by itself in a text: addresses, names, commands and tags, outside code and links.

The patterns are the vendor's, save for web addresses: those without http:// or https:// are not marked here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.sandbox.telegram_entities import span, utf16_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bongsu.sandbox.telegram_entities import Entity

# The first of those that overlap is kept.
MARKS = (
    ("url", re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)'\]]")),
    (
        "email",
        re.compile(
            r"(?<![\w.+-])(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}"
            r"@(?:(?:[a-z0-9][a-z0-9_-]{0,28})?[a-z0-9][.]){1,6}[a-z]{2,8}(?!\w)",
            re.IGNORECASE,
        ),
    ),
    ("mention", re.compile(r"(?<!\w)@(?:[a-zA-Z0-9_]{4,32}|gif|pic|vid)(?!\w)")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>@])")),
    (
        "hashtag",
        re.compile(
            r"(?<![\w\u200c·#@])#(?=[\w\u200c·]*[^\W\d_])[\w\u200c·]{1,256}+(?:@[a-zA-Z0-9_]{3,32})?(?![\u200c·#])"
        ),
    ),
    ("cashtag", re.compile(r"(?<![$\w\u200c])\$(?:[A-Z]{1,8}|1INCH)(?![$\w])(?:@[a-zA-Z0-9_]{3,32})?")),
)
CLOSED = ("code", "pre", "text_link")


def marks(text: str, entities: Iterable[Entity]) -> list[Entity]:
    """Return what the server marks in `text`, beside the entities that it has already."""
    taken = [span(entity) for entity in entities if entity["type"] in CLOSED]
    found: list[Entity] = []
    for entity in _candidates(text):
        start, end = span(entity)
        if all(end <= first or start >= last for first, last in taken):
            found.append(entity)
            taken.append((start, end))
    return found


def _candidates(text: str) -> Iterator[Entity]:
    for kind, pattern in MARKS:
        for match in pattern.finditer(text):
            yield {
                "offset": utf16_units(text[: match.start()]),
                "length": utf16_units(match.group()),
                "type": kind,
            }
