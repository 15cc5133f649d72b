"""Real workers that are killed: nothing is lost, what was in flight is told, and somebody else goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.driving.desk import desk_of
from tests.rules.tree import ROOT
from tests.serve.rig import SECRETS

from bongsu.core.chain import verify_chain
from bongsu.core.events import Outcome, SendEnded, SendIntended
from bongsu.core.fold import folded
from bongsu.ledger import open_ledger
from bongsu.ledger.codec import decode
from bongsu.planfile import load_bytes
from bongsu.run.start import LEFT

PATIENCE_S = 180.0
ALARMS = 3


class Chat:
    """Slack, as far as a page needs it: it can hold its answers back, and keeps what was posted."""

    def __init__(self):
        self.posted, self.changed = [], threading.Condition()
        self.answers = threading.Event()
        chat = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                said = json.loads(body) if body.startswith(b"{") else {}
                answer = {"ok": True, "messages": [], "has_more": False}
                if self.path.endswith("chat.postMessage"):
                    with chat.changed:
                        chat.posted.append(said)
                        number = len(chat.posted)
                        chat.changed.notify_all()
                    chat.answers.wait(PATIENCE_S)
                    answer = {"ok": True, "channel": said["channel"], "ts": f"1.{number:06d}", "message": {}}
                data = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a killed process leaves its connections broken
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, number):
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.posted) >= number, PATIENCE_S), self.posted

    def close(self):
        self.answers.set()
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def worker(state, plan):
    """Start a worker, and end it in the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.serve.process", str(state), str(plan)],
        cwd=ROOT,
        env={**os.environ, **SECRETS, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                pipe.close()


def raised(process, key):
    """Have a worker raise an alarm, and return its page's name."""
    process.stdin.write(f"{key}\n")
    process.stdin.flush()
    while not (line := process.stdout.readline()).startswith("raised "):
        assert line, "the worker has ended"
    return line.split()[1]


@pytest.fixture
def chat():
    made = Chat()
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request, chat, tmp_path):
    from tests.postgres.server import PostgresStore

    database = PostgresStore(request.getfixturevalue("postgres")) if request.param == "postgres" else None
    with desk_of(database, tmp_path, url=chat.url) as made:
        yield made


def test_a_killed_workers_pages_are_taken_over_and_what_was_in_flight_is_in_doubt(desk, chat):
    """SIGKILL with every message of three pages in flight; the other worker pages again, each marked as a repeat."""
    path = desk.folder / "plan.yaml"
    plan = load_bytes(path.read_bytes(), path)
    state = desk.state if "://" in desk.state else Path(desk.state)
    with closing(open_ledger(state)) as ledger:
        lines = lambda run: [decode(row.line) for row in ledger.rows(run)]
        with worker(state, path) as first, worker(state, path) as second:
            runs = [raised(first, f"alarm {n}") for n in range(ALARMS)]
            # One message at a time leaves to a chat: the group's and the on-call engineer's, and the rest waits.
            chat.wait(2)
            first.kill()
            first.wait()
            in_flight = len(chat.posted)
            chat.answers.set()
            # Its leases end now: shorter ones could end while it lives, on a machine that does something else.
            desk.passes()
            paged = lambda: sum(one["channel"] == "U00000002" for one in chat.posted)
            with chat.changed:
                # Every page reaches its person, the one in flight at the kill a second time.
                assert chat.changed.wait_for(lambda: paged() >= ALARMS + 1, PATIENCE_S), chat.posted
            assert raised(second, "alarm 0") == runs[0]
            second.stdin.close()
            assert second.wait(PATIENCE_S) == 0
        told = [line.event for run in runs for line in lines(run)]
        doubts = [event for event in told if isinstance(event, SendEnded) and event.outcome is Outcome.IN_DOUBT]
        assert len(doubts) == in_flight
        assert all(event.reason == LEFT for event in doubts)
        pages = [event for event in told if isinstance(event, SendIntended) and event.to == "U00000002"]
        assert sum(event.repeat_of is not None for event in pages) == 1
        for run in runs:
            sends = folded(plan, lines(run)).sends.values()
            assert any(send.to == "U00000002" and send.outcome is Outcome.ACCEPTED for send in sends)
            assert verify_chain(row.line for row in ledger.rows(run)) == ledger.head(run)
