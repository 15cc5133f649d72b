"""IAM in the sandbox: what a policy allows, and how each service says no."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from tests.sandbox.rig import KEY_ID, running

from bongsu.sandbox.aws_lambda import FunctionSpec
from bongsu.sandbox.aws_policy import ALLOW_ALL, BadPolicy, Policy
from bongsu.sandbox.aws_switches import AwsSwitches
from bongsu.sandbox.aws_world import AwsSpec
from bongsu.sandbox.naver_defaults import naver_aws, sms_table
from bongsu.sandbox.scheduler import RuleSpec
from bongsu.sandbox.sns import SnsSpec, TopicSpec

HERE = {"aws:requestedregion": "ap-northeast-2", "aws:principalaccount": "000000000000"}
RULE = "arn:aws:events:ap-northeast-2:000000000000:rule/"
NOBODYS_KEY, OLD_KEY = "AKIA" + "EXAMPLENOBODY000", "AKIA" + "EXAMPLEOLD000000"
SECURITY_PAGE = Path(__file__).resolve().parents[2] / "SECURITY.md"


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def decide(document, action, resource="*"):
    return Policy(document).decide(action, resource, HERE)


def test_what_nobody_allows_is_denied_and_a_deny_beats_an_allow():
    made = policy(allow("events:*", RULE + "new*"), {**allow("events:DisableRule"), "Effect": "Deny"})
    assert decide(made, "events:EnableRule", RULE + "new-1") == "allowed"
    assert decide(made, "events:EnableRule", RULE + "old") == "denied"
    assert decide(made, "events:DisableRule", RULE + "new-1") == "explicitly denied"
    assert decide(policy(), "sts:Anything") == "denied"


def test_actions_match_in_any_case_resources_only_as_written():
    made = policy(allow("EVENTS:enable?ule", RULE + "New"))
    assert decide(made, "events:EnableRule", RULE + "New") == "allowed"
    assert decide(made, "events:EnableRule", RULE + "new") == "denied"


def test_a_region_guard_may_leave_services_out():
    """Deny elsewhere, but not for IAM and STS, which count as another region."""
    guard = {
        "Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
    }  # fmt: skip
    made = policy(allow("*"), guard)
    assert decide(made, "events:EnableRule") == "explicitly denied"
    assert decide(made, "iam:ListAccountAliases") == "allowed"
    elsewhere = {**HERE, "aws:requestedregion": "eu-west-1"}
    assert Policy(made).decide("events:EnableRule", "*", elsewhere) == "allowed"


@pytest.mark.parametrize(
    "document",
    [
        {"Statement": []},
        {"Version": "2012-10-17"},
        policy({"Effect": "Maybe", "Action": "*", "Resource": "*"}),
        policy({"Effect": "Allow", "Action": "*"}),
        policy({**allow("*"), "NotAction": "*"}),
        policy({**allow("*"), "Principal": "*"}),
        policy(allow("*", Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})),
        policy(allow("*", Condition={"StringEquals": {"aws:username": "captain"}})),
        policy(allow("*", "arn:aws:s3:::${aws:username}")),
        policy(allow([])),
    ],
)
def test_a_policy_that_would_not_be_understood_is_refused(document):
    """A policy must not be believed for what was not checked."""
    with pytest.raises(BadPolicy):
        Policy(document)


@given(action=st.text("abc:*", max_size=6), resource=st.text("abc*?", max_size=6))
def test_a_pattern_covers_itself_and_the_star_covers_everything(action, resource):
    assert decide(policy(allow("*")), action, resource) == "allowed"
    assert decide(policy(allow(action or "x", resource or "x")), action or "x", resource or "x") == "allowed"


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    spec = {
        "functions": (FunctionSpec(name="job"), FunctionSpec(name="other")),
        "rules": (RuleSpec(name="new", function="job"), RuleSpec(name="old")),
        "tables": (sms_table("sms"),),
        "secrets": {"example/sens": "{}", "example/other": "{}"},
        "sns": SnsSpec(topics=(TopicSpec(name="alarms"), TopicSpec(name="others"))),
        "access_keys": {KEY_ID: "captain", NOBODYS_KEY: "nobody", OLD_KEY: "old"},
        "expired_key_ids": (OLD_KEY,),
        "policies": {
            "captain": policy(
                allow("events:*", "arn:aws:events:{region}:{account}:rule/new"),
                allow(["lambda:Get*", "lambda:InvokeFunction"], "arn:aws:lambda:{region}:{account}:function:job"),
                allow("logs:FilterLogEvents", "arn:aws:logs:{region}:{account}:log-group:/aws/lambda/job:*"),
                allow("cloudwatch:GetMetricData"),
                allow("dynamodb:Query", "arn:aws:dynamodb:{region}:{account}:table/sms"),
                allow("secretsmanager:*", "arn:aws:secretsmanager:{region}:{account}:secret:example/sens-??????"),
                allow("sns:Publish", "arn:aws:sns:{region}:{account}:alarms"),
            ),
            "old": ALLOW_ALL,
        },
    }  # fmt: skip
    with running(tmp_path_factory.mktemp("policy"), **spec) as made:
        yield made


def denied(call, **asked):
    with pytest.raises(ClientError) as caught:
        call(**asked)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


ELSEWHERE = [
    ("events", "enable_rule", {"Name": "old"}, "AccessDeniedException", 400),
    ("lambda", "get_function", {"FunctionName": "other"}, "AccessDeniedException", 403),
    ("lambda", "put_function_concurrency", {"FunctionName": "job", "ReservedConcurrentExecutions": 0},
     "AccessDeniedException", 403),
    ("logs", "filter_log_events", {"logGroupName": "/aws/lambda/other"}, "AccessDeniedException", 400),
    ("cloudwatch", "describe_alarms", {}, "AccessDenied", 403),
    ("dynamodb", "query", {"TableName": "sms", "IndexName": "pending_option", "KeyConditionExpression": "d = :s",
                           "ExpressionAttributeValues": {":s": {"S": "c"}}}, "AccessDeniedException", 400),
    ("dynamodb", "scan", {"TableName": "sms"}, "AccessDeniedException", 400),
    ("secretsmanager", "get_secret_value", {"SecretId": "example/other"}, "AccessDeniedException", 400),
    ("sns", "publish", {"TopicArn": "others", "Message": "m"}, "AuthorizationError", 403),
]  # fmt: skip


@pytest.mark.parametrize(("service", "operation", "asked", "code", "status"), ELSEWHERE)
def test_what_the_policy_does_not_allow_is_denied_in_each_services_own_words(
    rig, service, operation, asked, code, status
):
    """The code and status per service, and a message that names who, what and on which resource."""
    if "TopicArn" in asked:
        asked = {**asked, "TopicArn": f"arn:aws:sns:ap-northeast-2:{rig.account}:{asked['TopicArn']}"}
    found, http, message = denied(getattr(rig.client(service), operation), **asked)
    assert (found, http) == (code, status)
    action = "".join(word.capitalize() for word in operation.split("_"))
    assert message.startswith(
        f"User: arn:aws:iam::{rig.account}:user/captain is not authorized to perform: {service}:{action} on resource: "
    )


def test_what_the_policy_allows_is_answered(rig):
    rig.client("events").enable_rule(Name="new")
    rig.client("events").disable_rule(Name="new")
    assert rig.client("lambda").get_function(FunctionName="job")["Configuration"]["FunctionName"] == "job"
    rig.client("logs").filter_log_events(logGroupName="/aws/lambda/job")
    rig.client("secretsmanager").get_secret_value(SecretId="example/sens")
    named = {"TopicArn": f"arn:aws:sns:ap-northeast-2:{rig.account}:alarms", "Message": "m"}
    assert rig.client("sns").publish(**named)["MessageId"]


def test_a_denied_switch_changes_nothing(rig):
    denied(rig.client("events").enable_rule, Name="old")
    assert rig.world.store.call("events", "DescribeRule", {"Name": "old"})["State"] == "DISABLED"


def test_who_has_no_policy_may_only_ask_who_they_are(rig):
    nobody = {"key_id": NOBODYS_KEY}
    assert rig.client("sts", **nobody).get_caller_identity()["Arn"].endswith(":user/nobody")
    assert denied(rig.client("cloudwatch", **nobody).describe_alarms)[0] == "AccessDenied"


def test_an_expired_key_is_told_so(rig):
    old = {"key_id": OLD_KEY}
    assert denied(rig.client("events", **old).describe_rule, Name="new")[:2] == ("ExpiredTokenException", 400)
    assert denied(rig.client("sts", **old).get_caller_identity)[:2] == ("ExpiredToken", 403)
    assert denied(rig.client("lambda", **old).get_function, FunctionName="job")[:2] == ("ExpiredTokenException", 403)


def test_the_functions_role_is_not_the_captain(rig):
    arn = rig.client("sts", key_id=rig.spec.runtime_key_id).get_caller_identity()["Arn"]
    assert arn == f"arn:aws:sts::{rig.account}:assumed-role/function-role/sandbox"


def test_codes_and_resources_that_nobody_verified_are_switches(tmp_path):
    """Another world says it otherwise: its codes, statuses and the form of a log group's resource."""
    switches = AwsSwitches(
        denied_codes={"*": "AccessDenied"}, denied_statuses={"*": 403}, log_resource="log-group:{group}",
        unknown_key_codes={"*": "InvalidClientTokenId"}, expired_key_codes={"*": "ExpiredToken"},
    )  # fmt: skip
    logs = allow("logs:FilterLogEvents", "arn:aws:logs:{region}:{account}:log-group:/aws/lambda/job")
    spec = {"functions": (FunctionSpec(name="job"),), "rules": (RuleSpec(name="new"),)}
    with running(tmp_path, **spec, policies={"captain": policy(logs)}, switches=switches) as rig:
        assert denied(rig.client("events").enable_rule, Name="new")[:2] == ("AccessDenied", 403)
        assert rig.client("logs").filter_log_events(logGroupName="/aws/lambda/job")["events"] == []
        stranger = rig.client("events", key_id="AKIA" + "EXAMPLESTRANGER0")
        assert denied(stranger.enable_rule, Name="new")[0] == "InvalidClientTokenId"


