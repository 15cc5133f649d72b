"""The AWS front: says who may ask what, injects faults, answers what must follow the sandbox clock, records all."""

from __future__ import annotations

import base64
import json
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from werkzeug.wrappers import Request, Response

from bongsu.sandbox.aws_actions import FREE
from bongsu.sandbox.aws_call import AwsCall, AwsError, error_response, json_answer, read_call
from bongsu.sandbox.aws_checks import check_parameters
from bongsu.sandbox.aws_dynamodb import check_keys, quick_read
from bongsu.sandbox.aws_operations import KNOWN
from bongsu.sandbox.aws_switches import AwsSwitches, by_service
from bongsu.sandbox.control import control_faults
from bongsu.sandbox.faults import Played

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from bongsu.sandbox.aws_actions import Resources
    from bongsu.sandbox.aws_alarms import Alarms
    from bongsu.sandbox.aws_lambda import FunctionRecords, Invoked
    from bongsu.sandbox.aws_logs import Logs
    from bongsu.sandbox.aws_metrics import Metrics
    from bongsu.sandbox.aws_policy import Decision, Policy
    from bongsu.sandbox.aws_store import AwsStore
    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.faults import Fault, FaultBook
    from bongsu.sandbox.lambda_control import LambdaControl
    from bongsu.sandbox.record import Record
    from bongsu.sandbox.sns import Sns

RULE_CHANGES = frozenset({"EnableRule", "DisableRule"})
# Limits of Invoke: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
PAYLOAD_BYTES_MAX = {"RequestResponse": 6_291_456, "Event": 1_048_576, "DryRun": 6_291_456}


class Invoke(Protocol):
    """Runs a function; None means that the event was queued."""

    def __call__(self, name: str, payload: bytes, *, wait: bool, request_id: str) -> Invoked | None:
        """Return how the invocation ended if it was waited for; it bears the request id of the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whose an access key is, and what a policy lets them do; no policy lets them do nothing."""

    user: str
    policy: Policy | None = None
    assumed_role: bool = False
    expired: bool = False

    def arn(self, account: str) -> str:
        """Return the identity's ARN."""
        if self.assumed_role:
            return f"arn:aws:sts::{account}:assumed-role/{self.user}/sandbox"
        return f"arn:aws:iam::{account}:user/{self.user}"

    @property
    def user_id(self) -> str:
        """The identity's unique id."""
        return "AROAEXAMPLEROLE000001:sandbox" if self.assumed_role else "AIDAEXAMPLEUSER000001"


