"""One Socket Mode connection: slack_sdk's own, with a thread that ends when it is told to.

The SDK's ready-made client is not used, for reasons seen in its code (3.47): its reading loop spins at full speed
for up to 20 s after the other side has gone without a close frame, because an empty read is taken for silence; a
read that times out in the middle of a frame loses the frame; replacing a connection waits up to 3 s for the old
one's read, which is all the time there is to acknowledge an envelope on the new one; and it sleeps through a rate
limit without a way to stop it. Its `Connection` underneath is sound once its socket blocks without a time limit and
says so when the other side is gone, which is what is done here.
"""

from __future__ import annotations

import json
import logging
import socket
import threading
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from slack_sdk.errors import SlackClientNotConnectedError
from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

# What matters of the SDK's log lines is reported as a change of listening; the lines themselves may hold payloads.
_QUIET = logging.getLogger("bongsu.inbound.slack.connection")
_QUIET.addHandler(logging.NullHandler())
_QUIET.propagate = False


class Session:
    """A connection and its reading thread, from construction until `end`."""

    def __init__(self, url: str, *, receive: Callable[[Session, str], None], news: threading.Event) -> None:
        """Connect to `url`, which holds a ticket; `receive` gets each envelope on the session's own thread."""
        self.reason = _unfit(url)
        self.leaving = False
        self.over = bool(self.reason)
        self._receive = receive
        self._news = news
        self._hello = threading.Event()
        self._state = ConnectionState()  # type: ignore[no-untyped-call]  # the SDK left it so
        self._pings = 0
        self._thread: threading.Thread | None = None
        if self.over:
            return
        self._connection = Connection(
            url=url,
            logger=_QUIET,
            on_message_listener=self._message,
            on_error_listener=self._failed,
            on_close_listener=self._closed,
        )
        self._connection.connect()
        sock = self._connection.sock
        if sock is None:
            self._finish("no connection to Slack's socket")
            return
        sock.settimeout(None)
        self._sock = cast("socket.socket", sock)
        self._connection.sock = cast("Any", _EndingSocket(self._sock))
        self._thread = threading.Thread(target=self._read, name="slack-session", daemon=True)
        self._thread.start()

    def said_hello(self, timeout_s: float) -> bool:
        """Wait for Slack's hello; False when it did not come or the connection is over."""
        return self._hello.wait(timeout_s) and not self.over

    def alive(self) -> bool:
        """Send a ping; False when the one before has had no answer."""
        if self._pings and self._connection.last_ping_pong_time != self._pings:
            self.reason = self.reason or "no answer to a ping"
            return False
        self._pings += 1
        try:
            self._connection.ping(f"{self._connection.session_id}:{self._pings}")
        except OSError:
            self.reason = self.reason or "the connection broke"
            return False
        return True

    def acknowledge(self, envelope_id: str) -> None:
        """Tell Slack that the envelope was taken."""
        try:
            self._connection.send(json.dumps({"envelope_id": envelope_id}))
        except SlackClientNotConnectedError:
            # The press is in the ledger and counts; the person merely sees a warning sign.
            return

    def end(self) -> None:
        """Close the connection and wait for its thread."""
        if self._thread is None:
            return
        self._state.terminated = True
        try:
            # The thread sits in a read that only this ends; the SDK's own close would wait for the read.
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)
        except OSError:
            # Closed already, which is what was wanted.
            self.over = True
        if self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    def _read(self) -> None:
        self._connection.run_until_completion(self._state)
        self._connection.disconnect()
        self._finish("the connection was closed")

    def _message(self, text: str) -> None:
        kind = json.loads(text).get("type")
        if kind == "hello":
            self._hello.set()
        elif kind == "disconnect":
            # Slack warns ahead; the next connection is opened before this one goes.
            self.leaving = True
            self._news.set()
        else:
            self._receive(self, text)

    def _closed(self, code: int, _reason: str | None = None) -> None:
        self.reason = self.reason or f"Slack closed the connection ({code})"

    def _failed(self, error: Exception) -> None:
        self.reason = self.reason or f"the connection broke ({type(error).__name__})"

    def _finish(self, reason: str) -> None:
        self.reason = self.reason or reason
        self.over = True
        self._hello.set()
        self._news.set()


class _EndingSocket:
    """A socket whose end is an error, as the SDK's loop expects, and not an endless row of empty reads."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def recv(self, size: int) -> bytes:
        data = self._sock.recv(size)
        if not data:
            raise ConnectionResetError("the other side closed the connection")
        return data

    def send(self, data: bytes) -> int:
        self._sock.sendall(data)
        return len(data)

    def close(self) -> None:
        self._sock.close()


def _unfit(url: str) -> str:
    """Return why a ticket must not be sent to this address; empty when it may."""
    parts = urlsplit(url)
    if parts.scheme == "wss" and parts.port in (None, 443):
        return ""
    # The SDK speaks TLS on port 443 only, whatever the scheme says.
    if parts.scheme == "ws" and parts.hostname in _LOOPBACK:
        return ""
    return f"Slack named an address that is neither wss on port 443 nor loopback ({parts.scheme or 'none'})"
