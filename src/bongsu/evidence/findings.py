"""Findings: what is wrong in evidence, where, why that is wrong, and what should stand there instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SHOWN = 200
"""The longest piece of a file that a finding quotes, in characters."""


_RULES = {
    1: "file_missing file_unexpected verifier",
    2: "ledger_cut line_shape line_hash prev_hash line_unreadable seq run_id time_back run_opened after_close run_open "
    "head published published_copy",
    3: "plan_hash plan_blob plan_unusable opened_otherwise",
    4: "blob_missing blob_hash blob_uncited",
    5: "values exchange_time exchange_address",
    6: "verdict figures figure_source source_later",
    7: "no_intention switched_blindly",
    8: "actor not_decided pressed_before_sent pressed_otherwise no_state line_unusable",
    9: "message message_figures message_sent message_address message_reference moved_to accepted_nothing "
    "service_time answered_otherwise",
    10: "report",
    11: "quoted_link",
    12: "signature signature_missing timestamp timestamp_missing timestamp_unread",
}
STEP_OF = {rule: step for step, rules in _RULES.items() for rule in rules.split()}
"""Rule to the step of a verification that holds it; `blob_not_cited` is of the step that needs the blob."""


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """The evidence says something that does not hold."""
    UNKNOWN = "unknown"
    """The evidence does not say enough to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A file of the folder and a line in it, counted from 1; 0 for the file as a whole."""

    file: str
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not hold."""

    step: int
    rule: str
    file: str
    line: int
    found: str
    why: str
    instead: str
    also: tuple[Place, ...] = ()
    severity: Severity = Severity.ERROR

    def as_dict(self) -> dict[str, Any]:
        """Return the finding in the shape that audit, verify and reports share, with its step."""
        return {
            "step": self.step,
            "rule": self.rule,
            "severity": self.severity.value,
            "file": self.file,
            "line": self.line,
            "also": [{"file": place.file, "line": place.line} for place in self.also],
            "found": self.found,
            "why": self.why,
            "instead": self.instead,
        }


@dataclass(slots=True)
class Findings:
    """Collects findings while the steps of a verification are taken."""

    items: list[Finding] = field(default_factory=list)

    def add(self, rule: str, place: Place, *, found: object, why: str, instead: object, **more: Any) -> None:
        """Note one; `more` may name `also` and `severity`, and `step` where the rule is not of one step."""
        self.items.append(
            Finding(
                step=more.pop("step") if "step" in more else STEP_OF[rule],
                rule=rule,
                file=printable(place.file),
                line=place.line,
                found=shown(found),
                why=why,
                instead=shown(instead),
                **more,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One numbered step of a verification: what it proves, and how many things it looked at."""

    number: int
    proves: str
    looked_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a verification came to."""

    run_id: str
    seq: int
    head: str
    """The hash of the last line that the chain holds whole."""
    verdict: str
    """The run's own verdict as its last line gives it; empty while the run is open."""
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]

    @property
    def first_step(self) -> int:
        """The first step in which something does not hold; 0 when none is refused."""
        return min((finding.step for finding in self.findings if finding.severity is Severity.ERROR), default=0)

    @property
    def exit_code(self) -> int:
        """5 when something does not hold, 3 when the evidence does not say enough, else 0."""
        severities = {finding.severity for finding in self.findings}
        if Severity.ERROR in severities:
            return 5
        return 3 if Severity.UNKNOWN in severities else 0

    def as_dict(self) -> dict[str, Any]:
        """Return `{"findings": [...]}`."""
        return {"findings": [finding.as_dict() for finding in self.findings]}


def shown(value: object) -> str:
    """Return a value as a finding quotes it: bytes as text, on one line, nothing longer than `SHOWN` characters."""
    text = printable(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))
    if not text.strip():
        return "nothing"
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def printable(text: str) -> str:
    """Return a text in which nothing steers a terminal or begins a line: evidence comes from anywhere."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def first_difference(text: bytes, other: bytes) -> str:
    """Return the text from a little before the first byte at which it differs from the other."""
    place = next(
        (n for n, (one, two) in enumerate(zip(text, other, strict=False)) if one != two),
        min(len(text), len(other)),
    )
    start = max(0, place - 20)
    return f"byte {place}: {'…' if start else ''}{text[start : place + 100].decode('utf-8', 'replace')}"
