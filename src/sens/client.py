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
from sens.wire import NotSent, ReadFailed, SendOutcome, Wire, is_none

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

KST = timezone(timedelta(hours=9))
PAGE_SIZE = 100
PAGES_MAX = 100


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
    way: str = "sms"
    """How it reached the customer: `sms`, `alimtalk`, or `sms_failover` in an AlimTalk's place."""
    fails_over: bool = False
    """Whether a text message takes its place when it cannot be delivered."""

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


def new_pool(*, connections: int = 16, answer_s: float = 10.0) -> urllib3.PoolManager:
    """Return a pool for `SensClient`: no retries, no redirects, 3 s to connect, `answer_s` to read."""
    return urllib3.PoolManager(
        num_pools=4,
        maxsize=connections,
        retries=False,
        timeout=urllib3.Timeout(connect=3.0, read=answer_s),
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
        self._path = f"/sms/v2/services/{service_id}/messages"
        self._wire = Wire(base_url, access_key, secret_key, pool=pool, epoch_ms=epoch_ms)

    def send(self, text: Text) -> SendOutcome:
        """Send one text once and say how that ended."""
        problem = problem_of(type=text.type, content=text.content, subject=text.subject)
        if problem is not None:
            return NotSent(reason=problem, may_retry=False)
        if not (text.to.isascii() and text.to.isdigit()):
            return NotSent(reason="the recipient is not digits only", may_retry=False)
        return self._wire.send(self._path, _body_of(text))

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
        query = {"requestStartTime": list_time(start_at), "requestEndTime": list_time(end_at)}
        if to is not None:
            query["to"] = to
        if type is not None:
            query["type"] = type
        return self._list(query)

    def result(self, message_id: str) -> MessageResult | ReadFailed:
        """Return what became of one message, its text included."""
        answer = self._wire.read(f"{self._path}/{quote(message_id, safe='')}")
        if isinstance(answer, ReadFailed):
            return MessageResult(messages=(), raw=answer.raw) if is_none(answer) else answer
        return MessageResult(messages=messages_of(answer[1], _message), raw=answer[0])

    def _list(self, query: dict[str, str]) -> MessageList | ReadFailed:
        return list_pages(self._wire, self._path, query, message_of=_message)


def list_pages(
    wire: Wire, path: str, query: dict[str, str], *, message_of: Callable[[dict[str, Any]], Message]
) -> MessageList | ReadFailed:
    """Return every message that a list call finds, all pages, each message once."""
    pages: list[bytes] = []
    found: dict[str, Message] = {}
    token = ""
    for _ in range(PAGES_MAX):
        asked = query | {"pageSize": str(PAGE_SIZE)} | ({"nextToken": token} if token else {})
        # One text for the wire and the signature.
        text = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
        answer = wire.read(f"{path}?{text}")
        if isinstance(answer, ReadFailed):
            if not is_none(answer):
                return answer
            return MessageList(messages=tuple(found.values()), pages=(*pages, answer.raw))
        pages.append(answer[0])
        found |= {one.message_id: one for one in messages_of(answer[1], message_of)}
        token = str(answer[1].get("nextToken") or "")
        if not token or answer[1].get("hasMore") is False:
            return MessageList(messages=tuple(found.values()), pages=tuple(pages))
    return ReadFailed(reason=f"more than {PAGES_MAX} pages")


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


def messages_of(value: dict[str, Any], message_of: Callable[[dict[str, Any]], Message]) -> tuple[Message, ...]:
    """Return the messages of an answer, without what is no message."""
    items = value.get("messages")
    if not isinstance(items, list):
        return ()
    return tuple(message_of(item) for item in items if isinstance(item, dict) and item.get("messageId"))


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


def list_time(at: datetime) -> str:
    """Return a moment as list calls take it: in Korean time."""
    if at.tzinfo is None:
        raise ValueError("the times of a window need a zone")
    return at.astimezone(KST).strftime("%Y-%m-%d %H:%M:%S")
