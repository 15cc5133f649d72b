"""Whether the longest invocation stayed within the limit, by the platform's own figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bongsu.checks._invocations import complete_in, none_worked
from bongsu.checks._port import CheckResult
from bongsu.checks._values import decided, figure, not_read, number, unknown
from bongsu.core.figures import plain
from bongsu.core.plan import ReadNeed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.core.state import Observation

FIGURES = frozenset({"duration_ms"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The limit."""

    at_most: timedelta
    """The longest that an invocation may take."""


def reads(options: Options) -> tuple[ReadNeed, ...]:
    """Return the reading of the invocations."""
    del options
    return (ReadNeed(reading="invocations"),)


def judge(options: Options, observations: Mapping[str, Observation]) -> CheckResult:
    """Return PASS only when the duration of every complete invocation is known and within the limit, and one worked."""
    absent = not_read(observations, "invocations")
    if absent is not None:
        return absent
    invocations = complete_in(observations["invocations"])
    if isinstance(invocations, CheckResult):
        return invocations
    durations = [number(item.get("duration_ms")) for item in invocations.complete]
    known = [value for value in durations if value is not None]
    if len(known) != len(durations):
        show = "invocation shows" if len(durations) == 1 else "invocations show"
        return unknown(f"{len(durations) - len(known)} of {len(durations)} {show} no duration")
    worst = max(known)
    limit_ms = Decimal(options.at_most // timedelta(microseconds=1)) / 1000
    if worst <= limit_ms and (crashed := none_worked(invocations)) is not None:
        return crashed
    longest = f"the longest of {len(known)} invocations took {plain(worst)} ms"
    if len(known) == 1:
        longest = f"the only invocation took {plain(worst)} ms"
    return decided(
        passed=worst <= limit_ms,
        why=f"{longest}, the limit is at most {plain(limit_ms)} ms",
        figures=(figure("duration_ms", plain(worst), "ms", seq=invocations.seq),),
    )
