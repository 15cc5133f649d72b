"""Some AWS CLI commands print nothing when they succeed; output shown under them was not theirs.

Source: AWS CLI and service models: EnableRule, DisableRule and the like have no output; FailedEntryCount is of
PutTargets, RemoveTargets and PutEvents alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
COMMAND = re.compile(
    r"\s*(?:[$#>❯%]|\S+@\S+[$#:~ ]+\S*[$#])?\s*(?P<command>aws (?:--\S+ \S+ )*(?P<service>[a-z0-9-]+) (?P<operation>[a-z0-9-]+)\b.*)"
)
PROMPT = re.compile(r"\s*(?:[$#>❯%] |\S+@\S+[$#:~]|```|~~~|#|\+ |\[?\d\d:\d\d|<!--)")
SILENT = {
    "events": {"enable-rule", "disable-rule", "delete-rule", "put-permission", "remove-permission"},
    "cloudwatch": {
        "enable-alarm-actions",
        "disable-alarm-actions",
        "set-alarm-state",
        "delete-alarms",
        "put-metric-alarm",
    },
    "logs": {"create-log-group", "delete-log-group", "put-retention-policy", "delete-retention-policy"},
    "lambda": {"delete-function", "delete-alias", "remove-permission", "delete-function-concurrency"},
    "sqs": {"purge-queue", "delete-queue"},
}
COUNTED = {"put-targets", "remove-targets", "put-events", "put-partner-events"}
REFUSED = re.compile(
    r"\s*(?:An error occurred|Unable to|aws: error|usage:|Could not|Error|\(no output\)|\(출력 없음\))", re.IGNORECASE
)
SHELL = re.compile(r"&&|\|\||[|;>]|--(?:debug|dry-run|generate-cli-skeleton)")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield output under commands that have none, and counts that only other commands have."""
    for log in logs:
        running: tuple[int, re.Match[str]] | None = None
        lines = iter(log.numbered())
        for number, line in lines:
            command = COMMAND.fullmatch(line)
            if command and (not log.blocks or log.fenced(number)):
                running = (number, command)
                end = number
                while end < len(log.text.lines) and log.line(end).rstrip().endswith("\\"):
                    end += 1
                    next(lines, None)
                yield from _printed(log, command, (number, end))
                continue
            counted = re.search('"?FailedEntryCount"?', line)
            of_others = running and running[1]["service"] == "events" and running[1]["operation"] not in COUNTED
            if counted and running and of_others:
                yield _hit(log, number, counted, running[0])


def _printed(log: Log, command: re.Match[str], place: tuple[int, int]) -> Iterator[Hit]:
    first, last = place
    silent = command["operation"] in SILENT.get(command["service"], set()) and not SHELL.search(command["command"])
    if not silent or last >= len(log.text.lines):
        return
    after = log.line(last + 1)
    if after.strip() and not PROMPT.match(after) and not COMMAND.fullmatch(after) and not REFUSED.match(after):
        found = re.search(r"\S.*", after)
        yield Hit(
            spot=log.spot(last + 1, found),
            also=(log.spot(first, command, "command"),),
            why=f"`aws {command['service']} {command['operation']}` prints nothing when it succeeds",
            instead="nothing under the command, and a read-back (such as describe-rule) with its own output",
        )


def _hit(log: Log, number: int, counted: re.Match[str], command: int) -> Hit:
    return Hit(
        spot=log.spot(number, counted),
        also=(log.spot(command),),
        why="FailedEntryCount is in the answers of put-targets, remove-targets and put-events alone",
        instead="what the command printed; the state of a rule is read with describe-rule",
    )
