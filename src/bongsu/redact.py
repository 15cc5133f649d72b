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
SHORTEST_TOKEN = 16
"""A part of a secret address that is shorter is not known to be secret: names and ids are."""
_LONGEST_IDENTIFIER = 130

# A quote in JSON, also when that JSON stands as text inside other JSON (a log line in an API answer).
_Q = rb'\\*"'
_VALUE = rb'(?:[^"\\]|\\+u[0-9A-Fa-f]{4}|\\+/)*'

_ADDRESS = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*://[^\s"]+')
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
            for text in (value, *_pieces(value)):
                for form in _forms(text):
                    found.setdefault(form, f"<secret:{reference}>".encode())
        # Longest first: a secret may hold another, as a URL holds its token.
        self._secrets = tuple(sorted(found.items(), key=lambda item: -len(item[0])))

    def clean(self, data: bytes) -> bytes:
        """Return the bytes without secrets, phone numbers and customer names; the same bytes when there are none."""
        for value, mark in self._secrets:
            data = data.replace(value, mark)
        for holds, pattern, replacement in _GUARDED:
            if holds is None or holds(data):
                data = pattern.sub(replacement, data)
        return data

    def clean_text(self, text: str) -> str:
        """Return the text as `clean` would leave it."""
        return self.clean(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


def _pieces(value: str) -> list[str]:
    """Return what of a secret address may stand alone, in an error page or another host's name: path, tokens, password.

    Names of hosts and short words stay as they are; nobody could tell them from ordinary text.
    """
    if _ADDRESS.fullmatch(value) is None:
        return []
    rest = value.partition("://")[2]
    path = f"/{rest.partition('/')[2]}".partition("?")[0]
    tokens = [piece for piece in re.split(r"[/:@?&=#]", rest) if "." not in piece]
    return [piece for piece in (path, *tokens) if len(piece) >= SHORTEST_TOKEN]


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


# The members of JSON that are cleaned whatever their value looks like, and those only when it is a number:
# Slack's address for an answer, whose holder may post for half an hour; the state table's people, in DynamoDB's
# form {"S": "text"}; and a sender's landline. A chat id or a switch's "to" never begins with 0 or +82.
_MEMBER = re.compile(
    rb'("(?:(?P<url>response_url)|(?P<token>[a-z_]*token|trigger_id)|(?P<person>userName|customerName|customer_name)|'
    rb"(?P<number>phone|to|from)|(?P<item>name))" + _Q + rb"\s*:\s*(?P<typed>\{\s*" + _Q + rb"S" + _Q + rb"\s*:\s*)?"
    rb"" + _Q + rb")(?P<value>" + _VALUE + rb")"
)
# All that `_MEMBER` names beside the tokens, in the form that is the fastest to rule out.
_MEMBERS_ELSE = re.compile(rb'"(?:response_url|t(?:rigger_id|o)|userName|customer(?:N|_n)ame|phone|from|name)' + _Q)
_MARKED = re.compile(rb"<(?:response url|redacted|customer|secret:[^>]*)>\Z")
_LANDLINE = re.compile(rb"(?:\+82|0)(?!1[016789])[0-9 -]{3,}(\d{4})\Z")
_DIGITS = re.compile(rb"[-0-9*]*\Z")


def _cleaned_member(match: re.Match[bytes]) -> bytes:
    value = match["value"]
    if _MARKED.match(value):
        return match.group()
    if match["url"]:
        return match[1] + b"<response url>"
    if match["token"]:
        return match[1] + b"<redacted>"
    typed_person = match["typed"] and (match["item"] or match["number"] == b"phone")
    # A value of digits alone is left to the rules for numbers, so that people stay distinguishable.
    if match["person"] or (typed_person and not _DIGITS.match(value)):
        return match[1] + b"<customer>"
    landline = _LANDLINE.match(value) if match["number"] else None
    return match[1] + b"****-" + landline[1] if landline else match.group()


_AUTHORIZATION = re.compile(
    rb'(uthorization\\*"?\s*[:=]\s*+(?>(?:' + _Q + rb')?))(?!<(?:authorization>|secret:))[^"\\\r\n]+',
)
_HOOK = re.compile(rb"hooks\.slack\.com((?:\\*/)+)[A-Za-z0-9_/\\-]*[A-Za-z0-9_-]")
_TICKET = re.compile(rb'(wss?:[\\/]+[^"\s?]+)\?[^"\s]*')
_ABROAD = re.compile(rb"\+82[-. ]?\(?0?\)?1(?P<kind>[016789])[-. ]?\d{3,4}[-. ]?(?P<last>\d{4})(?!\d)")
# Pattern, and what stands there afterwards, in this order. Each begins with literal bytes: looking for those is as
# fast as looking for a word, and most bodies hold none.
_RULES: tuple[tuple[re.Pattern[bytes], bytes | Callable[[re.Match[bytes]], bytes]], ...] = (
    # Telegram's token stands in the path: /bot<id>:<secret>/<method>.
    (re.compile(rb"bot\d+(?::|%3[aA])[A-Za-z0-9_-]+"), b"bot-"),
    (re.compile(rb":AA[A-Za-z0-9_-]{20,}"), b":<telegram token>"),
    (re.compile(rb"x(?:ox[a-z]|app)-[A-Za-z0-9-]{8,}"), b"<slack token>"),
    (_AUTHORIZATION, rb"\1<authorization>"),
    (_MEMBER, _cleaned_member),
    (_HOOK, rb"hooks.slack.com\1-"),
    # The address of a Socket Mode connection carries its ticket in the query.
    (_TICKET, rb"\1?-"),
    (re.compile(rb"A[KS]IA[0-9A-Z]{16}"), b"<access key id>"),
    (_ABROAD, _phone),
    (re.compile(rb"01(?P<kind>[016789])[-. ]?\d{3,4}[-. ]?(?P<last>\d{4})(?!\d)"), _phone),
)


def _may_hold_member(data: bytes) -> bool:
    return b"token" in data or _MEMBERS_ELSE.search(data) is not None


# What tells at a glance, for a rule that is dear to look for, that a body has nothing for it: most have not.
_GLANCES: dict[re.Pattern[bytes], Callable[[bytes], bool]] = {
    _AUTHORIZATION: lambda data: b"uthorization" in data,
    _MEMBER: _may_hold_member,
    _HOOK: lambda data: b"hooks.slack.com" in data,
    _TICKET: lambda data: b"?" in data,
    _ABROAD: lambda data: b"+" in data,
}
_GUARDED = tuple((_GLANCES.get(pattern), pattern, replacement) for pattern, replacement in _RULES)
