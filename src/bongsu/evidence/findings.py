"""Findings: what is wrong in evidence, where, why that is wrong, and what should stand there instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SHOWN = 200
"""The longest piece of a file that a finding quotes, in characters."""


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

    rule: str
    file: str
    line: int
    found: str
    why: str
    instead: str
    also: tuple[Place, ...] = ()
    severity: Severity = Severity.ERROR

    def as_dict(self) -> dict[str, Any]:
        """Return the finding in the shape that audit, verify and reports share."""
        return {
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
        """Note one; `more` may name `also` and `severity`."""
        self.items.append(
            Finding(
                rule=rule,
                file=place.file,
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
    """Return a value as a finding quotes it: bytes as text, nothing longer than `SHOWN` characters."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    if not text.strip():
        return "nothing"
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def first_difference(text: bytes, other: bytes) -> str:
    """Return the text from a little before the first byte at which it differs from the other."""
    place = next(
        (n for n, (one, two) in enumerate(zip(text, other, strict=False)) if one != two),
        min(len(text), len(other)),
    )
    start = max(0, place - 20)
    return f"byte {place}: {'…' if start else ''}{text[start : place + 100].decode('utf-8', 'replace')}"
