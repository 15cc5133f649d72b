"""Whether a request is Slack's own and new: its signature over the raw bytes, its time, and that it is no copy."""

from __future__ import annotations

import hmac
import re
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.inbound._listener import Request

WINDOW = timedelta(minutes=5)
"""How far a request's time may lie from ours, before or after: Slack's own advice."""
_TIME = re.compile(r"(?a)\d{1,11}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class Signatures:
    """Checks requests with one app's signing secret; thread-safe."""

    def __init__(self, signing_secret: str, now: Callable[[], datetime]) -> None:
        """`now` is the run's clock, by which the window is kept."""
        self._secret = signing_secret.encode()
        self._now = now
        self._lock = threading.Lock()
        self._seen: dict[str, datetime] = {}

    def refusal(self, request: Request) -> int:
        """Return 0 for a request of Slack's that is new, and remember it; else the status to refuse it with.

        400 without a well-formed time and signature, 401 outside the window or with another secret's signature, 409
        for one that came before: within the window a copy would be as valid as the first.
        """
        said, signature = request.header("x-slack-request-timestamp"), request.header("x-slack-signature")
        if _TIME.fullmatch(said) is None or _SIGNATURE.fullmatch(signature) is None:
            return 400
        expected = hmac.new(self._secret, b"v0:" + said.encode() + b":" + request.body, sha256).hexdigest()
        if not hmac.compare_digest(f"v0={expected}".encode(), signature.encode()):
            return 401
        now, sent_at = self._now(), datetime.fromtimestamp(int(said), UTC)
        if abs(now - sent_at) > WINDOW:
            return 401
        with self._lock:
            # Only signatures that are good get here, so that nobody else can fill this.
            self._seen = {seen: until for seen, until in self._seen.items() if until >= now}
            if signature in self._seen:
                return 409
            self._seen[signature] = sent_at + WINDOW
        return 0

    def forget(self, request: Request) -> None:
        """Let a request come again: what it brought was not recorded."""
        with self._lock:
            self._seen.pop(request.header("x-slack-signature"), None)
