"""Whether the invocation that used most memory stayed within the share of its limit that the plan allows."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from bongsu.checks._invocations import complete_in, none_worked
from bongsu.checks._port import CheckResult
from bongsu.checks._values import at_most, count, decided, figure, not_read, unknown
from bongsu.core.figures import percent, plain
from bongsu.core.plan import ReadNeed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from bongsu.core.state import Observation

FIGURES = frozenset({"used_mb", "limit_mb", "percent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The limit."""

    at_most: Decimal
    """The largest share of the function's memory, in per cent."""


def reads(options: Options) -> tuple[ReadNeed, ...]:
    """Return the reading of the invocations."""
    del options
    return (ReadNeed(reading="invocations"),)


def judge(options: Options, observations: Mapping[str, Observation]) -> CheckResult:
    """Return PASS only when the memory of every complete invocation is known and within the limit, and one worked."""
    absent = not_read(observations, "invocations")
    if absent is not None:
        return absent
    invocations = complete_in(observations["invocations"])
    if isinstance(invocations, CheckResult):
        return invocations
    seen = [(count(item, "memory_used_mb"), count(item, "memory_mb")) for item in invocations.complete]
    known = [(used, limit) for used, limit in seen if used is not None and limit]
    if len(known) != len(seen):
        show = "invocation shows" if len(seen) == 1 else "invocations show"
        return unknown(f"{len(seen) - len(known)} of {len(seen)} {show} no memory used and limit")
    used, limit = max(known, key=lambda pair: Fraction(*pair))
    passed = at_most(used, limit, options.at_most)
    if passed and (crashed := none_worked(invocations)) is not None:
        return crashed
    share = percent(used, limit)
    figures = (
        figure("used_mb", used, "MB", seq=invocations.seq),
        figure("limit_mb", limit, "MB", seq=invocations.seq),
        figure("percent", share, "%", seq=invocations.seq),
    )
    allowed = f"the limit is at most {plain(options.at_most)} %"
    why = f"at most {used} MB of {limit} MB used ({share} %) in {len(known)} invocations, {allowed}"
    if len(known) == 1:
        why = f"{used} MB of {limit} MB used ({share} %), {allowed}"
    return decided(passed=passed, why=why, figures=figures)
