"""CloudWatch Logs on the sandbox clock: what a function wrote, found again after the delivery lag, page by page."""

from __future__ import annotations

import base64
import json
import re
import threading
from bisect import bisect_left, insort
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, cast

from bongsu.sandbox.aws_call import AwsError, required
from bongsu.sandbox.aws_checks import offset_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.sandbox.clock import SandboxClock

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html: 10,000 events a page.
PAGE_EVENTS_MAX = 10_000
STREAMS_PAGE_MAX = 50
_TERM = re.compile(r'\s*(?:"(?P<phrase>[^"]+)"|(?P<term>[A-Za-z0-9_]+))(?=\s|$)')


def epoch_ms(when: datetime) -> int:
    """Return an instant as milliseconds since 1970 in UTC, floored."""
    return (when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LogEvent:
    """One line of a log stream, in the order of time and then of arrival."""

    at_ms: int
    seq: int
    stream: str
    event_id: str
    ingested_ms: int
    message: str


class LogGroup:
    """One log group's streams and lines."""

    def __init__(self, name: str, *, created_at: datetime) -> None:
        self.name = name
        self.created_at = created_at
        self.events: list[LogEvent] = []
        self.streams: dict[str, datetime] = {}


class Logs:
    """All log groups of a world, and the answers that CloudWatch Logs gives about them."""

    def __init__(
        self,
        clock: SandboxClock,
        *,
        account: str,
        region: str,
        lag: timedelta,
        page_events: int,
        empty_first_page: bool = False,
    ) -> None:
        """Show lines `lag` after they were written, at most `page_events` of them in one answer.

        With `empty_first_page` every filtered answer begins with a page of nothing, which the service may give.
        """
        self._empty_first_page = empty_first_page
        self._clock = clock
        self._arn = f"arn:aws:logs:{region}:{account}:log-group:"
        self._lag = lag
        self._page_events = min(page_events, PAGE_EVENTS_MAX)
        self._lock = threading.Lock()
        self._groups: dict[str, LogGroup] = {}
        self._seq = 0
        self._random = Random("event ids")
        self.on_line: Callable[[str, str, datetime], None] | None = None
        self.filters_of: Callable[[str], int] = lambda _group: 0

    def create_group(self, name: str, *, created_at: datetime) -> None:
        """Make an empty log group."""
        with self._lock:
            self._groups[name] = LogGroup(name, created_at=created_at)

    def write(self, group: str, stream: str, message: str, *, at: datetime | None = None) -> None:
        """Add one line now (or at a past instant, for a world's history); the group must exist."""
        when = at or self._clock.now()
        if self.on_line is not None and at is None:
            self.on_line(group, message, when)
        with self._lock:
            held = self._groups[group]
            held.streams.setdefault(stream, when)
            self._seq += 1
            event_id = f"{epoch_ms(when):017d}{self._random.getrandbits(128):039d}"[:56]
            line = LogEvent(
                at_ms=epoch_ms(when),
                seq=self._seq,
                stream=stream,
                event_id=event_id,
                ingested_ms=epoch_ms(when + self._lag),
                message=message,
            )
            insort(held.events, line)

    def lines(self, group: str) -> list[str]:
        """Return every line of a group, delivered or not: the sandbox's own view, for tests."""
        with self._lock:
            return [event.message for event in self._groups[group].events]

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Return the answer of one operation, or raise AwsError."""
        with self._lock:
            match operation:
                case "FilterLogEvents":
                    return self._filter(asked)
                case "GetLogEvents":
                    return self._get(asked)
                case "DescribeLogStreams":
                    return self._streams(asked)
                case "DescribeLogGroups":
                    return self._describe_groups(asked)
        raise AwsError("UnsupportedOperation", f"the sandbox's logs have no {operation}", status=501)

    def _group(self, asked: dict[str, Any]) -> LogGroup:
        name = str(asked.get("logGroupName") or asked.get("logGroupIdentifier") or "")
        name = name.removesuffix(":*").rpartition(":log-group:")[2]
        if name not in self._groups:
            raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
        return self._groups[name]

    def _visible(self, group: LogGroup, asked: dict[str, Any], *, end_included: bool) -> list[LogEvent]:
        start_ms = int(asked.get("startTime", 0))
        end_ms = int(asked.get("endTime", 1 << 62)) + (1 if end_included else 0)
        now_ms = epoch_ms(self._clock.now())
        first = bisect_left(group.events, start_ms, key=lambda event: event.at_ms)
        past = bisect_left(group.events, end_ms, key=lambda event: event.at_ms)
        return [event for event in group.events[first:past] if event.ingested_ms <= now_ms]

    def _filter(self, asked: dict[str, Any]) -> dict[str, Any]:
        events = self._visible(self._group(asked), asked, end_included=True)
        needed = needed_texts(str(asked.get("filterPattern") or ""))
        names = set(asked.get("logStreamNames") or [])
        prefix = str(asked.get("logStreamNamePrefix") or "")
        kept = [
            event
            for event in events
            if (not names or event.stream in names)
            and event.stream.startswith(prefix)
            and all(text in event.message for text in needed)
        ]
        question = {key: value for key, value in asked.items() if key not in ("nextToken", "limit")}
        if asked.get("nextToken"):
            after = _open_token(str(asked["nextToken"]), question)
            kept = [event for event in kept if (event.at_ms, event.seq) > after]
        elif self._empty_first_page:
            return {"events": [], "searchedLogStreams": [], "nextToken": _seal_token((-1, -1), question)}
        page = kept[: self._page(asked)]
        answer: dict[str, Any] = {
            "events": [{**_event(event), "logStreamName": event.stream, "eventId": event.event_id} for event in page],
            "searchedLogStreams": [],
        }
        if len(kept) > len(page):
            answer["nextToken"] = _seal_token((page[-1].at_ms, page[-1].seq), question)
        return answer

    def _get(self, asked: dict[str, Any]) -> dict[str, Any]:
        group = self._group(asked)
        stream = str(required(asked, "logStreamName"))
        if stream not in group.streams:
            raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.")
        events = [one for one in self._visible(group, asked, end_included=False) if one.stream == stream]
        token = str(asked.get("nextToken") or "")
        size = self._page(asked)
        if token:
            direction, _, position = token.partition("/")
            if direction not in ("f", "b") or not position:
                raise AwsError("InvalidParameterException", "The specified nextToken is invalid.")
            seq = offset_in(position, code="InvalidParameterException")
            forward = direction == "f"
            events = [one for one in events if (one.seq > seq if forward else one.seq < seq)]
        else:
            seq, forward = 0, bool(asked.get("startFromHead"))
        page = events[:size] if forward else events[-size:]
        # A token of the same place means the end was reached, as the service documents it.
        return {
            "events": [_event(event) for event in page],
            "nextForwardToken": f"f/{page[-1].seq if page else seq}",
            "nextBackwardToken": f"b/{page[0].seq if page else seq}",
        }

    def _streams(self, asked: dict[str, Any]) -> dict[str, Any]:
        group = self._group(asked)
        now_ms = epoch_ms(self._clock.now())
        rows: list[dict[str, Any]] = []
        for name, created_at in group.streams.items():
            seen = [one for one in group.events if one.stream == name and one.ingested_ms <= now_ms]
            if name.startswith(str(asked.get("logStreamNamePrefix") or "")) and seen:
                rows.append(
                    {
                        "logStreamName": name,
                        "arn": f"{self._arn}{group.name}:log-stream:{name}",
                        "creationTime": epoch_ms(created_at),
                        "firstEventTimestamp": seen[0].at_ms,
                        "lastEventTimestamp": seen[-1].at_ms,
                        "lastIngestionTime": seen[-1].ingested_ms,
                        "storedBytes": 0,
                    }
                )
        by = "lastEventTimestamp" if asked.get("orderBy") == "LastEventTime" else "logStreamName"
        rows.sort(key=lambda row: cast("Any", row)[by], reverse=bool(asked.get("descending")))
        return _page_by_offset(rows, asked, key="logStreams", page_max=STREAMS_PAGE_MAX)

    def _describe_groups(self, asked: dict[str, Any]) -> dict[str, Any]:
        prefix, part = str(asked.get("logGroupNamePrefix") or ""), str(asked.get("logGroupNamePattern") or "")
        rows = [
            {
                "logGroupName": name,
                "creationTime": epoch_ms(group.created_at),
                "arn": f"{self._arn}{name}:*",
                "logGroupArn": f"{self._arn}{name}",
                "metricFilterCount": self.filters_of(name),
                "storedBytes": 0,
            }
            for name, group in sorted(self._groups.items())
            if name.startswith(prefix) and part in name
        ]
        return _page_by_offset(rows, asked, key="logGroups", page_max=STREAMS_PAGE_MAX)

    def _page(self, asked: dict[str, Any]) -> int:
        return min(int(asked.get("limit") or PAGE_EVENTS_MAX), self._page_events)


def _event(event: LogEvent) -> dict[str, Any]:
    return {"timestamp": event.at_ms, "message": event.message, "ingestionTime": event.ingested_ms}


def needed_texts(pattern: str) -> list[str]:
    """Return the texts that must all occur; anything but plain terms and quoted phrases is refused."""
    texts: list[str] = []
    position = 0
    while position < len(pattern.rstrip()):
        found = _TERM.match(pattern, position)
        if found is None:
            raise AwsError(
                "InvalidParameterException",
                f"the sandbox's logs know plain terms and quoted phrases only, not {pattern!r}: filter by yourself",
            )
        texts.append(found["phrase"] or found["term"])
        position = found.end()
    return texts


def _seal_token(after: tuple[int, int], question: dict[str, Any]) -> str:
    text = json.dumps([*after, question], sort_keys=True)
    return base64.urlsafe_b64encode(text.encode()).decode()


def _open_token(token: str, question: dict[str, Any]) -> tuple[int, int]:
    try:
        at_ms, seq, asked_before = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError):
        raise AwsError("InvalidParameterException", "The specified nextToken is invalid.") from None
    if asked_before != question:
        raise AwsError("InvalidParameterException", "The specified nextToken belongs to another question.")
    return int(at_ms), int(seq)


def _page_by_offset(rows: list[dict[str, Any]], asked: dict[str, Any], *, key: str, page_max: int) -> dict[str, Any]:
    start = offset_in(asked.get("nextToken"), code="InvalidParameterException")
    size = min(int(asked.get("limit") or page_max), page_max)
    answer: dict[str, Any] = {key: rows[start : start + size]}
    if start + size < len(rows):
        answer["nextToken"] = str(start + size)
    return answer
