"""SensClient: send one text, list what was accepted, read one result.

SENS takes no idempotency key. A send therefore ends in one of four ways, and only the first three are known:

    Accepted   202 with a request id: accepted, not delivered
    Refused    4xx: SENS says that it did not take it
    NotSent    no byte left this machine, or the text was refused here
    InDoubt    anything else; look in the list before sending again

No call is repeated here: when to try again is the caller's decision.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import urllib3

from sens.limits import MessageType, problem_of
from sens.signature import headers as signed_headers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

KST = timezone(timedelta(hours=9))
PAGE_SIZE = 100
PAGES_MAX = 100
KEPT_BODY_BYTES = 500
# Raised before any byte of the request left: the connection was never there.
_NEVER_LEFT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.LocationValueError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One message to one recipient; numbers are digits only."""

    to: str = field(repr=False)
    from_number: str
    content: str = field(repr=False)
    type: MessageType = MessageType.LMS
    content_type: str = "COMM"
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """SENS took the message; whether it arrives is another question. `request_time` is opaque text."""

    request_id: str
    request_time: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """SENS did not take the message. `code` is the gateway's errorCode or empty; `retry_after_s` if it said."""

    status: int
    code: str
    retry_after_s: int | None
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """Nothing left this machine."""

    reason: str
    may_retry: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InDoubt:
    """SENS may or may not have taken the message."""

    reason: str
    status: int | None = None


