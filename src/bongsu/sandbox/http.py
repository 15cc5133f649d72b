"""HTTP on loopback for the imitated services: a quiet keep-alive server, and the clock's address."""

from __future__ import annotations

import io
import json
import select
import socket
import threading
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import ClosingIterator

from bongsu.sandbox.clock import Hold, SandboxClock
from bongsu.sandbox.record import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from ssl import SSLContext

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOLD_KEY = "bongsu.hold"


class ConnectionCutError(ConnectionError):
    """Raised by a service that wants the connection closed without an answer."""


class _Handler(WSGIRequestHandler):
    """A werkzeug handler that keeps connections open, sends one segment per answer, and logs nothing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    # An idle keep-alive connection ends after this, as real front ends do.
    timeout = 120

    def run_wsgi(self) -> None:
        """Answer one request: werkzeug's own version closes the connection each time."""
        environ = self.make_environ()
        self.environ = environ
        # The body is read whole before the answer, so that the next request line starts where it should.
        environ["wsgi.input"] = io.BytesIO(self._body(environ))
        environ["wsgi.input_terminated"] = True
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_exc_info: object) -> Any:
            started.append((status, headers))
            return _no_write

        try:
            app_iter = self.server.app(environ, cast("StartResponse", start_response))
            try:
                body = b"".join(app_iter)
                self._answer(*started[-1], body=body)
            finally:
                # Closing releases the clock's hold: only once the answer has been written.
                close = getattr(app_iter, "close", None)
                if close is not None:
                    close()
        except ConnectionCutError:
            self._cut()

    def _body(self, environ: WSGIEnvironment) -> bytes:
        if environ.get("wsgi.input_terminated"):
            return cast("bytes", environ["wsgi.input"].read())
        return self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))

    def _answer(self, status: str, headers: list[tuple[str, str]], *, body: bytes) -> None:
        code, _, phrase = status.partition(" ")
        # Not send_response: it adds a Date of this machine's clock, and the world has a clock of its own.
        self.send_response_only(int(code), phrase)
        for name, value in headers:
            self.send_header(name, value)
        lengths = [int(value) for name, value in headers if name.lower() == "content-length"]
        if not lengths:
            self.send_header("Content-Length", str(len(body)))
        elif lengths[0] > len(body) and self.command != "HEAD":
            # An answer that is cut short on purpose: the peer learns it from the end of the connection.
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def setup(self) -> None:
        super().setup()
        open_connections(self.server).add(self.connection)

    def finish(self) -> None:
        open_connections(self.server).discard(self.connection)
        try:
            super().finish()
        except (ConnectionError, ValueError):
            # The peer, or stop(), closed the socket under the buffered writer: nothing is left to flush.
            self.close_connection = True

    def log(self, *_arguments: object) -> None:
        """Write nothing: each service records what it receives."""


def _no_write(data: bytes) -> object:
    raise NotImplementedError("sandbox services return their body, they do not write it")


def open_connections(server: BaseWSGIServer) -> set[socket.socket]:
    """Return the live set of a server's open connections."""
    return cast("set[socket.socket]", vars(server).setdefault("open_connections", set()))


