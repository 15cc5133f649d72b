"""Functions run as children of the sandbox: lines, metrics, failures, schedule."""

from __future__ import annotations

import json
import os
import re
import threading
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from tests.sandbox.rig import START, rule_and_function, running

from bongsu.sandbox.aws_lambda import FunctionSpec, Runnable
from bongsu.sandbox.aws_logs import epoch_ms
from bongsu.sandbox.lambda_environment import Ended, Environment, HandOut, child_variables
from bongsu.sandbox.lambda_lines import Told, report_line

GROUP = "/aws/lambda/tiny"
TINY = """
import json, os
print("loaded")
def handle(event, context):
    print(json.dumps({"event": event, "env": sorted(os.environ), "limit": context.memory_limit_in_mb,
                      "left_ms": context.get_remaining_time_in_millis(), "arn": context.invoked_function_arn}))
    if event.get("raise"):
        raise RuntimeError("told to")
    if event.get("exit"):
        os._exit(event["exit"])
    if event.get("waits_for"):
        open(event["waits_for"]).close()  # a pipe, which somebody has yet to open at its other end
    return {"said": event.get("say")}
"""
REPORT = re.compile(
    r"REPORT RequestId: [0-9a-f-]{36}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 512 MB"
    r"\tMax Memory Used: \d+ MB\t(Init Duration: \d+\.\d\d ms\t)?(Status: \w+\t(Error Type: [\w.]+\t)?)?\n"
)


@pytest.fixture
def rig(tmp_path):
    with running(tmp_path, **rule_and_function(tmp_path, TINY), metric_lag_ms=0, log_lag_ms=0) as made:
        yield made


@pytest.fixture
def limited(tmp_path):
    """A function with three seconds; another one has as long as any machine needs for it."""
    with running(tmp_path, **rule_and_function(tmp_path, TINY, timeout_s=3)) as made:
        yield made


def invoke(rig, **event):
    answer = rig.client("lambda").invoke(FunctionName="tiny", Payload=json.dumps(event), LogType="Tail")
    return answer.get("FunctionError"), json.loads(answer["Payload"].read())


def metric_sum(rig, name):
    answer = rig.client("cloudwatch").get_metric_data(
        MetricDataQueries=[
            {
                "Id": "m",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/Lambda",
                        "MetricName": name,
                        "Dimensions": [{"Name": "FunctionName", "Value": "tiny"}],
                    },
                    "Period": 86400,
                    "Stat": "Sum",
                },
            }
        ],
        StartTime=START,
        EndTime=START + timedelta(days=1),
    )
    return sum(answer["MetricDataResults"][0]["Values"])


def test_a_whole_scheduled_invocation(rig):
    """Enable, wait: the rule fires, the child runs, and lines, metrics and alarm are there as the service has them."""
    rig.client("events").enable_rule(Name="every-20")
    enabled_at = rig.clock.now()
    rig.pass_time(timedelta(minutes=2))
    assert rig.world.logs.lines(GROUP) == []
    rig.pass_time(timedelta(minutes=1))
    events = rig.client("logs").filter_log_events(logGroupName=GROUP, startTime=epoch_ms(START))["events"]
    loaded, start, told, end, report = [event["message"] for event in events]
    assert loaded == "loaded\n"
    request_id = start.split()[2]
    assert start == f"START RequestId: {request_id} Version: $LATEST\n"
    assert end == f"END RequestId: {request_id}\n"
    assert REPORT.fullmatch(report)
    assert "Init Duration" in report
    assert "Status" not in report
    event = json.loads(told)["event"]
    assert event["detail-type"] == "Scheduled Event"
    assert event["resources"] == [f"arn:aws:events:ap-northeast-2:{rig.account}:rule/every-20"]
    assert timedelta(seconds=134) <= rig.clock.now() - enabled_at
    assert re.fullmatch(r"2025/10/22/\[\$LATEST\][0-9a-f]{32}", events[0]["logStreamName"])
    assert (metric_sum(rig, "Invocations"), metric_sum(rig, "Errors")) == (1.0, 0.0)


def test_the_rule_goes_on_every_twenty_minutes_until_it_is_disabled(rig):
    events = rig.client("events")
    events.enable_rule(Name="every-20")
    rig.pass_time(timedelta(minutes=45))
    events.disable_rule(Name="every-20")
    rig.pass_time(timedelta(minutes=45))
    assert [entry["operation"] for entry in rig.recorded("lambda")] == ["invocation"] * 3
    reports = [line for line in rig.world.logs.lines(GROUP) if line.startswith("REPORT")]
    assert ["Init Duration" in line for line in reports] == [True, False, False]


