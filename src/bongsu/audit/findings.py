"""What an audit found: the claim, the places that contradict it, why, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """Two things that are written cannot both be so, or one cannot be so at all."""
    WARNING = "warning"
    """Nothing that the named service reports could back the claim."""
    NOTE = "note"
    """Possible, and still what a log that was typed by hand looks like."""


class Confidence(StrEnum):
    """How sure the rule is that it read the log as its author meant it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    def at_least(self, least: Confidence) -> bool:
        """Return whether this is as sure as another, or surer."""
        order = list(Confidence)
        return order.index(self) <= order.index(least)


@dataclass(frozen=True, slots=True)
class Spot:
    """A piece of a line: both counted from 1, column 0 for the line as a whole; `end` is behind the last letter."""

    file: str
    line: int
    column: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What one rule found, before it is filed under the rule's name."""

    spot: Spot
    why: str
    instead: str
    also: tuple[Spot, ...] = ()
    confidence: Confidence | None = None
    """When this reading is less sure, or surer, than the rule's others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One contradiction or unbacked claim."""

    rule: str
    severity: Severity
    confidence: Confidence
    spot: Spot
    found: str
    """The claim as it stands in the log."""
    why: str
    instead: str
    also: tuple[Spot, ...] = ()
    """The other places, if it takes two to contradict."""

    def as_dict(self) -> dict[str, Any]:
        """Return the finding in the shape that audit, verify and reports share, with confidence and column added."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "confidence": self.confidence.value,
            "file": self.spot.file,
            "line": self.spot.line,
            "column": self.spot.column,
            "also": [{"file": spot.file, "line": spot.line} for spot in self.also],
            "found": self.found,
            "why": self.why,
            "instead": self.instead,
        }
