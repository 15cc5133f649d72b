"""Presses on Slack, by signed HTTP requests: for whoever has an address that Slack can reach and no Socket Mode.

The listener speaks plain HTTP on this machine; a proxy in front of it speaks TLS. Slack shows the person an error
unless it is answered within 3 s; it is answered once the ledger holds the press, and never with 200 before.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from bongsu.addresses import listen_at
from bongsu.channels._json import object_of
from bongsu.inbound._listener import Listener, Request, opened
from bongsu.inbound._listening import Listening
from bongsu.inbound._slack_presses import presses_of
from bongsu.inbound._slack_signature import Signatures

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bongsu.core.codes import ButtonCodes
    from bongsu.inbound._answers import InMemoryAddresses
    from bongsu.inbound._port import Deliver
    from bongsu.redact import Redactor

CHANNEL = "slack"
SECRETS = ("signing_secret",)
NEEDS = ("signing_secret", "listen")
FORM = "application/x-www-form-urlencoded"
STOP_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Those of the channel's plan keys that listening needs."""

    signing_secret: str = field(repr=False)
    listen: str


def open_(
    options: Options,
    *,
    name: str,
    codes: ButtonCodes,
    redactor: Redactor,
    answers: InMemoryAddresses,
    deliver: Deliver,
    now: Callable[[], datetime],
) -> SlackHttpInbound:
    """Return the path in, not yet started; `answers` is told where each press can be answered."""
    signatures = Signatures(options.signing_secret, now)
    presses = _Presses(name, codes=codes, redactor=redactor, answers=answers, deliver=deliver)
    return SlackHttpInbound(options, name=name, signatures=signatures, presses=presses, deliver=deliver)


class SlackHttpInbound:
    """Listens at one address between `start` and `stop`."""

    def __init__(
        self, options: Options, *, name: str, signatures: Signatures, presses: _Presses, deliver: Deliver
    ) -> None:
        self.channel = name
        self._signatures = signatures
        self._presses = presses
        self._stopping = threading.Event()
        self._listening = Listening(name, deliver)
        self._listener = Listener(listen_at(options.listen), self._take)
        self._thread = threading.Thread(target=self._run, name=f"inbound-{name}", daemon=True)

    def start(self) -> None:
        """Start listening."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and wait for the thread, at most 10 s."""
        self._stopping.set()
        self._thread.join(timeout=STOP_S)

    def _run(self) -> None:
        try:
            if opened(self._listener, self._listening, self._stopping.wait) and self._listening.opened():
                self._stopping.wait()
        finally:
            self._listener.close()

    def _take(self, request: Request) -> int:
        """Return the status that a request is answered with; only one of Slack's own, whole and new, does anything."""
        refused = self._signatures.refusal(request)
        if refused:
            return refused
        taken = self._presses.take(request)
        if taken is None:
            return 400
        if not taken:
            self._signatures.forget(request)
            self._stopping.set()
            return 503
        return 200


class _Presses:
    """Hands over what a request holds."""

    def __init__(
        self,
        channel: str,
        *,
        codes: ButtonCodes,
        redactor: Redactor,
        answers: InMemoryAddresses,
        deliver: Deliver,
    ) -> None:
        self._channel = channel
        self._codes = codes
        self._redactor = redactor
        self._answers = answers
        self._deliver = deliver

    def take(self, request: Request) -> bool | None:
        """Return whether all presses in a request were recorded; None when it is not of the form that Slack sends."""
        text = _payload(request)
        payload = None if text is None else object_of(text)
        if text is None or payload is None:
            return None
        raw = self._redactor.clean(text)
        for press, address in presses_of(payload, raw, channel=self._channel, codes=self._codes):
            # Known before the ledger holds the press: the run may answer it the moment it is recorded.
            if address:
                self._answers.remember(press.press_id, address)
            if not self._deliver(press):
                return False
        return True


def _payload(request: Request) -> bytes | None:
    """Return the one field of the form, None when it is no such form."""
    if request.header("content-type").partition(";")[0].strip().lower() != FORM:
        return None
    try:
        fields = parse_qs(request.body.decode("ascii"), strict_parsing=True, errors="strict", max_num_fields=2)
    except ValueError:
        return None
    values = fields.get("payload", [])
    return values[0].encode() if len(fields) == 1 and len(values) == 1 else None
