"""Codes that bind a button to one message of one run, so that a press cannot be forged or moved.

A code is `<seq>.<button>.<mac>`: the ledger line of the message's intention, what the button says, and the first
16 bytes of an HMAC-SHA256 over run, channel, line and button. At most 64 bytes (Telegram's limit for callback data).
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

LONGEST_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonCodes:
    """Makes and checks the codes of one run; the key is a secret and never recorded."""

    run_id: str
    key: bytes = field(repr=False)

    def make(self, channel: str, seq: int, button: str) -> str:
        """Return the code for a button under the message whose intention is ledger line `seq`."""
        return f"{seq}.{button}.{self._mac(channel, seq, button)}"

    def check(self, channel: str, code: str) -> tuple[int, str] | None:
        """Return the line and button that a code names, or None when it is not one of ours, unaltered."""
        seq_text, _, rest = code.partition(".")
        button, _, mac = rest.partition(".")
        if not (seq_text.isascii() and seq_text.isdigit() and mac) or len(code.encode()) > LONGEST_BYTES:
            return None
        if not hmac.compare_digest(mac.encode(), self._mac(channel, int(seq_text), button).encode()):
            return None
        return int(seq_text), button

    def _mac(self, channel: str, seq: int, button: str) -> str:
        text = "\x1f".join((self.run_id, channel, str(seq), button))
        digest = hmac.new(self.key, text.encode(), sha256).digest()
        return urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
