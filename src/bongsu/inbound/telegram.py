"""Presses on Telegram, fetched by long poll.

Asking for offset n tells Telegram to forget everything below n, so an update is recorded before the next question.
Telegram keeps a press for 150 s only: a gap longer than that may hide one, which is why each gap is recorded.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bongsu.channels._answer import Answer
from bongsu.channels._http import HttpSender
from bongsu.channels._port import InDoubt
from bongsu.channels.telegram import classify
from bongsu.inbound._listening import Listening
from bongsu.inbound._telegram_presses import press_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from bongsu.channels._port import NotSent, Refused
    from bongsu.core.codes import ButtonCodes
    from bongsu.inbound._answers import InMemoryAddresses
    from bongsu.inbound._port import Deliver
    from bongsu.redact import Redactor

CHANNEL = "telegram"
SECRETS = ("token",)
NEEDS = ("token",)
POLL_S = 25
# A poll may be answered this much later than asked before the connection counts as dead.
GRACE_S = 10
STOP_S = 10
CONTESTED = "terminated by other getUpdates"
"""What Telegram says to the one of two programs whose question another's has ended."""
CONTESTED_FOR = timedelta(seconds=60)
"""So long nobody else must have asked before the path counts as open again: two that take turns would be told of each
second, and each press reaches only one of them all the while."""
ANOTHER_ASKS = (
    "another program asks for this bot's answers too, and each answer reaches only one of the two; end it, or give it"
    " a bot of its own"
)
AGAIN_AT_MOST_S = 5.0
"""How soon a contested path is asked on, so that few presses go to the other program alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Those of the channel's plan keys that listening needs."""

    token: str = field(repr=False)
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
) -> TelegramInbound:
    """Return the path in, not yet started. `answers` is not needed: Telegram answers by the press's id."""
    del answers
    return TelegramInbound(options, name=name, codes=codes, redactor=redactor, deliver=deliver, now=now)


class TelegramInbound:
    """Polls on a thread of its own between `start` and `stop`."""

    def __init__(
        self,
        options: Options,
        *,
        name: str,
        codes: ButtonCodes,
        redactor: Redactor,
        deliver: Deliver,
        now: Callable[[], datetime],
        poll_s: int = POLL_S,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        """`now` is the run's clock, by which the path is contested for a while.

        `wait` waits that many seconds and returns True when it is time to end; default: until `stop`.
        """
        self.channel = name
        self._base = options.api_url.rstrip("/")
        self._token = options.token
        self._codes = codes
        self._redactor = redactor
        self._deliver = deliver
        self._poll_s = poll_s
        self._stopping = threading.Event()
        self._wait = wait or self._stopping.wait
        self._listening = Listening(name, deliver)
        self._now = now
        self._contested_at: datetime | None = None
        self._http = HttpSender(service="telegram", redactor=redactor)
        self._thread = threading.Thread(target=self._run, name=f"inbound-{name}", daemon=True)

    def start(self) -> None:
        """Start polling."""
        self._thread.start()

    def stop(self) -> None:
        """Break the poll in flight and wait for the thread, at most 10 s."""
        self._stopping.set()
        self._http.abort()
        self._thread.join(timeout=STOP_S)

    def _run(self) -> None:
        try:
            self._poll_on()
        finally:
            self._http.close()

    def _poll_on(self) -> None:
        offset: int | None = None
        # The first question after a silence is answered at once, so that the ledger soon shows the path open.
        patience_s = 0
        while not self._stopping.is_set():
            received = self._fetch(offset, patience_s)
            if self._stopping.is_set():
                return
            if not isinstance(received, list):
                patience_s = 0
                if not self._lost(received):
                    return
                continue
            patience_s = self._poll_s
            if not self._is_contested() and not self._listening.opened():
                return
            for update, raw in received:
                if not self._take(update, raw):
                    return
                offset = int(update.get("update_id", 0)) + 1

    def _lost(self, received: NotSent | Refused | InDoubt) -> bool:
        """Tell of a question that came to nothing, and wait; False when polling is over."""
        reason, wait_s = received.reason, self._listening.wait_s(getattr(received, "retry_after_s", None))
        if CONTESTED in reason:
            self._contested_at = self._now()
            reason, wait_s = f"{ANOTHER_ASKS} ({reason})", min(wait_s, AGAIN_AT_MOST_S)
        return self._listening.lost(reason) and not self._wait(wait_s)

    def _is_contested(self) -> bool:
        """Return whether another program has asked for this bot's presses a short while ago."""
        if self._contested_at is not None and self._now() - self._contested_at >= CONTESTED_FOR:
            self._contested_at = None
        return self._contested_at is not None

    def _fetch(
        self, offset: int | None, timeout_s: int
    ) -> list[tuple[dict[str, Any], bytes]] | NotSent | Refused | InDoubt:
        # allowed_updates is kept by the service between calls, so it is said each time.
        body: dict[str, Any] = {"timeout": timeout_s, "limit": 100, "allowed_updates": ["callback_query"]}
        if offset is not None:
            body["offset"] = offset
        answer = self._http.post(
            f"{self._base}/bot{self._token}/getUpdates",
            json.dumps(body).encode(),
            operation="getUpdates",
            address=f"{self._base}/bot-/getUpdates",
            headers={"Content-Type": "application/json"},
            read_s=timeout_s + GRACE_S,
        )
        if not isinstance(answer, Answer):
            return answer
        outcome = classify(answer)
        if not isinstance(outcome, tuple):
            return outcome
        if not (isinstance(outcome[1], list) and all(isinstance(update, dict) for update in outcome[1])):
            return InDoubt(reason="the answer is ok but holds no list of updates", wires=(answer.wire,))
        return list(updates_of(answer.body.decode()))

    def _take(self, update: dict[str, Any], raw: bytes) -> bool:
        press = press_of(update, self._redactor.clean(raw), channel=self.channel, codes=self._codes)
        return press is None or self._deliver(press)


_DECODER = json.JSONDecoder()


def updates_of(text: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield each update of a getUpdates answer with exactly the bytes it arrived in."""
    at = _after(text, 0, "{")
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _after(text, at, ":")
        if key == "result":
            yield from _items(text, _after(text, at, "["))
            return
        _, at = _DECODER.raw_decode(text, at)
        at = _after(text, at, ",")


def _items(text: str, at: int) -> Iterator[tuple[dict[str, Any], bytes]]:
    while text[at] != "]":
        update, end = _DECODER.raw_decode(text, at)
        yield update, text[at:end].encode()
        at = _after(text, end, ",")


def _after(text: str, at: int, sign: str) -> int:
    """Return the place of the next token, past `sign` when that stands there."""
    while text[at] in " \t\r\n":
        at += 1
    if text[at] == sign:
        at += 1
        while text[at] in " \t\r\n":
            at += 1
    return at