SendOutcome = Accepted | Refused | NotSent | InDoubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as SENS lists it; `status_code` means something only when `status` is COMPLETED."""

    request_id: str
    message_id: str
    status: str
    status_code: str | None
    status_name: str | None
    type: str
    to: str = field(repr=False)
    from_number: str
    request_time: str
    content: str | None = field(default=None, repr=False)
    subject: str | None = None

    @property
    def completed(self) -> bool:
        """Whether the result is final."""
        return self.status == "COMPLETED"

    @property
    def delivered(self) -> bool:
        """Whether the carrier reports it as delivered."""
        return self.completed and self.status_code == "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageList:
    """Every message that matched, each once, and the raw bytes of each page in order."""

    messages: tuple[Message, ...]
    pages: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageResult:
    """The messages of one message id (None found: empty) and the raw bytes of the answer."""

    messages: tuple[Message, ...]
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFailed:
    """A read that gave no answer to rely on; `status` is None when there was none at all."""

    reason: str
    status: int | None = None
    raw: bytes = field(default=b"", repr=False)


def new_pool(*, connections: int = 16) -> urllib3.PoolManager:
    """Return a pool for `SensClient`: no retries, no redirects, 3 s to connect, 10 s to read."""
    return urllib3.PoolManager(
        num_pools=4,
        maxsize=connections,
        retries=False,
        timeout=urllib3.Timeout(connect=3.0, read=10.0),
    )


class SensClient:
    """The text messages of one SENS service. Safe to share between threads."""

    def __init__(
        self,
        base_url: str,
        service_id: str,
        access_key: str,
        secret_key: str,
        *,
        pool: urllib3.PoolManager,
        epoch_ms: Callable[[], int],
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._path = f"/sms/v2/services/{service_id}/messages"
        self._access_key = access_key
        self._secret_key = secret_key
        self._pool = pool
        self._epoch_ms = epoch_ms

    def send(self, text: Text) -> SendOutcome:
        """Send one text once and say how that ended."""
        problem = problem_of(type=text.type, content=text.content, subject=text.subject)
        if problem is not None:
            return NotSent(reason=problem, may_retry=False)
        if not (text.to.isascii() and text.to.isdigit()):
            return NotSent(reason="the recipient is not digits only", may_retry=False)
        try:
            answer = self._call("POST", self._path, body=_body_of(text))
        except _NEVER_LEFT as exc:
            return NotSent(reason=type(exc).__name__, may_retry=True)
        except urllib3.exceptions.HTTPError as exc:
            return InDoubt(reason=type(exc).__name__)
        return _outcome(answer)

    def list_by_request(self, request_id: str) -> MessageList | ReadFailed:
        """Return the messages of one accepted request."""
        return self._list({"requestId": request_id})

    def list_by_window(
        self,
        *,
        start_at: datetime,
        end_at: datetime,
        to: str | None = None,
        type: str | None = None,  # noqa: A002
    ) -> MessageList | ReadFailed:
        """Return the messages requested between two aware times (at most 30 days apart), all pages.

        SENS does not state the zone of its list times; Korean time is assumed.
        """
        query = {"requestStartTime": _list_time(start_at), "requestEndTime": _list_time(end_at)}
        if to is not None:
            query["to"] = to
        if type is not None:
            query["type"] = type
        return self._list(query)

    def list_messages(
        self,
        *,
        request_id: str | None = None,
        start_at: datetime | None = None,
        end_at: datetime | None = None,
    ) -> MessageList | ReadFailed:
        """Return the messages of one request, or of a window; one of the two must be named."""
        if request_id is not None:
            return self.list_by_request(request_id)
        if start_at is None or end_at is None:
            raise ValueError("name a request id, or both ends of a window")
        return self.list_by_window(start_at=start_at, end_at=end_at)

    def result(self, message_id: str) -> MessageResult | ReadFailed:
        """Return what became of one message, its text included."""
        answer = self._read(f"{self._path}/{quote(message_id, safe='')}")
        if isinstance(answer, ReadFailed):
            return MessageResult(messages=(), raw=answer.raw) if _is_none(answer) else answer
        return MessageResult(messages=_messages(answer[1]), raw=answer[0])

    def _list(self, query: dict[str, str]) -> MessageList | ReadFailed:
        pages: list[bytes] = []
        found: dict[str, Message] = {}
        token = ""
        for _ in range(PAGES_MAX):
            asked = query | {"pageSize": str(PAGE_SIZE)} | ({"nextToken": token} if token else {})
            # One text for the wire and the signature.
            text = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
            answer = self._read(f"{self._path}?{text}")
            if isinstance(answer, ReadFailed):
                if not _is_none(answer):
                    return answer
                return MessageList(messages=tuple(found.values()), pages=(*pages, answer.raw))
            pages.append(answer[0])
            found |= {message.message_id: message for message in _messages(answer[1])}
            token = str(answer[1].get("nextToken") or "")
            if not token or answer[1].get("hasMore") is False:
                return MessageList(messages=tuple(found.values()), pages=tuple(pages))
        return ReadFailed(reason=f"more than {PAGES_MAX} pages")

    def _read(self, path: str) -> tuple[bytes, dict[str, Any]] | ReadFailed:
        try:
            answer = self._call("GET", path)
        except urllib3.exceptions.HTTPError as exc:
            return ReadFailed(reason=type(exc).__name__)
        if answer.status != 200:
            return ReadFailed(reason=f"http {answer.status}", status=answer.status, raw=answer.data)
        value = _json(answer.data)
        if value is None:
            return ReadFailed(reason="the answer is not a JSON object", status=200, raw=answer.data)
        return answer.data, value

    def _call(self, method: str, path: str, body: bytes | None = None) -> urllib3.BaseHTTPResponse:
        signed = signed_headers(
            method=method,
            path=path,
            timestamp_ms=self._epoch_ms(),
            access_key=self._access_key,
            secret_key=self._secret_key,
        )
        if body is not None:
            signed["Content-Type"] = "application/json; charset=utf-8"
        return self._pool.urlopen(
            method, self._base_url + path, body=body, headers=signed, retries=False, redirect=False
        )


def _body_of(text: Text) -> bytes:
    body: dict[str, Any] = {
        "type": text.type.value,
        "contentType": text.content_type,
        "from": text.from_number,
        "content": text.content,
        "messages": [{"to": text.to}],
    }
    if text.subject is not None:
        body["subject"] = text.subject
    return json.dumps(body, ensure_ascii=False).encode()


def _outcome(answer: urllib3.BaseHTTPResponse) -> SendOutcome:
    value = _json(answer.data) or {}
    if answer.status == 202:
        request_id = value.get("requestId")
        if isinstance(request_id, str) and request_id and value.get("statusName") != "fail":
            request_time = str(value.get("requestTime", ""))
            return Accepted(request_id=request_id, request_time=request_time, raw=answer.data)
        return InDoubt(reason="202 without a request id that counts", status=202)
    if 400 <= answer.status < 500:
        wait = answer.headers.get("Retry-After", "")
        return Refused(
            status=answer.status,
            code=_error_code(value),
            retry_after_s=int(wait) if wait.isdigit() else None,
            raw=answer.data[:KEPT_BODY_BYTES],
        )
    return InDoubt(reason=f"http {answer.status}", status=answer.status)


def _error_code(value: dict[str, Any]) -> str:
    error = value.get("error")
    return str(error.get("errorCode", "")) if isinstance(error, dict) else ""


def _is_none(answer: ReadFailed) -> bool:
    # A query that matches nothing has been seen answered as 404 with an empty body.
    return answer.status == 404 and not answer.raw.strip()


def _json(data: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(data)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _messages(value: dict[str, Any]) -> tuple[Message, ...]:
    items = value.get("messages")
    if not isinstance(items, list):
        return ()
    return tuple(_message(item) for item in items if isinstance(item, dict) and item.get("messageId"))


def _message(item: dict[str, Any]) -> Message:
    def text(name: str) -> str | None:
        value = item.get(name)
        return None if value is None else str(value)

    return Message(
        request_id=text("requestId") or "",
        message_id=text("messageId") or "",
        status=text("status") or "",
        status_code=text("statusCode"),
        status_name=text("statusName"),
        type=text("type") or "",
        to=text("to") or "",
        from_number=text("from") or "",
        request_time=text("requestTime") or "",
        content=text("content"),
        subject=text("subject"),
    )


def _list_time(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("the times of a window need a zone")
    return at.astimezone(KST).strftime("%Y-%m-%d %H:%M:%S")
