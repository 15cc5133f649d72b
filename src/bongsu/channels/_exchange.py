"""One request and its answer on an open socket: HTTP/1.1 as a client needs it for short bodies, and no more.

`http.client` reads an answer's head with the parser for e-mail and sends head and body apart: together that is most of
what a call costs. What is read here follows RFC 9112; where an answer does not, it is an error and never a guess.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import BadStatusLine, HTTPException, IncompleteRead, RemoteDisconnected
from time import monotonic

HEAD_MAX = 65_536
"""Bytes that the heads of one answer may have, those of interim answers included."""
BODY_MAX = 33_554_432
"""Bytes that a body may have: far more than either service answers with, and little enough to hold."""
NEAR_S = 0.2
_READ = 65_536
_STATUS = re.compile(r"HTTP/1\.([01]) ([1-9][0-9]{2})(?: .*)?\Z")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\Z")
_UNFIT = re.compile(r"[^\x21-\x7e]")
_UNFIT_VALUE = re.compile(r"[^\x20-\x7e\t]")


class Headers(Mapping[str, str]):
    """Header name to value; names in any case, several of a name joined by a comma."""

    __slots__ = ("_values",)

    def __init__(self, values: dict[str, str]) -> None:
        """Take over values by their names in lower case."""
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer, and whether its connection can carry another call."""

    status: int
    headers: Headers
    body: bytes
    reusable: bool


def head_of(method: str, target: str, host: str, *, length: int, headers: Mapping[str, str]) -> bytes:
    """Return the head of a request; ValueError, without quoting it, for what no head can hold."""
    if _UNFIT.search(target) or _UNFIT.search(host) or any(_UNFIT.search(name) or ":" in name for name in headers):
        raise ValueError("the address or a header's name holds what no request can")
    if any(_UNFIT_VALUE.search(value) for value in headers.values()):
        raise ValueError("a header's value holds what no request can")
    more = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    first = f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: identity\r\n"
    return f"{first}Content-Length: {length}\r\n{more}\r\n".encode("ascii")


def exchange(
    sock: socket.socket,
    request: bytes,
    *,
    body_max: int = BODY_MAX,
    until: float | None = None,
    mono: Callable[[], float] = monotonic,
) -> Response:
    """Send a whole request at once and return its answer, its body of `body_max` bytes or less.

    Args:
        sock: where; with `until` its own time limit is as long as is left till then, and changes.
        request: head and body.
        body_max: how long a body may be.
        until: when the whole answer must be there, by `mono`; None for as long as each part is waited for.
        mono: the clock of `until`, in seconds.

    Raises:
        OSError: the connection broke, or was silent for longer than the socket waits, or `until` has passed.
        HTTPException: it was closed too early, or what came is no answer of HTTP/1.1.
    """
    _send(sock, request)
    limited = None if until is None else _Limited(sock, until, mono)
    return _Incoming(limited or sock, body_max).response()


class _Limited:
    """What arrives on a socket up to a moment, in however small parts it comes."""

    def __init__(self, sock: socket.socket, until: float, mono: Callable[[], float]) -> None:
        self._sock = sock
        self._until = until
        self._mono = mono

    def recv(self, size: int) -> bytes:
        """Return what has arrived; TimeoutError when nothing has till then."""
        left_s = self._until - self._mono()
        if left_s <= 0:
            raise TimeoutError("the answer was not whole in time")
        waits_s = self._sock.gettimeout()
        # Setting it is a call of the system: what is left of the first wait is as good as the whole.
        if waits_s is None or waits_s - left_s > NEAR_S:
            self._sock.settimeout(left_s)
        return self._sock.recv(size)


def _send(sock: socket.socket, request: bytes) -> None:
    sent = 0
    if type(sock) is socket.socket and sock.gettimeout():
        # A socket with a time limit asks the system whether it may write before it does; mostly it may.
        with suppress(BlockingIOError):
            sent = os.write(sock.fileno(), request)
    if sent < len(request):
        sock.sendall(memoryview(request)[sent:])


