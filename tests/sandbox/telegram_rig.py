"""The imitated Bot API with a bot, four people and three chats, and the bot's own end of a webhook."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import urllib3
from tests.patience import PATIENCE_S
from tests.sandbox.standing import StandingClock

from bongsu.sandbox.http import serve
from bongsu.sandbox.record import Record
from bongsu.sandbox.telegram import ChatSpec, TelegramSandbox, TelegramSpec, UserSpec

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
BOT_ID = 7104553219
TOKEN = f"{BOT_ID}:" + "Ab3_-" * 7
GROUP, SUPERGROUP, KICKED = -4102237711, -1002093348812, -1001877300192
CHANNEL, NEWS = -1002555000001, -1002555000002
MINA, JUN, SLEEPY, ANGRY, STRANGER, GONE = 512330981, 640077125, 711902233, 711902244, 711902255, 711902266
BUTTONS = {"inline_keyboard": [[{"text": "Go", "callback_data": "go:1"}, {"text": "No-go", "callback_data": "no:1"}]]}
SPEC = TelegramSpec(
    bot_token=TOKEN,
    bot_id=BOT_ID,
    bot_username="bongsu_ops_bot",
    chats=[
        ChatSpec(id=SUPERGROUP, kind="supergroup", title="ops", members=(MINA, JUN), username="example_ops"),
        ChatSpec(id=GROUP, kind="group", title="stores", members=(MINA,)),
        ChatSpec(id=KICKED, kind="supergroup", title="old ops", bot="kicked"),
        ChatSpec(id=CHANNEL, kind="channel", title="status", members=(MINA,), bot="administrator"),
        ChatSpec(id=NEWS, kind="channel", title="news", members=(MINA,)),
    ],
    users=[
        UserSpec(id=MINA, first_name="Mina"),
        UserSpec(id=JUN, first_name="Jun"),
        UserSpec(id=SLEEPY, first_name="Sleepy", started=False),
        UserSpec(id=ANGRY, first_name="Angry", blocked=True),
        UserSpec(id=STRANGER, first_name="Stranger"),
        UserSpec(id=GONE, first_name="Gone", deactivated=True),
    ],
)


class Bot:
    """A bare client: what comes back is the status, the headers and the parsed body."""

    def __init__(self, sandbox, clock, record, url):
        self.sandbox, self.clock, self.record, self.url = sandbox, clock, record, url
        self.participant = clock.join("test")
        self.http = urllib3.PoolManager(retries=False, timeout=PATIENCE_S)

    def call(self, method, token=TOKEN, **parameters):
        answer = self.http.request("POST", f"{self.url}/bot{token}/{method}", json=parameters)
        return answer.status, answer.json(), answer.headers

    def ok(self, method, **parameters):
        status, body, _ = self.call(method, **parameters)
        assert (status, body["ok"]) == (200, True), body
        return body["result"]

    def refused(self, method, **parameters):
        status, body, _ = self.call(method, **parameters)
        assert body["ok"] is False
        assert body["error_code"] == status
        return status, body["description"]

    def until_polling(self):
        updates = self.sandbox._updates
        with updates._changed:
            assert updates._changed.wait_for(lambda: updates._poll == 1, timeout=PATIENCE_S)

    def pass_time(self, **delay):
        self.clock.wait(self.participant, self.clock.now() + timedelta(**delay))

    def posted(self, count):
        """Wait in wall time until so many posts to the webhook are over; return what was recorded of them."""
        webhook = self.sandbox._webhook

        def lines():
            return [entry for entry in self.record.entries("telegram") if entry["operation"] == "webhook"]

        with webhook._lock:
            assert webhook._lock.wait_for(
                lambda: len(lines()) >= count and not webhook._in_flight, timeout=PATIENCE_S
            ), lines()
        return lines()


@contextmanager
def running(folder, **changes):
    """Serve the imitated Bot API, with fields of its specification changed."""
    clock = StandingClock(START)
    clock.start_thread()
    record = Record(folder / "record.jsonl", clock)
    sandbox = TelegramSandbox(clock, record, replace(SPEC, **changes))
    served = serve(sandbox)
    bot = Bot(sandbox, clock, record, served.url)
    yield bot
    sandbox.close()
    bot.http.clear()
    served.stop()
    clock.stop()
    record.close()


class Hook:
    """The bot's end of a webhook: keeps what is posted, and answers as told, by default 200 with nothing."""

    def __init__(self):
        self.posted = []
        self.answers = []
        self.arrived = threading.Condition()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with hook.arrived:
                    hook.posted.append((self.path, dict(self.headers), json.loads(body)))
                    status, headers, answer = hook.answers.pop(0) if hook.answers else (200, {}, b"")
                    hook.arrived.notify_all()
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/telegram?bot=ops"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def until(self, count):
        """Wait in wall time until so many posts have come; return their updates."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.posted) >= count, timeout=PATIENCE_S), self.posted
        return [update for _, _, update in self.posted]

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
