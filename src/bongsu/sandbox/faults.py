"""Faults on request: which calls of which service go wrong, when, and how; played around the operation itself."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from werkzeug.wrappers import Response

from bongsu.sandbox.http import ConnectionCutError
from bongsu.sandbox.record import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from bongsu.sandbox.clock import SandboxClock

ANY = "*"
FaultKind = Literal[
    "drop_before", "drop_after", "status", "rate_limit", "html", "garbled", "truncated", "hang", "slow"
]  # fmt: skip
TAKES_EFFECT: frozenset[FaultKind] = frozenset({"drop_after", "garbled", "truncated", "slow"})
STATUS_OF: Mapping[FaultKind, int] = {"rate_limit": 429, "html": 502}
GATEWAY_PAGE = (
    "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One order for trouble: whom it hits, when, and what happens.

    `service` is telegram, slack, sens, naver or one of the account's (events, lambda, logs, ...), `operation` the
    service's own name of the call, `*` any. `about` leaves only the calls about one recipient's number, chat, channel,
    store, rule or function. Of the calls that it names, the `nth` from the order on is the first
    that is hit, and `times` calls are hit in all; None is every one. With `from_at` or `until_at` only calls in that
    span of the sandbox's clock count, its end excluded.

    Kinds: `drop_before` and `drop_after` cut the connection before or after the call took effect. `status` answers an
    error of the service's own shape, with `status` (500), `code`, `message` and `headers`, or with `body` as it
    stands. `rate_limit` is the service's "too fast", with `retry_after` seconds. `html` is a gateway's page (502).
    `garbled` and `truncated` do what was asked and lose the second half of the answer: one looks complete, the other
    ends in the middle. `slow` answers after `wall_ms` of wall time; `hang` does not answer for as long, and then cuts
    the connection. With `stored` the call takes effect even where it would not by itself.
    """

    service: str
    kind: FaultKind
    operation: str = ANY
    about: str = ""
    nth: int = 1
    times: int | None = 1
    from_at: datetime | None = None
    until_at: datetime | None = None
    status: int | None = None
    code: str = ""
    message: str = "the sandbox was told to go wrong here"
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    stored: bool = False
    retry_after: int = 1
    wall_ms: int = 1000

    def __post_init__(self) -> None:
        """Refuse an order that could never be carried out."""
        if self.nth < 1 or (self.times is not None and self.times < 1):
            raise ValueError("a fault needs nth and times of at least 1, or times null for every call")
        if any(end is not None and end.tzinfo is None for end in (self.from_at, self.until_at)):
            raise ValueError("a fault's from_at and until_at need a time zone, end them with Z")
        if self.from_at is not None and self.until_at is not None and self.until_at <= self.from_at:
            raise ValueError("a fault's until_at must be later than its from_at")
        if self.wall_ms < 0 or self.retry_after < 0:
            raise ValueError("a fault's wall_ms and retry_after cannot be negative")

    @property
    def answered_status(self) -> int:
        """Return the HTTP status that the fault answers with."""
        return self.status if self.status is not None else STATUS_OF.get(self.kind, 500)

    @property
    def takes_effect(self) -> bool:
        """Return whether the service does what was asked."""
        return self.kind in TAKES_EFFECT or self.stored

    def names(self, service: str, operation: str, about: Collection[str]) -> bool:
        """Return whether a call is one of those that the order is about."""
        if self.service not in (ANY, service) or self.operation.lower() not in (ANY, operation.lower()):
            return False
        return not self.about or self.about in about

    def is_on(self, now: datetime) -> bool:
        """Return whether an instant lies in the order's span."""
        return (self.from_at is None or now >= self.from_at) and (self.until_at is None or now < self.until_at)

    def to_json(self) -> dict[str, Any]:
        """Return the order in the words that it is given in, without what says nothing."""
        names = [name for name in self.__dataclass_fields__ if getattr(self, name) not in (None, "", {}, False)]
        values = {name: getattr(self, name) for name in names}
        return {name: iso(value) if isinstance(value, datetime) else value for name, value in values.items()} | {
            "times": self.times
        }


@dataclass(slots=True)
class _Order:
    id: str
    fault: Fault
    calls: int = 0
    hits: int = 0

    @property
    def spent(self) -> bool:
        return self.fault.times is not None and self.hits >= self.fault.times

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, **self.fault.to_json(), "calls": self.calls, "hits": self.hits, "spent": self.spent}


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How a call was answered: the answer, and what the record says of it beside the service's own facts."""

    response: Response
    facts: Mapping[str, object] = field(default_factory=dict)


