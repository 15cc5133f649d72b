"""Records as DynamoDB items and back; one place that knows the attribute names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from naver_sms.record import KEPT_FOR, Claim, ClaimState, Kind, Record, from_korean_text

ATTRIBUTE = {Kind.CONFIRM: "confirm", Kind.GUIDE: "remind", Kind.EVENT: "option"}


def utc_text(at: datetime) -> str:
    """Return a UTC time in one fixed width, so that text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def expire_at(start_at: datetime) -> dict[str, str]:
    """Return the moment after which DynamoDB may drop the row."""
    return {"N": str(int((start_at + KEPT_FOR).timestamp()))}


def new_item(record: Record) -> dict[str, Any]:
    """Return the item of a new record; Raises ValueError without a start."""
    if record.start_at is None:
        raise ValueError("a new record needs a start")
    item: dict[str, Any] = {
        "booking_num": {"S": record.booking_num},
        "phone": {"S": record.phone},
        "name": {"S": record.name},
        "booking_time": {"S": record.booking_time},
        "confirm_sms": {"BOOL": record.confirm is True},
        "remind_sms": {"BOOL": record.guide is True},
        "option_sms": {"BOOL": record.event is True},
        "option_time": {"S": ""},
        "start_at": {"S": utc_text(record.start_at)},
        **({} if record.event is True else {"due_shard": {"S": record.store_id}}),
        "expire_at": expire_at(record.start_at),
    }
    if record.created_run is not None:
        item["created_run"] = {"S": record.created_run}
    if record.adopted:
        item["adopted"] = {"BOOL": True}
    return item


def record_of(item: dict[str, Any]) -> Record:
    """Return the record that an item holds, whoever wrote it."""
    booking_time = _text(item, "booking_time") or ""
    start = _text(item, "start_at")
    claims = {kind: claim_of(item.get(f"{name}_claim")) for kind, name in ATTRIBUTE.items()}
    return Record(
        booking_num=_text(item, "booking_num") or "",
        phone=_text(item, "phone") or "",
        name=_text(item, "name") or "",
        booking_time=booking_time,
        start_at=datetime.fromisoformat(start) if start else from_korean_text(booking_time),
        confirm=flag_of(item, Kind.CONFIRM),
        guide=flag_of(item, Kind.GUIDE),
        event=flag_of(item, Kind.EVENT),
        claims={
            kind: replace(claim, to=_text(item, f"{ATTRIBUTE[kind]}_to"))
            for kind, claim in claims.items()
            if claim is not None
        },
        closed=_text(item, "closed"),
        created_run=_text(item, "created_run"),
        adopted=bool(item.get("adopted", {}).get("BOOL")),
    )


def flag_of(item: dict[str, Any], kind: Kind) -> bool | None:
    """Return a flag; the number 0 is false as the legacy has it, and what is missing is None."""
    value = item.get(f"{ATTRIBUTE[kind]}_sms")
    if value is None:
        return None
    if "BOOL" in value:
        return bool(value["BOOL"])
    return bool(value.get("N") != "0")


def claim_item(claim: Claim) -> dict[str, Any]:
    """Return a claim as a map attribute."""
    fields: dict[str, Any] = {
        "state": {"S": claim.state.value},
        "run_id": {"S": claim.run_id},
        "at": {"S": utc_text(claim.at)},
        "hash": {"S": claim.hash},
        "attempt": {"N": str(claim.attempt)},
    }
    optional = {"request_id": claim.request_id, "message_id": claim.message_id, "code": claim.code}
    fields |= {name: {"S": value} for name, value in optional.items() if value is not None}
    return {"M": fields}


def claim_of(value: dict[str, Any] | None) -> Claim | None:
    """Return the claim in a map attribute, or None."""
    if not value or "M" not in value:
        return None
    fields = value["M"]
    return Claim(
        state=ClaimState(fields["state"]["S"]),
        run_id=fields["run_id"]["S"],
        at=datetime.fromisoformat(fields["at"]["S"]),
        hash=fields["hash"]["S"],
        attempt=int(fields["attempt"]["N"]),
        request_id=_text(fields, "request_id"),
        message_id=_text(fields, "message_id"),
        code=_text(fields, "code"),
    )


def _text(item: dict[str, Any], name: str) -> str | None:
    value = item.get(name)
    return None if value is None else str(value.get("S", value.get("N", "")))
