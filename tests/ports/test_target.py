"""A target switches once, says how that ended and no more; what state it is in only a read-back tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tests.ports import cloud as world
from tests.ports.cloud import FUNCTION, KEY_ID, REGION, Cloud
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from bongsu.core.events import SwitchState
from bongsu.core.plan import CheckSpec, ReadNeed
from bongsu.sandbox.aws_lambda import FunctionSpec
from bongsu.sandbox.faults import Fault
from bongsu.sandbox.http import serve
from bongsu.targets._port import SwitchDone, SwitchInDoubt, SwitchNotDone, SwitchOutcome
from bongsu.targets.eventbridge_lambda import EventBridgeLambda, LegacyOptions, Options, open_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.wire import Finding

OFF, ON = SwitchState.DISABLED, SwitchState.ENABLED


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    # No invocation starts in the time that these tests take: the schedule's first is minutes after it is turned on.
    folder, function = tmp_path_factory.mktemp("cloud"), FunctionSpec(name=FUNCTION, retries=2)
    with world.running(folder, account="000000000002", function=function) as opened:
        yield opened


@pytest.fixture
def cloud(shared: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-key-" + "0" * 30)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    yield shared
    shared.faults.clear()
    target_of(shared).switch("target", OFF)


def target_of(cloud: Cloud, **changes: Any) -> EventBridgeLambda:
    options = Options(**{**cloud.target.options, **changes})
    return EventBridgeLambda(options, LegacyOptions.of(cloud.legacy.options), redactor=cloud.redactor)


def state_of(cloud: Cloud, rule: str = "example-sms") -> str:
    return str(cloud.aws.store.call("events", "DescribeRule", {"Name": rule})["State"])


def calls(cloud: Cloud, operation: str) -> int:
    return cloud.faults.calls("events", operation)


def test_the_workload_is_asked_to_settle_by_one_call_whose_request_it_bears(cloud: Cloud) -> None:
    """Queued, not waited for; the answer's request id is the one that the log will show."""
    outcome = target_of(cloud).switch("workload", SwitchState.SETTLED)
    assert isinstance(outcome, SwitchDone)
    (wire,) = outcome.wires
    assert (wire.operation, wire.status, json.loads(wire.request)) == ("Invoke", 202, {"naver_sms": "settle"})
    assert len(wire.request_id) == 36
    refused = target_of(cloud, function="no-such").switch("workload", SwitchState.SETTLED)
    assert isinstance(refused, SwitchNotDone) and refused.final


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 429, "code": "TooManyRequestsException"}, "not done"),
        ({"status": 403, "code": "AccessDeniedException"}, "final"),
        ({"status": 500, "code": "ServiceException"}, "in doubt"),
        ({"kind": "drop_after"}, "in doubt"),
    ],
)
def test_a_failed_call_to_settle_is_not_tried_again(cloud: Cloud, fault: dict[str, Any], expected: str) -> None:
    before = cloud.faults.calls("lambda", "Invoke")
    cloud.faults.add(Fault(service="lambda", operation="Invoke", **{"kind": "status", **fault}))
    outcome = target_of(cloud).switch("workload", SwitchState.SETTLED)
    assert kind(outcome) == expected
    assert cloud.faults.calls("lambda", "Invoke") == before + 1 and len(outcome.wires) == 1
    if expected == "final":
        assert isinstance(outcome, SwitchNotDone) and "allow lambda:InvokeFunction" in outcome.reason


def test_an_answer_to_settle_that_is_not_202_is_in_doubt_and_recorded_whole(cloud: Cloud) -> None:
    """Something in between answered as if the function had been waited for."""

    def app(environ: Any, start_response: Any) -> Any:
        return Response(b'{"result":"ok"}', status=200)(environ, start_response)

    front = serve(app)
    try:
        outcome = target_of(cloud, endpoint_url=front.url).switch("workload", SwitchState.SETTLED)
    finally:
        front.stop()
    assert isinstance(outcome, SwitchInDoubt) and "answered 200" in outcome.reason
    assert outcome.wires[0].response == b'{"result":"ok"}'


@pytest.mark.parametrize(("which", "to"), [("target", SwitchState.SETTLED), ("workload", OFF), ("workload", ON)])
def test_rules_are_not_settled_and_a_workload_is_nothing_else(cloud: Cloud, which: str, to: SwitchState) -> None:
    outcome = target_of(cloud).switch(which, to)
    assert isinstance(outcome, SwitchNotDone) and outcome.final and outcome.wires == ()


