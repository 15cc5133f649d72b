"""Whether the SMS that were sent arrived, as the gateway's own list says.

It never rests on one source. Over a history (`over`) the gateway's list and the workload's metrics must agree.
For invocations the run reports, the gateway's list and the state table must agree on what was accepted, and the
gateway must not contradict what the reports say was delivered. A report is older than the gateway's list: what was
pending in it may have ended since, and nothing else.

`percent` is delivered of (accepted + refused): an SMS that the gateway refused was due and did not arrive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.checks._invocations import Invocations, complete_in, reports_of
from bongsu.checks._port import CheckResult
from bongsu.checks._values import at_least, count, decided, figure, not_read, nothing, total, unknown
from bongsu.core.figures import percent, plain
from bongsu.core.plan import ReadNeed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from bongsu.core.state import Observation

_HISTORY = ("gateway", "workload_metrics")
_INVOKED = ("invocations", "gateway", "state_table")
FIGURES = frozenset({"accepted", "delivered", "failed", "pending", "refused", "percent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The limit, and whether it is a history that is judged."""

    at_least: Decimal
    """The smallest share of delivered SMS, in per cent."""
    over: timedelta | None = None
    """The length of the history to look at; without it the invocations of the window are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """What a source counts; `refused` and `unanswered` only the workload knows."""

    accepted: int
    delivered: int
    failed: int
    pending: int
    refused: int = 0
    unanswered: int = 0


def reads(options: Options) -> tuple[ReadNeed, ...]:
    """Return the sources that must agree: two over a history, three over invocations."""
    if options.over is not None:
        args = {"over_s": options.over // timedelta(seconds=1)}
        return tuple(ReadNeed(reading=name, args=args) for name in _HISTORY)
    return tuple(ReadNeed(reading=name) for name in _INVOKED)


def judge(options: Options, observations: Mapping[str, Observation]) -> CheckResult:
    """Return PASS only when every source agrees, nothing is pending and the limit is reached."""
    absent = not_read(observations, *(_INVOKED if options.over is None else _HISTORY))
    if absent is not None:
        return absent
    found = _history(observations) if options.over is not None else _invoked(observations)
    if isinstance(found, CheckResult):
        return found
    return _judge_counts(options, found, seq=observations["gateway"].seq)


def _judge_counts(options: Options, found: Deliveries, *, seq: int) -> CheckResult:
    due = found.accepted + found.refused
    share = percent(found.delivered, due)
    if share is None:
        return nothing("no SMS was due: 0 accepted in every source", seq)
    figures = (
        figure("accepted", found.accepted, seq=seq),
        figure("delivered", found.delivered, seq=seq),
        figure("failed", found.failed, seq=seq),
        figure("pending", found.pending, seq=seq),
        figure("refused", found.refused, seq=seq),
        figure("percent", share, "%", seq=seq),
    )
    limit = f"the limit is at least {plain(options.at_least)} %"
    said = f"{found.delivered} of {due} SMS delivered ({share} %)"
    rest = f"{found.failed} failed, {found.refused} refused, {found.pending} pending"
    # Waiting cannot help when even the arrival of everything pending would stay below the limit.
    if not at_least(found.delivered + found.pending, due, options.at_least):
        return decided(passed=False, why=f"{said}, {rest}; {limit}", figures=figures)
    if found.pending:
        return unknown(f"{said}, {rest}; {limit}", *figures)
    return decided(passed=True, why=f"{said}; {limit}", figures=figures)


def _listed(seen: Observation) -> Deliveries | CheckResult:
    names = ("accepted", "delivered", "failed", "pending")
    accepted, delivered, failed, pending = (count(seen.values, name) for name in names)
    if accepted is None or delivered is None or failed is None or pending is None:
        return unknown("the gateway's list does not give accepted, delivered, failed and pending")
    if delivered + failed + pending != accepted:
        ends = f"{delivered} delivered, {failed} failed and {pending} pending"
        return unknown(f"the gateway's list contradicts itself: {accepted} accepted, but {ends}")
    return Deliveries(accepted=accepted, delivered=delivered, failed=failed, pending=pending)


def _history(observations: Mapping[str, Observation]) -> Deliveries | CheckResult:
    gateway = _listed(observations["gateway"])
    if isinstance(gateway, CheckResult):
        return gateway
    metrics = observations["workload_metrics"].values
    accepted, delivered = count(metrics, "accepted"), count(metrics, "delivered")
    if accepted is None or delivered is None:
        return unknown("the workload's metrics hold no datapoint of accepted and delivered SMS")
    if (accepted, delivered) != (gateway.accepted, gateway.delivered):
        ours = f"the gateway lists {gateway.accepted} accepted and {gateway.delivered} delivered"
        return unknown(f"{ours}, the workload's metrics {accepted} and {delivered}")
    return gateway


def _invoked(observations: Mapping[str, Observation]) -> Deliveries | CheckResult:
    invocations = complete_in(observations["invocations"])
    if isinstance(invocations, CheckResult):
        return invocations
    reported = _reported(invocations)
    if isinstance(reported, CheckResult):
        return reported
    gateway = _listed(observations["gateway"])
    if isinstance(gateway, CheckResult):
        return gateway
    stored = count(observations["state_table"].values, "accepted")
    if stored is None:
        return unknown("the state table's answer does not give the accepted claims")
    if not reported.accepted == gateway.accepted == stored:
        said = f"the run reports say {reported.accepted}, the gateway lists {gateway.accepted}"
        return unknown(f"accepted SMS: {said}, the state table holds {stored}{invocations.running_note}")
    strange = _strangers(observations)
    if strange:
        ids = "gateway request id is" if strange == 1 else "gateway request ids are"
        return unknown(f"{strange} {ids} not in both the gateway's list and the state table")
    if reported.unanswered:
        unanswered = reported.unanswered
        if unanswered == 1:
            return unknown("1 send had no answer, so it is unknown whether it was accepted")
        return unknown(f"{unanswered} sends had no answer, so it is unknown whether they were accepted")
    return _settled(reported, gateway)


def _strangers(observations: Mapping[str, Observation]) -> int:
    """Return how many request ids only one of the two names; a list too long to be kept is empty and says nothing."""
    listed, stored = (observations[name].values.get("request_ids") for name in ("gateway", "state_table"))
    if not (isinstance(listed, list | tuple) and isinstance(stored, list | tuple) and listed and stored):
        return 0
    return len({str(one) for one in listed} ^ {str(one) for one in stored})


def _reported(invocations: Invocations) -> Deliveries | CheckResult:
    reports = reports_of(invocations)
    if isinstance(reports, CheckResult):
        return reports
    names = ("accepted", "delivered", "failed", "pending", "refused", "unknown")
    accepted, delivered, failed, pending, refused, unanswered = (total(reports, name) for name in names)
    if accepted is None or delivered is None or failed is None or pending is None:
        return unknown("a run report does not count accepted, delivered, failed and pending SMS")
    if refused is None or unanswered is None:
        return unknown("a run report does not count refused and unanswered SMS")
    if delivered + failed + pending != accepted:
        ends = f"{delivered} delivered, {failed} failed and {pending} pending"
        return unknown(f"the run reports contradict themselves: {accepted} accepted, but {ends}")
    return Deliveries(
        accepted=accepted,
        delivered=delivered,
        failed=failed,
        pending=pending,
        refused=refused,
        unanswered=unanswered,
    )


def _settled(reported: Deliveries, gateway: Deliveries) -> Deliveries | CheckResult:
    if gateway.delivered < reported.delivered or gateway.failed < reported.failed:
        said = f"the run reports say {reported.delivered} delivered and {reported.failed} failed"
        return unknown(f"{said}, the gateway lists {gateway.delivered} and {gateway.failed}")
    return Deliveries(
        accepted=gateway.accepted,
        delivered=gateway.delivered,
        failed=gateway.failed,
        pending=gateway.pending,
        refused=reported.refused,
    )
