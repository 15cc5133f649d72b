"""Slack's message texts and metadata: what is stored for what was sent."""

from __future__ import annotations

import re
from typing import Any

# chat.postMessage was seen to split a text in several messages near 4,040; chat.update refuses beyond 4,000.
TEXT_MAX = 4_000
CUT_AT = 40_000

MARKUP = re.compile(r"<(?:https?://|mailto:|@[UW]|#C|!)[^<>]*>")
PIECE = re.compile(
    rf"(?P<markup>{MARKUP.pattern})|(?P<entity>&(?:amp|lt|gt);)|(?P<web>https?://[^\s<>|]*[^\s<>|.,;:!?)'\]])"
    r"|(?P<raw>[&<>])"
)
RAW = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
EVENT_TYPE = re.compile(r"[A-Za-z0-9_]+")


def stored_text(text: str) -> str:
    """Return `text` as it is read back: bare addresses become links, and loose `&`, `<`, `>` are escaped."""
    return PIECE.sub(_stored_piece, text)


def _stored_piece(found: re.Match[str]) -> str:
    if found["web"]:
        return f"<{found['web']}>"
    return RAW[found["raw"]] if found["raw"] else found.group()


def metadata_error(value: Any) -> str | None:
    """Return the error code for a message's metadata, None when it is sound."""
    if not isinstance(value, dict) or set(value) != {"event_type", "event_payload"}:
        return "invalid_metadata_format"
    event_type, payload = value["event_type"], value["event_payload"]
    if not isinstance(event_type, str) or not EVENT_TYPE.fullmatch(event_type):
        return "invalid_metadata_format"
    if not isinstance(payload, dict):
        return "invalid_metadata_format"
    return None if all(_plain(item) or _shallow(item) for item in payload.values()) else "invalid_metadata_schema"


def _plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def _shallow(value: Any) -> bool:
    """Return whether a value is an object, or an array of objects or plain values, one level deep."""
    if isinstance(value, dict):
        return all(_plain(item) for item in value.values())
    if isinstance(value, list):
        return all(_plain(item) or (isinstance(item, dict) and _shallow(item)) for item in value)
    return False
