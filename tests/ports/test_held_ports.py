"""That a test's port stays its own until it is through with it."""

from __future__ import annotations

import socket
import sys

import pytest
from tests.ports.held_ports import free_port

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a port is held on Linux alone")


def bound(port: int) -> None:
    """Choose that port, as another process would."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))


def test_nobody_else_is_given_a_port_before_its_server_listens_nor_after() -> None:
    port = free_port()
    for _ in range(2):
        with pytest.raises(OSError, match="in use"):
            bound(port)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        with socket.create_server(("127.0.0.1", port)), pytest.raises(OSError, match="in use"):
            socket.create_server(("127.0.0.1", port))
