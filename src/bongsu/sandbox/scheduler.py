"""EventBridge's clockwork: fires rules on the sandbox clock, if they are enabled, and target and permission are there.

A delivery that the target refuses for a while is tried again under the target's RetryPolicy; one that it would refuse
for ever (no such function, no permission) is lost at once, as in the service, without a trace in the function's log.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bongsu.sandbox.aws_call import AwsError
from bongsu.sandbox.schedule_expression import Cron, Rate, parse_schedule

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.sandbox.aws_lambda import FunctionRecords
    from bongsu.sandbox.aws_metrics import Metrics
    from bongsu.sandbox.aws_store import AwsStore
    from bongsu.sandbox.aws_switches import AwsSwitches
    from bongsu.sandbox.clock import SandboxClock, Timer
    from bongsu.sandbox.lambda_runtime import LambdaRuntime
    from bongsu.sandbox.record import Record

# States of botocore's model; the third counts as enabled.
ENABLED = frozenset({"ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"})
# EventBridge backs off exponentially between attempts; the first and the longest wait.
BACK_OFF_FIRST = timedelta(seconds=1)
BACK_OFF_MAX = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSpec:
    """A scheduled rule and the function that it starts; an empty function leaves the rule without target.

    `expression` is `rate(...)` or `cron(...)`. `function` may name an alias or a version (`name:live`). `input` is
    the target's constant Input. `retry_attempts` and `retry_age_s` are the target's RetryPolicy; the service's own
    defaults are 185 attempts in 24 hours.
    """

    name: str
    expression: str = "rate(20 minutes)"
    function: str = ""
    state: str = "DISABLED"
    permission: bool = True
    description: str = ""
    input: str = ""
    retry_attempts: int = 0
    retry_age_s: int = 86_400

    def __post_init__(self) -> None:
        """Refuse an expression that the service would not take."""
        parse_schedule(self.expression)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulerParts:
    """What the clockwork works with."""

    store: AwsStore
    functions: FunctionRecords
    runtime: LambdaRuntime
    metrics: Metrics
    switches: AwsSwitches
    fails: Callable[[], bool]
    """Whether the fault plan has this delivery fail."""


@dataclass(slots=True, kw_only=True)
class _Delivery:
    rule: str
    function: str
    event_id: str
    payload: bytes
    attempts_max: int
    give_up_at: datetime
    attempt: int = 0


class Scheduler:
    """The scheduled rules of a world."""

    def __init__(
        self, clock: SandboxClock, record: Record, parts: SchedulerParts, *, first_fire_after: timedelta, seed: int
    ) -> None:
        """Fire a rate rule for the first time `first_fire_after` its state became ENABLED, then every period."""
        self._clock = clock
        self._record = record
        self._parts = parts
        self._store = parts.store
        self._change_after = timedelta(seconds=parts.switches.rule_change_after_s)
        self._cron_second = timedelta(seconds=parts.switches.cron_fires_at_s)
        self._first_fire_after = first_fire_after
        self._random = Random(f"events {seed}")
        self._lock = threading.Lock()
        self._timers: dict[str, Timer] = {}
        self._states: dict[str, str] = {}

    def arn(self, rule: str) -> str:
        """Return a rule's ARN."""
        return f"arn:aws:events:{self._store.region}:{self._store.account}:rule/{rule}"

    def create(self, rule: RuleSpec) -> None:
        """Put a rule, its target and the permission into the store, and keep its schedule."""
        self._store.call(
            "events",
            "PutRule",
            {
                "Name": rule.name,
                "ScheduleExpression": rule.expression,
                "State": rule.state,
                "Description": rule.description,
            },
        )
        if rule.function:
            target: dict[str, Any] = {"Id": "function", "Arn": self._parts.functions.arn(rule.function)}
            target["RetryPolicy"] = {
                "MaximumRetryAttempts": rule.retry_attempts,
                "MaximumEventAgeInSeconds": rule.retry_age_s,
            }
            if rule.input:
                target["Input"] = rule.input
            self._store.call("events", "PutTargets", {"Rule": rule.name, "Targets": [target]})
            if rule.permission:
                self._parts.functions.allow_rule(rule.function, rule_arn=self.arn(rule.name))
        self.refresh(rule.name)

    def refresh(self, rule: str) -> None:
        """Read the rule's state again: start its schedule if it has become enabled, end it if not."""
        described = self._store.call("events", "DescribeRule", {"Name": rule})
        enabled = described["State"] in ENABLED
        with self._lock:
            self._states[rule] = str(described["State"])
            timer = self._timers.get(rule)
            if enabled and timer is None:
                self._arm(rule, str(described["ScheduleExpression"]), first=True)
            elif not enabled and timer is not None and timer.when > self._clock.now() + self._change_after:
                del self._timers[rule]
                timer.cancel()
        self._record.write("events", "rule_state", rule=rule, state=described["State"])

    def ahead(self) -> dict[str, datetime]:
        """Return when each enabled rule fires next."""
        with self._lock:
            return {rule: timer.when for rule, timer in self._timers.items()}

    def states(self) -> dict[str, str]:
        """Return each rule's state as it was last read."""
        with self._lock:
            return dict(self._states)

    def _arm(self, rule: str, expression: str, *, first: bool) -> None:
        now = self._clock.now()
        schedule = parse_schedule(expression)
        when: datetime | None
        match schedule:
            case Rate(period):
                when = now + (self._first_fire_after + self._change_after if first else period)
            case Cron():
                when = schedule.next_after(now - self._cron_second + (self._change_after if first else timedelta(0)))
                when = None if when is None else when + self._cron_second
        if when is not None:
            self._timers[rule] = self._clock.at(when, lambda: self._fire(rule), why=f"rule {rule}")

    def _fire(self, rule: str) -> None:
        described = self._store.call("events", "DescribeRule", {"Name": rule})
        enabled = described["State"] in ENABLED
        with self._lock:
            if self._timers.pop(rule, None) is None:
                return
            # What was disabled a moment ago may still fire once: the change takes its time to be felt.
            if not enabled and not self._change_after:
                return
            if enabled:
                self._arm(rule, str(described["ScheduleExpression"]), first=False)
        self._parts.metrics.publish("AWS/Events", {"TriggeredRules": 1}, at=self._clock.now(), dimensions=_named(rule))
        targets = self._store.call("events", "ListTargetsByRule", {"Rule": rule})["Targets"]
        if not targets:
            self._record.write("events", "fired_without_target", rule=rule)
        for target in targets:
            self._deliver(rule, target)

    def _deliver(self, rule: str, target: dict[str, Any]) -> None:
        function = str(target["Arn"]).rpartition(":function:")[2]
        if not self._parts.functions.may_be_invoked_by(function, rule_arn=self.arn(rule)):
            self._record.write("events", "fired_without_permission", rule=rule, function=function)
            self._count(rule, "FailedInvocations")
            return
        event_id = str(UUID(int=self._random.getrandbits(128), version=4))
        payload = self._event(rule, event_id, constant=target.get("Input"))
        policy = target.get("RetryPolicy") or {}
        delivery = _Delivery(
            rule=rule,
            function=function,
            event_id=event_id,
            payload=payload,
            attempts_max=1 + int(policy.get("MaximumRetryAttempts", 185)),
            give_up_at=self._clock.now() + timedelta(seconds=int(policy.get("MaximumEventAgeInSeconds", 86_400))),
        )
        self._record.write("events", "fired", rule=rule, function=function, event_id=event_id)
        self._try(delivery)

    def _event(self, rule: str, event_id: str, *, constant: object) -> bytes:
        event = {
            "version": "0",
            "id": event_id,
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": self._store.account,
            "time": f"{self._clock.now():%Y-%m-%dT%H:%M:%SZ}",
            "region": self._store.region,
            "resources": [self.arn(rule)],
            "detail": {},
        }
        if not constant:
            return json.dumps(event).encode()
        if self._parts.switches.scheduled_input_replaces_event:
            return str(constant).encode()
        return json.dumps({**event, "detail": json.loads(str(constant))}).encode()

    def _try(self, delivery: _Delivery) -> None:
        delivery.attempt += 1
        refused = "InternalException" if self._parts.fails() else ""
        if not refused:
            try:
                self._parts.runtime.invoke(delivery.function, delivery.payload, wait=False)
            except AwsError as error:
                refused = error.code
        if not refused:
            self._count(delivery.rule, "Invocations")
            return
        wait = min(BACK_OFF_FIRST * 2 ** (delivery.attempt - 1), BACK_OFF_MAX)
        last = delivery.attempt >= delivery.attempts_max or self._clock.now() + wait > delivery.give_up_at
        facts = {"rule": delivery.rule, "function": delivery.function, "event_id": delivery.event_id}
        outcome = "delivery_given_up" if last else "delivery_put_off"
        self._record.write("events", outcome, **facts, attempt=delivery.attempt, why=refused)
        if last:
            self._count(delivery.rule, "FailedInvocations")
        else:
            self._clock.after(wait, lambda: self._try(delivery), why=f"delivery of {delivery.rule}")

    def _count(self, rule: str, metric: str) -> None:
        self._parts.metrics.publish("AWS/Events", {metric: 1}, at=self._clock.now(), dimensions=_named(rule))

    def close(self) -> None:
        """End all schedules."""
        with self._lock:
            for timer in self._timers.values():
                timer.cancel()
            self._timers.clear()


def _named(rule: str) -> dict[str, str]:
    return {"RuleName": rule}
