"""Every kind of fault on AWS, met by an unmodified boto3 with its retries on."""

from __future__ import annotations

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ReadTimeoutError,
)
from tests.patience import PATIENCE_S
from tests.sandbox.rig import KEY_ID, REGION, running

from bongsu.sandbox.aws_lambda import FunctionSpec
from bongsu.sandbox.faults import Fault
from bongsu.sandbox.naver_defaults import sms_table
from bongsu.sandbox.scheduler import RuleSpec
from bongsu.sandbox.sns import SnsSpec, TopicSpec

CALLS = {
    "events": ("DescribeRule", {"Name": "new"}),
    "lambda": ("GetFunction", {"FunctionName": "job"}),
    "logs": ("DescribeLogGroups", {}),
    "cloudwatch": ("DescribeAlarms", {}),
    "dynamodb": ("DescribeTable", {"TableName": "sms"}),
    "secretsmanager": ("GetSecretValue", {"SecretId": "example/sens"}),
    "sns": ("GetTopicAttributes", {}),
    "sts": ("GetCallerIdentity", {}),
}


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    spec = {
        "functions": (FunctionSpec(name="job"),),
        "rules": (RuleSpec(name="new", function="job"),),
        "tables": (sms_table("sms"),),
        "secrets": {"example/sens": "{}"},
        "sns": SnsSpec(topics=(TopicSpec(name="alarms"),)),
    }
    with running(tmp_path_factory.mktemp("faults"), **spec) as made:
        yield made


@pytest.fixture(autouse=True)
def the_rule_is_off(rig):
    rig.world.store.call("events", "DisableRule", {"Name": "new"})
    yield
    rig.faults.clear()


def client(rig, service, *, mode="standard", calls=2, read_timeout=PATIENCE_S):
    """Return boto3's own client: only its address, its keys and its retry mode are chosen."""
    config = Config(retries={"mode": mode, "total_max_attempts": calls}, read_timeout=read_timeout)
    made = boto3.client(
        service, endpoint_url=rig.served.url, region_name=REGION, aws_access_key_id=KEY_ID,
        aws_secret_access_key="example", config=config,
    )  # fmt: skip
    rig._clients.append(made)
    return made


def call(rig, service, **how):
    operation, asked = CALLS[service]
    if service == "sns":
        asked = {"TopicArn": rig.world.sns.topic_arn("alarms")}
    made = client(rig, service, **how)
    method = next(name for name, one in made.meta.method_to_api_mapping.items() if one == operation)
    return getattr(made, method)(**asked)["ResponseMetadata"]


def enabled(rig):
    return rig.world.store.call("events", "DescribeRule", {"Name": "new"})["State"] == "ENABLED"


@pytest.mark.parametrize("service", CALLS)
def test_throttling_is_retried_in_the_words_of_each_service(rig, service):
    """boto3 knows the code for a throttle, tries again, and says how often."""
    rig.faults.add(Fault(service=service, operation=CALLS[service][0], kind="rate_limit"))
    assert call(rig, service)["RetryAttempts"] == 1


@pytest.mark.parametrize("kind", ["rate_limit", "status", "html"])
def test_the_adaptive_mode_gets_through_as_well(rig, kind):
    rig.faults.add(Fault(service="events", operation="DescribeRule", kind=kind))
    assert call(rig, "events", mode="adaptive")["RetryAttempts"] == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_are_retried_whatever_their_code(rig, status):
    rig.faults.add(Fault(service="lambda", operation="GetFunction", kind="status", status=status, code="Anything"))
    assert call(rig, "lambda")["RetryAttempts"] == 1


@pytest.mark.parametrize("service", ["logs", "sts", "lambda"])
def test_a_gateways_page_is_retried_in_every_protocol(rig, service):
    """JSON, query and REST: the page is no answer of theirs, its status is what counts."""
    rig.faults.add(Fault(service=service, operation=CALLS[service][0], kind="html"))
    assert call(rig, service)["RetryAttempts"] == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "ValidationException"), (403, "AccessDeniedException"), (409, "ConflictException"), (404, "NotFound")],
)
def test_a_clients_error_is_not_retried_and_comes_by_its_code(rig, status, code):
    rig.faults.add(Fault(service="events", operation="EnableRule", kind="status", status=status, code=code))
    with pytest.raises(ClientError) as caught:
        client(rig, "events", calls=3).enable_rule(Name="new")
    error = caught.value.response
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert error["ResponseMetadata"].get("RetryAttempts", 0) == 0
    assert not enabled(rig)


