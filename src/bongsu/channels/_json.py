"""JSON as the chat services take and give it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import msgspec

_ANY_TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""Slower, and takes what is no text: half a surrogate pair, which a person's name may hold."""


@cache
def _encoder(order: Literal["sorted"] | None = None) -> msgspec.json.Encoder:
    """Return the encoder; its package is loaded at the first message, and not to read a plan."""
    from msgspec.json import Encoder

    return Encoder(order=order)


def encoded(value: object) -> bytes:
    """Return the body of a request; what cannot be told in UTF-8 is a question mark in it."""
    try:
        return _encoder().encode(value)
    except UnicodeEncodeError:
        return _ANY_TEXT.encode(value).encode("utf-8", "replace")


def canonical(value: object) -> bytes:
    """Return the one form whose digest is taken, keys sorted; UnicodeEncodeError for what is no text."""
    return _encoder("sorted").encode(value)


def object_of(body: bytes) -> dict[str, Any] | None:
    """Return the JSON object that a body is, None when it is none."""
    from msgspec.json import decode

    try:
        value = decode(body)
    except (ValueError, RecursionError):
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None
