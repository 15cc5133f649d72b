"""Pages and drills by themselves, played through the real rules, messages and reports, with a made-up Telegram."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bongsu.core.actions import Close, Conclude, Send
from bongsu.core.actors import actor_of
from bongsu.core.chain import START
from bongsu.core.decide import decide, wake_at
from bongsu.core.events import (
    ButtonPressed,
    Event,
    Exchange,
    Method,
    OperatorAsked,
    Order,
    Outcome,
    RunClosed,
    RunOpened,
    SendEnded,
    SendIntended,
)
from bongsu.core.kinds import Raised, RunKind
from bongsu.core.state import RunState, evolve
from bongsu.ledger._port import Entry
from bongsu.ledger.codec import decode
from bongsu.ledger.memory import MemoryLedger
from bongsu.messages import render
from bongsu.planfile import load_bytes
from bongsu.run.perform import payload_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

PLAN = """\
bongsu: 1
cutover: Booking service
captain: james
timezone: Asia/Seoul
keys: {buttons: env:BONGSU_BUTTON_KEY}
contacts:
  james: {name: James, role: Release Captain, telegram: 100000001}
  on_call: {name: On-Call Engineer, role: Technical Lead, telegram: 100000002}
channels:
  ops_chat: {kind: telegram, chat_id: -1000000000001, token: env:BONGSU_TELEGRAM_TOKEN}
announce: {languages: [LANGUAGE]}
escalation:
  critical:
    ack_sla: 15m
    levels: [{page: [on_call], for: 5m}, {page: [on_call, james], for: 10m}]
    repeat: 0
drill: {policy: critical, everyone: [on_call, james], ack_sla: 15m}
"""
OPENED = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
MATTER = Raised(summary="the disk of db-1 is full <&> *now*", policy="critical", dedup="db-1-disk")
TICK = timedelta(milliseconds=40)


@dataclass
class Night:
    """Plays one run; `people` are who answers after how long, `typed` who does so on the command line.

    To those in `unanswered` the first message leaves and no answer comes from the service; it goes out once more.
    """

    kind: RunKind
    language: str = "en"
    people: dict[str, timedelta] = field(default_factory=dict)
    typed: dict[str, timedelta] = field(default_factory=dict)
    clears: timedelta | None = None
    unanswered: tuple[str, ...] = ()
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    now: datetime = OPENED
    state: RunState = field(default_factory=RunState)
    payloads: dict[str, Any] = field(default_factory=dict)
    coming: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.source = PLAN.replace("LANGUAGE", self.language).encode()
        self.plan = load_bytes(self.source, Path("plan.yaml"))
        self.run = f"{self.kind}-abcdefg"

    def play(self) -> Night:
        """Play to the end."""
        self.ledger.create(self.run, self.now)
        opened = RunOpened(
            plan_sha256=self.plan.digest,
            cutover=self.plan.cutover,
            program="bongsu 0.1.0",
            endpoints={},
            clock="system",
            go_by="james",
            kind=self.kind,
            raised=MATTER if self.kind is RunKind.PAGE else None,
        )
        self.record(opened, plan=self.source)
        for person, after in self.typed.items():
            self.later(after, OperatorAsked(order=Order.ACKNOWLEDGE, by=person))
        if self.clears is not None:
            self.later(self.clears, OperatorAsked(order=Order.CLEAR, by=""))
        while self.state.closed is None:
            actions = decide(self.plan, self.state, self.now)
            if actions:
                self.perform(actions[0])
            else:
                self.wait()
        return self

    def later(self, after: timedelta, event: Event) -> None:
        """Have something recorded at a time, unless the run is over by then."""
        self.coming.append((self.now + after, lambda: self.record(event)))

    def wait(self) -> None:
        """Move the time to what comes next."""
        wake = wake_at(self.plan, self.state, self.now)
        self.now = max(self.now, min([at for at, _ in self.coming] + ([wake] if wake else [])))
        for item in [item for item in self.coming if item[0] <= self.now]:
            self.coming.remove(item)
            item[1]()

    def record(self, event: Event, **blobs: bytes) -> None:
        """Keep one line."""
        self.now += TICK
        named = {name.replace("_", "."): content for name, content in blobs.items()}
        entry = Entry(at=self.now, actor=actor_of(event), event=event, blobs=named)
        (row,) = self.ledger.append(self.run, self.state.head if self.state.opened else START, [entry])
        self.state = evolve(self.plan, self.state, decode(row.line))

    def perform(self, action: Any) -> None:
        """Do what the rules ask for."""
        match action:
            case Send():
                self.send(action)
            case Conclude():
                self.record(action.judged)
            case Close():
                self.record(RunClosed(verdict=action.verdict, why=action.why, exit_code=action.exit_code))

    def send(self, action: Send) -> None:
        """Hand a message to the made-up Telegram, which takes it."""
        original = self.payloads.get(action.about)
        rendered = render(action, self.plan, self.state, run_id=self.run, original=original)
        self.payloads[action.key] = rendered.payload
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
        payload = payload_bytes(rendered.payload)
        self.record(intended, payload=payload)
        if action.attempt == 1 and person_of(action) in self.unanswered:
            self.record(SendEnded(key=action.key, outcome=Outcome.IN_DOUBT, reason="no answer came"))
            return
        self.taken(action, payload)

    def taken(self, action: Send, payload: bytes) -> None:
        """Have the made-up Telegram answer that it took the message."""
        seq = self.state.head.seq
        code = f"{seq}.ack.{self.run}.{'A' * 22}"
        ref = {"chat_id": action.to, "message_id": str(seq)}
        if action.method is not Method.POST:
            ref = dict(self.state.sends[action.about].ref) if action.method is Method.CLOSE else {}
        exchange = Exchange(service="telegram", operation=action.method, address="https://example.invalid/", status=200)
        at = self.now.replace(microsecond=0) if ref else None
        answer: dict[str, Any] = {"ok": True, "result": True}
        if at is not None:
            named = {"message_id": int(ref["message_id"]), "chat": {"id": int(ref["chat_id"])}}
            answer["result"] = named | {"date": int(at.timestamp())}
        left = json.loads(payload.decode().replace("{code:ack}", code)) | ref
        ended = SendEnded(
            key=action.key,
            attempt=action.attempt,
            outcome=Outcome.ACCEPTED,
            ref=ref,
            service_at=at,
            exchanges=(exchange,),
        )
        self.record(ended, request_0=json.dumps(left).encode(), response_0=json.dumps(answer).encode())
        if action.method is Method.POST and action.message in ("page", "drill"):
            self.shown(action, ref, code)

    def shown(self, action: Send, ref: dict[str, str], code: str) -> None:
        """Let whoever gets a message press its button after a while, once."""
        person = person_of(action)
        after = self.people.pop(person, None)
        if after is not None:
            press = ButtonPressed(
                press_id=f"telegram:{person}",
                channel="ops_chat",
                service_user=action.to,
                message_key=action.key,
                button="ack",
                authentic=True,
                ref=ref,
            )
            query = {
                "id": person,
                "from": {"id": int(action.to)},
                "message": {"message_id": int(ref["message_id"]), "chat": {"id": int(ref["chat_id"])}},
                "data": code,
            }
            received = json.dumps({"callback_query": query}).encode()
            self.coming.append((self.now + after, lambda: self.record(press, received=received)))


def person_of(action: Send) -> str:
    """Return whom a message is for; of one to a group its channel."""
    return action.key.partition("//")[2].partition("@")[0]
