"""The workload's one-line run report, cut down to what checks and messages use.

Every count may be null in the report: the run does not know it. That is kept, never made nought.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.readings._port import Unreadable

if TYPE_CHECKING:
    from bongsu.readings._json import Node

TYPE = "naver_sms.run_report"
SETTLE_TYPE = "naver_sms.settle_report"
CLAIMS = ("open", "accepted", "released", "abandoned", "still_unknown")
KINDS = ("confirm", "guide", "event")


def is_report(document: Node) -> bool:
    """Return whether a printed JSON object is a run report."""
    return isinstance(document.value, dict) and document.value.get("type") == TYPE


def is_settle_report(document: Node) -> bool:
    """Return whether a printed JSON object is the report of a settle pass."""
    return isinstance(document.value, dict) and document.value.get("type") == SETTLE_TYPE


def settle_values(report: Node) -> dict[str, Any]:
    """Return how a settle pass ended and what became of the open claims; null where it does not know."""
    if report.member("v").integer() != 1:
        raise Unreadable(f"{report.place} is a settle report of version {report.member('v').integer()}, not 1")
    return {"result": report.member("result").text(), **{name: _count(report, "claims", name) for name in CLAIMS}}


def report_values(report: Node) -> dict[str, Any]:
    """Return the report's values; Unreadable when it is of another version or lacks a member."""
    if report.member("v").integer() != 1:
        raise Unreadable(f"{report.place} is a run report of version {report.member('v').integer()}, not 1")
    requests = _requests(report)
    return {
        "run_id": report.member("run_id").text(),
        "result": report.member("result").text(),
        "new": _count(report, "bookings", "new"),
        **{name: _count(report, "sms", name) for name in ("accepted", "delivered", "failed", "pending")},
        "unknown": _over_kinds(report, "unknown"),
        "refused": _over_kinds(report, "refused"),
        **{kind: _intent(report, kind, "accepted") for kind in KINDS},
        "confirmed_seen": _count(report, "bookings", "confirmed_seen"),
        "completed_seen": _count(report, "bookings", "completed_seen"),
        "stores_ok": _count(report, "stores", "ok"),
        "stores_configured": _count(report, "stores", "configured"),
        "writes_attempted": _count(report, "writes", "attempted"),
        "writes_succeeded": _count(report, "writes", "succeeded"),
        "errors": _count(report, "errors", "count"),
        "attempted_ops": _count(report, "errors", "attempted_ops"),
        "parity": _parity(report),
        "latencies": _latencies(report),
        "request_ids": _distinct(requests, "request_id"),
        "records": _distinct(requests, "booking"),
        "cut": _cut(report),
        "duration_ms": report.member("duration_ms").number(),
        "memory_used_mb": _memory(report),
        "version": report.member("version").text(),
    }


def _count(report: Node, section: str, name: str) -> int | None:
    found = report.member(section)
    if found.value is None:
        return None
    count = found.member(name)
    return None if count.value is None else count.count()


def _intent(report: Node, kind: str, name: str) -> int | None:
    intents = report.member("intents")
    return None if intents.value is None else _count(intents, kind, name)


def _over_kinds(report: Node, name: str) -> int | None:
    counts = [_intent(report, kind, name) for kind in KINDS]
    return None if None in counts else sum(count for count in counts if count is not None)


def _parity(report: Node) -> dict[str, Any] | None:
    parity = report.present("parity")
    if parity is None:
        return None
    percent = parity.member("percent")
    return {
        **{name: parity.member(name).count() for name in ("compared", "matched")},
        "percent": None if percent.value is None else percent.number(),
        **{name: parity.member(name).count() for name in ("different", "missing", "extra")},
    }


def _latencies(report: Node) -> dict[str, Any]:
    upstreams = report.present("latency_ms")
    found: dict[str, Any] = {}
    for name, upstream in [] if upstreams is None else upstreams.members():
        figures = {part: upstream.member(part) for part in ("p50", "p95")}
        found[name] = {
            "n": upstream.member("n").count(),
            **{part: None if figure.value is None else figure.number() for part, figure in figures.items()},
        }
    return found


def _requests(report: Node) -> list[Node]:
    evidence = report.present("evidence")
    requests = None if evidence is None else evidence.present("requests")
    return [] if requests is None else requests.items()


def _cut(report: Node) -> bool:
    """Return whether the report lists only the first of its requests."""
    evidence = report.present("evidence")
    cut = None if evidence is None else evidence.present("truncated")
    return False if cut is None else cut.flag()


def _distinct(requests: list[Node], name: str) -> list[str]:
    found = [request.present(name) for request in requests]
    return sorted({one.text() for one in found if one is not None and one.value})


def _memory(report: Node) -> str | int | None:
    memory = report.present("memory")
    used = None if memory is None else memory.present("used_mb")
    if used is None:
        return None
    number = used.number()
    return used.value if isinstance(used.value, int) else number
