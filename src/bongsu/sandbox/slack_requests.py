"""Presses posted to the app's request URL: signed over the raw form body, and the answer's time measured."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from bongsu.sandbox.slack_spec import LOOPBACK

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.sandbox.clock import Hold, SandboxClock
    from bongsu.sandbox.record import Record

# Slack shows the person an error when the app takes longer.
ACK_MS_MAX = 3_000
HOLD_WALL_S = 5
VERSION = "v0"
AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One press on its way to the request URL, and how the app answered, in wall time."""

    ref: str
    sent_at: datetime
    sent_ns: int
    hold: Hold
    status: int | None = None
    ack_ms: int | None = None
    ack_ms_max: int = ACK_MS_MAX
    failure: str = ""

    @property
    def in_time(self) -> bool:
        """Return whether the app answered 200 within the limit."""
        return self.status == http.HTTPStatus.OK and self.ack_ms is not None and self.ack_ms <= self.ack_ms_max


class RequestUrl:
    """Sends payloads to one address of this machine; each is tried once, as Slack does with presses."""

    def __init__(
        self, clock: SandboxClock, record: Record, *, signing_secret: str, url: str, ack_ms_max: int = ACK_MS_MAX
    ) -> None:
        self._clock = clock
        self._record = record
        self._signing_secret = signing_secret.encode()
        self._ack_ms_max = ack_ms_max
        self._threads: list[threading.Thread] = []
        self._sent = 0
        self.url = ""
        if url:
            self.move(url)

    def move(self, url: str) -> None:
        """Send to another address from now on; ValueError when it is not plain HTTP on this machine."""
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK:
            raise ValueError(f"the request URL {url!r} is not http on this machine, name a loopback address")
        self.url = url

    def send(self, payload: dict[str, object]) -> Delivery | None:
        """Post a payload and return it on its way; None when nothing listens at the address."""
        if not self.url:
            return None
        parts = urlsplit(self.url)
        within_s = self._ack_ms_max / 1000
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=within_s)
        try:
            connection.connect()
        except OSError:
            self._record.write("slack", "request.unreachable")
            return None
        self._sent += 1
        delivery = Delivery(
            ref=f"request-{self._sent}",
            sent_at=self._clock.now(),
            sent_ns=time.monotonic_ns(),
            hold=self._clock.hold("slack request", wall_s_max=HOLD_WALL_S),
            ack_ms_max=self._ack_ms_max,
        )
        body = urlencode({"payload": json.dumps(payload, ensure_ascii=False, separators=(",", ":"))}).encode()
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        thread = threading.Thread(
            target=self._post, args=(connection, target, body, delivery), name="slack-request", daemon=True
        )
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()
        return delivery

    def close(self) -> None:
        """Wait for what is on its way."""
        for thread in self._threads:
            thread.join(timeout=HOLD_WALL_S)

    def headers(self, body: bytes, *, at_s: int) -> dict[str, str]:
        """Return what goes with a body: its form, the time, and the signature over both."""
        base = f"{VERSION}:{at_s}:".encode() + body
        signature = hmac.new(self._signing_secret, base, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json,*/*",
            "User-Agent": AGENT,
            "X-Slack-Request-Timestamp": str(at_s),
            "X-Slack-Signature": f"{VERSION}={signature}",
        }

    def _post(self, connection: http.client.HTTPConnection, target: str, body: bytes, delivery: Delivery) -> None:
        try:
            connection.request("POST", target, body, self.headers(body, at_s=int(delivery.sent_at.timestamp())))
            delivery.status = connection.getresponse().status
            delivery.ack_ms = (time.monotonic_ns() - delivery.sent_ns) // 1_000_000
        except (OSError, http.client.HTTPException) as error:
            # Too late, or cut: the person sees an error either way, and Slack does not try again.
            delivery.failure = type(error).__name__
        finally:
            connection.close()
            self._record.write(
                "slack",
                "request.ack",
                request=delivery.ref,
                status=delivery.status,
                ack_ms=delivery.ack_ms,
                in_time=delivery.in_time,
                failure=delivery.failure,
            )
            delivery.hold.release()
