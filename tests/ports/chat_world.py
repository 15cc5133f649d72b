"""What the shared tests must know of a kind of channel: its service, a group, a person, and the driver under test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bongsu.channels import open_channel
from bongsu.channels._port import Outgoing
from bongsu.core.codes import ButtonCodes
from bongsu.core.events import Method
from bongsu.core.plan import ChannelSpec
from bongsu.inbound import InMemoryAddresses, open_inbound
from bongsu.redact import Redactor
from bongsu.sandbox.faults import Fault, FaultBook
from bongsu.sandbox.record import Record
from bongsu.sandbox.sens import Sens
from bongsu.sandbox.sens_spec import SensSpec

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
CODES = ButtonCodes(run_id="run-1", key=b"k" * 32)
SENS_KEY, SENS_SECRET, PHONE, SENDER = "EXAMPLE" + "K7Q2" * 3, "s3cr" * 10, "010-0000-4711", "0200000000"


@dataclass
class World:
    """What the shared tests need to know of a kind of channel."""

    sandbox: object
    record: Record
    options: dict
    secrets: dict
    kind: str
    group: str
    person: str
    stranger: str
    post_method: str
    payload: dict
    too_long: dict
    closing: dict = field(default_factory=dict)
    answer: dict = field(default_factory=dict)
    api: str = ""
    way: str = ""
    answers: InMemoryAddresses = field(default_factory=InMemoryAddresses)
    opened: list = field(default_factory=list)

    @property
    def redactor(self):
        return Redactor(self.secrets)

    def spec(self, **options):
        return ChannelSpec(name="ops", kind=self.kind, to=self.group, options={**self.options, **options})

    def channel(self, **options):
        channel = open_channel(
            self.spec(**options),
            resolve=self.secrets.__getitem__,
            codes=CODES,
            redactor=self.redactor,
            answers=self.answers,
            now_ms=lambda: int(self.clock.now().timestamp() * 1000),
        )
        self.opened.append(channel.close)
        return channel

    def inbound(self, inbox, **options):
        inbound = open_inbound(
            self.spec(**options),
            resolve=self.secrets.__getitem__,
            codes=CODES,
            redactor=self.redactor,
            answers=self.answers,
            deliver=inbox,
            now=self.clock.now,
        )
        self.opened.append(inbound.stop)
        return inbound

    def outgoing(self, payload=None, **changes):
        given = {"key": "drill//ops", "seq": 7, "method": Method.POST, "to": self.group}
        return Outgoing(payload=self.payload if payload is None else payload, **{**given, **changes})

    def calls(self, method):
        return [entry for entry in self.record.entries() if entry["operation"] == method]

    def stored(self):
        return [entry for entry in self.calls(self.post_method) if "message" in entry or "ts" in entry]

    def fault(self, kind, *, method=None, **more):
        self.sandbox.faults.add(
            Fault(service=self.sandbox.service, operation=method or self.post_method, kind=kind, **more)
        )

    def press(self, ref, *, user=None):
        chat, message = (ref.get("chat_id") or ref["channel"]), (ref.get("message_id") or ref["ts"])
        return self.sandbox.press(user or self.person, chat, message, "Acknowledge")


class Phones(World):
    """A world in which people are reached by phone number."""

    def stored(self):
        return [entry for entry in self.calls(self.post_method) if "request_id" in entry]


def sms_sandbox(clock, record):
    """Return an SMS service of the imitated gateway; a person's address is a reference to their number."""
    spec = SensSpec(access_key=SENS_KEY, secret_key=SENS_SECRET, from_numbers=(SENDER,))
    faults = FaultBook(clock)
    sandbox = Sens(clock, record, spec, faults=faults, seed=1)
    sandbox.service, sandbox.faults, sandbox.close = "sens", faults, faults.close
    return Phones(
        sandbox=sandbox,
        record=record,
        kind="sms",
        options={
            "service": spec.service_id,
            "access_key": "env:SENS_ACCESS",
            "secret_key": "env:SENS_SECRET",
            "sender": "env:SENS_SENDER",
        },
        secrets={
            "env:SENS_ACCESS": SENS_KEY,
            "env:SENS_SECRET": SENS_SECRET,
            "env:SENS_SENDER": SENDER,
            "env:PHONE": PHONE,
        },
        group="env:PHONE",
        person="env:PHONE",
        stranger="env:NOBODY",
        post_method="send",
        payload={"text": "DRILL: a & b <c>\nfirst line"},
        too_long={"text": "x" * 2001},
    )
