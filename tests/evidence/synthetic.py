"""A small cutover played through the real rules, checks and ledger, with an outside world made up line by line."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bongsu.checks import judge
from bongsu.core.actions import Close, Conclude, Enter, Judge, Read, Send, Switch
from bongsu.core.actors import actor_of
from bongsu.core.chain import START
from bongsu.core.decide import decide, wake_at
from bongsu.core.events import (
    ButtonPressed,
    Event,
    Exchange,
    Judged,
    Method,
    Observed,
    Outcome,
    PhaseEntered,
    RunClosed,
    RunOpened,
    SendEnded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
    SwitchState,
)
from bongsu.core.plan import (
    Announce,
    ChannelSpec,
    CheckSpec,
    Contact,
    Drill,
    EscalationPolicy,
    FirstRun,
    Level,
    Plan,
    ReadNeed,
    RollbackRule,
    SwitchSpec,
    Watch,
    Window,
)
from bongsu.core.state import RunState, evolve
from bongsu.evidence.verify import Report, verify
from bongsu.evidence.write import write_evidence
from bongsu.ledger._port import Entry, Ledger
from bongsu.ledger.codec import decode, timestamp
from bongsu.ledger.memory import MemoryLedger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bongsu.evidence.folder import Story
    from bongsu.evidence.rules import Render

RUN = "synthetic-20251022-1400"
OPENED = datetime(2025, 10, 22, 4, 50, tzinfo=UTC)
TICK = timedelta(milliseconds=40)


def bytes_of(looks: int = 3) -> bytes:
    """Return the signed-off bytes that stand for `plan_of`: what a verifier without a YAML library reads of a plan."""
    return f"""cutover: Invented
# the signed-off bytes stand for a plan here
contacts:
  james: {{name: James, role: Release Captain}}
  on_call: {{name: "On-Call", role: Lead, slack: U00000002}}   # one who answers
