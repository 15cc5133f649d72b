"""Keyed pseudonyms: the same text gets the same one under one key, and nobody without the key can go back.

A pseudonym has the form of what it stands for, so that a plan that holds it can still be read: digits for a number, as
many of them; Slack's letter in front of a Slack id; a name that keys can carry for a contact's id.
"""

from __future__ import annotations

import base64
import hmac
import re
from html import escape
from json import dumps
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

SHORTEST_KEY = 32
"""Characters; a key that can be guessed gives everything back."""
_NUMBER = re.compile(r"(?a)-?\d{5,}")
_SLACK = re.compile(r"[A-Z][A-Z0-9]{7,}")
_REFERENCE = re.compile(r"(?:env|file|secret):")
_FINGERPRINT = "ed25519:"
_GROUP = "100"
"""What Telegram's ids of supergroups begin with."""
# A letter or digit before a name is no part of it when it ends an escape: a line feed in JSON, a space in an address.
_LEFT = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4})|(?<=%[0-9A-F]{2}))"
_RIGHT = r"(?![A-Za-z0-9])"


class Pseudonyms:
    """What stands for what; grows while texts are named, and is then fixed to replace them."""

    def __init__(self, key: str) -> None:
        """Take the key; UsageError for one that is too short to keep anything."""
        if len(key.strip()) < SHORTEST_KEY:
            raise UsageError(
                f"the key of the pseudonyms has fewer than {SHORTEST_KEY} characters",
                hint="make one with `openssl rand -hex 32`, and keep it: only who has it can prove the copy",
            )
        self._key = key.strip().encode()
        self._known: dict[str, str] = {}
        self._forms: dict[bytes, str] | None = None
        self._patterns: dict[tuple[bytes, ...], re.Pattern[bytes]] = {}

    def digest(self, purpose: str, text: str) -> bytes:
        """Return 32 bytes that follow from the key, a purpose and a text."""
        return hmac.digest(self._key, f"{purpose}\0{text}".encode(), "sha256")

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that has a pseudonym."""
        return tuple(self._known)

    def person(self, contact: str) -> None:
        """Name a contact's id in the plan."""
        self._add(contact, lambda n: f"p_{self._hex('id', contact, n)[:10]}")

    def name(self, text: str) -> None:
        """Name a person's name, or any other text that must not be read."""
        self._add(text, lambda n: f"Person-{self._hex('name', text, n)[:8]}")

    def address(self, text: str) -> None:
        """Name an id at a service; a text that has no form of one is named as a word, a reference to a secret not."""
        if _REFERENCE.match(text):
            return
        if text.startswith(_FINGERPRINT):
            self._add(text, lambda n: _FINGERPRINT + base64.b64encode(self._bytes("key", text, n)).decode())
        elif _NUMBER.fullmatch(text):
            self._add(text.removeprefix("-"), lambda n: self._number(text.removeprefix("-"), n))
        elif _SLACK.fullmatch(text):
            self._add(text, lambda n: text[0] + self._letters(text, n)[: len(text) - 1])
        elif len(text) > 2:
            self._add(text, lambda n: f"x{self._hex('word', text, n)[:10]}")

    def replaced(self, data: bytes) -> bytes:
        """Return bytes with every known text replaced, however it was escaped: in JSON, in HTML, in an address."""
        pattern = self._pattern_for(data)
        forms = self._forms or {}
        return data if pattern is None else pattern.sub(lambda found: forms[found[0]].encode(), data)

    def replaced_text(self, text: str) -> str:
        """Return a text with every known text in it replaced."""
        return self.replaced(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def left_in(self, data: bytes) -> str:
        """Return a known text that is still in the bytes; empty when there is none."""
        pattern = self._pattern_for(data)
        found = None if pattern is None else pattern.search(data)
        return found[0].decode() if found else ""

    def _pattern_for(self, data: bytes) -> re.Pattern[bytes] | None:
        """Return what finds the known texts that stand in the data at all: most of it holds none, or a few."""
        if self._forms is None:
            forms = {form.encode(): name for text, name in self._known.items() for form in _forms(text)}
            self._forms = dict(sorted(forms.items(), key=lambda item: -len(item[0])))
        there = tuple(form for form in self._forms if form in data)
        if there not in self._patterns:
            self._patterns[there] = re.compile("|".join(_bounded(one.decode()) for one in there).encode())
        return self._patterns[there] if there else None

    def _add(self, text: str, make: Callable[[int], str]) -> None:
        if text and text not in self._known:
            taken = {*self._known.values(), *self._known}
            self._known[text] = next(one for n in range(1000) if (one := make(n)) not in taken)
            self._forms = None

    def _bytes(self, purpose: str, text: str, number: int) -> bytes:
        return self.digest(f"{purpose} {number}", text)

    def _hex(self, purpose: str, text: str, number: int) -> str:
        return self._bytes(purpose, text, number).hex()

    def _letters(self, text: str, number: int) -> str:
        return base64.b32encode(self._bytes("slack", text, number)).decode().rstrip("=")

    def _number(self, digits: str, number: int) -> str:
        kept = _GROUP if len(digits) > 12 and digits.startswith(_GROUP) else ""
        wanted = len(digits) - len(kept)
        drawn = int.from_bytes(self._bytes("number", digits, number))
        # The first digit is never 0, as no id begins with one.
        return kept + str(10 ** (wanted - 1) + drawn % (9 * 10 ** (wanted - 1)))


def _forms(text: str) -> set[str]:
    inner = dumps(text)[1:-1]
    return {
        text,
        inner,
        inner.replace("\\", "\\\\"),
        escape(text),
        escape(text, quote=False),
        quote(text),
        quote_plus(text),
    }


def _bounded(form: str) -> str:
    ends = form[:1].isascii() and form[:1].isalnum(), form[-1:].isascii() and form[-1:].isalnum()
    if form.isdigit():
        return r"(?:(?<!\d)|(?<=%[0-9A-F]{2}))" + form + r"(?!\d)"
    # A Korean particle follows its name without a space, so only Latin letters and digits bound one.
    return (_LEFT if ends[0] else "") + re.escape(form) + (_RIGHT if ends[1] else "")
