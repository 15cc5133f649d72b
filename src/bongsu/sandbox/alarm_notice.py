"""What CloudWatch sends to SNS when an alarm changes its state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bongsu.sandbox.aws_alarms import AlarmChange, AlarmSpec

# The service names regions to people; where this list has none, the region's id stands.
REGION_NAMES = {
    "ap-northeast-1": "Asia Pacific (Tokyo)",
    "ap-northeast-2": "Asia Pacific (Seoul)",
    "eu-west-1": "Europe (Ireland)",
    "us-east-1": "US East (N. Virginia)",
}
STATISTICS = {
    "Sum": "SUM",
    "Average": "AVERAGE",
    "Minimum": "MINIMUM",
    "Maximum": "MAXIMUM",
    "SampleCount": "SAMPLE_COUNT",
}


def alarm_subject(change: AlarmChange, *, region: str) -> str:
    """Return the subject, cut where SNS allows no more."""
    return f'{change.state}: "{change.spec.name}" in {REGION_NAMES.get(region, region)}'[:100]


def alarm_message(change: AlarmChange, *, account: str, region: str) -> str:
    """Return the message: JSON in a text."""
    spec = change.spec
    topics = {"OK": spec.ok_topics, "Alarm": spec.alarm_topics, "InsufficientData": spec.no_data_topics}
    told = {
        f"{state}Actions": [f"arn:aws:sns:{region}:{account}:{one}" for one in names] for state, names in topics.items()
    }
    return json.dumps(
        {
            "AlarmName": spec.name,
            "AlarmDescription": spec.description,
            "AWSAccountId": account,
            "AlarmConfigurationUpdatedTimestamp": f"{change.configured_at:%Y-%m-%dT%H:%M:%S}.000+0000",
            "NewStateValue": change.state,
            "NewStateReason": change.reason,
            "StateChangeTime": f"{change.at:%Y-%m-%dT%H:%M:%S}.{change.at.microsecond // 1000:03d}+0000",
            "Region": REGION_NAMES.get(region, region),
            "AlarmArn": f"arn:aws:cloudwatch:{region}:{account}:alarm:{spec.name}",
            "OldStateValue": change.before,
            **told,
            "Trigger": _trigger(spec),
        },
        ensure_ascii=False,
    )


def _trigger(spec: AlarmSpec) -> dict[str, object]:
    return {
        "MetricName": spec.metric,
        "Namespace": spec.namespace,
        "StatisticType": "Statistic",
        "Statistic": STATISTICS[spec.statistic],
        "Unit": None,
        "Dimensions": [{"value": value, "name": name} for name, value in spec.dimensions.items()],
        "Period": spec.period_s,
        "EvaluationPeriods": spec.evaluation_periods,
        "DatapointsToAlarm": spec.datapoints_to_alarm or spec.evaluation_periods,
        "ComparisonOperator": spec.comparison,
        "Threshold": float(spec.threshold),
        "TreatMissingData": spec.treat_missing_data,
        "EvaluateLowSampleCountPercentile": "",
    }
