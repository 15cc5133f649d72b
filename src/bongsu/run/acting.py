"""What is done for one run: act on its state, write down before, record after. Who drives it waits and wakes.

The loop drives one run with a thread of its own; a worker drives many, each for as long as something is to be done.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, assert_never

import msgspec

from bongsu.checks import judge
from bongsu.core.actions import Close, Conclude, Enter, Judge, Read, Resolve, Send, Switch
from bongsu.core.actors import actor_of
from bongsu.core.agenda import LOOKABLE
from bongsu.core.decide import look
from bongsu.core.events import (
    Judged,
    Method,
    PhaseEntered,
    ReadFailed,
    RunClosed,
    SendIntended,
    SwitchIntended,
)
from bongsu.inbound._port import PressReceived
from bongsu.ledger.blobs import content_of
from bongsu.messages import render
from bongsu.run.leaving import LEFT_BEFORE_THE_CALL
from bongsu.run.perform import (
    Result,
    listening_event,
    not_begun,
    outgoing_of,
    payload_bytes,
    perform_read,
    perform_send,
    perform_switch,
    press_event,
    step_event,
)
from bongsu.run.tenure import LOST_BEFORE_THE_CALL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bongsu.core.actions import Action
    from bongsu.inbound._port import ListeningChange
    from bongsu.run.book import Book
    from bongsu.run.clock import Clock
    from bongsu.run.drivers import Drivers

    Begin = Callable[[Callable[[], Result]], None]
    Admits = Callable[[Action], bool]


class Gate(Protocol):
    """Says when a message may leave, where its service is shared with other runs."""

    def asks(self, action: Send, now: datetime) -> datetime | None:
        """Return None when it may leave now, which is then counted, or when to ask again."""
        ...

    def missed(self, action: Send) -> None:
        """Take back what was counted: it has not left after all."""
        ...


class Acting:
    """One run in the hands of whoever drives it; used by one thread at a time."""

    def __init__(
        self,
        book: Book,
        drivers: Drivers,
        clock: Clock,
        begin: Begin,
        *,
        gate: Gate | None = None,
        admits: Admits = lambda _: True,
    ) -> None:
        """`begin` has an effect performed elsewhere; its result comes back to `record`.

        `admits` is asked before each action, and returns False when it has recorded something: then it is decided anew.
        It refuses nothing where there is a `gate`: what that has counted would not be taken back.
        """
        self.book = book
        self.drivers = drivers
        self.clock = clock
        self.in_flight: set[str] = set()
        """Keys of the effects that have begun and have no result yet."""
        self.begins = True
        """Whether an effect that was handed over and waits for its turn is still begun."""
        self._begin = begin
        self._gate = gate
        self._admits = admits

    def act(self) -> datetime | None:
        """Perform what is to be done, one action at a time, each on the state that the one before left.

        Return when to look again; None when the run is over, or only an answer from outside can move it.
        """
        seen = None
        while True:
            now = self.now()
            for step in self.clock.stepped():
                self.book.append(now, "bongsu", step_event(step))
            plan, state = self.book.plan, self.book.state
            if seen != (state.head, now):
                # Behind the same line, at the same moment, the rules ask for the same: a reading has just begun.
                actions, wake = look(plan, state, now)
                seen = state.head, now
            action, free = self._first(actions, now)
            if action is None:
                return min((at for at in (wake, free) if at is not None), default=None)
            if self._admits(action):
                self._perform(action, now)
            if self.book.state.closed is not None:
                return None

    def _first(self, actions: Sequence[Action], now: datetime) -> tuple[Action | None, datetime | None]:
        """Return the first action that may be done now, and when the first that must wait for others' messages may."""
        frees: list[datetime] = []
        for action in actions:
            if action.key in self.in_flight:
                continue
            free = self._gate.asks(action, now) if self._gate is not None and isinstance(action, Send) else None
            if free is None:
                return action, None
            frees.append(free)
        return None, min(frees, default=None)

    def now(self) -> datetime:
        """Return the run's time, never before its newest line: what is decided can be decided again from the ledger."""
        now = self.clock.now()
        return now if self.book.state.at is None else max(now, self.book.state.at)

    def record(self, result: Result) -> None:
        """Store what an effect came to; it is still under way when the ledger cannot take it."""
        event = result.event
        # A reading that was not begun has said nothing: whoever goes on asks for itself.
        if not (isinstance(event, ReadFailed) and event.reason == LEFT_BEFORE_THE_CALL):
            self.book.keep(self.now(), result)
        self.in_flight.discard(result.key)

    def receive(self, received: PressReceived | ListeningChange) -> None:
        """Store what came from outside: a press once, however often it was delivered."""
        if not isinstance(received, PressReceived):
            change = listening_event(received)
            self.book.append(self.now(), actor_of(change), change)
        elif received.press_id not in self.book.state.presses:
            event, blobs = press_event(self.book.state, received)
            self.book.append(self.now(), actor_of(event), event, blobs)

    def _perform(self, action: Action, now: datetime) -> None:
        match action:
            case Read():
                asked = self._of_this_run(action)
                self._start(asked, lambda: perform_read(self.drivers, self.clock, asked))
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
                    self._start(action, lambda: perform_switch(self.drivers, self.clock, action))
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
        """Return the reading with the run's name, where what is looked for bears it and is not said to be another's."""
        if action.reading not in LOOKABLE.values():
            return action
        return replace(action, args={"run": self.book.run_id, **action.args})

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
            if self._gate is not None:
                self._gate.missed(action)
            return
        outgoing = outgoing_of(state, action, rendered.payload, recorded.seq, run_id=self.book.run_id)
        self._start(action, lambda: perform_send(self.drivers, self.clock, action, outgoing))

    def _original(self, action: Send) -> Mapping[str, Any] | None:
        if action.method is not Method.CLOSE:
            return None
        digest = self.book.payload_of(action.about)
        original: dict[str, Any] = msgspec.json.decode(content_of(self.book.ledger.blob(digest)))
        return original

    def _start(self, action: Read | Send | Switch, effect: Callable[[], Result]) -> None:
        self.in_flight.add(action.key)
        tenure = self.book.tenure

        def begun() -> Result:
            # Asked where the call is made: it may have waited for its turn, and this process may have been paused.
            if not self.begins:
                return not_begun(action, LEFT_BEFORE_THE_CALL)
            if tenure is not None and not tenure.lasts_for_a_call():
                return not_begun(action, LOST_BEFORE_THE_CALL)
            return effect()

        self._begin(begun)
