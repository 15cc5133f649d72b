"""The websocket side of the imitated Slack: Socket Mode connections, envelopes, and how fast they are acknowledged."""

from __future__ import annotations

import json
import logging
import random
import socket
import threading
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.sandbox.clock import Hold, SandboxClock, Timer
    from bongsu.sandbox.faults import FaultBook
    from bongsu.sandbox.record import Record
    from bongsu.sandbox.slack_spec import SlackSpec

# Slack shows the person an error when the app takes longer.
ACK_MS_MAX = 3_000
ACK_WITHIN = timedelta(milliseconds=ACK_MS_MAX)
# A client that has died must not stop the world's time for longer than this.
HOLD_WALL_S = 5
CONNECTIONS_MAX = 10
CONNECTION_LASTS = timedelta(hours=1)
WARNED_BEFORE = timedelta(seconds=10)
DISCONNECT_REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")

# The library reports every broken handshake on its logger; the record is what counts here.
QUIET = logging.getLogger("bongsu.sandbox.slack_socket")
QUIET.setLevel(logging.CRITICAL)


@dataclass(slots=True, kw_only=True)
class Envelope:
    """One interactive payload on its way, and how long its acknowledgement took: the clock is held for it."""

    ref: str
    frame: dict[str, object]
    hold: Hold
    sent_at: datetime | None = None
    sends: int = 0
    connection: ServerConnection | None = None
    ack_ms: int | None = None

    @property
    def in_time(self) -> bool:
        """Return whether the app acknowledged within the limit."""
        return self.ack_ms is not None and self.ack_ms <= ACK_MS_MAX


