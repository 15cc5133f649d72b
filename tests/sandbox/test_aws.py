"""The AWS front, called with the real boto3 for each operation that it answers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime

import pytest
from botocore.exceptions import ClientError, HTTPClientError
from hypothesis import given
from hypothesis import strategies as st
from tests.sandbox.rig import REGION, START, running

from bongsu.sandbox.aws_lambda import FunctionSpec
from bongsu.sandbox.aws_logs import LogEvent, epoch_ms
from bongsu.sandbox.aws_metrics import Series
from bongsu.sandbox.aws_switches import AwsSwitches
from bongsu.sandbox.faults import Fault
from bongsu.sandbox.naver_defaults import sms_table
from bongsu.sandbox.scheduler import RuleSpec

GROUP = "/aws/lambda/job"


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    spec = {
        "functions": (FunctionSpec(name="job", memory_mb=512, timeout_s=300),),
        "rules": (RuleSpec(name="new", function="job"), RuleSpec(name="lonely", function="job", permission=False)),
        "tables": (sms_table("sms"),),
        "secrets": {"example/sens": '{"access_key": "a"}'},
        "log_page_events": 7,
        "metric_lag_ms": 0,
    }
    with running(tmp_path_factory.mktemp("aws"), **spec) as made:
        yield made


def refused(call, **asked):
    with pytest.raises(ClientError) as caught:
        call(**asked)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_rule_is_switched_by_enable_and_read_back_by_describe(rig):
    """Enable answers with an empty body and a request id; the state is told by describe only."""
    events = rig.client("events")
    assert events.describe_rule(Name="new")["State"] == "DISABLED"
    answer = events.enable_rule(Name="new")
    assert set(answer) == {"ResponseMetadata"}
    assert events.describe_rule(Name="new")["State"] == "ENABLED"
    events.disable_rule(Name="new")
    assert events.describe_rule(Name="new")["State"] == "DISABLED"
    request_ids = [entry["request_id"] for entry in rig.recorded("aws") if entry["operation"] == "events.EnableRule"]
    assert request_ids == [answer["ResponseMetadata"]["RequestId"]]


def test_a_missing_rule_is_not_found(rig):
    assert refused(rig.client("events").enable_rule, Name="nobody") == ("ResourceNotFoundException", 400)


def test_targets_and_permission_tell_which_function_a_rule_starts(rig):
    targets = rig.client("events").list_targets_by_rule(Rule="new")["Targets"]
    assert [target["Arn"].rpartition(":")[2] for target in targets] == ["job"]
    policy = rig.client("lambda").get_policy(FunctionName="job")["Policy"]
    assert "rule/new" in policy
    assert "rule/lonely" not in policy


def test_a_function_is_described_with_the_digest_it_was_made_from(rig):
    """The embedded store hashes the address instead and leaves out the revision and the log settings."""
    client = rig.client("lambda")
    found = client.get_function(FunctionName="job")
    digest = found["Code"]["ResolvedImageUri"].partition("@sha256:")[2]
    assert found["Configuration"]["CodeSha256"] == digest
    assert len(digest) == 64
    configuration = client.get_function_configuration(FunctionName="job")
    assert configuration["MemorySize"] == 512
    assert configuration["LoggingConfig"]["LogGroup"] == GROUP
    assert configuration["RevisionId"] == found["Configuration"]["RevisionId"]
    assert configuration["LastModified"].startswith("2025-09-22")
    retries = client.get_function_event_invoke_config(FunctionName="job")
    assert retries["MaximumRetryAttempts"] == 0
    assert refused(client.get_function, FunctionName="nobody") == ("ResourceNotFoundException", 404)
    arn = found["Configuration"]["FunctionArn"]
    assert client.get_function_configuration(FunctionName=arn)["FunctionName"] == "job"
    elsewhere = arn.replace(rig.account, "999999999999")
    assert refused(client.get_function_configuration, FunctionName=elsewhere)[0] == "ResourceNotFoundException"


def test_the_caller_is_named_by_its_key(rig):
    who = rig.client("sts").get_caller_identity()
    assert who["Account"] == rig.account
    assert who["Arn"].endswith(":user/captain")


def test_an_unknown_key_is_refused_in_each_protocols_own_words(rig):
    stranger = {"key_id": "AKIAEXAMPLESTRANGER0"}
    assert refused(rig.client("sts", **stranger).get_caller_identity) == ("InvalidClientTokenId", 403)
    assert refused(rig.client("events", **stranger).enable_rule, Name="new")[0] == "UnrecognizedClientException"
    assert refused(rig.client("lambda", **stranger).get_function, FunctionName="job")[0] == (
        "UnrecognizedClientException"
    )


def test_another_region_is_refused(rig):
    events = rig.client("events", region="us-east-1")
    assert refused(events.describe_rule, Name="new") == ("InvalidSignatureException", 403)


@pytest.mark.parametrize(
    ("service", "operation", "asked"),
    [
        ("events", "put_rule", {"Name": "x", "ScheduleExpression": "rate(1 minute)"}),
        (
            "logs",
            "start_query",
            {"logGroupName": GROUP, "startTime": 0, "endTime": 1, "queryString": "fields @message"},
        ),
        ("lambda", "list_functions", {}),
        ("cloudwatch", "list_metrics", {}),
        ("dynamodb", "transact_write_items", {"TransactItems": [{}]}),
        ("dynamodb", "batch_write_item", {"RequestItems": {"sms": [{}]}}),
        ("ec2", "describe_instances", {}),
    ],
)
def test_what_no_test_has_compared_is_refused_loudly(rig, service, operation, asked):
    """A silently wrong answer of the embedded store must not pass for evidence."""
    assert refused(getattr(rig.client(service), operation), **asked) == ("SandboxUnsupportedOperation", 501)


def test_a_secret_is_read_with_its_version_and_a_date_of_the_worlds_time(rig):
    secret = rig.client("secretsmanager").get_secret_value(SecretId="example/sens")
    assert secret["SecretString"] == '{"access_key": "a"}'
    assert secret["VersionId"]
    assert secret["CreatedDate"].year == 2025
    assert refused(rig.client("secretsmanager").get_secret_value, SecretId="no")[0] == "ResourceNotFoundException"


def test_the_table_is_described_and_its_conditions_hold(rig):
    dynamodb = rig.client("dynamodb")
    table = dynamodb.describe_table(TableName="sms")["Table"]
    assert table["TableStatus"] == "ACTIVE"
    assert table["CreationDateTime"].year == 2025
    row = {"booking_num": {"S": "1000001_1"}, "phone": {"S": "010-0000-0001"}, "option_sms": {"BOOL": False}}
    put = {"TableName": "sms", "Item": row, "ConditionExpression": "attribute_not_exists(booking_num)"}
    dynamodb.put_item(**put)
    assert refused(dynamodb.put_item, **put)[0] == "ConditionalCheckFailedException"


def test_the_short_way_of_a_query_answers_as_the_store_does(rig):
    """The plain query by hash key is answered by look-up; with a limit the store itself answers."""
    dynamodb = rig.client("dynamodb")
    for phone in ("010-0000-0009", "010-0000-0003"):
        dynamodb.put_item(TableName="sms", Item={"booking_num": {"S": "b_2"}, "phone": {"S": phone}})
    plain = {
        "TableName": "sms",
        "KeyConditionExpression": "#b = :b",
        "ExpressionAttributeNames": {"#b": "booking_num"},
        "ExpressionAttributeValues": {":b": {"S": "b_2"}},
    }
    short = dynamodb.query(**plain)
    by_store = dynamodb.query(**plain, Limit=10)
    assert short["Items"] == by_store["Items"]
    assert [item["phone"]["S"] for item in short["Items"]] == ["010-0000-0003", "010-0000-0009"]
    assert dynamodb.query(**{**plain, "ExpressionAttributeValues": {":b": {"S": "none"}}})["Count"] == 0


def test_the_short_way_of_an_index_and_of_a_batch_answers_as_the_store_does(rig):
    """An item lacking a key of the index is not in it; a batch leaves out what is not there."""
    dynamodb = rig.client("dynamodb")
    rows = [("c_1", "2025-10-23 10:00:00"), ("c_2", "2025-10-22 10:00:00"), ("c_3", None)]
    for number, time in rows:
        item = {
            "booking_num": {"S": number},
            "phone": {"S": "p"},
            "due_shard": {"S": "c"},
            "claim": {"M": {"n": {"N": "1"}}},
        }
        dynamodb.put_item(TableName="sms", Item=item | ({"booking_time": {"S": time}} if time else {}))
    asked = {
        "TableName": "sms", "IndexName": "pending_option", "KeyConditionExpression": "due_shard = :s",
        "ExpressionAttributeValues": {":s": {"S": "c"}},
    }  # fmt: skip
    short, by_store = dynamodb.query(**asked), dynamodb.query(**asked, Limit=50)
    assert short["Items"] == by_store["Items"]
    assert [item["booking_num"]["S"] for item in short["Items"]] == ["c_2", "c_1"]
    names = {"#n": "booking_num"}
    projected = dynamodb.query(**asked, ProjectionExpression="#n", ExpressionAttributeNames=names)["Items"]
    assert projected == [{"booking_num": {"S": "c_2"}}, {"booking_num": {"S": "c_1"}}]
    keys = [{"booking_num": {"S": number}, "phone": {"S": "p"}} for number in ("c_1", "c_9", "c_3")]
    batch = dynamodb.batch_get_item(RequestItems={"sms": {"Keys": keys, "ConsistentRead": True}})
    by_store = dynamodb.batch_get_item(RequestItems={"sms": {"Keys": keys}}, ReturnConsumedCapacity="TOTAL")
    assert batch["Responses"] == by_store["Responses"]
    assert [item["booking_num"]["S"] for item in batch["Responses"]["sms"]] == ["c_1", "c_3"]
    twice = [keys[0], keys[0]]
    assert refused(dynamodb.batch_get_item, RequestItems={"sms": {"Keys": twice}})[0] == "ValidationException"


def test_log_lines_are_found_page_by_page_after_their_delay(rig):
    """Nothing of the last two seconds shows; then every line comes once, in order, over many small pages."""
    logs = rig.client("logs")
    for number in range(30):
        rig.world.logs.write(GROUP, "2025/10/22/[$LATEST]a", f"REPORT number {number}\n")
        rig.world.logs.write(GROUP, "2025/10/22/[$LATEST]b", f"other {number}\n")
    asked = {"logGroupName": GROUP, "startTime": epoch_ms(START), "filterPattern": "REPORT"}
    assert logs.filter_log_events(**asked)["events"] == []
    rig.pass_time(timedelta(seconds=3))
    pages = list(logs.get_paginator("filter_log_events").paginate(**asked))
    messages = [event["message"] for page in pages for event in page["events"]]
    assert messages == [f"REPORT number {number}\n" for number in range(30)]
    assert len(pages) == 5
    assert len({event["eventId"] for page in pages for event in page["events"]}) == 30
    first = pages[0]["events"][0]
    assert first["ingestionTime"] - first["timestamp"] == 2000
    end_ms = first["timestamp"]
    assert logs.filter_log_events(**asked, endTime=end_ms)["events"][0]["timestamp"] == end_ms


def test_an_empty_page_is_not_the_end(tmp_path):
    """The service may answer nothing and a token: only a page without a token is the last."""
    function = FunctionSpec(name="job")
    with running(tmp_path, functions=(function,), log_empty_first_page=True, log_lag_ms=0) as rig:
        rig.world.logs.write(GROUP, "s", "REPORT\n")
        pages = list(rig.client("logs").get_paginator("filter_log_events").paginate(logGroupName=GROUP))
        assert [len(page["events"]) for page in pages] == [0, 1]


def test_log_streams_and_single_streams_are_read(rig):
    logs = rig.client("logs")
    rig.world.logs.write(GROUP, "2025/10/22/[$LATEST]c", "one\n")
    rig.world.logs.write(GROUP, "2025/10/22/[$LATEST]c", "two\n")
    rig.pass_time(timedelta(seconds=3))
    streams = logs.describe_log_streams(logGroupName=GROUP, orderBy="LastEventTime", descending=True)["logStreams"]
    assert streams[0]["logStreamName"].endswith("c")
    asked = {"logGroupName": GROUP, "logStreamName": "2025/10/22/[$LATEST]c", "startFromHead": True}
    page = logs.get_log_events(**asked, limit=1)
    assert [event["message"] for event in page["events"]] == ["one\n"]
    page = logs.get_log_events(**asked, nextToken=page["nextForwardToken"])
    assert [event["message"] for event in page["events"]] == ["two\n"]
    end = logs.get_log_events(**asked, nextToken=page["nextForwardToken"])
    assert (end["events"], end["nextForwardToken"]) == ([], page["nextForwardToken"])
    groups = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    assert [group["logGroupName"] for group in groups] == [GROUP]


@pytest.mark.parametrize("pattern", ["?A ?B", "-A", "{ $.x = 1 }", "[w=A, ...]", "%A%"])
def test_filter_patterns_that_would_be_ignored_are_refused(rig, pattern):
    code, _ = refused(rig.client("logs").filter_log_events, logGroupName=GROUP, filterPattern=pattern)
    assert code == "InvalidParameterException"


def test_an_unknown_log_group_is_not_found(rig):
    assert refused(rig.client("logs").filter_log_events, logGroupName="no")[0] == "ResourceNotFoundException"


def query(stat, *, period=60, query_id="q1", metric="Sent"):
    where = {"Namespace": "Test", "MetricName": metric, "Dimensions": [{"Name": "Function", "Value": "job"}]}
    return {"Id": query_id, "MetricStat": {"Metric": where, "Period": period, "Stat": stat}}


def test_metric_sums_come_in_buckets_of_the_period(rig):
    cloudwatch = rig.client("cloudwatch")
    for minutes, value in ((0, 3), (1, 4), (6, 5)):
        at = START - timedelta(hours=1) + timedelta(minutes=minutes, seconds=20)
        rig.world.metrics.remember("Test", {"Sent": value}, at=at, dimensions={"Function": "job"})
    asked = {"StartTime": START - timedelta(hours=1), "EndTime": START}
    results = cloudwatch.get_metric_data(
        **asked,
        ScanBy="TimestampAscending",
        MetricDataQueries=[query("Sum", period=300), query("Maximum", query_id="q2")],
    )["MetricDataResults"]
    assert [result["Values"] for result in results] == [[7.0, 5.0], [3.0, 4.0, 5.0]]
    assert results[0]["Timestamps"][0] == START - timedelta(hours=1)
    row = cloudwatch.get_metric_statistics(
        Namespace="Test", MetricName="Sent", Dimensions=[{"Name": "Function", "Value": "job"}],
        Period=3600, Statistics=["Sum", "SampleCount"], **asked,
    )["Datapoints"]  # fmt: skip
    assert [(one["Sum"], one["SampleCount"]) for one in row] == [(12.0, 3.0)]


def test_metric_answers_are_paged(rig):
    for minutes in range(5):
        at = START - timedelta(hours=3) + timedelta(minutes=minutes)
        rig.world.metrics.remember("Test", {"Paged": 1}, at=at, dimensions={"Function": "job"})
    paginator = rig.client("cloudwatch").get_paginator("get_metric_data")
    pages = paginator.paginate(
        StartTime=START - timedelta(hours=4), EndTime=START, MetricDataQueries=[query("Sum", metric="Paged")],
        PaginationConfig={"PageSize": 2},
    )  # fmt: skip
    assert [len(page["MetricDataResults"][0]["Values"]) for page in pages] == [2, 2, 1]


@pytest.mark.parametrize("wrong", [query("p95"), query("tm90"), query("Sum", period=7), query("Sum", query_id="Q"),
                                   {"Id": "e1", "Expression": "m1+m2"}])  # fmt: skip
def test_statistics_that_would_come_out_wrong_are_refused(rig, wrong):
    """No percentile, no metric math and no odd period ever gets an empty answer that looks like one."""
    call = rig.client("cloudwatch").get_metric_data
    code, status = refused(call, StartTime=START - timedelta(hours=1), EndTime=START, MetricDataQueries=[wrong])
    assert status == 400
    assert code in {"ValidationError", "InvalidParameterValue"}


def test_embedded_metrics_become_datapoints_once_and_lists_count_each_value(rig):
    now_ms = epoch_ms(rig.clock.now())
    line = (
        '{"_aws":{"Timestamp":%d,"CloudWatchMetrics":[{"Namespace":"NaverSms","Dimensions":[["Function"]],"Metrics":'
        '[{"Name":"SmsAccepted"},{"Name":"Latency"},{"Name":"Absent"}]}]},"Function":"f","SmsAccepted":20,'
        '"Latency":[1.5,2]}'
    )
    assert rig.world.metrics.take_emf(line % now_ms) is None
    window = {"start": START - timedelta(hours=1), "end": START + timedelta(hours=9), "seen_at": rig.clock.now()}
    dimensions = frozenset({("Function", "f")})
    assert rig.world.metrics.values(Series("NaverSms", "SmsAccepted", dimensions), **window) == [Decimal(20)]
    assert rig.world.metrics.values(Series("NaverSms", "Latency", dimensions), **window) == [Decimal("1.5"), Decimal(2)]
    assert rig.world.metrics.take_emf(line % 0) == "time stamp outside 14 days back to 2 hours ahead"
    assert "readable" in rig.world.metrics.take_emf('{"_aws": 1}')


def test_answers_carry_the_sandboxs_time(rig):
    answer = rig.client("events").describe_rule(Name="new")
    stamp = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    assert timedelta(0) <= rig.clock.now() - stamp < timedelta(seconds=5)


class TestFaults:
    @pytest.fixture
    def rig(self, tmp_path):
        with running(tmp_path, rules=(RuleSpec(name="new"),)) as made:
            yield made

    def test_an_error_keeps_the_effect_back(self, rig):
        rig.faults.add(
            Fault(service="events", operation="EnableRule", kind="status", status=400, code="ThrottlingException")
        )
        events = rig.client("events")
        assert refused(events.enable_rule, Name="new") == ("ThrottlingException", 400)
        assert events.describe_rule(Name="new")["State"] == "DISABLED"
        events.enable_rule(Name="new")
        assert events.describe_rule(Name="new")["State"] == "ENABLED"

    def test_a_reply_lost_after_the_effect_leaves_the_rule_on(self, rig):
        rig.faults.add(Fault(service="events", operation="EnableRule", kind="drop_after"))
        events = rig.client("events")
        with pytest.raises(HTTPClientError):
            events.enable_rule(Name="new")
        assert events.describe_rule(Name="new")["State"] == "ENABLED"

    def test_a_request_lost_before_the_effect_leaves_it_off(self, rig):
        rig.faults.add(Fault(service="events", operation="EnableRule", kind="drop_before"))
        events = rig.client("events")
        with pytest.raises(HTTPClientError):
            events.enable_rule(Name="new")
        assert events.describe_rule(Name="new")["State"] == "DISABLED"

    def test_too_fast_is_said_in_the_service_s_own_words(self, rig):
        for service in ("events", "lambda"):
            rig.faults.add(Fault(service=service, kind="rate_limit"))
        assert refused(rig.client("events").enable_rule, Name="new") == ("ThrottlingException", 400)
        assert refused(rig.client("lambda").get_function, FunctionName="x") == ("TooManyRequestsException", 429)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 99)), unique=True))
def test_log_lines_are_ordered_by_time_and_then_arrival(keys):
    events = [LogEvent(at_ms=at, seq=seq, stream="s", event_id="", ingested_ms=0, message="") for at, seq in keys]
    assert [(event.at_ms, event.seq) for event in sorted(events)] == sorted(keys)


def test_the_region_of_the_rig_is_the_plans(rig):
    assert rig.spec.region == REGION


def test_the_status_of_a_missing_secret_is_a_switch(tmp_path):
    """400 as the other JSON services answer; the embedded store says 404."""
    with running(tmp_path, secrets={"a": "b"}) as rig:
        assert refused(rig.client("secretsmanager").get_secret_value, SecretId="no") == (
            "ResourceNotFoundException", 400,
        )  # fmt: skip
    with running(tmp_path, secrets={"a": "b"}, switches=AwsSwitches(missing_secret_status=404)) as rig:
        assert refused(rig.client("secretsmanager").get_secret_value, SecretId="no")[1] == 404


def test_what_the_embedded_store_cannot_do_is_refused_and_not_passed_on(rig):
    """It breaks on comparing a number with a text, where the service says that the condition is false."""
    dynamodb = rig.client("dynamodb")
    key = {"booking_num": {"S": "d_1"}, "phone": {"S": "p"}}
    dynamodb.put_item(TableName="sms", Item={**key, "n": {"N": "1"}})
    asked = {"TableName": "sms", "Key": key, "UpdateExpression": "SET m = :m", "ConditionExpression": "n < :s"}
    values = {":m": {"S": "x"}, ":s": {"S": "text"}}
    found = refused(dynamodb.update_item, **asked, ExpressionAttributeValues=values)
    assert found == ("SandboxUnsupportedOperation", 501)
