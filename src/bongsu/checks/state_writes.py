"""Whether every state write of the invocations succeeded, and the table holds what they say.

The run reports count the writes; the table must hold every record they name, and as many accepted claims of these
runs as they report. A report that the table contradicts proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bongsu.checks._invocations import Invocations, complete_in, reports_of
from bongsu.checks._port import CheckResult
from bongsu.checks._values import at_least, count, decided, figure, not_read, nothing, total, unknown
from bongsu.core.figures import percent, plain
from bongsu.core.plan import ReadNeed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from bongsu.core.state import Observation

FIGURES = frozenset({"attempted", "succeeded", "percent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The limit."""

    at_least: Decimal
    """The smallest share of writes that succeeded, in per cent."""


def reads(options: Options) -> tuple[ReadNeed, ...]:
    """Return the run reports' and the table's readings."""
    del options
    return (ReadNeed(reading="invocations"), ReadNeed(reading="state_table"))


def judge(options: Options, observations: Mapping[str, Observation]) -> CheckResult:
    """Return PASS only when the table agrees and the succeeded writes reach the limit."""
    absent = not_read(observations, "invocations", "state_table")
    if absent is not None:
        return absent
    invocations = complete_in(observations["invocations"])
    if isinstance(invocations, CheckResult):
        return invocations
    reports = reports_of(invocations)
    if isinstance(reports, CheckResult):
        return reports
    attempted, succeeded = total(reports, "writes_attempted"), total(reports, "writes_succeeded")
    if attempted is None or succeeded is None or succeeded > attempted:
        return unknown(f"the run reports count {succeeded} writes succeeded of {attempted} attempted")
    broken = _contradiction(invocations, reports, observations["state_table"])
    if broken is not None:
        return broken
    return _judge_counts(options, attempted, succeeded, seq=invocations.seq)


def _judge_counts(options: Options, attempted: int, succeeded: int, *, seq: int) -> CheckResult:
    share = percent(succeeded, attempted)
    if share is None:
        return nothing("no state write was due: 0 attempted", seq)
    figures = (
        figure("attempted", attempted, seq=seq),
        figure("succeeded", succeeded, seq=seq),
        figure("percent", share, "%", seq=seq),
    )
    limit = f"the limit is at least {plain(options.at_least)} %"
    writes = "state write" if attempted == 1 else "state writes"
    why = f"{succeeded} of {attempted} {writes} succeeded ({share} %), {limit}"
    return decided(passed=at_least(succeeded, attempted, options.at_least), why=why, figures=figures)


def _contradiction(
    invocations: Invocations, reports: tuple[Mapping[str, Any], ...], table: Observation
) -> CheckResult | None:
    reported = total(reports, "accepted")
    asked, missing = count(table.values, "asked"), count(table.values, "missing")
    stored = count(table.values, "accepted")
    if reported is None or asked is None or missing is None or stored is None:
        return unknown("the state table's answer does not give asked, missing and accepted")
    note = invocations.running_note
    if missing:
        records = "record that the run reports name is" if asked == 1 else "records that the run reports name are"
        return unknown(f"{missing} of {asked} {records} not in the state table{note}")
    if reported != stored:
        claims = "claim" if reported == 1 else "claims"
        return unknown(f"the run reports say {reported} {claims} accepted, the state table holds {stored}{note}")
    return None
