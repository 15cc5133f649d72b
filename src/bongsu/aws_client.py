"""Calls to AWS, each recorded whole: the one place that makes boto3 clients.

What is recorded is the HTTP body as it came, because every service used here answers in readable text: JSON, and XML
from STS. botocore may come to prefer a binary protocol for a service; making a client is then refused rather than
recording bytes that nobody can read. Two things are taken out of a body before anyone keeps it: the environment of
a function with the address of its package, and the personal keys in DynamoDB's paging marks. Headers are never
recorded, so that no signature is.

Reads are tried up to four times within a call (the last attempt is what a `Done` keeps, a `Failed` keeps all);
writes once: whether to repeat one is not decided here.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from bongsu.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
CONNECT_S = 3
READ_S = 10
READ_ATTEMPTS = 4
TEXT_PROTOCOLS = {"sts": "query", "lambda": "rest-json"}
"""The protocol each service must be spoken to in; AWS JSON where nothing is said."""
WITHHELD = "[withheld]"
ACTIONS = {"Invoke": "InvokeFunction"}
"""What a policy calls an operation, where that is another name."""

AGAIN_CODES = frozenset(
    {
        *("ThrottlingException", "Throttling", "ThrottledException", "TooManyRequestsException"),
        *("RequestLimitExceeded", "ProvisionedThroughputExceededException", "LimitExceededException"),
        *("RequestThrottled", "RequestThrottledException", "SlowDown", "ConcurrentModificationException"),
    }
)
MISSING_CODES = frozenset({"ResourceNotFoundException", "ResourceNotFound", "NotFoundException"})
DENIED_CODES = frozenset({"AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "AuthorizationError"})
KEY_CODES = frozenset(
    {
        *("UnrecognizedClientException", "InvalidClientTokenId", "ExpiredTokenException", "ExpiredToken"),
        *("InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature", "MissingAuthenticationToken"),
        *("InvalidAccessKeyId", "OptInRequired", "MissingAuthenticationTokenException"),
    }
)
REFUSED_CODES = frozenset(
    {
        *("ValidationException", "ValidationError", "InvalidParameterException", "InvalidParameterValueException"),
        *("InvalidParameterValue", "ManagedRuleException", "UnknownOperationException", "SerializationException"),
    }
)


class Cleaner(Protocol):
    """Takes secrets and personal data out of bytes; `bongsu.redact.Redactor` is one."""

    def clean(self, data: bytes) -> bytes:
        """Return the bytes without them."""
        ...


class OffLoopback(RuntimeError):
    """A client bound to this machine was about to ask another one; nothing was sent."""


class Certainty(StrEnum):
    """What a failed call says about its effect."""

    REFUSED = "refused"
    """No effect, and the same call again cannot help."""
    NOT_DONE = "not_done"
    """No effect, and the same call later may help."""
    IN_DOUBT = "in_doubt"
    """Nobody knows; for a read this is merely not done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An answer: boto3's parsed form, and the exchange that carried it."""

    value: Mapping[str, Any] = field(repr=False)
    wires: tuple[Wire, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No answer to rely on: the service's code (or the local error's name), why and what to do, every exchange."""

    certainty: Certainty
    code: str
    reason: str
    wires: tuple[Wire, ...] = field(default=(), repr=False)

    @property
    def missing(self) -> bool:
        """Whether the service says that the thing does not exist."""
        return self.code in MISSING_CODES


@cache
def descriptions(data_path: str | None) -> Any:
    """Return botocore's reader of its descriptions of services, one for all clients: it parses a file only once."""
    from botocore.loaders import create_loader

    return create_loader(data_path)


