"""Both ways to a customer as one: a text, or an AlimTalk with a text in its place. One intent, one request, one result.

Nobody outside SENS knows under which request a text that takes a notice's place is listed. It is therefore found as
any lost text is: by recipient and words. Until it is found, the notice counts as under way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from naver_sms.record import KST
from sens import Message, MessageList, MessageResult, Notice, ReadFailed, Text

if TYPE_CHECKING:
    from sens import AlimtalkClient, SendOutcome, SensClient


LOOKED_FOR = timedelta(hours=1)
"""How long after a notice the text in its place may be requested."""


class Gateway(Protocol):
    """What sending and settling ask of SENS."""

    def send(self, message: Text | Notice) -> SendOutcome:
        """Send one message once."""
        ...

    def list_by_request(self, request_id: str) -> MessageList | ReadFailed:
        """Return the messages of one accepted request."""
        ...

    def list_by_window(
        self, *, start_at: datetime, end_at: datetime, to: str | None = None
    ) -> MessageList | ReadFailed:
        """Return the messages requested between two aware times."""
        ...

    def result(self, message_id: str) -> MessageResult | ReadFailed:
        """Return what became of one message, its text included."""
        ...


class TextGateway:
    """Texts alone: a notice goes out as the text that would take its place."""

    def __init__(self, sens: SensClient) -> None:
        self._sens = sens
        self.list_by_request = sens.list_by_request
        self.list_by_window = sens.list_by_window
        self.result = sens.result

    def send(self, message: Text | Notice) -> SendOutcome:
        """Send one text once."""
        return self._sens.send(message.instead if isinstance(message, Notice) else message)


class NoticeGateway:
    """Texts, and AlimTalks of one channel."""

    def __init__(self, sens: SensClient, alimtalk: AlimtalkClient) -> None:
        self._sens = sens
        self._alimtalk = alimtalk

    def send(self, message: Text | Notice) -> SendOutcome:
        """Send one message once, each its own way."""
        return self._alimtalk.send(message) if isinstance(message, Notice) else self._sens.send(message)

    def list_by_request(self, request_id: str) -> MessageList | ReadFailed:
        """Return the notice of a request, with the result of the text in its place; else the texts of the request."""
        notices = self._alimtalk.list_by_request(request_id)
        if isinstance(notices, ReadFailed):
            return notices
        if not notices.messages:
            return self._sens.list_by_request(request_id)
        resolved = [self._resolved(one) for one in notices.messages]
        failed = next((one for one in resolved if isinstance(one, ReadFailed)), None)
        if failed is not None:
            return failed
        kept = tuple(one for one in resolved if isinstance(one, Message))
        return MessageList(messages=kept, pages=notices.pages)

    def list_by_window(
        self, *, start_at: datetime, end_at: datetime, to: str | None = None
    ) -> MessageList | ReadFailed:
        """Return texts and notices; a notice that failed counts as under way until its own request is asked about."""
        texts = self._sens.list_by_window(start_at=start_at, end_at=end_at, to=to)
        notices = self._alimtalk.list_by_window(start_at=start_at, end_at=end_at, to=to)
        if isinstance(texts, ReadFailed):
            return texts
        if isinstance(notices, ReadFailed):
            return notices
        waiting = tuple(_under_way(one) for one in notices.messages)
        return MessageList(messages=(*texts.messages, *waiting), pages=(*texts.pages, *notices.pages))

    def result(self, message_id: str) -> MessageResult | ReadFailed:
        """Return a text's or a notice's result."""
        found = self._sens.result(message_id)
        if isinstance(found, ReadFailed) and found.status != 404:
            return found
        if isinstance(found, MessageResult) and found.messages:
            return found
        notice = self._alimtalk.result(message_id)
        if isinstance(notice, ReadFailed):
            return notice
        return MessageResult(messages=tuple(_under_way(one) for one in notice.messages), raw=notice.raw)

    def _resolved(self, notice: Message) -> Message | ReadFailed:
        """Return a notice with the result of the text that took its place, if one does."""
        if not notice.completed or notice.delivered or not notice.fails_over:
            return notice
        waiting = _under_way(notice)
        start_at = _requested_at(notice)
        if start_at is None:
            return waiting
        listed = self._sens.list_by_window(start_at=start_at, end_at=start_at + LOOKED_FOR, to=notice.to)
        if isinstance(listed, ReadFailed):
            return listed
        for text in listed.messages:
            full = self._sens.result(text.message_id)
            if isinstance(full, ReadFailed):
                return full
            if any(one.content == notice.content for one in full.messages):
                return replace(
                    notice, status=text.status, status_code=text.status_code, status_name=text.status_name,
                    way="sms_failover",
                )  # fmt: skip
        return waiting


def _under_way(notice: Message) -> Message:
    """Return a notice that failed as one under way, when a text takes its place."""
    return replace(notice, status="PROCESSING") if notice.fails_over and not notice.delivered else notice


def _requested_at(notice: Message) -> datetime | None:
    try:
        return datetime.strptime(notice.request_time, "%Y-%m-%d %H:%M:%S").replace(tzinfo=KST)
    except ValueError:
        return None
