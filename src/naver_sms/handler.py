"""The Lambda entry point: `naver_sms.handler.handler`.

An event makes a run, whatever it is, unless it holds an instruction. `{"naver_sms": "settle"}` makes a settle pass
instead (see `naver_sms.settle`); any other instruction is refused before anything is read.
"""

from __future__ import annotations

import os
from typing import Any

from naver_sms.errors import EventRefused, RunFailed
from naver_sms.invoke import invoke, invoke_settle
from naver_sms.out import hush
from naver_sms.summary import Invocation

MARGIN_S = 15.0  # a text begun at the last moment may take this long to be answered
LOUD = frozenset({"partial", "auth_expired", "config_error", "failed"})
INSTRUCTION = "naver_sms"
SETTLE = {INSTRUCTION: "settle"}
_STARTS: list[None] = []


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Make one pass. Raises RunFailed after the report when the platform must count the run as an error.

    Raises EventRefused, without a report, for an instruction that is not known.
    """
    hush()
    settling = _settling(event)
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
    make = invoke_settle if settling else invoke
    done = make(os.environ, invocation=invocation, time_s=time_s)
    result, code = done.report["result"], done.report["exit_code"]
    if result in LOUD and done.raises:
        what = "settle pass" if settling else "run"
        raise RunFailed(f"{what} {done.report['run_id']} ended '{result}' (exit {code}); see its report")
    return {"run_id": done.report["run_id"], "result": result, "exit_code": code}


def _settling(event: Any) -> bool:
    if not isinstance(event, dict) or INSTRUCTION not in event:
        return False
    if event != SETTLE:
        # Its values are not repeated: nobody knows what they hold.
        raise EventRefused('the event\'s instruction is not known, the only one is {"naver_sms": "settle"}')
    return True


def _trigger(event: Any) -> str:
    scheduled = isinstance(event, dict) and event.get("source") in {"aws.events", "aws.scheduler"}
    return "schedule" if scheduled else "manual"
