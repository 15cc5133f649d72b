"""Who may send an alarm: whoever shows the plan's secret, or signs time and body with it. Anybody else is refused."""

from __future__ import annotations

import hmac
import re
from base64 import b64decode
from binascii import Error
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from bongsu.addresses import is_here

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bongsu.inbound._listener import Request

WINDOW = timedelta(minutes=5)
"""How far a signed request's time may lie from ours: a copy is good for so long, and is the same alarm."""
TIME, SIGNATURE = "x-bongsu-time", "x-bongsu-signature"
_TIME = re.compile(r"(?a)\d{1,11}")
_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(?::\d{1,5})?", re.ASCII)
_PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""What a proxy says of whom it asks for."""


class Guard:
    """Compares in constant time, with the digests of what was shown and of what is wanted."""

    def __init__(self, *, bearer: str | None, signed: str | None, now: Callable[[], datetime]) -> None:
        self._bearer = bearer
        self._signed = signed
        self._now = now

    def lets_in(self, request: Request) -> bool:
        """Return whether the sender has shown that it may."""
        return self.shows(request.headers) or self._signs(request)

    def shows(self, headers: Mapping[str, str]) -> bool:
        """Return whether a request with these headers shows the secret, whatever its body may be."""
        word, _, shown = headers.get("authorization", "").partition(" ")
        return self._bearer is not None and word.lower() == "bearer" and same(shown.strip(), self._bearer)

    def refusal(self, request: Request) -> str:
        """Return why a request is not let in; only who has the secret learns more than how to show it."""
        off = self._off(request)
        if off is None:
            return "show the plan's secret, or sign with it"
        return (
            f"the signature is right, and its time is {abs(int(off.total_seconds()))} s "
            f"{'behind' if off > timedelta() else 'ahead of'} this machine's clock: it holds for {WINDOW.seconds} s"
        )

    def _signs(self, request: Request) -> bool:
        off = self._off(request)
        return off is not None and abs(off) <= WINDOW

    def _off(self, request: Request) -> timedelta | None:
        """Return how far the time of a signature lies behind ours; None when it is not the plan's signature."""
        said = request.header(TIME)
        if self._signed is None or _TIME.fullmatch(said) is None:
            return None
        expected = "sha256=" + signature(self._signed, said, request.body)
        at = datetime.fromtimestamp(int(said), UTC)
        return self._now() - at if same(request.header(SIGNATURE), expected) else None


def signature(secret: str, said: str, body: bytes) -> str:
    """Return the signature over a time, a full stop and the body, in hex."""
    return hmac.new(secret.encode(), said.encode() + b"." + body, sha256).hexdigest()


def same(shown: str, wanted: str) -> bool:
    """Return whether two texts are equal, in a time that says nothing about where they differ."""
    return hmac.compare_digest(sha256(shown.encode()).digest(), sha256(wanted.encode()).digest())


def from_here(request: Request) -> bool:
    """Return whether a request that came in on this machine's own address was also meant for that, by all it says.

    A page from elsewhere can have a browser ask here under a name of its own that leads here; and a proxy asks for
    others.
    """
    match = _HOST.fullmatch(request.header("host"))
    return match is not None and is_here(match["name"].strip("[]").lower()) and not any(map(request.header, _PASSED_ON))


def password_of(request: Request) -> str | None:
    """Return the password of HTTP Basic authentication, whoever's name stands before it; None without one."""
    word, _, shown = request.header("authorization").partition(" ")
    if word.lower() != "basic":
        return None
    try:
        return b64decode(shown.strip(), validate=True).decode().partition(":")[2]
    except (Error, ValueError):
        return None