def test_each_of_both_rules_is_turned_on_and_off_by_one_recorded_call(cloud: Cloud) -> None:
    named = CheckSpec(
        name="alarms",
        kind="alarms",
        options={"named": ("late",)},
        reads=(ReadNeed(reading="alarms", args={"names": ["late"]}),),
    )
    plan = SimpleNamespace(target=cloud.target, legacy=cloud.legacy, baseline=(named,), verify=(named,), watch=None)
    target = open_target(plan, redactor=cloud.redactor)
    assert target.alarms == ("late",)
    for which, rule in (("target", "example-sms"), ("legacy", "example-legacy")):
        for to in (ON, OFF):
            before = cloud.faults.calls("events", f"{to.value.capitalize()[:-1]}Rule")
            outcome = target.switch(which, to)
            assert isinstance(outcome, SwitchDone)
            (wire,) = outcome.wires
            assert json.loads(wire.request) == {"Name": rule}
            assert (wire.status, len(wire.request_id)) == (200, 36)
            assert state_of(cloud, rule) == to.value.upper()
            assert calls(cloud, wire.operation) == before + 1
    assert (target.kind, target.endpoint) == ("eventbridge_lambda", cloud.aws_url)
    assert calls(cloud, "PutRule") == 0


def test_turning_on_what_is_on_is_harmless(cloud: Cloud) -> None:
    target = target_of(cloud)
    assert isinstance(target.switch("target", ON), SwitchDone)
    assert isinstance(target.switch("target", ON), SwitchDone)
    assert state_of(cloud) == "ENABLED"


def test_what_the_plan_does_not_have_cannot_be_switched(cloud: Cloud) -> None:
    target = EventBridgeLambda(Options(**cloud.target.options), None, redactor=cloud.redactor)
    outcome = target.switch("legacy", OFF)
    assert isinstance(outcome, SwitchNotDone) and outcome.final and outcome.wires == ()


def kind(outcome: SwitchOutcome) -> str:
    if isinstance(outcome, SwitchNotDone):
        return "final" if outcome.final else "not done"
    return "in doubt" if isinstance(outcome, SwitchInDoubt) else "done"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 400, "code": "ConcurrentModificationException"}, "not done"),
        ({"status": 400, "code": "ThrottlingException"}, "not done"),
        ({"status": 400, "code": "AccessDeniedException"}, "final"),
        ({"status": 400, "code": "ManagedRuleException"}, "final"),
        ({"status": 400, "code": "ResourceNotFoundException"}, "final"),
        ({"status": 400, "code": "NobodyKnowsException"}, "in doubt"),
        ({"status": 500, "code": "InternalException"}, "in doubt"),
        ({"status": 503, "code": "ServiceUnavailable"}, "in doubt"),
        ({"kind": "drop_before"}, "in doubt"),
        ({"kind": "drop_after"}, "in doubt"),
    ],
)
def test_a_failed_switch_is_not_tried_again_and_says_what_is_certain(
    cloud: Cloud, fault: dict[str, Any], expected: str
) -> None:
    before = calls(cloud, "EnableRule")
    cloud.faults.add(Fault(service="events", operation="EnableRule", **{"kind": "status", **fault}))
    outcome = target_of(cloud).switch("target", ON)
    assert kind(outcome) == expected
    assert calls(cloud, "EnableRule") == before + 1 and len(outcome.wires) == 1


def test_a_lost_answer_is_in_doubt_and_the_rule_may_well_be_on(cloud: Cloud) -> None:
    cloud.faults.add(Fault(service="events", operation="EnableRule", kind="drop_after"))
    assert isinstance(target_of(cloud).switch("target", ON), SwitchInDoubt)
    assert state_of(cloud) == "ENABLED"


def test_a_rule_that_does_not_exist_is_final_with_advice(cloud: Cloud) -> None:
    outcome = target_of(cloud, rule="example-gone").switch("target", ON)
    assert isinstance(outcome, SwitchNotDone) and outcome.final and "check the names" in outcome.reason


def test_nobody_at_the_address_is_certainly_not_switched(cloud: Cloud) -> None:
    outcome = target_of(cloud, endpoint_url="http://127.0.0.1:9").switch("target", ON)
    assert isinstance(outcome, SwitchNotDone) and not outcome.final


def by_subject(findings: Any) -> dict[str, Finding]:
    return {finding.subject: finding for finding in findings}


