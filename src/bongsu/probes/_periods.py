"""Windows of time as the services keep them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def window_of(args: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """Return `since` and `until` of a reading's arguments."""
    return datetime.fromisoformat(str(args["since"])), datetime.fromisoformat(str(args["until"]))


def epoch_ms(at: datetime) -> int:
    """Return an aware time as milliseconds since 1970, floored."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def period_for(since: datetime, *, now: datetime) -> int:
    """Return the finest period in seconds that CloudWatch still keeps for the whole window.

    It keeps minutes for 15 days, five minutes for 63, hours after that (API_GetMetricStatistics). A day is left
    as a margin, so that a window is not cut while its pages are read.
    """
    age = now - since
    if age <= timedelta(days=14):
        return 60
    return 300 if age <= timedelta(days=62) else 3600


def whole_periods(since: datetime, until: datetime, period_s: int) -> tuple[datetime, datetime]:
    """Return the window widened to whole periods: a datapoint stands at the beginning of its period."""
    period = timedelta(seconds=period_s)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    start = epoch + (since - epoch) // period * period
    return start, epoch - (epoch - until) // period * period
