"""Codes that bind a button to one message of one run, so that a press cannot be forged or moved.

A code is `<seq>.<button>.<run>.<mac>`: the ledger line of the message's intention, what the button says, the run's name
where that is short, and the first 16 bytes of an HMAC-SHA256 over run, channel, line and button. At most 64 bytes
(Telegram's limit for callback data), so that a longer name is left out, with its full stop, and only its MAC tells.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LONGEST_BYTES = 64
LONGEST_RUN = 20
"""A run's name that is longer does not fit into a code, beside a line of ten digits and the longest button."""


class Code(NamedTuple):
    """What a code of ours names."""

    seq: int
    button: str
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonCodes:
    """Makes and checks the codes of one run; the key is a secret and never recorded."""

    run_id: str
    key: bytes = field(repr=False)

    def of(self, run_id: str) -> ButtonCodes:
        """Return the codes of another run with the same key; without a name, these."""
        return replace(self, run_id=run_id) if run_id else self

    def make(self, channel: str, seq: int, button: str) -> str:
        """Return the code for a button under the message whose intention is ledger line `seq`."""
        named = f".{self.run_id}" if len(self.run_id) <= LONGEST_RUN else ""
        return f"{seq}.{button}{named}.{self._mac(channel, seq, button)}"

    def check(self, channel: str, code: str) -> Code | None:
        """Return what a code names, or None when it is not one of this run's, unaltered."""
        parts = _parts(code)
        if parts is None or parts.run_id not in ("", self.run_id):
            return None
        if not hmac.compare_digest(parts.mac.encode(), self._mac(channel, parts.seq, parts.button).encode()):
            return None
        return Code(parts.seq, parts.button, self.run_id)

    def _mac(self, channel: str, seq: int, button: str) -> str:
        text = "\x1f".join((self.run_id, channel, str(seq), button))
        digest = hmac.new(self.key, text.encode(), sha256).digest()
        return urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesOfAll(ButtonCodes):
    """Checks the codes of every run with this key, for a way in that many runs share."""

    unnamed: Callable[[], Iterable[str]] = tuple
    """Returns the runs whose names are too long for a code: each is tried."""

    def check(self, channel: str, code: str) -> Code | None:
        """Return what a code names, whichever run it belongs to, or None when it is not one of ours, unaltered."""
        parts = _parts(code)
        if parts is None:
            return None
        runs = (parts.run_id,) if parts.run_id else self.unnamed()
        # `super()` does not see through the class that `slots` makes anew.
        found = (ButtonCodes.check(self.of(run_id), channel, code) for run_id in runs)
        return next((code for code in found if code is not None), None)


class _Parts(NamedTuple):
    seq: int
    button: str
    run_id: str
    mac: str


def _parts(code: str) -> _Parts | None:
    if len(code) > LONGEST_BYTES or not code.isascii():
        return None
    seq, _, rest = code.partition(".")
    rest, _, mac = rest.rpartition(".")
    button, _, run_id = rest.partition(".")
    if not (seq.isdigit() and mac):
        return None
    return _Parts(int(seq), button, run_id, mac)
