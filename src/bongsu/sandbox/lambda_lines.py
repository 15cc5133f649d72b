"""The lines that Lambda itself writes about an invocation, in the text format and in JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bongsu.sandbox.aws_lambda import FunctionSpec
    from bongsu.sandbox.aws_switches import AwsSwitches
    from bongsu.sandbox.lambda_environment import Ended

LEVELS = ("DEBUG", "INFO", "WARN")
STATUSES = {"response": "success", "error": "failure", "exit": "error", "init_error": "error", "timeout": "timeout"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What there is to say about an invocation that ended."""

    request_id: str
    ended: Ended
    took_us: int
    init_us: int | None
    memory_mb: int


def millisecond_stamp(at: datetime) -> str:
    """Return an instant as Lambda writes it: ISO 8601 in UTC with milliseconds and a Z."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def start_lines(
    function: FunctionSpec, switches: AwsSwitches, *, request_id: str, version: str, at: datetime
) -> list[str]:
    """Return what is written when an invocation begins."""
    if function.log_format == "Text":
        return [f"START RequestId: {request_id} Version: {version}"]
    record = {"requestId": request_id, "version": version}
    return _json_lines(function, switches, [("platform.start", record)], at=at)


def end_lines(function: FunctionSpec, switches: AwsSwitches, told: Told, *, at: datetime) -> list[str]:
    """Return what is written when an invocation has ended, the report last."""
    if function.log_format == "JSON":
        done = {"requestId": told.request_id, "status": STATUSES[told.ended.how]}
        said = [("platform.runtimeDone", done), ("platform.report", _report(function, told))]
        return _json_lines(function, switches, said, at=at)
    lines = []
    if told.ended.how == "timeout":
        timeout = f"{function.timeout_s:.2f}"
        lines.append(
            switches.timeout_line.format(at=millisecond_stamp(at), request_id=told.request_id, timeout=timeout)
        )
    elif told.ended.how == "exit":
        status = told.ended.exit_status
        text = f"exit status {status}" if status >= 0 else "signal: killed"
        lines.append(f"RequestId: {told.request_id} Error: Runtime exited with error: {text}\nRuntime.ExitError")
    return [*lines, f"END RequestId: {told.request_id}", report_line(function, told)]


def report_line(function: FunctionSpec, told: Told) -> str:
    """Return the REPORT line in the text format: fields split by tabs, a tab at the end."""
    fields = [
        f"REPORT RequestId: {told.request_id}",
        f"Duration: {Decimal(told.took_us) / 1000:.2f} ms",
        f"Billed Duration: {_billed_ms(told)} ms",
        f"Memory Size: {function.memory_mb} MB",
        f"Max Memory Used: {told.memory_mb} MB",
    ]
    if told.init_us is not None:
        fields.append(f"Init Duration: {Decimal(told.init_us) / 1000:.2f} ms")
    if told.ended.how == "timeout":
        fields.append("Status: timeout")
    elif told.ended.how in ("exit", "init_error"):
        fields += ["Status: error", f"Error Type: {told.ended.error_type or 'Runtime.ExitError'}"]
    return "\t".join([*fields, ""])


def _billed_ms(told: Told) -> Decimal:
    return ((Decimal(told.took_us) + Decimal(told.init_us or 0)) / 1000).to_integral_value(ROUND_CEILING)


def _report(function: FunctionSpec, told: Told) -> dict[str, Any]:
    metrics: dict[str, Any] = {
        "durationMs": _number(told.took_us),
        "billedDurationMs": int(_billed_ms(told)),
        "memorySizeMB": function.memory_mb,
        "maxMemoryUsedMB": told.memory_mb,
    }
    if told.init_us is not None:
        metrics["initDurationMs"] = _number(told.init_us)
    record: dict[str, Any] = {
        "requestId": told.request_id, "metrics": metrics, "status": STATUSES[told.ended.how],
    }  # fmt: skip
    if told.ended.how in ("exit", "init_error"):
        record["errorType"] = told.ended.error_type or "Runtime.ExitError"
    return record


def _number(took_us: int) -> float:
    # JSON has one kind of number; thousandths of a millisecond survive it.
    return float(Decimal(took_us) / 1000)


def _json_lines(
    function: FunctionSpec, switches: AwsSwitches, lines: list[tuple[str, dict[str, Any]]], *, at: datetime
) -> list[str]:
    wanted = LEVELS.index(function.system_log_level)
    return [
        json.dumps({"time": millisecond_stamp(at), "type": kind, "record": record}, separators=(",", ":"))
        for kind, record in lines
        if LEVELS.index(switches.platform_levels[kind]) >= wanted
    ]
