"""Blobs: bytes that a ledger line cites by hash, salted so that a short content cannot be guessed from its hash.

A blob file is 32 hex digits of random salt, a line feed, and the content. Its name is the SHA-256 of the whole
file, so that `sha256sum blobs/*` checks a folder of them by hand.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SALT_BYTES = 16
_HEADER_LENGTH = SALT_BYTES * 2 + 1
_HEADER = re.compile(rb"[0-9a-f]{32}\n")
_NAME = re.compile(r"[0-9a-f]{64}")


def wrap(content: bytes, salt: Callable[[], str]) -> tuple[str, bytes]:
    """Return the name and the file of a blob; `salt` gives 32 new hex digits at every call."""
    file = salt().encode() + b"\n" + content
    return sha256(file).hexdigest(), file


def name_of(file: bytes) -> str:
    """Return the name that a blob file must have."""
    return sha256(file).hexdigest()


def content_of(file: bytes) -> bytes:
    """Return what a blob file holds behind its salt.

    Raises:
        ValueError: the file does not begin with a salt line.
    """
    if _HEADER.match(file) is None:
        raise ValueError("the blob does not begin with 32 hex digits and a line feed")
    return file[_HEADER_LENGTH:]


def is_name(text: str) -> bool:
    """Return whether a text has the shape of a blob's name: 64 lower-case hex digits."""
    return _NAME.fullmatch(text) is not None
