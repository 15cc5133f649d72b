"""What `check --online` finds out about an EventBridge rule and its Lambda function, without changing anything."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bongsu.aws_client import Done, Failed
from bongsu.wire import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.aws_client import Aws
    from bongsu.targets.eventbridge_lambda import EventBridgeLambda, LegacyOptions

Asked = dict[str, Any]
ALARM_NAMES_MAX = 100  # DescribeAlarms takes so many names a call, and answers with as many


class Questions:
    """Asks one thing after another and writes down what was found."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self.findings: list[Finding] = []

    def ask(
        self, subject: str, service: str, operation: str, params: Mapping[str, Any], *, missing_is: str = ""
    ) -> Mapping[str, Any] | None:
        """Return the answer; when there is none, that is a finding, with `missing_is` for what does not exist."""
        match self._aws.read(service, operation, params):
            case Done(value=value):
                return value
            case Failed() as failed:
                text, _, hint = failed.reason.partition("; ")
                self.found(subject, missing_is if failed.missing and missing_is else text, ok=False, hint=hint)
                return None

    def found(self, subject: str, text: str, *, ok: bool, hint: str = "", in_baseline: bool = False) -> None:
        """Write down one finding."""
        hint = "" if ok else hint
        self.findings.append(Finding(subject=subject, ok=ok, text=text, hint=hint, in_baseline=in_baseline))


def findings(target: EventBridgeLambda) -> list[Finding]:
    """Return every finding about account, rule, function, permission, log, table, alarms and retries."""
    questions = Questions(target.aws)
    _identity(questions, target)
    function_arn = _function(questions, target)
    rule_arn = _rule(questions, target, function_arn)
    if rule_arn and function_arn:
        _permission(questions, target.options.function, rule_arn)
        _retries(questions, target.options.function)
    _log_group(questions, target.options.logs_to)
    if table := target.options.tables.get("state"):
        _table(questions, table)
    if target.alarms:
        _alarms(questions, target)
    if target.legacy is not None:
        others = Questions(target.legacy_aws)
        _legacy(others, target.legacy)
        questions.findings += others.findings
    return questions.findings


def _identity(questions: Questions, target: EventBridgeLambda) -> None:
    answer = questions.ask("account", "sts", "get_caller_identity", {})
    if answer is None:
        return
    account = str(answer["Account"])
    questions.found(
        "account",
        f"{answer['Arn']} of account {account}",
        ok=account == target.options.account,
        hint=f"the plan is for account {target.options.account}; use that account's credentials",
        in_baseline=True,
    )


def _rule(questions: Questions, target: EventBridgeLambda, function_arn: str | None) -> str | None:
    name = target.options.rule
    missing = f"there is no rule '{name}' in {target.options.region}"
    rule = questions.ask("rule", "events", "describe_rule", {"Name": name}, missing_is=missing)
    if rule is None:
        return None
    schedule = str(rule.get("ScheduleExpression") or "no schedule")
    arn = str(rule["Arn"])
    region = arn.split(":")[3]
    questions.found(
        "rule",
        f"'{name}' is {rule['State']}, {schedule}",
        ok=rule["State"] == "DISABLED",
        hint="the rule must be off before a cutover turns it on",
        in_baseline=True,
    )
    if region != target.options.region:
        hint = f"the plan is for {target.options.region}; name the rule of that region"
        questions.found("rule region", f"'{name}' is in {region}", ok=False, hint=hint)
    answer = questions.ask("rule target", "events", "list_targets_by_rule", {"Rule": name})
    if answer is not None and function_arn is not None:
        arns = [str(one["Arn"]) for one in answer["Targets"]]
        questions.found(
            "rule target",
            f"'{name}' starts {', '.join(one.rpartition(':function:')[2] or one for one in arns) or 'nothing'}",
            # An alias or version of the function follows its ARN.
            ok=any(one == function_arn or one.startswith(f"{function_arn}:") for one in arns),
            hint=f"make '{target.options.function}' a target of the rule",
        )
    return arn


def _function(questions: Questions, target: EventBridgeLambda) -> str | None:
    name = target.options.function
    missing = f"there is no function '{name}' in {target.options.region}"
    named = {"FunctionName": name}
    answer = questions.ask("function", "lambda", "get_function_configuration", named, missing_is=missing)
    if answer is None:
        return None
    state = str(answer.get("State", "Active"))
    questions.found(
        "function",
        f"'{name}' is {state} with {answer['MemorySize']} MB and {answer['Timeout']} s",
        ok=state in {"Active", "Inactive"} and answer.get("LastUpdateStatus", "Successful") == "Successful",
        hint="wait until its last update has succeeded",
    )
    logging = answer.get("LoggingConfig") or {}
    level = str(logging.get("SystemLogLevel") or "INFO")
    questions.found(
        "function log level",
        f"the log is {logging.get('LogFormat', 'Text')} at system level {level}",
        ok=logging.get("LogFormat") != "JSON" or level in {"INFO", "DEBUG"},
        hint="set the system log level to INFO; without its REPORT lines nothing can be measured",
    )
    group = str(logging.get("LogGroup") or f"/aws/lambda/{name}")
    if group != target.options.logs_to:
        questions.found(
            "log group",
            f"the function writes to '{group}'",
            ok=False,
            hint=f"the plan reads '{target.options.logs_to}'; correct target.log_group",
        )
    return str(answer["FunctionArn"]).removesuffix(":$LATEST")