class _Incoming:
    """What arrives on a socket, read up to the end of one answer."""

    def __init__(self, sock: socket.socket | _Limited, body_max: int) -> None:
        self._sock = sock
        self._body_max = body_max
        self._data = b""

    def response(self) -> Response:
        heads = 0
        while True:
            head = self._head(HEAD_MAX - heads)
            heads += len(head)
            lines = head.decode("latin-1").split("\r\n")
            status = _STATUS.match(lines[0])
            if status is None:
                raise BadStatusLine("the first line is no status line")
            code = int(status[2])
            if code == 101:
                raise HTTPException("the service changed the protocol, which nobody asked for")
            if code >= 200:
                break
        fields = fields_of(lines[1:])
        said = [word.strip().lower() for word in fields.get("connection", "").split(",")]
        lasting = "close" not in said and (status[1] == "1" or "keep-alive" in said)
        body, ended = self._body(code, fields)
        return Response(code, Headers(fields), body, lasting and ended and not self._data)

    def _more(self) -> bool:
        data = self._sock.recv(_READ)
        self._data = self._data + data if self._data else data
        return bool(data)

    def _head(self, most: int) -> bytes:
        while (end := self._data.find(b"\r\n\r\n")) < 0:
            if len(self._data) > most:
                break
            if not self._more():
                if self._data:
                    raise IncompleteRead(b"")
                raise RemoteDisconnected("the connection ended without an answer")
        if end < 0 or end > most:
            raise HTTPException(f"the head has more than {HEAD_MAX} bytes")
        head, self._data = self._data[:end], self._data[end + 4 :]
        return head

    def _body(self, status: int, fields: dict[str, str]) -> tuple[bytes, bool]:
        """Return the body, and whether its end was told; else only the end of the connection is its end."""
        if status in (204, 304):
            return b"", True
        coding = fields.get("transfer-encoding")
        if coding is not None:
            if coding.lower() != "chunked":
                raise HTTPException("the body has a transfer coding that nobody asked for")
            # Beside a length it may be an attempt to smuggle an answer: believed, but the connection is not used again.
            return self._chunks(), "content-length" not in fields
        told = fields.get("content-length")
        if told is None:
            return self._rest(), False
        # A list of equal lengths is what a proxy makes of a doubled header.
        lengths = {length.strip() for length in told.split(",")}
        length = lengths.pop()
        if lengths or not (length.isascii() and length.isdigit() and len(length) < 12):
            raise HTTPException("the length of the body is no number")
        return self._exactly(int(length)), True

    def _exactly(self, length: int) -> bytes:
        self._bounded(length)
        if len(self._data) < length:
            parts, have = [self._data], len(self._data)
            while have < length:
                data = self._sock.recv(min(_READ, length - have))
                if not data:
                    raise IncompleteRead(b"", length - have)
                parts.append(data)
                have += len(data)
            self._data = b"".join(parts)
        body, self._data = self._data[:length], self._data[length:]
        return body

    def _line(self) -> bytes:
        while (end := self._data.find(b"\r\n")) < 0:
            if len(self._data) > HEAD_MAX:
                raise HTTPException(f"a line has more than {HEAD_MAX} bytes")
            if not self._more():
                raise IncompleteRead(b"")
        line, self._data = self._data[:end], self._data[end + 2 :]
        return line

    def _chunks(self) -> bytes:
        chunks: list[bytes] = []
        whole = trailers = 0
        while True:
            size = _SIZE.match(self._line())
            if size is None:
                raise HTTPException("the size of a chunk is no number")
            length = int(size[1], 16)
            if length == 0:
                break
            whole += length
            self._bounded(whole)
            chunk = self._exactly(length + 2)
            if not chunk.endswith(b"\r\n"):
                raise HTTPException("a chunk has not the length that it says")
            chunks.append(chunk[:-2])
        while line := self._line():
            trailers += len(line)
            if trailers > HEAD_MAX:
                raise HTTPException(f"the trailers have more than {HEAD_MAX} bytes")
        return b"".join(chunks)

    def _rest(self) -> bytes:
        parts, have = [self._data], len(self._data)
        self._data = b""
        self._bounded(have)
        while data := self._sock.recv(_READ):
            parts.append(data)
            have += len(data)
            self._bounded(have)
        return b"".join(parts)

    def _bounded(self, length: int) -> None:
        if length > self._body_max:
            raise HTTPException(f"the body has more than {self._body_max} bytes")


def fields_of(lines: list[str]) -> dict[str, str]:
    """Return the headers in the lines of a head, by their names in lower case; HTTPException when one is none."""
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or _NAME.match(name) is None or "\n" in value or "\r" in value or "\0" in value:
            raise HTTPException("a line of the head is no header")
        key, text = name.lower(), value.strip(" \t")
        fields[key] = f"{fields[key]}, {text}" if key in fields else text
    return fields
