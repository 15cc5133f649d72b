"""Where this program itself listens, as a plan writes it: `127.0.0.1:8081`, `8081`, `[::1]:8081/slack`."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
_LISTEN = re.compile(r"(?a)(?:(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):)?(?P<port>\d{1,5})(?P<path>/[\w./~-]*)?")
_HERE = re.compile(r"(?a)localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenAt:
    """An address to listen at, and the one path that is answered."""

    host: str
    port: int
    path: str

    @property
    def shown(self) -> str:
        """Host and port, as messages and the ledger name them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return is_here(self.host)


def listen_at(text: str) -> ListenAt:
    """Return the address that a text names; ValueError when it names none. Without a host it is this machine alone."""
    match = _LISTEN.fullmatch(text)
    if match is None or not 0 < int(match["port"]) < 65_536:
        raise ValueError(f"{text!r} is no address to listen at")
    host = (match["host"] or LOOPBACK).strip("[]")
    return ListenAt(host=host, port=int(match["port"]), path=match["path"] or "/")


def is_here(host: str) -> bool:
    """Return whether a host's name is this machine's own."""
    return _HERE.fullmatch(host) is not None


def why_not_listening(error: OSError) -> str:
    """Return in the system's words why an address cannot be had; Python's own words name the address once more."""
    # The resolver's numbers are negative, and are not the system's.
    return os.strerror(error.errno).lower() if error.errno and error.errno > 0 else "the host is not known"