def test_preflight_finds_everything_in_order_but_the_retries(cloud: Cloud) -> None:
    found = by_subject(target_of(cloud).preflight())
    assert {subject for subject, finding in found.items() if not finding.ok} == {"retries"}
    assert found["function"].text == f"'{FUNCTION}' is Active with 512 MB and 300 s"
    assert found["rule"].text == "'example-sms' is DISABLED, rate(20 minutes)"
    assert found["retries"].text == "asynchronous retries: 2" and "0" in found["retries"].hint
    assert set(found) == {
        *("account", "function", "function log level", "rule", "rule target", "permission", "retries"),
        *("log group", "state table", "legacy rule"),
    }


def test_preflight_refuses_another_account(cloud: Cloud) -> None:
    found = by_subject(target_of(cloud, account="000000000001").preflight())
    assert not found["account"].ok and "000000000001" in found["account"].hint


def test_preflight_names_what_does_not_exist(cloud: Cloud) -> None:
    gone = target_of(cloud, rule="gone-rule", function="gone-function", tables={"state": "gone-table"})
    found = by_subject(gone.preflight())
    for subject, name in (("rule", "gone-rule"), ("function", "gone-function"), ("state table", "gone-table")):
        assert not found[subject].ok and name in found[subject].text
    assert not found["log group"].ok and "permission" not in found


def test_preflight_names_the_alarms_that_are_not_there(cloud: Cloud) -> None:
    """A misspelt one would else show at the baseline, minutes before the window and in front of everybody."""
    options = Options(**cloud.target.options)
    asked = ("example-errors", "exmaple-errors")
    found = by_subject(EventBridgeLambda(options, None, redactor=cloud.redactor, alarms=asked).preflight())["alarms"]
    assert (found.ok, found.text) == (False, "there is no alarm 'exmaple-errors'")
    found = by_subject(EventBridgeLambda(options, None, redactor=cloud.redactor, alarms=asked[:1]).preflight())[
        "alarms"
    ]
    assert (found.ok, found.text) == (True, "'example-errors' exists")


def test_preflight_finds_a_rule_that_is_on_already_or_starts_another_function(cloud: Cloud) -> None:
    target_of(cloud).switch("target", ON)
    assert not by_subject(target_of(cloud).preflight())["rule"].ok
    found = by_subject(target_of(cloud, rule="example-legacy").preflight())
    assert not found["rule target"].ok and "starts nothing" in found["rule target"].text
    assert not found["permission"].ok and "example-legacy" in found["permission"].hint


def test_preflight_finds_a_log_level_that_hides_the_reports_and_another_group(cloud: Cloud) -> None:
    """A front that changes one answer stands for a function whose logging was set so."""

    def app(environ: Any, start_response: Any) -> Any:
        body, status, headers = run_wsgi_app(cloud.aws.front, environ)
        data = b"".join(body)
        if environ["PATH_INFO"].endswith("/configuration"):
            logging = {"LogFormat": "JSON", "SystemLogLevel": "WARN", "LogGroup": "/elsewhere"}
            data = json.dumps({**json.loads(data), "LoggingConfig": logging}).encode()
        kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
        return Response(data, status=status, headers=kept)(environ, start_response)

    front = serve(app)
    try:
        findings = target_of(cloud, endpoint_url=front.url).preflight()
    finally:
        front.stop()
    refused = {finding.subject: finding.text for finding in findings if not finding.ok}
    assert refused["function log level"] == "the log is JSON at system level WARN"
    assert refused["log group"] == "the function writes to '/elsewhere'"


def test_preflight_without_rights_says_so_and_goes_on(cloud: Cloud) -> None:
    cloud.faults.add(Fault(service="lambda", kind="status", times=None, status=403, code="AccessDeniedException"))
    found = by_subject(target_of(cloud).preflight())
    assert not found["function"].ok and "lambda:GetFunctionConfiguration" in found["function"].hint
    assert found["rule"].ok and found["state table"].ok


def test_the_modules_that_plans_are_read_with_load_no_heavy_package() -> None:
    code = (
        "import sys, bongsu.targets.eventbridge_lambda, bongsu.probes, bongsu.probes.aws, bongsu.readings.invocations;"
        "sys.exit(any(name in sys.modules for name in ('boto3', 'botocore', 'urllib3', 'pydantic')))"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], check=False, env=environ).returncode == 0


def test_a_region_of_its_own_is_the_legacy_s() -> None:
    class Untouched:
        def clean(self, data: bytes) -> bytes:
            return data

    options = Options(region=REGION, account="000000000000", rule="a", function="b")
    target = EventBridgeLambda(options, LegacyOptions(rule="c", region="us-east-1"), redactor=Untouched())
    assert (target.aws.region, target.legacy_aws.region) == (REGION, "us-east-1")
    assert target.endpoint == "https://events.ap-northeast-2.amazonaws.com"
