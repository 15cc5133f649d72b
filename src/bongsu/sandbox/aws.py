"""The AWS front: says who may ask what, injects faults, answers what must follow the sandbox clock, records all."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from werkzeug.wrappers import Request, Response

from bongsu.sandbox.aws_call import AwsCall, AwsError, error_response, json_answer, read_call
from bongsu.sandbox.aws_dynamodb import quick_read
from bongsu.sandbox.aws_lambda import FunctionRecords, Invoked, invoke_answer, not_found
from bongsu.sandbox.control import control_faults
from bongsu.sandbox.faults import Played

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from bongsu.sandbox.aws_alarms import Alarms
    from bongsu.sandbox.aws_logs import Logs
    from bongsu.sandbox.aws_metrics import Metrics
    from bongsu.sandbox.aws_store import AwsStore
    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.faults import Fault, FaultBook
    from bongsu.sandbox.record import Record

# Every operation that a test of this package has compared with what the service documents. Nothing else is answered:
# a silently wrong answer of the embedded store must not pass for evidence.
KNOWN = {
    "cloudwatch": {"DescribeAlarms", "GetMetricData", "GetMetricStatistics"},
    "dynamodb": {
        "BatchGetItem", "DeleteItem", "DescribeTable", "GetItem", "PutItem", "Query", "Scan", "UpdateItem",
    },
    "events": {"DescribeRule", "DisableRule", "EnableRule", "ListTargetsByRule"},
    "lambda": {
        "GetFunction", "GetFunctionConfiguration", "GetFunctionEventInvokeConfig", "GetPolicy", "Invoke",
    },
    "logs": {"DescribeLogGroups", "DescribeLogStreams", "FilterLogEvents", "GetLogEvents"},
    "secretsmanager": {"DescribeSecret", "GetSecretValue"},
    "sts": {"GetCallerIdentity"},
}  # fmt: skip
RULE_CHANGES = frozenset({"EnableRule", "DisableRule"})


class Invoke(Protocol):
    """Runs a function; None means that the event was queued."""

    def __call__(self, name: str, payload: bytes, *, wait: bool, request_id: str) -> Invoked | None:
        """Return how the invocation ended if it was waited for; it bears the request id of the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whose an access key is."""

    user: str
    user_id: str = "AIDAEXAMPLEUSER000001"


@dataclass(slots=True, kw_only=True)
class AwsParts:
    """What the front is put together from."""

    store: AwsStore
    logs: Logs
    metrics: Metrics
    alarms: Alarms
    functions: FunctionRecords
    faults: FaultBook
    identities: Mapping[str, Identity]
    latency_ms: Mapping[str, int] = field(default_factory=dict)


class AwsFront:
    """A WSGI application that stands for one account in one region."""

    def __init__(
        self, clock: SandboxClock, record: Record, parts: AwsParts, *, account: str, region: str, seed: int
    ) -> None:
        self._clock = clock
        self._record = record
        self._parts = parts
        self._account = account
        self._region = region
        self._random = Random(f"aws {seed}")
        self._random_lock = threading.Lock()
        self.on_rule_change: Callable[[str], None] | None = None
        self.invoke: Invoke | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        if request.path.startswith("/__sandbox__/"):
            return self._control(request)(environ, start_response)
        call = read_call(request)
        request_id = self._request_id()
        played = self._played(call, request, request_id)
        self._write_down(call, request_id=request_id, facts=played.facts)
        played.response.headers["x-amzn-RequestId"] = request_id
        played.response.headers["Date"] = format_datetime(self._clock.now(), usegmt=True)
        return played.response(environ, start_response)

    def _played(self, call: AwsCall, request: Request, request_id: str) -> Played:
        def act() -> Response:
            try:
                return self._apply(call, request, request_id)
            except AwsError as error:
                return error_response(call, error)

        try:
            self._check(call, request)
        except AwsError as error:
            return Played(response=error_response(call, error), facts={"status": error.status})
        self._parts.faults.pause(self._parts.latency_ms.get(call.service, 0))
        return self._parts.faults.play(
            call.service,
            call.operation,
            act=act,
            refuse=lambda fault: _ordered_error(call, fault),
            about=_subjects(call),
        )

    def _check(self, call: AwsCall, request: Request) -> None:
        self._check_caller(call)
        if call.operation not in KNOWN.get(call.service, ()):
            raise AwsError(
                "SandboxUnsupportedOperation",
                f"the sandbox's AWS does not answer {call.service or 'unsigned'}.{call.operation or request.path}",
                status=501,
            )

    def _check_caller(self, call: AwsCall) -> None:
        query = call.service == "sts"
        if call.key_id not in self._parts.identities:
            code = "InvalidClientTokenId" if query else "UnrecognizedClientException"
            status = 403 if query or call.service == "lambda" else 400
            raise AwsError(code, "The security token included in the request is invalid.", status=status)
        if call.region != self._region:
            code = "SignatureDoesNotMatch" if query else "InvalidSignatureException"
            raise AwsError(code, f"Credential should be scoped to a valid region, not '{call.region}'.", status=403)

    def _apply(self, call: AwsCall, request: Request, request_id: str) -> Response:
        match call.service:
            case "sts":
                return self._identity(call)
            case "logs":
                return json_answer(self._parts.logs.answer(call.operation, call.asked))
            case "cloudwatch":
                answer = (
                    self._parts.alarms.describe(call.asked)
                    if call.operation == "DescribeAlarms"
                    else self._parts.metrics.answer(call.operation, call.asked)
                )
                return json_answer(answer, content_type="application/x-amz-json-1.0")
            case "lambda":
                return self._lambda(call, request, request_id)
            case "dynamodb":
                quick = quick_read(self._parts.store, call.operation, call.asked)
                if quick is not None:
                    return json_answer(quick, content_type=call.content_type)
        response = self._parts.store.answer(request.environ, call.body)
        response.headers["Content-Type"] = call.content_type
        if call.operation in RULE_CHANGES and response.status_code == 200 and self.on_rule_change is not None:
            self.on_rule_change(str(call.asked["Name"]))
        return response

    def _lambda(self, call: AwsCall, request: Request, request_id: str) -> Response:
        if call.name not in self._parts.functions.specs or call.account not in ("", self._account):
            raise not_found(call.name, self._parts.functions.arn(call.name))
        if call.operation != "Invoke":
            answer = self._parts.store.answer(request.environ, call.body)
            return self._parts.functions.patched(call, answer)
        kind = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        if kind not in ("Event", "RequestResponse") or self.invoke is None:
            raise AwsError("InvalidParameterValueException", f"the sandbox does not answer an Invoke of kind {kind}")
        waits = kind == "RequestResponse"
        return invoke_answer(request, self.invoke(call.name, call.body or b"{}", wait=waits, request_id=request_id))

    def _identity(self, call: AwsCall) -> Response:
        identity = self._parts.identities[call.key_id]
        text = (
            '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
            f"<Arn>arn:aws:iam::{self._account}:user/{identity.user}</Arn><UserId>{identity.user_id}</UserId>"
            f"<Account>{self._account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
        )
        return Response(text, content_type="text/xml")

    def _write_down(self, call: AwsCall, *, request_id: str, facts: Mapping[str, object]) -> None:
        told: dict[str, object] = {
            **facts,
            "request_id": request_id,
            "caller": self._parts.identities[call.key_id].user if call.key_id in self._parts.identities else "",
        }
        if call.name:
            told["function"] = call.name
        elif call.service == "events" and call.body:
            told["rule"] = call.asked.get("Name") or call.asked.get("Rule")
        self._record.write("aws", f"{call.service}.{call.operation}", **told)

    def _request_id(self) -> str:
        with self._random_lock:
            return str(UUID(int=self._random.getrandbits(128), version=4))

    def _control(self, request: Request) -> Response:
        faults = control_faults(self._parts.faults, request)
        if faults is not None:
            return faults
        if request.method == "POST" and request.path == "/__sandbox__/alarms":
            for name, state in request.get_json().items():
                self._parts.alarms.force(name, state)
            return Response(status=204)
        return Response(json.dumps({"alarms": self._parts.alarms.states()}), content_type="application/json")


def _subjects(call: AwsCall) -> set[str]:
    try:
        asked = call.asked if call.service == "events" else {}
    except ValueError:
        asked = {}
    return {call.name, *(str(asked[name]) for name in ("Name", "Rule") if name in asked)}


def _ordered_error(call: AwsCall, fault: Fault) -> Response:
    code, status = "InternalFailure", fault.answered_status
    if fault.kind == "rate_limit":
        # The JSON protocols throttle with 400; Lambda's REST one with 429.
        code, status = ("TooManyRequestsException", 429) if call.service == "lambda" else ("ThrottlingException", 400)
    return error_response(call, AwsError(fault.code or code, fault.message, status=status))


def history_age(start_at: datetime) -> datetime:
    """Return the instant at which a world's lasting things are said to have been made."""
    return start_at - timedelta(days=30)
