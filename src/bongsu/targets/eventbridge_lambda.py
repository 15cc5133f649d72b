"""The target `eventbridge_lambda`: an EventBridge rule that starts a Lambda function.

A switch is one call of EnableRule or DisableRule, which change the state and nothing else. PutRule is never used: it
replaces the whole rule, and enables it when no state is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from bongsu.aws_client import Aws, Certainty, Done, Failed
from bongsu.core.events import SwitchState
from bongsu.targets._port import SwitchDone, SwitchInDoubt, SwitchNotDone, SwitchOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bongsu.aws_client import Cleaner
    from bongsu.core.plan import Plan
    from bongsu.wire import Finding

KIND = "eventbridge_lambda"

SETTLE = b'{"naver_sms": "settle"}'
"""The event by which the workload is told to clear up its open claims and to do nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The plan's keys for the target."""

    region: str
    """AWS region of the rule and the function."""
    account: str
    """The twelve digits of the account; refused when AWS says otherwise."""
    rule: str
    """Name of the EventBridge rule on the default bus."""
    function: str
    """Name of the Lambda function that the rule starts."""
    log_group: str | None = None
    """The function's log group; `/aws/lambda/<function>` when left out."""
    tables: Mapping[str, str] = field(default_factory=dict)
    """The workload's tables by use; `state` is the one that holds a record for each booking."""
    endpoint_url: str | None = None
    """Another address for AWS."""

    @property
    def logs_to(self) -> str:
        """The function's log group."""
        return self.log_group or f"/aws/lambda/{self.function}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyOptions:
    """The keys of the legacy that are used here; region and endpoint are the target's where it has none of its own."""

    rule: str
    region: str | None = None
    endpoint_url: str | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> LegacyOptions:
        """Return what a plan's legacy says of it."""
        return cls(rule=options["rule"], region=options.get("region"), endpoint_url=options.get("endpoint_url"))


class EventBridgeLambda:
    """Switches the target's rule and the legacy's."""

    kind = KIND

    def __init__(
        self,
        options: Options,
        legacy: LegacyOptions | None,
        *,
        redactor: Cleaner,
        mono: Callable[[], float] = monotonic,
        alarms: tuple[str, ...] = (),
    ) -> None:
        """`alarms` are those that the plan's checks name: looked for before a run, and by nothing else here."""
        self.options = options
        self.legacy = legacy
        self.alarms = alarms
        region = options.region if legacy is None or legacy.region is None else legacy.region
        endpoint = options.endpoint_url if legacy is None or legacy.endpoint_url is None else legacy.endpoint_url
        self.aws = Aws(region=options.region, endpoint_url=options.endpoint_url, redactor=redactor, mono=mono)
        self.legacy_aws = Aws(region=region, endpoint_url=endpoint, redactor=redactor, mono=mono)
        self.endpoint = self.aws.address_of("events")

    def switch(self, which: str, to: SwitchState) -> SwitchOutcome:
        """Return how the one call ended; `which` is `target`, `legacy`, or `workload`, which is asked to settle."""
        if (which == "workload") is not (to is SwitchState.SETTLED):
            return SwitchNotDone(reason=f"the {which} cannot be {to.value}, only a workload is settled", final=True)
        if which == "workload":
            # Not waited for: its own log says how it ended, under the request id of this answer.
            asked = {"FunctionName": self.options.function, "InvocationType": "Event", "Payload": SETTLE}
            return _queued(self.aws.write("lambda", "invoke", asked))
        if which == "target":
            aws, rule = self.aws, self.options.rule
        elif which == "legacy" and self.legacy is not None:
            aws, rule = self.legacy_aws, self.legacy.rule
        else:
            return SwitchNotDone(reason=f"the plan has no {which} to switch", final=True)
        operation = "enable_rule" if to is SwitchState.ENABLED else "disable_rule"
        return _ended(aws.write("events", operation, {"Name": rule}))

    def preflight(self) -> Sequence[Finding]:
        """Return what was found by asking; changes nothing."""
        from bongsu.targets._eventbridge_preflight import findings

        return findings(self)


def _queued(outcome: Done | Failed) -> SwitchOutcome:
    """Return how a call that was to be queued ended; Lambda says 202 for that and nothing else."""
    if isinstance(outcome, Done) and outcome.wires[-1].status != 202:
        reason = f"lambda Invoke answered {outcome.wires[-1].status}, not 202; look for a settle report in the log"
        return SwitchInDoubt(reason=reason, wires=outcome.wires)
    return _ended(outcome)


def _ended(outcome: Done | Failed) -> SwitchOutcome:
    match outcome:
        case Done(wires=wires):
            return SwitchDone(wires=wires)
        case Failed(certainty=Certainty.IN_DOUBT) as failed:
            return SwitchInDoubt(reason=failed.reason, wires=failed.wires)
        case Failed() as failed:
            final = failed.certainty is Certainty.REFUSED
            return SwitchNotDone(reason=failed.reason, wires=failed.wires, final=final)


def open_target(plan: Plan, *, redactor: Cleaner, mono: Callable[[], float] = monotonic) -> EventBridgeLambda:
    """Return the target of a plan whose `target.kind` is this one; a legacy of another kind is not switched here."""
    legacy: Mapping[str, Any] | None = None
    if plan.legacy is not None and plan.legacy.kind == KIND:
        legacy = plan.legacy.options
    target: Mapping[str, Any] = plan.target.options
    return EventBridgeLambda(
        Options(**target),
        None if legacy is None else LegacyOptions.of(legacy),
        redactor=redactor,
        mono=mono,
        alarms=_alarms_of(plan),
    )


def _alarms_of(plan: Plan) -> tuple[str, ...]:
    checks = (*plan.baseline, *plan.verify, *(plan.watch.checks if plan.watch is not None else ()))
    named = [need.args["names"] for check in checks for need in check.reads if need.reading == "alarms"]
    return tuple(dict.fromkeys(str(name) for names in named if isinstance(names, list) for name in names))
