"""What the program asks of AWS, as its source has it, beside the policy that a captain is told to attach."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import botocore.session
from botocore import xform_name
from tests.rules.tree import place, python

from bongsu.sandbox.aws_actions import ACTIONS, FREE
from bongsu.sandbox.naver_policies import CaptainsPlace, captains_policy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVICES = ("cloudwatch", "dynamodb", "events", "lambda", "logs", "secretsmanager", "sns", "sqs", "sts", "s3")
ASIDE = ("src/bongsu/sandbox/", "src/bongsu/audit/")
"""The imitated account, and logs that people wrote: neither asks AWS."""
FILES = [path for path in python("src/bongsu") if not place(path).startswith(ASIDE)]
PLACE = CaptainsPlace(
    target_rule="new", legacy_rule="old", function="job", log_group="/aws/lambda/job", table="sms", secrets=("example",)
)


def operations() -> dict[str, dict[str, str]]:
    """Return for every service the library's name of each of its operations, and AWS's own."""
    session = botocore.session.Session()
    models = {service: session.get_service_model(service) for service in SERVICES}
    return {service: {xform_name(name): name for name in model.operation_names} for service, model in models.items()}


def words(path: Path) -> set[str]:
    """Return every text and every attribute in a file: a call names its operation as one or the other."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def asked() -> Iterator[tuple[str, str]]:
    """Yield the action of every call, and the file that it is in; a file's calls are of the services that it names."""
    known = operations()
    for path in FILES:
        said = words(path)
        if not said & {"ask", "pages", "read", "write", "get_secret_value"}:
            continue
        for service in said & set(SERVICES):
            for name in said & set(known[service]):
                action = known[service][name]
                yield f"{service}:{ACTIONS.get(action, action)}", place(path)


def allowed(named: CaptainsPlace) -> dict[str, set[str]]:
    """Return every allowed action with its resources."""
    found: dict[str, set[str]] = {}
    for statement in captains_policy(named)["Statement"]:
        for action in statement["Action"]:
            found.setdefault(action, set()).update(statement["Resource"])
    return found


def test_every_call_in_the_source_is_allowed_and_nothing_else_is() -> None:
    calls: dict[str, set[str]] = {}
    for action, where in asked():
        calls.setdefault(action, set()).add(where)
    assert {action: files for action, files in calls.items() if action not in {*allowed(PLACE), *FREE}} == {}
    assert set(allowed(PLACE)) - set(calls) == set()


def test_no_resource_is_allowed_that_no_call_names() -> None:
    """No call of the source names a version of a function or an index of a table."""
    named = {word for path in FILES for word in words(path)}
    assert not named & {"Qualifier", "IndexName"}
    found = {action: {one.split("{account}:")[-1] for one in resources} for action, resources in allowed(PLACE).items()}
    assert found["lambda:InvokeFunction"] == {"function:job"}
    assert found["dynamodb:Query"] == {"table/sms"}
    assert found["events:DescribeRule"] == {"rule/new", "rule/old"}


def test_the_legacy_s_rule_is_switched_only_where_a_rollback_puts_it_back_and_is_never_disabled() -> None:
    kept = allowed(PLACE)
    assert [len(kept[f"events:{name}"]) for name in ("EnableRule", "DisableRule")] == [1, 1]
    back = allowed(
        CaptainsPlace(
            target_rule="new", legacy_rule="old", legacy_restored=True, function="job", log_group="/aws/lambda/job"
        )
    )
    assert {one.rpartition("/")[2] for one in back["events:EnableRule"]} == {"new", "old"}
    assert {one.rpartition("/")[2] for one in back["events:DisableRule"]} == {"new"}
    core = (path.read_text("utf-8") for path in python("src/bongsu/core"))
    assert not any('"legacy", SwitchState.DISABLED' in text for text in core)


def test_a_plan_without_a_table_or_a_secret_needs_no_permission_for_them() -> None:
    few = allowed(CaptainsPlace(function="job", log_group="/aws/lambda/job"))
    assert not [action for action in few if action.startswith(("dynamodb:", "secretsmanager:", "events:"))]
