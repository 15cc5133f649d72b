"""The services' limits between processes that send as one bot: each message is given its time by the ledger.

All but an alarm's first: those leave at once when their chat is free by all that this process knows, and the others
hear of them a moment later. So no alarm waits for the ledger, and a chat that two alarms find free at the same instant
has the second of them refused. Where nobody else sends, nothing is asked and nothing is told.
"""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.errors import LedgerError
from bongsu.ledger.rooms import Room, Wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bongsu.ledger._port import Ledger
    from bongsu.run.pacer import Under
    from bongsu.run.worker import Worker

SERVES = "serves "
"""What the name begins with under which a process is known to send."""
SPARE = timedelta(milliseconds=100)
"""How much longer a place is than its limit: nobody knows how late another process leaves with the one before."""
SOON = timedelta(seconds=1.5)
"""How soon a message must be able to leave to be given its place: a run that has longer to wait may be let go, and
whoever drives it then knows of no place."""
AT_ONCE = 64
"""Messages that the ledger is asked about in one go."""

_Said = tuple[str, Wanted]
"""A message and what it comes under; without a name it has left."""


class Sharing:
    """Has a pacer know of others between `start` and `stop`."""

    def __init__(self, ledger: Ledger, worker: Worker) -> None:
        """`worker` is who sends in this process."""
        self._ledger = ledger
        self._pacer = worker.pacer
        self._owner = worker.owner
        self._terms = worker.terms
        self._now = worker.clock.now
        self._let_pass = worker.precedence.let_pass
        self._wellness = worker.wellness
        self._said: queue.SimpleQueue[_Said | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._keep, name="bongsu-share", daemon=True)

    def start(self) -> None:
        """Begin to look for others, and to tell them."""
        self._thread.start()

    def stop(self) -> None:
        """Tell nobody any more, and be known to send no longer."""
        if self._thread.is_alive():
            self._said.put(None)
            self._thread.join()

    def left(self, under: Under) -> None:
        """A message leaves that nobody else knows of."""
        self._put("", under)

    def paused(self, name: str, pause: timedelta) -> None:
        """A service wants a chat to be left alone: its one place is taken for so long."""
        self._said.put(("", Wanted(rooms=(Room(name=name, most=1, per=pause),))))

    def waits(self, key: str, under: Under) -> None:
        """A message would leave; the pacer is told when it may."""
        self._put(key, under)

    def _put(self, key: str, under: Under) -> None:
        rooms = tuple(Room(name=name, most=rate.most, per=rate.per + SPARE) for name, rate in under if rate is not None)
        if rooms:
            self._said.put((key, Wanted(rooms=rooms, within=SOON if key else None)))

    def look(self) -> None:
        """Let others know of this process, and begin or end to tell them by whether there are any."""
        self._ledger.hold(f"{SERVES}{self._owner}", self._owner, self._terms.lease_for)
        alone = not set(self._ledger.holders(SERVES)) - {self._owner}
        self._pacer.others = None if alone else self

    def tell(self, said: Sequence[_Said]) -> None:
        """Take room in the ledger for these, and tell the pacer from when on they have it."""
        waits = self._ledger.reserve([wanted for _, wanted in said])
        now = self._now()
        for (key, wanted), wait in zip(said, waits, strict=True):
            if key:
                self._pacer.later(key, now + wait, taken=wanted.within is None or wait <= wanted.within)

    def _keep(self) -> None:
        third_s = self._terms.lease_for.total_seconds() / 3
        looked = float("-inf")
        while True:
            now_s = self._terms.counts()[0]
            if now_s - looked >= third_s:
                looked, proofs = now_s, self._wellness.proofs
                try:
                    self.look()
                except LedgerError as error:
                    # Each process keeps to what it knows itself; and this is how one without alarms hears of it.
                    self._wellness.troubled(error, proofs)
            said, over = self._heard(third_s)
            if over:
                break
            with suppress(LedgerError):
                if said:
                    self._let_pass()
                    self.tell(said)
        self._pacer.others = None
        with suppress(LedgerError):
            hold = self._ledger.hold(f"{SERVES}{self._owner}", self._owner, self._terms.lease_for)
            if hold is not None:
                self._ledger.let_go(hold)

    def _heard(self, within_s: float) -> tuple[list[_Said], bool]:
        """Return what was said since, once there is something, and whether this is to end."""
        said: list[_Said] = []
        with suppress(queue.Empty):
            one = self._said.get(timeout=within_s)
            while one is not None:
                said.append(one)
                if len(said) == AT_ONCE:
                    return said, False
                one = self._said.get_nowait()
            return said, True
        return said, False
