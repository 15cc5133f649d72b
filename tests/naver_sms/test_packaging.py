"""The container file and the CloudFormation template: what they promise, and that AWS's own tools take them."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import boto3
import botocore
import pytest
import yaml
from tests.naver_sms.conftest import AWS_TEST_ENV
from tests.patience import PATIENCE_S

from naver_sms.state.dynamodb import table_definitions

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "deploy" / "naver-sms.yaml"
CONTAINER = (ROOT / "deploy" / "naver-sms.Dockerfile").read_text("utf-8")
LOCK = (ROOT / "requirements" / "naver-sms.txt").read_text("utf-8")
NAME = "example-sms-stack"
UNKNOWN_TO_MOTO = {"AWS::SecretsManager::Secret", "AWS::Lambda::EventInvokeConfig", "AWS::CloudWatch::Alarm"}


class Tags(yaml.SafeLoader):
    """Reads CloudFormation's short forms as plain values."""


Tags.add_multi_constructor("!", lambda loader, tag, node: {tag: getattr(node, "value", None)})


@pytest.fixture(scope="module")
def template():
    return yaml.load(TEMPLATE.read_text("utf-8"), Loader=Tags)


def of_type(template, kind):
    return {name: one["Properties"] for name, one in template["Resources"].items() if one["Type"] == kind}


