"""Slack, as far as a page needs it, as a process of its own: what it took is on the disk before it answers."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

Message = dict[str, Any]


def taken(folder: Path) -> list[Message]:
    """Return what was posted, oldest first, as it was sent and with the time that it was given."""
    path = folder / "posted.jsonl"
    lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def serve(folder: Path) -> int:
    """Serve until it is ended; the address comes to stand in the file `address`."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
            said = json.loads(body) if body.startswith(b"{") else form
            with lock:
                answer = {"ok": True, **_answer(folder, self.path.rpartition("/")[2], said)}
            data = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    ready = folder / "address.new"
    ready.write_text(f"http://127.0.0.1:{server.server_port}", "ascii")
    ready.rename(folder / "address")
    server.serve_forever()
    return 0


def _answer(folder: Path, method: str, said: Message) -> Message:
    match method:
        case "chat.postMessage":
            before = taken(folder)
            at = max(int(float(before[-1]["ts"])) + 1 if before else 0, int(time.time()))
            message = {**said, "ts": f"{at}.{len(before) + 1:06d}"}
            with (folder / "posted.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(message, ensure_ascii=False) + "\n")
            return {"channel": said["channel"], "ts": message["ts"], "message": message}
        case "chat.update":
            return {"channel": said["channel"], "ts": said["ts"], "text": said.get("text", "")}
        case "conversations.open":
            return {"channel": {"id": said["users"]}}
        case "conversations.history":
            there = [one for one in reversed(taken(folder)) if one["channel"] == said["channel"]]
            return {"messages": [{"type": "message", **one} for one in there[:15]], "has_more": False}
        case _:
            return {}
