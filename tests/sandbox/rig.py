"""A small account served on loopback, and the real client pointed at it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

import boto3
from botocore.config import Config
from tests.patience import PATIENCE_S
from urllib3 import PoolManager

from bongsu.sandbox.aws_alarms import AlarmSpec
from bongsu.sandbox.aws_lambda import FunctionSpec
from bongsu.sandbox.aws_world import AwsSpec, AwsWorld
from bongsu.sandbox.clock import SandboxClock
from bongsu.sandbox.faults import FaultBook
from bongsu.sandbox.http import holding, serve
from bongsu.sandbox.naver_defaults import sms_table
from bongsu.sandbox.record import Record
from bongsu.sandbox.scheduler import RuleSpec

START = datetime(2025, 10, 22, 4, 45, tzinfo=UTC)
KEY_ID = "AKIAEXAMPLECAPTAIN00"
REGION = "ap-northeast-2"
_accounts = iter(range(100_000_000_001, 100_000_001_000))
_lock = threading.Lock()


class Rig:
    """One running account; `client(name)` is boto3's own, `pass_time` lets the sandbox clock jump."""

    def __init__(self, folder, **spec):
        with _lock:
            # The embedded store keeps accounts apart, so that each rig begins empty.
            self.account = str(next(_accounts))
        self.clock = SandboxClock(START)
        self.clock.start_thread()
        self.record = Record(folder / "record.jsonl", self.clock)
        self.faults = FaultBook(self.clock)
        self.spec = AwsSpec(account=self.account, **spec)
        self.world = AwsWorld(self.clock, self.record, self.spec, faults=self.faults, seed=1)
        self.served = serve(holding(self.clock, self.world.front))
        self.world.runtime.addresses = {"aws": self.served.url}
        self.participant = self.clock.join("test")
        self._clients = []

    def client(self, name, *, key_id=KEY_ID, region=REGION):
        made = boto3.client(
            name,
            endpoint_url=self.served.url,
            region_name=region,
            aws_access_key_id=key_id,
            aws_secret_access_key="example",
            config=Config(retries={"total_max_attempts": 1}, read_timeout=PATIENCE_S),
        )
        self._clients.append(made)
        return made

    def post(self, path, document, *, status):
        """Post JSON to the front, as a page or a script would; the status must be as said."""
        request = PoolManager().request("POST", self.served.url + path, json=document)
        assert request.status == status, request.data

    def pass_time(self, delta):
        self.clock.wait(self.participant, self.clock.now() + delta)

    def recorded(self, service):
        return self.record.entries(service)

    def close(self):
        for made in self._clients:
            made.close()
        self.world.close()
        self.served.stop()
        self.clock.stop()
        self.record.close()


@contextmanager
def running(folder, **spec):
    rig = Rig(folder, **spec)
    try:
        yield rig
    finally:
        rig.close()


def rule_and_function(tmp_path, code, **function):
    """Return spec fields for one rule that starts a handler whose code is written to `tmp_path`."""
    (tmp_path / "tiny_handler.py").write_text(code, "utf-8")
    made = FunctionSpec(
        name="tiny", handler="tiny_handler.handle", python_path=(str(tmp_path),), **{"timeout_s": 20, **function}
    )
    errors = AlarmSpec(
        name="errors",
        namespace="AWS/Lambda",
        metric="Errors",
        dimensions={"FunctionName": "tiny"},
        threshold=Decimal(1),
        comparison="GreaterThanOrEqualToThreshold",
    )
    return {
        "functions": (made,),
        "rules": (RuleSpec(name="every-20", function="tiny"),),
        "tables": (sms_table("sms"),),
        "alarms": (errors,),
    }