def test_cfn_lint_finds_nothing():
    program = Path(sys.executable).with_name("cfn-lint")
    command = [program, "--include-checks", "W", "--", str(TEMPLATE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.fixture(scope="module")
def stack():
    """Create the stack in an imitation of AWS inside this process, and give its CloudFormation client."""
    from moto import mock_aws

    with pytest.MonkeyPatch.context() as patch, mock_aws(), warnings.catch_warnings():
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        for name, value in AWS_TEST_ENV.items():
            patch.setenv(name, value)
        warnings.filterwarnings("ignore", "Tried to parse", UserWarning)
        client = boto3.client("cloudformation")
        parameters = {"FunctionName": NAME, "ImageUri": "000000000000.dkr.ecr.ap-northeast-2.amazonaws.com/example:1"}
        client.create_stack(
            StackName=NAME,
            TemplateBody=TEMPLATE.read_text("utf-8"),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        yield client


def test_the_stack_is_created_with_its_rule_disabled(stack, template):
    resources = stack.list_stack_resources(StackName=NAME)["StackResourceSummaries"]
    made = {one["LogicalResourceId"] for one in resources}
    left = {one["Type"] for name, one in template["Resources"].items() if name not in made}
    # What the imitation does not know of CloudFormation is created by its own call below.
    assert left == UNKNOWN_TO_MOTO
    events = boto3.client("events")
    rule = events.describe_rule(Name=f"{NAME}-trigger")
    assert (rule["State"], rule["ScheduleExpression"]) == ("DISABLED", "rate(20 minutes)")
    function = boto3.client("lambda").get_function_configuration(FunctionName=NAME)
    assert (function["MemorySize"], function["Timeout"]) == (512, 300)
    (declared,) = of_type(template, "AWS::Lambda::Function").values()
    assert (declared["PackageType"], declared["ReservedConcurrentExecutions"]) == ("Image", 1)
    targets = events.list_targets_by_rule(Rule=f"{NAME}-trigger")["Targets"]
    assert [one["Arn"] for one in targets] == [function["FunctionArn"]]
    groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{NAME}")["logGroups"]
    assert [one["retentionInDays"] for one in groups] == [90]
    assert boto3.client("cloudwatch").list_dashboards()["DashboardEntries"][0]["DashboardName"] == NAME


def plain(value):
    """Return a property with the references to function and names in it resolved."""
    if isinstance(value, dict) and value.keys() <= {"Sub", "Ref", "If"}:
        return str(next(iter(value.values()))).replace("${FunctionName}", NAME) if "Sub" in value else NAME
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def test_alarms_secrets_and_retries_are_what_aws_takes(stack, template):
    watch, secrets = boto3.client("cloudwatch"), boto3.client("secretsmanager")
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    for alarm in alarms.values():
        given = {key: plain(value) for key, value in alarm.items() if key != "AlarmActions"}
        watch.put_metric_alarm(**given | {"Dimensions": [plain(one) for one in given["Dimensions"]]})
    found = {one["AlarmName"]: one for one in watch.describe_alarms()["MetricAlarms"]}
    assert len(found) == len(alarms) == 6
    assert found[f"{NAME}-run-missing"]["TreatMissingData"] == "breaching"
    for secret in of_type(template, "AWS::SecretsManager::Secret").values():
        assert "SecretString" not in secret
        secrets.create_secret(Name=plain(secret["Name"]), Description=secret["Description"])
    (retries,) = of_type(template, "AWS::Lambda::EventInvokeConfig").values()
    assert (retries["MaximumRetryAttempts"], retries["Qualifier"]) == (0, "$LATEST")


def test_the_tables_are_those_of_the_program(stack):
    client = boto3.client("dynamodb")
    for wanted in table_definitions(f"{NAME}-"):
        found = client.describe_table(TableName=wanted["TableName"])["Table"]
        assert found["KeySchema"] == wanted["KeySchema"]
        indexes = {one["IndexName"]: one["KeySchema"] for one in found.get("GlobalSecondaryIndexes", ())}
        assert indexes == {one["IndexName"]: one["KeySchema"] for one in wanted.get("GlobalSecondaryIndexes", ())}


def test_the_role_may_do_what_the_program_asks_and_nothing_else(template):
    (role,) = of_type(template, "AWS::IAM::Role").values()
    assert "ManagedPolicyArns" not in role
    allowed = set()
    for statement in role["Policies"][0]["PolicyDocument"]["Statement"]:
        actions = statement["Action"]
        assert all("*" not in action for action in actions)
        assert statement["Resource"] != "*"
        allowed |= {action.partition(":")[2] for action in actions if action.startswith("dynamodb:")}
    code = (ROOT / "src/naver_sms/state/dynamodb.py").read_text("utf-8")
    code += (ROOT / "src/naver_sms/state/renewal.py").read_text("utf-8")
    calls = set(re.findall(r"\b(batch_get_item|delete_item|put_item|query|scan|update_item)\b", code))
    assert allowed == {"".join(part.title() for part in name.split("_")) for name in calls}


def test_metrics_of_alarms_and_dashboard_are_those_that_a_run_writes(template):
    source = (ROOT / "src/naver_sms/metrics.py").read_text("utf-8")
    alarms = of_type(template, "AWS::CloudWatch::Alarm").values()
    named = {one["MetricName"] for one in alarms if one["Namespace"] == "NaverSms"}
    (board,) = of_type(template, "AWS::CloudWatch::Dashboard").values()
    for widget in json.loads(board["DashboardBody"]["Sub"])["widgets"]:
        space = ""
        for metric in widget["properties"]["metrics"]:
            space = space if metric[0] == "." else metric[0]
            named |= {metric[1]} if space == "NaverSms" else set()
    assert named
    assert [name for name in sorted(named) if f'"{name}"' not in source] == []


def test_the_image_is_slim_pinned_and_holds_no_browser():
    bases = re.findall(r"^FROM (\S+)", CONTAINER, re.MULTILINE)
    assert bases == ["python:3.11-slim"] * 2
    assert "--require-hashes" in CONTAINER
    copied = re.findall(r"^COPY (?!--from)(\S+)", CONTAINER, re.MULTILINE)
    assert [one for one in copied if not (ROOT / one).exists()] == []
    packages = set(re.findall(r"^([a-z0-9-]+)==", LOCK, re.MULTILINE))
    assert {"boto3", "urllib3", "pyyaml", "awslambdaric"} <= packages
    assert packages & {"selenium", "playwright", "pyppeteer", "moto", "pytest"} == set()


def instructions():
    """Return the lines of the container file as the builder reads them: continued ones joined, comments left out."""
    lines = [line for line in CONTAINER.splitlines() if line.strip() and not line.startswith("#")]
    return "\n".join(lines).replace("\\\n", " ").splitlines()


def test_the_container_file_keeps_the_rules_of_a_good_one():
    """There is no builder here: what can be held without one is held, as hadolint would."""
    words = [line.split() for line in instructions()]
    assert [one[0] for one in words if not one[0].isupper()] == []
    assert {one[0] for one in words} == {"FROM", "COPY", "RUN", "ENV", "USER", "ENTRYPOINT", "CMD"}
    text = "\n".join(instructions())
    assert not re.search(r"\b(latest|sudo|curl|wget|apt-get|ADD)\b|:latest|--trusted-host", text)
    runs = [line for line in instructions() if line.startswith("RUN pip")]
    assert all("--no-cache-dir" in one and "--require-hashes" in one and "--no-deps" in one for one in runs) and runs
    # The last user is not root, and both ways to start it are lists: a shell would not pass a signal on.
    assert [one[1] for one in words if one[0] == "USER"] == ["65534:65534"]
    started = [line.partition(" ")[2] for line in instructions() if line.startswith(("ENTRYPOINT", "CMD"))]
    assert [json.loads(one) for one in started] == [["python", "-m", "awslambdaric"], ["naver_sms.handler.handler"]]
    assert sum(one[0] == "FROM" for one in words) == 2 and "AS packages" in text
    # No secret of ours can be in a layer: nothing is copied but the packages and the two source folders.
    assert [one[1:] for one in words if one[0] == "COPY"] == [
        ["requirements/naver-sms.txt", "/tmp/naver-sms.txt"],
        ["--from=packages", "/opt/naver-sms", "/opt/naver-sms"],
        ["src/sens", "/opt/naver-sms/sens"],
        ["src/naver_sms", "/opt/naver-sms/naver_sms"],
    ]


def test_with_only_the_descriptions_that_the_image_keeps_both_clients_can_be_made(tmp_path):
    """The container file takes the others away, by the command that is tried here on a copy."""
    (find,) = (line.removeprefix("RUN ") for line in instructions() if line.startswith("RUN find"))
    shutil.copytree(Path(botocore.__file__).parent, tmp_path / "botocore", ignore=shutil.ignore_patterns("*.pyc"))
    data = tmp_path / "botocore" / "data"
    command = shlex.split(find.replace("/opt/naver-sms/botocore/data", str(data)))
    subprocess.run(command, check=True, timeout=PATIENCE_S)
    assert sorted(one.name for one in data.iterdir() if one.is_dir()) == ["dynamodb", "secretsmanager"]
    code = (
        "import botocore; from naver_sms import aws; print(botocore.__file__);"
        "print(*(aws.client(one).meta.service_model.service_name for one in ('dynamodb', 'secretsmanager')))"
    )
    environ = AWS_TEST_ENV | {"PYTHONPATH": f"{tmp_path}:{ROOT / 'src'}"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    assert done.stdout.split() == [str(tmp_path / "botocore" / "__init__.py"), "dynamodb", "secretsmanager"]


def test_the_workload_imports_nothing_that_its_image_does_not_install():
    """Whatever the interpreter loads by itself apart: Debian's has a sitecustomize of its own."""
    code = f"""
import sys
before = set(sys.modules)
sys.path.insert(0, {str(ROOT / "src")!r})
allowed = {{"boto3", "botocore", "urllib3", "yaml", "jmespath", "dateutil", "s3transfer", "six", "awslambdaric"}}
import pkgutil, importlib, naver_sms, sens
for package in (naver_sms, sens):
    for one in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not one.name.endswith("__main__"):
            importlib.import_module(one.name)
tops = {{name.partition(".")[0] for name in set(sys.modules) - before}} - allowed - set(sys.stdlib_module_names)
print(sorted(one for one in tops if one not in ("naver_sms", "sens", "cython_runtime") and not one.startswith("_")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    assert done.stdout.strip() == "[]"
