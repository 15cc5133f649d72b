"""A small HTTP listener for services that deliver something: the paths it is told of, whole requests or none.

Everything beyond its limits is refused before anybody looks at it, and each connection carries one request, so that
nothing of one can be taken for a part of the next. When many come at once, those behind wait in the system's own queue;
nothing that a request brings about ends the listening.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, NamedTuple

from bongsu.addresses import why_not_listening
from bongsu.channels._exchange import Headers, fields_of
from bongsu.inbound._places import Places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bongsu.addresses import ListenAt
    from bongsu.inbound._listening import Listening

    Accepts = Callable[[str, str], "Reply | int"]
    Longest = Callable[[str, Headers], int]

HEAD_MAX = 16_384
BODY_MAX = 262_144
"""Bytes of a body: a press comes with the whole message that it was made under, which has some thousands."""
CONNECTIONS_MAX = 16
QUEUE = 1024
"""Connections that may wait to be attended to: the system may allow fewer. One that is turned away asks again after a
second or three at the earliest, if it asks again at all."""
ARRIVES_WITHIN_S = 5.0
"""How long a whole request may take to arrive, however slowly its bytes come."""
LINGER_S = 1.0
STANDING = 3
"""Threads that wait for connections from the start: to begin one takes as long as to read a request."""
ACCEPT_AGAIN_S = 0.1
STOP_S = 5
_REQUEST_LINE = re.compile(r"([A-Z]{1,16}) (/[\x21-\x7e]*) HTTP/1\.[01]")


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request to a path that is answered."""

    headers: Headers
    body: bytes
    """Its bytes as they arrived: what a signature is over."""
    method: str = "POST"
    target: str = "/"
    """Path and query as they arrived."""

    def header(self, name: str) -> str:
        """Return a header's value; empty without one, and all of them with commas when it stands there twice."""
        return self.headers.get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a request is answered with."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def _as_a_threads(error: Exception) -> None:
    """Tell of an error as Python does of one that ends a thread."""
    threading.excepthook(
        threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
    )


class Listener:
    """Listens between `open` and `close`; `handle` returns what a request is answered with, or only its status."""

    def __init__(
        self,
        at: ListenAt,
        handle: Callable[[Request], Reply | int],
        *,
        accepts: Accepts | None = None,
        longest: Longest = lambda *_: BODY_MAX,
        arrives_within_s: float = ARRIVES_WITHIN_S,
        places: int = CONNECTIONS_MAX,
        failed: Callable[[Exception], None] = _as_a_threads,
    ) -> None:
        """`accepts` returns 0 for a method and target that are answered, else what refuses them unread.

        By default that is a POST to the one path of `at`. `longest` returns for a target and the headers how many bytes
        the body may have. At most `places` requests are answered at once. `failed` is told of a bug that a request has
        brought to light.
        """
        self.at = at
        self._handle = handle
        self._accepts = accepts or self._only_posts
        self._longest = longest
        self._arrives_within_s = arrives_within_s
        self._failed = failed
        self._threads_max = places + 1
        self._places = Places(places)
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._listening = 0
        """How many threads wait for a connection; at least one does, unless one waits for a place already."""
        self._closing = threading.Event()
        self._server: socket.socket | None = None

    def open(self) -> None:
        """Begin to listen; OSError when the address cannot be had."""
        family = socket.AF_INET6 if ":" in self.at.host else socket.AF_INET
        self._closing.clear()
        self._places.reopen()
        self._server = socket.create_server((self.at.host, self.at.port), family=family, backlog=QUEUE)
        for _ in range(STANDING):
            self._one_more(self._server)

    @property
    def port(self) -> int:
        """The port it listens at, once it is open."""
        assert self._server is not None
        return int(self._server.getsockname()[1])

    def close(self) -> None:
        """Stop listening, and wait for what is being answered."""
        if self._server is None:
            return
        self._closing.set()
        self._places.close()
        with suppress(OSError):
            # What ends the threads' waiting; closing alone would not.
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        with self._lock:
            waiting, self._threads = self._threads, []
        for thread in waiting:
            thread.join(timeout=STOP_S)
        self._server = None

    def _only_posts(self, method: str, target: str) -> int:
        if target != self.at.path:
            return HTTPStatus.NOT_FOUND
        return 0 if method == "POST" else HTTPStatus.METHOD_NOT_ALLOWED

    def _one_more(self, server: socket.socket) -> None:
        thread = threading.Thread(target=self._attend, args=(server,), name="listener", daemon=True)
        with self._lock:
            self._threads.append(thread)
            self._listening += 1
        thread.start()

    def _attend(self, server: socket.socket) -> None:
        """Take one connection after the other: whoever takes it answers it, and no thread is waited for."""
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                # Closed, which is how listening ends; or a connection that was gone again, or no descriptor left, which
                # pass: a listener that ended of itself would look like silence.
                if self._closing.wait(ACCEPT_AGAIN_S) or self._server is not server:
                    return
                continue
            with self._lock:
                self._listening -= 1
                more = not self._listening and len(self._threads) < self._threads_max
            if more and not self._closing.is_set():
                self._one_more(server)
            try:
                self._attend_to(connection)
            finally:
                with self._lock:
                    self._listening += 1

    def _attend_to(self, connection: socket.socket) -> None:
        with connection:
            if not self._places.enter(connection):
                return
            try:
                self._serve(connection)
            except OSError:
                # Gone, or too slow: there is nobody to answer, and nothing was begun for it.
                return
            except Exception as error:  # noqa: BLE001 - a bug that one request brings to light must not stop the others
                self._failed(error)
            finally:
                self._places.leave(connection)

    def _serve(self, connection: socket.socket) -> None:
        until = time.monotonic() + self._arrives_within_s
        arrived = _Arriving(connection, until=until).request(self._accepts, self._longest)
        self._places.arrived(connection)
        reply = self._replied(arrived) if isinstance(arrived, Request) else arrived
        bodyless = isinstance(arrived, Request) and arrived.method == "HEAD"
        _answer(connection, reply if isinstance(reply, Reply) else Reply(status=reply), bodyless=bodyless)

    def _replied(self, request: Request) -> Reply | int:
        try:
            return self._handle(request)
        except Exception as error:  # noqa: BLE001 - as above; whoever asks hears that it was not their mistake
            self._failed(error)
            return HTTPStatus.INTERNAL_SERVER_ERROR


