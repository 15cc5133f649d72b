"""Invocations of versions and aliases, their limits, and Lambda's own lines in JSON."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from botocore.exceptions import ClientError
from tests.sandbox.rig import REGION, START, running

from bongsu.sandbox.aws_lambda import AliasSpec, FunctionSpec, VersionSpec
from bongsu.sandbox.aws_switches import AwsSwitches
from bongsu.sandbox.lambda_environment import Ended
from bongsu.sandbox.lambda_lines import Told, end_lines, millisecond_stamp, start_lines
from bongsu.sandbox.scheduler import RuleSpec

ECHO = """
import os
def handle(event, context):
    return {"version": os.environ["AWS_LAMBDA_FUNCTION_VERSION"], "arn": context.invoked_function_arn, "code": "one"}
def other(event, context):
    return {"code": "two"}
def fail(event, context):
    raise RuntimeError("told to")
"""
OLD, NEW = (f"sha256:{letter * 64}" for letter in "ab")
GROUP = "/aws/lambda/echo"


@pytest.fixture
def echo(tmp_path):
    (tmp_path / "echo_handler.py").write_text(ECHO, "utf-8")

    def spec(**changes):
        given = {
            "handler": "echo_handler.handle", "digest": NEW, "timeout_s": 20, "python_path": (str(tmp_path),),
            "published": (VersionSpec(digest=OLD), VersionSpec(digest=NEW, handler="echo_handler.other")),
            "aliases": {"live": AliasSpec(version="1")},
        }  # fmt: skip
        return FunctionSpec(name="echo", **{**given, **changes})

    return spec


def invoke(rig, **named):
    answer = rig.client("lambda").invoke(FunctionName="echo", Payload=b"{}", **named)
    return answer["ExecutedVersion"], json.loads(answer["Payload"].read())


def refused(call, **asked):
    with pytest.raises(ClientError) as caught:
        call(**asked)
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_an_alias_runs_its_version_and_says_which(tmp_path, echo):
    """Executed-Version names the version; context, environment, log stream and the metric's Resource the same."""
    with running(tmp_path, functions=(echo(),), log_lag_ms=0) as rig:
        version, told = invoke(rig, Qualifier="live")
        assert (version, told["version"], told["code"]) == ("1", "1", "one")
        assert told["arn"] == f"arn:aws:lambda:{REGION}:{rig.account}:function:echo:live"
        assert invoke(rig, Qualifier="2") == ("2", {"code": "two"})
        assert rig.world.logs.lines(GROUP)[0].endswith("Version: 1\n")
        streams = rig.client("logs").describe_log_streams(logGroupName=GROUP)["logStreams"]
        assert [one["logStreamName"].partition("[")[2][:2] for one in streams] == ["1]", "2]"]


def test_an_aliass_weights_share_out_the_invocations(tmp_path, echo):
    """A weight of one takes all, of zero nothing; drawn from the world's seed, so that a rehearsal repeats."""
    weights = {"all": "1", "none": "0", "some": "0.5"}
    aliases = {name: AliasSpec(version="1", weights={"2": Decimal(weight)}) for name, weight in weights.items()}
    with running(tmp_path, functions=(echo(aliases=aliases),)) as rig:
        assert invoke(rig, Qualifier="all")[0] == "2"
        assert invoke(rig, Qualifier="none")[0] == "1"
        drawn = [rig.world.functions.resolve("echo", "some").version for _ in range(200)]
        assert 60 < drawn.count("2") < 140


def test_a_rule_may_start_an_alias_and_needs_the_permission_there(tmp_path, echo):
    """A statement on the function does not cover its alias: each qualifier has a policy of its own."""
    rules = (RuleSpec(name="new", function="echo:live"), RuleSpec(name="bare", function="echo:live", permission=False))
    with running(tmp_path, functions=(echo(),), rules=rules) as rig:
        client = rig.client("lambda")
        assert "rule/new" in client.get_policy(FunctionName="echo", Qualifier="live")["Policy"]
        assert refused(client.get_policy, FunctionName="echo") == ("ResourceNotFoundException", 404)
        for rule in ("new", "bare"):
            rig.client("events").enable_rule(Name=rule)
        rig.pass_time(timedelta(minutes=3))
        told = {entry["rule"]: entry["operation"] for entry in rig.recorded("events")}
        assert told == {"new": "fired", "bare": "fired_without_permission"}
        assert rig.recorded("lambda")[-1]["operation"] == "invocation"


def test_a_dry_run_starts_nothing(tmp_path, echo):
    with running(tmp_path, functions=(echo(),)) as rig:
        client = rig.client("lambda")
        answer = client.invoke(FunctionName="echo", InvocationType="DryRun")
        assert (answer["StatusCode"], answer["Payload"].read()) == (204, b"")
        assert rig.recorded("lambda") == []
        assert refused(client.invoke, FunctionName="none", InvocationType="DryRun")[1] == 404


def test_payloads_that_lambda_would_not_take_are_refused(tmp_path, echo):
    with running(tmp_path, functions=(echo(),)) as rig:
        client = rig.client("lambda")
        assert refused(client.invoke, FunctionName="echo", Payload=b"{") == ("InvalidRequestContentException", 400)
        big = {"FunctionName": "echo", "InvocationType": "Event", "Payload": b'"' + b"x" * 1_048_576 + b'"'}
        assert refused(client.invoke, **big) == ("RequestTooLargeException", 413)
        assert refused(client.invoke, FunctionName="echo", Qualifier="9") == ("ResourceNotFoundException", 404)


