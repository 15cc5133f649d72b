"""AlimtalkClient: send one approved notice over KakaoTalk, with a text message in its place where that fails.

The text must be that of its approved template. SENS itself sends the text message when KakaoTalk cannot deliver. A
send ends in the same four ways as a text's, and takes no idempotency key either.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sens.client import Message, MessageList, MessageResult, Text, list_pages, list_time
from sens.limits import problem_of
from sens.wire import (
    KEPT_BODY_BYTES,
    Accepted,
    NotSent,
    ReadFailed,
    Refused,
    SendOutcome,
    Wire,
    is_none,
    json_object,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import urllib3

TYPE = "ALIMTALK"
TAKEN = "A000"
DELIVERED = "0000"
ENDED = frozenset({"success", "fail"})
BUSINESS_MISTAKE = "B"
"""Result codes that begin so have no text message in their place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One AlimTalk; `instead` is the text message that takes its place, to the same number with the same words."""

    template: str
    instead: Text = field(repr=False)


class AlimtalkClient:
    """The AlimTalks of one KakaoTalk channel. Safe to share between threads."""

    def __init__(
        self,
        base_url: str,
        service_id: str,
        access_key: str,
        secret_key: str,
        *,
        channel: str,
        pool: urllib3.PoolManager,
        epoch_ms: Callable[[], int],
    ) -> None:
        self.channel = channel
        self._path = f"/alimtalk/v2/services/{service_id}/messages"
        self._wire = Wire(base_url, access_key, secret_key, pool=pool, epoch_ms=epoch_ms)

    def send(self, notice: Notice) -> SendOutcome:
        """Send one notice once and say how that ended."""
        text = notice.instead
        problem = problem_of(type=text.type, content=text.content, subject=text.subject)
        if problem is not None:
            return NotSent(reason=problem, may_retry=False)
        return _judged(self._wire.send(self._path, _body_of(notice, self.channel)))

    def list_by_request(self, request_id: str) -> MessageList | ReadFailed:
        """Return the notices of one accepted request."""
        return self._list({"requestId": request_id})

    def list_by_window(
        self, *, start_at: datetime, end_at: datetime, to: str | None = None
    ) -> MessageList | ReadFailed:
        """Return the notices requested between two aware times, all pages."""
        query = {
            "plusFriendId": self.channel,
            "requestStartTime": list_time(start_at),
            "requestEndTime": list_time(end_at),
        }
        return self._list(query | ({} if to is None else {"to": to}))

    def result(self, message_id: str) -> MessageResult | ReadFailed:
        """Return what became of one notice, its text included."""
        answer = self._wire.read(f"{self._path}/{quote(message_id, safe='')}")
        if isinstance(answer, ReadFailed):
            return MessageResult(messages=(), raw=answer.raw) if is_none(answer) else answer
        return MessageResult(messages=(self._message(answer[1]),), raw=answer[0])

    def _list(self, query: dict[str, str]) -> MessageList | ReadFailed:
        return list_pages(self._wire, self._path, query, message_of=self._message)

    def _message(self, item: dict[str, Any]) -> Message:
        ended = item.get("messageStatusName") in ENDED
        code = None if item.get("messageStatusCode") is None else str(item["messageStatusCode"])
        content = item.get("content")
        return Message(
            request_id=str(item.get("requestId") or ""),
            message_id=str(item.get("messageId") or ""),
            status="COMPLETED" if ended else "PROCESSING",
            # A text's own word for delivered, so that one reader serves both.
            status_code="0" if code == DELIVERED else code,
            status_name=item.get("messageStatusName"),
            type=TYPE,
            to=str(item.get("to") or ""),
            from_number=self.channel,
            request_time=str(item.get("requestTime") or ""),
            content=None if content is None else str(content),
            way="alimtalk",
            fails_over=bool(item.get("useSmsFailover")) and not (code or "").startswith(BUSINESS_MISTAKE),
        )


def _judged(outcome: SendOutcome) -> SendOutcome:
    """Return a refusal where SENS took the request and refused the one recipient in it."""
    if not isinstance(outcome, Accepted):
        return outcome
    items = (json_object(outcome.raw) or {}).get("messages")
    first = items[0] if isinstance(items, list) and items else None
    code = first.get("requestStatusCode") if isinstance(first, dict) else None
    if code in {None, TAKEN}:
        return outcome
    return Refused(status=202, code=f"notice {code}", retry_after_s=None, raw=outcome.raw[:KEPT_BODY_BYTES])


def _body_of(notice: Notice, channel: str) -> bytes:
    text = notice.instead
    config = {"type": text.type.value, "from": text.from_number, "content": text.content}
    if text.subject is not None:
        config["subject"] = text.subject
    message = {"to": text.to, "content": text.content, "useSmsFailover": True, "failoverConfig": config}
    body = {"plusFriendId": channel, "templateCode": notice.template, "messages": [message]}
    return json.dumps(body, ensure_ascii=False).encode()
