"""One HTTP call, told apart by the only question that matters: whether the service may have acted.

No retry, no redirect, no proxy: a library that repeats a request by itself can announce a success twice. Connecting
(by `http.client`) and sending (`_exchange`) are two steps here, so that the line between "certainly not sent" and "in
doubt" is drawn by the step that failed and not guessed from the class of an error.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
import weakref
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from bongsu.channels._answer import Answer
from bongsu.channels._exchange import exchange, head_of
from bongsu.channels._port import InDoubt, NotSent, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bongsu.channels._exchange import Response
    from bongsu.redact import Redactor

CONNECT_S = 3.0
"""How long connecting to one address may take; a name may have several."""
CONNECTED_WITHIN_S = 4.5
"""How long the way to a connection may take in all, names and TLS included: after that nothing is sent on it."""
READ_S = 10.0
"""How long a request and its whole answer may take. With the way to the connection that is less than `CALL_S`."""


class HttpSender:
    """Sends from any thread, one connection per call in flight, and records each exchange without its secrets."""

    def __init__(
        self,
        *,
        service: str,
        redactor: Redactor,
        connect_s: float = CONNECT_S,
        read_s: float = READ_S,
        mono: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make no connection yet; `read_s` is how long a request and its whole answer may take, in seconds."""
        self._service = service
        self._redactor = redactor
        self._read_s = read_s
        self._mono = mono
        self._connections = _Connections(connect_s)
        self.clocked: Wire | None = None
        """The newest answer that shows the service's own clock."""

    def post(
        self,
        url: str,
        body: bytes,
        *,
        operation: str,
        address: str,
        headers: Mapping[str, str],
        read_s: float | None = None,
    ) -> Answer | NotSent | InDoubt:
        """Return the answer, or why there is none: certainly not sent, or in doubt.

        `address` is what the record shows instead of `url`, which may hold a secret. No text of an error is
        quoted, for the same reason: the class of the error says enough.
        """
        call = _Call(operation, address, body, self._mono())
        try:
            place = _placed(url)
            request = head_of("POST", place.target, place.named, length=len(body), headers=headers) + body
            connection = self._connections.take(place.scheme, place.host, place.port)
        except OSError as error:
            # Connecting, TLS and the certificate come before the first byte of a request.
            return NotSent(reason=f"no connection ({type(error).__name__})", wires=(self._wire(call),))
        except ValueError:
            # Second: the error for a certificate is both.
            return NotSent(reason="no connection (the address is not a URL)", wires=(self._wire(call),))
        now = self._mono()
        if now - call.sent_mono > CONNECTED_WITHIN_S:
            # Whoever asked whether there is time for a call was told of a shorter one. The next need not connect.
            self._connections.give_back(connection, reusable=True)
            return NotSent(reason="no connection (TimeoutError)", wires=(self._wire(call),))
        try:
            within_s = read_s or self._read_s
            _limit_silence(connection.sock, within_s)
            response = exchange(connection.sock, request, until=now + within_s, mono=self._mono)
        except (HTTPException, OSError) as error:
            connection.close()
            reason = f"no answer after the request had left ({type(error).__name__})"
            return InDoubt(reason=reason, wires=(self._wire(call),))
        self._connections.give_back(connection, reusable=response.reusable)
        wire = self._wire(call, response)
        self.clocked = wire if wire.service_at is not None else self.clocked
        return Answer(status=response.status, headers=response.headers, body=response.body, wire=wire)

    def _wire(self, call: _Call, response: Response | None = None) -> Wire:
        request = self._redactor.clean(call.body)
        if response is None:
            return Wire(
                service=self._service,
                operation=call.operation,
                address=call.address,
                request=request,
                response=b"",
                status=None,
                sent_mono=call.sent_mono,
            )
        return Wire(
            service=self._service,
            operation=call.operation,
            address=call.address,
            request=request,
            response=self._redactor.clean(response.body),
            status=response.status,
            request_id=response.headers.get("X-Slack-Req-Id", ""),
            sent_mono=call.sent_mono,
            received_mono=self._mono(),
            service_at=_date(response.headers.get("Date", "")),
        )

    def connect(self, url: str) -> None:
        """Have a connection ready for the next call, if one can be had; nothing is sent on it."""
        try:
            place = _placed(url)
            connection = self._connections.new(place.scheme, place.host, place.port)
        except (OSError, ValueError):
            return  # whoever has something to send will say so
        self._connections.give_back(connection, reusable=True)

    def abort(self) -> None:
        """Break every call in flight and refuse all later ones; for the end of a long poll."""
        self._connections.abort()

    def close(self) -> None:
        """Close the connections: idle ones now, those in use when their call ends."""
        self._connections.close()


