"""How the imitated Bot API says no: the codes and words of the vendor's envelope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bongsu.sandbox.http import json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """Where a group went when it became a supergroup."""

    chat_id: int


class Told(NamedTuple):
    """A result with the sentence that some methods add."""

    result: object
    description: str


class ApiRefusedError(Exception):
    """A call that is answered with `ok: false`."""

    def __init__(
        self, code: int, inner: str, *, retry_after_s: int | None = None, migrated: Migrated | None = None
    ) -> None:
        super().__init__(inner)
        self.code = code
        self.inner = inner
        self.retry_after_s = retry_after_s
        self.migrated = migrated

    @property
    def description(self) -> str:
        """Return the text with the server's prefix for its code."""
        prefix = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}.get(self.code, "")
        return prefix + self.inner

    def response(self) -> Response:
        """Return the envelope; its HTTP status equals `error_code`."""
        body: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        headers: dict[str, str] = {}
        if self.retry_after_s is not None:
            body["parameters"] = {"retry_after": self.retry_after_s}
            headers["Retry-After"] = str(self.retry_after_s)
        if self.migrated is not None:
            body["parameters"] = {"migrate_to_chat_id": self.migrated.chat_id}
        return json_response(body, status=self.code, headers=headers)


def bad_request(inner: str) -> ApiRefusedError:
    """Return a refusal with code 400."""
    return ApiRefusedError(400, inner)


def too_fast(retry_after_s: int) -> ApiRefusedError:
    """Return the refusal of a call that came too early: nothing was accepted."""
    return ApiRefusedError(429, f"Too Many Requests: retry after {retry_after_s}", retry_after_s=retry_after_s)
