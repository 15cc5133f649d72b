"""Where presses can be answered: Slack's response_url is a secret, so it lives in memory and nowhere else."""

from __future__ import annotations

import threading
from collections import OrderedDict

# Slack lets an address be used for 30 minutes; a run has far fewer presses than this in that time.
ADDRESSES_MAX = 1_000


class InMemoryAddresses:
    """The newest answer addresses by press id, shared by an inbound path and its channel; thread-safe.

    After a restart it is empty: a press recorded before can then no longer be answered, only acted upon.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._addresses: OrderedDict[str, str] = OrderedDict()

    def remember(self, press_id: str, address: str) -> None:
        """Keep the address for answering a press; the oldest goes when there are too many."""
        with self._lock:
            self._addresses[press_id] = address
            if len(self._addresses) > ADDRESSES_MAX:
                self._addresses.popitem(last=False)

    def address(self, press_id: str) -> str | None:
        """Return the address to answer a press, or None when it is not known (any more)."""
        with self._lock:
            return self._addresses.get(press_id)