class SocketGate:
    """A websocket server that hands each payload to one of the app's connections."""

    def __init__(self, clock: SandboxClock, record: Record, *, spec: SlackSpec, faults: FaultBook) -> None:
        self._clock = clock
        self._record = record
        self._spec = spec
        self._faults = faults
        self._lock = threading.Lock()
        self._tickets: set[str] = set()
        self._connections: dict[ServerConnection, list[Timer]] = {}
        self._warned: list[Hold] = []
        self._random = random.Random(spec.app_id)
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
        return f"{self._address}?ticket={ticket}&app_id={self._spec.app_id}"

    def connected(self) -> int:
        """Return how many connections are open."""
        with self._lock:
            return len(self._connections)

    def send(self, payload: dict[str, object]) -> Envelope | None:
        """Send an interactive payload to any one connection; None when there is none to take it."""
        envelope_id = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        frame: dict[str, object] = {
            "envelope_id": envelope_id,
            "type": "interactive",
            "accepts_response_payload": False,
            "payload": payload,
        }
        envelope = Envelope(ref=envelope_id, frame=frame, hold=self._hold())
        self.envelopes[envelope_id] = envelope
        if self._hand_over(envelope):
            return envelope
        envelope.hold.release()
        del self.envelopes[envelope_id]
        return None

    def _hold(self) -> Hold:
        return self._clock.hold("slack envelope", wall_s_max=HOLD_WALL_S)

    def _hand_over(self, envelope: Envelope) -> bool:
        with self._lock:
            connections = list(self._connections)
        self._random.shuffle(connections)
        for connection in connections:
            envelope.connection, envelope.sent_at = connection, self._clock.now()
            try:
                connection.send(json.dumps(envelope.frame))
            except ConnectionClosed:
                continue
            envelope.sends += 1
            if envelope.sends < self._spec.press_sends_max:
                self._clock.after(ACK_WITHIN, lambda: self._again(envelope), why="slack sends a press again")
            return True
        return False

    def _again(self, envelope: Envelope) -> None:
        if envelope.ack_ms is not None:
            return
        envelope.frame |= {"retry_attempt": envelope.sends, "retry_reason": "timeout"}
        envelope.hold.release()
        envelope.hold = self._hold()
        if not self._hand_over(envelope):
            envelope.hold.release()

    def disconnect(self, reason: str) -> None:
        """Ask the app to reconnect; a warning leaves the connections open, the other reasons close them."""
        if reason not in DISCONNECT_REASONS:
            raise ValueError(f"unknown reason {reason!r}, known: {', '.join(DISCONNECT_REASONS)}")
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            self._ask_to_leave(connection, reason)
        self._record.write("slack", "socket.disconnect", reason=reason, connections=len(connections))

    def cut(self) -> None:
        """Break every connection without a closing handshake."""
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            self._forget(connection)
            connection.socket.shutdown(socket.SHUT_RDWR)
        self._record.write("slack", "socket.cut", connections=len(connections))

    def _ask_to_leave(self, connection: ServerConnection, reason: str) -> None:
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}
        with suppress(ConnectionClosed):  # it went away by itself
            connection.send(json.dumps(frame))
        if reason != "warning":
            self._forget(connection)
            connection.close()

    def close(self) -> None:
        """Close every connection and stop listening."""
        self._server.shutdown()
        self._thread.join(timeout=5)

    def _serve_one(self, connection: ServerConnection) -> None:
        refusal = self._admit(connection)
        if refusal is not None:
            if refusal in DISCONNECT_REASONS:
                self._ask_to_leave(connection, refusal)
            connection.close(1008, refusal)
            self._record.write("slack", "socket.refused", reason=refusal)
            return
        self._record.write("slack", "socket.open", connections=self.connected())
        try:
            self._greet(connection)
            for frame in connection:
                self._acknowledge(frame)
        except ConnectionClosed:
            # The app went away without a closing handshake: a killed process does.
            self._record.write("slack", "socket.broken")
        finally:
            self._forget(connection)
            self._record.write("slack", "socket.closed", connections=self.connected())

    def _greet(self, connection: ServerConnection) -> None:
        fault = self._faults.take("slack", "socket")
        if fault is not None:
            self._record.write("slack", "socket.fault", fault=fault.kind)
            if fault.kind in ("hang", "slow"):
                self._faults.pause(fault.wall_ms)
        if fault is None or fault.takes_effect:
            connection.send(json.dumps(self._hello()))
        if fault is not None and fault.kind != "slow":
            # Whatever the trouble, the app sees a connection that ends, with a hello or without one.
            connection.socket.shutdown(socket.SHUT_RDWR)

    def _admit(self, connection: ServerConnection) -> str | None:
        """Return why a connection is not taken, None once it is."""
        request = connection.request
        query = parse_qs(urlsplit(request.path).query) if request is not None else {}
        ticket = query.get("ticket", [""])[0]
        with self._lock:
            if ticket not in self._tickets:
                return "ticket"
            self._tickets.remove(ticket)
            if not self._spec.socket_mode:
                return "link_disabled"
            if len(self._connections) >= CONNECTIONS_MAX:
                return "too_many_websockets"
            self._connections[connection] = self._timers(connection)
            warned, self._warned = self._warned, []
        for hold in warned:
            hold.release()
        return None

    def _timers(self, connection: ServerConnection) -> list[Timer]:
        lasts = self._spec.socket_lasts
        if lasts is None:
            return []
        return [
            self._clock.after(lasts - WARNED_BEFORE, partial(self._warn, connection), why="slack warns a socket"),
            self._clock.after(lasts, partial(self._refresh, connection), why="slack refreshes a socket"),
        ]

    def _warn(self, connection: ServerConnection) -> None:
        # The ten seconds between warning and end are the app's, and it needs them in wall time.
        hold = self._clock.hold("slack socket warned", wall_s_max=HOLD_WALL_S)
        with self._lock:
            self._warned.append(hold)
        self._record.write("slack", "socket.disconnect", reason="warning", connections=1)
        self._ask_to_leave(connection, "warning")

    def _refresh(self, connection: ServerConnection) -> None:
        self._record.write("slack", "socket.disconnect", reason="refresh_requested", connections=1)
        self._ask_to_leave(connection, "refresh_requested")

    def _forget(self, connection: ServerConnection) -> None:
        with self._lock:
            timers = self._connections.pop(connection, [])
            warned, self._warned = (self._warned, []) if not self._connections else ([], self._warned)
        for timer in timers:
            timer.cancel()
        for hold in warned:
            hold.release()
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
                "approximate_connection_time": (self._spec.socket_lasts or CONNECTION_LASTS) // timedelta(seconds=1),
            },
            "connection_info": {"app_id": self._spec.app_id},
        }

    def _acknowledge(self, frame: str | bytes) -> None:
        received_at = self._clock.now()
        try:
            answer = json.loads(frame)
            envelope = self.envelopes[answer["envelope_id"]]
        except (ValueError, KeyError, TypeError):
            self._record.write("slack", "socket.unknown_frame")
            return
        if envelope.ack_ms is None and envelope.sent_at is not None:
            envelope.ack_ms = (received_at - envelope.sent_at) // timedelta(milliseconds=1)
            self._record.write(
                "slack",
                "socket.ack",
                envelope=envelope.ref,
                ack_ms=envelope.ack_ms,
                in_time=envelope.in_time,
            )
        envelope.hold.release()
