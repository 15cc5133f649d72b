"""What a send costs in CPU before the ledger appends, against the standard library's bare http.client.

    python -m bench.sends [--sends N] [--rounds N]

Telegram and Slack channels send the example plan's success message to a plain loopback server in another process, ten
at once; then http.client alone posts the very same bodies to the same server, ten at once, and reads the answers.
Rounds alternate, so that a busy moment hits both. CPU is the user and system time of this process (what os.times
gives, but not in ticks of 10 ms), without the server's.
The bar: at the median, at most 2 times http.client.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import statistics
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

from bongsu.channels import slack, telegram
from bongsu.channels._port import Accepted, Outgoing
from bongsu.core.codes import ButtonCodes
from bongsu.core.events import Method
from bongsu.messages import preview
from bongsu.planfile import load_bytes
from bongsu.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from multiprocessing.connection import Connection

    from bongsu.core.plan import Plan

BAR = 2.0
IN_FLIGHT = 10
PLAN = Path(__file__).parent.parent / "plans" / "naver-sms.yaml"
SLACK_TOKEN = "-".join(("xoxb", "1" * 12, "a" * 24))
TELEGRAM_TOKEN = ":".join(("1000000001", "AA" + "b" * 33))
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def main() -> int:
    """Print CPU per 1,000 sends of both, round by round, and their ratio; 0 when it is within the bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sends", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=9)
    asked = options.parse_args()
    plan = load_bytes(PLAN.read_bytes(), PLAN)
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs, answers(plan)), daemon=True)
    server.start()
    try:
        port = ours.recv()
        rounds = [measure(plan, port, asked.sends) for _ in range(asked.rounds + 1)][1:]
    finally:
        server.terminate()
        server.join()
    print(f"CPU seconds per 1,000 sends, {IN_FLIGHT} in flight, {asked.sends} sends a round")
    print(f"{'http.client':>12}{'channels':>10}{'ratio':>8}")
    for peer_s, channels_s in rounds:
        print(f"{peer_s:12.3f}{channels_s:10.3f}{channels_s / peer_s:8.2f}")
    ratio = statistics.median(channels_s / peer_s for peer_s, channels_s in rounds)
    met = ratio <= BAR
    print(f"median ratio {ratio:.2f}; bar: {BAR} times: {'met' if met else 'MISSED'}")
    return 0 if met else 1


