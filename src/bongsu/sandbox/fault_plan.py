"""Faults for the imitated services: by service, operation and nth call, so that a scenario repeats exactly."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bongsu.sandbox.http import ConnectionCutError

if TYPE_CHECKING:
    from collections.abc import Iterable

ANY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFault:
    """What goes wrong with some calls of one operation.

    `nth` holds the calls hit, counted from 1 since the world's start; empty hits each one, at most `times` of them.
    `delay_ms` and `hang_ms` are wall time; a hang ends in a cut connection. `drop` cuts the connection before or
    after the operation has had its effect. With `status` the answer is that error, and the effect is kept back
    unless `apply_first` says otherwise.
    """

    service: str
    operation: str = ANY
    nth: tuple[int, ...] = ()
    times: int | None = None
    status: int | None = None
    code: str = ""
    message: str = "refused by the sandbox's fault plan"
    headers: dict[str, str] = field(default_factory=dict)
    delay_ms: int = 0
    hang_ms: int = 0
    drop: Literal["", "before", "after"] = ""
    apply_first: bool = False


class FaultPlan:
    """The faults of one world; thread-safe."""

    def __init__(self, faults: Iterable[ServiceFault] = ()) -> None:
        self._lock = threading.Lock()
        self._faults = list(faults)
        self._calls: Counter[tuple[str, str]] = Counter()
        self._hits: Counter[int] = Counter()

    def add(self, fault: ServiceFault) -> None:
        """Let `fault` apply from now on; its `nth` still counts from the world's start."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Forget all faults; the call counts stay."""
        with self._lock:
            self._faults.clear()
            self._hits.clear()

    def calls(self, service: str, operation: str) -> int:
        """Return how many calls of the operation have come in."""
        with self._lock:
            return self._calls[service, operation]

    def take(self, service: str, operation: str) -> ServiceFault | None:
        """Count one call and return the first fault that hits it."""
        with self._lock:
            self._calls[service, operation] += 1
            nth = self._calls[service, operation]
            for fault in self._faults:
                if fault.service != service or fault.operation not in (ANY, operation):
                    continue
                if fault.nth and nth not in fault.nth:
                    continue
                if fault.times is not None and self._hits[id(fault)] >= fault.times:
                    continue
                self._hits[id(fault)] += 1
                return fault
            return None


def before_effect(fault: ServiceFault | None) -> None:
    """Play the part of a fault that comes before the operation: wait, hang, or cut the connection."""
    if fault is None:
        return
    if fault.delay_ms:
        time.sleep(fault.delay_ms / 1000)
    if fault.hang_ms:
        time.sleep(fault.hang_ms / 1000)
        raise ConnectionCutError
    if fault.drop == "before":
        raise ConnectionCutError


def after_effect(fault: ServiceFault | None) -> None:
    """Play the part of a fault that comes after the operation: its answer is lost."""
    if fault is not None and fault.drop == "after":
        raise ConnectionCutError
