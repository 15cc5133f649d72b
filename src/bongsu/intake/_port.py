"""The port of an alarm's format: what a sender posts, and what of it is paged about."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SUMMARY_MAX = 300
KEY_MAX = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm as its sender tells it: still nobody's page."""

    key: str
    """The sender's own name of the matter; while a page of it is open, the same alarm again is the same page. Empty: it
    is a matter of its own."""
    summary: str
    """One line for people."""
    severity: str = ""
    """Names an escalation policy of the plan, if it has one of that name."""
    over: bool = False
    """The sender says that the matter is over."""
    delivery: str = ""
    """The sender's id of this one delivery, the same when it is repeated, which then opens no second page; empty where
    it gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """Why a request is not taken, and with which status it is refused."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """A request that is in order and asks for no page: a confirmation, a state that is neither good nor bad."""

    why: str
    of_the_way: bool = False
    """It is about whether alarms come this way at all, which whoever runs this wants to know."""


Found = Alarm | Nothing | Unusable


def name_of(key: str) -> str:
    """Return a matter's name as it can be kept: cut with its digest where it is too long, and without what is no text.

    Half a surrogate pair, which JSON can hold and UTF-8 cannot, is a question mark.
    """
    whole = key.encode("utf-8", "replace")
    if len(key) <= KEY_MAX:
        return whole.decode()
    digest = sha256(whole).hexdigest()
    return f"{whole.decode()[: KEY_MAX - len(digest) - 1]} {digest}"


def one_line(text: object, longest: int = SUMMARY_MAX) -> str:
    """Return a text on one line, without control characters, at most so long."""
    words = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return words if len(words) <= longest else words[: longest - 1] + "…"


def text_in(values: Mapping[str, object], *names: str) -> str:
    """Return the first of the named values that is a text with something in it, on one line; else nothing."""
    found = (values.get(name) for name in names)
    return next((line for text in found if isinstance(text, str) and (line := one_line(text))), "")