def _permission(questions: Questions, function: str, rule_arn: str) -> None:
    missing = f"'{function}' has no resource policy"
    hint = f"allow events.amazonaws.com to invoke it for {rule_arn}"
    answer = questions.ask(
        "permission", "lambda", "get_policy", {"FunctionName": function}, missing_is=f"{missing}: {hint}"
    )
    if answer is None:
        return
    allowed = any(_allows(one, rule_arn) for one in json.loads(answer["Policy"])["Statement"])
    text = "EventBridge may invoke it for the rule" if allowed else "EventBridge may not invoke it for the rule"
    questions.found("permission", text, ok=allowed, hint=hint)


def _allows(statement: Asked, rule_arn: str) -> bool:
    principal = statement.get("Principal")
    service = principal.get("Service") if isinstance(principal, dict) else principal
    services = service if isinstance(service, list) else [service]
    actions = statement.get("Action")
    named = actions if isinstance(actions, list) else [actions]
    if statement.get("Effect") != "Allow" or not {"lambda:InvokeFunction", "lambda:*"} & set(named):
        return False
    if not {"events.amazonaws.com", "*"} & set(services):
        return False
    sources = [
        value
        for test in (statement.get("Condition") or {}).values()
        for key, value in test.items()
        if key.lower() == "aws:sourcearn"
    ]
    allowed = [one for source in sources for one in (source if isinstance(source, list) else [source])]
    return not sources or any(_matches(str(one), rule_arn) for one in allowed)


def _matches(pattern: str, arn: str) -> bool:
    from fnmatch import fnmatchcase

    # ArnLike knows * and ? only; a bracket stands for itself.
    return fnmatchcase(arn, pattern.replace("[", "[[]"))


def _retries(questions: Questions, function: str) -> None:
    missing = "asynchronous retries are the default of 2: a failed run would be run again"
    hint = "set MaximumRetryAttempts to 0"
    answer = questions.ask(
        "retries",
        "lambda",
        "get_function_event_invoke_config",
        {"FunctionName": function},
        missing_is=f"{missing}; {hint}",
    )
    if answer is not None:
        count = int(answer.get("MaximumRetryAttempts", 2))
        questions.found("retries", f"asynchronous retries: {count}", ok=count == 0, hint=hint)


def _log_group(questions: Questions, name: str) -> None:
    answer = questions.ask("log group", "logs", "describe_log_groups", {"logGroupNamePrefix": name})
    if answer is not None:
        exists = any(one["logGroupName"] == name for one in answer["logGroups"])
        text = f"'{name}' exists" if exists else f"there is no log group '{name}'"
        questions.found("log group", text, ok=exists, hint="create it, or correct target.log_group in the plan")


def _table(questions: Questions, name: str) -> None:
    missing = f"there is no table '{name}'"
    answer = questions.ask("state table", "dynamodb", "describe_table", {"TableName": name}, missing_is=missing)
    if answer is not None:
        keys = [one["AttributeName"] for one in answer["Table"]["KeySchema"] if one["KeyType"] == "HASH"]
        status = str(answer["Table"]["TableStatus"])
        questions.found(
            "state table",
            f"'{name}' is {status}, keyed by {', '.join(keys)}",
            ok=keys == ["booking_num"] and status in {"ACTIVE", "UPDATING"},
            hint="the workload's table is keyed by booking_num",
        )


def _alarms(questions: Questions, target: EventBridgeLambda) -> None:
    there: set[str] = set()
    for first in range(0, len(target.alarms), ALARM_NAMES_MAX):
        asked = {
            "AlarmNames": list(target.alarms[first : first + ALARM_NAMES_MAX]),
            "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
        }
        answer = questions.ask("alarms", "cloudwatch", "describe_alarms", asked)
        if answer is None:
            return
        found = (*answer.get("MetricAlarms", ()), *answer.get("CompositeAlarms", ()))
        there |= {str(one["AlarmName"]) for one in found}
    gone = [f"'{name}'" for name in target.alarms if name not in there]
    names = ", ".join(f"'{name}'" for name in target.alarms)
    text = f"{names} exist" if len(target.alarms) > 1 else f"{names} exists"
    if gone:
        text = f"there is no alarm {', '.join(gone)}"
    hint = "make it, or correct `named` in the plan: the check cannot pass without it"
    questions.found("alarms", text, ok=not gone, hint=hint)


def _legacy(questions: Questions, legacy: LegacyOptions) -> None:
    missing = f"there is no rule '{legacy.rule}'"
    rule = questions.ask("legacy rule", "events", "describe_rule", {"Name": legacy.rule}, missing_is=missing)
    if rule is not None:
        questions.found(
            "legacy rule",
            f"'{legacy.rule}' is {rule['State']}",
            ok=rule["State"] == "DISABLED",
            hint="turn it off before the cutover, or both will send",
            in_baseline=True,
        )
