"""The operations that the imitated AWS answers; everything else is refused loudly."""

from __future__ import annotations

# Every operation that a test of this package has compared with what the service documents. Nothing else is answered:
# a silently wrong answer of the embedded store must not pass for evidence.
KNOWN: dict[str, frozenset[str]] = {
    "cloudwatch": frozenset({"DescribeAlarms", "GetMetricData", "GetMetricStatistics", "SetAlarmState"}),
    "dynamodb": frozenset(
        {"BatchGetItem", "DeleteItem", "DescribeTable", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"}
    ),
    "events": frozenset({"DescribeRule", "DisableRule", "EnableRule", "ListTargetsByRule"}),
    "lambda": frozenset(
        {
            *("DeleteFunctionConcurrency", "GetAlias", "GetFunction", "GetFunctionConcurrency"),
            *("GetFunctionConfiguration", "GetFunctionEventInvokeConfig", "GetPolicy", "Invoke", "ListAliases"),
            *("ListVersionsByFunction", "PublishVersion", "PutFunctionConcurrency", "UpdateAlias"),
            *("UpdateFunctionCode", "UpdateFunctionConfiguration"),
        }
    ),
    "logs": frozenset({"DescribeLogGroups", "DescribeLogStreams", "FilterLogEvents", "GetLogEvents"}),
    "secretsmanager": frozenset({"DescribeSecret", "GetSecretValue"}),
    "sns": frozenset(
        {
            *("ConfirmSubscription", "GetSubscriptionAttributes", "GetTopicAttributes", "ListSubscriptionsByTopic"),
            *("Publish", "SetTopicAttributes", "Subscribe", "Unsubscribe"),
        }
    ),
    "sts": frozenset({"GetCallerIdentity"}),
}
# What the account does by itself and can fail at too: EventBridge's hand-over to Lambda, SNS's post to an endpoint.
DELIVER, NOTIFY = "Deliver", "Notify"
FAULTY: dict[str, frozenset[str]] = {**KNOWN, "events": KNOWN["events"] | {DELIVER}, "sns": KNOWN["sns"] | {NOTIFY}}
"""Every operation that a fault can be ordered for, by service."""
