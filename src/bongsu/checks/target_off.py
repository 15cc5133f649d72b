"""Whether the target is still off: a target that already runs cannot be cut over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.checks._rule_off import judge_off
from bongsu.core.plan import ReadNeed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.checks._port import CheckResult
    from bongsu.core.state import Observation

FIGURES = frozenset({"state"})
READING = "target_rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Nothing: the plan's `target` says which rule is read."""


def reads(options: Options) -> tuple[ReadNeed, ...]:
    """Return the reading of the rule's state."""
    del options
    return (ReadNeed(reading=READING),)


def judge(options: Options, observations: Mapping[str, Observation]) -> CheckResult:
    """Return PASS only when the rule reads back DISABLED."""
    del options
    return judge_off(READING, observations)
