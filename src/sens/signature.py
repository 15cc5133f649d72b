"""The request signature of Naver Cloud's API gateway, version 2."""

from __future__ import annotations

import base64
import hashlib
import hmac


def sign(*, method: str, path: str, timestamp_ms: int, access_key: str, secret_key: str) -> str:
    """Return the signature of one request.

    `path` is the path with its query exactly as it goes over the wire, without the host: a library that
    encodes it again breaks the signature. The body is not signed.
    """
    text = f"{method} {path}\n{timestamp_ms}\n{access_key}"
    digest = hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def headers(*, method: str, path: str, timestamp_ms: int, access_key: str, secret_key: str) -> dict[str, str]:
    """Return the three headers that sign a request; the gateway refuses a time more than 5 minutes off."""
    signature = sign(method=method, path=path, timestamp_ms=timestamp_ms, access_key=access_key, secret_key=secret_key)
    return {
        "x-ncp-apigw-timestamp": str(timestamp_ms),
        "x-ncp-iam-access-key": access_key,
        "x-ncp-apigw-signature-v2": signature,
    }
