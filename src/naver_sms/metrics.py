"""The run report's figures in CloudWatch's embedded metric format: one line for the run, one for each store.

The format wants JSON numbers; the two rates are the only ones that are not whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from naver_sms.intent import Outcome
from naver_sms.record import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from naver_sms.intent import Intent
    from naver_sms.run import Pass

NAMESPACE = "NaverSms"
UNITS = {
    "RunDuration": "Milliseconds",
    "MemoryUsed": "Megabytes",
    "ErrorRate": "Percent",
    "CookieAge": "Seconds",
    "ParityPercent": "Percent",
    "NaverLatency": "Milliseconds",
    "SensLatency": "Milliseconds",
}
ACCEPTED = {Kind.CONFIRM: "ConfirmAccepted", Kind.GUIDE: "GuideAccepted", Kind.EVENT: "EventAccepted"}


def run_metrics(report: Mapping[str, Any], *, epoch_ms: int) -> dict[str, Any]:
    """Return the line of the whole run; a figure that is not known is left out."""
    values: dict[str, Any] = {
        "NewBookings": report["bookings"]["new"],
        **{name: report["intents"][kind.value]["accepted"] for kind, name in ACCEPTED.items()},
        "SmsAccepted": report["sms"]["accepted"],
        "SmsDelivered": report["sms"]["delivered"],
        "SmsFailed": report["sms"]["failed"],
        "SmsPending": report["sms"]["pending"],
        "SmsLost": report["sms"]["failed"] + report["earlier"]["failed"],
        "SmsUnknown": sum(kind["unknown"] for kind in report["intents"].values()),
        "StateWrites": report["writes"]["succeeded"],
        "StateWriteFailures": report["writes"]["failed"],
        "RunDuration": report["duration_ms"],
        "MemoryUsed": report["memory"]["used_mb"],
        "RunErrors": report["errors"]["count"],
        "ErrorRate": _percent(report["errors"]["count"], report["errors"]["attempted_ops"]),
        "StoresFailed": len(report["stores"]["failed"]),
        "BookingsQuarantined": report["bookings"]["quarantined"],
        "CookieAge": report["cookies"]["age_s"],
        "AuthExpired": int(report["result"] == "auth_expired"),
        "NaverLatency": report["latency_ms"]["naver"]["p95"],
        "SensLatency": report["latency_ms"]["sens_send"]["p95"],
    }
    parity = report["parity"]
    if parity is not None and parity["compared"]:
        values["ParityPercent"] = _whole_if_it_is(float(parity["percent"]))
        values["ParityMismatches"] = parity["compared"] - parity["matched"]
    return _line({"Function": report["function"]}, values, epoch_ms)


def store_metrics(done: Pass, *, function: str, epoch_ms: int) -> list[dict[str, Any]]:
    """Return a line for each store that was served."""
    lines: list[dict[str, Any]] = []
    for store_id, store in done.tally.stores.items():
        if store.failed is not None:
            continue
        accepted = [one for one in store.intents if one.outcome is Outcome.ACCEPTED]
        values = {
            "NewBookings": len(store.created),
            **{name: sum(one.kind is kind and not one.extra for one in accepted) for kind, name in ACCEPTED.items()},
            "SmsAccepted": len(accepted),
            "SmsDelivered": _count(accepted, "delivered"),
            "SmsFailed": _count(accepted, "failed"),
        }
        lines.append(_line({"Function": function, "Store": store_id}, values, epoch_ms))
    return lines


def _count(intents: Sequence[Intent], delivery: str) -> int:
    return sum(one.delivery == delivery for one in intents)


def _percent(count: int, operations: int) -> float | int | None:
    return None if operations == 0 else _whole_if_it_is(round(100 * count / operations, 4))


def _whole_if_it_is(number: float) -> float | int:
    return int(number) if number.is_integer() else number


def _line(dimensions: Mapping[str, str], values: Mapping[str, Any], epoch_ms: int) -> dict[str, Any]:
    known = {name: value for name, value in values.items() if value is not None}
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [list(dimensions)],
        "Metrics": [{"Name": name, "Unit": UNITS.get(name, "Count")} for name in known],
    }
    return {"_aws": {"Timestamp": epoch_ms, "CloudWatchMetrics": [directive]}, **dimensions, **known}
