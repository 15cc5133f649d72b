"""kubectl prints states, counts and sentences of its own: a pod is never `Draining`, and `patch` answers no JSON.

Source: Kubernetes, "kubectl reference" and "Pod lifecycle": the printed columns of get; verbs that change something print
`kind/name verb` unless `-o` asks for more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.commands import OUT_KEY
from bongsu.audit.facts import facts
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.stated import piece_at
from bongsu.audit.typed import refused_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
POD = re.compile(
    r"Running|Pending|Completed|Succeeded|Failed|Error|Unknown|Terminating|Evicted|NodeLost|NotReady|Shutdown|Preempting|Preempted|Terminated|SchedulingGated|"
    r"ContainerCreating|PodInitializing|ContainerStatusUnknown|DeadlineExceeded|NodeShutdown|NodeAffinity|Init:\S+|Signal:\d+|ExitCode:\d+|OOMKilled|"
    r"(?:\w+)?BackOff|(?:Err|Invalid|Create|Run|Start|Unexpected|PostStart|PreStart|Image|Registry|OutOf|Container|Kill|Config|Setup|Network|Pre)\w+"
)
NODE = re.compile(r"(?:Ready|NotReady|Unknown)(?:,SchedulingDisabled)?")
JOB = re.compile(r"Complete|Completed|Failed|Running|Suspended|SuccessCriteriaMet|FailureTarget|Terminating")
CLAIM = re.compile(r"Bound|Pending|Lost|Terminating")
VOLUME = re.compile(r"Bound|Available|Released|Failed|Pending|Terminating")
SPACE = re.compile(r"Active|Terminating")
SERVICE = re.compile(r"ClusterIP|NodePort|LoadBalancer|ExternalName")
SHARE = re.compile(r"\d+/\d+")
COUNTS = frozenset(["up-to-date", "available", "desired", "current", "active", "restarts", "data"])
COUNT = re.compile(r"\d+(?: \(.+ ago\))?")
AGE = re.compile(r"(?:\d+[smhdy])+|<(?:none|unknown|invalid)>")
TABLES = (
    (("name", "ready", "status", "restarts", "age"), "status", POD, "pod"),
    (("name", "status", "roles", "age", "version"), "status", NODE, "node"),
    (("name", "status", "completions", "duration", "age"), "status", JOB, "job"),
    (("name", "status", "volume", "capacity"), "status", CLAIM, "volume claim"),
    (("name", "capacity", "access modes", "reclaim policy", "status"), "status", VOLUME, "volume"),
    (("name", "type", "cluster-ip"), "type", SERVICE, "service"),
    (("name", "status", "age"), "status", SPACE, "namespace"),
    (("name", "ready", "up-to-date", "available", "age"), "ready", SHARE, "deployment"),
    (("name", "ready", "age"), "ready", SHARE, "stateful set"),
)
"""Heads that kubectl prints, the column that says a state, and what it can say."""
WHOLE = frozenset(["pod", "deployment", "stateful set"])
"""Tables of which every column is known."""
NOT_READY = re.compile(
    r"Completed|ContainerCreating|PodInitializing|Pending|ImagePullBackOff|ErrImagePull|CrashLoopBackOff|Evicted|Init:\S+|OOMKilled"
)
"""States in which not every container of a pod is ready."""
PIECE = re.compile(r"\S+(?: (?:\(|ago\)|MODES|POLICY|NODE|GATES)\S*(?: ago\))?)*")
PREFIX = re.compile(r"(?:>|\|) ?(?! *\w+ *\|)")
COMMAND = re.compile(
    r"(?<![\w/.-])(?:kubectl|oc|k) (?:(?:-n|--namespace|--context|--kubeconfig|-l)[ =]?\S+ )*(?P<verb>patch|scale|rollout (?:restart|pause|resume|undo)|cordon|uncordon|drain|delete|apply|create|label|annotate|set (?:image|env|resources)|expose|taint|autoscale)\b(?P<rest>.*)"
)
ASKED = re.compile(r"(?:^|\s)(?:-o|--output|--dry-run)[= ]?|\||>|&&|;|--help")
LISTED = re.compile(r"\s*(?:[>|]\s*)?[{\[]\s*(?:$|[\"\]}])")
INSTEAD = "what kubectl printed, as the terminal has it"
ROWS_MOST = 200
CLOCKED = re.compile(r"\s*\[?\d{1,2}:\d\d(?::\d\d)?\b")
"""How a log goes on behind a table."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield rows that kubectl get cannot have printed, and JSON under commands that print a sentence."""
    for log in logs:
        number, last = 1, len(log.text.lines)
        while number <= last:
            heads = [text.lower() for text, _ in _cells(log.line(number))] if "NAME" in log.line(number) else []
            own = heads[1:] if heads[:1] == ["namespace"] else heads
            table = next((one for one in TABLES if tuple(own[: len(one[0])]) == one[0]), None)
            number += 1
            while (
                table
                and number <= last
                and not CLOCKED.match(log.line(number))
                and (cells := _cells(log.line(number)))
                and len(cells) >= len(table[0])
            ):
                yield from _row(log, number, dict(zip(heads, cells, strict=False)), table[1:])
                number += 1
        yield from _answers(log)
        yield from _recorded(log)


