"""Whether a path in is open, told to the ledger once per change; and how long to wait after a failure."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bongsu.inbound._port import ListeningChange

if TYPE_CHECKING:
    from bongsu.inbound._port import Deliver

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0


class Listening:
    """The state of one path in; used by its supervising thread alone."""

    def __init__(self, channel: str, deliver: Deliver) -> None:
        self._channel = channel
        self._deliver = deliver
        self._state = ""
        self._wait_s = FIRST_WAIT_S

    def opened(self) -> bool:
        """Record that presses arrive (again); False when the run is over."""
        self._wait_s = FIRST_WAIT_S
        return self._change("open", "")

    def lost(self, reason: str) -> bool:
        """Record that presses may be missed, once per loss; False when the run is over."""
        return self._change("lost", reason)

    def wait_s(self, asked_s: int | None = None) -> float:
        """Return the seconds to wait before the next attempt: doubling, or what the service asks for."""
        wait_s, self._wait_s = self._wait_s, min(self._wait_s * 2, LONGEST_WAIT_S)
        return wait_s if asked_s is None else max(float(asked_s), FIRST_WAIT_S)

    def _change(self, state: str, reason: str) -> bool:
        if state == self._state:
            return True
        self._state = state
        change = ListeningChange(channel=self._channel, state=state, reason=reason, received_mono=time.monotonic())
        return self._deliver(change)
