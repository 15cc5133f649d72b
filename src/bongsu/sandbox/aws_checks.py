"""What AWS documents as refused in a call's parameters: taken in silence here, a mistake would show in production."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.aws_call import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/ (FilterLogEvents, DescribeLogStreams) and
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/ (GetMetricData, DescribeAlarms): ranges and pairs.
LOG_EVENTS_MAX, LOG_NAMES_MAX, ALARMS_MAX = 10_000, 50, 100
NAME_PARTS = re.compile(r"#\w+")
VALUE_PARTS = re.compile(r":\w+")


def check_parameters(service: str, operation: str, asked: dict[str, Any]) -> None:
    """Raise AwsError for parameters that the service does not take, in its own words where they are known."""
    if service == "dynamodb":
        _expressions(asked)
    for check in CHECKS.get((service, operation), ()):
        check(asked)


def offset_in(token: object, *, code: str) -> int:
    """Return the place in a list that a paging token of the sandbox stands for, 0 for none."""
    text = str(token or 0)
    if not (text.isascii() and text.isdigit()):
        raise AwsError(code, "The specified nextToken is invalid.")
    return int(text)


def _logs_refuse(text: str) -> AwsError:
    return AwsError("InvalidParameterException", text)


def _one_group(asked: dict[str, Any]) -> None:
    if bool(asked.get("logGroupName")) == bool(asked.get("logGroupIdentifier")):
        raise _logs_refuse("specify either logGroupName or logGroupIdentifier, and not both")


def _streams_one_way(asked: dict[str, Any]) -> None:
    if asked.get("logStreamNames") and asked.get("logStreamNamePrefix"):
        raise _logs_refuse("logStreamNames and logStreamNamePrefix exclude each other")


def _order_without_prefix(asked: dict[str, Any]) -> None:
    if asked.get("orderBy") == "LastEventTime" and asked.get("logStreamNamePrefix"):
        raise _logs_refuse("Cannot order by LastEventTime with a logStreamNamePrefix.")


def _groups_one_way(asked: dict[str, Any]) -> None:
    if asked.get("logGroupNamePattern") and asked.get("logGroupNamePrefix"):
        raise _logs_refuse("logGroupNamePattern and logGroupNamePrefix exclude each other")


def _limit(most: int) -> Callable[[dict[str, Any]], None]:
    def check(asked: dict[str, Any]) -> None:
        limit = asked.get("limit")
        if limit is not None and not 1 <= int(limit) <= most:
            raise _logs_refuse(
                f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
                f"Member must have value between 1 and {most}"
            )

    return check


def _metrics_refuse(text: str, code: str = "ValidationError") -> AwsError:
    return AwsError(code, text)


def _queries(asked: dict[str, Any]) -> None:
    queries = asked.get("MetricDataQueries") or []
    if not queries:
        raise _metrics_refuse("The collection MetricDataQueries must not be empty.")
    twice = [name for name, count in Counter(str(one.get("Id")) for one in queries).items() if count > 1]
    if twice:
        raise _metrics_refuse(f"The values for parameter id in MetricDataQueries are not unique: {twice[0]}")
    for one in queries:
        if "MetricStat" in one and "Expression" in one:
            raise _metrics_refuse(f"query '{one.get('Id')}': MetricStat and Expression exclude each other")
        if "Unit" in one.get("MetricStat", {}):
            raise _metrics_refuse("the sandbox's datapoints have no units: leave Unit out")


def _statistics(asked: dict[str, Any]) -> None:
    if not asked.get("Statistics") and not asked.get("ExtendedStatistics"):
        raise _metrics_refuse("specify Statistics or ExtendedStatistics", "InvalidParameterCombination")
    period, most = int(asked.get("Period") or 0), 1_440
    points = (float(asked.get("EndTime") or 0) - float(asked.get("StartTime") or 0)) / period if period else 0
    if points > most:
        text = f"You have requested up to {int(points)} datapoints, which exceeds the limit of {most}."
        raise _metrics_refuse(text, "InvalidParameterCombination")


def _alarms(asked: dict[str, Any]) -> None:
    if asked.get("AlarmNames") and asked.get("AlarmNamePrefix"):
        raise _metrics_refuse("AlarmNamePrefix and AlarmNames exclude each other")
    if len(asked.get("AlarmNames") or []) > ALARMS_MAX:
        raise _metrics_refuse(f"at most {ALARMS_MAX} AlarmNames a call")
    records = asked.get("MaxRecords")
    if records is not None and not 1 <= int(records) <= ALARMS_MAX:
        raise _metrics_refuse(f"MaxRecords is from 1 to {ALARMS_MAX}")


def _reason_data(asked: dict[str, Any]) -> None:
    try:
        json.loads(str(asked.get("StateReasonData") or "{}"))
    except ValueError:
        raise _metrics_refuse("StateReasonData was not syntactically valid JSON", "InvalidFormat") from None


def _expressions(asked: dict[str, Any]) -> None:
    """Refuse names and values of a DynamoDB expression that are given and not used, or used and not given."""
    texts = [str(value) for key, value in asked.items() if key.endswith("Expression")]
    batches = asked.get("RequestItems")
    for one in batches.values() if isinstance(batches, dict) else ():
        if isinstance(one, dict):
            _expressions(one)
    for kind, parts in (("Names", NAME_PARTS), ("Values", VALUE_PARTS)):
        given = set(asked.get(f"ExpressionAttribute{kind}") or {})
        used = {part for text in texts for part in parts.findall(text)}
        if given - used:
            named = ", ".join(sorted(given - used))
            raise AwsError(
                "ValidationException",
                f"Value provided in ExpressionAttribute{kind} unused in expressions: keys: {{{named}}}",
            )
        if used - given:
            what = "name" if kind == "Names" else "value"
            text = f"An expression attribute {what} used in expression is not defined; attribute {what}: "
            raise AwsError("ValidationException", text + min(used - given))


CHECKS: dict[tuple[str, str], tuple[Callable[[dict[str, Any]], None], ...]] = {
    ("logs", "FilterLogEvents"): (_one_group, _streams_one_way, _limit(LOG_EVENTS_MAX)),
    ("logs", "GetLogEvents"): (_one_group, _limit(LOG_EVENTS_MAX)),
    ("logs", "DescribeLogStreams"): (_one_group, _order_without_prefix, _limit(LOG_NAMES_MAX)),
    ("logs", "DescribeLogGroups"): (_groups_one_way, _limit(LOG_NAMES_MAX)),
    ("cloudwatch", "GetMetricData"): (_queries,),
    ("cloudwatch", "GetMetricStatistics"): (_statistics,),
    ("cloudwatch", "DescribeAlarms"): (_alarms,),
    ("cloudwatch", "SetAlarmState"): (_reason_data,),
}
