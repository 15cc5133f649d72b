"""Presses on Telegram, delivered to an address of ours: for whoever has one that Telegram can reach.

The listener speaks plain HTTP on this machine; a proxy in front of it speaks TLS. Telegram repeats an update until it
is answered with 200, which it is once the ledger holds the press. A webhook that stands but is not reached looks like
silence, so Telegram is asked now and then whether its deliveries arrive.
"""

from __future__ import annotations

import hmac
import json
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bongsu.addresses import listen_at
from bongsu.channels._answer import Answer
from bongsu.channels._http import HttpSender
from bongsu.channels._json import object_of
from bongsu.channels.telegram import classify
from bongsu.errors import UsageError
from bongsu.inbound._listener import Listener, Request, opened
from bongsu.inbound._listening import Listening
from bongsu.inbound._telegram_presses import press_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bongsu.core.codes import ButtonCodes
    from bongsu.inbound._answers import InMemoryAddresses
    from bongsu.inbound._port import Deliver
    from bongsu.redact import Redactor

CHANNEL = "telegram"
SECRETS = ("token", "webhook_secret")
NEEDS = ("token", "webhook_url", "webhook_secret", "listen")
HEADER = "x-telegram-bot-api-secret-token"
UPDATES_KEPT = 10_000
"""Ids of updates that are remembered: Telegram repeats one within a day, and a run has far fewer presses."""
LOOK_EVERY_S = 30.0
"""How often Telegram is asked whether its deliveries arrive, in seconds of this machine's clock."""
CALL_S = 10
STOP_S = 25
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Those of the channel's plan keys that listening needs."""

    token: str = field(repr=False)
    webhook_url: str
    webhook_secret: str = field(repr=False)
    listen: str
    api_url: str = "https://api.telegram.org"


def open_(
    options: Options,
    *,
    name: str,
    codes: ButtonCodes,
    redactor: Redactor,
    answers: InMemoryAddresses,
    deliver: Deliver,
    now: Callable[[], datetime],
) -> TelegramWebhookInbound:
    """Return the path in, not yet started; UsageError for a secret that Telegram would refuse."""
    del answers, now
    if _SECRET.fullmatch(options.webhook_secret) is None:
        raise UsageError(
            f"the webhook_secret of the channel {name!r} cannot be one",
            hint="Telegram takes 1 to 256 letters, digits, _ and -",
        )
    return TelegramWebhookInbound(options, name=name, codes=codes, redactor=redactor, deliver=deliver)


