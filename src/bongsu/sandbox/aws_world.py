"""Puts one account of the imitated AWS together: store, logs, metrics, alarms, functions, rules, front."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.alarm_notice import alarm_message, alarm_subject
from bongsu.sandbox.aws import AwsFront, AwsParts, Identity, history_age
from bongsu.sandbox.aws_actions import Resources
from bongsu.sandbox.aws_alarms import AlarmChange, Alarms, AlarmSpec, AlarmSpell, AlarmState
from bongsu.sandbox.aws_call import AwsError
from bongsu.sandbox.aws_lambda import FunctionRecords, FunctionSpec
from bongsu.sandbox.aws_logs import Logs, needed_texts
from bongsu.sandbox.aws_metrics import Metrics
from bongsu.sandbox.aws_operations import DELIVER, NOTIFY
from bongsu.sandbox.aws_policy import ALLOW_ALL, Policy
from bongsu.sandbox.aws_store import AwsStore
from bongsu.sandbox.aws_switches import AwsSwitches
from bongsu.sandbox.lambda_control import LambdaControl
from bongsu.sandbox.lambda_runtime import LambdaRuntime, RuntimeParts
from bongsu.sandbox.metric_filters import MetricFilters, MetricFilterSpec
from bongsu.sandbox.scheduler import RuleSpec, Scheduler, SchedulerParts
from bongsu.sandbox.sns import Sns, SnsSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.faults import FaultBook
    from bongsu.sandbox.record import Record

# Put together here, because a file that holds the whole of such an id sets off every scanner for leaked keys.
CAPTAINS_KEY_ID = "AKIA" + "EXAMPLECAPTAIN00"
RUNTIME_KEY_ID = "ASIA" + "EXAMPLEFUNCTION0"
FUNCTION_ROLE = "function-role"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsSpec:
    """One account in one region, and how slow and how forgetful its answers are.

    `access_keys` maps an access key id to the user it belongs to; `runtime_key_id` is the one that functions use.
    `expired_key_ids` are known keys whose time is over. `policies` maps a user (and `function-role`, the functions' own
    role) to an IAM policy, in which `{region}` and `{account}` stand for the account's own; who has none may do
    nothing. `secrets` maps a name to its text. `tables` are CreateTable requests. `log_lag_ms` and `metric_lag_ms` are
    how late lines and datapoints show. `switches` are the facts that nobody has verified.
    """

    account: str = "000000000000"
    region: str = "ap-northeast-2"
    access_keys: Mapping[str, str] = field(default_factory=lambda: {CAPTAINS_KEY_ID: "captain"})
    runtime_key_id: str = RUNTIME_KEY_ID
    expired_key_ids: tuple[str, ...] = ()
    policies: Mapping[str, Mapping[str, Any]] = field(
        default_factory=lambda: {"captain": ALLOW_ALL, FUNCTION_ROLE: ALLOW_ALL}
    )
    rules: tuple[RuleSpec, ...] = ()
    functions: tuple[FunctionSpec, ...] = ()
    tables: tuple[Mapping[str, Any], ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
    alarms: tuple[AlarmSpec, ...] = ()
    forced_alarms: Mapping[str, AlarmState] = field(default_factory=dict)
    alarm_spells: tuple[AlarmSpell, ...] = ()
    metric_filters: tuple[MetricFilterSpec, ...] = ()
    sns: SnsSpec = field(default_factory=SnsSpec)
    switches: AwsSwitches = field(default_factory=AwsSwitches)
    log_lag_ms: int = 2000
    metric_lag_ms: int = 30_000
    log_page_events: int = 1000
    log_empty_first_page: bool = False
    latency_ms: Mapping[str, int] = field(default_factory=dict)
    first_fire_after_s: int = 135

    def __post_init__(self) -> None:
        """Refuse a policy or a filter pattern that would not be understood."""
        for document in self.policies.values():
            Policy(document)
        for one in self.metric_filters:
            try:
                needed_texts(one.pattern)
            except AwsError as error:
                raise ValueError(error.message) from None


class AwsWorld:
    """A running account; `front` is its WSGI application."""

    def __init__(self, clock: SandboxClock, record: Record, spec: AwsSpec, *, faults: FaultBook, seed: int) -> None:
        self.spec = spec
        self._record = record
        self._faults = faults
        place = {"account": spec.account, "region": spec.region}
        created_at = history_age(clock.now())
        self.store = AwsStore(**place, created_at=created_at)
        self.logs = _logs(clock, spec)
        self.metrics = Metrics(clock, lag=timedelta(milliseconds=spec.metric_lag_ms), switches=spec.switches)
        again = spec.switches.set_state_is_judged_again
        self.alarms = Alarms(clock, self.metrics, spec.alarms, **place, judged_again=again)
        self.functions = FunctionRecords(clock, spec.functions, **place, created_at=created_at, seed=seed)
        for function in spec.functions:
            self.logs.create_group(function.logs_to, created_at=created_at)
        self.filters = MetricFilters(self.metrics, spec.metric_filters)
        self.logs.on_line, self.logs.filters_of = self.filters.take, self.filters.count
        self.sns = Sns(clock, record, spec.sns, **place, seed=seed, fails=lambda: self._fails("sns", NOTIFY))
        self.runtime = self._runtime(clock, seed=seed)
        self.scheduler = self._scheduler(clock, seed=seed)
        self.alarms.on_change = self._alarm_changed
        self._fill(spec)
        for spell in spec.alarm_spells:
            self._cast(clock, spell)
        self.alarms.keep_judging()
        self.front = self._front(clock, seed=seed)

    def _runtime(self, clock: SandboxClock, *, seed: int) -> LambdaRuntime:
        parts = RuntimeParts(
            functions=self.functions,
            logs=self.logs,
            metrics=self.metrics,
            switches=self.spec.switches,
            measured=self.alarms.judge,
        )
        runtime = LambdaRuntime(clock, self._record, parts, region=self.spec.region, seed=seed)
        runtime.key_id = self.spec.runtime_key_id
        return runtime

    def _scheduler(self, clock: SandboxClock, *, seed: int) -> Scheduler:
        parts = SchedulerParts(
            store=self.store,
            functions=self.functions,
            runtime=self.runtime,
            metrics=self.metrics,
            switches=self.spec.switches,
            fails=lambda: self._fails("events", DELIVER),
        )
        after = timedelta(seconds=self.spec.first_fire_after_s)
        return Scheduler(clock, self._record, parts, first_fire_after=after, seed=seed)

    def _fails(self, service: str, operation: str) -> bool:
        return self._faults.take(service, operation) is not None

    def _fill(self, spec: AwsSpec) -> None:
        for table in spec.tables:
            self.store.call("dynamodb", "CreateTable", table)
        for name, text in spec.secrets.items():
            self.store.call("secretsmanager", "CreateSecret", {"Name": name, "SecretString": text})
        for rule in spec.rules:
            self.scheduler.create(rule)
        for name, state in spec.forced_alarms.items():
            self.alarms.force(name, state)

    def _cast(self, clock: SandboxClock, spell: AlarmSpell) -> None:
        begins = timedelta(seconds=spell.after_s)
        ends = begins + timedelta(seconds=spell.for_s)
        clock.after(begins, lambda: self.alarms.force(spell.name, "ALARM"), why=f"{spell.name} fires")
        clock.after(ends, lambda: self.alarms.force(spell.name, None), why=f"{spell.name} follows its data again")

    def _alarm_changed(self, change: AlarmChange) -> None:
        spec = change.spec
        self._record.write("cloudwatch", "alarm_state", alarm=spec.name, state=change.state, reason=change.reason)
        if not spec.actions_enabled:
            return
        text = alarm_message(change, account=self.spec.account, region=self.spec.region)
        for topic in spec.topics_for(change.state):
            subject = alarm_subject(change, region=self.spec.region)
            self.sns.publish(self.sns.topic_arn(topic), text, subject=subject)

    def _front(self, clock: SandboxClock, *, seed: int) -> AwsFront:
        spec = self.spec
        parts = AwsParts(
            store=self.store,
            logs=self.logs,
            metrics=self.metrics,
            alarms=self.alarms,
            functions=self.functions,
            control=LambdaControl(self.functions, spec.switches),
            sns=self.sns,
            faults=self._faults,
            resources=Resources(
                account=spec.account,
                region=spec.region,
                log_resource=spec.switches.log_resource,
                log_list_resource=spec.switches.log_list_resource,
                secret_arn=self.store.secret_arn,
            ),
            identities=_identities(spec),
            switches=spec.switches,
            latency_ms=spec.latency_ms,
        )
        front = AwsFront(clock, self._record, parts, account=spec.account, region=spec.region, seed=seed)
        front.on_rule_change = self.scheduler.refresh
        front.invoke = self.runtime.invoke
        return front

    def close(self) -> None:
        """End schedules, children and deliveries."""
        self.scheduler.close()
        self.runtime.close()
        self.sns.close()
        self.store.close()


def _logs(clock: SandboxClock, spec: AwsSpec) -> Logs:
    return Logs(
        clock,
        account=spec.account,
        region=spec.region,
        lag=timedelta(milliseconds=spec.log_lag_ms),
        page_events=spec.log_page_events,
        empty_first_page=spec.log_empty_first_page,
    )


def _identities(spec: AwsSpec) -> dict[str, Identity]:
    """Return who every access key of the account is."""
    place = {"{region}": spec.region, "{account}": spec.account}
    policies = {user: Policy(document, place) for user, document in spec.policies.items()}
    keys = {**spec.access_keys, spec.runtime_key_id: FUNCTION_ROLE}
    return {
        key_id: Identity(
            user=user,
            policy=policies.get(user),
            assumed_role=key_id == spec.runtime_key_id,
            expired=key_id in spec.expired_key_ids,
        )
        for key_id, user in keys.items()
    }
