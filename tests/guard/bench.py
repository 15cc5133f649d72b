"""A guard on a bench: its real ear, watch, rules and ledger, in virtual time, beside a run that beats when told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from typing import Any

from bongsu.channels._port import Accepted, Outgoing
from bongsu.core.beats import Answer, Side, Standing, What, Word, answer_of, sealed
from bongsu.core.events import Phase, PhaseEntered, RunOpened, SwitchState
from bongsu.core.guard_events import Heart, HeartbeatsChanged, Safe
from bongsu.core.kinds import RunKind
from bongsu.core.plan import GuardSpec, Plan
from bongsu.inbound._listener import Reply, Request
from bongsu.ledger.codec import decode
from bongsu.ledger.memory import MemoryLedger
from bongsu.probes._port import ReadDone
from bongsu.run.acting import Acting
from bongsu.run.book import Book
from bongsu.run.clock import Step
from bongsu.run.drivers import Drivers
from bongsu.run.guard_ear import Ear, Heard
from bongsu.run.guard_sight import Signs
from bongsu.run.guard_watch import Watch
from bongsu.run.perform import Result
from bongsu.targets._port import SwitchDone
from bongsu.wire import Wire
from tests.core.world import plan as cutover

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
EVERY, SILENT_AFTER = 5 * SECOND, 30 * SECOND
RUN, GUARD_RUN = "cutover-1", "guard-cutover-1"
KEY = b"k" * 32
RULE_BODY = b'{"Name": "new", "State": "%s"}'


def plan(then: str = "restore") -> Plan:
    """The cutover with a guard that is to be heard every five seconds."""
    guard = GuardSpec(
        address="http://127.0.0.1:8090",
        key="env:KEY",
        every=EVERY,
        silent_after=SILENT_AFTER,
        then=then,  # type: ignore[arg-type]
        policy="critical",
    )
    return replace(cutover(), guard=guard, digest="0" * 64)


@dataclass(slots=True)
class BenchClock:
    """Stands until the bench moves it."""

    time: datetime = START
    source: str = "bench"

    def now(self) -> datetime:
        return self.time

    read = now

    def at(self, mono: float) -> datetime:
        del mono
        return self.time

    def stepped(self) -> tuple[Step, ...]:
        return ()

    def wait(self, until: datetime | None, inbox: SimpleQueue[Any], *, idle: bool) -> Any | None:
        raise NotImplementedError

    def close(self) -> None:
        """Do nothing."""


@dataclass(slots=True)
class Store:
    """What the guard can see of the run elsewhere; None when it sees nothing."""

    signs_now: Callable[[], Signs | None] = lambda: None
    held: bool | None = False

    def signs(self, run_id: str) -> Signs | None:
        assert run_id == RUN
        return self.signs_now()

    def driven(self, run_id: str) -> bool | None:
        assert run_id == RUN
        return self.held


class Outside:
    """The target's rule and chats that take everything."""

    kind = "bench"
    endpoint = "http://127.0.0.1:1"

    def __init__(self) -> None:
        self.rule = "ENABLED"
        self.sent: list[str] = []
        self.switched: list[str] = []

    def send(self, outgoing: Outgoing) -> Accepted:
        self.sent.append(outgoing.key)
        return Accepted(ref={"chat_id": "1", "message_id": str(len(self.sent))}, service_at=None, wires=())

    def switch(self, which: str, to: SwitchState) -> SwitchDone:
        self.switched.append(f"{which} {to}")
        self.rule = "ENABLED" if to is SwitchState.ENABLED else "DISABLED"
        return SwitchDone(wires=())

    def read(self, reading: str, args: Any) -> ReadDone:
        del reading, args
        return ReadDone(wires=(_wire(RULE_BODY % self.rule.encode()), _wire(b'{"Targets": []}')))


def _wire(body: bytes) -> Wire:
    return Wire(service="events", operation="DescribeRule", address="", request=b"", response=body, status=200)


class Plain:
    """Cleans nothing."""

    def clean(self, data: bytes) -> bytes:
        return data


