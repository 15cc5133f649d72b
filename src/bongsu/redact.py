"""Takes secrets and personal data out of bytes before anybody keeps them.

It is the outer wall of the ledger and is also used where bytes enter: channels, inbound, probes, targets. Cleaning
what is clean already changes nothing, so it may happen at several walls. What it leaves alone matters as much:
hashes, UUIDs and decimal fractions that happen to hold the digits of a phone number stay whole, since evidence
is compared by them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SHORTEST_SECRET = 6
_LONGEST_IDENTIFIER = 130

# A quote in JSON, also when that JSON stands as text inside other JSON (a log line in an API answer).
_Q = rb'\\*"'
_VALUE = rb'(?:[^"\\]|\\+u[0-9A-Fa-f]{4}|\\+/)*'

_UUID = re.compile(rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UUID_LEFT = re.compile(rb"[0-9a-fA-F-]*\Z")
_UUID_RIGHT = re.compile(rb"[0-9a-fA-F-]*")
_HEX_LEFT = re.compile(rb"(?<![0-9A-Za-z%\\])[0-9a-f]+\Z")
_HEX_RIGHT = re.compile(rb"[0-9a-f]*(?![0-9A-Za-z])")
_ESCAPE_BEFORE = re.compile(rb"(?:\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2})\Z")


class Redactor:
    """Replaces known secret values, the shapes of secrets, and personal data; immutable and thread-safe."""

    __slots__ = ("_secrets",)

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        """Know the secret values by their references (`env:NAME`); UsageError for one too short to find."""
        found: dict[bytes, bytes] = {}
        for reference, value in (secrets or {}).items():
            if len(value) < SHORTEST_SECRET:
                raise UsageError(
                    f"the secret {reference!r} has fewer than {SHORTEST_SECRET} characters",
                    hint="a value this short cannot be told from ordinary text in the evidence; use a longer one",
                )
            for form in _forms(value):
                found.setdefault(form, f"<secret:{reference}>".encode())
        # Longest first: a secret may hold another, as a URL holds its token.
        self._secrets = tuple(sorted(found.items(), key=lambda item: -len(item[0])))

    def clean(self, data: bytes) -> bytes:
        """Return the bytes without secrets, phone numbers and customer names; the same bytes when there are none."""
        for value, mark in self._secrets:
            if value in data:
                data = data.replace(value, mark)
        for hints, pattern, replacement in _RULES:
            for hint in hints:
                if hint in data:
                    data = pattern.sub(replacement, data)
                    break
        return data

    def clean_text(self, text: str) -> str:
        """Return the text as `clean` would leave it."""
        return self.clean(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


def _forms(value: str) -> set[bytes]:
    """Return how a value may stand in a body: as it is, in JSON, in JSON with escapes, in a URL or a form."""
    texts = {value, quote(value, safe=""), quote_plus(value)}
    texts |= {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    return {text.encode() for text in texts}


def _phone(match: re.Match[bytes]) -> bytes:
    """Return a mobile number with its middle hidden, or the match itself when it is no phone number."""
    data, start = match.string, match.start()
    before = data[max(0, start - 6) : start]
    if before[-1:].isdigit() and not _ESCAPE_BEFORE.search(before):
        return match.group()
    # A fraction such as 0.01612345678 is a figure; hashes and request ids are evidence.
    if (before[-1:] == b"." and before[-2:-1].isdigit()) or _in_identifier(match):
        return match.group()
    return b"01" + match["kind"] + b"-****-" + match["last"]


def _in_identifier(match: re.Match[bytes]) -> bool:
    """Return whether the digits are part of a UUID, or of twelve or more hexadecimal digits with a letter."""
    data, start, end = match.string, match.start(), match.end()
    first, last = max(0, start - _LONGEST_IDENTIFIER), end + _LONGEST_IDENTIFIER
    left, right = _UUID_LEFT.search(data, first, start), _UUID_RIGHT.match(data, end, last)
    token = (left.group() if left else b"") + match.group() + (right.group() if right else b"")
    if any(match.group() in found for found in _UUID.findall(token)):
        return True
    left, right = _HEX_LEFT.search(data, first, start), _HEX_RIGHT.match(data, end, last)
    run = (left.group() if left else b"") + match.group() + (right.group() if right else b"")
    return len(run) >= 12 and run.isalnum() and not run.isdigit()


# (literals of which one must occur, pattern, what stands there afterwards), in this order.
_RULES: tuple[tuple[tuple[bytes, ...], re.Pattern[bytes], bytes | Callable[[re.Match[bytes]], bytes]], ...] = (
    # Telegram's token stands in the path: /bot<id>:<secret>/<method>.
    ((b"bot",), re.compile(rb"bot\d+(?::|%3[aA])[A-Za-z0-9_-]+"), b"bot-"),
    ((b":AA",), re.compile(rb"(?<![0-9A-Za-z])\d{6,}:AA[A-Za-z0-9_-]{20,}"), b"<telegram token>"),
    ((b"xox", b"xapp-"), re.compile(rb"\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{8,}"), b"<slack token>"),
    (
        (b"uthorization", b"AUTHORIZATION"),
        re.compile(
            rb"((?i:authorization)"
            + _Q[:-1]
            + rb'"?\s*[:=]\s*+(?:'
            + _Q
            + rb')?+)(?!<(?:authorization>|secret:))[^"\\\r\n]+'
        ),
        rb"\1<authorization>",
    ),
    # Slack: whoever holds it may post for half an hour, without the bot's rights being asked.
    (
        (b"response_url",),
        re.compile(rb"(response_url" + _Q + rb"\s*:\s*" + _Q + rb")" + _VALUE),
        rb"\1<response url>",
    ),
    (
        (b"hooks.slack.com",),
        re.compile(rb"(hooks\.slack\.com)((?:\\*/)+)[A-Za-z0-9_/\\-]*[A-Za-z0-9_-]"),
        rb"\1\2-",
    ),
    (
        (b'token"', b'token\\"', b"trigger_id"),
        re.compile(
            rb"(\"(?:[a-z_]*token|trigger_id)" + _Q + rb"\s*:\s*" + _Q + rb")(?!<(?:redacted>|secret:))" + _VALUE
        ),
        rb"\1<redacted>",
    ),
    # The address of a Socket Mode connection carries its ticket in the query.
    (
        (b"ws://", b"wss://", b"ws:\\/\\/", b"wss:\\/\\/"),
        re.compile(rb'(wss?:[\\/]+[^"\s?]+)\?[^"\s]*'),
        rb"\1?-",
    ),
    (
        (b"AKIA", b"ASIA"),
        re.compile(rb"(?<![0-9A-Za-z])A(?:KIA|SIA)[0-9A-Z]{16}(?![0-9A-Za-z])"),
        b"<access key id>",
    ),
    (
        (b"phone", b'to"', b'to\\"', b'from"', b'from\\"'),
        re.compile(
            rb"(\"(?:phone|to|from)"
            + _Q
            + rb"\s*:\s*(?:\{\s*"
            + _Q
            + rb"S"
            + _Q
            + rb"\s*:\s*)?"
            + _Q
            + rb")(?:\+82|0)(?!1[016789])[0-9 -]{3,}(\d{4})(?=\\*\")"
        ),
        rb"\1****-\2",
    ),
    (
        (b"ame",),
        re.compile(
            rb"(\"(?:(?:phone|name)" + _Q + rb"\s*:\s*\{\s*" + _Q + rb"S"
            rb"|userName|customerName|customer_name)"
            + _Q
            + rb"\s*:\s*"
            + _Q
            + rb")(?!<customer>|[-0-9*]*\\*\")"
            + _VALUE
        ),
        rb"\1<customer>",
    ),
    (
        (b"+82",),
        re.compile(rb"\+82[-. ]?\(?0?\)?1(?P<kind>[016789])[-. ]?\d{3,4}[-. ]?(?P<last>\d{4})(?!\d)"),
        _phone,
    ),
    (
        (b"010", b"011", b"016", b"017", b"018", b"019"),
        re.compile(rb"01(?P<kind>[016789])[-. ]?\d{3,4}[-. ]?(?P<last>\d{4})(?!\d)"),
        _phone,
    ),
)
