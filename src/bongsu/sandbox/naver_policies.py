"""What the identities of the Naver SMS plan's account may do: the least that a cutover and a workload need.

`{region}` and `{account}` stand for the account's own. The captain's policy is the one that SECURITY.md asks for; a
test holds the two together, and every rehearsal shows that it is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptainsPlace:
    """What a plan names in its account; empty where it names nothing."""

    target_rule: str = ""
    legacy_rule: str = ""
    legacy_restored: bool = False
    """Whether a rollback puts the legacy's rule back: the one call that bongsu makes on it but to look."""
    function: str
    log_group: str
    table: str = ""
    secrets: tuple[str, ...] = ()


def captains_policy(named: CaptainsPlace) -> dict[str, Any]:
    """Return the policy of whoever runs bongsu: look at everything in the plan, switch the target, tell to settle."""
    place = "{region}:{account}"
    target, legacy = (
        [f"arn:aws:events:{place}:rule/{name}"] if name else [] for name in (named.target_rule, named.legacy_rule)
    )
    return _policy(
        _allow(["events:DescribeRule", "events:ListTargetsByRule"], target + legacy),
        _allow(["events:EnableRule", "events:DisableRule"], target),
        _allow(["events:EnableRule"], legacy if named.legacy_restored else []),
        _allow(
            [
                *("lambda:GetFunctionConfiguration", "lambda:GetPolicy"),
                *("lambda:GetFunctionEventInvokeConfig", "lambda:InvokeFunction"),
            ],
            [f"arn:aws:lambda:{place}:function:{named.function}"],
        ),
        _allow(["logs:FilterLogEvents"], [f"arn:aws:logs:{place}:log-group:{named.log_group}:*"]),
        # Groups are listed by a resource without a name, even when a prefix is asked for.
        _allow(["logs:DescribeLogGroups"], [f"arn:aws:logs:{place}:log-group:*"]),
        # CloudWatch knows no resource for metrics, and asks for all alarms where several are described.
        _allow(["cloudwatch:GetMetricData"], ["*"]),
        _allow(["cloudwatch:DescribeAlarms"], [f"arn:aws:cloudwatch:{place}:alarm:*"]),
        _allow(
            ["dynamodb:DescribeTable", "dynamodb:Query"],
            [f"arn:aws:dynamodb:{place}:table/{named.table}"] if named.table else [],
        ),
        _allow(
            ["secretsmanager:GetSecretValue"],
            [f"arn:aws:secretsmanager:{place}:secret:{secret}-??????" for secret in named.secrets],
        ),
    )


def workloads_policy(*, tables: tuple[str, ...], secret: str) -> dict[str, Any]:
    """Return the policy of the functions' role: its tables and its secret."""
    place = "{region}:{account}"
    arns = [f"arn:aws:dynamodb:{place}:table/{table}{rest}" for table in tables for rest in ("", "/index/*")]
    reads = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"]
    writes = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
    return _policy(
        _allow([*reads, *writes], arns),
        _allow(["secretsmanager:GetSecretValue"], [f"arn:aws:secretsmanager:{place}:secret:{secret}-??????"]),
    )


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [one for one in statements if one["Resource"]]}


def _allow(actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}
