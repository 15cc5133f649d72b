"""Whether few enough operations and invocations failed.

Operations are counted by the run reports, failed invocations by the platform's logs; the platform's metrics must
show as many invocations and errors as the logs (`metrics: false` leaves them out). Both shares must keep the limit.
A function that writes no run report has its invocations judged alone (`operations: false`).
The percentage is rounded up to two decimals, so that one error in a million never reads as 0 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bongsu.checks._invocations import Invocations, complete_in, reports_of
from bongsu.checks._port import CheckResult
from bongsu.checks._values import at_most, count, decided, figure, moment, not_read, nothing, total, unknown
from bongsu.core.figures import plain
from bongsu.core.plan import ReadNeed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.core.events import JudgedFigure
    from bongsu.core.state import Observation

FIGURES = frozenset({"errors", "operations", "percent", "failed_invocations", "invocations"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The limit, and what must agree."""

    at_most: Decimal
    """The largest share of failed operations, and of failed invocations, in per cent."""
    metrics: bool = True
    """Whether the platform's own metrics must agree with its logs."""
    operations: bool = True
    """Whether the run reports must count operations too; false for a function that writes none."""


def reads(options: Options) -> tuple[ReadNeed, ...]:
    """Return the reading of the invocations, and of the metrics unless they are left out."""
    return tuple(ReadNeed(reading=name) for name in _needed(options))


def _needed(options: Options) -> tuple[str, ...]:
    return ("invocations", "metrics") if options.metrics else ("invocations",)


def judge(options: Options, observations: Mapping[str, Observation]) -> CheckResult:
    """Return PASS only when logs, metrics and reports agree and both shares keep the limit."""
    absent = not_read(observations, *_needed(options))
    if absent is not None:
        return absent
    invocations = complete_in(observations["invocations"])
    if isinstance(invocations, CheckResult):
        return invocations
    flags = [item.get("failed") for item in invocations.complete]
    if not all(isinstance(flag, bool) for flag in flags):
        return unknown("an invocation does not say whether it failed")
    failed, whole = flags.count(True), len(flags)
    if options.metrics:
        broken = _contradiction(invocations, failed, observations["metrics"])
        if broken is not None:
            return broken
    figures = (
        figure("failed_invocations", failed, seq=invocations.seq),
        figure("invocations", whole, seq=invocations.seq),
    )
    passed = at_most(failed, whole, options.at_most)
    if not (passed and options.operations):
        limit = f"the limit is at most {plain(options.at_most)} %"
        invoked = "invocation" if whole == 1 else "invocations"
        return decided(passed=passed, why=f"{failed} of {whole} {invoked} failed, {limit}", figures=figures)
    return _judge_operations(options, invocations, figures)


def _judge_operations(options: Options, invocations: Invocations, figures: tuple[JudgedFigure, ...]) -> CheckResult:
    reports = reports_of(invocations)
    if isinstance(reports, CheckResult):
        return reports
    errors, operations = total(reports, "errors"), total(reports, "attempted_ops")
    worked = "operation" if operations == 1 else "operations"
    if errors is None or operations is None or errors > operations:
        found = "error" if errors == 1 else "errors"
        return unknown(f"the run reports count {errors} {found} in {operations} {worked}")
    if operations == 0:
        return nothing("the run reports count 0 operations", invocations.seq)
    share = plain(Decimal(-(-errors * 10_000 // operations)) / 100)
    limit = f"the limit is at most {plain(options.at_most)} %"
    failed, whole = (item.value for item in figures)
    invoked = "invocation" if whole == "1" else "invocations"
    why = f"{errors} of {operations} {worked} ({share} %) and {failed} of {whole} {invoked} failed, {limit}"
    return decided(
        passed=at_most(errors, operations, options.at_most),
        why=why,
        figures=(
            figure("errors", errors, seq=invocations.seq),
            figure("operations", operations, seq=invocations.seq),
            figure("percent", share, "%", seq=invocations.seq),
            *figures,
        ),
    )


def _began_inside(invocations: Invocations, item: Mapping[str, Any]) -> bool:
    began = moment(item.get("started_at"))
    return invocations.since is None or (began is not None and began >= invocations.since)


def _contradiction(invocations: Invocations, failed: int, metrics: Observation) -> CheckResult | None:
    # The metrics do not tell a settle pass from a run.
    every = (*invocations.complete, *invocations.settling)
    whole, failed = len(every), failed + sum(item.get("failed") is True for item in invocations.settling)
    counted, errors = count(metrics.values, "invocations"), count(metrics.values, "errors")
    if counted is None:
        invoked = "invocation" if whole == 1 else "invocations"
        return unknown(f"the metrics hold no datapoint yet for {whole} {invoked}")
    # A metric counts an invocation when it began, the logs when it ended: one that began before the window may be
    # missing in the metrics, one that has not ended may be there already.
    surely = [item for item in every if _began_inside(invocations, item)]
    if not len(surely) <= counted <= whole + invocations.running:
        logged = "complete invocation" if whole == 1 else "complete invocations"
        return unknown(f"the logs show {whole} {logged}, the metrics {counted}{invocations.running_note}")
    # The platform publishes Errors together with Invocations, as 0 when there was none.
    if errors is None:
        there = "invocation" if counted == 1 else "invocations"
        return unknown(f"the metrics count {counted} {there}, but hold no datapoint of errors")
    surely_failed = sum(item.get("failed") is True for item in surely)
    if not surely_failed <= errors <= failed + invocations.running:
        logged = "failed invocation" if failed == 1 else "failed invocations"
        counted_ones = "error" if errors == 1 else "errors"
        return unknown(f"the logs show {failed} {logged}, the metrics {errors} {counted_ones}")
    return None
