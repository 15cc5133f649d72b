"""EventBridge's clockwork: fires `rate(...)` rules on the sandbox clock, if target and permission are there."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.sandbox.aws_lambda import FunctionRecords
    from bongsu.sandbox.aws_store import AwsStore
    from bongsu.sandbox.clock import SandboxClock, Timer
    from bongsu.sandbox.lambda_runtime import LambdaRuntime
    from bongsu.sandbox.record import Record

_RATE = re.compile(r"rate\((?:1 (minute|hour|day)|([2-9]|[1-9]\d+) (minute|hour|day)s)\)")
UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
# States of botocore's model; the third counts as enabled.
ENABLED = frozenset({"ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"})


class UnsupportedSchedule(ValueError):
    """A schedule expression that this scheduler does not keep."""


def period_of(expression: str) -> timedelta:
    """Return the period of `rate(N unit)`, with the singular for 1 only; cron is refused."""
    found = _RATE.fullmatch(expression)
    if found is None:
        raise UnsupportedSchedule(f"schedule {expression!r} is none the sandbox keeps, use rate(N minutes)")
    one, count, unit = found.groups()
    return UNITS[one or unit] * int(count or 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSpec:
    """A scheduled rule and the function that it starts; an empty function leaves the rule without target."""

    name: str
    expression: str = "rate(20 minutes)"
    function: str = ""
    state: str = "DISABLED"
    permission: bool = True
    description: str = ""


class Scheduler:
    """The scheduled rules of a world."""

    def __init__(
        self,
        clock: SandboxClock,
        record: Record,
        *,
        store: AwsStore,
        functions: FunctionRecords,
        runtime: LambdaRuntime,
        first_fire_after: timedelta,
        seed: int,
    ) -> None:
        """Fire a rule for the first time `first_fire_after` its state became ENABLED, then every period."""
        self._clock = clock
        self._record = record
        self._store = store
        self._functions = functions
        self._runtime = runtime
        self._account = store.account
        self._region = store.region
        self._first_fire_after = first_fire_after
        self._random = Random(f"events {seed}")
        self._lock = threading.Lock()
        self._timers: dict[str, Timer] = {}
        self._states: dict[str, str] = {}

    def arn(self, rule: str) -> str:
        """Return a rule's ARN."""
        return f"arn:aws:events:{self._region}:{self._account}:rule/{rule}"

    def create(self, rule: RuleSpec) -> None:
        """Put a rule, its target and the permission into the store, and keep its schedule."""
        period_of(rule.expression)
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
            target = {"Id": "function", "Arn": self._functions.arn(rule.function)}
            target_with_policy = {**target, "RetryPolicy": {"MaximumRetryAttempts": 0}}
            self._store.call("events", "PutTargets", {"Rule": rule.name, "Targets": [target_with_policy]})
            if rule.permission:
                self._functions.allow_rule(rule.function, rule_arn=self.arn(rule.name))
        self.refresh(rule.name)

    def refresh(self, rule: str) -> None:
        """Read the rule's state again: start its schedule if it has become enabled, end it if not."""
        described = self._store.call("events", "DescribeRule", {"Name": rule})
        enabled = described["State"] in ENABLED
        with self._lock:
            self._states[rule] = str(described["State"])
            timer = self._timers.get(rule)
            if enabled and timer is None:
                self._arm(rule, self._first_fire_after)
            elif not enabled and timer is not None:
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

    def _arm(self, rule: str, delay: timedelta) -> None:
        self._timers[rule] = self._clock.after(delay, lambda: self._fire(rule), why=f"rule {rule}")

    def _fire(self, rule: str) -> None:
        described = self._store.call("events", "DescribeRule", {"Name": rule})
        with self._lock:
            if rule not in self._timers:
                return
            if described["State"] not in ENABLED:
                del self._timers[rule]
                return
            self._arm(rule, period_of(str(described["ScheduleExpression"])))
        targets = self._store.call("events", "ListTargetsByRule", {"Rule": rule})["Targets"]
        if not targets:
            self._record.write("events", "fired_without_target", rule=rule)
        for target in targets:
            self._deliver(rule, target)

    def _deliver(self, rule: str, target: dict[str, Any]) -> None:
        function = str(target["Arn"]).rpartition(":function:")[2].partition(":")[0]
        if not self._functions.may_be_invoked_by(function, rule_arn=self.arn(rule)):
            # As in the service: the event is lost without a trace in the function's logs.
            self._record.write("events", "fired_without_permission", rule=rule, function=function)
            return
        event_id = str(UUID(int=self._random.getrandbits(128), version=4))
        event = {
            "version": "0",
            "id": event_id,
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": self._account,
            "time": f"{self._clock.now():%Y-%m-%dT%H:%M:%SZ}",
            "region": self._region,
            "resources": [self.arn(rule)],
            "detail": {},
        }
        payload = str(target["Input"]) if target.get("Input") else json.dumps(event)
        self._record.write("events", "fired", rule=rule, function=function, event_id=event_id)
        self._runtime.invoke(function, payload.encode(), wait=False)

    def close(self) -> None:
        """End all schedules."""
        with self._lock:
            for timer in self._timers.values():
                timer.cancel()
            self._timers.clear()
