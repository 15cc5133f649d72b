"""The embedded AWS (moto) as a store behind the front: called in process, with its wall-clock dates put right."""

from __future__ import annotations

import json
import threading
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from _typeshed.wsgi import WSGIApplication

TARGETS = {
    "events": "AWSEvents",
    "dynamodb": "DynamoDB_20120810",
    "secretsmanager": "secretsmanager",
}
# Answers' keys that the embedded AWS fills from the wall clock, as epoch seconds.
WALL_DATES = frozenset({"CreationDateTime", "CreatedDate", "LastChangedDate", "LastAccessedDate"})

KEPT_HEADERS = frozenset({"content-type", "x-amzn-errortype", "x-amz-crc32", "x-amzn-query-error"})


class StoreRefused(RuntimeError):
    """The embedded AWS refused a call that sets up the world."""


class AwsStore:
    """Rules, tables and secrets of one account and region."""

    def __init__(self, *, account: str, region: str, created_at: datetime) -> None:
        """Load the embedded AWS; everything in it is said to have been made at `created_at`."""
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        def create_app(service: Any) -> Any:
            app = create_backend_app(service)
            # In debug mode what breaks in it would come up here and cut the connection: a 500 can be answered for.
            app.debug = False
            app.logger.disabled = True
            return app

        self._app = cast("WSGIApplication", DomainDispatcherApplication(create_app))
        self.account = account
        self.region = region
        self._created_at = created_at
        # The embedded AWS does not lock its tables; conditional writes need it.
        self._lock = threading.RLock()
        self._secret_arns: dict[str, str] = {}

    def close(self) -> None:
        """Forget what this account held: the embedded AWS keeps one memory for the whole process."""
        from moto.backends import get_backend

        for service in TARGETS:
            accounts = get_backend(cast("Any", service))
            if self.account in accounts:
                accounts[self.account].reset()

    def answer(self, environ: Mapping[str, Any], body: bytes) -> Response:
        """Return what the embedded AWS says to a request that came in, its dates put on the world's time."""
        inner = dict(environ)
        inner["wsgi.input"] = BytesIO(body)
        inner["CONTENT_LENGTH"] = str(len(body))
        # The header by which this store keeps the worlds of different accounts apart.
        inner["HTTP_X_MOTO_ACCOUNT_ID"] = self.account
        with self._lock:
            app_iter, status, headers = run_wsgi_app(self._app, inner)
            text = b"".join(app_iter)
        kept = [(name, value) for name, value in headers if name.lower() in KEPT_HEADERS]
        if any(f'"{name}"'.encode() in text for name in WALL_DATES):
            text = json.dumps(self._redated(json.loads(text)), ensure_ascii=False).encode()
        return Response(text, status=status, headers=kept)

    def _redated(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: self._created_at.timestamp() if key in WALL_DATES else self._redated(item)
                for key, item in value.items()
            }
        return [self._redated(item) for item in value] if isinstance(value, list) else value

    def call(self, service: str, operation: str, asked: Mapping[str, object]) -> dict[str, Any]:
        """Make one JSON call of the world's own; raises StoreRefused when it is refused."""
        headers = {
            "X-Amz-Target": f"{TARGETS[service]}.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
        }
        text = self._ask("POST", "/", body=json.dumps(asked).encode(), service=service, headers=headers)
        return cast("dict[str, Any]", json.loads(text or b"{}"))

    def secret_arn(self, named: str) -> str | None:
        """Return the ARN of the secret that a name or an ARN means; None when there is none."""
        if named not in self._secret_arns:
            try:
                found = self.call("secretsmanager", "DescribeSecret", {"SecretId": named})
            except StoreRefused:
                return None
            self._secret_arns[named] = str(found["ARN"])
        return self._secret_arns[named]

    def _ask(self, method: str, path: str, *, body: bytes, service: str, headers: dict[str, str]) -> bytes:
        inner: dict[str, str] = dict(headers)
        scope = f"AWS4-HMAC-SHA256 Credential=WORLD/20250101/{self.region}/{service}/aws4_request"
        inner["Authorization"] = f"{scope}, SignedHeaders=host, Signature=0"
        host = f"{service}.{self.region}.amazonaws.com"
        builder = EnvironBuilder(
            path=path,
            method=method,
            base_url=f"http://{host}",
            data=body,
            headers=Headers(inner),
        )
        response = self.answer(builder.get_environ(), body)
        text = response.get_data()
        if response.status_code >= 300:
            raise StoreRefused(f"{service} {method} {path} answered {response.status_code}: {text[:300]!r}")
        return text

    def items_under(self, table: str, attribute: str, value: str, index: str | None) -> list[dict[str, Any]] | None:
        """Return the items whose hash attribute, of the table or of an index, is `value`, in range order.

        None when the table, the index or the attribute as its hash is unknown, or the range key is no text.
        """
        with self._lock:
            found = self._table(table)
            keys = None if found is None else _keys_of(found, index)
            if keys is None or keys[0] != attribute:
                return None
            hash_name, range_name = keys
            rows = [
                item
                for item in found.all_items()
                if hash_name in item.attrs
                and item.attrs[hash_name].value == value
                and (range_name is None or range_name in item.attrs)
            ]
            if range_name is not None:
                rows.sort(key=lambda item: (str(item.attrs[range_name].value), str(item.range_key.value)))
            return [dict(item.to_json()["Attributes"]) for item in rows]

    def item(self, table: str, key: Mapping[str, Mapping[str, str]]) -> dict[str, Any] | None:
        """Return one item by its text keys, empty if there is none; None when table or keys are not of that kind."""
        with self._lock:
            found = self._table(table)
            keys = None if found is None else _keys_of(found, None)
            if (
                keys is None
                or set(key) != {name for name in keys if name}
                or any(set(one) != {"S"} for one in key.values())
            ):
                return None
            hash_value, *rest = [_dynamo_type(key[name]) for name in keys if name]
            row = found.items.get(hash_value, {} if rest else None)
            if rest and row is not None:
                row = row.get(rest[0])
            return dict(row.to_json()["Attributes"]) if row is not None else {}

    def key_types(self, table: str) -> dict[str, str]:
        """Return the type of each attribute that is a key of the table or of one of its indexes."""
        with self._lock:
            found = self._table(table)
            return {} if found is None else {one["AttributeName"]: one["AttributeType"] for one in found.attr}

    @staticmethod
    def reserves(name: str) -> bool:
        """Return whether an attribute's name is one of DynamoDB's reserved words."""
        from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

        return name.upper() in ReservedKeywords.get_reserved_keywords()

    def _table(self, table: str) -> Any:
        from moto.backends import get_backend

        return get_backend("dynamodb")[self.account][self.region].tables.get(table)


def _keys_of(table: Any, index: str | None) -> tuple[str, str | None] | None:
    if index is None:
        return str(table.hash_key_attr), table.range_key_attr
    schemas = [one.schema for one in table.all_indexes() if one.name == index]
    if not schemas:
        return None
    by_kind = {one["KeyType"]: str(one["AttributeName"]) for one in schemas[0]}
    return by_kind["HASH"], by_kind.get("RANGE")


def _dynamo_type(value: Mapping[str, str]) -> Any:
    from moto.dynamodb.models.dynamo_type import DynamoType

    return DynamoType(dict(value))
