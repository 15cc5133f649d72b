"""The hash chain over a run's lines: what links them, and whether a given chain is whole.

A stored line is one JSON object whose first member is its own hash: `{"hash":"<64 hex>",<payload without its
brace>`. The hash is taken over the payload's bytes, which hold the hash of the line before as `prev`. So a line
is verified from its stored bytes alone; nothing is ever encoded again.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

GENESIS = "0" * 64
_PREFIX = b'{"hash":"'
_HASH_START = len(_PREFIX)
_HASH_END = _HASH_START + 64
_BODY_START = _HASH_END + 2
_PREV = b'"prev":"'


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands: the number of its newest line (0 before the first) and that line's hash."""

    seq: int
    hash: str

    @property
    def short(self) -> str:
        """The first twelve hex digits of the hash, as messages quote it; too long to be mistaken for a phone number."""
        return self.hash[:12]


START = Head(0, GENESIS)


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first place at which a chain is not whole."""

    seq: int
    rule: str
    found: str
    expected: str


def seal(payload: bytes) -> tuple[bytes, str]:
    """Return the line to store for a payload (a JSON object that already holds `prev`), and its hash."""
    digest = sha256(payload).hexdigest()
    return _PREFIX + digest.encode() + b'",' + payload[1:], digest


def open_line(line: bytes) -> tuple[bytes, str] | None:
    """Return the payload and the stored hash of a line, or None when it has not the shape of one."""
    if not line.startswith(_PREFIX) or line[_HASH_END:_BODY_START] != b'",' or not line.endswith(b"}"):
        return None
    return b"{" + line[_BODY_START:], line[_HASH_START:_HASH_END].decode("ascii", "replace")


def hash_after(line: bytes, before: str) -> str | None:
    """Return the hash of a line that follows the one with the hash `before`; None when it does not.

    `verify_line` says why it does not, at a price that only a broken chain should pay.
    """
    if line[:_HASH_START] != _PREFIX or line[_HASH_END:_BODY_START] != b'",' or line[-1:] != b"}":
        return None
    payload = b"{" + line[_BODY_START:]
    digest = sha256(payload).hexdigest()
    if line[_HASH_START:_HASH_END] != digest.encode():
        return None
    # The keys stand in sorted order, so `prev` is followed by `run`; the text is searched from the end, where
    # no body can imitate it, because a body stands before `prev`.
    place = payload.rfind(_PREV)
    return digest if place >= 0 and payload.startswith(_PREV + before.encode() + b'","run":"', place) else None


def verify_line(line: bytes, after: Head) -> Head | ChainFault:
    """Return the head after `line`, or what is wrong with it as the successor of `after`."""
    digest = hash_after(line, after.hash)
    return _fault(line, after) if digest is None else Head(after.seq + 1, digest)


def _fault(line: bytes, after: Head) -> ChainFault:
    """Return why `hash_after` knows no hash of a line."""
    seq = after.seq + 1
    opened = open_line(line)
    if opened is None:
        return ChainFault(seq, "line_shape", line[:80].decode("utf-8", "replace"), 'a line that begins {"hash":"')
    payload, stored = opened
    digest = sha256(payload).hexdigest()
    if digest != stored:
        return ChainFault(seq, "line_hash", stored, digest)
    place = payload.rfind(_PREV)
    return ChainFault(seq, "prev_hash", payload[place : place + 72].decode("utf-8", "replace"), after.hash)


def verify_chain(lines: Iterable[bytes], after: Head = START) -> Head | ChainFault:
    """Return the head of a whole chain, or its first fault."""
    seq, before = after.seq, after.hash
    for line in lines:
        digest = hash_after(line, before)
        if digest is None:
            return _fault(line, Head(seq, before))
        seq, before = seq + 1, digest
    return Head(seq, before)
