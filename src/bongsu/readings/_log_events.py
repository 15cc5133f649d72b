"""The events of a function's log, out of the pages of FilterLogEvents: each once, oldest first."""

from __future__ import annotations

from datetime import timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated

import msgspec

from bongsu.readings._json import EPOCH, Node, documents

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_NAME = "FilterLogEvents"


class Logged(msgspec.Struct, rename="camel", forbid_unknown_fields=True, frozen=True, gc=False):
    """One event of a log."""

    event_id: str
    log_stream_name: str
    timestamp: Annotated[int, msgspec.Meta(ge=0, le=200_000_000_000_000)]
    """Epoch milliseconds."""
    message: str
    ingestion_time: int = 0

    @property
    def at(self) -> datetime:
        """Its time, aware, in UTC."""
        return EPOCH + timedelta(milliseconds=self.timestamp)


class _Page(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    events: list[Logged]
    next_token: str | None = None
    searched_log_streams: list[dict[str, bool | str]] | None = None


_PAGES = msgspec.json.Decoder(_Page)


def logged(responses: Sequence[bytes]) -> list[Logged] | None:
    """Return the events of pages that are just as the service documents them; None for any others."""
    try:
        pages = [_PAGES.decode(data) for data in responses]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if not pages:
        return None
    found: dict[str, Logged] = {}
    for page in pages:
        for event in page.events:
            # Pages of a log that is still being written may overlap: the first of an id is kept.
            found.setdefault(event.event_id, event)
    return sorted(found.values(), key=attrgetter("timestamp"))


def logged_slowly(responses: Sequence[bytes]) -> list[tuple[Logged, Node]]:
    """Return what `logged` does and more, member by member, each with its place: pages that hold what nobody needs.

    What it does not read is wrong, and it says where.
    """
    found: dict[str, tuple[Logged, Node]] = {}
    for page in documents(responses, _NAME):
        for event in page.member("events").items():
            one = Logged(
                event_id=event.member("eventId").text(),
                timestamp=event.member("timestamp").count(),
                log_stream_name=event.member("logStreamName").text(),
                message=event.member("message").text(),
            )
            event.member("timestamp").epoch_ms()  # of an era that has a calendar
            found.setdefault(one.event_id, (one, event))
    return sorted(found.values(), key=lambda one: one[0].timestamp)
