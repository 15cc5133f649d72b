"""Commands in the layouts in which people show them, with output that they never print."""

from __future__ import annotations

import pytest
from tests.audit.aws_table import TABLE, lines
from tests.audit.logs import rules_in

OFF = "aws events disable-rule --name tide-old"

WRONG = [
    f'$ {OFF}\n{{"State": "DISABLED"}}\n',
    f'07:01:02 $ {OFF}\n{{\n    "RuleState": "DISABLED"\n}}\n',
    f"[mirela@jump ~]$ {OFF}\nDISABLED\n",
    f"PS C:\\> {OFF}\nSuccess\n",
    f'```\n$ {OFF}\n```\n\nOutput:\n\n```json\n{{"Status": "ok"}}\n```\n',
    f'- ran `{OFF}`, it printed `{{"RuleArn": "x"}}`\n',
    f'[07:01] mirela: {OFF}\n[07:01] mirela: {{"State": "DISABLED"}}\n',
    f'| Command | Output |\n|---|---|\n| {OFF} | {{"State": "DISABLED"}} |\n',
    f"| Command | Output |\n|---|---|\n| `{OFF}` | rule disabled |\n",
    f'{{"cmd": "{OFF}", "stdout": "DISABLED"}}\n',
    f'{{"steps": [{{"command": "{OFF}", "output": {{"ok": 1}}}}]}}\n',
    "disable-rule returned FailedEntryCount 0, so it was off.\n",
    "disable-rule 응답은 RuleState DISABLED 였다.\n",
    '$ aws sqs purge-queue \\\n    --queue-url https://sqs.example/tide\n{"Purged": true}\n',
    '$ aws cloudwatch put-metric-alarm --alarm-name tide\n{"AlarmArn": "arn"}\n',
    '$ aws ec2 reboot-instances --instance-ids i-0aa\n{"RebootingInstances": []}\n',
    '$ aws elbv2 deregister-targets --target-group-arn tg\n{"TargetHealth": "draining"}\n',
    '$ aws events describe-rule --name tide\n{"RuleName": "tide", "State": "ENABLED"}\n',
    '$ aws events put-targets --rule tide\n{"FailedEntryCount": 0, "ResponseMetadata": {}}\n',
    '$ aws lambda invoke --function-name tide out.json\n{"StatusCode": 200, "Billed": 12}\n',
]
RIGHT = [
    f"$ {OFF}\n$ aws events describe-rule --name tide-old --query State --output text\nDISABLED\n",
    f"$ {OFF}\n\n# it prints nothing\n",
    f"07:01:02 $ {OFF}\n07:01:09 looked at the rule, it is DISABLED\n",
    f"$ {OFF}\nAn error occurred (ResourceNotFoundException) when calling the DisableRule operation\n",
    f"$ {OFF} && echo off\noff\n",
    f"$ {OFF} --query State\nnull\n",
    f'```\n$ {OFF}\n```\n\nThe plan of the evening was this.\n\n```json\n{{"steps": 3}}\n```\n',
    f"| Command | Output |\n|---|---|\n| {OFF} | (none) |\n",
    f'{{"cmd": "{OFF}", "stdout": "", "exit": 0}}\n',
    "disable-rule printed nothing; describe-rule says DISABLED.\n",
    "04:46 규칙을 켰습니다(aws events enable-rule).\n04:51 put-targets로 입력을 고쳤습니다. FailedEntryCount 0.\n",
    "10:00 `aws events enable-rule --name tide` done\n\n10:09 the targets again: FailedEntryCount 0\n",
    '$ aws events put-targets --rule tide --targets \'[{"Id": "1"}]\'\n{"FailedEntryCount": 0, "FailedEntries": []}\n',
    '$ aws events describe-rule --name tide\n{"Name": "tide", ..., "State": "ENABLED"}\n',
    '$ aws events describe-rule --name tide --query \'{S: State}\'\n{"S": "ENABLED"}\n',
    "$ aws s3 cp a s3://tide/a\nupload: ./a to s3://tide/a\n",
    '$ aws ecs update-service --service tide --desired-count 2\n{"service": {"desiredCount": 2}}\n',
    f"{OFF}\nthe old rule was off from here on\n",
]


@pytest.mark.parametrize("text", WRONG)
def test_output_that_the_command_never_prints_is_found(text: str) -> None:
    assert "aws_cli_output" in rules_in(text)


@pytest.mark.parametrize("text", RIGHT)
def test_silence_notes_errors_and_its_own_output_are_not(text: str) -> None:
    assert "aws_cli_output" not in rules_in(text)


def test_the_table_is_what_the_service_models_say() -> None:
    """Of some services, so that it takes no minutes: all of it is written by `python -m tests.audit.aws_table`."""
    known = set(TABLE.read_text("utf-8").splitlines())
    assert set(lines(("events", "scheduler", "logs", "sqs"))) <= known


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$ kubectl -n tide scale deploy pump --replicas=0\npump: 4 -> 0 replicas, scaled down OK (took 3s)\n", True),
        ("$ kubectl rollout restart deployment/pump\nRestarted 6/6 pods of pump in 42s\n", True),
        ("$ kubectl -n tide scale deploy pump --replicas=0\ndeployment.apps/pump scaled\n", False),
        ('12:01:40 cmd $ kubectl delete pod pump-1\n12:01:41 out pod "pump-1" deleted\n', False),
        ("$ kubectl cordon node-3\nerror: nodes node-3 not found, 0 cordoned\n", False),
        ('["14:24:50 $ aws events disable-rule --name pump",\n "14:24:52 (찍히는 것 없음)"\n]\n', False),
    ],
)
def test_a_sentence_that_kubectl_does_not_print_is_found(text: str, found: bool) -> None:
    assert bool(rules_in(text) & {"kubectl_sentence", "aws_cli_output"}) == found
