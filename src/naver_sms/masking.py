"""How people appear where others can read: masked, or as a keyed hash that only equality survives."""

from __future__ import annotations

import hashlib
import hmac

HASH_LENGTH = 16


def masked_phone(digits: str | None) -> str:
    """Return `010-****-0001` for a number, or `-` for none."""
    return "-" if not digits or len(digits) < 7 else f"{digits[:3]}-****-{digits[-4:]}"


def masked_name(name: str) -> str:
    """Return the first character and two asterisks."""
    return f"{name[:1]}**"


def keyed_hash(value: str, salt: bytes) -> str:
    """Return the first 16 hex digits of the value's HMAC-SHA256."""
    return hmac.new(salt, value.encode(), hashlib.sha256).hexdigest()[:HASH_LENGTH]
