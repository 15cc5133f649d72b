"""The imitated booking site: its partner pages' own requests, answered from the living world of bookings."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from bongsu.sandbox.control import answered, control_faults, control_path, document_of, no_such_control
from bongsu.sandbox.from_json import overlay
from bongsu.sandbox.http import json_response
from bongsu.sandbox.naver_query import NotImitatedError, UnprocessableError, page_of, read_query
from bongsu.sandbox.naver_spec import NEEDED_COOKIES, NaverSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from bongsu.sandbox.bookings import Bookings
    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.faults import Fault, FaultBook
    from bongsu.sandbox.record import Record

__all__ = ["OPERATIONS", "Naver", "NaverSpec"]

OPERATIONS = frozenset({"count", "list", "detail", "human_page"})
LOGIN_URL = "https://nid.naver.com/nidlogin.login"
LOGIN_PAGE = '<!doctype html><html><body><form id="frmNIDLogin" action="/nidlogin.login"></form></body></html>'
HUMAN_PAGE = "<!doctype html><html><body>예약 목록</body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shift:
    """A change of the set of bookings between two page reads."""

    after_page: int
    insert: dict[str, Any] | None = None
    remove: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.after_page, int) or (self.insert is None and self.remove is None):
            raise ValueError("a shift has after_page, and a booking to insert or an id to remove")


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
        self._requests_left = spec.signed_out_after
        self._shifts: list[_Shift] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        asked = control_path(request)
        answer = self._played(request) if asked is None else self._control(asked, request)
        return answer(environ, start_response)

    def _played(self, request: Request) -> Response:
        operation, parts = _route(request)
        self._faults.pause(self._spec.latency_ms.get(operation, 0))
        played = self._faults.play(
            "naver",
            operation,
            act=lambda: self._answer(operation, request, parts),
            refuse=_ordered_error,
            about=parts,
        )
        self._record.write(
            "naver",
            operation or "unknown",
            store=parts[0] if parts else "",
            statuses=request.args.get("bookingStatusCodes", ""),
            page=request.args.get("page", ""),
            role=request.headers.get("x-booking-naver-role", ""),
            **played.facts,
        )
        return played.response

    def _answer(self, operation: str, request: Request, parts: list[str]) -> Response:
        signed_out = self._signed_out(request)
        if signed_out is not None:
            return signed_out
        if not parts or parts[0] not in self._bookings.stores:
            return json_response({"message": "not found"}, status=404)
        needs_role = {"count": self._spec.role_on_count, "list": self._spec.role_on_list}.get(operation, False)
        if needs_role and request.headers.get("x-booking-naver-role") != "OWNER":
            return json_response({"message": "forbidden"}, status=403)
        try:
            return self._do(operation, request, parts)
        except UnprocessableError as error:
            return json_response({"message": f"invalid {error}"}, status=422)
        except NotImitatedError as error:
            return json_response({"message": f"sandbox: {error}"}, status=400)

    def _do(self, operation: str, request: Request, parts: list[str]) -> Response:
        args = dict(request.args)
        if operation == "human_page":
            return Response(HUMAN_PAGE, content_type="text/html")
        if operation == "detail":
            found = self._bookings.one(parts[0], int(parts[1]))
            if found is None:
                return json_response({"message": "not found"}, status=404)
            return json_response(found.to_json())
        chosen = read_query(args, self._spec, pages=operation == "list").of(self._bookings.of_store(parts[0]))
        if operation == "count":
            return json_response({"count": len(chosen)})
        page, bookings = page_of(args, chosen, self._spec)
        answer = json_response([one.to_json() for one in bookings])
        self._shift(page)
        return answer

    def _signed_out(self, request: Request) -> Response | None:
        spec = self._spec
        with self._lock:
            ended = self._requests_left == 0
            if self._requests_left:
                self._requests_left -= 1
        valid = all(
            spec.cookies.get(name) and request.cookies.get(name) == spec.cookies[name] for name in NEEDED_COOKIES
        )
        if valid and not ended:
            return None
        match spec.signed_out:
            case "redirect":
                return Response(status=302, headers={"Location": f"{LOGIN_URL}?url={request.path}"})
            case "html":
                return Response(LOGIN_PAGE, content_type="text/html; charset=utf-8")
            case status:
                return json_response({"message": "unauthorized"}, status=int(status))

    def _shift(self, page: int) -> None:
        with self._lock:
            due = [one for one in self._shifts if one.after_page == page]
            self._shifts = [one for one in self._shifts if one.after_page != page]
        for one in due:
            if one.insert is not None:
                self._bookings.put(one.insert)
            if one.remove is not None:
                self._bookings.remove(one.remove)

    # Control.

    def _control(self, asked: str, request: Request) -> Response:
        faults = control_faults(self._faults, request, service="naver")
        if faults is not None:
            return faults
        name, _, booking = asked.partition("/")
        match request.method, name:
            case "GET", "requests":
                return json_response(self._record.entries("naver"))
            case "GET", "bookings":
                return json_response([one.to_json() for one in self._bookings.all()])
            case "PUT", "bookings":
                return answered(lambda: self._load(json.loads(request.get_data())))
            case "PATCH", "bookings":
                return answered(lambda: json_response(self._bookings.change(int(booking), document_of(request))))
            case "PUT", "auth":
                return answered(lambda: self._set_auth(**document_of(request)))
            case "PUT", "shift":
                return answered(lambda: self._plan(_Shift(**document_of(request))))
            case "PUT", "window":
                return answered(lambda: self._set({"window_mode": document_of(request)["mode"]}))
            case "PUT", "settings":
                return answered(lambda: self._set(document_of(request)))
        return no_such_control(request)

    def _load(self, given: Any) -> Response:
        self._bookings.load(list(given))
        return json_response({"bookings": len(self._bookings.all())})

    def _plan(self, shift: _Shift) -> Response:
        with self._lock:
            self._shifts.append(shift)
            return json_response({"shifts": len(self._shifts)})

    def _set_auth(self, *, mode: str, after: int = 0) -> Response:
        """Sign out after so many requests more, in one of the ways; `ok` signs in again."""
        if mode == "ok":
            with self._lock:
                self._requests_left = None
            return json_response({"auth": "ok"})
        self._set({"signed_out": mode})
        with self._lock:
            self._requests_left = after
        return json_response({"auth": mode, "after": after})

    def _set(self, changes: dict[str, Any]) -> Response:
        with self._lock:
            self._spec = overlay(self._spec, changes, at="settings")
        return json_response({"changed": sorted(changes)})


def _ordered_error(fault: Fault) -> Response:
    if fault.answered_status in (301, 302, 303):
        return Response(status=fault.answered_status, headers={"Location": LOGIN_URL})
    headers = {"Retry-After": str(fault.retry_after)} if fault.kind == "rate_limit" else {}
    return json_response({"message": fault.message}, status=fault.answered_status, headers=headers)


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
    return "", []
