"""Faults on request: the next or nth call of a method is dropped, refused, slowed or garbled."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

KINDS = ("drop_before", "drop_after", "status", "rate_limit", "hang", "html502")

GATEWAY_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One order for trouble.

    `method` is the service's own name of the call, "*" for any. The `nth` call from now on, 1 being the next,
    is the first that is hit, and `times` calls are hit in all. Kinds: drop_before and drop_after cut the connection
    before or after the call took effect; status answers `code` and `body` without effect, or with it if
    `stored`; rate_limit answers 429 with `retry_after` seconds; hang takes effect and answers after `wall_s`
    seconds of wall time; html502 is a gateway's page, without effect.
    """

    method: str
    kind: str
    nth: int = 1
    times: int = 1
    code: int = 500
    body: str = ""
    stored: bool = False
    retry_after: int = 1
    wall_s: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        """Refuse an order that could never be carried out."""
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault kind {self.kind!r}, known: {', '.join(KINDS)}")
        if self.times < 1 or self.nth < 1:
            raise ValueError("a fault needs times and nth of at least 1")

    @property
    def takes_effect(self) -> bool:
        """Return whether the service does what was asked before the trouble starts."""
        return self.kind in ("drop_after", "hang") or (self.kind == "status" and self.stored)


def fault_from_json(value: dict[str, Any]) -> Fault:
    """Return the fault that a control request describes; ValueError when it is none."""
    known = set(Fault.__dataclass_fields__)
    unknown = sorted(set(value) - known)
    if unknown:
        raise ValueError(f"unknown fault field {unknown[0]!r}, known: {', '.join(sorted(known))}")
    if "method" not in value or "kind" not in value:
        raise ValueError("a fault needs a method and a kind")
    wall_s = Decimal(str(value.get("wall_s", 1)))
    return Fault(**{**value, "wall_s": wall_s})


@dataclass(slots=True)
class _Order:
    fault: Fault
    calls: int = 0
    hits: int = 0


class FaultBook:
    """The faults still to come, in the order given; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[_Order] = []

    def add(self, fault: Fault) -> None:
        """Order a fault."""
        with self._lock:
            self._orders.append(_Order(fault))

    def clear(self) -> None:
        """Forget all faults still to come."""
        with self._lock:
            self._orders.clear()

    def take(self, method: str) -> Fault | None:
        """Return the fault that hits this call of `method`, counting the call."""
        with self._lock:
            hit: _Order | None = None
            for order in self._orders:
                if order.fault.method.lower() not in ("*", method.lower()):
                    continue
                order.calls += 1
                if hit is None and order.calls >= order.fault.nth:
                    hit = order
                    order.hits += 1
            self._orders = [order for order in self._orders if order.hits < order.fault.times]
            return hit.fault if hit else None

    def pending(self) -> list[dict[str, object]]:
        """Return the orders not yet carried out, as JSON."""
        with self._lock:
            return [
                {"method": order.fault.method, "kind": order.fault.kind, "calls": order.calls} for order in self._orders
            ]
