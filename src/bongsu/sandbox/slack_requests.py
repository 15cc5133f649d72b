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
    from bongsu.sandbox.clock import Hold, SandboxClock
    from bongsu.sandbox.record import Record
    from bongsu.sandbox.slack_spec import SlackSpec

# Slack shows the person an error when the app takes longer.
ACK_MS_MAX = 3_000
HOLD_WALL_S = 5
VERSION = "v0"
AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One press on its way to the request URL, and how the app answered, in wall time."""

    ref: str
    hold: Hold
    sends: int = 0
    status: int | None = None
    ack_ms: int | None = None
    ack_ms_max: int = ACK_MS_MAX
    failure: str = ""
    and_cut: bool = False

    @property
    def in_time(self) -> bool:
        """Return whether the app answered 200 within the limit."""
        return self.status == http.HTTPStatus.OK and self.ack_ms is not None and self.ack_ms <= self.ack_ms_max


class RequestUrl:
    """Sends payloads to one address of this machine; a press is not sent again unless the spec says so."""

    def __init__(self, clock: SandboxClock, record: Record, *, spec: SlackSpec, ack_ms_max: int = ACK_MS_MAX) -> None:
        self._clock = clock
        self._record = record
        self._signing_secret = spec.signing_secret.encode()
        self._sends_max = spec.press_sends_max
        self._ack_ms_max = ack_ms_max
        self._threads: list[threading.Thread] = []
        self._sent = 0
        self.url = ""
        if spec.request_url:
            self.move(spec.request_url)

    def move(self, url: str) -> None:
        """Send to another address from now on; ValueError when it is not plain HTTP on this machine."""
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK:
            raise ValueError(f"the request URL {url!r} is not http on this machine, name a loopback address")
        self.url = url

    def send(self, payload: dict[str, object], *, and_cut: bool = False) -> Delivery | None:
        """Post a payload and return it on its way; None when nothing listens at the address.

        With `and_cut` the connection ends before the answer can be read.
        """
        connection = self._connect()
        if connection is None:
            return None
        self._sent += 1
        delivery = Delivery(
            ref=f"request-{self._sent}",
            hold=self._clock.hold("slack request", wall_s_max=HOLD_WALL_S),
            ack_ms_max=self._ack_ms_max,
            and_cut=and_cut,
        )
        body = urlencode({"payload": json.dumps(payload, ensure_ascii=False, separators=(",", ":"))}).encode()
        thread = threading.Thread(
            target=self._deliver, args=(connection, body, delivery), name="slack-request", daemon=True
        )
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()
        return delivery

    def _connect(self) -> http.client.HTTPConnection | None:
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
        return connection

    def close(self) -> None:
        """Wait for what is on its way."""
        for thread in self._threads:
            thread.join(timeout=HOLD_WALL_S)

    def headers(self, body: bytes, *, at_s: int) -> dict[str, str]:
        """Return what goes with a body: its form, the time, and the signature over time and body."""
        base = f"{VERSION}:{at_s}:".encode() + body
        signature = hmac.new(self._signing_secret, base, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json,*/*",
            "User-Agent": AGENT,
            "X-Slack-Request-Timestamp": str(at_s),
            "X-Slack-Signature": f"{VERSION}={signature}",
        }

    def _deliver(self, connection: http.client.HTTPConnection | None, body: bytes, delivery: Delivery) -> None:
        with delivery.hold:
            while connection is not None:
                delivery.sends += 1
                self._post(connection, body, delivery)
                if delivery.in_time or delivery.sends >= self._sends_max:
                    return
                connection = self._connect()

    def _post(self, connection: http.client.HTTPConnection, body: bytes, delivery: Delivery) -> None:
        parts = urlsplit(self.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = self.headers(body, at_s=int(self._clock.now().timestamp()))
        if delivery.sends > 1:
            headers |= {"X-Slack-Retry-Num": str(delivery.sends - 1), "X-Slack-Retry-Reason": "http_error"}
        sent_ns = time.monotonic_ns()
        delivery.status = delivery.ack_ms = None
        delivery.failure = ""
        try:
            connection.request("POST", target, body, headers)
            if delivery.and_cut:
                raise ConnectionAbortedError
            delivery.status = connection.getresponse().status
            delivery.ack_ms = (time.monotonic_ns() - sent_ns) // 1_000_000
        except (OSError, http.client.HTTPException) as error:
            # Too late, or cut: the person sees an error either way.
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
