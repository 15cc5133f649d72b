"""A chat service of the tests' own that takes a message and keeps its answer back until it is let."""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATIENCE_S = 120


class Chat:
    """What the service was asked, and whether it answers."""

    def __init__(self) -> None:
        self.posted: list[dict[str, object]] = []
        self.url = ""
        self._changed = threading.Condition()
        self._answers_from = 0
        self._numbers = itertools.count(1)

    def keeps_back(self) -> None:
        """Answer no message that comes from now on."""
        with self._changed:
            self._answers_from = -1

    def answers_later_ones(self) -> None:
        """Answer what comes from now on at once; what is kept back stays so."""
        with self._changed:
            self._answers_from = len(self.posted)

    def answers_all(self) -> None:
        """Answer what was kept back, and whatever comes."""
        with self._changed:
            self._answers_from = 0
            self._changed.notify_all()

    def has_taken(self, number: int) -> bool:
        """Whether so many messages have come."""
        return len(self.posted) >= number

    def answer(self, operation: str, body: bytes) -> dict[str, object]:
        """Return what a call is answered with, once it is to be."""
        said = {"ok": True, "messages": [], "channel": {"id": "D00000001"}}
        if operation not in ("chat.postMessage", "chat.update"):
            return said
        asked = json.loads(body)
        with self._changed:
            number = len(self.posted)
            self.posted.append(asked)
            self._changed.notify_all()
            answered = self._changed.wait_for(lambda: 0 <= self._answers_from <= number, PATIENCE_S)
            assert answered, "nobody let it be answered"
        # As Slack has it: a person's message stands in a conversation of their own, and no other has its time.
        channel = re.sub("^U", "D", asked["channel"])
        return {"ok": True, "channel": channel, "ts": f"{int(time.time())}.{next(self._numbers):06d}"}


@contextmanager
def chatting() -> Iterator[Chat]:
    """Yield a service that listens on this machine."""
    chat = Chat()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            text = json.dumps(chat.answer(self.path.rpartition("/")[2], body)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                """Whoever asked has gone, which is what some tests are about."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        chat.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield chat
        finally:
            chat.answers_all()
            server.shutdown()
