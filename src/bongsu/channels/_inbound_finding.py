"""What can be known of an address to listen at before a run: whether this machine lets us have it."""

from __future__ import annotations

import errno

from bongsu.addresses import listen_at, why_not_listening
from bongsu.wire import Finding


def listen_finding(subject: str, listen: str) -> Finding:
    """Return whether presses could arrive at the address now; that the service's requests lead there is not asked."""
    import socket

    at = listen_at(listen)
    family = socket.AF_INET6 if ":" in at.host else socket.AF_INET
    try:
        socket.create_server((at.host, at.port), family=family).close()
    except OSError as error:
        reason = why_not_listening(error)
        taken = error.errno == errno.EADDRINUSE
        hint = "end what listens there, or write another `listen`" if taken else "write another `listen` into the plan"
        return Finding(subject=subject, ok=False, text=f"nothing can listen at {at.shown}: {reason}", hint=hint)
    return Finding(subject=subject, ok=True, text=f"presses can arrive at {at.shown}{at.path}")