class Aws:
    """The services of one region, reached through one endpoint. Safe to share between threads; makes clients once."""

    def __init__(
        self,
        *,
        region: str,
        endpoint_url: str | None,
        redactor: Cleaner,
        mono: Callable[[], float] = monotonic,
        read_attempts: int = READ_ATTEMPTS,
    ) -> None:
        self.region = region
        self.endpoint_url = endpoint_url
        self._redactor = redactor
        self._mono = mono
        self._attempts = read_attempts
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, int], Any] = {}
        self._calls = threading.local()

    @property
    def loopback(self) -> bool:
        """Whether the endpoint is on this machine; then nothing may be sent elsewhere."""
        return self.endpoint_url is not None and urlsplit(self.endpoint_url).hostname in LOOPBACK

    def address_of(self, service: str) -> str:
        """Return scheme, host and port that calls to a service go to."""
        return self.endpoint_url or f"https://{service}.{self.region}.amazonaws.com"

    def read(self, service: str, operation: str, params: Mapping[str, Any] | None = None) -> Done | Failed:
        """Ask, with the few attempts that a read may take."""
        return self._call(service, operation, params or {}, attempts=self._attempts)

    def write(self, service: str, operation: str, params: Mapping[str, Any] | None = None) -> Done | Failed:
        """Make one attempt at a change."""
        return self._call(service, operation, params or {}, attempts=1)

    def _call(self, service: str, operation: str, params: Mapping[str, Any], *, attempts: int) -> Done | Failed:
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        wires: list[Wire] = []
        self._calls.wires = wires
        try:
            client = self._client(service, attempts)
            value = getattr(client, operation)(**params)
        except (BotoCoreError, ClientError, ResponseParserError, ValueError) as exc:
            # ValueError: boto3's own word for an endpoint address that is none.
            return self._failed(service, operation, exc, wires=tuple(wires))
        value.pop("ResponseMetadata", None)
        return Done(value=value, wires=tuple(wires[-1:]))

    def _client(self, service: str, attempts: int) -> Any:
        with self._lock:  # making a boto3 client is not safe in two threads at once
            key = (service, attempts)
            if key not in self._clients:
                self._clients[key] = self._new_client(service, attempts)
            return self._clients[key]

    def _new_client(self, service: str, attempts: int) -> Any:
        import boto3
        import botocore.session
        from botocore.config import Config

        core = botocore.session.get_session()
        core.register_component("data_loader", descriptions(core.get_config_variable("data_path")))
        if self.loopback:
            # The other providers may ask a metadata address, which is not on this machine.
            resolver = core.get_component("credential_provider")
            resolver.providers = [one for one in resolver.providers if one.METHOD == "env"]
        new_config: Any = Config
        config = new_config(
            connect_timeout=CONNECT_S,
            read_timeout=READ_S,
            retries={"mode": "standard", "total_max_attempts": attempts},
            proxies={} if self.loopback else None,
            # Only the plan says where calls go, not a variable of the captain's shell.
            ignore_configured_endpoint_urls=True,
        )
        session: Any = boto3.Session(botocore_session=core)
        client = session.client(service, region_name=self.region, endpoint_url=self.endpoint_url, config=config)
        _require_text(service, client.meta.service_model.resolved_protocol)
        client.meta.events.register("before-send", self._leaving)
        client.meta.events.register("response-received", self._arrived)
        return client

    def _leaving(self, *, request: Any, event_name: str, **_: Any) -> None:
        parts = urlsplit(request.url)
        if self.loopback and parts.hostname not in LOOPBACK:
            raise OffLoopback(f"a call to '{parts.hostname}' was stopped: the plan's endpoint is on this machine")
        service, operation = event_name.split(".")[1:]
        body = request.body or b""
        self._calls.wires.append(
            Wire(
                service=service,
                operation=operation,
                address=f"{parts.scheme}://{parts.netloc}{parts.path}",
                request=self._kept(operation, body.encode() if isinstance(body, str) else bytes(body)),
                response=b"",
                status=None,
                sent_mono=self._mono(),
            )
        )

    def _arrived(self, *, response_dict: Mapping[str, Any] | None, **_: Any) -> None:
        wires: list[Wire] = self._calls.wires
        if response_dict is None or not wires or wires[-1].status is not None:
            return
        left = wires[-1]
        headers = response_dict["headers"]
        body = response_dict["body"]
        wires[-1] = Wire(
            service=left.service,
            operation=left.operation,
            address=left.address,
            request=left.request,
            # Invoke's payload is a stream, which can be read once: what is recorded is all that there is.
            response=self._kept(left.operation, body.read() if hasattr(body, "read") else bytes(body)),
            status=int(response_dict["status_code"]),
            request_id=str(headers.get("x-amzn-requestid") or headers.get("x-amz-request-id") or ""),
            sent_mono=left.sent_mono,
            received_mono=self._mono(),
            service_at=http_date(headers.get("date")),
        )

    def _kept(self, operation: str, body: bytes) -> bytes:
        return self._redactor.clean(withhold(operation, body))

    def _failed(self, service: str, operation: str, exc: Exception, *, wires: tuple[Wire, ...]) -> Failed:
        from botocore.exceptions import ClientError

        if not isinstance(exc, ClientError):
            return _local_failure(service, operation, exc, wires=wires)
        code = str(exc.response.get("Error", {}).get("Code", ""))
        status = int(exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        text = str(exc.response.get("Error", {}).get("Message", ""))
        said = self._redactor.clean(text.encode()).decode(errors="replace")[:300].rstrip(".")
        hint = hint_for(service, operation, code)
        return Failed(
            certainty=certainty_of(code, status),
            code=code,
            reason=f"{service} {operation} answered {status} {code}" + (f" ({said})" if said else "") + hint,
            wires=wires,
        )


def certainty_of(code: str, status: int) -> Certainty:
    """Return what an error answer says: a code that no list knows leaves the effect in doubt."""
    if code in AGAIN_CODES:
        return Certainty.NOT_DONE
    if code in MISSING_CODES | DENIED_CODES | KEY_CODES | REFUSED_CODES:
        return Certainty.REFUSED
    if status == 429:
        return Certainty.NOT_DONE
    return Certainty.REFUSED if status in {401, 403, 404} else Certainty.IN_DOUBT


def hint_for(service: str, operation: str, code: str) -> str:
    """Return what a person can do about an error code, begun by a semicolon; empty when nothing is known."""
    if code in MISSING_CODES:
        return "; check the names, the region and the account in the plan"
    if code in DENIED_CODES:
        named = "".join(word.capitalize() for word in operation.split("_"))
        return f"; allow {service}:{ACTIONS.get(named, named)} for the identity in use"
    if code in KEY_CODES:
        return "; sign in again or put other credentials into the environment"
    return ""


def _local_failure(service: str, operation: str, exc: Exception, *, wires: tuple[Wire, ...]) -> Failed:
    from botocore import exceptions as errors

    name = type(exc).__name__
    # Raised before any byte of a request left.
    never_left = (errors.EndpointConnectionError, errors.ConnectTimeoutError, errors.ProxyConnectionError)
    after_leaving = (errors.HTTPClientError, errors.ConnectionError)
    if isinstance(exc, never_left):
        certainty, hint = Certainty.NOT_DONE, "no connection was made"
    elif wires and (isinstance(exc, after_leaving) or wires[-1].status is not None):
        certainty, hint = Certainty.IN_DOUBT, "the request left and no readable answer came"
    elif isinstance(exc, errors.NoCredentialsError | errors.PartialCredentialsError):
        certainty, hint = Certainty.REFUSED, "put AWS credentials into the environment"
    else:
        certainty, hint = Certainty.REFUSED, f"nothing was sent: {exc}"
    return Failed(
        certainty=certainty, code=name, reason=f"{service} {operation}: {name}, {hint}".rstrip("."), wires=wires
    )


def _require_text(service: str, protocol: str) -> None:
    wanted = TEXT_PROTOCOLS.get(service, "json")
    if protocol != wanted:
        raise ValueError(
            f"this botocore speaks '{protocol}' to {service} and '{wanted}' is what can be recorded readably, "
            "install another release of boto3"
        )


def withhold(operation: str, body: bytes) -> bytes:
    """Return a body without what must not be kept however it looks; unchanged when it holds none of that."""
    masks = _MASKS.get(operation)
    if masks is None:
        return body
    try:
        value = json.loads(body)
    except ValueError:
        return body
    masked = [mask(value) for mask in masks] if isinstance(value, dict) else []
    if True not in masked:
        return body
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _mask_environment(value: dict[str, Any]) -> bool:
    configuration = value.get("Configuration", value)
    if not isinstance(configuration, dict):
        return False
    environment = configuration.get("Environment")
    if not isinstance(environment, dict) or not environment:
        return False
    configuration.update(Environment=WITHHELD)
    return True


def _mask_location(value: dict[str, Any]) -> bool:
    code = value.get("Code")
    if not isinstance(code, dict) or "Location" not in code:
        return False
    code["Location"] = WITHHELD  # a signed address that anyone may fetch for ten minutes
    return True


def _mask_paging(value: dict[str, Any]) -> bool:
    marks = [value[name] for name in ("LastEvaluatedKey", "ExclusiveStartKey") if name in value]
    for mark in marks:
        mark.pop("phone", None)
    return bool(marks)


_MASKS: dict[str, tuple[Callable[[dict[str, Any]], bool], ...]] = {
    "GetFunction": (_mask_environment, _mask_location),
    "GetFunctionConfiguration": (_mask_environment,),
    "Query": (_mask_paging,),
}


def http_date(text: object) -> datetime | None:
    """Return the time in a Date header, aware UTC; None when there is not exactly one to read."""
    if not isinstance(text, str):
        return None
    from email.utils import parsedate_to_datetime

    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
