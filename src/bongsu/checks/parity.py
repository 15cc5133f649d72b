"""Whether the new workload decides as the legacy did: matched of all compared decisions.

In the baseline the counts come from a file that the workload's own comparison wrote (`from: file:…`); without
`from` they come from the run reports of the invocations. A percentage in a source is never taken: it is computed
again from the counts, and a source whose own percentage differs is contradictory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bongsu.checks._invocations import complete_in, reports_of
from bongsu.checks._port import CheckResult
from bongsu.checks._values import at_least, count, decided, figure, not_read, nothing, number, total, unknown
from bongsu.core.figures import percent, plain
from bongsu.core.plan import ReadNeed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from bongsu.core.state import Observation

FIGURES = frozenset({"compared", "matched", "percent"})
ALIASES = {"from": "from_"}
FILE = "file:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The limit, and where the counts are."""

    at_least: Decimal
    """The smallest share of equal decisions, in per cent."""
    from_: str | None = None
    """`file:` and a path: where the comparison was written; without it the run reports are read."""


def reads(options: Options) -> tuple[ReadNeed, ...]:
    """Return the file's reading when the plan names one, else that of the invocations."""
    if options.from_ is None:
        return (ReadNeed(reading="invocations"),)
    return (ReadNeed(reading="parity_file", args={"path": options.from_.removeprefix(FILE)}),)


def judge(options: Options, observations: Mapping[str, Observation]) -> CheckResult:
    """Return PASS only when the counts add up and `matched` reaches the limit."""
    reading = reads(options)[0].reading
    absent = not_read(observations, reading)
    if absent is not None:
        return absent
    seen = observations[reading]
    parts = (seen.values,) if options.from_ is not None else _reported(seen)
    if isinstance(parts, CheckResult):
        return parts
    for part in parts:
        broken = _contradiction(part)
        if broken is not None:
            return broken
    compared, matched = total(parts, "compared"), total(parts, "matched")
    if compared is None or matched is None:
        return unknown("the counts of compared and matched decisions are not readable")
    return _judge_counts(options, compared, matched, seq=seen.seq)


def _judge_counts(options: Options, compared: int, matched: int, *, seq: int) -> CheckResult:
    share = percent(matched, compared)
    if share is None:
        return nothing("0 decisions were compared", seq)
    figures = (
        figure("compared", compared, seq=seq),
        figure("matched", matched, seq=seq),
        figure("percent", share, "%", seq=seq),
    )
    passed = at_least(matched, compared, options.at_least)
    limit = f"the limit is at least {plain(options.at_least)} %"
    match = "decision matches" if compared == 1 else "decisions match"
    why = f"{matched} of {compared} {match} the legacy ({share} %), {limit}"
    return decided(passed=passed, why=why, figures=figures)


def _reported(seen: Observation) -> tuple[Mapping[str, Any], ...] | CheckResult:
    invocations = complete_in(seen)
    if isinstance(invocations, CheckResult):
        return invocations
    reports = reports_of(invocations)
    if isinstance(reports, CheckResult):
        return reports
    parts = tuple(report["parity"] for report in reports if isinstance(report.get("parity"), dict))
    if len(parts) != len(reports):
        hold = "run report holds" if len(reports) == 1 else "run reports hold"
        return unknown(f"{len(reports) - len(parts)} of {len(reports)} {hold} no parity")
    return parts


def _contradiction(part: Mapping[str, Any]) -> CheckResult | None:
    names = ("matched", "missing", "extra", "different")
    counts = [count(part, name) for name in names]
    compared = count(part, "compared")
    known = [value for value in counts if value is not None]
    if compared is None or len(known) != len(names):
        return unknown("the counts of compared, matched, missing, extra and different are not all there")
    if sum(known) != compared:
        listed = ", ".join(f"{value} {name}" for name, value in zip(names, known, strict=True))
        return unknown(f"the counts contradict each other: {compared} compared, but {listed}")
    claimed, share = part.get("percent"), percent(known[0], compared)
    if claimed is not None and (share is None or number(claimed) != number(share)):
        return unknown(f"the source says {claimed} %, its counts {known[0]} of {compared} give {share or 'nothing'}")
    return None
