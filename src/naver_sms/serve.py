"""`naver-sms serve`: a run every twenty minutes on one machine, with its health on loopback, until it is asked to end.

Runs start at whole multiples of the period since midnight in UTC, as a schedule would start them; one that takes
longer than the period leaves out the starts that it ran over. A second server, or a run by hand, beside this one is
kept out by the lease. Whoever wants to end it sends SIGTERM or SIGINT: the run that is under way ends first.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEALTHY = frozenset({"ok", "degraded", "skipped_overlap"})
MISSED_AFTER = 2
REQUEST_TIMEOUT_S = 5
STOPS = (signal.SIGTERM, signal.SIGINT)


class Waits(Protocol):
    """What the loop waits with: time, and the wish to end."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        ...

    def until(self, at: datetime) -> bool:
        """Return at that moment, or earlier when the server is to end; True when it is."""
        ...


class WallClock:
    """The machine's clock, and an event that ends every wait."""

    def __init__(self) -> None:
        self.ended = threading.Event()

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)

    def until(self, at: datetime) -> bool:
        """Return at that moment, or earlier when the server is to end; True when it is."""
        # In short parts: a machine that slept, or whose clock was set, must not wait a period too long.
        while not self.ended.is_set() and (left := (at - self.now()).total_seconds()) > 0:
            self.ended.wait(min(left, 30.0))
        return self.ended.is_set()


@dataclass(slots=True)
class Health:
    """What the last run was and when the next is due; shared between the loop and the endpoint."""

    period: timedelta
    now: Callable[[], datetime]
    started_at: datetime
    running_since: datetime | None = None
    last_at: datetime | None = None
    last: dict[str, Any] = field(default_factory=dict)
    next_at: datetime | None = None
    runs: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self) -> tuple[int, dict[str, Any]]:
        """Return the status and the body: 200 while runs end well and in time, else 503. No store, name or number."""
        with self.lock:
            limit = self.now() - MISSED_AFTER * self.period
            late = (self.last_at or self.started_at) < limit
            well = not late and self.last.get("result", "ok") in HEALTHY
            body = {
                "status": "ok" if well else "late" if late else str(self.last.get("result")),
                "runs": self.runs,
                "running": self.running_since is not None,
                "last_run_id": self.last.get("run_id"),
                "last_result": self.last.get("result"),
                "last_ended_at": _text(self.last_at),
                "next_at": _text(self.next_at),
            }
        return 200 if well else 503, body


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def next_start(after: datetime, period: timedelta) -> datetime:
    """Return the first start after a moment: a whole multiple of the period since midnight in UTC."""
    midnight = after.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((after - midnight) // period + 1) * period


def loop(run: Callable[[], dict[str, Any]], health: Health, waits: Waits, *, at_once: bool) -> None:
    """Make runs until the server is to end. A run that breaks off is printed and does not end the server."""
    health.next_at = waits.now() if at_once else next_start(waits.now(), health.period)
    while not waits.until(health.next_at):
        with health.lock:
            health.running_since = waits.now()
        try:
            report = run()
        except Exception as exc:  # noqa: BLE001  the next run may do what this one could not; its report is out
            sys.stderr.write(f"error: the run broke off ({type(exc).__name__})\n")
            report = {"result": "failed"}
        with health.lock:
            health.running_since, health.last_at = None, waits.now()
            health.last, health.runs = report, health.runs + 1
            health.next_at = next_start(waits.now(), health.period)


class _Endpoint(BaseHTTPRequestHandler):
    timeout = REQUEST_TIMEOUT_S

    def do_GET(self) -> None:
        """Answer `/health`; nothing else is here."""
        health: Health = self.server.health  # type: ignore[attr-defined]
        status, body = health.answer() if self.path == "/health" else (404, {"status": "not_found"})
        data = (json.dumps(body) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  its name in the base class
        """Say nothing: standard output is for reports."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, health: Health) -> None:
        super().__init__(("127.0.0.1", port), _Endpoint)
        self.health = health


@contextmanager
def endpoint(port: int, health: Health) -> Iterator[int]:
    """Serve the health on loopback, and nowhere else; gives the port. Raises OSError when it is taken."""
    server = _Server(port, health)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def _heard(ended: threading.Event) -> Iterator[None]:
    """Set the event once somebody asks this process to end, whenever that comes.

    A handler would run in the thread that waits, and an order that comes in the moment before its wait begins would be
    heard only after it. So a thread of its own waits for the order, and every other one leaves it to that. Whoever asks
    again, while the run ends or behind it, is not heard: the process would die of that although it ended as asked.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)

    def wait() -> None:
        signal.sigwait(STOPS)
        ended.set()

    threading.Thread(target=wait, name="orders", daemon=True).start()
    try:
        yield
    finally:
        for number in STOPS:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(run: Callable[[], dict[str, Any]], *, port: int, period: timedelta, at_once: bool) -> int:
    """Serve until SIGTERM or SIGINT and return the exit code: that of having ended as asked. Raises OSError."""
    waits = WallClock()
    health = Health(period=period, now=waits.now, started_at=waits.now())
    with _heard(waits.ended), endpoint(port, health) as found:
        minutes = period // timedelta(minutes=1)
        sys.stderr.write(f"a run every {minutes} min; health: http://127.0.0.1:{found}/health\n")
        sys.stderr.flush()
        loop(run, health, waits, at_once=at_once)
    sys.stderr.write("ended as asked; no run is under way\n")
    return 0
