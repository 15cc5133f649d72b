"""JSON as the chat services take and give it."""

from __future__ import annotations

import json
from typing import Any

import msgspec

_PLAIN = msgspec.json.Encoder()
_SORTED = msgspec.json.Encoder(order="sorted")
_ANY_TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""Slower, and takes what is no text: half a surrogate pair, which a person's name may hold."""


def encoded(value: object) -> bytes:
    """Return the body of a request; what cannot be told in UTF-8 is a question mark in it."""
    try:
        return _PLAIN.encode(value)
    except UnicodeEncodeError:
        return _ANY_TEXT.encode(value).encode("utf-8", "replace")


def canonical(value: object) -> bytes:
    """Return the one form whose digest is taken, keys sorted; UnicodeEncodeError for what is no text."""
    return _SORTED.encode(value)


def object_of(body: bytes) -> dict[str, Any] | None:
    """Return the JSON object that a body is, None when it is none."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None
