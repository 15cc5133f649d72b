"""Lambda as a control plane: records kept by the store with their gaps filled, and Invoke answered by us."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from bongsu.sandbox.aws_call import AwsCall, AwsError, json_answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bongsu.sandbox.aws_store import AwsStore


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSpec:
    """One Lambda function: its record, and how its handler is started as a child process.

    `handler` empty means a record that cannot be run. `environment` values may hold `{clock}`, `{aws}`, `{sens}`,
    `{naver}`, `{telegram}` and `{slack}`, replaced by those services' addresses.
    """

    name: str
    handler: str = ""
    memory_mb: int = 512
    timeout_s: int = 300
    image: str = "000000000000.dkr.ecr.ap-northeast-2.amazonaws.com/example-sms"
    # The digest of an image that exists nowhere.
    digest: str = "sha256:" + hashlib.sha256(b"example image").hexdigest()
    log_group: str = ""
    retries: int = 0
    event_age_s: int = 3600
    environment: Mapping[str, str] = field(default_factory=dict)
    python_path: tuple[str, ...] = ()
    memory_used_mb: int | None = None
    never_runs: bool = False
    raise_nth: tuple[int, ...] = ()
    hang_nth: tuple[int, ...] = ()

    @property
    def logs_to(self) -> str:
        """The log group's name."""
        return self.log_group or f"/aws/lambda/{self.name}"


class FunctionRecords:
    """The functions of a world."""

    def __init__(
        self, store: AwsStore, functions: tuple[FunctionSpec, ...], *, account: str, region: str, created_at: datetime
    ) -> None:
        self._store = store
        self._account = account
        self._region = region
        self._created_at = created_at
        self.specs = {function.name: function for function in functions}
        for function in functions:
            self._create(function)

    def arn(self, name: str) -> str:
        """Return a function's unqualified ARN."""
        return f"arn:aws:lambda:{self._region}:{self._account}:function:{name}"

    def _create(self, function: FunctionSpec) -> None:
        self._store.call_lambda(
            "POST",
            "/2015-03-31/functions",
            {
                "FunctionName": function.name,
                "PackageType": "Image",
                "Code": {"ImageUri": f"{function.image}@{function.digest}"},
                "Role": self._store.create_role(function.name),
                "MemorySize": function.memory_mb,
                "Timeout": function.timeout_s,
            },
        )
        self._store.call_lambda(
            "PUT",
            f"/2019-09-25/functions/{function.name}/event-invoke-config",
            {"MaximumRetryAttempts": function.retries, "MaximumEventAgeInSeconds": function.event_age_s},
        )

    def allow_rule(self, name: str, *, rule_arn: str) -> None:
        """Add the statement that lets EventBridge invoke the function for one rule."""
        self._store.call_lambda(
            "POST",
            f"/2015-03-31/functions/{name}/policy",
            {
                "StatementId": f"events-{hashlib.sha256(rule_arn.encode()).hexdigest()[:8]}",
                "Action": "lambda:InvokeFunction",
                "Principal": "events.amazonaws.com",
                "SourceArn": rule_arn,
            },
        )

    def may_be_invoked_by(self, name: str, *, rule_arn: str) -> bool:
        """Return whether the function's policy allows events.amazonaws.com for exactly that rule."""
        if name not in self.specs:
            return False
        policy = self._store.policy_of(name)
        statements = json.loads(policy)["Statement"] if policy else []
        return any(
            one["Effect"] == "Allow"
            and one["Action"] == "lambda:InvokeFunction"
            and one["Principal"] == {"Service": "events.amazonaws.com"}
            and one.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn") in (None, rule_arn)
            for one in statements
        )

    def patched(self, call: AwsCall, response: Response) -> Response:
        """Return the store's answer with digest, revision, log settings and dates as the service gives them."""
        if response.status_code >= 300 or call.operation not in ("GetFunction", "GetFunctionConfiguration"):
            return response
        spec = self.specs[call.name]
        answer = json.loads(response.get_data())
        configuration = answer["Configuration"] if call.operation == "GetFunction" else answer
        configuration |= {
            "CodeSha256": spec.digest.removeprefix("sha256:"),
            "LastModified": self._created_at.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
            "LastUpdateStatus": "Successful",
            "LoggingConfig": {"LogFormat": "Text", "LogGroup": spec.logs_to},
            "RevisionId": _revision(spec),
            "State": "Active",
        }
        if call.operation == "GetFunction":
            uri = f"{spec.image}@{spec.digest}"
            answer["Code"] = {"RepositoryType": "ECR", "ImageUri": uri, "ResolvedImageUri": uri}
        return json_answer(answer, content_type="application/json")


def _revision(spec: FunctionSpec) -> str:
    digest = hashlib.sha256(f"{spec.name} {spec.digest}".encode()).hexdigest()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoked:
    """How an invocation ended, as Invoke reports it."""

    payload: bytes
    failed: bool
    log_tail: str


def invoke_answer(request: Request, invoked: Invoked | None) -> Response:
    """Return the answer of Invoke: 202 without body for an event that was queued, else the handler's payload."""
    if invoked is None:
        return Response(b"", status=202, headers={"X-Amz-Executed-Version": "$LATEST"})
    headers = {"X-Amz-Executed-Version": "$LATEST"}
    if invoked.failed:
        headers["X-Amz-Function-Error"] = "Unhandled"
    if request.headers.get("X-Amz-Log-Type") == "Tail":
        headers["X-Amz-Log-Result"] = base64.b64encode(invoked.log_tail.encode()[-4096:]).decode()
    return Response(invoked.payload, status=200, headers=headers, content_type="application/json")


def not_found(name: str, arn: str) -> AwsError:
    """Return the error for a function that does not exist."""
    return AwsError("ResourceNotFoundException", f"Function not found: {arn or name}", status=404)
