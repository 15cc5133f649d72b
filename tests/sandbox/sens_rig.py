"""An SMS gateway over HTTP, asked by hand: nothing here knows the client that the workload uses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote

import urllib3
from tests.sandbox.standing import StandingClock

from bongsu.sandbox.faults import FaultBook
from bongsu.sandbox.http import holding, serve
from bongsu.sandbox.record import Record
from bongsu.sandbox.sens import OPERATIONS, Sens, SensSpec

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
SERVICE = "ncp:sms:kr:100000000001:example"
KST = timezone(timedelta(hours=9))
BASE = f"/sms/v2/services/{SERVICE}/messages"


def signature(method, path, stamp, spec):
    text = f"{method} {path}\n{stamp}\n{spec.access_key}"
    return base64.b64encode(hmac.new(spec.secret_key.encode(), text.encode(), hashlib.sha256).digest()).decode()


class Gateway:
    def __init__(self, folder, **spec):
        self.spec = SensSpec(**spec)
        self.clock = StandingClock(START)
        self.clock.start_thread()
        self.record = Record(folder / "record.jsonl", self.clock)
        self.faults = FaultBook(self.clock, known={"sens": OPERATIONS})
        self.sens = Sens(self.clock, self.record, self.spec, faults=self.faults, seed=1)
        self.served = serve(holding(self.clock, self.sens))
        self.http = urllib3.PoolManager(retries=False)
        self.participant = self.clock.join("test")

    def call(self, method, path, *, body=None, skew=timedelta(0), sign=None, **headers):
        """Call with a signature of our own; return the status and the JSON answer, None when it is empty."""
        stamp = str(int((self.clock.now() + skew).timestamp() * 1000))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "x-ncp-apigw-timestamp": stamp,
            "x-ncp-iam-access-key": self.spec.access_key,
            "x-ncp-apigw-signature-v2": sign or signature(method, path, stamp, self.spec),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        headers = {name: value for name, value in headers.items() if value is not None}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        answer = self.http.request(method, self.served.url + path, body=data, headers=headers)
        return answer.status, (json.loads(answer.data) if answer.data else None)

    def send(self, *recipients, **changes):
        body = {
            "type": "LMS", "contentType": "COMM", "from": "0200000000", "subject": "안내", "content": "예약 안내입니다",
            "messages": [{"to": to} for to in recipients or ("01000000001",)], **changes,
        }  # fmt: skip
        return self.call("POST", BASE, body=body)

    def listed(self, **args):
        query = "&".join(f"{name}={quote(value)}" for name, value in args.items())
        return self.call("GET", f"{BASE}?{query}")

    def rows(self, **args):
        """Return every message requested since the start, as the list shows them."""
        now = (self.clock.now() + timedelta(days=1)).astimezone(KST)
        span = {"requestStartTime": "2025-10-22 00:00:00", "requestEndTime": f"{now:%Y-%m-%d %H:%M:%S}"}
        return self.listed(**span, **args)[1]["messages"]

    def control(self, method, what, body=None, *, prefix="__sandbox__"):
        answer = self.http.request(method, f"{self.served.url}/{prefix}/{what}", json=body)
        return answer.status, answer.json()

    def pass_time(self, **delta):
        self.clock.wait(self.participant, self.clock.now() + timedelta(**delta))

    def close(self):
        self.http.clear()
        self.served.stop()
        self.clock.stop()
        self.record.close()
