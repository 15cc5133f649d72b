"""CloudWatch alarms, judged minute by minute on the sandbox clock."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, get_args

from bongsu.sandbox.aws_call import AwsError, required
from bongsu.sandbox.aws_checks import offset_in
from bongsu.sandbox.aws_metrics import MINUTE, Metrics, Series, statistic
from bongsu.sandbox.record import iso

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.sandbox.clock import SandboxClock

AlarmState = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
STATES: tuple[AlarmState, ...] = get_args(AlarmState)
# Long enough for any alarm here to have found its state before the world begins.
SETTLE_FOR = timedelta(hours=2)
RECORDS_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSpec:
    """The definition of one alarm; `created_at` None means that it is as old as the world's history.

    `alarm_topics`, `ok_topics` and `no_data_topics` are the SNS topics told when it enters that state.
    """

    name: str
    namespace: str
    metric: str
    dimensions: dict[str, str] = field(default_factory=dict)
    statistic: Literal["Sum", "Average", "Minimum", "Maximum", "SampleCount"] = "Sum"
    period_s: int = 300
    evaluation_periods: int = 1
    datapoints_to_alarm: int | None = None
    threshold: Decimal = Decimal(0)
    comparison: Literal[
        "GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"
    ] = "GreaterThanThreshold"
    treat_missing_data: Literal["missing", "notBreaching", "breaching", "ignore"] = "notBreaching"
    description: str = ""
    created_at: datetime | None = None
    alarm_topics: tuple[str, ...] = ()
    ok_topics: tuple[str, ...] = ()
    no_data_topics: tuple[str, ...] = ()
    actions_enabled: bool = True

    def topics_for(self, state: AlarmState) -> tuple[str, ...]:
        """Return the topics that are told when the alarm enters a state."""
        match state:
            case "ALARM":
                return self.alarm_topics
            case "OK":
                return self.ok_topics
            case "INSUFFICIENT_DATA":
                return self.no_data_topics


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSpell:
    """An alarm of `name` that fires so many seconds after the world's start, whatever its data say, for so long."""

    name: str
    after_s: int
    for_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmChange:
    """One alarm entered another state."""

    spec: AlarmSpec
    before: AlarmState
    state: AlarmState
    reason: str
    at: datetime
    configured_at: datetime


@dataclass(slots=True)
class _Alarm:
    spec: AlarmSpec
    judged_at: datetime
    updated_at: datetime
    created_at: datetime
    state: AlarmState = "INSUFFICIENT_DATA"
    reason: str = "Unchecked: Initial alarm creation"
    forced: bool = False


