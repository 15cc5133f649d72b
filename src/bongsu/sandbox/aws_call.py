"""One call to the AWS front as it came in, and errors in the shape that its protocol has."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

FORM = "application/x-www-form-urlencoded"
QUERY_SERVICES = frozenset({"sts", "sns"})
NAMESPACES = {
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
    "sns": "http://sns.amazonaws.com/doc/2010-03-31/",
}
# The name in the signature's scope, where it is not the name that this package uses.
SIGNING_NAMES = {"monitoring": "cloudwatch"}

# X-Amz-Target is SERVICE_VERSION.Operation or Service.Operation; REST services are told by path, query ones by Action.
LAMBDA_ROUTES: tuple[tuple[str, str, str], ...] = (
    ("GET", r"/2015-03-31/functions/(?P<name>[^/]+)", "GetFunction"),
    ("GET", r"/2015-03-31/functions/(?P<name>[^/]+)/configuration", "GetFunctionConfiguration"),
    ("GET", r"/2015-03-31/functions/(?P<name>[^/]+)/policy", "GetPolicy"),
    ("POST", r"/2015-03-31/functions/(?P<name>[^/]+)/invocations", "Invoke"),
    ("GET", r"/2015-03-31/functions/(?P<name>[^/]+)/versions", "ListVersionsByFunction"),
    ("POST", r"/2015-03-31/functions/(?P<name>[^/]+)/versions", "PublishVersion"),
    ("GET", r"/2015-03-31/functions/(?P<name>[^/]+)/aliases", "ListAliases"),
    ("GET", r"/2015-03-31/functions/(?P<name>[^/]+)/aliases/(?P<alias>[^/]+)", "GetAlias"),
    ("PUT", r"/2015-03-31/functions/(?P<name>[^/]+)/aliases/(?P<alias>[^/]+)", "UpdateAlias"),
    ("PUT", r"/2015-03-31/functions/(?P<name>[^/]+)/code", "UpdateFunctionCode"),
    ("PUT", r"/2015-03-31/functions/(?P<name>[^/]+)/configuration", "UpdateFunctionConfiguration"),
    ("GET", r"/2019-09-25/functions/(?P<name>[^/]+)/event-invoke-config", "GetFunctionEventInvokeConfig"),
    ("GET", r"/2019-09-30/functions/(?P<name>[^/]+)/concurrency", "GetFunctionConcurrency"),
    ("PUT", r"/2017-10-31/functions/(?P<name>[^/]+)/concurrency", "PutFunctionConcurrency"),
    ("DELETE", r"/2017-10-31/functions/(?P<name>[^/]+)/concurrency", "DeleteFunctionConcurrency"),
)
_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/,\s]+)/([^/,\s]+)/aws4_request")


@dataclass(frozen=True)
class AwsCall:
    """A call's service, operation, caller and body; empty strings where the request does not say.

    `name` is a Lambda function's, `qualifier` its version or alias, `alias` the one that the path names, and `account`
    the one that its ARN names.
    """

    service: str
    operation: str
    region: str
    key_id: str
    path: str
    body: bytes
    name: str = ""
    qualifier: str = ""
    alias: str = ""
    account: str = ""
    query: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/x-amz-json-1.1"

    @cached_property
    def asked(self) -> dict[str, Any]:
        """The parameters: of a JSON call by name, of a query call in the query protocol's flat form.

        None of a body that is neither, as the payload of an invocation may be.
        """
        if self.content_type.startswith(FORM):
            return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))
        return self._document or {}

    @property
    def readable(self) -> bool:
        """Whether the body is what the call's protocol has."""
        return self.content_type.startswith(FORM) or self._document is not None

    @cached_property
    def _document(self) -> dict[str, Any] | None:
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            return None
        return value if isinstance(value, dict) else None


def read_call(request: Request) -> AwsCall:
    """Return the call that a request makes; its operation is empty when the protocol is none that botocore sends."""
    scope = _SCOPE.search(request.headers.get("Authorization", ""))
    key_id, region, signing_name = scope.groups() if scope else ("", "", "")
    service = SIGNING_NAMES.get(signing_name, signing_name)
    body = request.get_data()
    operation, arn, alias = _operation(request, service, body)
    place, _, named = arn.rpartition(":function:")
    name, _, qualifier = named.partition(":")
    query = dict(request.args.items())
    return AwsCall(
        service=service,
        operation=operation,
        region=region,
        key_id=key_id,
        path=request.path,
        body=body,
        name=name,
        qualifier=qualifier or query.get("Qualifier", ""),
        alias=alias,
        account=place.rpartition(":")[2],
        query=query,
        content_type=request.headers.get("Content-Type", "application/x-amz-json-1.1"),
    )


def _operation(request: Request, service: str, body: bytes) -> tuple[str, str, str]:
    """Return the operation's name, and for Lambda the function's name or ARN and the alias in the path."""
    target = request.headers.get("X-Amz-Target", "")
    if target:
        return target.rpartition(".")[2], "", ""
    if service == "lambda":
        for method, pattern, operation in LAMBDA_ROUTES:
            found = re.fullmatch(pattern, request.path)
            if method == request.method and found:
                parts = found.groupdict()
                return operation, unquote(parts["name"]), unquote(parts.get("alias") or "")
        return f"{request.method} {request.path}", "", ""
    if request.headers.get("Content-Type", "").startswith(FORM):
        return dict(parse_qsl(body.decode())).get("Action", ""), "", ""
    return request.args.get("Action", ""), "", ""


class AwsError(Exception):
    """An answer that says no: HTTP status, error code, text, and further members of the error."""

    def __init__(self, code: str, message: str, *, status: int = 400, more: dict[str, str] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.more = more or {}


def error_response(call: AwsCall, error: AwsError, *, request_id: str = "") -> Response:
    """Return the error in the shape of the call's protocol: query XML for STS and SNS, REST JSON for Lambda, else JSON.

    A service that used to speak the query protocol names the old code in a header of its own.
    """
    if call.service in QUERY_SERVICES or call.content_type.startswith(FORM):
        kind = "Sender" if error.status < 500 else "Receiver"
        text = (
            f'<ErrorResponse xmlns="{NAMESPACES.get(call.service, NAMESPACES["sts"])}"><Error><Type>{kind}</Type>'
            f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return Response(text, status=error.status, content_type="text/xml")
    if call.service == "lambda":
        body = json.dumps({"Type": "User", "Message": error.message, **error.more})
        return Response(
            body,
            status=error.status,
            content_type="application/json",
            headers={"x-amzn-ErrorType": error.code},
        )
    body = json.dumps({"__type": error.code, "message": error.message, **error.more})
    response = Response(body, status=error.status, content_type="application/x-amz-json-1.1")
    if call.service == "cloudwatch":
        response.headers["x-amzn-query-error"] = f"{error.code};{'Sender' if error.status < 500 else 'Receiver'}"
    return response


def json_answer(value: object, *, content_type: str = "application/x-amz-json-1.1") -> Response:
    """Return an AWS JSON answer; the names in it are the service's own."""
    return Response(json.dumps(value, ensure_ascii=False).encode(), content_type=content_type)


def required(asked: dict[str, Any], name: str) -> Any:
    """Return a parameter that the operation needs, or raise the service's own kind of refusal."""
    if asked.get(name) in (None, ""):
        raise AwsError("ValidationException", f"parameter {name} is missing")
    return asked[name]
