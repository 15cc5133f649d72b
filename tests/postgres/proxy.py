"""A wire between a client and the server that can be cut, at the two moments at which it matters."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Wire:
    """Passes bytes on between a port of this machine and the server's socket, until it is told to cut."""

    def __init__(self, server: Path) -> None:
        self._server = str(server / ".s.PGSQL.5432")
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._cut = ""
        self._open: list[socket.socket] = []
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def address(self, database: str, role: str = "bongsu") -> str:
        """Return what a database is reached by through this wire."""
        return f"postgresql://{role}@127.0.0.1:{self._listening.getsockname()[1]}/{database}"

    def cut_before_the_next_request(self) -> None:
        """Have the next request never arrive."""
        self._cut = "request"

    def cut_before_the_next_answer(self) -> None:
        """Have the next request arrive and be done, and its answer never come back."""
        self._cut = "answer"

    def cut_now(self) -> None:
        """Break every connection, whatever is on its way."""
        with self._lock:
            broken, self._open = self._open, []
        self.cuts += 1
        for end in broken:
            _break(end)

    def close(self) -> None:
        """Take no more connections and break those that are open."""
        # Closing alone would leave the thread that waits in `accept` there.
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut_now()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self._server)
            except OSError:
                client.close()
                server.close()
                continue
            with self._lock:
                self._open += [client, server]
            threading.Thread(target=self._pass_on, args=(client, server, "request"), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(server, client, "answer"), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, what: str) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if self._cut == what:
                    self._cut = ""
                    self.cut_now()
                    break
                sink.sendall(data)
        _break(source)
        _break(sink)


def _break(end: socket.socket) -> None:
    # Shut down first: closing alone would not wake the thread that reads from it.
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def wire(server: Path) -> Iterator[Wire]:
    """Give a wire to the server whose socket is in that folder."""
    opened = Wire(server)
    try:
        yield opened
    finally:
        opened.close()
