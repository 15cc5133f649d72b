"""What the workload's own run reports say, over all complete invocations of an observation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bongsu.checks._values import figure, mappings, moment, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bongsu.checks._port import CheckResult
    from bongsu.core.state import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocations:
    """The complete invocations of one observation, and how many have begun without an end."""

    seq: int
    complete: tuple[Mapping[str, Any], ...]
    settling: tuple[Mapping[str, Any], ...]
    """Complete ones that made a settle pass in place of a run: they are no sample of the workload's work."""
    running: int
    since: datetime | None
    """The beginning of the window; None when the observation does not say."""

    @property
    def running_note(self) -> str:
        """Return a note to append to a contradiction that a running invocation may explain."""
        have = "invocation has" if self.running == 1 else "invocations have"
        return f"; {self.running} {have} not ended" if self.running else ""


def complete_in(observation: Observation) -> Invocations | CheckResult:
    """Return the complete invocations, or an UNKNOWN when none made a run or they are not readable."""
    values = observation.values
    listed, running = values.get("complete"), values.get("incomplete")
    if not isinstance(listed, list | tuple) or not isinstance(running, list | tuple):
        return unknown("the observation of invocations lists no complete and incomplete ones")
    readable = mappings(listed)
    if len(readable) != len(listed):
        listed_ones = "listed invocation is" if len(listed) == 1 else "listed invocations are"
        return unknown(f"{len(listed) - len(readable)} of {len(listed)} {listed_ones} unreadable")
    settling = tuple(item for item in readable if _settled(item))
    complete = tuple(item for item in readable if not _settled(item))
    if not complete:
        none = figure("invocations", 0, seq=observation.seq)
        return unknown(f"no complete invocation in the window, {len(running)} incomplete", none)
    since = moment(values.get("since"))
    return Invocations(seq=observation.seq, complete=complete, settling=settling, running=len(running), since=since)


def _settled(item: Mapping[str, Any]) -> bool:
    return item.get("settle") is not None and item.get("report") is None


def none_worked(invocations: Invocations) -> CheckResult | None:
    """Return an UNKNOWN when every invocation failed; None when one did not, so that there is something to judge.

    What a crash took and used is no sample of the work: a handler that dies at its import is quick and small.
    """
    whole = len(invocations.complete)
    if any(item.get("failed") is not True for item in invocations.complete):
        return None
    if whole == 1:
        return unknown("the only invocation failed: what it took and used says nothing about the work")
    return unknown(f"all {whole} invocations failed: what they took and used says nothing about the work")


def reports_of(invocations: Invocations) -> tuple[Mapping[str, Any], ...] | CheckResult:
    """Return the run reports of the invocations, or an UNKNOWN when one of them left none."""
    reports = tuple(item["report"] for item in invocations.complete if isinstance(item.get("report"), dict))
    whole = len(invocations.complete)
    if len(reports) != whole:
        invoked = "invocation" if whole == 1 else "invocations"
        return unknown(f"{whole - len(reports)} of {whole} {invoked} left no run report")
    return reports
