"""The run loop: fold, decide, perform, wait. It knows no rule of its own about what must happen next."""

from __future__ import annotations

import json
import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from queue import Queue
from typing import TYPE_CHECKING, Any, assert_never

from bongsu.checks import judge
from bongsu.core.actions import Close, Conclude, Enter, Judge, Read, Resolve, Send, Switch
from bongsu.core.decide import decide, wake_at
from bongsu.core.events import (
    Judged,
    Method,
    Phase,
    PhaseEntered,
    RunClosed,
    SendIntended,
    SwitchIntended,
)
from bongsu.inbound._port import ListeningChange, PressReceived
from bongsu.ledger.blobs import content_of
from bongsu.messages import render
from bongsu.run.perform import (
    Result,
    listening_event,
    outgoing_of,
    payload_bytes,
    perform_read,
    perform_send,
    perform_switch,
    press_event,
    step_event,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bongsu.core.actions import Action
    from bongsu.run.book import Book
    from bongsu.run.clock import Clock
    from bongsu.run.drivers import Drivers

EFFECTS_AT_ONCE = 8
HELD_EXIT_CODE = 3
"""A held run waits for an order that comes with another command; nothing is left for this process to do."""
ORDERS_EVERY_S = 0.5
"""How often the ledger is looked at for what other processes added, in seconds of this machine's clock."""
RECORD_WITHIN_S = 30.0
"""How long an inbound thread waits for its press to be recorded before it leaves it unconfirmed."""


class LedgerMoved:
    """Says that the ledger holds lines which another process added."""


class Handover:
    """A received fact on its way into the ledger, and the inbound thread that waits for it to be there."""

    def __init__(self, received: PressReceived | ListeningChange) -> None:
        self.received = received
        self.recorded = False
        self._settled = threading.Event()

    def settle(self, *, recorded: bool) -> None:
        """Let the inbound thread go on, with what came of it."""
        self.recorded = recorded
        self._settled.set()

    def wait(self) -> bool:
        """Return whether the ledger holds the fact."""
        return self._settled.wait(RECORD_WITHIN_S) and self.recorded


class Runner:
    """Drives one run to its end, or until it is told to leave."""

    def __init__(
        self, book: Book, drivers: Drivers, clock: Clock, *, pool: Executor | None = None, looks_for_orders: bool = True
    ) -> None:
        """`pool` runs the effects (default: threads). Without `looks_for_orders` no other process adds to the run."""
        self.book = book
        self.drivers = drivers
        self.clock = clock
        self._looks_for_orders = looks_for_orders
        self._inbox: Queue[Any] = Queue()
        self._in_flight: set[str] = set()
        self._opening: set[str] = set()
        self._over = threading.Event()
        self._pool = pool or ThreadPoolExecutor(EFFECTS_AT_ONCE, thread_name_prefix="bongsu-effect")

    def run(self) -> int:
        """Drive the run until it is closed and return its exit code."""
        inbounds = self.drivers.listen(self._deliver)
        if self._looks_for_orders:
            threading.Thread(target=self._watch_ledger, name="bongsu-orders", daemon=True).start()
        try:
            self._opening = {inbound.channel for inbound in inbounds}
            for inbound in inbounds:
                inbound.start()
            while True:
                until = self._act()
                state = self.book.state
                if state.closed is not None:
                    return state.closed.exit_code
                if until is None and not self._in_flight and state.phase is Phase.HELD:
                    return HELD_EXIT_CODE
                # Until each way in has said whether it is open, a rehearsal's night must not pass.
                idle = not self._in_flight and not self._opening
                self._take(self.clock.wait(until, self._inbox, idle=idle))
        finally:
            self._over.set()
            self._release_waiting()
            for inbound in inbounds:
                inbound.stop()
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _act(self) -> datetime | None:
        """Perform what is to be done, one action at a time, each on the state that the one before left."""
        while True:
            now = self._now()
            for step in self.clock.stepped():
                self.book.append(now, "bongsu", step_event(step))
            plan, state = self.book.plan, self.book.state
            action = next((a for a in decide(plan, state, now) if a.key not in self._in_flight), None)
            if action is None:
                return wake_at(plan, state, now)
            self._perform(action, now)
            if self.book.state.closed is not None:
                return None

    def _perform(self, action: Action, now: datetime) -> None:
        match action:
            case Read():
                asked = self._of_this_run(action)
                self._start(action.key, lambda: perform_read(self.drivers, self.clock, asked))
            case Judge():
                self.book.decide(now, self._judged(action))
            case Conclude():
                self.book.decide(now, action.judged)
            case Resolve():
                self.book.decide(now, action.resolved)
            case Enter():
                self.book.decide(now, PhaseEntered(phase=action.phase, why=action.why, detail=action.detail))
            case Send():
                self._send(action, now)
            case Switch():
                intended = SwitchIntended(key=action.key, which=action.which, to=action.to, attempt=action.attempt)
                if self.book.decide(now, intended) is not None:
                    self._start(action.key, lambda: perform_switch(self.drivers, self.clock, action))
            case Close():
                closed = RunClosed(verdict=action.verdict, why=action.why, exit_code=action.exit_code)
                self.book.decide(now, closed)
            case _ as unreachable:
                assert_never(unreachable)

    def _judged(self, action: Judge) -> Judged:
        observations = {reading: self.book.state.observations[key] for reading, key in action.sources.items()}
        result = judge(action.check, observations)
        return Judged(
            key=action.key,
            check=action.check.kind,
            verdict=result.verdict,
            why=result.why,
            figures=result.figures,
            sources=tuple(sorted(observation.seq for observation in observations.values())),
        )

    def _of_this_run(self, action: Read) -> Read:
        """Return the reading with the run's name, where what is looked for bears it."""
        if action.reading != "sent_message":
            return action
        return replace(action, args={**action.args, "run": self.book.run_id})

    def _send(self, action: Send, now: datetime) -> None:
        state = self.book.state
        rendered = render(
            action,
            self.book.plan,
            state,
            run_id=self.book.run_id,
            original=self._original(action),
        )
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
            instead_of=action.instead_of,
        )
        recorded = self.book.decide(now, intended, {"payload": payload_bytes(rendered.payload)})
        if recorded is None:
            return
        outgoing = outgoing_of(state, action, rendered.payload, recorded.seq)
        self._start(action.key, lambda: perform_send(self.drivers, self.clock, action, outgoing))

    def _original(self, action: Send) -> Mapping[str, Any] | None:
        if action.method is not Method.CLOSE:
            return None
        digest = self.book.payloads[action.about]
        original: dict[str, Any] = json.loads(content_of(self.book.ledger.blob(digest)))
        return original

    def _start(self, key: str, effect: Callable[[], Result]) -> None:
        self._in_flight.add(key)
        self._pool.submit(effect).add_done_callback(lambda future: self._inbox.put((key, future)))

    def _take(self, item: Any) -> None:
        while item is not None:
            self._take_one(item)
            item = None if self._inbox.empty() else self._inbox.get_nowait()

    def _now(self) -> datetime:
        """Return the run's time, never before its newest line: what is decided can be decided again from the ledger."""
        now = self.clock.now()
        return now if self.book.state.at is None else max(now, self.book.state.at)

    def _take_one(self, item: Any) -> None:
        now = self._now()
        if isinstance(item, Handover):
            self._record(item, now)
        elif isinstance(item, LedgerMoved):
            self.book.catch_up()
        elif isinstance(item, tuple):
            key, future = item
            self._in_flight.discard(key)
            # A driver that raises has a bug; its effect stays without an outcome, and the run stops here.
            result: Result = future.result()
            self.book.append(now, result.actor, result.event, result.blobs)
        elif isinstance(item, BaseException):
            raise item

    def _record(self, handover: Handover, now: datetime) -> None:
        received = handover.received
        if isinstance(received, PressReceived):
            if received.press_id not in self.book.state.presses:
                event, blobs = press_event(self.book.state, received)
                self.book.append(now, f"{received.channel}:{received.service_user}", event, blobs)
        else:
            self.book.append(now, received.channel, listening_event(received))
            self._opening.discard(received.channel)
        handover.settle(recorded=True)

    def hand_over(self, received: PressReceived | ListeningChange) -> Handover:
        """Put a fact into the inbox, and return what says whether the ledger holds it."""
        handover = Handover(received)
        self._inbox.put(handover)
        return handover

    def note(self, moved: LedgerMoved) -> None:
        """Wake the loop: another process has added to the run."""
        self._inbox.put(moved)

    def _deliver(self, received: PressReceived | ListeningChange) -> bool:
        return not self._over.is_set() and self.hand_over(received).wait()

    def _watch_ledger(self) -> None:
        """Wake the loop when another process adds to the run: an order, or a person's finding."""
        while not self._over.wait(ORDERS_EVERY_S):
            if self.book.ledger.head(self.book.run_id).seq > self.book.state.head.seq:
                self.note(LedgerMoved())

    def _release_waiting(self) -> None:
        """Wake inbound threads whose facts came too late to be recorded; they leave them unconfirmed."""
        while not self._inbox.empty():
            item = self._inbox.get_nowait()
            if isinstance(item, Handover):
                item.settle(recorded=False)