class Served:
    """A WSGI application being served on 127.0.0.1."""

    def __init__(self, server: BaseWSGIServer) -> None:
        self._server = server
        scheme = "http" if server.ssl_context is None else "https"
        self.url = f"{scheme}://127.0.0.1:{server.server_port}"
        self._thread = threading.Thread(
            target=server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name=f"serve-{server.server_port}",
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting, and close the connections that clients keep open."""
        self._server.shutdown()
        self._server.server_close()
        for connection in list(open_connections(self._server)):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                # Closed by its own thread meanwhile: that is what was wanted.
                continue
        self._thread.join(timeout=5)


def serve(app: WSGIApplication, *, port: int = 0, tls: SSLContext | None = None) -> Served:
    """Serve `app` on 127.0.0.1, one thread per connection; port 0 takes a free one, see `.url`."""
    return Served(make_server("127.0.0.1", port, app, threaded=True, request_handler=_Handler, ssl_context=tls))


def holding(clock: SandboxClock, app: WSGIApplication) -> WSGIApplication:
    """Return `app` with each request holding the clock until its answer has been written; twice is once."""

    def held_app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if HOLD_KEY in environ:
            return app(environ, start_response)
        hold = clock.hold(f"request {environ['REQUEST_METHOD']}")
        environ[HOLD_KEY] = hold
        try:
            return ClosingIterator(app(environ, start_response), [hold.release])
        except BaseException:
            hold.release()
            raise

    return held_app


def let_go(environ: WSGIEnvironment) -> None:
    """Release the request's hold early: a long poll that waits is not work in flight."""
    hold = environ.get(HOLD_KEY)
    if isinstance(hold, Hold):
        hold.release()


def json_response(value: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return `value` as a JSON answer in UTF-8."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, status=status, headers=headers, content_type="application/json; charset=utf-8")


def clock_app(clock: SandboxClock) -> WSGIApplication:
    """Return the application through which another process reads the clock and takes part in it."""
    departures = _Departures(clock)

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        return _answer_clock(clock, request, departures)(environ, start_response)

    return app


class _Departures:
    """Sees at once that a process died while it waited: the clock must not jump through what that one missed."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._hangups = select.epoll()
        self._waiting: dict[int, str] = {}
        threading.Thread(target=self._watch, name="clock-departures", daemon=True).start()

    @contextmanager
    def seen(self, connection: socket.socket, participant: str) -> Iterator[None]:
        """While inside, have the participant count as busy once its side of the connection is closed."""
        number = connection.fileno()
        self._waiting[number] = participant
        self._hangups.register(number, select.EPOLLRDHUP | select.EPOLLONESHOT)
        try:
            yield
        finally:
            self._hangups.unregister(number)
            del self._waiting[number]

    def _watch(self) -> None:
        while True:
            for number, _ in self._hangups.poll():
                participant = self._waiting.get(number)
                if participant is not None:
                    with suppress(KeyError):  # it left in the same moment
                        self._clock.busy(participant)


def _answer_clock(clock: SandboxClock, request: Request, departures: _Departures) -> Response:
    if request.path == "/clock" and request.method == "GET":
        return _told(clock, source="sandbox", held_by=clock.held_by())
    asked = json.loads(request.get_data() or b"{}")
    try:
        match request.path:
            case "/clock/join":
                participant = clock.join(str(asked["name"]))
                return _told(clock, participant=participant)
            case "/clock/wait":
                # Counted first: a connection that closes from now on ends the wait, or keeps it from beginning.
                asked.setdefault("busy_calls_seen", clock.busy_calls(asked["participant"]))
                with departures.seen(request.environ["werkzeug.socket"], asked["participant"]):
                    return _wait(clock, asked)
            case "/clock/busy":
                clock.busy(asked["participant"])
                return _told(clock, busy_calls=clock.busy_calls(asked["participant"]))
            case "/clock/leave":
                clock.leave(asked["participant"])
                return _told(clock)
    except (KeyError, ValueError) as error:
        return json_response({"error": f"bad clock request: {error}"}, status=400)
    return json_response({"error": f"no clock operation at {request.path!r}"}, status=404)


def _wait(clock: SandboxClock, asked: dict[str, Any]) -> Response:
    until = None if asked.get("until") is None else datetime.fromisoformat(asked["until"])
    if until is not None and until.tzinfo is None:
        raise ValueError(f"until {asked['until']!r} has no time zone, end it with Z")
    clock.wait(asked["participant"], until, busy_calls_seen=asked["busy_calls_seen"])
    return _told(clock, woken=clock.was_woken(asked["participant"]))


def _told(clock: SandboxClock, **more: object) -> Response:
    """Return an answer that tells the time, and when on this machine's monotonic clock it was that."""
    now, mono_ns = clock.stamp()
    return json_response({**more, "now": iso(now), "mono_ns": mono_ns})