class _Head(NamedTuple):
    method: str
    target: str
    headers: Headers
    length: int


class _Arriving:
    """One request while it arrives."""

    def __init__(self, connection: socket.socket, *, until: float) -> None:
        self._connection = connection
        self._until = until
        self._data = bytearray()

    def request(self, accepts: Accepts, longest: Longest) -> Request | Reply | int:
        """Return the request, or what refuses it; OSError when it does not arrive in time or whole."""
        while (end := self._data.find(b"\r\n\r\n")) < 0:
            if len(self._data) > HEAD_MAX:
                return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            self._more()
        if end > HEAD_MAX:
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        head = _head(self._data[:end].decode("latin-1"), accepts, longest)
        if not isinstance(head, _Head):
            return head
        whole = end + 4 + head.length
        while len(self._data) < whole:
            self._more()
        # Bytes behind the body belong to no request that is answered here.
        return Request(head.headers, bytes(self._data[end + 4 : whole]), head.method, head.target)

    def _more(self) -> None:
        left_s = self._until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the request did not arrive in time")
        self._connection.settimeout(left_s)
        data = self._connection.recv(65_536)
        if not data:
            raise ConnectionResetError("the connection ended in the middle of a request")
        self._data += data


def _head(text: str, accepts: Accepts, longest: Longest) -> _Head | Reply | int:
    lines = text.split("\r\n")
    line = _REQUEST_LINE.fullmatch(lines[0])
    if line is None:
        return HTTPStatus.BAD_REQUEST
    refused = accepts(line[1], line[2])
    if refused:
        return refused
    try:
        headers = Headers(fields_of(lines[1:]))
    except HTTPException:
        return HTTPStatus.BAD_REQUEST
    length = headers.get("content-length", "")
    # A body of unknown length, or of two: the services send neither.
    if "transfer-encoding" in headers or (line[1] == "POST" and not length):
        return HTTPStatus.LENGTH_REQUIRED
    if not length:
        return _Head(line[1], line[2], headers, 0)
    if not (length.isascii() and length.isdigit()):
        return HTTPStatus.BAD_REQUEST
    if len(length) > 9 or int(length) > longest(line[2], headers):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return _Head(line[1], line[2], headers, int(length))


def _answer(connection: socket.socket, reply: Reply, *, bodyless: bool) -> None:
    phrase = HTTPStatus(reply.status).phrase
    lines = [f"HTTP/1.1 {reply.status} {phrase}", f"Content-Length: {len(reply.body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    connection.settimeout(LINGER_S)
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode() + (b"" if bodyless else reply.body))
    connection.shutdown(socket.SHUT_WR)
    # What the sender still has on its way is read, or the answer would be lost in the reset of the connection.
    until = time.monotonic() + LINGER_S
    while time.monotonic() < until and connection.recv(65_536):
        continue


def opened(listener: Listener, listening: Listening, wait: Callable[[float], bool]) -> bool:
    """Open a listener, trying again as long as it takes; False when listening ends before that."""
    while True:
        try:
            listener.open()
        except OSError as error:
            reason = f"cannot listen at {listener.at.shown}: {why_not_listening(error)}"
            if not listening.lost(reason) or wait(listening.wait_s()):
                return False
        else:
            return True
