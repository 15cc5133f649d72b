"""Small imitations of the partner site and of SENS, on real sockets, with real behaviour and faults by request."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

SERVICE_ID = "ncp:sms:kr:100000000001:example"
ACCESS_KEY = "EXAMPLEACCESSKEY" + "0001"
SECRET_KEY = "example-secret-key-not-real-" + "0" * 12


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    owner: object


@contextmanager
def _serving(handler, owner):
    server = _Server(("127.0.0.1", 0), handler)
    server.owner = owner
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class FakeNaver:
    """Bookings by store; `auth` signs everybody out; `broken` maps a store to a status.

    `after_page` maps a page to the bookings that there are once it was read; `details` a booking's id to what it has
    become since it was listed, None for gone.
    """

    bookings: list[dict] = field(default_factory=list)
    latency_s: float = 0.0
    auth: str = "ok"
    broken: dict[str, int] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    cookies: list[tuple[str, str]] = field(default_factory=list)
    after_page: dict[int, list[dict]] = field(default_factory=dict)
    details: dict[int, dict | None] = field(default_factory=dict)
    now: str = "2025-10-22T14:00:00+09:00"
    url: str = ""

    @contextmanager
    def serve(self):
        with _serving(_NaverHandler, self) as self.url:
            yield self

    def select(self, store, query):
        statuses = query["bookingStatusCodes"][0].split(",")
        found = [one for one in self.bookings if one["businessId"] == int(store)]
        found = [one for one in found if one["bookingStatusCode"] in statuses]
        if "startDateTime" in query:
            low, high = query["startDateTime"][0][:19], query["endDateTime"][0][:19]
            found = [one for one in found if low <= one["snapshotJson"]["startDateTime"][:19] <= high]
        return sorted(found, key=lambda one: (str(one["snapshotJson"].get("startDateTime")), one["bookingId"]))


class _NaverHandler(_Quiet):
    def do_GET(self):
        fake = self.server.owner
        if self.path == "/clock":
            return self.answer(200, {"now": fake.now})
        time.sleep(fake.latency_s)
        fake.requests.append(self.path)
        parts = urlsplit(self.path)
        store = parts.path.split("/businesses/")[1].split("/")[0]
        cookie = self.headers.get("cookie", "")
        fake.cookies.append((self.path, cookie))
        signed_in = fake.auth == "ok" and "NID_AUT=" in cookie and "NID_SES=" in cookie
        if fake.auth in {"401", "403"}:
            return self.answer(int(fake.auth))
        if fake.auth == "html":
            return self.answer(200, b"<html><form id=frmNIDLogin></form></html>")
        if not signed_in:
            return self.answer(302, headers=[("Location", "https://nid.naver.com/nidlogin.login")])
        if store in fake.broken:
            return self.answer(fake.broken[store])
        number = parts.path.rpartition("/")[2]
        if number.isdigit():
            listed = [
                one for one in fake.bookings if (one["businessId"], one["bookingId"]) == (int(store), int(number))
            ]
            one = fake.details.get(int(number), listed[0])
            return self.answer(404) if one is None else self.answer(200, one)
        found = fake.select(store, parse_qs(parts.query))
        if parts.path.endswith("/count"):
            if self.headers.get("x-booking-naver-role") != "OWNER":
                return self.answer(403)
            return self.answer(200, {"count": len(found)})
        query = parse_qs(parts.query)
        size, page = int(query["size"][0]), int(query["page"][0])
        self.answer(200, found[page * size : (page + 1) * size])
        # The set moves between two page reads.
        fake.bookings = fake.after_page.pop(page, fake.bookings)
        return None


@dataclass
class FakeSens:
    """Accepts, lists and delivers; `faults` maps the n-th send (from 1) to what goes wrong with it.

    `unlisted` are requests that no list of a window shows, and only a question by their own id.
    """

    latency_s: float = 0.0
    faults: dict[int, str] = field(default_factory=dict)
    late_codes: dict[str, str] = field(default_factory=dict)
    ready_polls: int = 0
    page_size: int = 100
    outbox: list[dict] = field(default_factory=list)
    unlisted: set[str] = field(default_factory=set)
    refused_signatures: int = 0
    opted_out: dict[str, str] = field(default_factory=dict)
    optout_status: int = 200
    sends: int = 0
    lists: int = 0
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def serve(self):
        with _serving(_SensHandler, self) as self.url:
            yield self

    def shown(self, one, *, full=False):
        done = self.lists > self.ready_polls
        code = self.late_codes.get(one["to"], "0")
        item = {name: one[name] for name in ("requestId", "messageId", "requestTime", "type", "to", "from")}
        item |= {"contentType": "COMM", "countryCode": "82", "status": "COMPLETED" if done else "READY"}
        item |= {"statusCode": code, "statusName": "success" if code == "0" else "fail"} if done else {}
        return item | ({"content": one["content"], "subject": one["subject"]} if full else {})


class _SensHandler(_Quiet):
    def signed(self, method):
        stamp = self.headers.get("x-ncp-apigw-timestamp", "")
        text = f"{method} {self.path}\n{stamp}\n{ACCESS_KEY}"
        digest = hmac.new(SECRET_KEY.encode(), text.encode(), hashlib.sha256).digest()
        good = base64.b64encode(digest).decode() == self.headers.get("x-ncp-apigw-signature-v2")
        if not good:
            self.server.owner.refused_signatures += 1
            self.answer(401, {"error": {"errorCode": "200", "message": "Authentication Failed"}})
        return good

    def do_DELETE(self):
        for one in json.loads(self.rfile.read(int(self.headers["Content-Length"]))):
            self.server.owner.opted_out.pop(one["clientTelNo"], None)
        self.answer(204)

    def do_POST(self):
        fake = self.server.owner
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(fake.latency_s)
        if not self.signed("POST"):
            return None
        if self.path.endswith("/unsubscribes"):
            fake.opted_out |= {one["clientTelNo"]: "M" for one in body} if fake.optout_status == 200 else {}
            return self.answer(201 if fake.optout_status == 200 else fake.optout_status)
        with fake.lock:
            fake.sends += 1
            number = fake.sends
        fault = fake.faults.get(number, "")
        if fault.startswith("refuse:"):
            status = int(fault.split(":")[1])
            headers = [("Retry-After", "0")] if status == 429 else []
            return self.answer(status, {"error": {"errorCode": "400", "message": "no"}}, headers)
        request_id = f"VORSSA-{number:04d}"
        if fault != "lose":
            entry = {
                "requestId": request_id,
                "messageId": f"0-ESA-{number:06d}",
                "requestTime": f"2025-10-22T14:00:00.{number:03d}",
                "type": body["type"],
                "contentType": body.get("contentType", "COMM"),
                "from": body["from"],
                "to": body["messages"][0]["to"],
                "content": body["content"],
                "subject": body.get("subject"),
            }
            with fake.lock:
                fake.outbox.append(entry)
        if fault in {"accept_then_drop", "lose"}:
            self.close_connection = True
            return None
        if fault.startswith("accept_then:"):
            return self.answer(int(fault.split(":")[1]), {"error": {"errorCode": "900", "message": "?"}})
        answer = {"requestId": request_id, "requestTime": "t", "statusCode": "202", "statusName": "success"}
        return self.answer(202, answer)

    def do_GET(self):
        fake = self.server.owner
        time.sleep(fake.latency_s)
        if not self.signed("GET"):
            return None
        if self.path.endswith("/unsubscribes"):
            rows = [{"clientTelNo": number, "registerType": how} for number, how in fake.opted_out.items()]
            return self.answer(fake.optout_status, rows)
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with fake.lock:
            fake.lists += 1
            entries = list(fake.outbox)
        tail = unquote(parts.path.split("/messages")[1]).strip("/")
        if tail:
            found = [fake.shown(one, full=True) for one in entries if one["messageId"] == tail]
            return self.answer(200, {"statusCode": "200", "statusName": "success", "messages": found})
        found = [one for one in entries if query.get("requestId", one["requestId"]) == one["requestId"]]
        found = [one for one in found if query.get("to", one["to"]) == one["to"]]
        found = found if "requestId" in query else [one for one in found if one["requestId"] not in fake.unlisted]
        if not found:
            return self.answer(404)
        start = int(query.get("nextToken", "0"))
        size = min(int(query.get("pageSize", "10")), fake.page_size)
        page = [fake.shown(one) for one in found[start : start + size]]
        more = start + size < len(found)
        answer = {"statusCode": "202", "statusName": "success", "messages": page, "hasMore": more}
        return self.answer(200, answer | ({"nextToken": str(start + size)} if more else {}))


@dataclass
class FakeChats:
    """Telegram and Slack in one: keeps what it is told; `status` and `ok` are how it answers."""

    heard: list[tuple[str, str, dict]] = field(default_factory=list)
    status: int = 200
    ok: bool = True
    url: str = ""

    @contextmanager
    def serve(self):
        with _serving(_ChatHandler, self) as self.url:
            yield self

    def texts(self, ending):
        return [body["text"] for path, _, body in self.heard if path.endswith(ending)]


class _ChatHandler(_Quiet):
    def do_POST(self):
        fake = self.server.owner
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fake.heard.append((self.path, self.headers.get("Authorization", ""), body))
        self.answer(fake.status, {"ok": fake.ok})
