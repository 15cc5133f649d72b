"""An imitated AWS account and SMS gateway for the tests of probes and targets: one world, made once."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bongsu.core.plan import GatewaySpec, SwitchSpec
from bongsu.redact import Redactor
from bongsu.sandbox.aws_alarms import AlarmSpec
from bongsu.sandbox.aws_lambda import FunctionSpec
from bongsu.sandbox.aws_world import AwsSpec, AwsWorld
from bongsu.sandbox.clock import SandboxClock
from bongsu.sandbox.faults import FaultBook
from bongsu.sandbox.http import Served, serve
from bongsu.sandbox.record import Record
from bongsu.sandbox.scheduler import RuleSpec
from bongsu.sandbox.sens import Sens, SensSpec
from bongsu.sandbox.sens_messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
REGION = "ap-northeast-2"
KEY_ID = "AKIAEXAMPLECAPTAIN00"
FUNCTION = "example-sms-v2"
GROUP = f"/aws/lambda/{FUNCTION}"
STREAM = "2025/10/22/[$LATEST]" + "ab" * 16
RUN = "01J8EXAMPLE0000000000000000"
REQUEST = "3f0c8a52-6d1e-4b7a-9c35-0e6b1d2f4a78"
PHONE = "010-0000-0007"

TABLE = {
    "TableName": "sms",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [
        {"AttributeName": "booking_num", "KeyType": "HASH"},
        {"AttributeName": "phone", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "booking_num", "AttributeType": "S"},
        {"AttributeName": "phone", "AttributeType": "S"},
    ],
}


@dataclass(slots=True, kw_only=True)
class Cloud:
    """The running imitations, and what a plan would say of them."""

    clock: SandboxClock
    aws: AwsWorld
    sens: Sens
    faults: FaultBook
    account: str
    aws_url: str
    sens_url: str
    redactor: Redactor

    @property
    def target(self) -> SwitchSpec:
        options = {
            "region": REGION,
            "account": self.account,
            "rule": "example-sms",
            "function": FUNCTION,
            "tables": {"state": "sms"},
            "endpoint_url": self.aws_url,
        }
        return SwitchSpec(kind="eventbridge_lambda", facts={}, options=options)

    @property
    def legacy(self) -> SwitchSpec:
        options = {"rule": "example-legacy", "region": REGION, "endpoint_url": self.aws_url}
        return SwitchSpec(kind="eventbridge_lambda", facts={}, options=options)

    @property
    def gateway(self) -> GatewaySpec:
        options = {
            "service": SensSpec().service_id,
            "key": "secret:example/sens",
            "endpoint_url": self.sens_url,
        }
        return GatewaySpec(kind="sens", options=options)

    def now_ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000)

    def resolve(self, reference: str) -> str:
        assert reference == "secret:example/sens"
        return json.dumps({"access_key": SensSpec().access_key, "secret_key": SensSpec().secret_key})


@contextmanager
def running(folder: Path, *, account: str, function: FunctionSpec | None = None) -> Iterator[Cloud]:
    """Serve a small account (two rules, a function, a table, alarms) and an SMS gateway on this machine.

    The embedded store is one in the whole process: each world needs an account of its own.
    """
    clock = SandboxClock(START)
    record = Record(folder / "record.jsonl", clock)
    faults = FaultBook(clock)
    spec = AwsSpec(
        account=account,
        rules=(
            RuleSpec(name="example-sms", function=FUNCTION),
            RuleSpec(name="example-legacy"),
        ),
        functions=(function or FunctionSpec(name=FUNCTION),),
        tables=(TABLE,),
        alarms=(
            AlarmSpec(name="example-errors", namespace="AWS/Lambda", metric="Errors", threshold=Decimal(1)),
            AlarmSpec(name="example-throttles", namespace="AWS/Lambda", metric="Throttles", threshold=Decimal(1)),
        ),
        forced_alarms={"example-errors": "OK", "example-throttles": "ALARM"},
        log_lag_ms=0,
        log_page_events=4,
    )
    aws = AwsWorld(clock, record, spec, faults=faults, seed=7)
    sens = Sens(clock, record, SensSpec(page_size_max=3), faults=faults, seed=7)
    served: list[Served] = [serve(aws.front), serve(sens)]
    try:
        yield Cloud(
            clock=clock,
            aws=aws,
            sens=sens,
            faults=faults,
            account=account,
            aws_url=served[0].url,
            sens_url=served[1].url,
            redactor=Redactor({"secret:example/sens": SensSpec().secret_key}),
        )
    finally:
        for one in served:
            one.stop()
        aws.close()
        record.close()


def run_report(**changes: Any) -> dict[str, Any]:
    """Return a run report of one store with eight new bookings, twelve guides and twenty texts."""
    due = {"accepted": 8, "due": 8, "refused": 0, "unknown": 0, "skipped": 0, "contended": 0}
    return {
        "type": "naver_sms.run_report",
        "v": 1,
        "run_id": RUN,
        "function": FUNCTION,
        "version": "1.0.0",
        "request_id": REQUEST,
        "duration_ms": 901.25,
        "result": "ok",
        "memory": {"used_mb": 61, "limit_mb": 512, "source": "rss_peak"},
        "stores": {"configured": 8, "enabled": 8, "ok": 8, "failed": [], "skipped": []},
        "bookings": {"confirmed_seen": 147, "completed_seen": 34, "new": 8},
        "intents": {
            "confirm": due,
            "guide": {**due, "due": 12, "accepted": 12},
            "event": {**due, "due": 0, "accepted": 0},
        },
        "sms": {"attempted": 20, "accepted": 20, "delivered": 20, "failed": 0, "pending": 0},
        "writes": {"attempted": 20, "succeeded": 20, "failed": 0, "calls": 50},
        "errors": {"count": 0, "attempted_ops": 324, "rate": "0", "by_class": {}},
        "latency_ms": {"naver": {"n": 33, "p50": 120, "p95": 340.5}, "store": {"n": 0, "p50": None, "p95": None}},
        "parity": {
            "compared": 20,
            "matched": 20,
            "percent": "100.00",
            "missing": 0,
            "extra": 0,
            "different": 0,
            "intended": [],
        },
        "evidence": {
            "requests": [
                {"kind": "confirm", "booking": "1000001_900001", "to": "010-****-0001", "request_id": "VORSSA-1"},
                {"kind": "guide", "booking": "1000001_900001", "to": "010-****-0001", "request_id": "VORSSA-2"},
                {"kind": "confirm", "booking": "1000001_900002", "to": "010-****-0002", "request_id": None},
            ]
        },
        **changes,
    }


def write_run(cloud: Cloud, *, at: datetime, request_id: str = REQUEST, seconds: int = 2) -> None:
    """Write one invocation's lines, as Lambda and the workload write them."""
    report = (
        f"REPORT RequestId: {request_id}\tDuration: 1912.40 ms\tBilled Duration: 2462 ms\tMemory Size: 512 MB\t"
        "Max Memory Used: 61 MB\tInit Duration: 549.04 ms\t\n"
    )
    lines = [
        (0, f"START RequestId: {request_id} Version: $LATEST\n"),
        (1, "[INFO] eight stores\n"),
        (1, json.dumps(run_report(request_id=request_id)) + "\n"),
        (seconds, f"END RequestId: {request_id}\n"),
        (seconds, report),
    ]
    for after_s, line in lines:
        cloud.aws.logs.write(GROUP, STREAM, line, at=at + timedelta(seconds=after_s))


