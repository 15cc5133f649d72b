"""A real HTTP server on loopback that answers as told, or breaks as told."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_arguments):
        pass

    def send_response(self, code, message=None):
        self.send_response_only(code, message)

    def end_headers(self):
        # A Date of its own only where the answer has none.
        if not any(line.lower().startswith(b"date:") for line in self._headers_buffer):
            self.send_header("Date", self.date_time_string())
        super().end_headers()


class SmallServer:
    def __init__(self, answer):
        self.answer = answer
        self.requests = []
        self.in_flight = self.most_in_flight = 0
        self.url = ""
        self._lock = threading.Lock()

    def __call__(self, environ, start_response):
        request = Request(environ)
        with self._lock:
            self.requests.append((request.path, request.get_data(), dict(request.headers)))
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return self.answer(request)(environ, start_response)
        finally:
            with self._lock:
                self.in_flight -= 1


@contextmanager
def serving(answer, **server_options):
    small = SmallServer(answer)
    server = make_server("127.0.0.1", 0, small, threaded=True, request_handler=_Handler, **server_options)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    small.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield small
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=120)


@contextmanager
def raw_server(behave):
    """Serve one connection after another with a function of the socket; it closes it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        stopping = threading.Event()

        def run():
            while not stopping.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    behave(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stopping.set()
            thread.join(timeout=120)


def text(body, status=200, kind="application/json", **headers):
    return lambda _request: Response(body, status=status, content_type=kind, headers=headers)


def read_request(connection):
    """Read head and body of one request from a bare socket."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data, b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head, body


def elapsed_s(start):
    return time.monotonic() - start