def test_no_concurrency_is_the_kill_switch(tmp_path, echo):
    """A call is refused with 429 and its reason, a queued event is dropped, and a metric says so."""
    with running(tmp_path, functions=(echo(),)) as rig:
        client = rig.client("lambda")
        client.put_function_concurrency(FunctionName="echo", ReservedConcurrentExecutions=0)
        assert refused(client.invoke, FunctionName="echo") == ("TooManyRequestsException", 429)
        assert client.invoke(FunctionName="echo", InvocationType="Event")["StatusCode"] == 202
        assert [one["operation"] for one in rig.recorded("lambda")] == ["throttled", "throttled", "event_dropped"]
        client.delete_function_concurrency(FunctionName="echo")
        assert invoke(rig)[0] == "$LATEST"


def test_that_no_concurrency_drops_events_and_the_throttled_status_are_switches(tmp_path, echo):
    """The other way, the event waits: it runs once the limit is lifted, within its age."""
    switches = AwsSwitches(zero_concurrency_drops_events=False, invoke_throttled_status=503)
    with running(tmp_path, functions=(echo(reserved_concurrency=0),), switches=switches) as rig:
        client = rig.client("lambda")
        assert refused(client.invoke, FunctionName="echo")[1] == 503
        client.invoke(FunctionName="echo", InvocationType="Event")
        rig.pass_time(timedelta(minutes=1))
        client.delete_function_concurrency(FunctionName="echo")
        rig.pass_time(timedelta(minutes=2))
        told = [one["operation"] for one in rig.recorded("lambda")]
        assert told.count("throttled") >= 6
        assert told[-1] == "invocation"


def test_an_event_that_grows_too_old_is_dropped(tmp_path, echo):
    """Its age is what counts, not the attempts: two minutes allow the first retry and not the second."""
    made = echo(handler="echo_handler.fail", retries=2, event_age_s=120)
    with running(tmp_path, functions=(made,)) as rig:
        rig.client("lambda").invoke(FunctionName="echo", InvocationType="Event")
        rig.pass_time(timedelta(minutes=10))
        assert [one["operation"] for one in rig.recorded("lambda")] == ["invocation", "invocation", "event_dropped"]


def test_in_json_the_platform_tells_start_and_report(tmp_path, echo):
    """No START, END or REPORT in text; the report has the same figures under other names."""
    with running(tmp_path, functions=(echo(log_format="JSON"),), log_lag_ms=0) as rig:
        invoke(rig)
        start, report = [json.loads(line) for line in rig.world.logs.lines(GROUP)]
        assert (start["type"], report["type"]) == ("platform.start", "platform.report")
        assert start["record"]["version"] == "$LATEST"
        assert report["record"]["requestId"] == start["record"]["requestId"]
        assert report["record"]["status"] == "success"
        metrics = report["record"]["metrics"]
        assert metrics["memorySizeMB"] == 512
        assert metrics["billedDurationMs"] >= metrics["durationMs"] + metrics["initDurationMs"]


def told(**ended):
    return Told(request_id="r", ended=Ended(**ended), took_us=1500, init_us=None, memory_mb=40)


@pytest.mark.parametrize(
    ("ended", "status", "error"),
    [
        ({"how": "error", "error_type": "RuntimeError"}, "failure", None),
        ({"how": "timeout"}, "timeout", None),
        ({"how": "exit", "exit_status": 3}, "error", "Runtime.ExitError"),
        ({"how": "init_error", "error_type": "Runtime.ImportModuleError"}, "error", "Runtime.ImportModuleError"),
    ],
)
def test_in_json_a_report_says_how_the_run_ended(ended, status, error):
    function = FunctionSpec(name="f", log_format="JSON")
    (line,) = end_lines(function, AwsSwitches(), told(**ended), at=START)
    record = json.loads(line)["record"]
    assert (record["status"], record.get("errorType")) == (status, error)


def test_the_levels_of_platform_lines_are_a_switch():
    """With the system level WARN the measurement is gone; the levels themselves nobody here has verified."""
    named = {"request_id": "r", "version": "1", "at": START}
    warn = FunctionSpec(name="f", log_format="JSON", system_log_level="WARN")
    assert start_lines(warn, AwsSwitches(), **named) == []
    assert end_lines(warn, AwsSwitches(), told(how="response"), at=START) == []
    debug = FunctionSpec(name="f", log_format="JSON", system_log_level="DEBUG")
    assert len(end_lines(debug, AwsSwitches(), told(how="response"), at=START)) == 2
    loud = AwsSwitches(platform_levels=dict.fromkeys(AwsSwitches().platform_levels, "WARN"))
    assert len(end_lines(warn, loud, told(how="response"), at=START)) == 2


def test_the_timeout_line_is_a_switch():
    function = FunctionSpec(name="f", timeout_s=3)
    (usual, *_) = end_lines(function, AwsSwitches(), told(how="timeout"), at=START)
    assert usual == f"{millisecond_stamp(START)} r Task timed out after 3.00 seconds\n"
    other = AwsSwitches(timeout_line="{request_id} took more than {timeout} s")
    assert end_lines(function, other, told(how="timeout"), at=START)[0] == "r took more than 3.00 s"