class TelegramWebhookInbound:
    """Listens, and has Telegram deliver there, between `start` and `stop`."""

    def __init__(
        self,
        options: Options,
        *,
        name: str,
        codes: ButtonCodes,
        redactor: Redactor,
        deliver: Deliver,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self.channel = name
        self._options = options
        self._redactor = redactor
        self._look_every_s = look_every_s
        self._stopping = threading.Event()
        self._listening = Listening(name, deliver)
        self._updates = _Updates(options.webhook_secret, channel=name, codes=codes, redactor=redactor, deliver=deliver)
        self._listener = Listener(listen_at(options.listen), self._take)
        self._http = HttpSender(service="telegram", redactor=redactor, read_s=CALL_S)
        self._thread = threading.Thread(target=self._run, name=f"inbound-{name}", daemon=True)

    def start(self) -> None:
        """Start listening."""
        self._thread.start()

    def stop(self) -> None:
        """Take the webhook away, stop listening and wait for the thread, at most 25 s."""
        self._stopping.set()
        self._http.abort()
        self._thread.join(timeout=STOP_S)

    def _run(self) -> None:
        try:
            if opened(self._listener, self._listening, self._stopping.wait):
                self._attend()
                self._take_away()
        finally:
            self._listener.close()
            self._http.close()

    def _attend(self) -> None:
        """Set the webhook, and again whenever it is gone, until listening ends."""
        while not self._stopping.is_set():
            body = {
                "url": self._options.webhook_url,
                "secret_token": self._options.webhook_secret,
                "allowed_updates": ["callback_query"],
            }
            done = self._ask(self._http, "setWebhook", body)
            if self._stopping.is_set():
                return
            if isinstance(done, _Failed):
                if not self._listening.lost(done.reason) or self._stopping.wait(self._listening.wait_s(done.asked_s)):
                    return
            elif not self._listening.opened() or not self._look_on():
                return

    def _look_on(self) -> bool:
        """Return True when the webhook must be set anew, False when listening ends."""
        told_at = self._told_at()
        while not self._stopping.wait(self._look_every_s):
            info = self._ask(self._http, "getWebhookInfo", {})
            if self._stopping.is_set():
                return False
            if isinstance(info, _Failed):
                going_on = self._listening.lost(info.reason)
            elif info.get("url") != self._options.webhook_url:
                return self._listening.lost("the webhook was taken away or replaced")
            elif info.get("last_error_date") not in (None, told_at):
                # It stays there when deliveries arrive again: only a newer one says that they do not.
                told_at = info["last_error_date"]
                reason = self._redactor.clean_text(str(info.get("last_error_message", "no reason given")))
                going_on = self._listening.lost(f"Telegram could not deliver: {reason}")
            else:
                going_on = bool(info.get("pending_update_count")) or self._listening.opened()
            if not going_on:
                return False
        return False

    def _told_at(self) -> object:
        """Return the time of the newest failed delivery, which may be an earlier run's; None when there is none."""
        info = self._ask(self._http, "getWebhookInfo", {})
        return None if isinstance(info, _Failed) else info.get("last_error_date")

    def _take_away(self) -> None:
        """Have Telegram keep its updates from now on, so that none is posted to where nobody listens."""
        # A sender of its own: the other one is broken off when listening ends.
        http = HttpSender(service="telegram", redactor=self._redactor, read_s=CALL_S)
        try:
            self._ask(http, "deleteWebhook", {"drop_pending_updates": False})
        finally:
            http.close()

    def _ask(self, http: HttpSender, method: str, body: dict[str, Any]) -> dict[str, Any] | _Failed:
        base = self._options.api_url.rstrip("/")
        answer = http.post(
            f"{base}/bot{self._options.token}/{method}",
            json.dumps(body).encode(),
            operation=method,
            address=f"{base}/bot-/{method}",
            headers={"Content-Type": "application/json"},
        )
        outcome = classify(answer) if isinstance(answer, Answer) else answer
        if isinstance(outcome, tuple):
            return outcome[1] if isinstance(outcome[1], dict) else {}
        return _Failed(outcome.reason, getattr(outcome, "retry_after_s", None))

    def _take(self, request: Request) -> int:
        status = self._updates.take(request)
        if status == 503:
            self._stopping.set()
        return status


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why Telegram did not do what it was asked, and how long it wants to be left alone."""

    reason: str
    asked_s: int | None


class _Updates:
    """Takes what is delivered: each update once, one at a time."""

    def __init__(self, secret: str, *, channel: str, codes: ButtonCodes, redactor: Redactor, deliver: Deliver) -> None:
        self._secret = secret.encode()
        self._channel = channel
        self._codes = codes
        self._redactor = redactor
        self._deliver = deliver
        self._lock = threading.Lock()
        self._taken: OrderedDict[int, None] = OrderedDict()

    def take(self, request: Request) -> int:
        """Return the status that a delivery is answered with: 200 once it is recorded, or was before."""
        if not hmac.compare_digest(request.header(HEADER).encode("latin-1"), self._secret):
            return 401
        update = object_of(request.body)
        number = None if update is None else update.get("update_id")
        if update is None or isinstance(number, bool) or not isinstance(number, int):
            return 400
        with self._lock:
            if number in self._taken:
                return 200
            raw = self._redactor.clean(request.body)
            press = press_of(update, raw, channel=self._channel, codes=self._codes)
            if press is not None and not self._deliver(press):
                return 503
            self._taken[number] = None
            if len(self._taken) > UPDATES_KEPT:
                self._taken.popitem(last=False)
        return 200