class _Call(NamedTuple):
    """What is known of an exchange before its answer."""

    operation: str
    address: str
    body: bytes
    """As it leaves; what is kept of it is cleaned afterwards, when nobody waits for it."""
    sent_mono: float


def _limit_silence(sock: socket.socket, silence_s: float) -> None:
    # Setting it is a call of the system, also where it changes nothing.
    if sock.gettimeout() != silence_s:
        sock.settimeout(silence_s)


class _Place(NamedTuple):
    """Where a request goes: what to connect to, and how the request itself names it."""

    scheme: str
    host: str
    port: int
    named: str
    target: str


def _placed(url: str) -> _Place:
    """Return the parts of an address; ValueError when it is none."""
    # Not kept from call to call: an address may hold a secret, and some are used once.
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("not an http address")
    usual = 443 if parts.scheme == "https" else 80
    port = parts.port or usual
    named = f"[{host}]" if ":" in host else host
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return _Place(parts.scheme, host, port, named if port == usual else f"{named}:{port}", target)


class _Connections:
    """The connections of one sender: idle ones to use again, open ones to break."""

    def __init__(self, connect_s: float) -> None:
        self._connect_s = connect_s
        self._lock = threading.Lock()
        self._idle: list[HTTPConnection] = []
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._tls: ssl.SSLContext | None = None
        self._closed = False
        self._aborted = False

    def take(self, scheme: str, host: str, port: int) -> HTTPConnection:
        """Return a connected connection; OSError when it fails."""
        while (idle := self._pop(scheme, host, port)) is not None:
            if not _dropped(idle):
                return idle
            idle.close()
        return self.new(scheme, host, port)

    def new(self, scheme: str, host: str, port: int) -> HTTPConnection:
        """Return a connection that nobody has used; OSError when it fails."""
        connection = self._new(scheme, host, port)
        try:
            connection.connect()
            self._register(connection.sock)
        except BaseException:
            connection.close()
            raise
        return connection

    def give_back(self, connection: HTTPConnection, *, reusable: bool) -> None:
        """Keep a connection for the next call, unless it can carry none or the sender is closed."""
        with self._lock:
            if reusable and not self._closed and not self._aborted:
                self._idle.append(connection)
                return
        connection.close()

    def abort(self) -> None:
        """Break all connections, those being made included."""
        with self._lock:
            self._aborted = True
            for sock in self._sockets:
                _shut(sock)

    def close(self) -> None:
        """Close the idle connections and keep none from now on."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _pop(self, scheme: str, host: str, port: int) -> HTTPConnection | None:
        kind = HTTPSConnection if scheme == "https" else HTTPConnection
        with self._lock:
            # The newest first: the service is the least likely to have closed it.
            for at in range(len(self._idle) - 1, -1, -1):
                idle = self._idle[at]
                if type(idle) is kind and (idle.host, idle.port) == (host, port):
                    return self._idle.pop(at)
        return None

    def _new(self, scheme: str, host: str, port: int) -> HTTPConnection:
        if scheme == "http":
            return HTTPConnection(host, port, timeout=self._connect_s)
        with self._lock:
            if self._tls is None:
                self._tls = ssl.create_default_context()
        return HTTPSConnection(host, port, timeout=self._connect_s, context=self._tls)

    def _register(self, sock: socket.socket) -> None:
        with self._lock:
            if self._aborted:
                raise ConnectionAbortedError("the sender was told to end")
            self._sockets.add(sock)


def _dropped(connection: HTTPConnection) -> bool:
    """Return whether the service has closed an idle connection, or sent what nobody asked for."""
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))


def _shut(sock: socket.socket) -> None:
    try:
        # The plain method also for TLS: closing TLS properly needs the thread that is reading.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        # Closed already, which is what was wanted.
        return


@lru_cache(maxsize=64)
def _date(text: str) -> datetime | None:
    """Return the time in a Date header, aware; None when there is not exactly one to read."""
    try:
        found = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
