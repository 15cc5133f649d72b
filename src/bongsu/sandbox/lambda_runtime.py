"""The invoker: runs functions as Lambda does, with its log lines, its metrics, its limits and its retries."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from bongsu.sandbox.aws_call import AwsError
from bongsu.sandbox.aws_lambda import ACCOUNT_CONCURRENCY, FunctionRecords, FunctionSpec, Invoked, Runnable
from bongsu.sandbox.lambda_environment import Ended, Environment, HandOut, child_variables
from bongsu.sandbox.lambda_lines import Told, end_lines, start_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bongsu.sandbox.aws_logs import Logs
    from bongsu.sandbox.aws_metrics import Metrics
    from bongsu.sandbox.aws_switches import AwsSwitches
    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.record import Record

# Lambda waits a minute before the first asynchronous retry and two before the second.
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=2))
# An event that was throttled is tried again after a second, then ever later, up to five minutes.
THROTTLED_FIRST = timedelta(seconds=1)
THROTTLED_MAX = timedelta(minutes=5)
# Not JSON: the runtime itself then reports a function error before the handler sees anything.
UNREADABLE_EVENT = b"{"
CLOSE_WITHIN_S = 5
# What is arranged to run out of time has this limit, so that nobody waits for the function's own minutes.
HANGS_FOR_S = 5

Trouble = Literal["raises", "times_out", "never_runs"]


@dataclass(slots=True, kw_only=True)
class _Run:
    name: str
    qualifier: str
    request_id: str
    payload: bytes
    queued_at: datetime
    asynchronous: bool
    attempt: int = 0
    throttled: int = 0
    started_at: datetime = field(init=False)
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeParts:
    """What the invoker works with."""

    functions: FunctionRecords
    logs: Logs
    metrics: Metrics
    switches: AwsSwitches
    measured: Callable[[], None]
    """Called when datapoints have come in."""


class LambdaRuntime:
    """All functions of a world; each concurrent invocation has an execution environment of its own."""

    def __init__(self, clock: SandboxClock, record: Record, parts: RuntimeParts, *, region: str, seed: int) -> None:
        self._clock = clock
        self._record = record
        self._parts = parts
        self._functions = parts.functions
        self._region = region
        self._random = Random(f"lambda {seed}")
        self._changed = threading.Condition()
        self._running: Counter[str] = Counter()
        self._idle: dict[tuple[str, str, str], list[Environment]] = {}
        self._handed_out: Counter[str] = Counter()
        self._troubles: dict[str, deque[Trouble]] = {name: deque() for name in parts.functions.records}
        self._closed = False
        self.addresses: Mapping[str, str] = {}
        self.key_id = ""

    def invoke(self, name: str, payload: bytes, *, wait: bool, request_id: str = "") -> Invoked | None:
        """Run `function` or `function:qualifier`; with `wait` return how it ended, else queue it and return None.

        An invocation that was asked for by a call bears the request id of that call, as AWS has it.
        """
        function, _, qualifier = name.partition(":")
        # An event is only queued for code that exists.
        self._functions.resolve(function, qualifier)
        run = _Run(
            name=function,
            qualifier=qualifier,
            request_id=request_id or self._new_id(),
            payload=payload,
            queued_at=self._clock.now(),
            asynchronous=not wait,
        )
        if not wait:
            self._start(run)
            return None
        if not self._enter(run.name):
            self._throttled(run)
            raise AwsError(
                "TooManyRequestsException",
                "Rate Exceeded.",
                status=self._parts.switches.invoke_throttled_status,
                more={"Reason": self._limit_reason(run.name)},
            )
        return self._run(run)

    def arrange(self, name: str, trouble: Trouble) -> None:
        """Let a coming invocation of the function end in trouble: the next, or the one after what is arranged."""
        with self._changed:
            self._troubles[name].append(trouble)

    def arranged(self, name: str) -> list[Trouble]:
        """Return the trouble that is still to come, the next first."""
        with self._changed:
            return list(self._troubles[name])

    def forget_arranged(self, name: str, trouble: Trouble) -> None:
        """Take back all trouble of one kind that is still to come."""
        with self._changed:
            self._troubles[name] = deque(one for one in self._troubles[name] if one != trouble)

    def running(self, name: str) -> int:
        """Return how many invocations of a function are under way."""
        with self._changed:
            return self._running[name]

    def close(self) -> None:
        """End all children."""
        with self._changed:
            self._closed = True
            idle = [one for environments in self._idle.values() for one in environments]
            self._idle.clear()
        for environment in idle:
            environment.close()
        with self._changed:
            # A run that was under way writes its last lines before the record is closed.
            self._changed.wait_for(lambda: not self._running.total(), timeout=CLOSE_WITHIN_S)

    def _new_id(self) -> str:
        with self._changed:
            return str(UUID(int=self._random.getrandbits(128), version=4))

    def _enter(self, name: str) -> bool:
        """Take one of the function's concurrent invocations, if one is left."""
        reserved = self._functions.record(name).now.reserved_concurrency
        limit = ACCOUNT_CONCURRENCY if reserved is None else reserved
        with self._changed:
            if self._running[name] >= limit:
                return False
            self._running[name] += 1
            return True

    def _leave(self, name: str) -> None:
        with self._changed:
            self._running[name] -= 1
            self._changed.notify_all()

    def _limit_reason(self, name: str) -> str:
        reserved = self._functions.record(name).now.reserved_concurrency is not None
        return f"{'Reserved' if reserved else ''}{'F' if reserved else 'f'}unctionConcurrentInvocationLimitExceeded"

    def _start(self, run: _Run) -> None:
        if not self._enter(run.name):
            self._not_now(run)
            return
        hold = self._clock.hold(f"invocation of {run.name}")

        def work() -> None:
            with hold:
                self._run(run)

        threading.Thread(target=work, name=f"invoke-{run.request_id[:8]}", daemon=True).start()

    def _not_now(self, run: _Run) -> None:
        self._throttled(run)
        wait = min(THROTTLED_FIRST * 2**run.throttled, THROTTLED_MAX)
        run.throttled += 1
        reserved = self._functions.record(run.name).now.reserved_concurrency
        dropped = reserved == 0 and self._parts.switches.zero_concurrency_drops_events
        if dropped or not self._again(run, wait):
            self._drop_event(run)

    def _again(self, run: _Run, wait: timedelta) -> bool:
        """Put an event back into the queue, unless it would be too old by then."""
        oldest = timedelta(seconds=self._functions.record(run.name).now.event_age_s)
        if self._closed or self._clock.now() + wait - run.queued_at > oldest:
            return False
        self._clock.after(wait, lambda: self._start(run), why="lambda retry")
        return True

    def _drop_event(self, run: _Run) -> None:
        self._publish(run, {"AsyncEventsDropped": 1}, at=self._clock.now())
        self._record.write("lambda", "event_dropped", function=run.name, request_id=run.request_id)

    def _run(self, run: _Run) -> Invoked:
        """Run an invocation that has been let in, and let it out."""
        try:
            code = self._code_for(run)
            if not code.function.handler or code.function.never_runs or run.trouble == "never_runs":
                self._record.write("lambda", "never_run", function=run.name, request_id=run.request_id)
                return Invoked(payload=b"null", failed=False, log_tail="", version=code.version)
            with self._clock.hold(f"running {run.name}"):
                if self._closed:
                    return Invoked(payload=b"null", failed=True, log_tail="")
                invoked = self._execute(run, code)
        finally:
            self._leave(run.name)
        if invoked.failed and run.asynchronous:
            self._retry(run, code.function)
        return invoked

    def _code_for(self, run: _Run) -> Runnable:
        """Return the code that a run gets, with the trouble that is arranged for it."""
        code = self._functions.resolve(run.name, run.qualifier)
        with self._changed:
            arranged = self._troubles[run.name]
            run.trouble = arranged.popleft() if arranged else None
        if run.trouble != "times_out":
            return code
        limit_s = min(code.function.timeout_s, HANGS_FOR_S)
        return replace(code, function=replace(code.function, timeout_s=limit_s))

    def _retry(self, run: _Run, function: FunctionSpec) -> None:
        if run.attempt >= function.retries:
            return
        run.attempt += 1
        if not self._again(run, RETRY_AFTER[run.attempt - 1]):
            self._drop_event(run)

    def _execute(self, run: _Run, code: Runnable) -> Invoked:
        function = code.function
        cold, environment = self._environment(code)
        with self._changed:
            self._handed_out[run.name] += 1
            nth = self._handed_out[run.name]
        run.started_at = self._clock.now()
        started = {"request_id": run.request_id, "version": code.version, "at": run.started_at}
        self._say(environment, start_lines(function, self._parts.switches, **started))  # type: ignore[arg-type]
        if environment.broken is not None:
            ended, took_us = environment.broken, 0
        else:
            # The child reads its deadline from the wall clock, so it is given in wall time.
            deadline_ms = time.time_ns() // 1_000_000 + function.timeout_s * 1000
            unreadable = nth in function.raise_nth or run.trouble == "raises"
            hand_out = HandOut(
                request_id=run.request_id,
                payload=UNREADABLE_EVENT if unreadable else run.payload,
                arn=code.arn,
                deadline_ms=deadline_ms,
                hangs=nth in function.hang_nth or run.trouble == "times_out",
                limit_s=function.timeout_s,
            )
            ended, took_us = environment.run(hand_out)
        told = Told(
            request_id=run.request_id,
            ended=ended,
            took_us=function.timeout_s * 1_000_000 if ended.how == "timeout" else took_us,
            init_us=environment.init_us if cold else None,
            memory_mb=function.memory_used_mb or environment.peak_mb(),
        )
        tail = self._finish(run, function, environment, told=told)
        self._put_back(code, environment)
        failed = ended.how != "response"
        return Invoked(payload=_payload(run, function, ended), failed=failed, log_tail=tail, version=code.version)

    def _environment(self, code: Runnable) -> tuple[bool, Environment]:
        function = code.function
        with self._changed:
            idle = self._idle.get(_key(code), [])
            suffix = f"{self._random.getrandbits(128):032x}"
            warm = idle.pop() if idle else None
        if warm is not None and warm.alive:
            return False, warm
        if warm is not None:
            warm.close()
        stream = f"{self._clock.now():%Y/%m/%d}/[{code.version}]{suffix}"
        variables = child_variables(
            code, region=self._region, stream=stream, key_id=self.key_id, addresses=self.addresses
        )
        return True, Environment(
            function,
            stream=stream,
            variables=variables,
            on_line=lambda line: self._take_line(function, stream, line),
        )

    def _put_back(self, code: Runnable, environment: Environment) -> None:
        with self._changed:
            if environment.alive and not self._closed:
                self._idle.setdefault(_key(code), []).append(environment)
                return
        environment.close()

    def _take_line(self, function: FunctionSpec, stream: str, line: str) -> None:
        self._parts.logs.write(function.logs_to, stream, line + "\n")
        refused = self._parts.metrics.take_emf(line)
        if refused is not None:
            self._record.write("lambda", "emf_refused", function=function.name, why=refused)

    def _say(self, environment: Environment, lines: list[str]) -> None:
        for line in lines:
            self._parts.logs.write(environment.function.logs_to, environment.stream, line + "\n")

    def _finish(self, run: _Run, function: FunctionSpec, environment: Environment, *, told: Told) -> str:
        lines = end_lines(function, self._parts.switches, told, at=self._clock.now())
        self._say(environment, lines)
        self._publish(
            run,
            {
                "Invocations": Decimal(1),
                "Errors": Decimal(told.ended.how != "response"),
                "Throttles": Decimal(0),
                "Duration": Decimal(told.took_us) / 1000,
            },
            at=run.started_at,
        )
        self._parts.measured()
        self._record.write(
            "lambda",
            "invocation",
            function=run.name,
            request_id=run.request_id,
            ended=told.ended.how,
            duration_us=told.took_us,
            cold=told.init_us is not None,
            attempt=run.attempt + 1,
        )
        return lines[-1] if lines else ""

    def _publish(self, run: _Run, values: Mapping[str, Decimal | int], *, at: datetime) -> None:
        dimensions = {"FunctionName": run.name}
        self._parts.metrics.publish("AWS/Lambda", values, at=at, dimensions=dimensions)
        if run.qualifier:
            dimensions["Resource"] = f"{run.name}:{run.qualifier}"
            self._parts.metrics.publish("AWS/Lambda", values, at=at, dimensions=dimensions)

    def _throttled(self, run: _Run) -> None:
        self._publish(run, {"Throttles": 1}, at=self._clock.now())
        self._record.write("lambda", "throttled", function=run.name)


def _key(code: Runnable) -> tuple[str, str, str]:
    function = code.function
    return function.name, code.version, f"{function.digest} {function.memory_mb}"


def _payload(run: _Run, function: FunctionSpec, ended: Ended) -> bytes:
    match ended.how:
        case "timeout":
            text = f"{run.request_id} Task timed out after {function.timeout_s:.2f} seconds"
        case "exit":
            text = f"RequestId: {run.request_id} Error: Runtime exited with error: exit status {ended.exit_status}"
            return json.dumps({"errorType": "Runtime.ExitError", "errorMessage": text}).encode()
        case _:
            return ended.body
    return json.dumps({"errorType": "Sandbox.Timedout", "errorMessage": text}).encode()
