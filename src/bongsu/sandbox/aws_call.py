"""One call to the AWS front as it came in, and errors in the shape that its protocol has."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

# The name in the signature's scope, where it is not the name that this package uses.
SIGNING_NAMES = {"monitoring": "cloudwatch"}

# X-Amz-Target is SERVICE_VERSION.Operation or Service.Operation; REST services are told by path, query ones by Action.
LAMBDA_ROUTES: tuple[tuple[str, str, str], ...] = (
    ("GET", r"/2015-03-31/functions/(?P<name>[^/]+)", "GetFunction"),
    ("GET", r"/2015-03-31/functions/(?P<name>[^/]+)/configuration", "GetFunctionConfiguration"),
    ("GET", r"/2015-03-31/functions/(?P<name>[^/]+)/policy", "GetPolicy"),
    ("POST", r"/2015-03-31/functions/(?P<name>[^/]+)/invocations", "Invoke"),
    ("GET", r"/2019-09-25/functions/(?P<name>[^/]+)/event-invoke-config", "GetFunctionEventInvokeConfig"),
    ("GET", r"/2019-09-30/functions/(?P<name>[^/]+)/concurrency", "GetFunctionConcurrency"),
    ("PUT", r"/2017-10-31/functions/(?P<name>[^/]+)/concurrency", "PutFunctionConcurrency"),
    ("DELETE", r"/2017-10-31/functions/(?P<name>[^/]+)/concurrency", "DeleteFunctionConcurrency"),
)
_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/,\s]+)/([^/,\s]+)/aws4_request")


@dataclass(frozen=True)
class AwsCall:
    """A call's service, operation, caller and body; empty strings where the request does not say.

    `name` is a Lambda function's, `account` the one that its ARN names.
    """

    service: str
    operation: str
    region: str
    key_id: str
    path: str
    body: bytes
    name: str = ""
    account: str = ""
    content_type: str = "application/x-amz-json-1.1"

    @cached_property
    def asked(self) -> dict[str, Any]:
        """The parameters of a JSON call."""
        return dict(json.loads(self.body or b"{}"))


def read_call(request: Request) -> AwsCall:
    """Return the call that a request makes; its operation is empty when the protocol is none that botocore sends."""
    scope = _SCOPE.search(request.headers.get("Authorization", ""))
    key_id, region, signing_name = scope.groups() if scope else ("", "", "")
    service = SIGNING_NAMES.get(signing_name, signing_name)
    body = request.get_data()
    operation, arn = _operation(request, service, body)
    place, _, name = arn.rpartition(":function:")
    return AwsCall(
        service=service,
        operation=operation,
        region=region,
        key_id=key_id,
        path=request.path,
        body=body,
        name=name.partition(":")[0],
        account=place.rpartition(":")[2],
        content_type=request.headers.get("Content-Type", "application/x-amz-json-1.1"),
    )


def _operation(request: Request, service: str, body: bytes) -> tuple[str, str]:
    target = request.headers.get("X-Amz-Target", "")
    if target:
        return target.rpartition(".")[2], ""
    if service == "lambda":
        for method, pattern, operation in LAMBDA_ROUTES:
            found = re.fullmatch(pattern, request.path)
            if method == request.method and found:
                return operation, unquote(found["name"])
        return f"{request.method} {request.path}", ""
    if request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body.decode())).get("Action", ""), ""
    return "", ""


class AwsError(Exception):
    """An answer that says no: HTTP status, error code and text."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def error_response(call: AwsCall, error: AwsError) -> Response:
    """Return the error in the shape of the call's protocol: query XML for STS, REST JSON for Lambda, else AWS JSON."""
    if call.service == "sts" or call.content_type.startswith("application/x-www-form-urlencoded"):
        text = (
            '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
            f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message></Error></ErrorResponse>"
        )
        return Response(text, status=error.status, content_type="text/xml")
    if call.service == "lambda":
        body = json.dumps({"Type": "User", "Message": error.message})
        return Response(
            body,
            status=error.status,
            content_type="application/json",
            headers={"x-amzn-ErrorType": error.code},
        )
    body = json.dumps({"__type": error.code, "message": error.message})
    return Response(body, status=error.status, content_type="application/x-amz-json-1.1")


def json_answer(value: object, *, content_type: str = "application/x-amz-json-1.1") -> Response:
    """Return an AWS JSON answer; the names in it are the service's own."""
    return Response(json.dumps(value, ensure_ascii=False).encode(), content_type=content_type)


def required(asked: dict[str, Any], name: str) -> Any:
    """Return a parameter that the operation needs, or raise the service's own kind of refusal."""
    if asked.get(name) in (None, ""):
        raise AwsError("ValidationException", f"parameter {name} is missing")
    return asked[name]
