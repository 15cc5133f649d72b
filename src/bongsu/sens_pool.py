"""Calls to Naver Cloud SENS, each recorded whole but for what is personal: phone numbers and the texts of others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import urllib3

from bongsu.aws_client import http_date
from bongsu.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

BASE_URL = "https://sens.apigw.ntruss.com"
PRIVATE = frozenset({"to", "from", "content", "subject", "countryCode", "files"})
WITHHELD = "[withheld]"


class Cleaner(Protocol):
    """Takes secrets and personal data out of bytes; `bongsu.redact.Redactor` is one."""

    def clean(self, data: bytes) -> bytes:
        """Return the bytes without them."""
        ...


class RecordingPool(urllib3.PoolManager):
    """A pool that keeps each of its exchanges, redacted; headers are never kept.

    `request` is kept of a call in place of its query; of the texts in an answer only one that holds `ours`.
    """

    def __init__(
        self,
        *,
        redactor: Cleaner,
        mono: Callable[[], float],
        service: str = "sens",
        request: bytes = b"",
        ours: str = "",
    ) -> None:
        super().__init__(retries=False, timeout=urllib3.Timeout(connect=3.0, read=10.0))
        self._redactor = redactor
        self._mono = mono
        self._service = service
        self._request = request
        self._ours = ours
        self.wires: list[Wire] = []

    def urlopen(self, method: str, url: str, *args: Any, **kw: Any) -> urllib3.BaseHTTPResponse:
        """Make the request and keep what came."""
        parts = urlsplit(url)
        sent_mono = self._mono()
        answer: urllib3.BaseHTTPResponse | None = None
        try:
            answer = super().urlopen(method, url, *args, **kw)
        finally:
            self.wires.append(
                Wire(
                    service=self._service,
                    operation=method,
                    address=f"{parts.scheme}://{parts.netloc}{parts.path}",
                    request=self._redactor.clean(self._request or withhold_query(parts.query)),
                    response=b"" if answer is None else self._redactor.clean(withhold(answer.data, ours=self._ours)),
                    status=None if answer is None else answer.status,
                    request_id="" if answer is None else answer.headers.get("x-ncp-trace-id", ""),
                    sent_mono=sent_mono,
                    received_mono=None if answer is None else self._mono(),
                    service_at=None if answer is None else http_date(answer.headers.get("date")),
                )
            )
        return answer


def withhold_query(query: str) -> bytes:
    """Return a query as it was asked, without the number that it may be about."""
    parts = (part.partition("=") for part in query.split("&") if part)
    return "&".join(f"{name}={WITHHELD if name in PRIVATE else value}" for name, _, value in parts).encode()


def withhold(body: bytes, *, ours: str = "") -> bytes:
    """Return an answer without numbers and texts; what is not JSON is kept out but for its size."""
    if not body.strip():
        return body
    try:
        value = json.loads(body)
    except ValueError:
        return f"[{len(body)} bytes that are not JSON, withheld]".encode()
    return json.dumps(_without(value, ours), ensure_ascii=False, separators=(",", ":")).encode()


def _without(value: Any, ours: str) -> Any:
    if isinstance(value, dict):
        return {
            name: WITHHELD if name in PRIVATE and not _is_ours(name, item, ours) else _without(item, ours)
            for name, item in value.items()
        }
    return [_without(item, ours) for item in value] if isinstance(value, list) else value


def _is_ours(name: str, item: Any, ours: str) -> bool:
    return name == "content" and bool(ours) and isinstance(item, str) and ours in item
