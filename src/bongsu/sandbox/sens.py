"""The imitated SMS gateway (Naver Cloud SENS v2): accepts, lists, delivers late, and can lose an answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from bongsu.sandbox.faults_control import control_faults
from bongsu.sandbox.http import json_response
from bongsu.sandbox.sens_messages import (
    BYTES_MAX,
    DELIVERED,
    KST,
    Message,
    read_list_query,
    sms_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.faults import Fault, FaultBook
    from bongsu.sandbox.record import Record

OPERATIONS = frozenset({"send", "list", "result"})
# The gateway refuses a time stamp further than this from its own clock.
CLOCK_SKEW_MAX = timedelta(minutes=5)
RECIPIENTS_MAX = 100
HISTORY = timedelta(days=90)
CALLER_NOT_REGISTERED = "3023"
CANNOT_CONVERT = "3022"
REFUSED_BY_RECIPIENT = "3006"
# The gateway's error codes by HTTP status, where a fault names no other.
GATEWAY_CODES = {
    400: "100",
    401: "200",
    403: "220",
    404: "300",
    413: "430",
    429: "420",
    500: "900",
    503: "500",
    504: "510",
}
_DIGITS = re.compile(r"\d{8,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SensSpec:
    """One SMS service, its key, and how messages fare.

    `fail_nth` maps the nth message since the world's start (counted from 1) to its late failure code, `fail_to`
    a recipient to one. `latency_ms` maps send, list or result to wall milliseconds.
    """

    service_id: str = "ncp:sms:kr:100000000001:example"
    access_key: str = "EXAMPLEACCESSKEY0001"
    secret_key: str = "example-secret-key-not-real-000000000000"
    from_numbers: tuple[str, ...] = ("0200000000",)
    opted_out: tuple[str, ...] = ()
    delivery_delay_ms: int = 400
    list_lag_ms: int = 0
    page_size_max: int = 100
    none_is_404: bool = False
    refuse_unsendable_text: bool = False
    fail_nth: Mapping[int, str] = field(default_factory=dict)
    fail_to: Mapping[str, str] = field(default_factory=dict)
    latency_ms: Mapping[str, int] = field(default_factory=dict)


class _Refused(Exception):
    def __init__(self, status: int, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code or GATEWAY_CODES.get(status, str(status))

    def response(self) -> Response:
        body = {"error": {"errorCode": self.code, "message": str(self)}}
        return json_response(body, status=self.status)


def _ordered_error(fault: Fault) -> Response:
    response = _Refused(fault.answered_status, fault.message, code=fault.code).response()
    if fault.kind == "rate_limit":
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


class Sens:
    """A WSGI application that stands for the gateway."""

    def __init__(self, clock: SandboxClock, record: Record, spec: SensSpec, *, faults: FaultBook, seed: int) -> None:
        self._clock = clock
        self._record = record
        self._spec = spec
        self._faults = faults
        self._random = Random(f"sens {seed}")
        self._lock = threading.Lock()
        self._messages: list[Message] = []
        self._sent = 0
        self._base = f"/sms/v2/services/{spec.service_id}/messages"

    def remember(self, messages: Iterable[Message]) -> None:
        """Add messages of the past; they do not count for `fail_nth`."""
        with self._lock:
            self._messages.extend(messages)
            self._messages.sort(key=lambda message: message.requested_at)

    def new_ids(self, when: datetime) -> tuple[str, str]:
        """Return a request id and a message id of the gateway's look; nothing can be read off them."""
        day = when.astimezone(KST).strftime("%Y%m%d")
        return f"VORSSA-{day}-{self._random.getrandbits(64):016x}", f"VOMSSA-{self._random.getrandbits(64):016x}"

    def outbox(self) -> list[dict[str, Any]]:
        """Return what customers got by now since the world began, oldest first: the truth for exactly-once tests."""
        with self._lock:
            now = self._clock.now()
            return [
                {"to": one.to, "from": one.sender, "content": one.content, "request_id": one.request_id,
                 "truncated": one.truncated, "unlabelled_ad": one.unlabelled_ad}
                for one in self._messages
                if one.fate == DELIVERED and now >= one.completes_at and not one.before_the_world
            ]  # fmt: skip

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        if request.path.startswith("/__sandbox__/"):
            return self._control(request)(environ, start_response)
        operation = self._operation(request)
        facts: dict[str, object] = {}
        self._faults.pause(self._spec.latency_ms.get(operation, 0))
        played = self._faults.play(
            "sens", operation, act=lambda: self._answer(operation, request, facts), refuse=_ordered_error
        )
        self._record.write("sens", operation, **{**facts, **played.facts})
        return played.response(environ, start_response)

    def _operation(self, request: Request) -> str:
        path = unquote(request.path)
        if path == self._base:
            return {"POST": "send", "GET": "list"}.get(request.method, "unknown")
        if request.method == "GET" and path.startswith(self._base + "/"):
            return "result"
        return "unknown"

    def _answer(self, operation: str, request: Request, facts: dict[str, object]) -> Response:
        try:
            self._check_signature(request)
            return self._do(operation, request, facts)
        except _Refused as refused:
            return refused.response()

    def _do(self, operation: str, request: Request, facts: dict[str, object]) -> Response:
        match operation:
            case "send":
                return self._send(request.get_data(), facts)
            case "list":
                return self._list(dict(request.args))
            case "result":
                return self._result(unquote(request.path).rpartition("/")[2])
        raise _Refused(404, "no such service or operation")

    def _check_signature(self, request: Request) -> None:
        stamp = request.headers.get("x-ncp-apigw-timestamp", "")
        key = request.headers.get("x-ncp-iam-access-key", "")
        given = request.headers.get("x-ncp-apigw-signature-v2", "")
        if not stamp.isdigit() or key != self._spec.access_key:
            raise _Refused(401, "authentication failed")
        now_ms = int(self._clock.now().timestamp() * 1000)
        if abs(now_ms - int(stamp)) > CLOCK_SKEW_MAX // timedelta(milliseconds=1):
            raise _Refused(401, "authentication failed: time stamp")
        # Signed is the path with its query exactly as sent, so the raw text is taken and not the parsed one.
        raw = str(request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI"))
        text = f"{request.method} {raw}\n{stamp}\n{key}"
        digest = hmac.new(self._spec.secret_key.encode(), text.encode(), hashlib.sha256).digest()
        if not hmac.compare_digest(base64.b64encode(digest).decode(), given):
            raise _Refused(401, "authentication failed: signature")

    def _send(self, body: bytes, facts: dict[str, object]) -> Response:
        try:
            asked = dict(json.loads(body))
        except ValueError:
            raise _Refused(400, "the body is no JSON object") from None
        messages = asked.get("messages")
        if not isinstance(messages, list) or not 1 <= len(messages) <= RECIPIENTS_MAX:
            raise _Refused(400, f"messages must hold 1 to {RECIPIENTS_MAX} recipients")
        kind = str(asked.get("type", "")).upper()
        if kind not in BYTES_MAX or not _DIGITS.fullmatch(str(asked.get("from", ""))):
            raise _Refused(400, "type or from is missing or malformed")
        now = self._clock.now()
        with self._lock:
            request_id, _ = self.new_ids(now)
            made = [self._message(asked, one, request_id=request_id, now=now) for one in messages]
            self._messages.extend(made)
        facts |= {"request_id": request_id, "messages": len(made), "fates": [one.fate for one in made]}
        answer = {
            "requestId": request_id,
            "requestTime": f"{now.astimezone(KST):%Y-%m-%dT%H:%M:%S.%f}"[:-3],
            "statusCode": "202",
            "statusName": "success",
        }
        return json_response(answer, status=202)

    def _message(self, asked: dict[str, Any], one: dict[str, Any], *, request_id: str, now: datetime) -> Message:
        to = str(one.get("to", ""))
        content = one.get("content") or asked.get("content")
        if not _DIGITS.fullmatch(to) or not isinstance(content, str) or not content:
            raise _Refused(400, "a recipient's number or text is missing or malformed")
        kind = str(asked["type"]).upper()
        content_type = str(asked.get("contentType", "COMM"))
        size = sms_bytes(content)
        if size is None and self._spec.refuse_unsendable_text:
            raise _Refused(400, "the text holds characters that cannot be sent")
        self._sent += 1
        return Message(
            request_id=request_id,
            message_id=self.new_ids(now)[1],
            requested_at=now,
            completes_at=now + timedelta(milliseconds=self._spec.delivery_delay_ms),
            kind=kind,
            content_type=content_type,
            country=str(asked.get("countryCode", "82")),
            sender=str(asked["from"]),
            to=to,
            subject=str(one.get("subject") or asked.get("subject") or ""),
            content=content,
            fate=self._fate(asked, to=to, size=size),
            truncated=size is not None and size > BYTES_MAX[kind],
            unlabelled_ad=content_type == "AD" and not content.startswith("(광고)"),
        )

    def _fate(self, asked: dict[str, Any], *, to: str, size: int | None) -> str:
        if asked["from"] not in self._spec.from_numbers:
            return CALLER_NOT_REGISTERED
        if size is None:
            return CANNOT_CONVERT
        if asked.get("contentType") == "AD" and to in self._spec.opted_out:
            return REFUSED_BY_RECIPIENT
        return self._spec.fail_to.get(to) or self._spec.fail_nth.get(self._sent, DELIVERED)

    def _list(self, args: dict[str, str]) -> Response:
        try:
            query = read_list_query(args)
            size = min(int(args.get("pageSize", self._spec.page_size_max)), self._spec.page_size_max)
            first = int(args.get("nextToken", "0"))
        except ValueError as error:
            raise _Refused(400, f"bad query: {error}") from None
        now = self._clock.now()
        listed_until = now - timedelta(milliseconds=self._spec.list_lag_ms)
        with self._lock:
            found = [
                one
                for one in self._messages
                if now - HISTORY <= one.requested_at <= listed_until and query.wants(one, now)
            ]
        if not found and self._spec.none_is_404:
            return Response(b"", status=404)
        page = found[first : first + size]
        more = first + size < len(found)
        answer: dict[str, Any] = {
            "statusCode": "202",
            "statusName": "success",
            "messages": [one.list_row(now) for one in page],
            "pageSize": size,
            "itemCount": len(page),
            "hasMore": more,
        }
        if more:
            answer["nextToken"] = str(first + size)
        return json_response(answer)

    def _result(self, message_id: str) -> Response:
        now = self._clock.now()
        with self._lock:
            found = [one.result_row(now) for one in self._messages if one.message_id == message_id]
        if not found:
            raise _Refused(404, "no such message")
        return json_response({"statusCode": "200", "statusName": "success", "messages": found})

    def _control(self, request: Request) -> Response:
        faults = control_faults(self._faults, request, service="sens")
        if faults is not None:
            return faults
        if request.path == "/__sandbox__/outbox":
            return json_response(self.outbox())
        return Response(status=404)
