"""The websocket side of the imitated Slack: Socket Mode connections, envelopes, and how fast they are acknowledged."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.sandbox.clock import Hold, SandboxClock
    from bongsu.sandbox.record import Record

# Slack shows the person an error when the app takes longer.
ACK_MS_MAX = 3_000
# A client that has died must not stop the world's time for longer than this.
HOLD_WALL_S = 5
CONNECTIONS_MAX = 10
CONNECTION_LASTS_S = 3600
DISCONNECT_REASONS = ("warning", "refresh_requested", "link_disabled")

# The library reports every broken handshake on its logger; the record is what counts here.
QUIET = logging.getLogger("bongsu.sandbox.slack_socket")
QUIET.setLevel(logging.CRITICAL)


@dataclass(slots=True, kw_only=True)
class Envelope:
    """One interactive payload on its way, and its acknowledgement in wall time."""

    ref: str
    sent_at: datetime
    sent_ns: int
    hold: Hold
    connection: ServerConnection
    ack_ms: int | None = None

    @property
    def in_time(self) -> bool:
        """Return whether the app acknowledged within the limit."""
        return self.ack_ms is not None and self.ack_ms <= ACK_MS_MAX


class SocketGate:
    """A websocket server that hands each payload to one of the app's connections."""

    def __init__(self, clock: SandboxClock, record: Record, *, app_id: str) -> None:
        self._clock = clock
        self._record = record
        self._app_id = app_id
        self._lock = threading.Lock()
        self._tickets: set[str] = set()
        self._connections: list[ServerConnection] = []
        self._random = random.Random(app_id)
        self.envelopes: dict[str, Envelope] = {}
        self._server: Server = serve(self._serve_one, "127.0.0.1", 0, logger=QUIET, close_timeout=1)
        host, port = self._server.socket.getsockname()[:2]
        self._address = f"ws://{host}:{port}/link/"
        self._thread = threading.Thread(target=self._server.serve_forever, name="slack-socket", daemon=True)
        self._thread.start()

    def open_url(self) -> str:
        """Return an address that admits one connection."""
        ticket = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        with self._lock:
            self._tickets.add(ticket)
        return f"{self._address}?ticket={ticket}&app_id={self._app_id}"

    def connected(self) -> int:
        """Return how many connections are open."""
        with self._lock:
            return len(self._connections)

    def send(self, payload: dict[str, object]) -> Envelope | None:
        """Send an interactive payload to any one connection; None when there is none to take it."""
        with self._lock:
            connections = list(self._connections)
        self._random.shuffle(connections)
        for connection in connections:
            envelope_id = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
            frame = {
                "envelope_id": envelope_id,
                "type": "interactive",
                "accepts_response_payload": False,
                "payload": payload,
            }
            self.envelopes[envelope_id] = Envelope(
                ref=envelope_id,
                sent_at=self._clock.now(),
                sent_ns=time.monotonic_ns(),
                hold=self._clock.hold("slack envelope", wall_s_max=HOLD_WALL_S),
                connection=connection,
            )
            try:
                connection.send(json.dumps(frame))
            except ConnectionClosed:
                self.envelopes.pop(envelope_id).hold.release()
            else:
                return self.envelopes[envelope_id]
        return None

    def disconnect(self, reason: str) -> None:
        """Ask the app to reconnect; a warning leaves the connections open, the other reasons close them."""
        if reason not in DISCONNECT_REASONS:
            raise ValueError(f"unknown reason {reason!r}, known: {', '.join(DISCONNECT_REASONS)}")
        with self._lock:
            connections = list(self._connections)
        frame = json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}})
        for connection in connections:
            try:
                connection.send(frame)
            except ConnectionClosed:
                continue
            if reason != "warning":
                self._forget(connection)
                connection.close()
        self._record.write("slack", "socket.disconnect", reason=reason, connections=len(connections))

    def close(self) -> None:
        """Close every connection and stop listening."""
        self._server.shutdown()
        self._thread.join(timeout=5)

    def _serve_one(self, connection: ServerConnection) -> None:
        if not self._admit(connection):
            connection.close(1008, "ticket")
            return
        self._record.write("slack", "socket.open", connections=self.connected())
        try:
            connection.send(json.dumps(self._hello()))
            for frame in connection:
                self._acknowledge(frame)
        except ConnectionClosed:
            # The app went away without a closing handshake: a killed process does.
            self._record.write("slack", "socket.broken")
        finally:
            self._forget(connection)
            self._record.write("slack", "socket.closed", connections=self.connected())

    def _admit(self, connection: ServerConnection) -> bool:
        request = connection.request
        query = parse_qs(urlsplit(request.path).query) if request is not None else {}
        ticket = query.get("ticket", [""])[0]
        with self._lock:
            if ticket not in self._tickets or len(self._connections) >= CONNECTIONS_MAX:
                return False
            self._tickets.remove(ticket)
            self._connections.append(connection)
            return True

    def _forget(self, connection: ServerConnection) -> None:
        with self._lock:
            if connection in self._connections:
                self._connections.remove(connection)
        for envelope in list(self.envelopes.values()):
            if envelope.connection is connection:
                envelope.hold.release()  # nobody is left to acknowledge it

    def _hello(self) -> dict[str, object]:
        return {
            "type": "hello",
            "num_connections": self.connected(),
            "debug_info": {
                "host": "applink-sandbox",
                "build_number": 112,
                "approximate_connection_time": CONNECTION_LASTS_S,
            },
            "connection_info": {"app_id": self._app_id},
        }

    def _acknowledge(self, frame: str | bytes) -> None:
        received_ns = time.monotonic_ns()
        try:
            answer = json.loads(frame)
            envelope = self.envelopes[answer["envelope_id"]]
        except (ValueError, KeyError, TypeError):
            self._record.write("slack", "socket.unknown_frame")
            return
        if envelope.ack_ms is None:
            envelope.ack_ms = (received_ns - envelope.sent_ns) // 1_000_000
            self._record.write(
                "slack",
                "socket.ack",
                envelope=envelope.ref,
                ack_ms=envelope.ack_ms,
                in_time=envelope.in_time,
            )
        envelope.hold.release()