@dataclass(slots=True, kw_only=True)
class AwsParts:
    """What the front is put together from."""

    store: AwsStore
    logs: Logs
    metrics: Metrics
    alarms: Alarms
    functions: FunctionRecords
    control: LambdaControl
    sns: Sns
    faults: FaultBook
    resources: Resources
    identities: Mapping[str, Identity]
    switches: AwsSwitches
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
        self._decisions: dict[tuple[str, str, str], Decision] = {}
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
        def refused(error: AwsError) -> Response:
            return error_response(call, error, request_id=request_id)

        def act() -> Response:
            try:
                return self._apply(call, request, request_id)
            except AwsError as error:
                return refused(error)

        try:
            self._check(call, request)
        except AwsError as error:
            return Played(response=refused(error), facts={"status": error.status, "refused": error.code})
        self._parts.faults.pause(self._parts.latency_ms.get(call.service, 0))
        return self._parts.faults.play(
            call.service,
            call.operation,
            act=act,
            refuse=lambda fault: refused(_ordered(call, fault)),
            about=_subjects(call),
        )

    def _check(self, call: AwsCall, request: Request) -> None:
        identity = self._known_caller(call)
        if call.operation not in KNOWN.get(call.service, ()):
            raise AwsError(
                "SandboxUnsupportedOperation",
                f"the sandbox's AWS does not answer {call.service or 'unsigned'}.{call.operation or request.path}",
                status=501,
            )
        if not call.readable and call.operation != "Invoke":
            raise AwsError("SerializationException", "the body is no JSON object")
        action, resources = self._parts.resources.asked_for(call)
        if action not in FREE:
            for resource in resources:
                self._check_allowed(call, identity, action=action, resource=resource)

    def _known_caller(self, call: AwsCall) -> Identity:
        switches = self._parts.switches
        identity = self._parts.identities.get(call.key_id)
        query = call.service in ("sts", "sns")
        status = 403 if query or call.service == "lambda" else 400
        if identity is None:
            code = by_service(switches.unknown_key_codes, call.service)
            raise AwsError(code, "The security token included in the request is invalid.", status=status)
        if identity.expired:
            code = by_service(switches.expired_key_codes, call.service)
            raise AwsError(code, "The security token included in the request is expired", status=status)
        if call.region != self._region:
            code = "SignatureDoesNotMatch" if query else "InvalidSignatureException"
            raise AwsError(code, f"Credential should be scoped to a valid region, not '{call.region}'.", status=403)
        return identity

    def _check_allowed(self, call: AwsCall, identity: Identity, *, action: str, resource: str) -> None:
        asked = (call.key_id, action, resource)
        decision = self._decisions.get(asked)
        if decision is None:
            context = {"aws:requestedregion": self._region, "aws:principalaccount": self._account}
            decision = "denied" if identity.policy is None else identity.policy.decide(action, resource, context)
            self._decisions[asked] = decision
        if decision == "allowed":
            return
        why = (
            f"because no identity-based policy allows the {action} action"
            if decision == "denied"
            else "with an explicit deny in an identity-based policy"
        )
        switches = self._parts.switches
        raise AwsError(
            by_service(switches.denied_codes, call.service),
            f"User: {identity.arn(self._account)} is not authorized to perform: {action} on resource: {resource} {why}",
            status=switches.denied_statuses.get(call.service, switches.denied_statuses["*"]),
        )

    def _apply(self, call: AwsCall, request: Request, request_id: str) -> Response:
        parts = self._parts
        check_parameters(call.service, call.operation, call.asked)
        match call.service:
            case "sts":
                return self._identity(call)
            case "sns":
                return parts.sns.answer(call.operation, call.asked, request_id=request_id)
            case "logs":
                return json_answer(parts.logs.answer(call.operation, call.asked))
            case "cloudwatch":
                alarms = call.operation in ("DescribeAlarms", "SetAlarmState")
                answering = parts.alarms.answer if alarms else parts.metrics.answer
                return json_answer(answering(call.operation, call.asked), content_type="application/x-amz-json-1.0")
            case "lambda" if call.operation == "Invoke":
                return self._invoked(call, request, request_id)
            case "lambda":
                return parts.control.answer(call)
            case "dynamodb":
                check_keys(parts.store, call.operation, call.asked)
                quick = quick_read(parts.store, call.operation, call.asked)
                if quick is not None:
                    return json_answer(quick, content_type=call.content_type)
        return self._stored(call, request)

    def _stored(self, call: AwsCall, request: Request) -> Response:
        response = self._parts.store.answer(request.environ, call.body)
        if response.status_code >= 500:
            # A fault of the embedded store, and none of the service.
            text = f"the sandbox's store cannot answer this {call.service}.{call.operation}"
            raise AwsError("SandboxUnsupportedOperation", text, status=501)
        if response.status_code == 404 and call.service == "secretsmanager":
            response.status_code = self._parts.switches.missing_secret_status
        response.headers["Content-Type"] = call.content_type
        if call.operation in RULE_CHANGES and response.status_code == 200 and self.on_rule_change is not None:
            self.on_rule_change(str(call.asked["Name"]))
        return response

    def _invoked(self, call: AwsCall, request: Request, request_id: str) -> Response:
        kind = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        payload = call.body or b"{}"
        if kind not in PAYLOAD_BYTES_MAX or self.invoke is None:
            raise AwsError("InvalidParameterValueException", f"Unsupported invocation type {kind}")
        if len(payload) > PAYLOAD_BYTES_MAX[kind]:
            text = f"{len(payload)} byte payload is too large for the {kind} invocation type"
            raise AwsError("RequestTooLargeException", text, status=413)
        try:
            json.loads(payload)
        except ValueError:
            raise AwsError("InvalidRequestContentException", "Could not parse request body into json") from None
        functions = self._parts.functions
        version = functions.resolve(call.name, call.qualifier).version
        if call.account not in ("", self._account):
            raise AwsError("ResourceNotFoundException", f"Function not found: {call.path}", status=404)
        if kind == "DryRun":
            return Response(status=204, headers={"X-Amz-Executed-Version": version})
        name = f"{call.name}:{call.qualifier}" if call.qualifier else call.name
        waits = kind == "RequestResponse"
        return _invoke_answer(request, self.invoke(name, payload, wait=waits, request_id=request_id))

    def _identity(self, call: AwsCall) -> Response:
        identity = self._parts.identities[call.key_id]
        text = (
            '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
            f"<Arn>{identity.arn(self._account)}</Arn><UserId>{identity.user_id}</UserId>"
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
        if request.method == "POST" and request.path == "/__sandbox__/sns":
            return self._forge(request)
        return Response(json.dumps({"alarms": self._parts.alarms.states()}), content_type="application/json")

    def _forge(self, request: Request) -> Response:
        try:
            asked = request.get_json()
            self._parts.sns.forge(str(asked["forge"]), str(asked["topic"]))
        except (KeyError, TypeError, ValueError) as error:
            return Response(json.dumps({"error": str(error)}), status=400, content_type="application/json")
        return Response(status=204)


def _subjects(call: AwsCall) -> set[str]:
    asked = call.asked if call.service == "events" else {}
    return {call.name, *(str(asked[name]) for name in ("Name", "Rule") if name in asked)}


def _ordered(call: AwsCall, fault: Fault) -> AwsError:
    """Return the error that a fault asks for, in the words in which the service says "too fast" or "broken"."""
    code, status = "InternalFailure", fault.answered_status
    if fault.kind == "rate_limit":
        code, status = THROTTLED.get(call.service, ("ThrottlingException", 400))
    return AwsError(fault.code or code, fault.message, status=status)


# The JSON protocols throttle with 400; Lambda's REST one with 429, and query services with a code of their own.
THROTTLED = {
    "lambda": ("TooManyRequestsException", 429),
    "dynamodb": ("ProvisionedThroughputExceededException", 400),
    "sns": ("Throttling", 400),
    "sts": ("Throttling", 400),
    "cloudwatch": ("Throttling", 400),
}


def _invoke_answer(request: Request, invoked: Invoked | None) -> Response:
    """Return the answer of Invoke: 202 without body for an event that was queued, else the handler's payload."""
    if invoked is None:
        return Response(b"", status=202)
    headers = {"X-Amz-Executed-Version": invoked.version}
    if invoked.failed:
        headers["X-Amz-Function-Error"] = "Unhandled"
    if request.headers.get("X-Amz-Log-Type") == "Tail":
        headers["X-Amz-Log-Result"] = base64.b64encode(invoked.log_tail.encode()[-4096:]).decode()
    return Response(invoked.payload, status=200, headers=headers, content_type="application/json")


def history_age(start_at: datetime) -> datetime:
    """Return the instant at which a world's lasting things are said to have been made."""
    return start_at - timedelta(days=30)
