"""Reads against AWS: who we are, the rules, the function, its log, its metrics, alarms, and the workload's table.

Raw records are asked for by time and taken whole; what they mean is worked out in `bongsu.readings`, so that it can
be worked out again from the recorded bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

from bongsu.aws_client import Aws, Certainty, Done, Failed
from bongsu.probes._periods import epoch_ms, period_for, whole_periods, window_of
from bongsu.probes._port import ReadDone, ReadNotDone, ReadOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bongsu.aws_client import Cleaner
    from bongsu.wire import Wire

LOOK_BACK = timedelta(minutes=15)
"""The longest a Lambda function can run: the start of one that straddles the window is within."""
LOG_PAGES_MAX = 400
LOG_BYTES_MAX = 64_000_000
PAGES_MAX = 100
RECORDS_MAX = 2_000
ALARM_NAMES_MAX = 100  # DescribeAlarms takes so many names a call
TABLE_COLUMNS = (
    *("booking_num", "created_run", "confirm_sms", "remind_sms", "option_sms"),
    *("confirm_claim", "remind_claim", "option_claim"),
)
"""What is asked of a row: neither phone nor name."""
LAMBDA_METRICS = {"invocations": "Invocations", "errors": "Errors", "throttles": "Throttles"}
WORKLOAD_METRICS = {"accepted": "SmsAccepted", "delivered": "SmsDelivered"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a workload lives; empty text for what a plan does not name."""

    region: str
    endpoint_url: str | None
    rule: str
    function: str
    log_group: str
    state_table: str

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Place:
        """Return the place that a target's options name."""
        function = str(options.get("function") or "")
        return cls(
            region=str(options["region"]),
            endpoint_url=str(options["endpoint_url"]) if options.get("endpoint_url") else None,
            rule=str(options["rule"]),
            function=function,
            log_group=str(options.get("log_group") or (f"/aws/lambda/{function}" if function else "")),
            state_table=str(dict(options.get("tables") or {}).get("state") or ""),
        )


class Asking:
    """One read under way: collects the exchanges, stops at the first that is not answered."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self.wires: list[Wire] = []
        self.failed: Failed | None = None

    def ask(self, service: str, operation: str, params: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the answer, or None when there was none and the read must stop."""
        match self._aws.read(service, operation, params):
            case Done() as done:
                self.wires.extend(done.wires)
                return done.value
            case Failed() as failed:
                self.wires.extend(failed.wires)
                self.failed = failed
                return None

    def pages(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        *,
        token: tuple[str, str] = ("NextToken", "NextToken"),
        pages_max: int = PAGES_MAX,
        bytes_max: int = LOG_BYTES_MAX,
    ) -> str | None:
        """Ask page after page until none is left; return why that was given up, None when it was not.

        `token` names the answer's mark and the question's. Empty and partial pages are legal: only the mark counts.
        """
        asked = dict(params)
        before = len(self.wires)
        for _ in range(pages_max):
            answer = self.ask(service, operation, asked)
            if answer is None:
                return None
            if sum(len(wire.response) for wire in self.wires[before:]) > bytes_max:
                return f"{service} {operation} answered more than {bytes_max} bytes; ask for a shorter window"
            if not answer.get(token[0]):
                return None
            asked[token[1]] = answer[token[0]]
        return f"{service} {operation} has more than {pages_max} pages; ask for a shorter window"

    def outcome(self, given_up: str | None = None) -> ReadOutcome:
        """Return how the read ended."""
        if self.failed is not None:
            return ReadNotDone(
                reason=self.failed.reason,
                wires=tuple(self.wires),
                final=self.failed.certainty is Certainty.REFUSED,
            )
        if given_up is not None:
            return ReadNotDone(reason=given_up, wires=tuple(self.wires), final=True)
        return ReadDone(wires=tuple(self.wires))


