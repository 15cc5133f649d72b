"""The Lambda entry point: `naver_sms.handler.handler`."""

from __future__ import annotations

import os
from typing import Any

from naver_sms.errors import RunFailed
from naver_sms.invoke import invoke
from naver_sms.summary import Invocation

MARGIN_S = 15.0  # a text begun at the last moment may take this long to be answered
LOUD = frozenset({"partial", "auth_expired", "config_error", "failed"})
_STARTS: list[None] = []


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Make one pass. Raises RunFailed after the report when the platform must count the run as an error."""
    cold = not _STARTS
    _STARTS.append(None)
    limit = getattr(context, "memory_limit_in_mb", None)
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    invocation = Invocation(
        request_id=getattr(context, "aws_request_id", None),
        limit_mb=None if limit is None else int(limit),
        trigger=_trigger(event),
        cold_start=cold,
        function=getattr(context, "function_name", None) or "naver-sms",
    )
    time_s = float("inf") if remaining is None else remaining() / 1000 - MARGIN_S
    done = invoke(os.environ, invocation=invocation, time_s=time_s)
    result, code = done.report["result"], done.report["exit_code"]
    if result in LOUD and done.raises:
        raise RunFailed(f"run {done.report['run_id']} ended '{result}' (exit {code}); see its report")
    return {"run_id": done.report["run_id"], "result": result, "exit_code": code}


def _trigger(event: Any) -> str:
    scheduled = isinstance(event, dict) and event.get("source") in {"aws.events", "aws.scheduler"}
    return "schedule" if scheduled else "manual"
