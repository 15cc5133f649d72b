"""Ports for what a test listens at: nobody else is given one between its choice and its use, nor between two uses."""

from __future__ import annotations

import secrets
import socket
import sys
from collections import deque

from bongsu.cli.world_chats import LISTEN_FROM, LISTEN_PORTS
from bongsu.cli.world_chats import free_port as unheld_port

HELD_MOST = 200
"""So many a process holds; whoever chose the one before them is through with it."""
_held: deque[socket.socket] = deque()


def free_port() -> int:
    """Return a port that nobody else is given, for this process and for those that it starts.

    Tests run beside each other, and a process takes seconds to come to where it listens. On Linux a port can be bound
    to without listening at it: that keeps away whoever binds as is done here, and lets in whoever comes to listen with
    SO_REUSEADDR, as every server does. Elsewhere it would keep those away too.
    """
    if sys.platform != "linux":
        return unheld_port()
    while True:
        held = socket.socket()
        port = LISTEN_FROM + secrets.randbelow(LISTEN_PORTS)
        try:
            held.bind(("127.0.0.1", port))
        except OSError:
            held.close()
            continue
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _held.append(held)
        if len(_held) > HELD_MOST:
            _held.popleft().close()
        return port
