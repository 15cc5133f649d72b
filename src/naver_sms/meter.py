"""Counts and times of every operation of a run: the only source of the report's figures."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

UPSTREAMS = ("naver", "sens_send", "sens_result", "store")


@dataclass(slots=True)
class Operation:
    """One call in flight; its caller names what went wrong, if anything did."""

    failure: str | None = None


class Meter:
    """Operations by upstream, their failures by class, and the state store's writes. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times_ms: dict[str, list[int]] = {name: [] for name in UPSTREAMS}
        self._failures: Counter[str] = Counter()
        self._write_calls = 0
        self._writes: dict[tuple[str, ...], bool] = {}

    @contextmanager
    def timed(self, upstream: str, *, write: bool = False) -> Iterator[Operation]:
        """Time one physical call; an exception that leaves the block counts as a failure too."""
        operation = Operation()
        start_s = time.monotonic()
        try:
            yield operation
        except Exception as exc:
            operation.failure = operation.failure or type(exc).__name__
            raise
        finally:
            took_ms = round((time.monotonic() - start_s) * 1000)
            with self._lock:
                self._times_ms[upstream].append(took_ms)
                self._write_calls += write
                if operation.failure is not None:
                    self._failures[f"{upstream}.{operation.failure}"] += 1

    def wrote(self, unit: tuple[str, ...], *, ok: bool) -> None:
        """Count one state write; a unit in several steps succeeded only when each step did."""
        with self._lock:
            self._writes[unit] = self._writes.get(unit, True) and ok

    @property
    def writes(self) -> tuple[int, int]:
        """State writes attempted and succeeded."""
        with self._lock:
            return len(self._writes), sum(self._writes.values())

    @property
    def write_calls(self) -> int:
        """Physical calls that wrote, claims and lease included."""
        return self._write_calls

    @property
    def failures(self) -> dict[str, int]:
        """Failed operations by upstream and class."""
        with self._lock:
            return dict(sorted(self._failures.items()))

    @property
    def operations(self) -> int:
        """Operations attempted, reads included."""
        with self._lock:
            return sum(len(times) for times in self._times_ms.values())

    def latencies(self) -> dict[str, dict[str, int | None]]:
        """Return n, p50 and p95 in ms for each upstream; None where nothing was asked."""
        with self._lock:
            return {
                name: {"n": len(times), "p50": _rank(times, 50), "p95": _rank(times, 95)}
                for name, times in self._times_ms.items()
            }


def _rank(times_ms: list[int], percent: int) -> int | None:
    """Return the nearest-rank percentile."""
    if not times_ms:
        return None
    return sorted(times_ms)[max(0, math.ceil(len(times_ms) * percent / 100) - 1)]
