"""What every call to the imitated gateway goes through: its signature, its refusals, its operation."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from bongsu.sandbox.http import json_response

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.sandbox.sens_spec import SensSpec

OPERATIONS = frozenset(
    {
        *("send", "list", "result", "reserve_status", "reserve_cancel"),
        *("optout_add", "optout_list", "optout_remove"),
        *("alimtalk_send", "alimtalk_list", "alimtalk_result"),
    }
)
# The gateway refuses a time stamp further than this from its own clock.
CLOCK_SKEW_MAX = timedelta(minutes=5)
# The gateway's error codes by HTTP status, where nothing names another.
GATEWAY_CODES = {
    400: "100",
    401: "200",
    403: "220",
    404: "300",
    413: "430",
    429: "420",
    500: "900",
    503: "500",
    504: "510",
}
DIGITS = re.compile(r"\d{8,15}")


class Refused(Exception):
    """A call that is answered with an error; `by_service` when it is SENS's own and not the gateway's."""

    def __init__(self, status: int, message: str, *, code: str = "", by_service: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.code = code or GATEWAY_CODES.get(status, str(status))
        self.by_service = by_service

    def response(self, spec: SensSpec) -> Response:
        """Return the error with the body that the specification gives it."""
        if self.by_service and spec.error_body == "empty":
            return Response(b"", status=self.status)
        return json_response({"error": {"errorCode": self.code, "message": str(self)}}, status=self.status)


def bad(message: str) -> Refused:
    """Return the refusal of what was asked."""
    return Refused(400, message, by_service=True)


def route(request: Request, spec: SensSpec) -> tuple[str, str]:
    """Return the operation that a request names, and the id in its path; an empty operation is none of them."""
    path = unquote(request.path)
    bases = {"sms": f"/sms/v2/services/{spec.service_id}/"}
    if spec.alimtalk is not None:
        bases["alimtalk"] = f"/alimtalk/v2/services/{spec.alimtalk.service_id}/"
    for kind, base in bases.items():
        if path.startswith(base):
            parts = path.removeprefix(base).split("/")
            operation = _operation(kind, request.method, parts)
            return operation, parts[1] if len(parts) > 1 else ""
    return "", ""


def _operation(kind: str, method: str, parts: list[str]) -> str:
    prefix = "" if kind == "sms" else "alimtalk_"
    match method, parts:
        case "POST", ["messages"]:
            return f"{prefix}send"
        case "GET", ["messages"]:
            return f"{prefix}list"
        case "GET", ["messages", _]:
            return f"{prefix}result"
        case "GET", ["reservations", _, "reserve-status"] if not prefix:
            return "reserve_status"
        case "DELETE", ["reservations", _] if not prefix:
            return "reserve_cancel"
        case "POST", ["unsubscribes"] if not prefix:
            return "optout_add"
        case "GET", ["unsubscribes"] if not prefix:
            return "optout_list"
        case "DELETE", ["unsubscribes"] if not prefix:
            return "optout_remove"
    return ""


def check_call(request: Request, spec: SensSpec, now: datetime) -> None:
    """Raise Refused for a call that the gateway turns away before it looks at what is asked."""
    if not spec.enabled:
        raise Refused(403, "the service is not enabled")
    stamp = request.headers.get("x-ncp-apigw-timestamp", "")
    key = request.headers.get("x-ncp-iam-access-key", "")
    given = request.headers.get("x-ncp-apigw-signature-v2", "")
    if not stamp.isdigit() or key != spec.access_key:
        raise Refused(401, "authentication failed")
    now_ms = int(now.timestamp() * 1000)
    if abs(now_ms - int(stamp)) > CLOCK_SKEW_MAX // timedelta(milliseconds=1):
        raise Refused(401, "authentication failed: time stamp")
    # Signed is the path with its query exactly as sent, so the raw text is taken and not the parsed one.
    raw = str(request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI"))
    text = f"{request.method} {raw}\n{stamp}\n{key}"
    digest = hmac.new(spec.secret_key.encode(), text.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(base64.b64encode(digest).decode(), given):
        raise Refused(401, "authentication failed: signature")
    if len(request.get_data()) > spec.body_bytes_max:
        raise Refused(413, "the request is too large")
    if request.method == "POST" and spec.needs_content_type and request.mimetype != "application/json":
        raise Refused(400, "sandbox: a POST is application/json; charset=utf-8")