def _cells(line: str) -> list[tuple[str, int]]:
    """Return the cells of a line that kubectl set in columns; none for a line of another make."""
    lead = PREFIX.match(line)
    start = lead.end() if lead else 0
    if len(line) > 400 or not re.search(r"\S {2,}\S", line[start:]) or "|" in line[start:]:
        return []
    return [(one[0], one.start()) for one in PIECE.finditer(line, start)]


def _row(
    log: Log, number: int, row: dict[str, tuple[str, int]], table: tuple[str, re.Pattern[str], str]
) -> Iterator[Hit]:
    column, states, kind = table
    state, start = row[column]
    spot = type(log.spot(1))(log.name, number, start + 1, start + 1 + len(state))
    if re.fullmatch(r"[A-Za-z:,0-9/]+", state) and not states.fullmatch(state):
        yield Hit(spot=spot, why=f"kubectl never prints {state!r} as the {column} of a {kind}", instead=INSTEAD)
    for head, (text, place) in row.items():
        wrong = (head in COUNTS and not COUNT.fullmatch(text)) or (head == "age" and not AGE.fullmatch(text))
        if wrong and head != column and kind in WHOLE:
            spot = type(log.spot(1))(log.name, number, place + 1, place + 1 + len(text))
            yield Hit(spot=spot, why=f"kubectl never prints {text!r} as {head} of a {kind}", instead=INSTEAD)
    for head in ("ready", "completions"):
        counted = re.fullmatch(r"(\d+)/(\d+)", row[head][0]) if head in row else None
        if counted is None or kind not in ("pod", "job", "stateful set"):
            continue
        have, of = int(counted[1]), int(counted[2])
        if have > of and kind != "deployment":
            why = f"{have} of {of} {'containers are ready' if kind == 'pod' else 'completions'}: more than there are"
            yield Hit(spot=log.at(number, counted[0]), why=why, instead=INSTEAD)
        elif kind == "pod" and have == of and of and NOT_READY.fullmatch(state):
            why = f"a pod that is {state} has not all of its containers ready"
            yield Hit(spot=log.at(number, counted[0]), also=(spot,), why=why, instead=INSTEAD)


def _answers(log: Log) -> Iterator[Hit]:
    for number, line in log.numbered():
        match = COMMAND.search(line)
        if (
            match is None
            or piece_at(log, number, match.start()) is not None
            or ASKED.search(_without_quotes(match["rest"]))
            or number in refused_lines(log)
        ):
            continue
        end = number
        while log.line(end).rstrip().endswith("\\") and end < len(log.text.lines):
            end += 1
        below = end + 1
        if below > len(log.text.lines) or (
            end > number and ASKED.search(_without_quotes(" ".join(_lines(log, number, end))))
        ):
            continue
        if LISTED.match(log.line(below)) and piece_at(log, below, len(log.line(below))) is not None:
            yield Hit(
                spot=log.spot(below),
                also=(log.spot(number, match),),
                why=_why(match["verb"]),
                instead=INSTEAD,
            )


def _recorded(log: Log) -> Iterator[Hit]:
    """Yield objects that hold such a command and JSON as its output."""
    for group in facts(log):
        told = next((one for one in group.of.values() if isinstance(one.value, str) and COMMAND.match(one.value)), None)
        match = COMMAND.match(told.value) if told else None
        for key, one in group.of.items() if told and match and not ASKED.search(_without_quotes(match["rest"])) else ():
            shown = isinstance(one.value, dict) or str(one.value).lstrip().startswith(("{", "["))
            if told and match and OUT_KEY.fullmatch(key) and shown and one.value:
                yield Hit(spot=one.spot, also=(told.spot,), why=_why(match["verb"]), instead=INSTEAD)


def _why(verb: str) -> str:
    return f"`kubectl {verb}` prints a sentence such as `kind/name {_done(verb)}`, no JSON"


def _lines(log: Log, start: int, end: int) -> list[str]:
    return [line.rstrip("\\") for _, line in log.numbered(start, end)]


def _without_quotes(text: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"", "", text)


def _done(verb: str) -> str:
    word = verb.rsplit(maxsplit=1)[-1]
    return {"restart": "restarted", "apply": "configured", "undo": "rolled back", "image": "image updated"}.get(
        word, word + ("d" if word.endswith("e") else "ed")
    )