def measure(plan: Plan, port: int, sends: int) -> tuple[float, float]:
    """Return the CPU seconds per 1,000 sends of http.client and of the channels; each makes its own connections."""
    redactor = Redactor({"env:SLACK_BOT_TOKEN": SLACK_TOKEN, "env:TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN})
    codes = ButtonCodes(run_id="bench-1", key=b"k" * 32)
    url = f"http://127.0.0.1:{port}"
    channels: Mapping[str, Any] = {
        "slack": slack.open_(
            slack.Options(channel="C00000001", token=SLACK_TOKEN, api_url=f"{url}/api/"),
            name="alerts",
            codes=codes,
            redactor=redactor,
        ),
        "telegram": telegram.open_(
            telegram.Options(chat_id=-1000000000001, token=TELEGRAM_TOKEN, api_url=url),
            name="ops_chat",
            codes=codes,
            redactor=redactor,
        ),
    }
    queue = outgoing(plan, sends)
    bodies: list[tuple[str, bytes]] = []

    def send(item: tuple[str, Outgoing]) -> None:
        outcome = channels[item[0]].send(item[1])
        assert isinstance(outcome, Accepted), outcome
        bodies.append((item[0], outcome.wires[0].request))

    channels_s = cpu_of(lambda: spread(send, queue))
    for channel in channels.values():
        channel.close()
    return cpu_of(lambda: bare(port, bodies)) * 1000 / sends, channels_s * 1000 / sends


def bare(port: int, bodies: list[tuple[str, bytes]]) -> None:
    """Post the bodies with http.client and nothing else: one connection for each of the ten."""

    def post_all(share: list[tuple[str, bytes]]) -> None:
        connection = HTTPConnection("127.0.0.1", port)
        for kind, body in share:
            path = "/api/chat.postMessage" if kind == "slack" else f"/bot{TELEGRAM_TOKEN}/sendMessage"
            headers = {"Content-Type": "application/json; charset=utf-8"}
            if kind == "slack":
                headers["Authorization"] = f"Bearer {SLACK_TOKEN}"
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            assert answer.status == 200
            answer.read()
        connection.close()

    with ThreadPoolExecutor(IN_FLIGHT) as threads:
        list(threads.map(post_all, [bodies[n::IN_FLIGHT] for n in range(IN_FLIGHT)]))


def spread(send: Callable[[tuple[str, Outgoing]], None], queue: list[tuple[str, Outgoing]]) -> None:
    def send_all(share: list[tuple[str, Outgoing]]) -> None:
        for item in share:
            send(item)

    with ThreadPoolExecutor(IN_FLIGHT) as threads:
        list(threads.map(send_all, [queue[n::IN_FLIGHT] for n in range(IN_FLIGHT)]))


def outgoing(plan: Plan, sends: int) -> list[tuple[str, Outgoing]]:
    """Return the sends: ten chats, so that the order within a chat holds none of the ten up; half on each service."""
    payloads = payloads_of(plan)
    queue = []
    for seq in range(sends):
        chat = seq % IN_FLIGHT
        kind = "slack" if chat % 2 else "telegram"
        to = f"C0000000{chat}" if kind == "slack" else f"-10000000000{chat:02d}"
        item = Outgoing(key=f"success//{chat}", seq=seq + 1, method=Method.POST, to=to, payload=payloads[kind])
        queue.append((kind, item))
    return queue


def payloads_of(plan: Plan) -> dict[str, Mapping[str, Any]]:
    return {plan.channels[shown.channel].kind: shown.payload for shown in preview(plan, "success")}


def answers(plan: Plan) -> dict[bytes, bytes]:
    """Return what the server answers, by the beginning of the request line; each shows the message, as they do."""
    shown = payloads_of(plan)
    slack_says = {"ok": True, "channel": "C00000001", "ts": "1761112800.000100", "message": shown["slack"]}
    chat = {"id": -1000000000001, "title": "Invented", "type": "supergroup"}
    message = {"message_id": 7, "date": 1761112800, "chat": chat, "text": shown["telegram"]["text"]}
    said = {b"POST /api/": slack_says, b"POST /bot": {"ok": True, "result": message}}
    return {start: _http(json.dumps(body).encode()) for start, body in said.items()}


def _http(body: bytes) -> bytes:
    head = (
        "HTTP/1.1 200 OK\r\nServer: invented\r\nDate: Wed, 22 Oct 2025 05:00:00 GMT\r\n"
        "Content-Type: application/json; charset=utf-8\r\nX-Slack-Req-Id: 00000000000000000000000000000001\r\n"
        "Strict-Transport-Security: max-age=31536000\r\nVary: Accept-Encoding\r\nCache-Control: no-store\r\n"
        f"Connection: keep-alive\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def serve(told: Connection, says: dict[bytes, bytes]) -> None:
    """Answer every request of every connection in a thread of its own, until the process is ended."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener, ThreadPoolExecutor(4 * IN_FLIGHT) as threads:
        told.send(listener.getsockname()[1])
        while True:
            connection, _ = listener.accept()
            threads.submit(_answer_all, connection, says)


def _answer_all(connection: socket.socket, says: dict[bytes, bytes]) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    data = b""
    with connection:
        while True:
            end = data.find(b"\r\n\r\n")
            length = _LENGTH.search(data, 0, end + 2) if end >= 0 else None
            if length is not None and len(data) >= end + 4 + int(length[1]):
                connection.sendall(next(answer for start, answer in says.items() if data.startswith(start)))
                data = data[end + 4 + int(length[1]) :]
                continue
            more = connection.recv(65536)
            if not more:
                return
            data += more


def cpu_of(work: Callable[[], object]) -> float:
    before = process_time()
    work()
    return process_time() - before


if __name__ == "__main__":
    raise SystemExit(main())
