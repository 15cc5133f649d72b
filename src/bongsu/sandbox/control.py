"""An imitated service's own controls over HTTP, for a page, a script or a test: its faults, and its switches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.faults import Fault
from bongsu.sandbox.from_json import read
from bongsu.sandbox.http import json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Request, Response

    from bongsu.sandbox.faults import FaultBook

CONTROL_PREFIX = "/__sandbox__/"
OTHER_PREFIX = "/__fake__/"
"""The same under the name that imitations of these services elsewhere use."""
FAULTS_PATH = CONTROL_PREFIX + "faults"


def control_path(request: Request) -> str | None:
    """Return what is asked of the sandbox itself, without slashes round it; None for a call to the service."""
    for prefix in (CONTROL_PREFIX, OTHER_PREFIX):
        if request.path.startswith(prefix):
            return request.path.removeprefix(prefix).strip("/")
    return None


def answered(control: Callable[[], Response]) -> Response:
    """Return a control's answer, or what is wrong with the request: 400."""
    try:
        return control()
    except KeyError as error:
        return json_response({"error": f"not known or not given: {error}"}, status=400)
    except (ValueError, TypeError) as error:
        return json_response({"error": str(error)}, status=400)


def no_such_control(request: Request) -> Response:
    """Return what a control that there is not answers: 404."""
    return json_response({"error": f"no control {request.method} {control_path(request)!r}"}, status=404)


def document_of(request: Request) -> dict[str, Any]:
    """Return the JSON object of a control request; ValueError or TypeError when it is none."""
    asked = json.loads(request.get_data())
    if not isinstance(asked, dict):
        raise TypeError("a control request is a JSON object")
    return asked


def control_faults(book: FaultBook, request: Request, *, service: str = "") -> Response | None:
    """Answer a request to the faults' address, None when it is for something else.

    GET lists. POST orders one fault (an object), or several (an array, or an object with `faults`): all of them or,
    when one makes no sense, none; an order that names no service is for `service`. PUT does the same in place of all
    that was ordered. DELETE takes back the fault whose id follows in the path, or all. Each answer lists the orders
    as they then stand, and the known operations.
    """
    name, _, fault_id = (control_path(request) or "").partition("/")
    if name != "faults":
        return None
    match request.method:
        case "GET" if not fault_id:
            return _listing(book)
        case "POST" | "PUT" if not fault_id:
            return _order(book, request, service=service)
        case "DELETE" if not fault_id:
            book.clear()
            return _listing(book)
        case "DELETE":
            if book.remove(fault_id):
                return _listing(book)
            return json_response({"error": f"no fault {fault_id!r}, GET {FAULTS_PATH} lists them"}, status=404)
    return json_response({"error": f"faults take GET, POST, PUT and DELETE, not {request.method}"}, status=405)


def _listing(book: FaultBook, *, ordered: list[str] | None = None) -> Response:
    answer: dict[str, Any] = {"faults": book.listed(), "operations": book.known}
    return json_response(answer if ordered is None else {"ordered": ordered, **answer})


def _order(book: FaultBook, request: Request, *, service: str) -> Response:
    try:
        asked = json.loads(request.get_data())
        orders = asked.get("faults", [asked]) if isinstance(asked, dict) else asked
        faults = [_fault(order, service=service) for order in orders]
        for fault in faults:
            book.check(fault)
    except (ValueError, TypeError) as error:
        return json_response({"error": str(error)}, status=400)
    if request.method == "PUT":
        book.clear()
    return _listing(book, ordered=[book.add(fault) for fault in faults])


def _fault(order: Any, *, service: str) -> Fault:
    if not isinstance(order, dict):
        raise TypeError("a fault is a JSON object")
    fault: Fault = read(Fault, {"service": service, **order} if service else order, at="fault")
    return fault
