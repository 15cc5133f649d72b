"""The one update that gives a record another start and lets one of its texts be sent anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from naver_sms.record import IN_DOUBT_STATES, Kind, Record, korean_text
from naver_sms.state.items import ATTRIBUTE, claim_item, expire_at, utc_text

if TYPE_CHECKING:
    from datetime import datetime


def renewal(record: Record, start_at: datetime | None, reopen: Kind | None) -> dict[str, Any]:
    """Return the expressions of an UpdateItem; its condition is that the text's claim is as it was read.

    The claim goes to the list `past_claims`, with its kind.
    """
    sets: list[str] = []
    removes: list[str] = []
    conditions = ["attribute_exists(booking_num)"]
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    if start_at is not None:
        sets += ["booking_time = :time", "start_at = :start", "expire_at = :end"]
        values |= {":time": {"S": korean_text(start_at)}, ":start": {"S": utc_text(start_at)}}
        values |= {":end": expire_at(start_at)}
    if reopen is not None:
        name = ATTRIBUTE[reopen]
        held = record.claims.get(reopen)
        sets.append(f"{name}_sms = :false")
        values |= {":false": {"BOOL": False}}
        if reopen is Kind.EVENT and record.closed is None:
            sets.append("due_shard = :store")
            values |= {":store": {"S": record.store_id}}
        if held is None:
            conditions.append(f"attribute_not_exists({name}_claim)")
        elif held.state in IN_DOUBT_STATES:
            # A value that no claim has: the text is under way, and the update is refused.
            conditions.append("attribute_not_exists(booking_num)")
        else:
            conditions.append(f"{name}_claim.#state = :state AND {name}_claim.run_id = :run")
            names |= {"#state": "state"}
            values |= {":state": {"S": held.state.value}, ":run": {"S": held.run_id}, ":none": {"L": []}}
            past = claim_item(held)["M"] | {"kind": {"S": reopen.value}}
            values |= {":past": {"L": [{"M": past}]}}
            sets.append("past_claims = list_append(if_not_exists(past_claims, :none), :past)")
            removes.append(f"{name}_claim")
    expression = "SET " + ", ".join(sets) + (f" REMOVE {', '.join(removes)}" if removes else "")
    made: dict[str, Any] = {
        "UpdateExpression": expression,
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeValues": values,
    }
    return made | ({"ExpressionAttributeNames": names} if names else {})
