"""Some AWS CLI commands print nothing when they succeed, each other one its own members as data, and none a sentence.

Source: the AWS service models (botocore): EnableRule, DisableRule, PutRetentionPolicy, PutMetricAlarm and the like have no
output; FailedEntryCount is of PutTargets, RemoveTargets and PutEvents alone; the CLI strips ResponseMetadata.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied, told
from bongsu.audit.commands import COMMAND, OTHER_FORM, SENTENCE, SHELL, TRANSFERRED, outputs, printed
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.commands import Output
    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
COUNTED = {"put-targets", "remove-targets", "put-events", "put-partner-events"}
NEAR = 12
ALWAYS = {"NextToken"}
SAID = pattern(
    r"(?<![\w-])`?(?:aws )?(?:[a-z0-9-]+ )?(?P<operation>[a-z]+(?:-[a-z]+)+)`?(?: (?:call|command))? (?:also |then )?(?:returned|returns|printed|prints|answered|answers|responded|responds|reported|reports|gave(?: back)?|showed|shows|came back|echoed|echoes)\b(?P<what>.{2,80})"
    r"|(?<![\w-])`?(?P<ko>[a-z]+(?:-[a-z]+)+)`?(?:은|는|의|가|이)?\s?(?:명령(?:은|는|의)?\s?)?(?:응답|출력|결과)\S{0,3}\s(?P<ko_what>.{2,80})"
)
PRINTED = re.compile(
    r"(?<![\w-])(?P<operation>[a-z]+(?:-[a-z]+)+)(?>(?: --?[a-z-]+(?:[ =][^\s`,;-][^\s`,;]*+)?)*)`?(?: ?(?:실행(?:함|했고|해)?|ran|run))?"
    r"[,;:.)→ -]{0,4}(?:(?:and|it|its|the|with|CLI|that|which) ){0,2}(?:output(?: was)?|stdout|printed|prints|returned|answered|출력|응답|반환)(?![a-z-])\S{0,2}[ :=]{0,3}(?P<what>.{2,80})"
)
"""A command with its options, and what it is told to have printed."""
TO_SCREEN = re.compile(r"(?<!\S)(?:/dev/stdout|-)(?!\S)")
DATA = re.compile(r"\{|FailedEntryCount|\b(?:ENABLED|DISABLED)\b|\"[A-Z]\w+\"|\b[A-Z][a-z]+[A-Z]\w+|\btrue\b")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield output under commands that have none, members that a command never prints, and sentences that tell of such."""
    for log in logs:
        for one in outputs(log):
            if why := _wrong(one, log.line(one.spot.line)):
                yield Hit(
                    spot=one.spot,
                    also=(one.at, *_strange(log, one)),
                    why=why,
                    instead="what the command printed, if anything; the state is read back with a describe or get command",
                )
        yield from _counted(log)
        yield from _said(log)


def _wrong(one: Output, line: str) -> str:
    name = f"`aws {one.service} {one.operation}`"
    shell = SHELL.search(one.command.split("`")[0])
    if one.service == "s3":
        other = one.value is not None or not TRANSFERRED.match(line)
        return f"{name} prints a line for each file, as `upload: a to b`" if other and not shell else ""
    members = printed()[one.service, one.operation]
    if not members:
        return (
            ""
            if shell or ("--query" in one.command and one.value is None)
            else f"{name} prints nothing when it succeeds"
        )
    if shell or TO_SCREEN.search(one.command):
        return ""
    if one.value is None and SENTENCE.match(line):
        return f"{name} prints {', '.join(sorted(members)[:8])} as data, and no sentence"
    if OTHER_FORM.search(one.command) or not isinstance(one.value, dict):
        return ""
    strange = [key for key in one.value if key not in members | ALWAYS]
    return f"{name} prints {', '.join(sorted(members)[:8])}; never {', '.join(strange)}" if strange else ""


def _strange(log: Log, one: Output) -> Iterator[Spot]:
    """Yield the places of the members that the command never prints."""
    members = printed().get((one.service, one.operation), frozenset())
    for piece in pieces(log):
        for key in one.value if piece.value is one.value and members else ():
            if key not in members | ALWAYS:
                yield log.at(piece.lines[(key,)], f'"{key}"')


def _counted(log: Log) -> Iterator[Hit]:
    running: tuple[int, re.Match[str]] | None = None
    for number, line in log.numbered():
        command = COMMAND.search(line)
        if command:
            running = (number, command)
        counted = re.search('"?FailedEntryCount"?', line)
        near = running and running[1]["service"] == "events" and number - running[0] < NEAR
        if running and number > running[0] + 1 and log.moments(number) and not command:
            running = near = None  # Another entry, which need not be of that command.
        named = any(one in line for one in COUNTED)
        if counted and running and near and running[1]["operation"] not in COUNTED and not (named or denied(line)):
            yield Hit(
                spot=log.spot(number, counted),
                also=(log.spot(running[0]),),
                why="FailedEntryCount is in the answers of put-targets, remove-targets and put-events alone",
                instead="what the command printed; the state of a rule is read with describe-rule",
            )


def _said(log: Log) -> Iterator[Hit]:
    silent = {key[1] for key, members in printed().items() if not members}
    speaking = {key[1] for key, members in printed().items() if members}
    for number, line in told(log):
        for match in (*SAID.finditer(line), *PRINTED.finditer(line)) if "-" in line else ():
            parts = {"ko": None, "ko_what": None, **match.groupdict()}
            operation = parts["operation"] or parts["ko"] or ""
            what = parts["what"] or parts["ko_what"] or ""
            if operation in silent - speaking and DATA.search(what) and not denied(line):
                yield Hit(
                    spot=log.spot(number, match),
                    why=f"{operation} prints nothing when it succeeds",
                    instead="what was read back, and with which command",
                )
                break
