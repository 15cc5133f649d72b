"""Observations to judge, with invented values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bongsu.core.state import Observation

NOW = datetime(2025, 10, 22, 5, 4, 46, tzinfo=UTC)
SEQ = {"invocations": 34, "gateway": 35, "state_table": 36, "metrics": 37, "workload_metrics": 38}


def observation(reading: str, **values: Any) -> Observation:
    seq = SEQ.get(reading, 9)
    return Observation(key=f"verify/{reading}", reading=reading, seq=seq, at=NOW, args={}, values=values)


def seen(**readings: Any) -> dict[str, Observation]:
    """Return observations by reading name; a reading given as None is missing."""
    return {name: observation(name, **values) for name, values in readings.items() if values is not None}


def report(**more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "accepted": 20,
        "delivered": 20,
        "failed": 0,
        "pending": 0,
        "unknown": 0,
        "refused": 0,
        "writes_attempted": 20,
        "writes_succeeded": 20,
        "errors": 0,
        "attempted_ops": 324,
        "parity": {"compared": 40, "matched": 40, "percent": "100", "missing": 0, "extra": 0, "different": 0},
    }
    return {**values, **more}


def invocation(**more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "request_id": "00000000-0000-4000-8000-000000000001",
        "started_at": "2025-10-22T05:02:15.000Z",
        "duration_ms": "145003.25",
        "memory_mb": 512,
        "memory_used_mb": 412,
        "failed": False,
        "report": report(),
    }
    return {**values, **more}


def invocations(*complete: dict[str, Any], running: int = 0) -> dict[str, Any]:
    return {
        "since": "2025-10-22T05:00:35.000Z",
        "until": "2025-10-22T05:04:45.000Z",
        "complete": list(complete),
        "incomplete": [f"running-{number}" for number in range(running)],
    }


def gateway(accepted: int = 20, delivered: int = 20, failed: int = 0, pending: int = 0) -> dict[str, Any]:
    return {
        "listed": accepted,
        "accepted": accepted,
        "delivered": delivered,
        "failed": failed,
        "pending": pending,
        "request_ids": [],
    }


def table(accepted: int = 20, *, asked: int = 20, missing: int = 0) -> dict[str, Any]:
    return {"asked": asked, "found": asked - missing, "missing": missing, "accepted": accepted, "request_ids": []}


def metrics(invoked: int | None = 1, errors: int | None = 0) -> dict[str, Any]:
    return {"invocations": invoked, "errors": errors, "throttles": 0}
