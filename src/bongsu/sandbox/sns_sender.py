"""Posts SNS messages to endpoints of this machine, and again when they were not taken."""

from __future__ import annotations

import http.client
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.record import Record
    from bongsu.sandbox.sns_messages import Post

CLOSE_WITHIN_S = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingSpec:
    """How messages are delivered.

    The service documents three retries twenty seconds apart, and that a custom policy may last an hour at most.
    `answer_within_s` is wall time: an endpoint that has not answered by then has not taken the message.
    `client_errors_are_final`: a 4xx other than 429 is not tried again.
    """

    retries: int = 3
    retry_after_s: int = 20
    answer_within_s: int = 15
    client_errors_are_final: bool = True

    def __post_init__(self) -> None:
        """Refuse a policy that the service would refuse."""
        if self.retries < 0 or self.retry_after_s < 0 or self.retries * self.retry_after_s > 3600:
            raise ValueError("an SNS delivery policy lasts at most 3600 s in all")

    def as_policy(self) -> dict[str, Any]:
        """Return the policy as a topic's attributes show it."""
        retry = {
            "minDelayTarget": self.retry_after_s,
            "maxDelayTarget": self.retry_after_s,
            "numRetries": self.retries,
            "numNoDelayRetries": 0,
            "numMinDelayRetries": 0,
            "numMaxDelayRetries": 0,
            "backoffFunction": "linear",
        }
        return {"http": {"defaultHealthyRetryPolicy": retry, "disableSubscriptionOverrides": False}}


class SnsSender:
    """Deliveries of one world; the clock stays at wall speed while one is under way."""

    def __init__(self, clock: SandboxClock, record: Record, spec: SendingSpec, *, fails: Callable[[], bool]) -> None:
        """`fails` says whether the fault plan has this attempt get lost on its way."""
        self._fails = fails
        self._clock = clock
        self._record = record
        self._spec = spec
        self._changed = threading.Condition()
        self._under_way = 0
        self._closed = False

    def send(self, endpoint: str, post: Post) -> None:
        """Post a message soon, on a thread of its own."""
        self._start(endpoint, post, attempt=1)

    def close(self) -> None:
        """Send nothing more, and wait until what is under way has ended."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: not self._under_way, timeout=CLOSE_WITHIN_S)

    def _start(self, endpoint: str, post: Post, *, attempt: int) -> None:
        with self._changed:
            if self._closed:
                return
            self._under_way += 1
        hold = self._clock.hold(f"sns to {endpoint}")

        def work() -> None:
            try:
                with hold:
                    self._deliver(endpoint, post, attempt=attempt)
            finally:
                with self._changed:
                    self._under_way -= 1
                    self._changed.notify_all()

        threading.Thread(target=work, name="sns-delivery", daemon=True).start()

    def _deliver(self, endpoint: str, post: Post, *, attempt: int) -> None:
        status = None if self._fails() else self._post(endpoint, post)
        facts = {
            "endpoint": endpoint,
            "type": post.message["Type"],
            "message_id": post.message["MessageId"],
            "attempt": attempt,
            "status": status,
        }
        if status is not None and 200 <= status < 300:
            self._record.write("sns", "delivered", **facts)
            return
        refused = status is not None and 400 <= status < 500 and status != 429
        if attempt > self._spec.retries or (refused and self._spec.client_errors_are_final):
            self._record.write("sns", "delivery_given_up", **facts)
            return
        self._record.write("sns", "delivery_put_off", **facts)
        wait = timedelta(seconds=self._spec.retry_after_s)
        self._clock.after(wait, lambda: self._start(endpoint, post, attempt=attempt + 1), why="sns retry")

    def _post(self, endpoint: str, post: Post) -> int | None:
        """Return the endpoint's status; None when there was no answer in time."""
        parts = urlsplit(endpoint)
        connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port or 80, timeout=self._spec.answer_within_s
        )
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, body=post.body, headers=post.headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