def test_when_the_retries_are_used_up_the_last_refusal_is_told(rig):
    rig.faults.add(Fault(service="events", operation="EnableRule", kind="rate_limit", times=None))
    with pytest.raises(ClientError) as caught:
        client(rig, "events").enable_rule(Name="new")
    assert caught.value.response["Error"]["Code"] == "ThrottlingException"
    assert "reached max retries: 1" in str(caught.value)
    assert not enabled(rig)


def test_an_error_may_come_after_the_effect(rig):
    rig.faults.add(
        Fault(service="events", operation="EnableRule", kind="status", status=500, code="InternalFailure", stored=True)
    )
    with pytest.raises(ClientError):
        client(rig, "events", calls=1).enable_rule(Name="new")
    assert enabled(rig)


@pytest.mark.parametrize(("kind", "on"), [("drop_before", False), ("drop_after", True)])
def test_a_cut_connection_leaves_the_effect_in_doubt(rig, kind, on):
    """The same exception either way: only a look at the rule tells which it was."""
    rig.faults.add(Fault(service="events", operation="EnableRule", kind=kind))
    with pytest.raises(ConnectionClosedError):
        client(rig, "events", calls=1).enable_rule(Name="new")
    assert enabled(rig) is on


def test_a_lost_answer_is_asked_for_again_and_the_effect_happens_twice(rig):
    before = rig.faults.calls("events", "EnableRule")
    rig.faults.add(Fault(service="events", operation="EnableRule", kind="drop_after"))
    assert client(rig, "events").enable_rule(Name="new")["ResponseMetadata"]["RetryAttempts"] == 1
    assert rig.faults.calls("events", "EnableRule") - before == 2


def test_a_call_that_hangs_ends_at_the_clients_own_patience(rig):
    rig.faults.add(Fault(service="events", operation="EnableRule", kind="hang", wall_ms=60_000))
    with pytest.raises(ReadTimeoutError):
        client(rig, "events", calls=1, read_timeout=0.2).enable_rule(Name="new")
    assert not enabled(rig)


def test_a_slow_answer_is_an_answer(rig):
    rig.faults.add(Fault(service="events", operation="EnableRule", kind="slow", wall_ms=100))
    assert client(rig, "events").enable_rule(Name="new")["ResponseMetadata"]["RetryAttempts"] == 0
    assert enabled(rig)


@pytest.mark.parametrize("kind", ["garbled", "truncated"])
def test_half_an_answer_passes_for_an_empty_one(rig, kind):
    """boto3 raises nothing for JSON that it cannot read: whoever asks must miss what is not there."""
    rig.faults.add(Fault(service="events", operation="DescribeRule", kind=kind))
    answer = client(rig, "events", calls=1).describe_rule(Name="new")
    assert set(answer) == {"ResponseMetadata"}
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_fault_hits_the_nth_call_and_the_record_names_it(rig):
    rig.faults.add(Fault(service="events", operation="DescribeRule", kind="status", nth=2))
    made = client(rig, "events", calls=1)
    made.describe_rule(Name="new")
    with pytest.raises(ClientError):
        made.describe_rule(Name="new")
    made.describe_rule(Name="new")
    told = [one.get("fault") for one in rig.recorded("aws") if one["operation"] == "events.DescribeRule"][-3:]
    assert told == [None, "status", None]


def test_the_front_is_reached_on_this_machine_alone_and_writes_down_every_call(rig):
    assert rig.served.url.startswith("http://127.0.0.1:")
    answer = client(rig, "events").describe_rule(Name="new")
    (told,) = [one for one in rig.recorded("aws") if one["request_id"] == answer["ResponseMetadata"]["RequestId"]]
    assert (told["operation"], told["status"], told["caller"], told["rule"]) == (
        "events.DescribeRule", 200, "captain", "new",
    )  # fmt: skip


def test_trouble_may_be_for_one_rule_or_function(rig):
    for name in ("new", "job"):
        rig.faults.add(Fault(service="*", about=name, kind="status", status=400, code="ValidationException"))
    with pytest.raises(ClientError, match="ValidationException"):
        client(rig, "events", calls=1).describe_rule(Name="new")
    with pytest.raises(ClientError, match="ValidationException"):
        client(rig, "lambda", calls=1).get_function(FunctionName="job")
    assert client(rig, "dynamodb", calls=1).describe_table(TableName="sms")["Table"]["TableName"] == "sms"
