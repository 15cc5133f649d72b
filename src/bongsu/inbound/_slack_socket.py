"""Socket Mode: one connection that is kept open, and replaced while it still lives.

Slack shows the person an error unless an envelope is acknowledged within 3 s; it is acknowledged once the ledger
holds it, not before, since an unrecorded press is not repeated.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

from bongsu.channels._answer import Answer
from bongsu.channels._http import HttpSender
from bongsu.channels.slack import classify
from bongsu.inbound._listening import Listening
from bongsu.inbound._slack_presses import presses_of
from bongsu.inbound._slack_session import Session

if TYPE_CHECKING:
    from bongsu.core.codes import ButtonCodes
    from bongsu.inbound._answers import InMemoryAddresses
    from bongsu.inbound._port import Deliver
    from bongsu.inbound.slack import Options
    from bongsu.redact import Redactor

HELLO_S = 10.0
PING_S = 10.0
STOP_S = 10


class SlackInbound:
    """Keeps one connection open between `start` and `stop`, and for a moment two while Slack replaces one."""

    def __init__(
        self,
        options: Options,
        *,
        name: str,
        codes: ButtonCodes,
        redactor: Redactor,
        answers: InMemoryAddresses,
        deliver: Deliver,
        ping_s: float = PING_S,
    ) -> None:
        self.channel = name
        self._base = options.api_url.rstrip("/") + "/"
        self._app_token = options.app_token
        self._codes = codes
        self._redactor = redactor
        self._answers = answers
        self._deliver = deliver
        self._ping_s = ping_s
        self._stopping = threading.Event()
        # Set whenever the supervising thread has something to look at.
        self._news = threading.Event()
        self._listening = Listening(name, deliver)
        self._http = HttpSender(service="slack", redactor=redactor)
        self._thread = threading.Thread(target=self._run, name=f"inbound-{name}", daemon=True)

    def start(self) -> None:
        """Start listening."""
        self._thread.start()

    def stop(self) -> None:
        """Close the connection and wait for the thread, at most 10 s."""
        self._stopping.set()
        self._news.set()
        self._http.abort()
        self._thread.join(timeout=STOP_S)

    def _run(self) -> None:
        session: Session | None = None
        try:
            while not self._stopping.is_set():
                session = self._next(session)
                if session is not None:
                    self._attend(session)
        finally:
            if session is not None:
                session.end()
            self._http.close()

    def _next(self, old: Session | None) -> Session | None:
        """Return a session that has said hello, with the old one ended; or the old while it lives, or None."""
        new = self._opened()
        if isinstance(new, Session):
            if old is not None:
                old.end()
            if not self._listening.opened():
                self._stopping.set()
            return new
        reason, asked_s = new
        if old is not None and old.over:
            old.end()
            old = None
        if self._stopping.is_set() or (old is None and not self._listening.lost(reason)):
            self._stopping.set()
            return old
        self._stopping.wait(self._listening.wait_s(asked_s))
        return old

    def _attend(self, session: Session) -> None:
        """Return when the session is over or has to be replaced, or listening ends."""
        while not (self._stopping.is_set() or session.over or session.leaving):
            self._news.clear()
            # Looked at again after the clearing: what happened in between would otherwise wait for the next ping.
            if self._stopping.is_set() or session.over or session.leaving:
                break
            if not self._news.wait(self._ping_s) and not session.alive():
                session.end()
        if session.over and not self._stopping.is_set() and not self._listening.lost(session.reason):
            self._stopping.set()

    def _opened(self) -> Session | tuple[str, int | None]:
        answer = self._http.post(
            self._base + "apps.connections.open",
            b"",
            operation="apps.connections.open",
            address=self._base + "apps.connections.open",
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Authorization": f"Bearer {self._app_token}",
            },
        )
        outcome = classify(answer) if isinstance(answer, Answer) else answer
        if not isinstance(outcome, tuple):
            return outcome.reason, getattr(outcome, "retry_after_s", None)
        session = Session(str(outcome[1].get("url", "")), receive=self._receive, news=self._news)
        if self._stopping.is_set() or not session.said_hello(HELLO_S):
            session.end()
            return session.reason or "no hello from Slack", None
        return session

    def _receive(self, session: Session, text: str) -> None:
        """Take one envelope, on its session's own thread."""
        envelope = json.loads(text)
        envelope_id = envelope.get("envelope_id")
        payload = envelope.get("payload")
        if envelope.get("type") == "interactive" and isinstance(payload, dict):
            raw = self._redactor.clean(text.encode())
            for press, address in presses_of(payload, raw, channel=self.channel, codes=self._codes):
                # Known before the ledger holds the press: the run may answer it the moment it is recorded.
                if address:
                    self._answers.remember(press.press_id, address)
                if not self._deliver(press):
                    self._stopping.set()
                    self._news.set()
                    return
        if envelope_id:
            session.acknowledge(str(envelope_id))
