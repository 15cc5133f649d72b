"""How many connections are attended to at once. Whoever comes then waits; who is long in asking gives way to them."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

GIVES_WAY_AFTER_S = 1.0
"""How long a request may have been arriving before its place goes to one who waits for it."""


class Places:
    """So many connections, and no more; for any thread."""

    def __init__(self, most: int, *, gives_way_after_s: float = GIVES_WAY_AFTER_S) -> None:
        self._most = most
        self._gives_way_after_s = gives_way_after_s
        self._changed = threading.Condition()
        self._taken = 0
        self._arriving: dict[socket.socket, float] = {}
        """Since when each has been arriving, the longest first."""
        self._over = False

    def enter(self, connection: socket.socket) -> bool:
        """Return True once there is a place for a connection, False when none is given any more."""
        with self._changed:
            while self._taken >= self._most and not self._over:
                self._changed.wait(self._made_room_in_s())
            if self._over:
                return False
            self._taken += 1
            self._arriving[connection] = time.monotonic()
            return True

    def arrived(self, connection: socket.socket) -> None:
        """Take note that the whole request is there: its place is its own from now on."""
        with self._changed:
            self._arriving.pop(connection, None)

    def leave(self, connection: socket.socket) -> None:
        """Let the next one have the place."""
        with self._changed:
            self._arriving.pop(connection, None)
            self._taken -= 1
            self._changed.notify()

    def reopen(self) -> None:
        """Give places again."""
        with self._changed:
            self._over = False

    def close(self) -> None:
        """Give no more places, and send away whoever waits for one."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _made_room_in_s(self) -> float | None:
        """Break off the request that has been arriving longest, or return when that may be done; None: not by this."""
        connection, since = next(iter(self._arriving.items()), (None, 0.0))
        if connection is None:
            return None
        left_s = since + self._gives_way_after_s - time.monotonic()
        if left_s > 0:
            return left_s
        del self._arriving[connection]
        with suppress(OSError):
            # It ends the wait of the thread that reads it, which then leaves.
            connection.shutdown(socket.SHUT_RDWR)
        return None
