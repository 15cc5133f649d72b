"""Verdicts with three values: no data is unknown, a crash is unknown, and only pass is go."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verdict(StrEnum):
    """What a check, a drill or a whole run came to."""

    PASS = "pass"  # noqa: S105 - the word of a verdict, not a secret
    UNKNOWN = "unknown"
    FAIL = "fail"


SEVERITY = (Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return FAIL over UNKNOWN over PASS; of nothing at all, UNKNOWN."""
    return max(verdicts, key=SEVERITY.index, default=Verdict.UNKNOWN)