def test_listing_log_groups_is_decided_on_a_resource_without_a_name(tmp_path):
    """A policy that names the group alone is not enough for it, as people report of AWS; a switch says otherwise."""
    logs = allow("logs:DescribeLogGroups", "arn:aws:logs:{region}:{account}:log-group:/aws/lambda/job:*")
    spec = {"functions": (FunctionSpec(name="job"),), "policies": {"captain": policy(logs)}}
    for name in ("strict", "named"):
        (tmp_path / name).mkdir()
    with running(tmp_path / "strict", **spec) as rig:
        asked = {"logGroupNamePrefix": "/aws/lambda/job"}
        code, _, said = denied(rig.client("logs").describe_log_groups, **asked)
        assert code == "AccessDeniedException"
        assert "log-group::log-stream: " in said
    named = AwsSwitches(log_list_resource="log-group:{group}:log-stream:")
    with running(tmp_path / "named", **spec, switches=named) as rig:
        assert len(rig.client("logs").describe_log_groups(**asked)["logGroups"]) == 1


def test_the_captains_policy_is_the_one_that_the_security_page_asks_for():
    """Not an action more or less; that it is enough, every rehearsal shows."""
    asked = set(re.findall(r"`([a-z]+:[A-Z]\w+)`", SECURITY_PAGE.read_text("utf-8")))
    statements = naver_aws().policies["captain"]["Statement"]
    allowed = {action for one in statements for action in one["Action"]}
    assert asked - allowed == {"sts:GetCallerIdentity"}
    assert allowed <= asked
    assert all(one["Resource"] == ["*"] for one in statements if one["Action"] == ["cloudwatch:GetMetricData"])


def test_a_bad_policy_is_refused_before_a_world_is_made():
    with pytest.raises(BadPolicy):
        AwsSpec(policies={"captain": {"Version": "2012-10-17", "Statement": 1}})
