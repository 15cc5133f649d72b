"""Parameters that AWS does not take, with the real boto3: taken in silence here, they would fail in production."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError
from tests.sandbox.rig import START, running

from bongsu.sandbox.aws_lambda import FunctionSpec
from bongsu.sandbox.naver_defaults import sms_table

GROUP = {"logGroupName": "/aws/lambda/job"}
SPAN = {"StartTime": START - timedelta(days=2), "EndTime": START}
STAT = {"Metric": {"Namespace": "N", "MetricName": "M"}, "Period": 60, "Stat": "Sum"}
QUERY = {"Id": "a", "MetricStat": STAT}
IN_UNITS = {"Id": "a", "MetricStat": STAT | {"Unit": "Count"}}
KEY = {"booking_num": {"S": "1_1"}, "phone": {"S": "010-0000-0001"}}
OF_ONE = {
    "TableName": "sms",
    "KeyConditionExpression": "booking_num = :b",
    "ExpressionAttributeValues": {":b": {"S": "1_1"}},
}
REFUSED = [
    ("logs", "filter_log_events", {}, "InvalidParameterException"),
    ("logs", "filter_log_events", {**GROUP, "logGroupIdentifier": "x"}, "InvalidParameterException"),
    ("logs", "filter_log_events", {**GROUP, "logStreamNames": ["a"], "logStreamNamePrefix": "a"},
     "InvalidParameterException"),
    ("logs", "filter_log_events", {**GROUP, "limit": 10_001}, "InvalidParameterException"),
    ("logs", "get_log_events", {**GROUP, "logStreamName": "s", "nextToken": "x"}, "InvalidParameterException"),
    ("logs", "get_log_events", {**GROUP, "logStreamName": "s", "nextToken": "f/x"}, "InvalidParameterException"),
    ("logs", "describe_log_streams", {**GROUP, "orderBy": "LastEventTime", "logStreamNamePrefix": "s"},
     "InvalidParameterException"),
    ("logs", "describe_log_streams", {**GROUP, "limit": 51}, "InvalidParameterException"),
    ("logs", "describe_log_streams", {**GROUP, "nextToken": "x"}, "InvalidParameterException"),
    ("logs", "describe_log_groups", {"logGroupNamePattern": "a", "logGroupNamePrefix": "a"},
     "InvalidParameterException"),
    ("lambda", "list_versions_by_function", {"FunctionName": "job", "Marker": "x"}, "InvalidParameterValueException"),
    ("lambda", "invoke", {"FunctionName": "job", "Payload": b"{"}, "InvalidRequestContentException"),
    ("cloudwatch", "get_metric_data", {**SPAN, "MetricDataQueries": []}, "ValidationError"),
    ("cloudwatch", "get_metric_data", {**SPAN, "MetricDataQueries": [QUERY, QUERY]}, "ValidationError"),
    ("cloudwatch", "get_metric_data", {**SPAN, "MetricDataQueries": [{**QUERY, "Expression": "1"}]},
     "ValidationError"),
    ("cloudwatch", "get_metric_data", {**SPAN, "MetricDataQueries": [IN_UNITS]},
     "ValidationError"),
    ("cloudwatch", "get_metric_data", {**SPAN, "MetricDataQueries": [QUERY], "NextToken": "!!"}, "InvalidNextToken"),
    ("cloudwatch", "get_metric_statistics", {**SPAN, "Namespace": "N", "MetricName": "M", "Period": 60},
     "InvalidParameterCombination"),
    ("cloudwatch", "get_metric_statistics",
     {**SPAN, "Namespace": "N", "MetricName": "M", "Period": 60, "Statistics": ["Sum"]},
     "InvalidParameterCombination"),
    ("cloudwatch", "describe_alarms", {"AlarmNames": ["a"], "AlarmNamePrefix": "a"}, "ValidationError"),
    ("cloudwatch", "describe_alarms", {"AlarmNames": [str(n) for n in range(101)]}, "ValidationError"),
    ("cloudwatch", "describe_alarms", {"MaxRecords": 101}, "ValidationError"),
    ("cloudwatch", "describe_alarms", {"NextToken": "x"}, "InvalidNextToken"),
    ("cloudwatch", "set_alarm_state",
     {"AlarmName": "a", "StateValue": "OK", "StateReason": "r", "StateReasonData": "no"}, "InvalidFormat"),
    ("dynamodb", "query", {**OF_ONE, "ProjectionExpression": "name"}, "ValidationException"),
    ("dynamodb", "query", {**OF_ONE, "ProjectionExpression": "phone, phone"}, "ValidationException"),
    ("dynamodb", "query", {**OF_ONE, "ProjectionExpression": "#n"}, "ValidationException"),
    ("dynamodb", "query", {**OF_ONE, "ExpressionAttributeNames": {"#n": "name"}}, "ValidationException"),
    ("dynamodb", "query", {**OF_ONE, "ExpressionAttributeValues": {":b": {"S": "1"}, ":c": {"S": "1"}}},
     "ValidationException"),
    ("dynamodb", "query", {**OF_ONE, "ExpressionAttributeValues": {":b": {"S": ""}}}, "ValidationException"),
    ("dynamodb", "query", {**OF_ONE, "ExpressionAttributeValues": {":b": {"N": "1"}}}, "ValidationException"),
    ("dynamodb", "get_item", {"TableName": "sms", "Key": KEY | {"phone": {"N": "1"}}}, "ValidationException"),
    ("dynamodb", "put_item", {"TableName": "sms", "Item": KEY | {"due_shard": {"N": "1"}}}, "ValidationException"),
]  # fmt: skip


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    spec = {"functions": (FunctionSpec(name="job"),), "tables": (sms_table("sms"),)}
    with running(tmp_path_factory.mktemp("aws"), **spec) as made:
        made.world.logs.write(GROUP["logGroupName"], "s", "a line")
        made.clients = {name: made.client(name) for name in ("logs", "cloudwatch", "dynamodb", "lambda")}
        yield made


@pytest.mark.parametrize(("service", "operation", "asked", "code"), REFUSED)
def test_what_the_service_documents_as_refused_is_refused(rig, service, operation, asked, code):
    with pytest.raises(ClientError) as caught:
        getattr(rig.clients[service], operation)(**asked)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_log_groups_are_found_by_a_part_of_their_name_in_its_own_case(rig):
    logs = rig.clients["logs"]
    found = [logs.describe_log_groups(logGroupNamePattern=part)["logGroups"] for part in ("da/j", "DA/J")]
    assert [len(one) for one in found] == [1, 0]


def test_a_body_that_is_no_json_is_refused_and_cuts_no_connection(rig):
    client = rig.clients["dynamodb"]
    client.meta.events.register("before-call.dynamodb.Query", lambda params, **_: params.update(body=b"{"))
    with pytest.raises(ClientError) as caught:
        client.query(**OF_ONE)
    assert caught.value.response["Error"]["Code"] == "SerializationException"
