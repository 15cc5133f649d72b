"""What the SMS gateway holds: each message, how far it has come by now, and what the customer really got."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

KST = timezone(timedelta(hours=9), "KST")
DELIVERED = "0"
NOT_DELIVERED = "3001"
# Byte limits of the texts, counted in cp949: 2 bytes for a Korean syllable, 1 for ASCII.
BYTES_MAX = {"SMS": 90, "LMS": 2000, "MMS": 2000}
SUBJECT_BYTES_MAX = 40


@dataclass(slots=True, kw_only=True)
class Message:
    """One message to one recipient; `fate` is the code it will complete with, "0" for delivered.

    `received` is the text that reaches the handset, empty for the whole of it. `failover_of` is the message id of
    the AlimTalk that this text stands in for.
    """

    request_id: str
    message_id: str
    requested_at: datetime
    completes_at: datetime
    kind: str
    content_type: str
    country: str
    sender: str
    to: str
    subject: str
    content: str
    fate: str
    received: str = ""
    failover_of: str = ""
    truncated: bool = False
    unlabelled_ad: bool = False
    before_the_world: bool = False

    def status(self, now: datetime) -> str:
        """Return READY, then PROCESSING from half of the way, then COMPLETED."""
        if now >= self.completes_at:
            return "COMPLETED"
        halfway = self.requested_at + (self.completes_at - self.requested_at) / 2
        return "PROCESSING" if now >= halfway else "READY"

    def list_row(self, now: datetime, zone: timezone = KST) -> dict[str, Any]:
        """Return the message as the list shows it: without its text, with a code only when it is completed."""
        row: dict[str, Any] = {
            "requestId": self.request_id,
            "messageId": self.message_id,
            "requestTime": zone_text(self.requested_at, zone),
            "contentType": self.content_type,
            "type": self.kind,
            "countryCode": self.country,
            "from": self.sender,
            "to": self.to,
            "status": self.status(now),
        }
        if row["status"] == "COMPLETED":
            row["completeTime"] = zone_text(self.completes_at, zone)
            row["telcoCode"] = "ETC"
            row["statusCode"] = self.fate
            row["statusName"] = "success" if self.fate == DELIVERED else "fail"
            row["statusMessage"] = "성공" if self.fate == DELIVERED else "실패"
        return row

    def result_row(self, now: datetime, zone: timezone = KST) -> dict[str, Any]:
        """Return the message as its own result shows it: with subject and text as they were requested."""
        return {**self.list_row(now, zone), "subject": self.subject, "content": self.content, "files": []}

    def outbox_row(self) -> dict[str, Any]:
        """Return what the customer got."""
        return {
            "to": self.to,
            "from": self.sender,
            "content": self.received or self.content,
            "request_id": self.request_id,
            "channel": "sms_failover" if self.failover_of else "sms",
            "truncated": self.truncated,
            "unlabelled_ad": self.unlabelled_ad,
        }


class Carrier:
    """The carriers behind the gateway: usually they deliver what it hands on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failing = 0

    def fail_next(self, count: int) -> None:
        """Leave so many of the messages that come next undelivered; 0 takes it back."""
        with self._lock:
            self._failing = count

    def failing(self) -> int:
        """Return how many of the coming messages will not be delivered."""
        with self._lock:
            return self._failing

    def fate(self, usual: str) -> str:
        """Return the code that a message will complete with, `usual` unless it is one of those that fail."""
        with self._lock:
            if usual != DELIVERED or not self._failing:
                return usual
            self._failing -= 1
            return NOT_DELIVERED


def tally(messages: Iterable[Message], now: datetime) -> dict[str, int]:
    """Return how many of the messages since the world began were accepted, delivered, failed, or are on the way."""
    live = [one for one in messages if not one.before_the_world]
    done = [one for one in live if now >= one.completes_at]
    delivered = sum(one.fate == DELIVERED for one in done)
    return {
        "accepted": len(live),
        "delivered": delivered,
        "failed": len(done) - delivered,
        "on_the_way": len(live) - len(done),
    }


