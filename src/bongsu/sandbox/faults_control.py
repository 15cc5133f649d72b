"""The faults of a world over HTTP: list, order, take back, for a page, a script or a test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.faults import Fault
from bongsu.sandbox.from_json import read
from bongsu.sandbox.http import json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from bongsu.sandbox.faults import FaultBook

FAULTS_PATH = "/__sandbox__/faults"


def control_faults(book: FaultBook, request: Request, *, service: str = "") -> Response | None:
    """Answer a request to the faults' address, None when it is for something else.

    GET lists. POST orders one fault (an object), or several (an array, or an object with `faults`): all of them or,
    when one makes no sense, none; an order that names no service is for `service`. DELETE takes back the fault whose
    id follows in the path, or all. Each answer lists the orders as they then stand, and the known operations.
    """
    if request.path != FAULTS_PATH and not request.path.startswith(FAULTS_PATH + "/"):
        return None
    fault_id = request.path.removeprefix(FAULTS_PATH).strip("/")
    match request.method:
        case "GET" if not fault_id:
            return _listing(book)
        case "POST" if not fault_id:
            return _order(book, request.get_data(), service=service)
        case "DELETE" if not fault_id:
            book.clear()
            return _listing(book)
        case "DELETE":
            if book.remove(fault_id):
                return _listing(book)
            return json_response({"error": f"no fault {fault_id!r}, GET {FAULTS_PATH} lists them"}, status=404)
    return json_response({"error": f"faults take GET, POST and DELETE, not {request.method}"}, status=405)


def _listing(book: FaultBook, *, ordered: list[str] | None = None) -> Response:
    answer: dict[str, Any] = {"faults": book.listed(), "operations": book.known}
    return json_response(answer if ordered is None else {"ordered": ordered, **answer})


def _order(book: FaultBook, body: bytes, *, service: str) -> Response:
    try:
        asked = json.loads(body)
        orders = asked.get("faults", [asked]) if isinstance(asked, dict) else asked
        faults = [_fault(order, service=service) for order in orders]
        for fault in faults:
            book.check(fault)
    except (ValueError, TypeError) as error:
        return json_response({"error": str(error)}, status=400)
    return _listing(book, ordered=[book.add(fault) for fault in faults])


def _fault(order: Any, *, service: str) -> Fault:
    if not isinstance(order, dict):
        raise TypeError("a fault is a JSON object")
    fault: Fault = read(Fault, {"service": service, **order} if service else order, at="fault")
    return fault
