"""The port of a check: a rule over observations. A file in this folder is a kind of check; it is pure.

Options                     frozen dataclass of the plan's keys for it (the limits)
FIGURES: frozenset[str]     short names of the figures its judgement can carry
reads(options) -> tuple[ReadNeed, ...]
judge(options, observations) -> CheckResult     observations by reading name
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.core.events import JudgedFigure
    from bongsu.core.plan import ReadNeed
    from bongsu.core.state import Observation
    from bongsu.core.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """The verdict, why in one plain sentence without a full stop, and the figures it rests on."""

    verdict: Verdict
    why: str
    figures: tuple[JudgedFigure, ...] = ()


class Check(Protocol):
    """The shape of a module in this folder."""

    Options: type[Any]
    FIGURES: frozenset[str]

    def reads(self, options: Any) -> tuple[ReadNeed, ...]:
        """Return what must be read for it."""
        ...

    def judge(self, options: Any, observations: Mapping[str, Observation]) -> CheckResult:
        """Return the result; a missing or contradictory observation is UNKNOWN, never PASS."""
        ...
