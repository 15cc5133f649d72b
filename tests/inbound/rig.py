"""Requests as a service, or somebody else, would send them to a listener of ours; and what they bring about."""

from __future__ import annotations

import errno
import hmac
import socket
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlencode

from tests.ports.chat_worlds import Inbox
from tests.ports.held_ports import free_port

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
SIGNING_SECRET = "5d0c" * 8


def raw_request(port, data, *, half=False):
    """Send bytes as they are and return the status that came back; 0 when the connection ended without one."""
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        answer = b""
        try:
            connection.sendall(data)
            if half:
                connection.shutdown(socket.SHUT_WR)
            while more := connection.recv(65_536):
                answer += more
        except OSError as ended:
            # Whoever is shown the door at once may hear of it at any of these calls.
            if ended.errno not in (errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN):
                raise
            return 0
    return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def request(body, *, path="/in", method="POST", **headers):
    """Return the bytes of a request; a header of None is left out."""
    given = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"{name}: {value}\r\n" for name, value in given.items() if value is not None]
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\n{''.join(lines)}\r\n".encode("latin-1") + body


def signed(body, *, at=START, secret=SIGNING_SECRET, **headers):
    """Return a request as Slack signs it."""
    said = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), f"v0:{said}:".encode() + body, sha256).hexdigest()
    given = {
        "Content_Type": "application/x-www-form-urlencoded",
        "X_Slack_Request_Timestamp": said,
        "X_Slack_Signature": f"v0={mac}",
    }
    return request(body, **{**given, **headers})


def form(payload):
    """Return the body of an interaction."""
    return urlencode({"payload": payload}).encode()


@contextmanager
def started(make):
    """Start what `make(port, inbox)` returns, wait until it is open, and stop it in the end."""
    port, inbox = free_port(), Inbox()
    inbound = make(port, inbox)
    inbound.start()
    try:
        inbox.changes("open")
        yield port, inbox, inbound
    finally:
        inbound.stop()
