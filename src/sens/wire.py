"""One signed call to SENS, how a send can have ended, and what a read that failed says."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import urllib3

from sens.signature import headers as signed_headers

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT_BODY_BYTES = 500
# Raised before any byte of the request left: the connection was never there.
_NEVER_LEFT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.LocationValueError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """SENS took the message; whether it arrives is another question. `request_time` is opaque text."""

    request_id: str
    request_time: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """SENS did not take the message. `code` is the gateway's errorCode or empty; `retry_after_s` if it said.

    A status of 202 is a notice whose one recipient was refused, for the reason in `code`.
    """

    status: int
    code: str
    retry_after_s: int | None
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """Nothing left this machine."""

    reason: str
    may_retry: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InDoubt:
    """SENS may or may not have taken the message."""

    reason: str
    status: int | None = None


SendOutcome = Accepted | Refused | NotSent | InDoubt


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFailed:
    """A read that gave no answer to rely on; `status` is None when there was none at all."""

    reason: str
    status: int | None = None
    raw: bytes = field(default=b"", repr=False)


class Wire:
    """Signs and makes calls, each once. Safe to share between threads."""

    def __init__(
        self,
        base_url: str,
        access_key: str,
        secret_key: str,
        *,
        pool: urllib3.PoolManager,
        epoch_ms: Callable[[], int],
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._access_key = access_key
        self._secret_key = secret_key
        self._pool = pool
        self._epoch_ms = epoch_ms

    def send(self, path: str, body: bytes) -> SendOutcome:
        """Post one message and say how that ended."""
        try:
            answer = self._call("POST", path, body=body)
        except _NEVER_LEFT as exc:
            return NotSent(reason=type(exc).__name__, may_retry=True)
        except urllib3.exceptions.HTTPError as exc:
            return InDoubt(reason=type(exc).__name__)
        return _outcome(answer)

    def read(self, path: str) -> tuple[bytes, dict[str, Any]] | ReadFailed:
        """Return an answer's bytes and its JSON object."""
        try:
            answer = self._call("GET", path)
        except urllib3.exceptions.HTTPError as exc:
            return ReadFailed(reason=type(exc).__name__)
        if answer.status != 200:
            return ReadFailed(reason=f"http {answer.status}", status=answer.status, raw=answer.data)
        value = json_object(answer.data)
        if value is None:
            return ReadFailed(reason="the answer is not a JSON object", status=200, raw=answer.data)
        return answer.data, value

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes] | ReadFailed:
        """Make one call and return its status and body, whatever they are."""
        try:
            answer = self._call(method, path, body=body)
        except urllib3.exceptions.HTTPError as exc:
            return ReadFailed(reason=type(exc).__name__)
        return answer.status, answer.data

    def _call(self, method: str, path: str, body: bytes | None = None) -> urllib3.BaseHTTPResponse:
        signed = signed_headers(
            method=method,
            path=path,
            timestamp_ms=self._epoch_ms(),
            access_key=self._access_key,
            secret_key=self._secret_key,
        )
        if body is not None:
            signed["Content-Type"] = "application/json; charset=utf-8"
        return self._pool.urlopen(
            method, self._base_url + path, body=body, headers=signed, retries=False, redirect=False
        )


def _outcome(answer: urllib3.BaseHTTPResponse) -> SendOutcome:
    value = json_object(answer.data) or {}
    if answer.status == 202:
        request_id = value.get("requestId")
        if isinstance(request_id, str) and request_id and value.get("statusName") != "fail":
            request_time = str(value.get("requestTime", ""))
            return Accepted(request_id=request_id, request_time=request_time, raw=answer.data)
        return InDoubt(reason="202 without a request id that counts", status=202)
    if 400 <= answer.status < 500:
        wait = answer.headers.get("Retry-After", "")
        return Refused(
            status=answer.status,
            code=_error_code(value),
            retry_after_s=int(wait) if wait.isdigit() else None,
            raw=answer.data[:KEPT_BODY_BYTES],
        )
    return InDoubt(reason=f"http {answer.status}", status=answer.status)


def _error_code(value: dict[str, Any]) -> str:
    error = value.get("error")
    return str(error.get("errorCode", "")) if isinstance(error, dict) else ""


def is_none(answer: ReadFailed) -> bool:
    """Return whether a read failed only because nothing matched: that has been seen as 404 with an empty body."""
    return answer.status == 404 and not answer.raw.strip()


def json_object(data: bytes) -> dict[str, Any] | None:
    """Return the JSON object in some bytes, None when there is none."""
    try:
        value = json.loads(data)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
