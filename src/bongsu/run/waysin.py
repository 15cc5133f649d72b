"""The ways in of many runs: one for each account that a press can come from, held by one process at a time.

Two that poll one bot would take each other's presses, so that a worker asks the ledger for the right to listen. A press
names its run by its code, whichever plan that run belongs to.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from bongsu.core.codes import ButtonCodes, CodesOfAll
from bongsu.errors import LedgerError
from bongsu.inbound import InMemoryAddresses, open_inbound
from bongsu.inbound._port import ListeningChange, PressReceived

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime, timedelta

    from bongsu.core.codes import Code
    from bongsu.core.plan import ChannelSpec
    from bongsu.inbound._port import Inbound
    from bongsu.ledger._port import Hold, Ledger
    from bongsu.run.served import Served

STOP_S = 30.0
AGAIN_S = 0.5
"""When a press is offered to the ledger again that it did not take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _CodesOfPlans(ButtonCodes):
    """Checks what was pressed in an account against every plan that uses it, under the plan's own channel name."""

    each: tuple[tuple[str, CodesOfAll], ...] = ()

    def check(self, channel: str, code: str) -> Code | None:
        """Return what a code names, or None when it is of none of the plans."""
        del channel
        found = (codes.check(name, code) for name, codes in self.each)
        return next((code for code in found if code is not None), None)


class _Answers(InMemoryAddresses):
    """Tells the channels of every plan that uses an account where a press can be answered."""

    def __init__(self, users: Sequence[tuple[Served, ChannelSpec]]) -> None:
        super().__init__()
        self._users = users

    def remember(self, press_id: str, address: str) -> None:
        """Keep the address with every channel that could be asked to answer."""
        for served, _ in self._users:
            served.wiring.answers.remember(press_id, address)


@dataclass(slots=True, kw_only=True)
class _Way:
    """One account: who uses it, and what is known of the way in from it."""

    account: str
    users: list[tuple[Served, ChannelSpec]]
    state: str = ""
    reason: str = ""
    thread: threading.Thread | None = None
    stopping: threading.Event = field(default_factory=threading.Event)


class WaysIn:
    """Listens between `start` and `stop` to what this process has the right to listen to."""

    def __init__(
        self,
        ledger: Ledger,
        served: Sequence[Served],
        *,
        owner: str,
        lease_for: timedelta,
        now: Callable[[], datetime],
        press: Callable[[str, PressReceived], bool],
        unnamed: Callable[[], Iterable[str]],
        changed: Callable[[str, str, str], None],
    ) -> None:
        """Open nothing yet.

        Args:
            ledger: where the right to listen is asked for.
            served: the plans.
            owner: this process, unlike any other.
            lease_for: for how long the right is taken at a time.
            now: the runs' clock.
            press: given the account and the press, returns whether the ledger holds it.
            unnamed: returns the runs whose names are too long for a code.
            changed: told of the channels of an account, whether they are open, and why not.
        """
        self._ledger = ledger
        self._owner = owner
        self._lease_for = lease_for
        self._now = now
        self._press = press
        self._unnamed = unnamed
        self._changed = changed
        self._ways: dict[str, _Way] = {}
        self._plans = len(served)
        for plan in served:
            for name, (_, account) in plan.outlets.items():
                if plan.plan.channels[name].presses:
                    way = self._ways.setdefault(account, _Way(account=account, users=[]))
                    way.users.append((plan, plan.plan.channels[name]))

    def start(self) -> None:
        """Begin to ask for the right to listen, and listen with it."""
        for way in self._ways.values():
            way.thread = threading.Thread(target=self._attend, args=(way,), name=f"way-{way.account}", daemon=True)
            way.thread.start()

    def stop(self) -> None:
        """Stop listening, let others have the right, and wait for the threads."""
        for way in self._ways.values():
            way.stopping.set()
        for way in self._ways.values():
            if way.thread is not None:
                way.thread.join(timeout=STOP_S)

    def states(self, served: Served) -> dict[str, tuple[str, str]]:
        """Return, by a plan's channels, whether this process receives presses from there, where it has tried to."""
        found = {}
        for name, (_, account) in served.outlets.items():
            way = self._ways.get(account)
            if way is not None and way.state:
                found[name] = (way.state, way.reason)
        return found

    def _attend(self, way: _Way) -> None:
        third_s = self._lease_for.total_seconds() / 3
        while not way.stopping.is_set():
            hold = self._hold(way)
            if hold is not None:
                self._listen(way, hold, third_s)
            way.stopping.wait(third_s)

    def _hold(self, way: _Way) -> Hold | None:
        try:
            return self._ledger.hold(f"listens {way.account}", self._owner, self._lease_for)
        except LedgerError:
            return None  # asked again in a moment; whoever drives the runs says what is wrong with the ledger

    def _listen(self, way: _Way, hold: Hold, third_s: float) -> None:
        inbound = self._open(way)
        inbound.start()
        try:
            while not way.stopping.wait(third_s):
                try:
                    hold = self._ledger.renew_hold(hold, self._lease_for)
                except LedgerError:
                    break  # another process has the right, or nobody can say: then it is not ours
        finally:
            inbound.stop()
            way.state = ""
            if way.stopping.is_set():
                # Where it cannot be let go it is over in a moment of its own accord.
                with suppress(LedgerError):
                    self._ledger.let_go(hold)

    def _open(self, way: _Way) -> Inbound:
        each = tuple(
            (spec.name, CodesOfAll(run_id="", key=served.wiring.button_key(), unnamed=partial(self._names, way)))
            for served, spec in way.users
        )
        served, spec = way.users[0]
        inbound = open_inbound(
            spec,
            resolve=served.wiring.store.resolve,
            codes=_CodesOfPlans(run_id="", key=b"", each=each),
            redactor=served.redactor,
            answers=_Answers(way.users),
            deliver=lambda received: self._deliver(way, received),
            now=self._now,
        )
        assert inbound is not None, "a channel that takes presses has a way in"
        return inbound

    def _names(self, way: _Way) -> Iterable[str]:
        """Return the runs whose names are too long for a code, once the ledger tells; none when listening ends."""
        while True:
            try:
                return tuple(self._unnamed())
            except LedgerError:
                if way.stopping.wait(AGAIN_S):
                    return ()

    def _deliver(self, way: _Way, received: PressReceived | ListeningChange) -> bool:
        if way.stopping.is_set():
            return False
        if isinstance(received, PressReceived):
            # A way in that is told no ends for good; the ledger may only be full, or away for a moment.
            while not self._press(way.account, received):
                if way.stopping.wait(AGAIN_S):
                    return False
            return True
        way.state, way.reason = received.state, received.reason
        self._changed(self._named(way), received.state, received.reason)
        return True

    def _named(self, way: _Way) -> str:
        """Return the channels that an account is in the plans, each with its plan's name where there are several."""
        if self._plans == 1:
            return ", ".join(spec.name for _, spec in way.users)
        return ", ".join(f"{served.name}/{spec.name}" for served, spec in way.users)


def as_in(served: Served, account: str, received: PressReceived) -> PressReceived:
    """Return a press with the name that its plan has for the channel it came from."""
    name = next((name for name, (_, other) in served.outlets.items() if other == account), received.channel)
    return replace(received, channel=name)
