"""The imitated booking site: its partner pages' own requests, answered from the living world of bookings."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from werkzeug.wrappers import Request, Response

from bongsu.sandbox.faults_control import control_faults
from bongsu.sandbox.http import json_response

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from bongsu.sandbox.bookings import Booking, Bookings
    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.faults import Fault, FaultBook
    from bongsu.sandbox.record import Record

OPERATIONS = frozenset({"count", "list", "detail", "human_page"})
SPAN_MAX = timedelta(days=31)
PAGE_SIZE = 50
PAGE_SIZE_MAX = 200
LOGIN_URL = "https://nid.naver.com/nidlogin.login"
LOGIN_PAGE = '<!doctype html><html><body><form id="frmNIDLogin" action="/nidlogin.login"></form></body></html>'
NEEDED_COOKIES = ("NID_AUT", "NID_SES")
SignedOut = Literal["", "redirect", "401", "403", "html"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NaverSpec:
    """The account's cookies, and how the site behaves.

    `signed_out` is what a request without a valid session gets; with `signed_out_after` the session ends after
    that many requests. `latency_ms` maps count, list or detail to wall milliseconds. A count without the owner's
    role is refused and a list without it is not, as far as anyone has seen.
    """

    cookies: Mapping[str, str] = field(
        default_factory=lambda: {name: f"example-{name.lower()}-{'0' * 24}" for name in NEEDED_COOKIES}
    )
    signed_out: SignedOut = "redirect"
    signed_out_after: int | None = None
    latency_ms: Mapping[str, int] = field(default_factory=dict)


class _Refused(Exception):
    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class Naver:
    """A WSGI application that stands for the partner site's host."""

    def __init__(
        self, clock: SandboxClock, record: Record, spec: NaverSpec, *, bookings: Bookings, faults: FaultBook
    ) -> None:
        self._clock = clock
        self._record = record
        self._spec = spec
        self._bookings = bookings
        self._faults = faults
        self._lock = threading.Lock()
        self._requests = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        control = control_faults(self._faults, request, service="naver")
        if control is not None:
            return control(environ, start_response)
        operation, parts = _route(request)
        self._faults.pause(self._spec.latency_ms.get(operation, 0))
        played = self._faults.play(
            "naver", operation, act=lambda: self._answer(operation, request, parts), refuse=_ordered_error
        )
        self._record.write(
            "naver", operation, store=parts[0] if parts else "", statuses=request.args.get("bookingStatusCodes", ""),
            page=request.args.get("page", ""), **played.facts,
        )  # fmt: skip
        return played.response(environ, start_response)

    def _answer(self, operation: str, request: Request, parts: list[str]) -> Response:
        try:
            self._check_session(request)
            return self._do(operation, request, parts)
        except _Refused as refused:
            return refused.response

    def _do(self, operation: str, request: Request, parts: list[str]) -> Response:
        if not parts or parts[0] not in self._bookings.stores:
            return json_response({"message": "not found"}, status=404)
        match operation:
            case "count":
                if request.headers.get("x-booking-naver-role") != "OWNER":
                    return json_response({"message": "forbidden"}, status=403)
                return json_response({"count": len(self._chosen(request, parts[0]))})
            case "list":
                return self._page(request, self._chosen(request, parts[0]))
            case "detail":
                found = self._bookings.one(parts[0], int(parts[1]))
                if found is None:
                    return json_response({"message": "not found"}, status=404)
                return json_response(found.to_json())
            case "human_page":
                return Response("<!doctype html><html><body>예약 목록</body></html>", content_type="text/html")
        return json_response({"message": "not found"}, status=404)

    def _check_session(self, request: Request) -> None:
        with self._lock:
            self._requests += 1
            ended = self._spec.signed_out_after is not None and self._requests > self._spec.signed_out_after
        valid = all(
            self._spec.cookies.get(name) and request.cookies.get(name) == self._spec.cookies[name]
            for name in NEEDED_COOKIES
        )
        if valid and not ended:
            return
        match self._spec.signed_out or "redirect":
            case "redirect":
                raise _Refused(Response(status=302, headers={"Location": f"{LOGIN_URL}?url={request.path}"}))
            case "html":
                raise _Refused(Response(LOGIN_PAGE, content_type="text/html; charset=utf-8"))
            case status:
                raise _Refused(json_response({"message": "unauthorized"}, status=int(status)))

    def _chosen(self, request: Request, store: str) -> list[Booking]:
        statuses = set(request.args.get("bookingStatusCodes", "").split(","))
        found = [one for one in self._bookings.of_store(store) if one.status in statuses]
        window = self._window(request)
        if window is not None:
            by_use = request.args.get("dateFilter", "USEDATE") == "USEDATE"
            start, end = window
            found = [one for one in found if start <= (one.start_at if by_use else one.registered_at) <= end]
        return sorted(found, key=lambda one: (one.start_at, one.booking_id))

    def _window(self, request: Request) -> tuple[datetime, datetime] | None:
        first, last = request.args.get("startDateTime"), request.args.get("endDateTime")
        if first is None and last is None:
            return None
        try:
            start, end = datetime.fromisoformat(first or ""), datetime.fromisoformat(last or "")
        except ValueError:
            raise _Refused(_unprocessable("dates")) from None
        if start.tzinfo is None or end.tzinfo is None or not timedelta(0) <= end - start <= SPAN_MAX:
            raise _Refused(_unprocessable("dates"))
        return start, end

    def _page(self, request: Request, found: list[Booking]) -> Response:
        try:
            page = int(request.args.get("page", "0"))
            size = int(request.args.get("size", str(PAGE_SIZE)))
        except ValueError:
            return _unprocessable("page")
        if page < 0 or not 1 <= size <= PAGE_SIZE_MAX:
            return _unprocessable("page")
        return json_response([one.to_json() for one in found[page * size : (page + 1) * size]])


def _ordered_error(fault: Fault) -> Response:
    if fault.answered_status in (301, 302, 303):
        return Response(status=fault.answered_status, headers={"Location": LOGIN_URL})
    headers = {"Retry-After": str(fault.retry_after)} if fault.kind == "rate_limit" else {}
    return json_response({"message": fault.message}, status=fault.answered_status, headers=headers)


def _unprocessable(what: str) -> Response:
    body: dict[str, Any] = {"message": f"invalid {what}"}
    return json_response(body, status=422)


def _route(request: Request) -> tuple[str, list[str]]:
    parts = request.path.strip("/").split("/")
    match parts:
        case ["v3.1", "businesses", store, "bookings", "count"] if request.method == "GET":
            return "count", [store]
        case ["api", "businesses", store, "bookings"] if request.method == "GET":
            return "list", [store]
        case ["api", "businesses", store, "bookings", booking] if request.method == "GET" and booking.isdigit():
            return "detail", [store, booking]
        case ["bizes", store, "booking-list-view", *_]:
            return "human_page", [store]
    return "unknown", []
