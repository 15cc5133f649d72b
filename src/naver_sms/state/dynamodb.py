"""State in DynamoDB: table `sms` with its two sparse indexes, table `session`, and the lease.

The legacy's attributes keep their names and types, so that the legacy can read what is written here.
"""


# ruff: noqa: D102  the port's docstrings hold here too

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from naver_sms.errors import StateError
from naver_sms.record import OPEN_STATES, Claim, ClaimState, Kind, Record
from naver_sms.state._port import LEASE, Change, Key, Loaded
from naver_sms.state.items import (
    ATTRIBUTE,
    claim_item,
    claim_of,
    expire_at,
    flag_of,
    new_item,
    record_of,
    utc_text,
)
from naver_sms.state.renewal import renewal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from naver_sms.meter import Meter

BATCH = 100  # BatchGetItem takes no more keys
ROUNDS = 4
OPEN_SHARD = "open"
REFUSED = "ConditionalCheckFailedException"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Names of the tables; the lease may lie in the session table."""

    sms: str = "sms"
    session: str = "session"
    lease: str = "session"


class DynamoState:
    """See StatePort."""

    def __init__(self, client: Any, *, tables: Tables, meter: Meter) -> None:
        self._client = client
        self._tables = tables
        self._meter = meter

    def take_lease(self, *, holder: str, now: datetime, until: datetime, name: str = LEASE) -> bool:
        return self._update(
            TableName=self._tables.lease,
            Key={"id": {"S": name}},
            UpdateExpression="SET #h = :holder, #u = :until",
            ConditionExpression="attribute_not_exists(#h) OR #u < :now OR #h = :holder",
            ExpressionAttributeNames={"#h": "holder", "#u": "until"},
            ExpressionAttributeValues={
                ":holder": {"S": holder},
                ":until": {"S": utc_text(until)},
                ":now": {"S": utc_text(now)},
            },
        )[0]

    def free_lease(self, holder: str, *, name: str = LEASE) -> None:
        self._conditional(
            "delete_item",
            TableName=self._tables.lease,
            Key={"id": {"S": name}},
            ConditionExpression="#h = :holder",
            ExpressionAttributeNames={"#h": "holder"},
            ExpressionAttributeValues={":holder": {"S": holder}},
        )

    def session_cookies(self, name: str) -> tuple[str, datetime | None] | None:
        with self._call() as client:
            answer = client.get_item(TableName=self._tables.session, Key={"id": {"S": name}}, ConsistentRead=True)
        item = answer.get("Item")
        if item is None or "cookies" not in item:
            return None
        fetched = item.get("fetched_at", {}).get("S")
        return item["cookies"]["S"], datetime.fromisoformat(fetched) if fetched else None

    def store_cookies(self, name: str, cookies: str, fetched_at: datetime) -> None:
        item = {"id": {"S": name}, "cookies": {"S": cookies}, "fetched_at": {"S": utc_text(fetched_at)}}
        with self._call(write=True) as client:
            client.put_item(TableName=self._tables.session, Item=item | {"source": {"S": "interactive"}})

    def note(self, name: str, text: str | None, *, at: datetime) -> None:
        key = {"id": {"S": name}}
        with self._call(write=True) as client:
            if text is None:
                client.delete_item(TableName=self._tables.session, Key=key)
            else:
                item = key | {"note": {"S": text}, "noted_at": {"S": utc_text(at)}}
                client.put_item(TableName=self._tables.session, Item=item)

    def notes(self, names: Sequence[str]) -> dict[str, str]:
        table = self._tables.session
        left: list[dict[str, Any]] = [{"id": {"S": name}} for name in dict.fromkeys(names)]
        found: dict[str, str] = {}
        for _ in range(ROUNDS):
            if not left:
                return found
            with self._call() as client:
                answer = client.batch_get_item(RequestItems={table: {"Keys": left, "ConsistentRead": True}})
            found |= {one["id"]["S"]: one["note"]["S"] for one in answer["Responses"].get(table, []) if "note" in one}
            left = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
        raise StateError("the state table keeps some notes to itself")

    def notes_like(self, prefix: str) -> dict[str, str]:
        values = {":p": {"S": prefix}}
        request = {"FilterExpression": "begins_with(id, :p)", "ExpressionAttributeValues": values}
        items = self._items("scan", self._tables.session, request)
        return {one["id"]["S"]: one["note"]["S"] for one in items if "note" in one}

    def load(self, keys: Sequence[Key]) -> Loaded:
        wanted = list(dict.fromkeys(keys))
        items: list[dict[str, Any]] = []
        unread: set[str] = set()
        for start in range(0, len(wanted), BATCH):
            got, missed = self._batch(wanted[start : start + BATCH])
            items += got
            unread |= missed
        records = {item["booking_num"]["S"]: record_of(item) for item in items}
        # A record may lie under another phone: only a whole query proves that there is none.
        for num in {key.booking_num for key in wanted} - records.keys() - unread:
            try:
                rows = self._query(
                    KeyConditionExpression="booking_num = :b",
                    ExpressionAttributeValues={":b": {"S": num}},
                    ConsistentRead=True,
                )
            except StateError:
                unread.add(num)
                continue
            if rows:
                records[num] = max(rows, key=lambda row: row.booking_time)
        return Loaded(records=records, unread=frozenset(unread))

    def _batch(self, keys: list[Key]) -> tuple[list[dict[str, Any]], set[str]]:
        left = [{"booking_num": {"S": key.booking_num}, "phone": {"S": key.phone}} for key in keys]
        items: list[dict[str, Any]] = []
        for _ in range(ROUNDS):
            request = {self._tables.sms: {"Keys": left, "ConsistentRead": True}}
            try:
                with self._call() as client:
                    answer = client.batch_get_item(RequestItems=request)
            except StateError:
                break
            items += answer.get("Responses", {}).get(self._tables.sms, [])
            left = answer.get("UnprocessedKeys", {}).get(self._tables.sms, {}).get("Keys", [])
            if not left:
                break
        return items, {key["booking_num"]["S"] for key in left}

    def pending(self, store_id: str) -> list[Record]:
        return self._query(
            IndexName="pending_option",
            KeyConditionExpression="due_shard = :s",
            ExpressionAttributeValues={":s": {"S": store_id}},
        )

    def legacy_pending(self) -> list[Record]:
        return self._pages(
            "scan",
            FilterExpression="option_sms IN (:f, :zero) AND attribute_not_exists(due_shard)"
            " AND attribute_not_exists(closed)",
            ExpressionAttributeValues={":f": {"BOOL": False}, ":zero": {"N": "0"}},
        )

    def open_claims(self) -> list[Record]:
        return self._query(
            IndexName="open_claims",
            KeyConditionExpression="claim_shard = :s",
            ExpressionAttributeValues={":s": {"S": OPEN_SHARD}},
        )

    def create(self, record: Record) -> bool:
        done, old = self._conditional(
            "put_item",
            TableName=self._tables.sms,
            Item=new_item(record),
            ConditionExpression="attribute_not_exists(booking_num)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        return done or (record.created_run is not None and record_of(old).created_run == record.created_run)

    def claim(self, record: Record, kind: Kind, claim: Claim) -> bool:
        name = ATTRIBUTE[kind]
        sets = [f"{name}_claim = :claim", "claim_shard = :open", "claim_at = :at"]
        values: dict[str, Any] = {":claim": claim_item(claim), ":open": {"S": OPEN_SHARD}}
        values |= {":at": {"S": utc_text(claim.at)}, ":f": {"BOOL": False}, ":zero": {"N": "0"}}
        values |= {":released": {"S": ClaimState.RELEASED.value}}
        if record.start_at is not None:
            # A row of the legacy gets what it lacks on the way.
            sets += ["start_at = if_not_exists(start_at, :start)", "expire_at = if_not_exists(expire_at, :end)"]
            values |= {":start": {"S": utc_text(record.start_at)}, ":end": expire_at(record.start_at)}
        if kind is not Kind.EVENT and record.event is False and record.closed is None:
            sets.append("due_shard = if_not_exists(due_shard, :store)")
            values |= {":store": {"S": record.store_id}}
        # Beside the claim and not in it: whoever reads claims alone meets no number.
        removes = "" if claim.to else f" REMOVE {name}_to"
        if claim.to:
            sets.append(f"{name}_to = :to")
            values[":to"] = {"S": claim.to}
        done, old = self._update(
            TableName=self._tables.sms,
            Key=self._key(record),
            UpdateExpression="SET " + ", ".join(sets) + removes,
            ConditionExpression=f"attribute_exists(booking_num) AND {name}_sms IN (:f, :zero) AND"
            f" (attribute_not_exists({name}_claim) OR {name}_claim.#state = :released)",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues=values,
        )
        return done or claim_of(old.get(f"{name}_claim")) == claim

    def settle(self, record: Record, kind: Kind, change: Change) -> bool:
        update = self._settling(record, kind, change)
        if change.to in OPEN_STATES:
            done, old = self._update(**update)
            return done or self._settled(old, kind, change)
        others = [ATTRIBUTE[other] for other in Kind if other is not kind]
        quiet = [f"(attribute_not_exists({n}_claim) OR NOT {n}_claim.#state IN (:o0, :o1, :o2))" for n in others]
        opened = {f":o{i}": {"S": state.value} for i, state in enumerate(sorted(OPEN_STATES))}
        last = dict(update)
        removes = ", " if "REMOVE" in update["UpdateExpression"] else " REMOVE "
        last["UpdateExpression"] += f"{removes}claim_shard, claim_at"
        last["ConditionExpression"] = " AND ".join((update["ConditionExpression"], *quiet))
        last["ExpressionAttributeValues"] = update["ExpressionAttributeValues"] | opened
        done, old = self._update(**last)
        if done or self._settled(old, kind, change):
            return True
        held = claim_of(old.get(f"{ATTRIBUTE[kind]}_claim"))
        if held is None or held.run_id != change.run_id or held.state not in change.states:
            return False
        # Another text of this booking is still open: the record stays among the open ones.
        return self._update(**update)[0]

    def _settling(self, record: Record, kind: Kind, change: Change) -> dict[str, Any]:
        name = ATTRIBUTE[kind]
        sets = [f"{name}_claim.#state = :to"]
        values: dict[str, Any] = {":to": {"S": change.to.value}, ":run": {"S": change.run_id}}
        for field in ("request_id", "message_id", "code"):
            value = getattr(change, field)
            if value is not None:
                sets.append(f"{name}_claim.{field} = :{field}")
                values[f":{field}"] = {"S": value}
        removes = ""
        if change.set_flag:
            sets.append(f"{name}_sms = :true")
            values[":true"] = {"BOOL": True}
            removes = " REMOVE due_shard" if kind is Kind.EVENT else ""
        marks = [f":s{i}" for i in range(len(change.states))]
        values |= {mark: {"S": state.value} for mark, state in zip(marks, change.states, strict=True)}
        return {
            "TableName": self._tables.sms,
            "Key": self._key(record),
            "UpdateExpression": "SET " + ", ".join(sets) + removes,
            "ConditionExpression": f"{name}_claim.run_id = :run AND {name}_claim.#state IN ({', '.join(marks)})",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": values,
        }

    def _settled(self, old: dict[str, Any], kind: Kind, change: Change) -> bool:
        """Whether the refused step is one that already happened: its reply was lost and it was asked again."""
        held = claim_of(old.get(f"{ATTRIBUTE[kind]}_claim"))
        if held is None or held.run_id != change.run_id or held.state is not change.to:
            return False
        same = change.request_id is None or held.request_id == change.request_id
        return same and change.to not in change.states and (not change.set_flag or flag_of(old, kind) is True)

    def renew(self, record: Record, *, start_at: datetime | None, reopen: Kind | None) -> bool:
        return self._update(TableName=self._tables.sms, Key=self._key(record), **renewal(record, start_at, reopen))[0]

    def close(self, record: Record, reason: str) -> bool:
        return self._update(
            TableName=self._tables.sms,
            Key=self._key(record),
            UpdateExpression="SET closed = :c REMOVE due_shard",
            ConditionExpression="attribute_exists(booking_num) AND attribute_not_exists(closed)",
            ExpressionAttributeValues={":c": {"S": reason}},
        )[0]

    def shut(self) -> None:
        return  # the client is the process's, and is used again by the next run

    @staticmethod
    def _key(record: Record) -> dict[str, Any]:
        return {"booking_num": {"S": record.booking_num}, "phone": {"S": record.phone}}

    def _query(self, **request: Any) -> list[Record]:
        return self._pages("query", **request)

    def _pages(self, method: str, **request: Any) -> list[Record]:
        return [record_of(item) for item in self._items(method, self._tables.sms, request)]

    def _items(self, method: str, table: str, request: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        start: dict[str, Any] = {}
        while True:
            with self._call() as client:
                answer = getattr(client, method)(TableName=table, **request, **start)
            found += answer.get("Items", [])
            if "LastEvaluatedKey" not in answer:
                return found
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _update(self, **request: Any) -> tuple[bool, dict[str, Any]]:
        return self._conditional("update_item", ReturnValuesOnConditionCheckFailure="ALL_OLD", **request)

    def _conditional(self, method: str, **request: Any) -> tuple[bool, dict[str, Any]]:
        """Return whether the write happened and, if the condition refused it, what lies there."""
        from botocore.exceptions import ClientError

        try:
            with self._call(write=True, quiet=REFUSED) as client:
                getattr(client, method)(**request)
        except ClientError as exc:
            answer: Any = exc.response
            return False, answer.get("Item") or {}
        return True, {}

    @contextmanager
    def _call(self, *, write: bool = False, quiet: str | None = None) -> Iterator[Any]:
        """Time one call; a refusal named by `quiet` is passed on, anything else becomes StateError."""
        from botocore.exceptions import BotoCoreError, ClientError

        passed: ClientError | None = None
        with self._meter.timed("store", write=write) as operation:
            try:
                yield self._client
            except ClientError as exc:
                code = exc.response.get("Error", {}).get("Code", "ClientError")
                if code != quiet:
                    operation.failure = code
                    raise StateError(f"the state table answered '{code}'") from None
                passed = exc
            except BotoCoreError as exc:
                operation.failure = type(exc).__name__
                raise StateError(f"the state table did not answer ({type(exc).__name__})") from None
        if passed is not None:
            raise passed


def table_definitions(
    prefix: str = "", *, sms: str = "sms", session: str = "session", runs: str | None = None
) -> list[dict[str, Any]]:
    """Return the keyword arguments of `create_table` for each table, `prefix` before every name.

    `runs` names a table for the lease; without it the lease lies in the session table.
    """

    def index(name: str, hash_key: str, range_key: str) -> dict[str, Any]:
        schema = [{"AttributeName": hash_key, "KeyType": "HASH"}, {"AttributeName": range_key, "KeyType": "RANGE"}]
        return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}

    keys = ("booking_num", "phone", "due_shard", "booking_time", "claim_shard", "claim_at")
    table: dict[str, Any] = {
        "TableName": prefix + sms,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in keys],
        "KeySchema": [
            {"AttributeName": "booking_num", "KeyType": "HASH"},
            {"AttributeName": "phone", "KeyType": "RANGE"},
        ],
        "GlobalSecondaryIndexes": [
            index("pending_option", "due_shard", "booking_time"),
            index("open_claims", "claim_shard", "claim_at"),
        ],
    }
    by_id: list[dict[str, Any]] = [
        {
            "TableName": prefix + name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        }
        for name in (session, runs)
        if name is not None
    ]
    return [table, *by_id]