def test_the_child_gets_a_small_environment_and_a_true_context(rig):
    """Nothing of the captain's shell reaches the function."""
    assert invoke(rig, say="x") == (None, {"said": "x"})
    told = json.loads(next(line for line in rig.world.logs.lines(GROUP) if line.startswith("{")))
    assert told["limit"] == "512"
    assert 0 < told["left_ms"] <= 20_000
    assert told["arn"].endswith(":function:tiny")
    assert "HOME" not in told["env"]
    assert {"AWS_ENDPOINT_URL", "AWS_LAMBDA_FUNCTION_NAME", "PATH"} <= set(told["env"])


def test_a_raise_is_a_function_error_and_leaves_the_report_without_status(rig):
    error, payload = invoke(rig, **{"raise": True})
    assert (error, payload["errorType"]) == ("Unhandled", "RuntimeError")
    report = rig.world.logs.lines(GROUP)[-1]
    assert "Status" not in report
    assert metric_sum(rig, "Errors") == 1.0
    rig.pass_time(timedelta(minutes=1))
    assert rig.world.alarms.states() == {"errors": "ALARM"}


def test_a_hard_exit_is_told_as_such_and_the_next_run_starts_cold(rig):
    error, payload = invoke(rig, exit=3)
    assert (error, payload["errorType"]) == ("Unhandled", "Runtime.ExitError")
    report = rig.world.logs.lines(GROUP)[-1]
    assert report.endswith("\tStatus: error\tError Type: Runtime.ExitError\t\n")
    assert invoke(rig, say=1)[0] is None
    assert "Init Duration" in rig.world.logs.lines(GROUP)[-1]


def test_a_run_over_its_time_limit_is_killed(limited, tmp_path):
    never = tmp_path / "never"
    os.mkfifo(never)
    error, payload = invoke(limited, waits_for=str(never))
    assert error == "Unhandled"
    assert "timed out after 3.00 seconds" in payload["errorMessage"]
    *_, timed_out, _, report = limited.world.logs.lines(GROUP)
    assert re.fullmatch(r"2025-10-22T\S+Z [0-9a-f-]{36} Task timed out after 3\.00 seconds\n\n", timed_out)
    assert "\tDuration: 3000.00 ms\t" in report
    assert report.endswith("\tStatus: timeout\t\n")


def test_a_module_that_cannot_be_imported_is_an_init_error(tmp_path):
    with running(tmp_path, **rule_and_function(tmp_path, "import nowhere_to_be_found")) as rig:
        error, payload = invoke(rig)
        assert (error, payload["errorType"]) == ("Unhandled", "Runtime.ImportModuleError")
        assert "Status: error\tError Type: Runtime.ImportModuleError" in rig.world.logs.lines(GROUP)[-1]


def test_a_rule_without_permission_fires_into_nothing(tmp_path):
    """As in the service, the missing statement shows in no log of the function."""
    spec = rule_and_function(tmp_path, TINY)
    bare = tuple(type(rule)(name=rule.name, function=rule.function, permission=False) for rule in spec["rules"])
    with running(tmp_path, **{**spec, "rules": bare}) as rig:
        rig.client("events").enable_rule(Name="every-20")
        rig.pass_time(timedelta(minutes=30))
        assert rig.recorded("lambda") == []
        fired = [entry["operation"] for entry in rig.recorded("events") if entry["operation"] != "rule_state"]
        assert fired == ["fired_without_permission", "fired_without_permission"]


def test_knobs_fail_the_nth_run_and_report_another_memory(tmp_path):
    spec = rule_and_function(tmp_path, TINY, raise_nth=(1,), memory_used_mb=412)
    with running(tmp_path, **spec) as rig:
        assert [invoke(rig)[0], invoke(rig)[0]] == ["Unhandled", None]
        assert "\tMax Memory Used: 412 MB\t" in rig.world.logs.lines(GROUP)[-1]


def test_a_function_that_never_runs_leaves_no_line(tmp_path):
    with running(tmp_path, **rule_and_function(tmp_path, TINY, never_runs=True)) as rig:
        rig.client("events").enable_rule(Name="every-20")
        rig.pass_time(timedelta(minutes=30))
        assert rig.world.logs.lines(GROUP) == []
        assert [entry["operation"] for entry in rig.recorded("lambda")] == ["never_run", "never_run"]


def test_failed_events_are_tried_again_under_the_same_request_id(tmp_path):
    """Lambda's own retries: a minute later, then two, with the id unchanged."""
    with running(tmp_path, **rule_and_function(tmp_path, TINY, retries=2, raise_nth=(1, 2))) as rig:
        rig.client("lambda").invoke(FunctionName="tiny", InvocationType="Event", Payload=b"{}")
        rig.pass_time(timedelta(minutes=10))
        runs = rig.recorded("lambda")
        assert [(run["ended"], run["attempt"]) for run in runs] == [("error", 1), ("error", 2), ("response", 3)]
        assert len({run["request_id"] for run in runs}) == 1


