"""The points at which a run's process can die, and what kills it at one of them.

Between two of these a process changes nothing that outlives it. Its ledger changes with an append, so there is a point
before and after each; the outside world changes with a call, so there is one before its request leaves and one when
its answer is here and the ledger does not know it yet. What comes in is recorded by an append before it is confirmed
to the service, so that the two sides of that append are the two sides of a press as well.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bongsu.core.event_kinds import KIND_OF
from bongsu.core.events import ButtonPressed, ListeningChanged, PhaseEntered
from bongsu.core.unsettled import ANSWER
from bongsu.ledger.codec import decode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bongsu.channels._port import Channel, Outgoing, SendOutcome
    from bongsu.core.events import Event, SwitchState
    from bongsu.ledger._port import Draft, Entry, Ledger, Row
    from bongsu.probes._port import Probe, ReadOutcome
    from bongsu.run.drivers import Drivers
    from bongsu.targets._port import SwitchOutcome, Target
    from bongsu.wire import Finding


@dataclass(slots=True)
class Trap:
    """Counts the points that this process comes to, and kills it at the one that it was set for.

    A point is named by what happens there, and from its second time on by which time it is: `after send start//alerts`,
    `before append observed watch/1/runs (2)`. `#7` is the seventh point, whatever that is. `trace` gets every name.
    """

    at: str
    trace: Path | None = None
    _times: Counter[str] = field(default_factory=Counter)
    _reached: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reach(self, what: str) -> None:
        """Come to a point; does not return from the one that kills."""
        with self._lock:
            self._reached += 1
            self._times[what] += 1
            name = what if self._times[what] == 1 else f"{what} ({self._times[what]})"
            if self.trace is not None:
                with self.trace.open("a", encoding="utf-8") as file:
                    file.write(name + "\n")
            if self.at in (name, f"#{self._reached}"):
                os.kill(os.getpid(), signal.SIGKILL)


def said_of(event: Event) -> str:
    """What a line is called by: its kind, and what it is about."""
    match event:
        case PhaseEntered():
            about = str(event.phase)
        case ListeningChanged():
            about = f"{event.channel} {event.state}"
        case ButtonPressed():
            about = event.button
        case _:
            about = named(str(getattr(event, "key", "")))
    return f"{KIND_OF[type(event)]} {about}".strip()


def named(key: str) -> str:
    """What a send is called by: its key, but for an answer, whose key holds an id that the service has drawn."""
    return "answer" if key.startswith(ANSWER) else key


class TrappedLedger:
    """A ledger whose process can die on either side of all that it stores."""

    def __init__(self, ledger: Ledger, trap: Trap) -> None:
        self._ledger = ledger
        self._trap = trap

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def create(self, *args: Any, **more: Any) -> None:
        self._trap.reach("before create")
        self._ledger.create(*args, **more)
        self._trap.reach("after create")

    def begin(self, draft: Draft, *args: Any, **more: Any) -> Any:
        said = " + ".join(said_of(decode(row.line).event) for row in draft.batch.rows)
        self._trap.reach(f"before begin {said}")
        lease = self._ledger.begin(draft, *args, **more)
        self._trap.reach(f"after begin {said}")
        return lease

    def append(self, run_id: str, after: Any, entries: Sequence[Entry], **more: Any) -> tuple[Row, ...]:
        said = " + ".join(said_of(entry.event) for entry in entries)
        self._trap.reach(f"before append {said}")
        rows = self._ledger.append(run_id, after, entries, **more)
        self._trap.reach(f"after append {said}")
        return rows


class TrappedChannel:
    """A channel whose process can die before a message leaves, and when the service has taken it."""

    def __init__(self, channel: Channel, name: str, trap: Trap) -> None:
        self._channel = channel
        self._name = name
        self._trap = trap

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    def send(self, outgoing: Outgoing) -> SendOutcome:
        self._trap.reach(f"before send {named(outgoing.key)}")
        outcome = self._channel.send(outgoing)
        self._trap.reach(f"after send {named(outgoing.key)}")
        return outcome

    def preflight(self, people: Mapping[str, str]) -> Sequence[Finding]:
        self._trap.reach(f"before preflight {self._name}")
        findings = self._channel.preflight(people)
        self._trap.reach(f"after preflight {self._name}")
        return findings


class TrappedTarget:
    """A target whose process can die before the switching leaves, and when it has been done."""

    def __init__(self, target: Target, trap: Trap) -> None:
        self._target = target
        self._trap = trap

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)

    def switch(self, which: str, to: SwitchState) -> SwitchOutcome:
        self._trap.reach(f"before switch {which} {to}")
        outcome = self._target.switch(which, to)
        self._trap.reach(f"after switch {which} {to}")
        return outcome

    def preflight(self) -> Sequence[Finding]:
        self._trap.reach("before preflight target")
        findings = self._target.preflight()
        self._trap.reach("after preflight target")
        return findings


class TrappedProbe:
    """A probe whose process can die on either side of a question."""

    def __init__(self, probe: Probe, trap: Trap) -> None:
        self._probe = probe
        self._trap = trap

    def __getattr__(self, name: str) -> Any:
        return getattr(self._probe, name)

    def read(self, reading: str, args: Mapping[str, Any]) -> ReadOutcome:
        self._trap.reach(f"before read {reading}")
        outcome = self._probe.read(reading, args)
        self._trap.reach(f"after read {reading}")
        return outcome


def trapped(drivers: Drivers, trap: Trap) -> Drivers:
    """The drivers, each between the two sides of its calls."""
    return replace(
        drivers,
        channels={name: TrappedChannel(channel, name, trap) for name, channel in drivers.channels.items()},
        probes={name: TrappedProbe(probe, trap) for name, probe in drivers.probes.items()},
        target=None if drivers.target is None else TrappedTarget(drivers.target, trap),
    )
