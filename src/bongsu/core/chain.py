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
_HASH_END = len(_PREFIX) + 64
_BODY_START = _HASH_END + 2


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
    return b"{" + line[_BODY_START:], line[len(_PREFIX) : _HASH_END].decode("ascii", "replace")


def verify_line(line: bytes, after: Head) -> Head | ChainFault:
    """Return the head after `line`, or what is wrong with it as the successor of `after`."""
    seq = after.seq + 1
    opened = open_line(line)
    if opened is None:
        return ChainFault(seq, "line_shape", line[:80].decode("utf-8", "replace"), 'a line that begins {"hash":"')
    payload, stored = opened
    digest = sha256(payload).hexdigest()
    if digest != stored:
        return ChainFault(seq, "line_hash", stored, digest)
    # The keys stand in sorted order, so `prev` is followed by `run`; the text is searched from the end, where
    # no body can imitate it, because a body stands before `prev`.
    link = b'"prev":"' + after.hash.encode() + b'","run":"'
    place = payload.rfind(b'"prev":"')
    if place < 0 or payload[place : place + len(link)] != link:
        return ChainFault(seq, "prev_hash", payload[place : place + 72].decode("utf-8", "replace"), after.hash)
    return Head(seq, digest)


def verify_chain(lines: Iterable[bytes], after: Head = START) -> Head | ChainFault:
    """Return the head of a whole chain, or its first fault."""
    head = after
    for line in lines:
        step = verify_line(line, head)
        if isinstance(step, ChainFault):
            return step
        head = step
    return head
