"""A worker with a small plan, channels that answer at once, and a clock that the test moves."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from tests.inbound.rig import SIGNING_SECRET, form, raw_request, signed
from tests.ports.held_ports import free_port

from bongsu.channels._port import Accepted
from bongsu.core.codes import ButtonCodes
from bongsu.core.fold import folded
from bongsu.intake._port import Alarm
from bongsu.ledger.codec import decode
from bongsu.ledger.memory import MemoryLedger
from bongsu.planfile import load_bytes
from bongsu.run.served import serve_plan
from bongsu.run.service import Service
from bongsu.run.term import Terms
from bongsu.run.worker import Size

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
PEOPLE = {"on_call": "U00000002", "manager": "U00000003", "james": "U00000001"}
PATIENCE_S = 120.0
SECRETS = {
    "BENCH_TOKEN": "-".join(("xoxb", "1" * 12, "a" * 24)),
    "BENCH_SIGNING": SIGNING_SECRET,
    "BENCH_BUTTONS": "b" * 32,
    "BENCH_INTAKE": "i" * 32,
}
PLAN = """bongsu: 1
cutover: Example
captain: james
timezone: Asia/Seoul
window: {{start: 2025-10-22T14:00, end: 2025-10-22T15:00}}
keys: {{buttons: env:BENCH_BUTTONS}}
contacts:
  james: {{name: James, role: Captain, slack: U00000001}}
  on_call: {{name: On-Call Engineer, role: Technical Lead, slack: U00000002}}
  manager: {{name: Operations Manager, role: Ops Lead, slack: U00000003}}
channels:
  alerts:
    kind: slack
    channel: C00000001
    token: env:BENCH_TOKEN
    signing_secret: env:BENCH_SIGNING
    listen: 127.0.0.1:{port}/slack
    api_url: {url}/api/
target:
  kind: eventbridge_lambda
  region: ap-northeast-2
  account: "000000000000"
  rule: r
  function: f
  log_group: /aws/lambda/f
  tables: {{state: s}}
  endpoint_url: {url}/aws
baseline: [{{kind: alarms, named: [a], all: OK}}]
first_run: {{within: 5m, settle: 1m}}
verify: [{{kind: error_rate, at_most: 0%}}]
announce: {{to: [alerts], languages: [en]}}
intake: {{bearer: env:BENCH_INTAKE, on_resolved: {on_resolved}}}
escalation:
  critical:
    ack_sla: 15m
    levels:
      - {{page: [on_call], for: 5m}}
      - {{page: [manager], for: 5m}}
    repeat: 0
  quiet:
    ack_sla: 15m
    levels: [{{page: [james], for: 10m}}]
    repeat: 0
rollback:
  when: [verify_fails, no_first_run, alarm]
  when_unknown: page
  nobody_decides: roll_back
  detect: 10m
  decide: 10m
  execute: 15m
  total: 35m
"""


def plan_bytes(*, port, url="http://127.0.0.1:9", on_resolved="leave_open"):
    return PLAN.format(port=port, url=url, on_resolved=on_resolved).encode()


class MovedClock:
    """The runs' clock, and the ledger's."""

    source = "system"

    def __init__(self):
        self.time = START

    def now(self):
        return self.time

    read = now

    def at(self, mono):
        return self.time

    def stepped(self):
        return ()

    def counts(self):
        """Return the two counts that leases are measured with here."""
        return (self.time.timestamp(), self.time.timestamp())


class Chats:
    """A channel that takes everything, unless it is told what else to do; one for all chats."""

    kind = "slack"
    endpoint = "http://127.0.0.1:9"

    def __init__(self):
        self.sent = []
        self.behave = lambda outgoing: None
        self._changed = threading.Condition()

    def send(self, outgoing):
        outcome = self.behave(outgoing)
        with self._changed:
            self.sent.append(outgoing)
            number = len(self.sent)
            self._changed.notify_all()
        ref = {"channel": outgoing.to, "ts": f"1.{number}"}
        return outcome or Accepted(ref=ref, service_at=None, wires=())

    def posted(self, to):
        return [one for one in self.sent if one.to == to and one.method == "post"]

    def wait(self, holds):
        with self._changed:
            assert self._changed.wait_for(lambda: holds(self), PATIENCE_S), [(o.to, o.key) for o in self.sent]

    def close(self):
        pass


class Rig:
    """One worker in this process."""

    def __init__(self, folder, *, ledger=None, clock=None, source=None, port=None, effects=8, on_resolved="leave_open"):
        self.clock = clock or MovedClock()
        self.ledger = ledger or MemoryLedger(now=self.clock.now)
        self.port = port or free_port()
        source = source or plan_bytes(port=self.port, on_resolved=on_resolved)
        self.chats = Chats()
        plan = serve_plan("ops", load_bytes(source, folder / "ops.yaml"), source, folder=folder, now=self.clock.now)
        drivers = replace(plan.drivers, channels={"alerts": self.chats})
        self.plan = replace(plan, drivers=drivers)
        self.told = []
        self.open = threading.Event()
        self.service = Service(
            self.ledger,
            [self.plan],
            self.clock,
            tell=lambda *what: self.told.append(what),
            changed=lambda *what: self.open.set(),
            terms=Terms(counts=self.clock.counts),
            size=Size(turns=2, effects=effects),
        )
        self.worker = self.service.worker

    def raise_(self, key="disk", **told):
        alarm = Alarm(key=key, summary=f"{key} of db-1", **told)
        return self.service.raising.take(self.plan, alarm, sender="bongsu")

    def pass_(self, span):
        """Let time pass, and have the worker look."""
        self.clock.time += span
        self.worker.hint("")

    def state(self, run_id):
        return folded(self.plan.plan, (decode(row.line) for row in self.ledger.rows(run_id)))

    def until(self, holds):
        """Wait until something holds; the worker's threads need no time of the clock for it."""
        done = threading.Event()
        for _ in range(int(PATIENCE_S / 0.01)):
            if holds():
                return
            done.wait(0.01)
        raise AssertionError((self.told, list(self.ledger.runs())))

    def rests(self, run_id):
        """Wait until a run is let go."""
        self.until(lambda: not self.ledger.run(run_id).lease_owner and self.worker.driven == 0)
        return self.ledger.run(run_id)

    def press(self, run_id, button="ack", by="on_call", ts=None):
        """Press the newest button of that name, as Slack delivers it, and return the status of the answer."""
        message = next(one for one in reversed(self.chats.sent) if one.run_id == run_id and one.method == "post")
        codes = ButtonCodes(run_id=run_id, key=self.plan.wiring.button_key())
        code = codes.make("alerts", message.seq, button)
        return self.press_code(code, by=by, to=message.to, ts=ts or f"1.{self.chats.sent.index(message) + 1}")

    def press_code(self, code, *, by="on_call", to="U00000002", ts="1.1"):
        """Press a button with that code."""
        assert self.open.wait(PATIENCE_S)
        payload = {
            "type": "block_actions",
            "user": {"id": PEOPLE[by]},
            "container": {"channel_id": to, "message_ts": ts},
            "actions": [{"value": code, "action_ts": "1761109200.000100"}],
        }
        sent = signed(form(json.dumps(payload)), at=self.clock.now(), path="/slack")
        return raw_request(self.port, sent)


@contextmanager
def working(folder, **how):
    """Start a worker, and stop it in the end."""
    rig = Rig(folder, **how)
    rig.service.start()
    try:
        yield rig
    finally:
        rig.service.stop()
