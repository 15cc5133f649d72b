"""CloudWatch metrics on the sandbox clock: raw datapoints in, the five plain statistics out, all else refused."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.aws_call import AwsError, required
from bongsu.sandbox.aws_checks import offset_in
from bongsu.sandbox.aws_switches import AwsSwitches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bongsu.sandbox.clock import SandboxClock

MINUTE = timedelta(minutes=1)
STATISTICS = ("Average", "Maximum", "Minimum", "SampleCount", "Sum")
# Limits of GetMetricData in botocore's model and the public API reference.
QUERIES_MAX = 500
DATAPOINTS_MAX = 100_800
# EMF lines with a time stamp outside this window are not turned into metrics by the service.
EMF_OLDEST = timedelta(days=14)
EMF_NEWEST = timedelta(hours=2)
_QUERY_ID = re.compile(r"[a-z][a-zA-Z0-9_]{0,254}")


@dataclass(frozen=True, slots=True)
class Series:
    """The identity of one metric: namespace, name and its exact set of dimensions."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Datapoint:
    """One value at its minute, and when the service begins to show it."""

    at: datetime
    value: Decimal
    visible_at: datetime


def statistic(name: str, values: list[Decimal]) -> Decimal:
    """Return one of the five plain statistics over at least one value."""
    match name:
        case "Sum":
            return sum(values, Decimal(0))
        case "Average":
            return sum(values, Decimal(0)) / len(values)
        case "Minimum":
            return min(values)
        case "Maximum":
            return max(values)
        case "SampleCount":
            return Decimal(len(values))
    raise AwsError(
        "InvalidParameterValue",
        f"the sandbox computes no statistic {name!r}: take raw records, or one of {', '.join(STATISTICS)}",
    )


