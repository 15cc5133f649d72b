"""What a request to the imitated Bot API carries, in any of its four encodings; nothing is read two ways."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl

from werkzeug.exceptions import RequestEntityTooLarge

from bongsu.sandbox.telegram_refusals import ApiRefusedError, bad_request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Request

NOT_UTF8 = "strings must be encoded in UTF-8"


def read_values(request: Request) -> dict[str, Any]:
    """Return the parameters in a request's query and body, as they came."""
    if request.method not in ("GET", "POST"):
        raise ApiRefusedError(404, f"Not Found: sandbox: {request.method} is none of GET and POST")
    pairs = list(_pairs(request.query_string))
    body = request.get_data()
    match request.mimetype:
        case "application/json":
            pairs += _object(body).items()
        case "application/x-www-form-urlencoded":
            pairs += _pairs(body)
        case "multipart/form-data":
            pairs += _parts(request, body)
        case other if body:
            raise bad_request(f"sandbox: content type {other!r} is none that the API documents")
    return _once(pairs)


def loaded_json(text: str | bytes) -> Any:
    """Return a JSON value; ValueError for what is none, says a name twice, or holds half a character."""
    try:
        value = json.loads(text, object_pairs_hook=_named_once, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = loaded_json(body or b"{}")
    except UnicodeError:
        raise bad_request(NOT_UTF8) from None
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("object expected as request body")
    return value


def _pairs(encoded: bytes) -> list[tuple[str, Any]]:
    try:
        # Letters may also come as they are, without being escaped.
        return list(parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise bad_request(NOT_UTF8) from None


def _parts(request: Request, body: bytes) -> list[tuple[str, Any]]:
    try:
        if request.files:
            request.close()
            raise bad_request("sandbox: files are not imitated")
        parts = list(request.form.items(multi=True))
    except RequestEntityTooLarge:
        raise ApiRefusedError(413, "Request Entity Too Large") from None
    # The parser puts U+FFFD in place of what is no UTF-8.
    if any("\ufffd" in value for _, value in parts) and "\ufffd".encode() not in body:
        raise bad_request(NOT_UTF8)
    return parts


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise bad_request(f"sandbox: parameter {name!r} is given twice")
        values[name] = value
    return values


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) < len(pairs):
        raise ValueError("a name stands twice in an object")
    return named


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
