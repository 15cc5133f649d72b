"""Figures that messages compute from the run reports of an observation of invocations, each citing its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.core.state import Observation
    from bongsu.messages.facts import Facts

SUMMED = ("new", "confirm", "guide", "event", "accepted")
LATENCY = {"n": "", "p50": "ms", "p95": "ms"}


def reports(seen: Observation) -> tuple[Mapping[str, Any], ...] | None:
    """Return the run reports of every complete invocation; None when one of them left none."""
    found = tuple(run.get("report") for run in seen.values.get("complete", ()))
    return None if None in found else tuple(report for report in found if report is not None)


def derive_runs(facts: Facts, scope: str, seen: Observation) -> None:
    """Make the first invocation's figures and the sums over all run reports sayable as `<scope>.invocations.…`."""
    complete = sorted(seen.values.get("complete", ()), key=lambda run: str(run.get("started_at")))
    if complete:
        for name in ("request_id", "started_at"):
            facts.derive(f"{scope}.invocations.first.{name}", complete[0][name], seq=seen.seq)
        derive_latencies(facts, scope, complete[0].get("report") or {}, seq=seen.seq)
    found = reports(seen)
    for name in SUMMED if found else ():
        values = [report.get(name) for report in found or ()]
        if all(isinstance(value, int) for value in values):
            facts.derive(f"{scope}.invocations.{name}", sum(value or 0 for value in values), seq=seen.seq)


def derive_latencies(facts: Facts, scope: str, report: Mapping[str, Any], *, seq: int) -> None:
    """Make the latencies of one report sayable: percentiles of several reports cannot be added up."""
    for upstream, measured in (report.get("latencies") or {}).items():
        for name, unit in LATENCY.items():
            if measured.get(name) is not None:
                facts.derive(f"{scope}.invocations.first.{upstream}.{name}", measured[name], unit, seq=seq)