def claim(state: str, *, run_id: str = RUN, request_id: str | None = "VORSSA-1") -> dict[str, Any]:
    """Return a claim as the table holds it."""
    members: dict[str, Any] = {"state": {"S": state}, "run_id": {"S": run_id}, "attempt": {"N": "1"}}
    return {"M": members | ({} if request_id is None else {"request_id": {"S": request_id}})}


def put_record(cloud: Cloud, booking: str, **columns: Any) -> None:
    """Write one row of the workload's table."""
    item = {
        "booking_num": {"S": booking},
        "phone": {"S": PHONE},
        "name": {"S": "김예시"},
        "confirm_sms": {"BOOL": True},
        "remind_sms": {"BOOL": False},
        "option_sms": {"BOOL": False},
        "created_run": {"S": RUN},
        **columns,
    }
    cloud.aws.store.call("dynamodb", "PutItem", {"TableName": "sms", "Item": item})


def text_message(number: int, *, at: datetime, fate: str = "0", done_after_s: int = 1) -> Message:
    """Return one text that the gateway accepted at `at`."""
    return Message(
        request_id=f"VORSSA-{number}",
        message_id=f"VOMSSA-{number}",
        requested_at=at,
        completes_at=at + timedelta(seconds=done_after_s),
        kind="LMS",
        content_type="COMM",
        country="82",
        sender="0200000000",
        to=PHONE.replace("-", ""),
        subject="안내",
        content="문이 열리는 번호",
        fate=fate,
    )
