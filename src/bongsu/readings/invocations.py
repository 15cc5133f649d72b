"""Reading `invocations`: the function's invocations that ended in a window, from its own log, each with its report.

An invocation is complete when Lambda's REPORT line is there; it belongs to the window in which that line falls, so
that windows laid end to end count each one once. Lines are joined by stream: one stream is one environment, which
works on one invocation at a time. The pages may begin before the window, so that the start of an invocation which
straddles it is at hand; where it is not, the start is what REPORT's duration says it was.

Several REPORT lines of one request id mean that the work was repeated: the last one's figures are shown, `reports`
counts them, and `failed` is true when any of them failed. A missing Status is not success: a handler that raised
has none, only its error line.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bongsu.core.figures import plain
from bongsu.readings._json import at_of, iso, window_of
from bongsu.readings._json import parse as parse_json
from bongsu.readings._lambda_lines import KEPT, Raised, Reported, Said, Started, known_line, line_of
from bongsu.readings._log_events import logged, logged_slowly
from bongsu.readings._port import Unreadable
from bongsu.readings._run_report import is_report, is_settle_report, report_values, settle_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bongsu.readings._json import Node
    from bongsu.readings._lambda_lines import Line
    from bongsu.readings._log_events import Logged


@dataclass(slots=True)
class Attempt:
    """One START to REPORT of a request id, as far as it was seen."""

    request_id: str
    stream: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    reported: Reported | None = None
    raised: Raised | None = None
    report: dict[str, Any] | None = None
    settle: dict[str, Any] | None = None
    """What a settle pass of the workload reported in place of a run's report."""

    @property
    def failed(self) -> bool:
        """Whether anything says that it failed."""
        return self.raised is not None or (self.reported is not None and self.reported.status != "")


@dataclass(slots=True)
class Stream:
    """The attempts of one log stream; the newest is the one that lines without a request id belong to."""

    name: str
    attempts: list[Attempt] = field(default_factory=list)

    def attempt(self, request_id: str) -> Attempt:
        """Return the attempt that a line naming `request_id` belongs to; a new one when its START was not seen."""
        newest = self.attempts[-1] if self.attempts else None
        if newest is None or newest.reported is not None or newest.request_id != request_id:
            newest = Attempt(request_id, self.name)
            self.attempts.append(newest)
        return newest

    def running(self) -> Attempt | None:
        """Return the attempt that has begun and not ended."""
        return self.attempts[-1] if self.attempts and self.attempts[-1].reported is None else None


def parse(args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:
    """Return the window, the complete invocations in order of their start, and the request ids still without REPORT.

    `count` is the number of complete ones.
    """
    since, until = window_of(args)
    attempts = [attempt for stream in _streams(responses) for attempt in stream.attempts]
    first, past = at_of(since), at_of(until)
    grouped: dict[str, list[Attempt]] = {}
    for attempt in sorted(attempts, key=lambda one: (one.ended_at or past, one.request_id)):
        if attempt.ended_at is not None and first <= attempt.ended_at < past:
            grouped.setdefault(attempt.request_id, []).append(attempt)
    complete = sorted((_values(of_one) for of_one in grouped.values()), key=lambda one: str(one["started_at"]))
    ends = sorted((one.ended_at, one.request_id) for one in attempts if one.ended_at is not None)
    ended = {request_id: at for at, request_id in ends}
    begun = [
        (one.started_at, one.request_id) for one in attempts if one.reported is None and one.started_at is not None
    ]
    # One that Lambda tries again has been reported before; what runs now began after that.
    waiting = {
        request_id for at, request_id in begun if at < past and (request_id not in ended or at > ended[request_id])
    }
    return {
        "since": since,
        "until": until,
        "count": len(complete),
        "complete": complete,
        "incomplete": sorted(waiting),
    }


def _streams(responses: Sequence[bytes]) -> list[Stream]:
    events = logged(responses)
    if events is not None:
        with suppress(Unreadable):
            return _joined((event, known_line(event.message)) for event in events)
    # Once more, so that an error names its place; or so that what is unusual, and not wrong, is read.
    return _joined((event, line_of(event.message, place)) for event, place in logged_slowly(responses))


def _joined(lines: Iterable[tuple[Logged, Line | None]]) -> list[Stream]:
    streams: dict[str, Stream] = {}
    for event, line in lines:
        if line is None:
            continue
        stream = streams.get(event.log_stream_name)
        if stream is None:
            stream = streams[event.log_stream_name] = Stream(event.log_stream_name)
        _take(stream, event, line)
    return list(streams.values())


def _take(stream: Stream, event: Logged, line: Line) -> None:
    match line:
        case Started(request_id=request_id):
            stream.attempts.append(Attempt(request_id, stream.name, started_at=event.at))
        case Reported() as reported:
            attempt = stream.attempt(reported.request_id)
            attempt.reported, attempt.ended_at = reported, event.at
        case Raised() as raised:
            attempt_of = stream.attempt(raised.request_id) if raised.request_id else stream.running()
            if attempt_of is not None and (attempt_of.raised is None or raised.error_type):
                attempt_of.raised = raised
        case Said(document=document) if is_report(document):
            _attempt_of(stream, document).report = _report(event.message, document)
        case Said(document=document) if is_settle_report(document):
            _attempt_of(stream, document).settle = settle_values(document)


def _report(message: str, document: Node) -> dict[str, Any]:
    try:
        return _known_report(message)
    except Unreadable:
        return report_values(document)  # once more, so that the error names the place


@lru_cache(maxsize=KEPT)
def _known_report(message: str) -> dict[str, Any]:
    """Return the values of a run report; whoever is given them leaves them as they are."""
    return report_values(parse_json(message, "a run report"))


def _attempt_of(stream: Stream, document: Node) -> Attempt:
    """Return the attempt that a report belongs to; one that belongs to none is returned a place to be forgotten in."""
    named = document.present("request_id")
    running = stream.running()
    if named is not None and named.text() and running is not None and named.text() != running.request_id:
        raise Unreadable(f"{named.place} is {named.text()!r}, inside the lines of {running.request_id!r}")
    if running is None and named is not None and named.text():
        running = stream.attempt(named.text())
    return running if running is not None else Attempt("", stream.name)


def _values(attempts: list[Attempt]) -> dict[str, Any]:
    """Return one invocation; its attempts are complete and in order."""
    last = attempts[-1]
    assert last.reported is not None and last.ended_at is not None
    shown = last.reported
    errors = [one.raised.error_type for one in attempts if one.raised is not None and one.raised.error_type]
    return {
        "request_id": last.request_id,
        "stream": last.stream,
        "started_at": iso(_start_of(last)),
        "ended_at": iso(last.ended_at),
        "reports": len(attempts),
        "duration_ms": plain(shown.duration_ms),
        "billed_ms": shown.billed_ms,
        "memory_mb": shown.memory_mb,
        "memory_used_mb": shown.memory_used_mb,
        "init_ms": None if shown.init_ms is None else plain(shown.init_ms),
        "status": shown.status,
        "error_type": shown.error_type or (errors[-1] if errors else ""),
        "failed": any(one.failed for one in attempts),
        "report": last.report,
        "settle": last.settle,
    }


def _start_of(attempt: Attempt) -> datetime:
    assert attempt.reported is not None and attempt.ended_at is not None
    if attempt.started_at is not None:
        return attempt.started_at
    return attempt.ended_at - timedelta(microseconds=int(attempt.reported.duration_ms * 1000))
