"""DynamoDB's plainest reads, answered by look-up: the embedded store walks and copies the whole table for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.aws_call import AwsError

if TYPE_CHECKING:
    from bongsu.sandbox.aws_store import AwsStore

_EQUALS = re.compile(r"\s*(#?\w+)\s*=\s*(:\w+)\s*")
_NAME = re.compile(r"#?\w+")
QUERY_PARTS = frozenset(
    {
        *("TableName", "IndexName", "ConsistentRead", "KeyConditionExpression", "ProjectionExpression"),
        *("ExpressionAttributeNames", "ExpressionAttributeValues"),
    }
)
# BatchGetItem takes no more keys.
BATCH_KEYS_MAX = 100
# Far below the 1 MB at which an answer is cut: larger ones are left to the store.
ITEMS_MAX = 1000


def quick_read(store: AwsStore, operation: str, asked: dict[str, Any]) -> dict[str, Any] | None:
    """Return the answer of a plain Query or BatchGetItem; None leaves the call to the store."""
    match operation:
        case "Query":
            return _query(store, asked)
        case "BatchGetItem":
            return _batch(store, asked)
    return None


def _query(store: AwsStore, asked: dict[str, Any]) -> dict[str, Any] | None:
    condition = _EQUALS.fullmatch(str(asked.get("KeyConditionExpression")))
    values = asked.get("ExpressionAttributeValues") or {}
    if condition is None or set(asked) - QUERY_PARTS or len(values) != 1:
        return None
    names = asked.get("ExpressionAttributeNames") or {}
    value = values.get(condition[2], {})
    wanted = _projection(asked.get("ProjectionExpression"), names, store)
    # Whatever is not plain is left to the store, which refuses a reserved word, a path twice, an empty key.
    if not value.get("S") or set(value) != {"S"} or wanted is None:
        return None
    if (asked.get("IndexName") and asked.get("ConsistentRead")) or store.reserves(condition[1]):
        return None
    items = store.items_under(
        str(asked.get("TableName")), str(names.get(condition[1], condition[1])), str(value["S"]), asked.get("IndexName")
    )
    if items is None or len(items) > ITEMS_MAX:
        return None
    shown = [{name: item[name] for name in wanted if name in item} if wanted else item for item in items]
    return {"Items": shown, "Count": len(shown), "ScannedCount": len(shown)}


def _projection(expression: str | None, names: dict[str, str], store: AwsStore) -> list[str] | None:
    """Return the attributes asked for, empty for all, None for an expression that is not plain."""
    if expression is None:
        return []
    parts = [part.strip() for part in expression.split(",")]
    if not all(_NAME.fullmatch(part) and not store.reserves(part) for part in parts):
        return None
    wanted = [names.get(part, part) for part in parts]
    return wanted if len(set(wanted)) == len(wanted) else None


_COMPARED = re.compile(r"(#?\w+)\s*(?:=|<=|>=|<|>)\s*(:\w+)")


def check_keys(store: AwsStore, operation: str, asked: dict[str, Any]) -> None:
    """Raise AwsError for a key of another type than the table's or the index's, which the store takes for no match."""
    types = store.key_types(str(asked.get("TableName")))
    if operation == "Query":
        names, values = asked.get("ExpressionAttributeNames") or {}, asked.get("ExpressionAttributeValues") or {}
        pairs = _COMPARED.findall(str(asked.get("KeyConditionExpression")))
        compared = [(names.get(name, name), values.get(value, {})) for name, value in pairs]
        text = "One or more parameter values were invalid: Condition parameter type does not match schema type"
    elif operation == "PutItem":
        compared = list((asked.get("Item") or {}).items())
        text = "One or more parameter values were invalid: Type mismatch for a key of the table or of an index"
    else:
        compared = list((asked.get("Key") or {}).items())
        text = "The provided key element does not match the schema"
    for name, value in compared:
        if name in types and types[name] not in value:
            raise AwsError("ValidationException", f"{text} ({name})")


def _batch(store: AwsStore, asked: dict[str, Any]) -> dict[str, Any] | None:
    tables = asked.get("RequestItems") or {}
    if set(asked) != {"RequestItems"} or any(set(one) - {"Keys", "ConsistentRead"} for one in tables.values()):
        return None
    if not 0 < sum(len(one["Keys"]) for one in tables.values()) <= BATCH_KEYS_MAX:
        return None
    responses: dict[str, list[dict[str, Any]]] = {}
    for table, one in tables.items():
        keys = [frozenset((name, *value.items()) for name, value in key.items()) for key in one["Keys"]]
        if len(set(keys)) < len(keys):
            # Twice the same key is an error, which the store tells.
            return None
        found = [store.item(table, key) for key in one["Keys"]]
        if None in found:
            return None
        responses[table] = [item for item in found if item]
    return {"Responses": responses, "UnprocessedKeys": {}}
