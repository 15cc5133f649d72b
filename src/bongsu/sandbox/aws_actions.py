"""Which action on which resource a call is, in the words of IAM's policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bongsu.sandbox.aws_call import AwsCall

# What a policy calls an operation, where that is another name.
ACTIONS = {"Invoke": "InvokeFunction"}
# Anybody with a valid key may ask who they are.
FREE = frozenset({"sts:GetCallerIdentity"})


class Resources:
    """Names the resources of calls to one account in one region."""

    def __init__(
        self,
        *,
        account: str,
        region: str,
        log_resource: str,
        log_list_resource: str,
        secret_arn: Callable[[str], str | None],
    ) -> None:
        """`log_…` are the forms of a log group's resource, `secret_arn` gives an existing secret's ARN."""
        self._place = f"{region}:{account}"
        self._log_resource = log_resource
        self._log_list_resource = log_list_resource
        self._secret_arn = secret_arn

    def asked_for(self, call: AwsCall) -> tuple[str, list[str]]:
        """Return the action of a call and every resource on which it must be allowed."""
        action = f"{call.service}:{ACTIONS.get(call.operation, call.operation)}"
        match call.service:
            case "events":
                return action, [f"arn:aws:events:{self._place}:rule/{call.asked.get('Name') or call.asked.get('Rule')}"]
            case "lambda":
                return action, [self._function(call)]
            case "logs":
                listed = call.operation == "DescribeLogGroups"
                return action, [self._group(call.asked, self._log_list_resource if listed else self._log_resource)]
            case "dynamodb":
                return action, self._tables(call.asked)
            case "secretsmanager":
                named = str(call.asked.get("SecretId"))
                return action, [self._secret_arn(named) or named]
            case "sns":
                return action, [_topic(call.asked)]
            case "cloudwatch" if call.operation == "DescribeAlarms":
                return action, [f"arn:aws:cloudwatch:{self._place}:alarm:*"]
            case "cloudwatch" if call.operation == "SetAlarmState":
                return action, [f"arn:aws:cloudwatch:{self._place}:alarm:{call.asked.get('AlarmName')}"]
        return action, ["*"]

    def _function(self, call: AwsCall) -> str:
        qualifier = f":{call.qualifier}" if call.qualifier else ""
        return f"arn:aws:lambda:{self._place}:function:{call.name}{qualifier}"

    def _group(self, asked: Mapping[str, object], form: str) -> str:
        keys = ("logGroupName", "logGroupIdentifier", "logGroupNamePrefix")
        named = next((str(asked[key]) for key in keys if asked.get(key)), "")
        group = named.removesuffix(":*").rpartition(":log-group:")[2]
        return f"arn:aws:logs:{self._place}:" + form.format(group=group)

    def _tables(self, asked: Mapping[str, object]) -> list[str]:
        batch = asked.get("RequestItems")
        named = list(batch) if isinstance(batch, dict) else [str(asked.get("TableName"))]
        tables = [f"arn:aws:dynamodb:{self._place}:table/{one.rpartition('table/')[2]}" for one in named]
        index = asked.get("IndexName")
        return [f"{one}/index/{index}" if index else one for one in tables]


def _topic(asked: Mapping[str, object]) -> str:
    arn = str(asked.get("TopicArn") or asked.get("SubscriptionArn") or "*")
    # A subscription's ARN is its topic's with an id behind it.
    return ":".join(arn.split(":")[:6])
