"""Each kubectl command that changes something prints its own sentence: `kind/name scaled` after scale, never `patched`.

Source: Kubernetes, "kubectl reference": the printed operation of patch, scale, rollout, set, label, taint, apply, delete.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.commands import CLOCK
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.stated import piece_at
from bongsu.audit.typed import refused_lines, typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
COMMAND = re.compile(
    r"(?<![\w/.-])(?:kubectl|oc) (?:(?:-n|--namespace|--context|--kubeconfig|--cluster)[ =]\S+ |-A )*(?P<verb>patch|scale|rollout (?:restart|pause|resume|undo)|cordon|uncordon|drain|delete|apply|create|replace|label|annotate|set (?:image|env|resources)|expose|taint|autoscale)\b(?P<rest>.*)"
)
DONE = {
    "patch": r"patched(?: \(no change\))?",
    "scale": r"scaled",
    "rollout restart": r"restarted",
    "rollout pause": r"paused",
    "rollout resume": r"resumed",
    "rollout undo": r"rolled back(?: to revision \d+)?|skipped rollback.*",
    "cordon": r"(?:already )?cordoned",
    "uncordon": r"(?:already )?uncordoned",
    "drain": r"(?:already )?cordoned|evicted|drained",
    "delete": r"(?:force )?deleted(?: from \S+ namespace)?",
    "apply": r"created|configured|unchanged|serverside-applied|pruned",
    "create": r"created",
    "replace": r"replaced",
    "label": r"labeled|unlabeled|not labeled",
    "annotate": r"annotated?",
    "set image": r"image updated",
    "set env": r"env updated",
    "set resources": r"resource requirements updated",
    "expose": r"exposed",
    "taint": r"(?:un)?tainted|modified",
    "autoscale": r"autoscaled",
}
"""What each command prints behind `kind/name`."""
PLAIN = {
    "patch": "patched",
    "rollout undo": "rolled back",
    "cordon": "cordoned",
    "uncordon": "uncordoned",
    "delete": "deleted",
    "annotate": "annotated",
    "taint": "tainted",
}
SUFFIX = r"(?: \((?:server )?dry run\))?\.?"
SENTENCE = re.compile(
    r"\s*(?:[a-z][a-z0-9]*(?:\.[a-z0-9.-]+)?/[\w.-]+|[a-z][a-z0-9]*(?:\.[a-z0-9.-]+)? \"[\w.-]+\") (?P<done>[a-z].*?)\s*"
)
HEADS = re.compile(r"\s*(?:NAMESPACE\s{2,})?NAME\s{2,}[A-Z].*")
CLAIM = re.compile(
    r"\s*(?:[\w./-]+ ){0,6}?(?:successful(?:ly)?|success|succeeded|complete[d]?)\b.*|\s*(?:Status|Result|OK)\s*[:=].*",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r"[\x20-\x7e]*?\b\d+ (?:(?:old|new|stale|running|of \d+|out of \d+) )?(?:pods?|jobs?|nodes?|replicas?|deployments?|objects?|resources?|containers?|instances?|items?|secrets?)\b[\x20-\x7e]*",
    re.IGNORECASE,
)
"""No command that changes something counts what it changed."""
AROUND = re.compile(r"\d|\b(?:ok|done|took|pods?|replicas?|nodes?)\b", re.IGNORECASE)
"""What stands with such a word where people tell what happened: counts, lengths."""
SHELL = re.compile(r"(?:^|\s)(?:-o|--output|--dry-run|-v)[= ]?|[|>;]|&&|--help|<<")
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
PROMPTED = re.compile(r"\s*(?:\[[^\]]*\]\s*)?(?:[$#>❯%+]\s|\S+[$#%]\s|#|//|\(|\d{1,2}:\d\d)")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what stands under such a command in the words of another one."""
    for log in logs:
        for number, line in log.numbered():
            match = COMMAND.search(line) if "kubectl" in line or "oc " in line else None
            if match is None or number in refused_lines(log) or not _typed(log, number, match):
                continue
            below = _below(log, number)
            command = " ".join(log.line(n).rstrip("\\") for n in range(number, below))[match.start() :]
            if below > len(log.text.lines) or SHELL.search(QUOTED.sub("", command)):
                continue
            if why := _wrong(match["verb"], log.line(below)):
                yield Hit(
                    spot=log.spot(below),
                    also=(log.spot(number, match),),
                    why=why,
                    instead="what kubectl printed, as the terminal has it",
                )


def _typed(log: Log, number: int, match: re.Match[str]) -> bool:
    """Return whether a line is the command, and does not only tell of it."""
    line = log.line(number)
    if piece_at(log, number, match.start()) is not None:
        return False
    return typed(line) is not None or log.fenced(number) is not None or not line[: match.start()].strip(" >")


def _below(log: Log, number: int) -> int:
    """Return the line behind a command, which may go over several lines and have `date` in front."""
    end, first = number, log.line(number)
    while end < len(log.text.lines):
        line = log.line(end)
        quotes = "\n".join(log.line(n) for n in range(number, end + 1)).count("'")
        if not line.rstrip().endswith("\\") and quotes % 2 == 0:
            break
        end += 1
    after = end + 1
    if after <= len(log.text.lines) and re.search(r"\bdate\b", first) and CLOCK.fullmatch(log.line(after)):
        after += 1
    return after


def _wrong(verb: str, line: str) -> str:
    if (
        not line.strip()
        or PROMPTED.match(line)
        or typed(line) is not None
        or re.match(r"\s*(?:Warning|error|Error|W\d{4})", line)
    ):
        return ""
    found = SENTENCE.fullmatch(line)
    own = f"`kubectl {verb}` prints `kind/name {PLAIN.get(verb) or DONE[verb].split('|')[0]}`"
    if found:
        return "" if re.fullmatch(f"(?:{DONE[verb]}){SUFFIX}", found["done"]) else f"{own}, not {found['done']!r}"
    if HEADS.fullmatch(line):
        return f"{own}, and no table"
    in_other_words = re.search(rf"(?<![/\w])(?:{DONE[verb]})\b", line, re.IGNORECASE) and AROUND.search(line)
    return f"{own}, and no such sentence" if CLAIM.fullmatch(line) or COUNTED.fullmatch(line) or in_other_words else ""
