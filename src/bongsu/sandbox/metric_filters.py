"""Metric filters: datapoints made from log lines as they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.sandbox.aws_logs import needed_texts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bongsu.sandbox.aws_metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFilterSpec:
    """Counts the lines of a log group that hold all the pattern's terms and phrases.

    The sandbox takes no pattern of another kind, so that none is ignored. `default` is published for a line that
    does not match; None publishes nothing then.
    """

    group: str
    pattern: str
    namespace: str
    metric: str
    value: int = 1
    default: int | None = None


class MetricFilters:
    """The filters of a world."""

    def __init__(self, metrics: Metrics, filters: Iterable[MetricFilterSpec]) -> None:
        self._metrics = metrics
        self._filters = [(one, needed_texts(one.pattern)) for one in filters]

    def count(self, group: str) -> int:
        """Return how many filters a log group has."""
        return sum(one.group == group for one, _ in self._filters)

    def take(self, group: str, message: str, at: datetime) -> None:
        """Publish what the filters make of one line; the datapoint has no dimensions, as a filter's has none."""
        for one, texts in self._filters:
            if one.group != group:
                continue
            value = one.value if all(text in message for text in texts) else one.default
            if value is not None:
                self._metrics.publish(one.namespace, {one.metric: value}, at=at, dimensions={})
