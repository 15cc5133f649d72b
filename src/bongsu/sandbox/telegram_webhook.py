"""Telegram's other way to hand over updates: a POST to the bot's own address, repeated until it is taken.

Delays between tries, what counts as taken and the words of an error are those of the vendor's open-source server.
The sandbox posts to addresses of this machine only.
"""

from __future__ import annotations

import base64
import http.client
import ipaddress
import json
import random
import re
import socket
import threading
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from bongsu.sandbox.telegram_refusals import bad_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.record import Record
    from bongsu.sandbox.telegram_updates import Queued, UpdateQueue

SECRET_CHARACTERS_MAX = 256
SECRET_SHAPE = re.compile(r"[A-Za-z0-9_-]*")
CONNECTIONS_DEFAULT = 40
RESEND_S_MAX = 60
RETRY_AFTER_S_MAX = 3600
GONE_FOR = timedelta(hours=23)
# Wall time.
ANSWER_WITHIN_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where updates are posted to. One that is `elsewhere` is somebody else's: nothing is posted to it from here."""

    url: str
    secret: str = field(default="", repr=False)
    connections: int = CONNECTIONS_DEFAULT
    elsewhere: bool = False


def checked_target(url: str, *, secret: str, connections: int, over_http: bool) -> Target:
    """Return what a setWebhook asks for, or refuse it; a private address, which the real one refuses, is required."""
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if len(secret) > SECRET_CHARACTERS_MAX:
        raise bad_request("secret token is too long")
    if not SECRET_SHAPE.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if parts.scheme == "http" and not over_http:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not _on_this_machine(parts.hostname):
        raise bad_request("bad webhook: sandbox: updates are posted to addresses of this machine only")
    return Target(url=parts.geturl(), secret=secret, connections=min(max(connections, 1), 100))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        port = parts.port
    except ValueError:
        return None
    return parts if port != 0 else None


def _on_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(slots=True)
class _Tries:
    """How often an update was refused, and when it is posted again."""

    due_at: datetime
    fails: int = 0
    delay_s: int = 1


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the bot's side did with an update; `error` is empty when it took it."""

    error: str = ""
    status: int | None = None
    retry_after_s: int = 0
    body: bytes = b""
    content_type: str = ""
    # A connection that the bot closes in the middle is tried again without being told as an error.
    told: bool = True