def test_a_queued_event_runs_under_the_request_id_of_the_call(tmp_path):
    """202, no body, and log lines and record that bear the id in the answer's header; the environment stays warm."""
    with running(tmp_path, **rule_and_function(tmp_path, TINY, log_group="")) as rig:
        invoke(rig, say="first")
        event = {"naver_sms": "settle"}
        answer = rig.client("lambda").invoke(
            FunctionName="tiny", InvocationType="Event", Payload=json.dumps(event).encode()
        )
        rig.pass_time(timedelta(minutes=1))
        request_id = answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]
        assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
        start, told, end, report = rig.world.logs.lines(GROUP)[-4:]
        assert start == f"START RequestId: {request_id} Version: $LATEST\n"
        assert json.loads(told)["event"] == event
        assert end == f"END RequestId: {request_id}\n"
        assert report.startswith(f"REPORT RequestId: {request_id}\t") and "Init Duration" not in report
        (asked,) = [one for one in rig.recorded("aws") if one["status"] == 202]
        assert (asked["operation"], asked["function"], asked["request_id"]) == ("lambda.Invoke", "tiny", request_id)
        ran = rig.recorded("lambda")[-1]
        assert (ran["operation"], ran["ended"], ran["request_id"]) == ("invocation", "response", request_id)


def test_a_second_call_at_the_same_time_is_throttled(tmp_path):
    """One reserved invocation: a call beside it is refused with the reason, and no work is done for it."""
    with running(tmp_path, **rule_and_function(tmp_path, TINY, reserved_concurrency=1)) as rig:
        client = rig.client("lambda")
        answered = tmp_path / "answered"
        os.mkfifo(answered)
        waits = json.dumps({"waits_for": str(answered)})
        client.invoke(FunctionName="tiny", InvocationType="Event", Payload=waits)
        with pytest.raises(ClientError) as caught:
            client.invoke(FunctionName="tiny")
        assert caught.value.response["Error"]["Code"] == "TooManyRequestsException"
        assert caught.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
        answered.open("wb").close()
        rig.pass_time(timedelta(minutes=1))
        assert [run["operation"] for run in rig.recorded("lambda")] == ["throttled", "invocation"]


@given(took_us=st.integers(0, 10**9), init_us=st.one_of(st.none(), st.integers(0, 10**7)))
def test_billed_time_is_run_and_init_rounded_up_to_a_millisecond(took_us, init_us):
    function = FunctionSpec(name="f")
    ended = Ended(how="response")
    told = Told(request_id="r", ended=ended, took_us=took_us, init_us=init_us, memory_mb=40)
    line = report_line(function, told)
    billed_ms = int(re.search(r"\tBilled Duration: (\d+) ms\t", line)[1])
    assert 0 <= billed_ms * 1000 - took_us - (init_us or 0) < 1000
    assert line.endswith("\t")


def test_an_invocation_begins_and_ends_when_every_line_before_that_is_in_the_log(tmp_path):
    """The reader empties the pipe at once and passes lines on slowly; START, END and REPORT still come after them."""
    made = rule_and_function(tmp_path, TINY)
    (function,) = [one for one in made["functions"] if one.name == "tiny"]
    taken, slow = [], threading.Event()

    def take(line):
        slow.wait(0.3 if line == "loaded" else 0.02)
        taken.append(line)

    code = Runnable(function=function, version="$LATEST", arn="arn")
    variables = child_variables(code, region="ap-northeast-2", stream="s", key_id="", addresses={"aws": ""})
    environment = Environment(function, stream="s", variables=variables, on_line=take)
    try:
        assert taken == ["loaded"]
        for number in range(3):
            work = HandOut(request_id=f"r{number}", payload=b'{"say": "hi"}', arn="arn", deadline_ms=2**42)
            ended, _ = environment.run(work)
            assert ended.how == "response"
            assert len([line for line in taken if line.startswith('{"event"')]) == number + 1
    finally:
        environment.close()


def test_trouble_arranged_for_the_next_runs_hits_them_in_order_and_no_other(limited):
    runtime = limited.world.runtime
    for trouble in ("raises", "times_out", "never_runs", "raises"):
        runtime.arrange("tiny", trouble)
    assert runtime.arranged("tiny") == ["raises", "times_out", "never_runs", "raises"]
    runtime.forget_arranged("tiny", "never_runs")
    assert invoke(limited)[0] == "Unhandled"
    assert "Task timed out after 3.00 seconds" in invoke(limited)[1]["errorMessage"]
    runtime.forget_arranged("tiny", "raises")
    assert invoke(limited, say="well") == (None, {"said": "well"})
    assert runtime.arranged("tiny") == []