class Metrics:
    """All datapoints of a world, and the answers of GetMetricData and GetMetricStatistics about them."""

    def __init__(self, clock: SandboxClock, *, lag: timedelta, switches: AwsSwitches | None = None) -> None:
        """Show a datapoint `lag` after it was published."""
        self._switches = switches or AwsSwitches()
        self._clock = clock
        self._lag = lag
        self._lock = threading.Lock()
        self._points: dict[Series, list[Datapoint]] = {}

    def publish(
        self, namespace: str, values: Mapping[str, Decimal | int], *, at: datetime, dimensions: Mapping[str, str]
    ) -> None:
        """Add one datapoint per metric name, all at the minute of `at`, shown once the lag has passed from now."""
        self._publish(namespace, values, at=at, dimensions=dimensions, visible_at=self._clock.now() + self._lag)

    def remember(
        self, namespace: str, values: Mapping[str, Decimal | int], *, at: datetime, dimensions: Mapping[str, str]
    ) -> None:
        """Add datapoints of a past instant that the service has long shown: a world's history."""
        self._publish(namespace, values, at=at, dimensions=dimensions, visible_at=at + self._lag)

    def _publish(
        self,
        namespace: str,
        values: Mapping[str, Decimal | int],
        *,
        at: datetime,
        dimensions: Mapping[str, str],
        visible_at: datetime,
    ) -> None:
        minute = at.astimezone(UTC).replace(second=0, microsecond=0)
        with self._lock:
            for name, value in values.items():
                series = Series(namespace, name, frozenset(dimensions.items()))
                point = Datapoint(minute, Decimal(value), visible_at)
                self._points.setdefault(series, []).append(point)

    def values(self, series: Series, *, start: datetime, end: datetime, seen_at: datetime) -> list[Decimal]:
        """Return the values in [start, end) that the service shows at `seen_at`."""
        with self._lock:
            return [
                point.value
                for point in self._points.get(series, [])
                if start <= point.at < end and point.visible_at <= seen_at
            ]

    def take_emf(self, line: str) -> str | None:
        """Publish what an embedded-metric line holds; return why nothing was taken, None when it was (or is no EMF)."""
        if '"_aws"' not in line:
            return None
        try:
            document = json.loads(line, parse_float=Decimal)
            meta = document["_aws"]
            at = datetime.fromtimestamp(int(meta["Timestamp"]) / 1000, tz=UTC)
            directives = list(meta["CloudWatchMetrics"])
        except (ValueError, KeyError, TypeError) as error:
            return f"not a readable embedded metric line: {type(error).__name__}"
        if not self._clock.now() - EMF_OLDEST <= at <= self._clock.now() + EMF_NEWEST:
            return "time stamp outside 14 days back to 2 hours ahead"
        for directive in directives:
            self._take_directive(document, directive, at=at)
        return None

    def _take_directive(self, document: dict[str, Any], directive: dict[str, Any], *, at: datetime) -> None:
        for names in directive["Dimensions"]:
            dimensions = {name: str(document[name]) for name in names if name in document}
            for metric in directive["Metrics"]:
                found = document.get(metric["Name"])
                for value in found if isinstance(found, list) else [found]:
                    if isinstance(value, int | Decimal) and not isinstance(value, bool):
                        self.publish(directive["Namespace"], {metric["Name"]: value}, at=at, dimensions=dimensions)

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Return the answer of one operation, or raise AwsError."""
        match operation:
            case "GetMetricData":
                return self._metric_data(asked)
            case "GetMetricStatistics":
                return self._metric_statistics(asked)
        raise AwsError("UnsupportedOperation", f"the sandbox's metrics have no {operation}", status=501)

    def _metric_data(self, asked: dict[str, Any]) -> dict[str, Any]:
        queries = list(required(asked, "MetricDataQueries"))
        if len(queries) > QUERIES_MAX:
            raise AwsError("ValidationError", f"at most {QUERIES_MAX} queries a call")
        start, end = _window(asked)
        rows = [row for query in queries for row in self._query_rows(query, start=start, end=end)]
        descending = asked.get("ScanBy", "TimestampDescending") == "TimestampDescending"
        first = offset_in(asked.get("NextToken"), code="InvalidNextToken")
        size = min(int(asked.get("MaxDatapoints") or DATAPOINTS_MAX), DATAPOINTS_MAX)
        ordered = sorted(rows, key=lambda row: (row[1], row[0]), reverse=descending)
        page = ordered[first : first + size]
        more = first + size < len(ordered)
        results = [_result(query, page, more=more) for query in queries if query.get("ReturnData", True)]
        answer: dict[str, Any] = {"MetricDataResults": results, "Messages": []}
        if more:
            answer["NextToken"] = str(first + size)
        return answer

    def _query_rows(
        self, query: dict[str, Any], *, start: datetime, end: datetime
    ) -> Iterable[tuple[str, datetime, Decimal]]:
        query_id = str(query.get("Id", ""))
        if self._switches.query_ids_are_checked and not _QUERY_ID.fullmatch(query_id):
            raise AwsError("ValidationError", f"query id {query_id!r} must begin with a lower-case letter")
        if "MetricStat" not in query:
            raise AwsError(
                "ValidationError", "the sandbox computes no metric math: fetch the series and compute by yourself"
            )
        stat = query["MetricStat"]
        series = _series(stat["Metric"])
        period = self._period(int(stat["Period"]))
        return [
            (query_id, at, value)
            for at, value in self._buckets(series, str(stat["Stat"]), window=(start, end), period=period)
        ]

    def _buckets(
        self, series: Series, name: str, *, window: tuple[datetime, datetime], period: timedelta
    ) -> list[tuple[datetime, Decimal]]:
        if name not in STATISTICS:
            statistic(name, [])
        start, end = window
        # The start of a question less than 15 days old is rounded down to the whole minute.
        start = start.replace(second=0, microsecond=0)
        now = self._clock.now()
        grouped: dict[datetime, list[Decimal]] = {}
        with self._lock:
            for point in self._points.get(series, []):
                if start <= point.at < end and point.visible_at <= now:
                    bucket = start + (point.at - start) // period * period
                    grouped.setdefault(bucket, []).append(point.value)
        return [(at, statistic(name, values)) for at, values in sorted(grouped.items())]

    def _period(self, period_s: int) -> timedelta:
        if period_s < 1 or (self._switches.periods_are_checked and (period_s < 60 or period_s % 60)):
            raise AwsError("ValidationError", f"period {period_s} is no multiple of 60 s")
        return timedelta(seconds=period_s)

    def _metric_statistics(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked.get("ExtendedStatistics"):
            statistic(str(asked["ExtendedStatistics"][0]), [])
        period = self._period(int(required(asked, "Period")))
        names = list(required(asked, "Statistics"))
        rows: dict[datetime, dict[str, Any]] = {}
        for name in names:
            for at, value in self._buckets(_series(asked), name, window=_window(asked), period=period):
                row = rows.setdefault(at, {"Timestamp": at.timestamp(), "Unit": asked.get("Unit", "None")})
                row[name] = float(value)
        return {"Label": asked["MetricName"], "Datapoints": list(rows.values())}


def _series(asked: dict[str, Any]) -> Series:
    dimensions = frozenset((str(one["Name"]), str(one["Value"])) for one in asked.get("Dimensions") or [])
    return Series(str(required(asked, "Namespace")), str(required(asked, "MetricName")), dimensions)


def _window(asked: dict[str, Any]) -> tuple[datetime, datetime]:
    start = datetime.fromtimestamp(required(asked, "StartTime"), tz=UTC)
    end = datetime.fromtimestamp(required(asked, "EndTime"), tz=UTC)
    if start >= end:
        raise AwsError("ValidationError", "the parameter StartTime must be less than the parameter EndTime")
    return start, end


def _result(query: dict[str, Any], page: list[tuple[str, datetime, Decimal]], *, more: bool) -> dict[str, Any]:
    mine = [(at, value) for query_id, at, value in page if query_id == query["Id"]]
    return {
        "Id": query["Id"],
        "Label": query.get("Label") or query["MetricStat"]["Metric"]["MetricName"],
        "Timestamps": [at.timestamp() for at, _ in mine],
        "Values": [float(value) for _, value in mine],
        "StatusCode": "PartialData" if more else "Complete",
    }