class FaultBook:
    """Every fault of one world, in the order given; thread-safe."""

    def __init__(
        self,
        clock: SandboxClock,
        faults: Iterable[Fault] = (),
        *,
        known: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Take the faults of the start; with `known`, the operations of each service, others are refused."""
        self._clock = clock
        self._lock = threading.Lock()
        self._orders: list[_Order] = []
        self._number = 0
        self._calls: Counter[tuple[str, str]] = Counter()
        self._closed = threading.Event()
        self.known = {service: tuple(sorted(operations)) for service, operations in (known or {}).items()}
        for fault in faults:
            self.add(fault)

    def add(self, fault: Fault) -> str:
        """Order a fault; return its id. Raises as `check` does."""
        self.check(fault)
        with self._lock:
            self._number += 1
            order = _Order(f"fault-{self._number}", fault)
            self._orders.append(order)
        return order.id

    def check(self, fault: Fault) -> None:
        """Raise ValueError for a service or an operation that nobody answers to."""
        if not self.known or fault.service == ANY:
            return
        if fault.service not in self.known:
            raise ValueError(f"no service {fault.service!r}, known: {', '.join(sorted(self.known))}")
        operations = self.known[fault.service]
        if fault.operation.lower() not in (ANY, *(one.lower() for one in operations)):
            raise ValueError(f"{fault.service} has no operation {fault.operation!r}, known: {', '.join(operations)}")

    def remove(self, fault_id: str) -> bool:
        """Forget one fault; return whether there was one of that id."""
        with self._lock:
            before = len(self._orders)
            self._orders = [order for order in self._orders if order.id != fault_id]
            return len(self._orders) < before

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._orders.clear()

    def listed(self, service: str | None = None) -> list[dict[str, Any]]:
        """Return every order, spent ones too, with the calls that it counted and hit; of one service if named."""
        with self._lock:
            return [order.to_json() for order in self._orders if service in (None, order.fault.service)]

    def calls(self, service: str, operation: str) -> int:
        """Return how many calls of the operation have come in."""
        with self._lock:
            return self._calls[service, operation]

    def take(self, service: str, operation: str, about: Collection[str] = ()) -> Fault | None:
        """Count one call, and return the fault that hits it: of several the one ordered first."""
        now = self._clock.now()
        with self._lock:
            self._calls[service, operation] += 1
            hit: _Order | None = None
            for order in self._orders:
                if order.spent or not order.fault.names(service, operation, about) or not order.fault.is_on(now):
                    continue
                order.calls += 1
                if hit is None and order.calls >= order.fault.nth:
                    hit = order
                    order.hits += 1
            return hit.fault if hit else None

    def play(
        self,
        service: str,
        operation: str,
        *,
        act: Callable[[], Response],
        refuse: Callable[[Fault], Response],
        about: Collection[str] = (),
    ) -> Played:
        """Answer one call: by `act`, the operation itself, or with the trouble that is due around it.

        `refuse` returns the service's own form of the error that a `status` or `rate_limit` fault asks for; `about`
        is whom or what the call is about.
        """
        fault = self.take(service, operation, about)
        if fault is None:
            response = act()
            return Played(response=response, facts={"status": response.status_code})
        done = act() if fault.takes_effect else None
        told: dict[str, object] = {"fault": fault.kind} | ({} if done is None else {"status": done.status_code})
        if fault.kind in ("hang", "slow"):
            self.pause(fault.wall_ms)
        if done is not None and fault.kind in ("slow", "garbled", "truncated"):
            return Played(response=_spoilt(done, fault.kind), facts=told)
        if fault.kind in ("drop_before", "drop_after", "hang"):
            return Played(response=Lost(), facts=told)
        response = _error(fault, refuse)
        return Played(response=response, facts={**told, "status": response.status_code})

    def pause(self, wall_ms: int) -> None:
        """Let wall time pass, at most until the book is closed."""
        self._closed.wait(wall_ms / 1000)

    def close(self) -> None:
        """End what hangs or is slow."""
        self._closed.set()


class Lost(Response):
    """An answer that never leaves: whoever serves it cuts the connection."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:  # noqa: ARG002
        """Raise what the server takes as the order to cut."""
        raise ConnectionCutError


def _error(fault: Fault, refuse: Callable[[Fault], Response]) -> Response:
    if fault.kind == "html":
        title = {502: "502 Bad Gateway", 503: "503 Service Temporarily Unavailable", 504: "504 Gateway Time-out"}
        page = GATEWAY_PAGE.format(title=title.get(fault.answered_status, str(fault.answered_status)))
        response = Response(page, status=fault.answered_status, content_type="text/html")
    elif fault.body is not None:
        response = Response(fault.body, status=fault.answered_status, content_type="application/json")
    else:
        response = refuse(fault)
    response.headers.update(fault.headers)
    return response


def _spoilt(response: Response, kind: FaultKind) -> Response:
    whole = response.get_data()
    half = whole[: len(whole) // 2]
    if kind == "garbled":
        response.set_data(half)
    elif kind == "truncated":
        response.set_data(half)
        # One byte more than there is at the least, so that even an empty answer ends too early.
        response.headers["Content-Length"] = str(max(len(whole), len(half) + 1))
    return response
