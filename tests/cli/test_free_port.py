"""Where a rehearsal listens."""

from __future__ import annotations

from bongsu.cli.world_chats import LISTEN_FROM, free_port

HANDED_OUT_FROM = 32_768
"""Linux, ip_local_port_range: from there on a port may become that of somebody's call between two lines of a test."""


def test_no_call_of_another_process_takes_the_port_that_a_rehearsal_has_chosen() -> None:
    assert all(LISTEN_FROM <= free_port() < HANDED_OUT_FROM for _ in range(20))
