"""A stand-in for a chat service, in a process of its own: it takes every message, 20 ms each, and says when it did."""

from __future__ import annotations

import asyncio
import json
import re
import time
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

LATENCY_S = 0.02
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Chat:
    """Slack's chat.postMessage and whatever else is posted, until it is closed."""

    def __init__(self, latency_s: float = LATENCY_S) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, latency_s), daemon=True)
        self._process.start()
        self.port: int = self._pipe.recv()
        self.url = f"http://127.0.0.1:{self.port}"

    def taken(self) -> list[tuple[float, str, str]]:
        """Return what came since this was last asked: monotonic time of the whole request, path, and its own name."""
        self._pipe.send("taken")
        return self._pipe.recv()

    def close(self) -> None:
        self._process.terminate()
        self._process.join()


def _serve(pipe: Connection, latency_s: float) -> None:
    asyncio.run(_serving(pipe, latency_s))


async def _serving(pipe: Connection, latency_s: float) -> None:
    taken: list[tuple[float, str, str]] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Taking(taken, latency_s), "127.0.0.1", 0, backlog=1024)
    pipe.send(server.sockets[0].getsockname()[1])

    def told() -> None:
        pipe.recv()
        pipe.send(list(taken))
        taken.clear()

    loop.add_reader(pipe.fileno(), told)
    await server.serve_forever()


class _Taking(asyncio.Protocol):
    def __init__(self, taken: list[tuple[float, str, str]], latency_s: float) -> None:
        self._taken, self._latency_s, self._data = taken, latency_s, b""
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._data, 0, end + 2)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._data) < whole:
                return
            self._take(self._data[:end], self._data[end + 4 : whole])
            self._data = self._data[whole:]

    def _take(self, head: bytes, body: bytes) -> None:
        at = time.monotonic()
        path = head.split(b" ", 2)[1].decode()
        said = json.loads(body) if body.startswith(b"{") else {}
        number = len(self._taken)
        self._taken.append((at, path, name_of(said)))
        answer = {"ok": True, "channel": said.get("channel", ""), "ts": f"{int(at)}.{number:06d}", "message": {}}
        asyncio.get_running_loop().call_later(self._latency_s, self._answer, json.dumps(answer).encode())

    def _answer(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if not self._transport.is_closing():
            self._transport.write(head.encode() + body)


def name_of(said: dict[str, Any]) -> str:
    """Return what tells one message from the others: run and key of one of ours, or an alert's id."""
    payload = said.get("metadata", {}).get("event_payload", {})
    if payload:
        return f"{payload['run']} {payload['key']}"
    return str(said.get("groupLabels", {}).get("id", ""))