@dataclass
class Bench:
    """One guard that has been handed a run."""

    then: str = "restore"
    store: Store | None = None
    clock: BenchClock = field(default_factory=BenchClock)
    outside: Outside = field(default_factory=Outside)
    phase: Phase = Phase.OBSERVING
    safe: Safe = Safe.OFF
    number: int = 0
    results: deque[Result] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.plan = plan(self.then)
        self.ledger = MemoryLedger()
        self.ledger.create(GUARD_RUN, START)
        self.open()
        opened = RunOpened(
            plan_sha256=self.plan.digest,
            cutover="x",
            program="bongsu",
            endpoints={},
            clock="bench",
            go_by="",
            kind=RunKind.GUARD,
        )
        self.book.append(START, "guard", opened)
        armed = HeartbeatsChanged(run=RUN, state=Heart.ARMED, phase=self.phase, safe=self.safe, last_at=START)
        self.book.append(START, "guard", armed)
        self.settle()

    def open(self) -> None:
        """Start the guard's process, anew if it ran before: its memory is its ledger, its session is new."""
        self.book = Book(self.plan, self.ledger, GUARD_RUN, Plain())
        self.book.catch_up()
        drivers = Drivers(
            channels=dict.fromkeys(self.plan.channels, self.outside),  # type: ignore[arg-type]
            probes={"target_rule": self.outside},  # type: ignore[dict-item]
            target=self.outside,  # type: ignore[arg-type]
            cleaner=Plain(),
            endpoints={},
            listen=lambda _deliver: (),
        )
        self.acting = Acting(self.book, drivers, self.clock, lambda effect: self.results.append(effect()))
        self.watch = Watch(self.book, self.clock, self.store, ways_in=lambda: ())  # type: ignore[arg-type]
        self.ear = Ear(None, KEY, self._taken)  # type: ignore[arg-type]

    def _taken(self, heard: Heard) -> None:
        assert self.watch.takes(heard)

    def settle(self) -> datetime | None:
        """Let the guard's loop go round until it waits; return until when."""
        while True:
            until = self.acting.act()
            while self.results:
                self.acting.record(self.results.popleft())
                until = self.clock.time
            due = self.watch.turn(self.clock.time)
            wake = min((at for at in (until, due) if at is not None), default=None)
            if wake is None or wake > self.clock.time:
                return wake

    def wait(self, until: datetime) -> None:
        """Let time pass, with every moment at which the guard wakes."""
        while (wake := self.settle()) is not None and wake <= until:
            self.clock.time = wake
        self.clock.time = until
        self.settle()

    def say(self, what: What = What.BEAT, **changes: Any) -> Answer | int:
        """Have the run say a word over the guard's ear, and return the answer or the status that refused it."""
        self.number += 1
        word = Word(
            what=what,
            run=RUN,
            session=self.ear.session,
            number=self.number,
            plan=self.plan.digest,
            phase=self.phase,
            safe=self.safe,
        )
        return self.hear(sealed(changes.pop("key", KEY), Side.RUN, replace(word, **changes)))

    def hear(self, body: bytes) -> Answer | int:
        """Put bytes to the ear."""
        reply = self.ear.handle(Request(headers=None, body=body))  # type: ignore[arg-type]
        self.settle()
        if not isinstance(reply, Reply):
            return reply
        answer = answer_of(KEY, reply.body)
        assert answer is not None
        return answer

    @property
    def phases(self) -> list[Phase]:
        """Every phase that the guard's run went through."""
        events = (decode(row.line).event for row in self.ledger.rows(GUARD_RUN))
        return [event.phase for event in events if isinstance(event, PhaseEntered)]

    @property
    def acted(self) -> bool:
        """Whether the guard did anything to anybody."""
        return bool(self.outside.sent or self.outside.switched) or Phase.DECIDING in self.phases

    @property
    def lines(self) -> int:
        """How long its ledger is."""
        return self.ledger.head(GUARD_RUN).seq


__all__ = ["EVERY", "GUARD_RUN", "KEY", "RUN", "SECOND", "SILENT_AFTER", "START", "Bench", "Standing", "Store"]