class WebhookSender:
    """Posts the queue's updates while a webhook is set; thread-safe.

    Updates of one person are posted one after the other, those of several side by side.
    """

    def __init__(
        self,
        clock: SandboxClock,
        record: Record,
        updates: UpdateQueue,
        *,
        call: Callable[[bytes, str], None],
        seed: int,
    ) -> None:
        """`call` carries out the method call that an answer may contain, given its body and content type."""
        self._clock = clock
        self._record = record
        self._updates = updates
        self._call = call
        self._random = random.Random(f"webhook {seed}")
        self._lock = threading.Condition()
        self._target: Target | None = None
        self._tries: dict[int, _Tries] = {}
        self._in_flight: set[str] = set()
        self._connections: set[http.client.HTTPConnection] = set()
        self._gone_since: datetime | None = None
        self._closed = False
        self.last_error: tuple[datetime, str] | None = None
        updates.on_put(self.pump)

    @property
    def target(self) -> Target | None:
        """Where updates go now, None while they wait for a poller."""
        return self._target

    def point_at(self, target: Target | None) -> None:
        """Post to `target` from now on; None leaves updates to whoever polls."""
        with self._lock:
            self._target = target
            self._tries.clear()
            self._gone_since = None
            self.last_error = None
        self._updates.set_webhook(target is not None)
        self.pump()

    def close(self) -> None:
        """Stop posting; what is under way is cut."""
        with self._lock:
            self._closed = True
            self._target = None
            for connection in self._connections:
                if connection.sock is not None:
                    _shut(connection.sock)
            self._lock.wait_for(lambda: not self._in_flight, timeout=5)

    def pump(self) -> None:
        """Post every update whose turn it is."""
        with self._lock:
            target = self._target
            if target is None or target.elsewhere:
                return
            seen: set[str] = set()
            late: set[str] = set()
            for queued in self._updates.waiting():
                sender = queued.sender
                tries = self._tries.get(queued.update_id)
                if tries is not None and tries.due_at > self._clock.now():
                    late.add(sender)
                if sender in late:
                    # It waits for its turn, and the world need not stand still meanwhile.
                    queued.hold.release()
                first = sender not in seen
                seen.add(sender)
                if not first or sender in late | self._in_flight or len(self._in_flight) >= target.connections:
                    continue
                self._in_flight.add(sender)
                arguments = (target, queued, self._clock.hold(f"telegram webhook {queued.update_id}").release)
                threading.Thread(target=self._deliver, args=arguments, name="telegram-webhook", daemon=True).start()

    def _deliver(self, target: Target, queued: Queued, release: Callable[[], None]) -> None:
        try:
            answer = self._post(target, queued)
            with self._lock:
                if self._closed:
                    return
                self._note(target, queued, answer)
            if not answer.error and answer.body:
                self._call(answer.body, answer.content_type)
        finally:
            with self._lock:
                self._in_flight.discard(queued.sender)
                self._lock.notify_all()
            # The next one takes its hold before this one is given back, so that the clock does not jump between.
            self.pump()
            release()

    def _post(self, target: Target, queued: Queued) -> _Answer:
        parts = urlsplit(target.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=ANSWER_WITHIN_S)
        with self._lock:
            self._connections.add(connection)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        body = json.dumps(queued.as_json(), ensure_ascii=False, separators=(",", ":")).encode()
        try:
            connection.request("POST", path, body=body, headers=_headers(target, parts))
            response = connection.getresponse()
            return _answer(response.status, response.reason, headers=response.headers, body=response.read())
        except TimeoutError:
            return _Answer("Read timeout expired")
        except ConnectionRefusedError:
            return _Answer("Connection refused")
        except (ConnectionError, http.client.IncompleteRead):
            return _Answer("Webhook connection closed", told=False)
        except (OSError, http.client.HTTPException, zlib.error) as error:
            return _Answer(f"Wrong response from the webhook: {type(error).__name__}")
        finally:
            with self._lock:
                self._connections.discard(connection)
            connection.close()

    # Below, the lock is held.

    def _note(self, target: Target, queued: Queued, answer: _Answer) -> None:
        facts = {"update": queued.update_id, "kind": queued.kind, "status": answer.status}
        self._record.write("telegram", "webhook", **facts, **({"error": answer.error} if answer.error else {}))
        if not answer.error:
            self._gone_since = None
            self._tries.pop(queued.update_id, None)
            self._updates.taken(queued.update_id)
            return
        if target is not self._target:
            return
        now = self._clock.now()
        if answer.told:
            self.last_error = (now, answer.error)
        self._again(queued, now, retry_after_s=answer.retry_after_s)
        self._gone_since = (self._gone_since or now) if answer.status == 410 else None
        if self._gone_since is not None and now - self._gone_since >= GONE_FOR:
            self._target = None
            self._updates.set_webhook(False)

    def _again(self, queued: Queued, now: datetime, *, retry_after_s: int) -> None:
        tries = self._tries.setdefault(queued.update_id, _Tries(now))
        wait_s = retry_after_s
        if retry_after_s == 0 and tries.fails > 0:
            # The first repetition comes at once, the others after 2, 4, 8 s and so on, up to one or two minutes.
            tries.delay_s = min(self._random.randint(RESEND_S_MAX, 2 * RESEND_S_MAX), tries.delay_s * 2)
            wait_s = tries.delay_s
        tries.fails += 1
        tries.due_at = now + timedelta(seconds=wait_s)
        if tries.due_at > queued.expires_at:
            self._tries.pop(queued.update_id)
            self._updates.give_up(queued.update_id)
            return
        queued.hold.release()
        if wait_s:
            self._clock.at(tries.due_at, self.pump, why=f"telegram webhook {queued.update_id} again")


def _headers(target: Target, parts: SplitResult) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "Connection": "keep-alive", "Accept-Encoding": "gzip, deflate"}
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    if target.secret:
        headers["X-Telegram-Bot-Api-Secret-Token"] = target.secret
    return headers


def _answer(status: int, reason: str, *, headers: http.client.HTTPMessage, body: bytes) -> _Answer:
    if 200 <= status <= 299:
        packed = headers.get("Content-Encoding", "") in ("gzip", "deflate")
        plain = zlib.decompress(body, 32 + zlib.MAX_WBITS) if packed and body else body
        return _Answer(status=status, body=plain, content_type=headers.get("Content-Type", ""))
    asked = headers.get("Retry-After", "")
    return _Answer(
        f"Wrong response from the webhook: {status} {reason}",
        status=status,
        retry_after_s=min(int(asked), RETRY_AFTER_S_MAX) if asked.isdecimal() else 0,
    )


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # Closed by the other side meanwhile: that is what was wanted.
        return