class Alarms:
    """All alarms of a world; each is judged at every whole minute, when somebody looks or a datapoint comes."""

    def __init__(
        self,
        clock: SandboxClock,
        metrics: Metrics,
        specs: tuple[AlarmSpec, ...],
        *,
        account: str,
        region: str,
        judged_again: bool = True,
    ) -> None:
        """With `judged_again` an alarm whose state was set by a call follows its data at the next minute."""
        self._clock = clock
        self._metrics = metrics
        self._arn = f"arn:aws:cloudwatch:{region}:{account}:alarm:"
        self._topic_arn = f"arn:aws:sns:{region}:{account}:"
        self._judged_again = judged_again
        self._lock = threading.Lock()
        now = clock.now()
        self._alarms = {
            spec.name: _Alarm(spec, _minute(began), began, began)
            for spec in specs
            for began in [spec.created_at or now - SETTLE_FOR]
        }
        self.on_change: Callable[[AlarmChange], None] | None = None

    def keep_judging(self) -> None:
        """Judge every minute from now on, if some alarm tells a topic; else it is enough to judge when asked."""
        if any(one.spec.topics_for(state) for one in self._alarms.values() for state in STATES):
            self._clock.at(_minute(self._clock.now()) + MINUTE, self._judge_and_go_on, why="alarms")

    def _judge_and_go_on(self) -> None:
        self.judge()
        self.keep_judging()

    def judge(self) -> None:
        """Bring each alarm up to the present minute."""
        changes: list[AlarmChange] = []
        with self._lock:
            now = self._clock.now()
            for alarm in self._alarms.values():
                while alarm.judged_at + MINUTE <= now:
                    alarm.judged_at += MINUTE
                    before = alarm.state
                    if not alarm.forced and self._judge_at(alarm, alarm.judged_at):
                        changes.append(_change(alarm, before))
        self._tell(changes)

    def _tell(self, changes: list[AlarmChange]) -> None:
        if self.on_change is not None:
            for change in changes:
                self.on_change(change)

    def force(self, name: str, state: AlarmState | None) -> None:
        """Keep an alarm in `state` whatever the data say; None lets it follow its data again."""
        self._set(name, state, reason="set by the sandbox's spec", stays=True)

    def _set(self, name: str, state: AlarmState | None, *, reason: str, stays: bool) -> None:
        self.judge()
        with self._lock:
            alarm = self._alarms[name]
            before = alarm.state
            alarm.forced = stays and state is not None
            if state is not None:
                _move(alarm, state, reason=reason, at=self._clock.now())
        if state not in (None, before):
            self._tell([_change(alarm, before)])

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Return the answer of DescribeAlarms or SetAlarmState."""
        if operation == "DescribeAlarms":
            return self.describe(asked)
        name, state = str(asked.get("AlarmName")), asked.get("StateValue")
        if name not in self._alarms:
            raise AwsError("ResourceNotFound", f"alarm {name} does not exist", status=404)
        if state not in STATES:
            raise AwsError("ValidationError", f"StateValue is one of {', '.join(STATES)}")
        self._set(name, state, reason=str(required(asked, "StateReason")), stays=not self._judged_again)
        return {}

    def states(self) -> dict[str, AlarmState]:
        """Return each alarm's present state."""
        self.judge()
        with self._lock:
            return {name: alarm.state for name, alarm in self._alarms.items()}

    def describe(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return the answer of DescribeAlarms."""
        self.judge()
        with self._lock:
            chosen = [alarm for alarm in self._alarms.values() if _wanted(alarm, asked)]
            chosen.sort(key=lambda alarm: alarm.spec.name)
            first = offset_in(asked.get("NextToken"), code="InvalidNextToken")
            size = min(int(asked.get("MaxRecords") or RECORDS_MAX), RECORDS_MAX)
            rows = [self._row(alarm) for alarm in chosen[first : first + size]]
        answer: dict[str, Any] = {"MetricAlarms": rows, "CompositeAlarms": []}
        if first + size < len(chosen):
            answer["NextToken"] = str(first + size)
        return answer

    def _judge_at(self, alarm: _Alarm, at: datetime) -> bool:
        spec = alarm.spec
        series = Series(spec.namespace, spec.metric, frozenset(spec.dimensions.items()))
        period = timedelta(seconds=spec.period_s)
        recent: list[Decimal | None] = []
        for back in range(spec.evaluation_periods):
            end = at - back * period
            values = self._metrics.values(series, start=end - period, end=end, seen_at=at)
            recent.append(statistic(spec.statistic, values) if values else None)
        state, reason = _verdict(spec, recent, before=alarm.state)
        if state == alarm.state:
            return False
        _move(alarm, state, reason=reason, at=at)
        return True

    def _row(self, alarm: _Alarm) -> dict[str, Any]:
        spec = alarm.spec
        return {
            "AlarmName": spec.name,
            "AlarmArn": self._arn + spec.name,
            "AlarmDescription": spec.description,
            "AlarmConfigurationUpdatedTimestamp": (spec.created_at or alarm.updated_at).timestamp(),
            "ActionsEnabled": spec.actions_enabled,
            "OKActions": [self._topic_arn + one for one in spec.ok_topics],
            "AlarmActions": [self._topic_arn + one for one in spec.alarm_topics],
            "InsufficientDataActions": [self._topic_arn + one for one in spec.no_data_topics],
            "StateValue": alarm.state,
            "StateReason": alarm.reason,
            "StateReasonData": json.dumps({"version": "1.0", "queryDate": iso(alarm.judged_at)}),
            "StateUpdatedTimestamp": alarm.updated_at.timestamp(),
            "StateTransitionedTimestamp": alarm.updated_at.timestamp(),
            "MetricName": spec.metric,
            "Namespace": spec.namespace,
            "Statistic": spec.statistic,
            "Dimensions": [{"Name": name, "Value": value} for name, value in spec.dimensions.items()],
            "Period": spec.period_s,
            "EvaluationPeriods": spec.evaluation_periods,
            "DatapointsToAlarm": spec.datapoints_to_alarm or spec.evaluation_periods,
            "Threshold": float(spec.threshold),
            "ComparisonOperator": spec.comparison,
            "TreatMissingData": spec.treat_missing_data,
        }


def _change(alarm: _Alarm, before: AlarmState) -> AlarmChange:
    return AlarmChange(
        spec=alarm.spec,
        before=before,
        state=alarm.state,
        reason=alarm.reason,
        at=alarm.updated_at,
        configured_at=alarm.spec.created_at or alarm.created_at,
    )


def _minute(when: datetime) -> datetime:
    return when.replace(second=0, microsecond=0)


def _move(alarm: _Alarm, state: AlarmState, *, reason: str, at: datetime) -> None:
    alarm.state = state
    alarm.reason = reason
    alarm.updated_at = at


def _verdict(spec: AlarmSpec, recent: list[Decimal | None], *, before: AlarmState) -> tuple[AlarmState, str]:
    """Return the state that the newest periods call for; a period without data counts as the alarm says."""
    needed = spec.datapoints_to_alarm or spec.evaluation_periods
    present = [value for value in recent if value is not None]
    missing = len(recent) - len(present)
    breaching = sum(_breaches(spec, value) for value in present)
    if spec.treat_missing_data == "breaching":
        breaching += missing
    if breaching >= needed:
        return "ALARM", f"Threshold Crossed: {breaching} of {len(recent)} datapoints over {spec.threshold}."
    if not present and spec.treat_missing_data == "missing":
        return "INSUFFICIENT_DATA", "Insufficient Data: no datapoints were received."
    if not present and spec.treat_missing_data == "ignore":
        return before, ""
    return "OK", f"Threshold not crossed: {breaching} of {len(recent)} datapoints over {spec.threshold}."


def _breaches(spec: AlarmSpec, value: Decimal) -> bool:
    match spec.comparison:
        case "GreaterThanThreshold":
            return value > spec.threshold
        case "GreaterThanOrEqualToThreshold":
            return value >= spec.threshold
        case "LessThanThreshold":
            return value < spec.threshold
        case "LessThanOrEqualToThreshold":
            return value <= spec.threshold


def _wanted(alarm: _Alarm, asked: dict[str, Any]) -> bool:
    names = asked.get("AlarmNames")
    if asked.get("AlarmTypes") == ["CompositeAlarm"]:
        return False
    if asked.get("ActionPrefix"):
        raise AwsError("ValidationError", "the sandbox's alarms know no ActionPrefix")
    return (
        (not names or alarm.spec.name in names)
        and alarm.spec.name.startswith(str(asked.get("AlarmNamePrefix") or ""))
        and asked.get("StateValue") in (None, alarm.state)
    )