watch: {{for: {20 * looks}m, every: 20m, checks: [alarms, duration], report_every: {20 * looks}m}}
""".encode()


def plan_of(looks: int = 3) -> Plan:
    """Return a plan with a baseline, a first run, a drill of one person, and a watch of some looks."""
    no_minutes = timedelta(minutes=10)
    alarms = CheckSpec(
        name="alarms",
        kind="alarms",
        options={"named": ("lambda-errors",)},
        reads=(ReadNeed(reading="alarms", args={"names": ["lambda-errors"]}),),
    )
    duration = CheckSpec(
        name="duration",
        kind="duration",
        options={"at_most": timedelta(seconds=240)},
        reads=(ReadNeed(reading="invocations"),),
    )
    watch = Watch(
        length=looks * timedelta(minutes=20),
        every=timedelta(minutes=20),
        checks=(alarms, duration),
        report_every=looks * timedelta(minutes=20),
    )
    return Plan(
        cutover="Invented",
        captain="james",
        timezone=ZoneInfo("Asia/Seoul"),
        window=Window(start=OPENED + no_minutes, end=OPENED + timedelta(minutes=70)),
        contacts={
            "james": Contact(id="james", name="James", role="Release Captain"),
            "on_call": Contact(id="on_call", name="On-Call", role="Lead", addresses={"slack": "U00000002"}),
        },
        channels={"alerts": ChannelSpec(name="alerts", kind="slack", to="C00000001")},
        announce=Announce(to=("alerts",)),
        target=SwitchSpec(kind="eventbridge_lambda", facts={"rule": "invented-rule"}),
        legacy=None,
        gateway=None,
        baseline=(alarms,),
        go=None,
        first_run=FirstRun(within=timedelta(minutes=25), settle=timedelta(minutes=2)),
        verify=(duration,),
        escalation={
            "critical": EscalationPolicy(
                name="critical",
                ack_sla=timedelta(minutes=15),
                levels=(Level(page=("on_call",), wait=timedelta(minutes=5)),),
                repeat=0,
            )
        },
        drill=Drill(policy="critical", everyone=("on_call",), ack_sla=timedelta(minutes=15)),
        rollback=RollbackRule(
            when=("verify_fails",),
            when_unknown="page",
            nobody_decides="roll_back",
            detect=no_minutes,
            decide=no_minutes,
            execute=no_minutes,
            total=timedelta(minutes=30),
        ),
        watch=watch if looks else None,
        digest=sha256(bytes_of(looks)).hexdigest(),
    )


def load_plan(data: bytes, looks: int = 3) -> Plan:
    if data != bytes_of(looks):
        raise ValueError("another plan")
    return plan_of(looks)


def render_message(
    action: Send, plan: Plan, state: RunState, *, run_id: str, original: Mapping[str, Any] | None
) -> SimpleNamespace:
    """Render a message that shows figures, a link of the chain and, for a drill, a button."""
    figures = {name: figure.seq for name, figure in sorted(state.figures.items())[-6:]}
    shown = "; ".join(f"{name} {state.figures[name].text}" for name in figures)
    text = f"{action.message} {plan.cutover} {shown} {run_id} link #{state.head.seq} {state.head.short}"
    if action.method is Method.CLOSE:
        assert original is not None
        return SimpleNamespace(payload={"text": original["text"], "blocks": []}, figures={})
    payload: dict[str, Any] = {"text": text, "unfurl_links": False}
    if action.message == "drill":
        button = {"type": "button", "action_id": "bongsu.ack", "value": "{code:ack}"}
        payload["blocks"] = [{"type": "actions", "elements": [button]}]
    return SimpleNamespace(payload=payload, figures=figures)


def reread(reading: str, args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(responses[0])["values"]
    return values


def render(story: Story) -> dict[str, bytes]:
    """Render three short reports that name every line."""
    rows = [f"#{line.seq} {timestamp(line.at)} {type(line.event).__name__}" for line in story.lines]
    told = {"run": story.run_id, "lines": len(story.lines), "phase": story.state.phase}
    return {
        "report.md": "\n".join([f"# {story.plan.cutover}", *rows, ""]).encode(),
        "report.json": json.dumps(told).encode(),
        "report.html": f"<p>{len(rows)} lines</p>".encode(),
    }


def verify_it(folder: Path, looks: int = 3, rendering: Render = render) -> Report:
    return verify(
        folder,
        load_plan=lambda data: load_plan(data, looks),
        render=rendering,
        reread=reread,
        judge=judge,
        render_message=render_message,
        decide=decide,
    )


@dataclass
class Player:
    """Plays a run into a ledger, line by line; a test may change what it records through `forge`."""

    plan: Plan
    ledger: Ledger = field(default_factory=MemoryLedger)
    now: datetime = OPENED
    state: RunState = field(default_factory=RunState)
    enabled: bool = False
    payloads: dict[str, Any] = field(default_factory=dict)
    plan_bytes: bytes = b""
    ahead: timedelta = timedelta(0)
    """How far the services' clocks are ahead of this machine's."""

    def play(self, until: int | None = None) -> Player:
        """Play to the end, or to the first moment at which `until` lines stand."""
        self.ledger.create(RUN, self.now)
        opened = RunOpened(
            plan_sha256=self.plan.digest,
            cutover=self.plan.cutover,
            program="bongsu 0.1.0",
            endpoints={},
            clock="system",
            go_by="james",
        )
        self.record(opened, plan=self.plan_bytes or bytes_of(self.looks))
        while self.state.closed is None and (until is None or self.state.head.seq < until):
            actions = decide(self.plan, self.state, self.now)
            if actions:
                self.perform(actions[0])
            elif "drill" in self.state.sends.keys() | {key.partition("//")[0] for key in self.state.sends} and (
                not self.state.presses
            ):
                self.press()
            else:
                woken = wake_at(self.plan, self.state, self.now)
                assert woken is not None and woken > self.now
                self.now = woken
        return self

    def record(self, event: Event, **blobs: bytes) -> None:
        self.now += TICK
        named = {name.replace("_", "."): content for name, content in blobs.items()}
        entry = Entry(at=self.now, actor=actor_of(event), event=event, blobs=named)
        (row,) = self.ledger.append(RUN, self.state.head if self.state.opened else START, [entry])
        self.state = evolve(self.plan, self.state, decode(row.line))

    def perform(self, action: Any) -> None:
        match action:
            case Read():
                self.observe(action)
            case Judge():
                sources = {reading: self.state.observations[key] for reading, key in action.sources.items()}
                result = judge(action.check, sources)
                self.record(
                    Judged(
                        key=action.key,
                        check=action.check.kind,
                        verdict=result.verdict,
                        why=result.why,
                        figures=result.figures,
                        sources=tuple(sorted(found.seq for found in sources.values())),
                    )
                )
            case Conclude():
                self.record(action.judged)
            case Enter():
                self.record(PhaseEntered(phase=action.phase, why=action.why, detail=action.detail))
            case Send():
                self.send(action)
            case Switch():
                self.record(SwitchIntended(key=action.key, which=action.which, to=action.to, attempt=action.attempt))
                self.enabled = action.to is SwitchState.ENABLED
                exchange = self.exchange("EnableRule")
                ended = SwitchEnded(
                    key=action.key, attempt=action.attempt, outcome=Outcome.ACCEPTED, exchanges=(exchange,)
                )
                self.record(ended, request_0=b"{}", response_0=b"{}")
            case Close():
                self.record(RunClosed(verdict=action.verdict, why=action.why, exit_code=action.exit_code))

    def observe(self, action: Read) -> None:
        invocation = {
            "request_id": f"8f0c2a{self.state.head.seq:06d}",
            "stream": "2025/10/22/[$LATEST]c0ffee",
            "started_at": timestamp(self.now),
            "ended_at": timestamp(self.now + timedelta(milliseconds=1094)),
            "reports": 1,
            "duration_ms": "1093.77",
            "billed_ms": 1094,
            "memory_mb": 512,
            "memory_used_mb": 71,
            "init_ms": None,
            "status": "",
            "error_type": "",
            "failed": False,
            "report": None,
        }
        values: dict[str, Any] = {
            "alarms": {"count": 1, "states": {"lambda-errors": {"state": "OK", "since": ""}}},
            "target_rule": {"name": "invented-rule", "state": "ENABLED" if self.enabled else "DISABLED"},
            "invocations": {**action.args, "count": 1, "complete": [invocation], "incomplete": []},
        }[action.reading]
        exchange = self.exchange(action.reading)
        self.record(
            Observed(key=action.key, reading=action.reading, args=action.args, values=values, exchanges=(exchange,)),
            request_0=b"{}",
            response_0=json.dumps({"values": values}).encode(),
        )

    def send(self, action: Send) -> None:
        rendered = render_message(action, self.plan, self.state, run_id=RUN, original=self.payloads.get(action.about))
        intended = SendIntended(
            key=action.key,
            message=action.message,
            channel=action.channel,
            to=action.to,
            method=action.method,
            language=action.language,
            attempt=action.attempt,
            repeat_of=action.repeat_of,
            figures=rendered.figures,
            about=action.about,
        )
        payload = json.dumps(rendered.payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self.payloads[action.key] = rendered.payload
        self.record(intended, payload=payload.encode())
        seq = self.state.head.seq
        left = json.loads(payload.replace("{code:ack}", f"{seq}.ack.{'A' * 22}")) | {"channel": action.to}
        service_at = self.now + self.ahead
        ts = f"{int(service_at.timestamp())}.{service_at.microsecond:06d}"
        if action.method is Method.CLOSE:
            left |= self.state.sends[action.about].ref
            ts = left["ts"]
        posted = action.method is not Method.ANSWER
        ended = SendEnded(
            key=action.key,
            attempt=action.attempt,
            outcome=Outcome.ACCEPTED,
            ref={"channel": action.to, "ts": ts} if posted else {},
            service_at=service_at,
            exchanges=(self.exchange("chat.postMessage"),),
        )
        answer = {"ok": True, "channel": action.to, "ts": ts}
        self.record(ended, request_0=json.dumps(left).encode(), response_0=json.dumps(answer).encode())

    def press(self) -> None:
        self.now += timedelta(seconds=15)
        key = next(key for key in self.state.sends if key.startswith("drill//") and "@" in key)
        sent = self.state.sends[key]
        acted_at = self.now + self.ahead
        acted = f"{int(acted_at.timestamp())}.{acted_at.microsecond:06d}"
        press_id = f"slack:{sent.ref['channel']}:{sent.ref['ts']}:U00000002:{acted}"
        pressed = ButtonPressed(
            press_id=press_id,
            channel="alerts",
            service_user="U00000002",
            message_key=key,
            button="ack",
            authentic=True,
            ref=dict(sent.ref),
            service_at=acted_at,
            answer_to={"press_id": press_id},
        )
        received = {
            "type": "block_actions",
            "user": {"id": "U00000002"},
            "container": {"channel_id": sent.ref["channel"], "message_ts": sent.ref["ts"]},
            "actions": [{"value": f"{sent.seq}.ack.{'A' * 22}", "action_ts": acted}],
        }
        self.record(pressed, received=json.dumps(received).encode())

    def exchange(self, operation: str) -> Exchange:
        return Exchange(
            service="invented",
            operation=operation,
            address="https://example.invalid/",
            status=200,
            sent_at=self.now,
            received_at=self.now + TICK,
        )

    @property
    def looks(self) -> int:
        """How many looks the plan's watch has."""
        return self.plan.watch.length // self.plan.watch.every if self.plan.watch else 0

    def write(self, folder: Path) -> Path:
        write_evidence(self.ledger, RUN, folder, load_plan=lambda data: load_plan(data, self.looks), render=render)
        return folder
