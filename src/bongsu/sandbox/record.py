"""What the sandbox received and did, written by the sandbox itself: a second account beside the ledger's."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.sandbox.clock import SandboxClock


def iso(when: datetime) -> str:
    """Return an instant as ISO 8601 in UTC with microseconds and a Z."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Record:
    """An append-only file of JSON lines `{"at", "service", "operation", ...}`, shared by all services."""

    def __init__(self, path: Path, clock: SandboxClock) -> None:
        """Append to `path`, created if missing, with times taken from `clock`."""
        self._clock = clock
        self._lock = threading.Lock()
        self._lines: list[str] = []
        self._file = path.open("a", encoding="utf-8")

    def write(self, service: str, operation: str, **facts: object) -> None:
        """Append one line; refuses floats with TypeError, because a reader may compare the figures."""
        with self._lock:
            entry = {"at": iso(self._clock.now()), "service": service, "operation": operation, **facts}
            _refuse_floats(entry)
            line = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
            self._lines.append(line)
            self._file.write(line + "\n")
            self._file.flush()

    def entries(self, service: str | None = None) -> list[dict[str, object]]:
        """Return what was written, oldest first; of one service when named."""
        with self._lock:
            lines = list(self._lines)
        entries: list[dict[str, object]] = [json.loads(line) for line in lines]
        return [entry for entry in entries if service is None or entry["service"] == service]

    def since(self, count: int) -> list[dict[str, object]]:
        """Return what was written after the first `count` lines, oldest first."""
        with self._lock:
            lines = self._lines[count:]
        return [json.loads(line) for line in lines]

    def close(self) -> None:
        """Close the file; a later write fails."""
        with self._lock:
            self._file.close()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError(f"the record holds no floats, write {value!r} as an integer or as text")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