class AwsProbe:
    """Answers every reading about the target's account."""

    readings = frozenset(
        {
            *("identity", "target_rule", "function", "invocations"),
            *("state_table", "alarms", "metrics", "workload_metrics"),
        }
    )

    def __init__(
        self,
        place: Place,
        *,
        redactor: Cleaner,
        now_ms: Callable[[], int],
        mono: Callable[[], float] = monotonic,
        aws: Aws | None = None,
        log_pages_max: int = LOG_PAGES_MAX,
        history_function: str | None = None,
    ) -> None:
        """Ask for the place; the workload's metrics of past days are those of `history_function`, if it is given."""
        self._place = place
        self._history_function = history_function or place.function
        self._now_ms = now_ms
        self._log_pages_max = log_pages_max
        self._aws = aws or Aws(region=place.region, endpoint_url=place.endpoint_url, redactor=redactor, mono=mono)
        self.endpoint = self._aws.address_of("monitoring")

    def read(self, reading: str, args: Mapping[str, Any]) -> ReadOutcome:
        """Return the recorded answers to one of `readings`."""
        asking = Asking(self._aws)
        match reading:
            case "identity":
                return self._identity(asking)
            case "target_rule":
                return read_rule(asking, self._place.rule)
            case "function":
                asking.ask("lambda", "get_function_configuration", {"FunctionName": self._place.function})
                return asking.outcome()
            case "invocations":
                return self._invocations(asking, args)
            case "state_table":
                return self._state_table(asking, args)
            case "alarms":
                return _alarms(asking, [str(name) for name in args["names"]])
            case "metrics":
                dimension = {"Name": "FunctionName", "Value": self._place.function}
                return self._sums(asking, args, namespace="AWS/Lambda", names=LAMBDA_METRICS, dimension=dimension)
            case "workload_metrics":
                dimension = {"Name": "Function", "Value": self._history_function}
                return self._sums(asking, args, namespace="NaverSms", names=WORKLOAD_METRICS, dimension=dimension)
        raise ValueError(f"this probe has no reading {reading!r}")

    def _identity(self, asking: Asking) -> ReadOutcome:
        if asking.ask("sts", "get_caller_identity", {}) is not None:
            # STS names no region; the rule's ARN does.
            asking.ask("events", "describe_rule", {"Name": self._place.rule})
        return asking.outcome()

    def _invocations(self, asking: Asking, args: Mapping[str, Any]) -> ReadOutcome:
        since, until = window_of(args)
        params = {
            "logGroupName": self._place.log_group,
            "startTime": epoch_ms(since - LOOK_BACK),
            "endTime": epoch_ms(until),
        }
        token = ("nextToken", "nextToken")
        given_up = asking.pages("logs", "filter_log_events", params, token=token, pages_max=self._log_pages_max)
        return asking.outcome(given_up)

    def _state_table(self, asking: Asking, args: Mapping[str, Any]) -> ReadOutcome:
        records = list(dict.fromkeys(str(record) for record in args["records"]))
        if len(records) > RECORDS_MAX:
            return ReadNotDone(reason=f"{len(records)} records were to be looked up, at most {RECORDS_MAX}", final=True)
        if not self._place.state_table:
            return ReadNotDone(reason="the plan names no state table; add target.tables.state", final=True)
        names = {f"#c{index}": column for index, column in enumerate(TABLE_COLUMNS)}
        token = ("LastEvaluatedKey", "ExclusiveStartKey")
        for record in records:
            params = {
                "TableName": self._place.state_table,
                "KeyConditionExpression": "#c0 = :b",
                "ProjectionExpression": ", ".join(names),
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": {":b": {"S": record}},
                "ConsistentRead": True,
            }
            given_up = asking.pages("dynamodb", "query", params, token=token)
            if given_up is not None or asking.failed is not None:
                return asking.outcome(given_up)
        return asking.outcome()

    def _sums(
        self,
        asking: Asking,
        args: Mapping[str, Any],
        *,
        namespace: str,
        names: Mapping[str, str],
        dimension: Mapping[str, str],
    ) -> ReadOutcome:
        since, until = window_of(args)
        period_s = period_for(since, now=datetime.fromtimestamp(self._now_ms() / 1000, UTC))
        queries = [
            {
                "Id": name,
                "ReturnData": True,
                "MetricStat": {
                    "Metric": {"Namespace": namespace, "MetricName": metric, "Dimensions": [dimension]},
                    "Period": period_s,
                    "Stat": "Sum",
                },
            }
            for name, metric in names.items()
        ]
        start, end = whole_periods(since, until, period_s)
        params = {
            "MetricDataQueries": queries,
            "StartTime": start,
            "EndTime": end,
            "ScanBy": "TimestampAscending",
        }
        return asking.outcome(asking.pages("cloudwatch", "get_metric_data", params))


class LegacyProbe:
    """Answers `legacy_rule`, in the legacy's own region where that differs."""

    readings = frozenset({"legacy_rule"})

    def __init__(
        self, place: Place, *, redactor: Cleaner, mono: Callable[[], float] = monotonic, aws: Aws | None = None
    ) -> None:
        self._place = place
        self._aws = aws or Aws(region=place.region, endpoint_url=place.endpoint_url, redactor=redactor, mono=mono)
        self.endpoint = self._aws.address_of("events")

    def read(self, reading: str, args: Mapping[str, Any]) -> ReadOutcome:  # noqa: ARG002  the port's shape
        """Return the recorded answers about the legacy's rule."""
        return read_rule(Asking(self._aws), self._place.rule)


def read_rule(asking: Asking, rule: str) -> ReadOutcome:
    """Return the recorded answers about a rule: its description and its targets."""
    if asking.ask("events", "describe_rule", {"Name": rule}) is None:
        return asking.outcome()
    return asking.outcome(asking.pages("events", "list_targets_by_rule", {"Rule": rule}))


def _alarms(asking: Asking, names: list[str]) -> ReadOutcome:
    for first in range(0, len(names), ALARM_NAMES_MAX):
        params = {
            "AlarmNames": names[first : first + ALARM_NAMES_MAX],
            "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
        }
        given_up = asking.pages("cloudwatch", "describe_alarms", params)
        if given_up is not None or asking.failed is not None:
            return asking.outcome(given_up)
    return asking.outcome()