def zone_text(when: datetime, zone: timezone) -> str:
    """Return an instant as the gateway's `YYYY-MM-DD HH:mm:ss`."""
    return when.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def zone_instant(text: str, zone: timezone) -> datetime:
    """Return the instant of a `YYYY-MM-DD HH:mm:ss`; ValueError if it is none."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)


def sms_bytes(text: str) -> int | None:
    """Return how many bytes the carriers count, or None when a character cannot be sent at all."""
    try:
        return len(text.encode("cp949"))
    except UnicodeEncodeError:
        return None


def is_extended(character: str) -> bool:
    """Return whether a syllable lies outside KS X 1001: carriers' tables may lack it."""
    if not "가" <= character <= "힣":
        return False
    # Python's codec writes such a syllable as the eight bytes of its letters.
    return len(character.encode("euc_kr")) > 2


def cut_to(text: str, bytes_max: int) -> str:
    """Return as much of the text as fits, whole characters only; one that cannot be sent counts two bytes."""
    size = 0
    for index, character in enumerate(text):
        size += sms_bytes(character) or 2
        if size > bytes_max:
            return text[:index]
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What a list call asks for, read and checked."""

    request_id: str = ""
    requested: tuple[datetime, datetime] | None = None
    completed: tuple[datetime, datetime] | None = None
    equal: tuple[tuple[str, str], ...] = ()

    def includes(self, request_id: str, requested_at: datetime) -> bool:
        """Return whether a request lies in what is asked for by id and by time of request."""
        if self.request_id and request_id != self.request_id:
            return False
        second = requested_at.replace(microsecond=0)
        return self.requested is None or self.requested[0] <= second <= self.requested[1]

    def wants(self, message: Message, now: datetime) -> bool:
        """Return whether the message belongs in the answer."""
        if not self.includes(message.request_id, message.requested_at):
            return False
        if self.completed is not None:
            done = message.completes_at.replace(microsecond=0)
            if now < message.completes_at or not self.completed[0] <= done <= self.completed[1]:
                return False
        return self.equals(message.list_row(now))

    def equals(self, row: dict[str, Any]) -> bool:
        """Return whether a row has every value that is asked for."""
        return all(str(row.get(name, "")) == value for name, value in self.equal)


FILTERS = ("messageId", "type", "contentType", "countryCode", "from", "to", "status", "statusName")
SPAN_ARGUMENTS = ("requestStartTime", "requestEndTime", "completeStartTime", "completeEndTime")
LIST_ARGUMENTS = frozenset({"requestId", "pageSize", "nextToken", *SPAN_ARGUMENTS, *FILTERS})
# The gateway's documented spans of one list call.
REQUEST_SPAN_MAX = timedelta(days=30)
COMPLETE_SPAN_MAX = timedelta(hours=24)


def read_list_query(args: dict[str, str], zone: timezone = KST) -> ListQuery:
    """Return the query of a list call; ValueError says what is wrong with it."""
    unknown = sorted(set(args) - LIST_ARGUMENTS)
    if unknown:
        raise ValueError(f"sandbox: no argument {unknown[0]!r}, known: {', '.join(sorted(LIST_ARGUMENTS))}")
    requested = _span(args, ("requestStartTime", "requestEndTime"), REQUEST_SPAN_MAX, zone)
    completed = _span(args, ("completeStartTime", "completeEndTime"), COMPLETE_SPAN_MAX, zone)
    if not args.get("requestId") and requested is None and completed is None:
        raise ValueError("requestId or a span of request or complete times is needed")
    equal = tuple((name, args[name]) for name in FILTERS if args.get(name))
    return ListQuery(request_id=args.get("requestId", ""), requested=requested, completed=completed, equal=equal)


def _span(
    args: dict[str, str], names: tuple[str, str], longest: timedelta, zone: timezone
) -> tuple[datetime, datetime] | None:
    first, last = names
    if first not in args and last not in args:
        return None
    if first not in args or last not in args:
        raise ValueError(f"{first} and {last} come together")
    start, end = zone_instant(args[first], zone), zone_instant(args[last], zone)
    if not timedelta(0) <= end - start <= longest:
        raise ValueError(f"{first} to {last} must be 0 to {longest.days} days {longest.seconds // 3600} h long")
    return start, end
